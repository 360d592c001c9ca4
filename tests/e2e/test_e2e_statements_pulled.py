"""Another record store as a source: pulled over HTTP, measured, pulled again, and who is erased stays so."""

import datetime as dt
import json
import random
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from e2e_support import run_payoff
from firm import STUDY, name_rep, write_firm
from served_store import ServedStore, serve

from payoff.warehouse.statement_segments import find_segments

N_REPS = 40
MONTHS = [dt.date(2025 + (m + 6) // 12, (m + 6) % 12 + 1, 1) for m in range(12)]
_DRAWN = random.Random(5)
CHANCE = [[_DRAWN.randint(3, 8) for _ in range(12)] for _ in range(N_REPS)]
DEALS = "{csv: deals.csv, key: [rep_id, month], columns: [rep_id, month, deals], steward: sales-ops}"
PEOPLE = "columns: [rep_id, team, drilled, region]"
SQL = "select rep_id, month, deals as value from deals"
COUNTED = "select person as rep_id, date_trunc('month', timestamp)::date as month, count(*) as value"


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedStore]:
    """A store of the test's own: what it holds is counted."""
    with serve(str(tmp_path_factory.mktemp("records") / "records.db")) as served:
        yield served


def say(rep: int, month: dt.date, n: int, **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{rep}/{month}/{n}")),
        "actor": {"mbox": f"mailto:{name_rep(rep)}"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"https://firm.example/drills/{n}"},
        "timestamp": f"{month:%Y-%m}-{n + 2:02d}T09:00:00Z",
    } | more


def count(rep: int, m: int) -> int:
    return CHANCE[rep][m] + (2 if rep % 2 == 0 and m >= 6 else 0)


def send(store: ServedStore, statements: Sequence[dict[str, Any]]) -> None:
    for n in range(0, len(statements), 500):
        answer = store.post("statements", list(statements[n : n + 500]))
        assert answer.status == 200, answer.body


def write_study(folder: Path, store: ServedStore) -> Path:
    """The firm; its outcome is what people do in another store, joined by the identity map."""
    path = write_firm(folder, N_REPS)
    lrs = f'{{lrs: "{store.endpoint}", login: STORE, identifiers: {{person: xapi}}, steward: l-and-d}}'
    text = STUDY.replace(f"deals: {DEALS}", f"learning: {lrs}").replace(
        SQL, f"{COUNTED} from learning group by all"
    )
    text = text.replace(PEOPLE, f"{PEOPLE}, identifiers: {{rep_id: email}}").replace(
        "pseudonymise: [rep_id], ", ""
    )
    path.write_text(text)
    secrets = folder / ".payoff" / "secrets.yml"
    secrets.parent.mkdir(mode=0o700)
    secrets.write_text(f"STORE: '{store.key}:{store.secret}'\n")
    secrets.chmod(0o600)
    return path


def payoff(study: Path, *arguments: str) -> Any:
    done = run_payoff(*arguments, cwd=study.parent)
    assert done.returncode == 0, done.stderr
    return done


def load(study: Path) -> tuple[str, int]:
    (came,) = json.loads(payoff(study, "load", study.name, "--json", "--quiet").stdout)["sources"]
    return came["status"], came["n_new"]


def find_files(study: Path) -> list[Path]:
    """The segments that count, of every folder of the source."""
    folders = sorted(study.parent.glob(".payoff/statements-learning-*"))
    return [segment.path for folder in folders for segment in find_segments(folder)]


def read_ids(study: Path) -> list[str]:
    return [i for path in find_files(study) for i in pq.read_table(path)["statement_id"].to_pylist()]


def test_pulled_measured_pulled_again_and_erased(tmp_path: Path, store: ServedStore) -> None:
    said = [
        say(rep, day, n)
        for rep in range(N_REPS)
        for m, day in enumerate(MONTHS)
        for n in range(count(rep, m))
    ]
    send(store, said)
    study = write_study(tmp_path, store)
    payoff(study, "identity", "add", "people.csv", "--column", "rep_id=email", "--person", "email")
    unread = run_payoff("run", study.name, cwd=tmp_path)
    assert (unread.returncode, "D102" in unread.stderr, "payoff load" in unread.stderr) == (4, True, True)

    assert load(study) == ("loaded", len(said))
    assert sorted(read_ids(study)) == sorted(s["id"] for s in said)
    before = {path: path.read_bytes() for path in find_files(study)}
    assert load(study) == ("unchanged", 0)
    assert {path: path.read_bytes() for path in find_files(study)} == before

    payoff(study, "lock", study.name, "--analyst", "a", "--finance", "b", "--on", "2025-12-30")
    payoff(study, "run", study.name)
    result = json.loads((tmp_path / "out" / "drills" / "v1" / "result.json").read_text())
    effect = next(e for e in result["effects"] if e["metric"] == "deals")
    assert effect["estimate"] == pytest.approx(2 + trend(), abs=1e-6)

    send(store, [say(1, MONTHS[11], 20), say(2, MONTHS[11], 20)])
    voiding = {"objectType": "StatementRef", "id": said[0]["id"]}
    send(
        store, [say(0, MONTHS[11], 25, verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object=voiding)]
    )
    assert load(study) == ("loaded", 3)
    assert len(read_ids(study)) == len(set(read_ids(study))) == len(said) + 3
    table = land(study)
    assert len(table) == len(said) + 1
    assert said[0]["id"] not in table

    erase_everywhere(study, store)


def trend() -> float:
    """What the counts of the two arms differ by beside the two that the program brings."""

    def mean(arm: int, months: range) -> float:
        cells = [CHANCE[rep][m] for rep in range(arm, N_REPS, 2) for m in months]
        return sum(cells) / len(cells)

    return (mean(0, range(6, 12)) - mean(0, range(6))) - (mean(1, range(6, 12)) - mean(1, range(6)))


def land(study: Path) -> list[str]:
    """Statements of the load in use, after a check that lands what is there."""
    payoff(study, "check", study.name)
    folder = study.parent / ".payoff" / "warehouse" / "learning"
    package = folder / (folder / "current").read_text().strip()
    found: list[str] = pq.read_table(package / "rows.parquet")["statement_id"].to_pylist()
    return found


def find_places(study: Path, who: str) -> list[str]:
    """Segments in which somebody is found."""
    told = run_payoff("privacy", "find", who, "--json", cwd=study.parent).stdout
    return [line for line in told.splitlines() if "statements-learning-" in line]


def erase_everywhere(study: Path, store: ServedStore) -> None:
    """Found in the segments, gone from them, and what they do afterwards does not come in."""
    who = name_rep(3)
    assert find_places(study, who)
    theirs = sum(count(3, m) for m in range(12))
    before = len(read_ids(study))
    payoff(study, "privacy", "erase", who, "--by", "officer", "--reason", "asked", "--sources")
    assert len(read_ids(study)) == before - theirs
    assert find_places(study, who) == []
    send(store, [say(3, MONTHS[11], 21), say(5, MONTHS[11], 21)])
    assert load(study) == ("loaded", 2)
    assert len(read_ids(study)) == before - theirs + 1
    assert find_places(study, who) == []


def test_a_store_of_another_login_or_address_begins_anew(tmp_path: Path, store: ServedStore) -> None:
    send(store, [say(1, MONTHS[0], n) for n in range(3)])
    study = write_study(tmp_path, store)
    assert load(study) == ("loaded", 3)
    first = find_files(study)
    study.write_text(study.read_text().replace("login: STORE", "login: OTHER"))
    secrets = tmp_path / ".payoff" / "secrets.yml"
    secrets.write_text(secrets.read_text() + f"OTHER: '{store.key}:{store.secret}'\n")
    assert load(study) == ("loaded", 3)
    assert len({path.parent for path in find_files(study)}) == 2
    assert set(first) < set(find_files(study))


def test_a_wrong_secret_is_told_and_nothing_is_lost(tmp_path: Path, store: ServedStore) -> None:
    send(store, [say(1, MONTHS[0], n) for n in range(3)])
    study = write_study(tmp_path, store)
    assert load(study) == ("loaded", 3)
    before = read_ids(study)
    (tmp_path / ".payoff" / "secrets.yml").write_text("STORE: 'test-key:wrong'\n")
    done = run_payoff("load", study.name, cwd=tmp_path)
    assert done.returncode == 7
    assert "401" in done.stderr
    assert "wrong" not in done.stderr + done.stdout
    assert read_ids(study) == before
