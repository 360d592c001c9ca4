"""Which xAPI version a link speaks, and what becomes of statements the other side cannot hold."""

import json
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from served_store import ServedStore, build_statement, serve, unique_activity, unique_agent
from typer.testing import CliRunner

import payoff.apps.cli.lrs_link_commands  # noqa: F401  registers the commands
from payoff.apps.cli.main import app
from payoff.connectors.record_store import RecordStoreClient, RemoteStore
from payoff.statements.keys import build_authority
from payoff.statements.links import Links
from payoff.statements.store import Store
from payoff.statements.work import Outcome, PutStatements
from payoff.xapi.identifier import write_uuid
from payoff.xapi.reading import read_statements
from payoff.xapi.statement import Version


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedStore]:
    """A record store that speaks 1.0.3 only."""
    store = tmp_path_factory.mktemp("older") / "records.db"
    with serve(str(store), "--versions", "1.0.3", version="1.0.3") as served:
        yield served


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A store of our own, with a statement of each version."""
    path = tmp_path / "own.db"
    store = Store.open(str(path))
    store.start(lambda works: None)
    try:
        for version in Version:
            write(store, [make()], version)
    finally:
        store.close()
    return path


def make() -> dict[str, Any]:
    return build_statement(unique_agent(), unique_activity(), id=str(uuid.uuid4()))


def write(store: Store, statements: list[dict[str, Any]], version: Version) -> None:
    read, _ = read_statements(json.dumps(statements).encode(), version)
    change = PutStatements(1, build_authority("https://example.org", "test"), str(version), tuple(read))
    assert store.write(change).outcome is Outcome.STORED


def call(own: Path, command: str, **environment: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["lrs", *command.split(), "--store", str(own)], env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def add(own: Path, served: ServedStore, more: str = "") -> str:
    """Add a link to a served store; the version it is listed with."""
    to = f"link add there --to {served.endpoint} --user {served.key} --secret-env S {more}"
    assert call(own, to)[0] == 0
    return str(json.loads(call(own, "link list --json")[1])["links"][0]["version"])


def find_ids(own: Path) -> dict[str, str]:
    """Ids of what is stored here, by version."""
    store = Store.open(str(own))
    try:
        return {row.version: write_uuid(row.id) for row in store.read_after(0, 10)}
    finally:
        store.close()


def test_statements_of_both_versions_are_forwarded_as_documented(
    served_sqlite: ServedStore, own: Path
) -> None:
    assert add(own, served_sqlite) == "2.0.0"
    code, told = call(own, "forward there", S=served_sqlite.secret)
    assert code == 0, told
    for version, statement_id in find_ids(own).items():
        there = served_sqlite.get("statements", statementId=statement_id).json()
        assert there["version"].startswith(version[:2]), there


def test_a_store_without_2_0_gets_none_of_it_and_the_run_says_so(older: ServedStore, own: Path) -> None:
    assert add(own, older) == "2.0.0", "would be spoken, once it is listed"
    code, told = call(own, "forward there", S=older.secret)
    assert code == 4
    assert "1 sent, 1 refused" in told
    refused = json.loads(call(own, "dead-letters there --json")[1])["dead_letters"]
    assert [letter["id"] for letter in refused] == [find_ids(own)["2.0.0"]]
    assert refused[0]["reason"] == "it is a statement of xAPI 2.0.0, and this link speaks 1.0.3 only"
    assert call(own, "dead-letters there --retry", S=older.secret)[0] == 4
    assert call(own, "forward there", S=older.secret)[0] == 0, "nothing new is refused"


def test_a_version_that_was_named_holds(served_sqlite: ServedStore, own: Path) -> None:
    assert add(own, served_sqlite, "--version 1.0.3") == "1.0.3"
    assert call(own, "forward there", S=served_sqlite.secret)[0] == 4


def test_a_store_that_was_away_is_asked_when_statements_go_there(older: ServedStore, own: Path) -> None:
    assert add(own, older, "--version 2.0.0") == "2.0.0"
    code, told = call(own, "forward there", S=older.secret)
    assert (code, "1.0.3 is spoken" in told) == (4, True), told


def test_a_store_that_learns_2_0_gets_what_it_could_not_hold(
    older: ServedStore, served_sqlite: ServedStore, own: Path
) -> None:
    add(own, older)
    assert call(own, "forward there", S=older.secret)[0] == 4
    with sqlite3.connect(own) as connection:  # the same store, by another that speaks both
        there = (served_sqlite.endpoint, served_sqlite.key)
        connection.execute("UPDATE link SET endpoint = ?, user_name = ?", there)
    connection.close()
    assert call(own, "dead-letters there --retry", S=served_sqlite.secret)[0] == 0
    assert served_sqlite.get("statements", statementId=find_ids(own)["2.0.0"]).status == 200


def test_a_store_that_does_not_say_keeps_the_version_of_the_link(served_sqlite: ServedStore) -> None:
    nowhere = served_sqlite.endpoint + "/nowhere"
    client = RecordStoreClient(RemoteStore(nowhere, "us", "secret", Version.V2))
    assert not client.agree()
    assert client.spoken == {Version.V2}
    client.close()


def bury(own: Path, served: ServedStore, n: int, reason: str) -> None:
    """A link with so many dead letters, of statements that are not here any more."""
    add(own, served)
    store = Store.open(str(own))
    try:
        with Links.of(store.engine) as links:
            for number in range(n):
                links.bury("there", number.to_bytes(16), b"{}", reason)
    finally:
        store.close()


def test_dead_letters_are_short_lines_and_few(served_sqlite: ServedStore, own: Path) -> None:
    bury(own, served_sqlite, 60, "it answered 400: \x1b[31m" + "no\n" * 200)
    code, told = call(own, "dead-letters there", COLUMNS="100")
    *lines, more = told.splitlines()
    assert (code, len(lines), more) == (0, 50, "10 more: --all, or --json")
    assert lines[0].startswith("00000000-0000-0000-0000-000000000000  ")
    assert all(len(line) <= 100 and line.isprintable() for line in lines)
    assert len(call(own, "dead-letters there --all")[1].splitlines()) == 60
    whole = json.loads(call(own, "dead-letters there --json")[1])["dead_letters"]
    assert (len(whole), len(whole[0]["reason"]) > 500) == (60, True)


def test_all_dead_letters_are_tried_again(served_sqlite: ServedStore, own: Path) -> None:
    bury(own, served_sqlite, 0, "")
    rows = [("there", number.to_bytes(16), b"{}", b"first", number + 1) for number in range(1_200)]
    with sqlite3.connect(own) as connection:
        connection.executemany(
            "INSERT INTO dead_letter (link, statement_id, raw, reason, at_us) VALUES (?, ?, ?, ?, ?)", rows
        )
    connection.close()
    assert call(own, "dead-letters there --retry", S=served_sqlite.secret)[0] == 0
    assert json.loads(call(own, "dead-letters there --json")[1])["dead_letters"] == []


def test_a_pull_that_refuses_something_says_so(served_sqlite: ServedStore, own: Path) -> None:
    taken = {**make(), "id": find_ids(own)["2.0.0"]}
    fresh = make()
    assert served_sqlite.post("statements", [taken, fresh]).status == 200
    source = f"link add here --from {served_sqlite.endpoint} --user {served_sqlite.key} --secret-env S"
    assert call(own, source)[0] == 0
    code, told = call(own, "pull here", S=served_sqlite.secret)
    assert code == 4, told
    refused = json.loads(call(own, "dead-letters here --json")[1])["dead_letters"]
    assert taken["id"] in {letter["id"] for letter in refused}
    assert fresh["id"] not in {letter["id"] for letter in refused}
