"""What is written beside the tables: logs forget a person, records that are only added to stay whole."""

import datetime as dt
from pathlib import Path

import personal_workspace as p
import pytest

from payoff.nouns.source_health import Acceptance
from payoff.records.acceptances import add_acceptance, read_acceptances
from payoff.records.chain import add_line, read_chain
from payoff.records.export_log import Export, add_export, read_exports
from payoff.run.loads.load_log import Came, LoadBook, read_log
from payoff.run.privacy.learner_export import log_path
from payoff.run.privacy.person_erasing import Request, erase_person, look_for_person
from payoff.run.workspace import find_home


@pytest.fixture
def root(tmp_path: Path) -> Path:
    p.make_workspace(tmp_path / "firm")
    return tmp_path / "firm"


def order(root: Path) -> dict[str, str]:
    """What is left, by path, after everything was ordered to go."""
    done = erase_person(find_home(root), Request(p.PERSON, "C. Privacy", "request 17", sources=True))
    return {left["path"]: left["kind"] for left in done["left"]}


def test_records_that_name_the_person_stay_whole_and_are_told(root: Path) -> None:
    today = dt.date(2026, 3, 1).isoformat()
    accepted = Acceptance("drills", "deals.copies", "f" * 64, "a" * 64, p.NAME, "known", today, today)
    made = Export(today, "drills", p.MAIL, "analyst", "cohorts", ("person",), 80, 4, 5, "a.csv", "f" * 64)
    add_acceptance(root / "drills.health.jsonl", accepted)
    add_line(root / "drills.baselines.jsonl", {"version": "v1", "by": p.NAME})
    add_export(log_path(find_home(root)), made)
    for _ in range(2):
        add_line(root / "drills.baselines.jsonl", {"version": "v2", "by": "Ann Other"})

    left = order(root)

    assert left == {
        "drills.health.jsonl": "plan",
        "drills.baselines.jsonl": "plan",
        ".payoff/exports.jsonl": "plan",
    }
    assert read_acceptances(root / "drills.health.jsonl") == (accepted,)
    assert read_exports(log_path(find_home(root))) == (made,)
    assert len(read_chain(root / "drills.baselines.jsonl", dict)) == 3


def test_logs_and_what_a_killed_spark_left_forget_the_person(root: Path) -> None:
    warehouse = find_home(root).warehouse
    book = LoadBook(warehouse, "drills")
    book.add(Came("deals", "failed", keys=(f"{p.MAIL}, 2026-01-01",), reason=f"row 7 names {p.NAME}"))
    book.close("failed")
    spill = warehouse / ".spark" / "spill-999999999"
    spill.mkdir(parents=True)
    (spill / "shuffle.data").write_text(p.MAIL)
    (warehouse / ".spark" / "driver.log").write_text(f"cannot cast {p.ID}\n")
    found = look_for_person(find_home(root), p.PERSON)[0]
    assert sum(one.place.kind == "log" for one in found) == 2

    assert order(root) == {}

    assert p.find_traces(root) == set()
    (entry,) = read_log(warehouse)
    assert (entry.status, entry.sources[0].keys[0].startswith("erased-")) == ("failed", True)
