"""Writers that are killed, databases that restart, processes that share one database."""

import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from made_statements import find, make, put, running, store_all

from payoff.statements.postgres import PostgresEngine
from payoff.statements.store import Store
from payoff.statements.work import Outcome
from payoff.xapi.statement import Definition, TermKind

WRITE = """
import sys
sys.path.insert(0, {folder!r})
from made_statements import make, put, running
with running({url!r}) as store:
    for n in range({first}, {last}):
        work = store.write(put(*(make(10 * n + m, agent="ann", activity=f"a{{n % 3}}") for m in range(10))))
        print(n, work.outcome.value, flush=True)
"""


def start_writer(url: str, first: int, last: int) -> subprocess.Popen[str]:
    code = WRITE.format(folder=str(Path(__file__).parent), url=url, first=first, last=last)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def end_connections(url: str) -> None:
    """All but one of its own, as a restart of the server does."""
    connection = PostgresEngine(url).connect(writing=True)
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    connection.close()


def test_a_writer_sees_what_came_while_it_waited_however_the_database_is_set(postgres_url: str) -> None:
    connection = PostgresEngine(postgres_url).connect(writing=True)
    name = connection.execute("SELECT quote_ident(current_database())::text")[0][0]
    connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    connection.close()
    connection = PostgresEngine(postgres_url).connect(writing=True)
    with connection.transaction():
        assert connection.execute("SHOW transaction_isolation") == [("read committed",)]
    connection.close()


def test_two_processes_write_to_one_postgresql(postgres_url: str) -> None:
    Store.open(postgres_url).close()
    writers = [start_writer(postgres_url, first, first + 20) for first in (0, 100)]
    for writer in writers:
        out, _ = writer.communicate(timeout=60)
        assert writer.returncode == 0
        assert out.count("stored") == 20
    store = Store.open(postgres_url)
    rows = store.read_after(0, 1_000)
    assert len({row.id for row in rows}) == len({row.stored_us for row in rows}) == 400
    assert len(find(store, (TermKind.AGENT, "ann"), (TermKind.ACTIVITY, "a1"))) == 100
    store.close()


def test_what_was_acknowledged_survives_a_kill_and_no_batch_is_half(store_url: str) -> None:
    Store.open(store_url).close()
    writer = start_writer(store_url, 0, 100_000)
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline().split()[0]) for _ in range(15)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += [int(line.split()[0]) for line in writer.stdout if line.endswith("stored\n")]
    writer.wait()
    writer.stdout.close()
    with running(store_url) as store:
        stored = [uuid.UUID(bytes=row.id).int for row in store.read_after(0, 1_000_000)]
        assert len(stored) == len(set(stored))
        assert len(stored) % 10 == 0
        assert {10 * n + m for n in acknowledged for m in range(10)} <= set(stored)
        store_all(store, make(10_000_000))
        assert store.write(put(make(10_000_001))).outcome is Outcome.STORED


def test_a_lost_connection_is_made_again(postgres_url: str) -> None:
    with running(postgres_url) as store:
        store_all(store, make(1))
        assert find(store) == [1]
        end_connections(postgres_url)
        assert find(store) == [1]
        store_all(store, make(2))
        assert find(store) == [1, 2]


def test_a_database_that_is_away_refuses_and_comes_back(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(postgres_url) as store:
        store_all(store, make(1))
        with monkeypatch.context() as away:
            away.setattr(store.engine, "url", "postgresql://127.0.0.1:1/nowhere")
            end_connections(postgres_url)
            refused = store.write(put(make(2)))
            assert refused.outcome is Outcome.UNAVAILABLE
        assert store.write(put(make(2))).outcome is Outcome.STORED
        assert find(store) == [1, 2]


def test_what_another_process_said_of_an_activity_is_replaced_when_it_is_said_anew(postgres_url: str) -> None:
    first, second = (
        Definition("a", f'{{"name":{{"en":"{name}"}}}}'.encode()) for name in ("first", "second")
    )
    with running(postgres_url) as one, running(postgres_url) as other:
        for number, (store, said) in enumerate([(one, first), (other, second), (one, first), (one, first)]):
            assert store.write(put(make(number, definitions=[said]))).outcome is Outcome.STORED
        assert other.find_definition(1, "a") == first.text
