"""A metric by its id in the catalogue: filled in, locked with its version, refused where it cannot hold."""

import json

import pytest
from study_catalogue_cases import CATALOGUE_CASES, CATALOGUE_WARNINGS, TURNOVER, WITH_USE, with_metrics

from payoff.metrics.catalogue import CATALOGUE, SHIPPED
from payoff.nouns.definition import Catalogue
from payoff.nouns.problem import Problem, Severity
from payoff.nouns.study import Study
from payoff.study import check_study

BALANCED = (
    "repeat_visits", "assessment_score", "scenario_accuracy", "safety_compliance", "win_rate",
    "learner_satisfaction",
)  # fmt: skip


def check(text: str | bytes, catalogue: Catalogue = SHIPPED) -> tuple[Study | None, tuple[Problem, ...]]:
    data = text.encode() if isinstance(text, str) else text
    return check_study(data, "drills.yml", catalogue=catalogue)


@pytest.mark.parametrize(("name", "code", "data"), CATALOGUE_CASES, ids=[c[0] for c in CATALOGUE_CASES])
def test_a_wrong_use_ends_in_one_clear_problem(name: str, code: str, data: bytes) -> None:
    study, problems = check(data)
    assert study is None
    errors = [p for p in problems if p.severity is Severity.ERROR]
    assert {p.code for p in errors} == {code}, [(p.code, p.what) for p in problems]
    assert all(p.place is not None and p.fix and p.why for p in errors)


@pytest.mark.parametrize(("name", "code", "data"), CATALOGUE_WARNINGS, ids=[c[0] for c in CATALOGUE_WARNINGS])
def test_a_doubtful_set_is_warned_of(name: str, code: str, data: bytes) -> None:
    study, problems = check(data)
    assert study is not None, [(p.code, p.what) for p in problems]
    assert {p.code for p in problems} == {code}


def test_a_measure_is_filled_in_from_its_definition() -> None:
    study, problems = check(WITH_USE)
    assert problems == ()
    assert study is not None
    metric = study.metric("handling")
    definition = CATALOGUE["average_handle_time"]
    assert (metric.label, metric.unit_text, metric.better) == (definition.label, "min/call", "lower")
    assert (metric.owner, metric.sources, metric.tier) == ("ops", ("crm",), "lagging")
    assert "secs * 2" in metric.sql


def test_the_lock_holds_the_version_and_the_query() -> None:
    study, _ = check(WITH_USE)
    assert study is not None
    locked = json.loads(study.plan)["metrics"]["handling"]
    assert locked["use"] == "average_handle_time@1"
    assert "handle_seconds" in locked["sql"]
    pinned, _ = check(WITH_USE.replace("use: average_handle_time", "use: average_handle_time@1"))
    assert pinned is not None
    assert pinned.plan_lock == study.plan_lock


def test_a_level_of_the_hierarchy_is_written_out() -> None:
    """KPI-20."""
    rolled = WITH_USE.replace(
        "    use: average", "    hierarchy: people\n    level: North's\n    use: average"
    )
    rolled = rolled.replace("unit: rep}", "unit: rep, hierarchy.parent_id: boss}")
    study, problems = check(rolled)
    assert problems == ()
    assert study is not None
    metric = study.metric("handling")
    assert metric.sources == ("crm", "people")
    assert "cast((boss) as varchar) as parent_id" in metric.sql
    assert "level = 'North''s'" in metric.sql


def test_two_programs_that_use_one_id_ask_the_same() -> None:
    """KPI-08."""
    one, _ = check(WITH_USE)
    other, _ = check(
        WITH_USE.replace("study: drills", "study: other").replace("2025-10-01..", "2025-09-01..")
    )
    assert one is not None
    assert other is not None
    assert one.metric("handling").sql == other.metric("handling").sql


def test_periods_follow_the_windows_and_the_calendar() -> None:
    text = with_metrics(TURNOVER, names="leaving")
    study, problems = check(text.replace("\ndesign:\n", "\ncalendar: {month_starts_on: 26}\ndesign:\n"))
    assert study is not None, problems
    sql = study.metric("leaving").sql
    assert sql.count("', date '") == 13  # 26 September 2025 to 26 September 2026
    assert "(date '2025-09-26', date '2025-10-26')" in sql
    assert "(date '2026-09-26', date '2026-10-26')" in sql


def test_measures_of_every_class_make_a_balanced_set() -> None:
    texts = [f"  m{n}: {{use: {id}, source: crm, owner: ops}}\n" for n, id in enumerate(BALANCED)]
    study, problems = check(with_metrics(*texts, names=", ".join(f"m{n}" for n in range(len(BALANCED)))))
    assert problems == ()
    assert study is not None


def test_without_a_catalogue_an_id_means_nothing() -> None:
    study, problems = check(WITH_USE, Catalogue())
    assert study is None
    assert [p.code for p in problems] == ["P214"]


@pytest.mark.parametrize(
    "use",
    [
        "use: 3",
        "use: [a]",
        "use: {a: 1}",
        "use: average_handle_time\n    tables: 3",
        "use: average_handle_time\n    members: [a]",
    ],
)
def test_a_use_of_the_wrong_kind_is_a_problem_not_a_crash(use: str) -> None:
    study, problems = check(WITH_USE.replace("use: average_handle_time", use))
    assert study is None
    assert {p.code for p in problems} <= {"P214", "P104", "P303"}


def test_faults_of_the_design_are_told_once() -> None:
    study, problems = check(WITH_USE.replace("baseline: 2025-10-01..2026-03-31", "baseline: soon"))
    assert study is None
    assert {p.code for p in problems} == {"P108"}
