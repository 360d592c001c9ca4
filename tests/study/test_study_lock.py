"""The lock: round trip, tampering, drift, amendments, retrospective."""

import datetime as dt
import json

import pytest
from study_valid import VALID

from payoff.nouns.problem import PayoffError
from payoff.nouns.study import Study
from payoff.study import check_study, find_drift, read_lock, read_study, write_amendment, write_lock
from payoff.study.plan import canonical_json, hash_plan

BEFORE = dt.date(2026, 3, 20)
START = dt.date(2026, 4, 1)


def study(text: str = VALID) -> Study:
    return read_study(text.encode(), "drills.yml")


def locked(on: dt.date = BEFORE) -> bytes:
    return write_lock(study(), "a.ruiz", "p.okoro", on, 0.0283)


CHANGED = VALID.replace("min_cell: 5", "min_cell: 7").replace("mid: 40%", "mid: 42%")


def test_a_lock_made_when_outcomes_were_there_is_retrospective_whatever_its_date() -> None:
    data = write_lock(study(), "a.ruiz", "p.okoro", BEFORE, 0.02, 0.2, saw_outcomes=True)
    lock = read_lock(data, "drills.lock")
    assert lock.retrospective
    assert (lock.threshold_lift, lock.threshold_gain) == (0.02, 0.2)


def test_a_lock_of_the_first_release_reads_and_can_be_amended() -> None:
    """It has no threshold_gain, and a seal over what it does have."""
    fields = {
        "payoff_lock": 1,
        "plan_lock": study().plan_lock,
        "on": BEFORE.isoformat(),
        "analyst": "a.ruiz",
        "finance": "p.okoro",
        "retrospective": False,
        "threshold_lift": 0.0283,
        "amendments": [],
    }
    seal = hash_plan(canonical_json(fields))
    lines = [
        line if not line.startswith("seal:") else f"seal: {seal}"
        for line in locked().decode().splitlines()
        if not line.startswith("threshold_gain:")
    ]
    old = "\n".join([*lines, ""]).encode()
    lock = read_lock(old, "drills.lock")
    assert (lock.threshold_lift, lock.threshold_gain) == (0.0283, None)
    assert find_drift(study(), old) == ()
    amended = write_amendment(study(CHANGED), old, "Finance asked", "p.okoro", BEFORE)
    assert read_lock(amended, "drills.lock").threshold_gain is None
    cut = b"\n".join(line for line in locked().splitlines() if not line.startswith(b"threshold_gain:"))
    with pytest.raises(PayoffError):  # leaving the field out of a newer lock is tampering
        read_lock(cut + b"\n", "drills.lock")


def test_a_lock_reads_back_as_written() -> None:
    lock = read_lock(locked(), "drills.lock")
    assert (lock.hash, lock.on, lock.analyst, lock.finance) == (
        study().plan_lock,
        BEFORE,
        "a.ruiz",
        "p.okoro",
    )
    assert lock.threshold_lift == 0.0283
    assert lock.amendments == ()


def test_read_study_carries_its_lock() -> None:
    found = read_study(VALID.encode(), "drills.yml", locked())
    assert found.lock == read_lock(locked(), "drills.lock")


def test_a_lock_without_threshold_reads_back() -> None:
    data = write_lock(study(), "a.ruiz", "p.okoro", BEFORE, None)
    assert read_lock(data, "x").threshold_lift is None


@pytest.mark.parametrize(
    ("on", "expected"), [(START - dt.timedelta(days=1), False), (START, True), (dt.date(2027, 1, 1), True)]
)
def test_a_lock_from_the_first_day_of_follow_up_on_is_retrospective(on: dt.date, expected: bool) -> None:
    assert read_lock(locked(on), "x").retrospective is expected


@pytest.mark.parametrize("pair", [("a.ruiz", "a.ruiz"), ("a.ruiz", " A.RUIZ "), ("", "p.okoro"), ("a", " ")])
def test_two_different_people_approve(pair: tuple[str, str]) -> None:
    with pytest.raises(PayoffError) as caught:
        write_lock(study(), *pair, BEFORE, None)
    assert [p.code for p in caught.value.problems] == ["L004"]


def test_an_unchanged_plan_has_not_drifted() -> None:
    assert find_drift(study(), locked()) == ()


def test_drift_lists_every_changed_path() -> None:
    problems = find_drift(study(CHANGED), locked())
    assert {p.code for p in problems} == {"L003"}
    text = " ".join(p.what for p in problems)
    assert len(problems) == 2
    assert "privacy.min_cell: nothing → 7" in text
    assert "assumptions.margin.mid: 0.4 → 0.42" in text


def test_an_amendment_ends_the_drift_and_keeps_the_first_promise() -> None:  # OUT-08
    amended = write_amendment(study(CHANGED), locked(), "finance revised margins", "a.ruiz", START)
    assert find_drift(study(CHANGED), amended) == ()
    assert find_drift(study(), amended) != ()
    lock = read_lock(amended, "x")
    assert lock.hash == study().plan_lock
    assert not lock.retrospective
    assert lock.threshold_lift == 0.0283
    (entry,) = lock.amendments
    assert (entry.on, entry.by, entry.reason) == (START, "a.ruiz", "finance revised margins")
    assert entry.lock == study(CHANGED).plan_lock
    assert "assumptions.margin.mid: 0.4 → 0.42" in entry.changes


def test_amendments_follow_each_other() -> None:
    again = CHANGED.replace("mid: 42%", "mid: 44%")
    first = write_amendment(study(CHANGED), locked(), "one", "a.ruiz", START)
    second = write_amendment(study(again), first, "two", "p.okoro", START)
    assert [a.reason for a in read_lock(second, "x").amendments] == ["one", "two"]
    assert read_lock(second, "x").amendments[1].changes == ("assumptions.margin.mid: 0.42 → 0.44",)
    with pytest.raises(PayoffError, match="L006"):
        write_amendment(study(), second, "three", "a.ruiz", BEFORE)


@pytest.mark.parametrize(("reason", "by"), [("", "a.ruiz"), ("why", "  ")])
def test_an_amendment_needs_reason_and_name(reason: str, by: str) -> None:
    with pytest.raises(PayoffError, match="L005"):
        write_amendment(study(CHANGED), locked(), reason, by, START)


def test_an_amendment_without_change_is_refused() -> None:
    with pytest.raises(PayoffError, match="L005"):
        write_amendment(study(), locked(), "why", "a.ruiz", START)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"mid": 0.4', b'"mid": 0.9'),  # the plan kept in the lock
        (b'on: "2026-03-20"', b'on: "2026-01-20"'),  # the date
        (b'on: "2026-03-20"', b'on: "2026-05-20"'),  # a date that makes it retrospective
        (b"threshold_lift: 0.0283", b"threshold_lift: 0.01"),
        (b'finance: "p.okoro"', b'finance: "someone"'),
        (b"retrospective: false", b"retrospective: true"),
    ],
)
def test_a_tampered_lock_is_noticed_by_all_who_read_it(old: bytes, new: bytes) -> None:
    data = locked()
    assert data.count(old) == 1
    data = data.replace(old, new)
    with pytest.raises(PayoffError) as caught:
        read_lock(data, "drills.lock")
    assert caught.value.exit_code == 5
    assert [p.code for p in caught.value.problems] == ["L002"]
    assert [p.code for p in find_drift(study(), data)] == ["L002"]
    found, problems = check_study(VALID.encode(), "drills.yml", data)
    assert found is None
    assert [p.code for p in problems] == ["L002"]
    with pytest.raises(PayoffError) as caught:
        read_study(VALID.encode(), "drills.yml", data)
    assert caught.value.exit_code == 5


def test_a_removed_amendment_is_noticed() -> None:
    amended = write_amendment(study(CHANGED), locked(), "why", "a.ruiz", START).decode()
    seal = amended[amended.index("seal:") :]
    shortened = amended[: amended.index("amendments:")] + seal
    with pytest.raises(PayoffError, match="L002"):
        read_lock(shortened.encode(), "x")


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"a: 1\n", b"[[[[[[[[[[[[[[[[[[[[", b"- 1\n", b"plan_lock: &a x\n", b"plan: |\n  {\n"],
)
def test_what_is_no_lock_is_refused(data: bytes) -> None:
    with pytest.raises(PayoffError, match="L001"):
        read_lock(data, "x")


def test_a_lock_with_deep_json_is_refused() -> None:
    head = locked().decode().partition("plan: |")[0]
    data = (head + "plan: |\n  " + "[" * 100_000 + "\nseal: x\n").encode()
    with pytest.raises(PayoffError, match="L001"):
        read_lock(data, "x")


def test_the_same_lock_has_the_same_bytes() -> None:
    assert locked() == locked()


def test_the_snapshot_in_the_lock_is_the_plan() -> None:
    block = locked().decode().partition("plan: |\n")[2].partition("\nseal")[0]
    assert json.loads(block) == json.loads(study().plan)
