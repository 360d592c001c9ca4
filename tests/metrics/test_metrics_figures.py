"""Queries, calendar, counts, measured assumptions and data health."""

import datetime as dt
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from metrics_studies import (
    DEALS,
    DESIGN,
    RCT,
    cohort_table,
    make_assumption,
    make_study,
    metric_table,
    window,
)

from payoff.metrics import (
    build_panel,
    count_units,
    describe_health,
    list_short_baselines,
    plan_queries,
    read_measured,
)
from payoff.metrics.calendar import list_periods, truncate
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.problem import PayoffError
from payoff.nouns.study import CohortPlan, Guardrail, Outcome, Study, Term

MONTHS = [f"2025-0{n}-01" for n in range(1, 7)]
UNITS = ["A", "B", "C", "D"]
COHORT = cohort_table(UNITS, ["2025-04-10", "2025-05-01", None, None])
FULL = [(unit, month, float(n + 10 * k)) for k, unit in enumerate(UNITS) for n, month in enumerate(MONTHS)]


def check(study: Study, rows: list[tuple[Any, Any, Any]], name: str, cohort: pa.Table = COHORT) -> Check:
    made, (panel,) = build_panel(study, {"cohort": cohort, "metric:deals": metric_table(rows)})
    return next(c for c in describe_health(study, made, panel) if c.name == name)


@pytest.mark.parametrize("name", ["baseline of 90 days", "a year of seasons"])
def test_a_window_nobody_was_measured_in_is_not_called_fine(name: str) -> None:
    """BAS-03: how long the plan says the baseline is matters only where something was seen in it."""
    cohort = pa.table({"unit": UNITS, "arm": [1, 1, 0, 0], "included": [True] * 4})
    found = check(make_study(design=RCT), [row for row in FULL if row[1] >= "2025-05-01"], name, cohort)
    assert found.verdict is Verdict.SILENT
    assert "was observed in the baseline" in found.text


def test_queries_are_planned_once_each() -> None:
    score = replace(DEALS, name="score")
    study = make_study(
        (DEALS, score),
        outcome=Outcome(
            "score", ("deals",), ("score",), (Guardrail("deals", "-1 pp at most", 1.0, "points"),)
        ),
        assumptions=(make_assumption("pay"), make_assumption("size", sql="select 1", sources=("crm",))),
    )
    assert [q.name for q in plan_queries(study)] == [
        "cohort",
        "metric:score",
        "metric:deals",
        "assumption:size",
    ]


@pytest.mark.parametrize("table", ["people", "(select * from people -- all\n)"])
def test_the_cohort_query_runs(table: str) -> None:
    design = replace(
        RCT, cluster="team", take_up="came", strata="team || 'x'", covariates=("age", "age > 30")
    )
    study = make_study(design=design, cohort=CohortPlan(table, "age > 20", (), ("people",)))
    people = pa.table(
        {"rep": [1, 2], "treat": [1, 0], "team": ["n", "s"], "came": [1, None], "age": [31, None]}
    )
    with duckdb.connect() as connection:
        connection.register("people", people)
        answer = connection.execute(plan_queries(study)[0].sql).to_arrow_table().to_pydict()
    assert answer == {
        "unit": [1, 2],
        "arm": [True, False],
        "cluster": ["n", "s"],
        "take_up": [1, None],
        "strata": ["nx", "sx"],
        "covariate_1": [31, None],
        "covariate_2": [True, None],
        "included": [True, False],  # unknown is not in the population
    }


@given(
    st.dates(dt.date(1890, 1, 1), dt.date(2100, 12, 31)),
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
)
def test_periods_are_those_of_the_calendar(day: dt.date, period: str) -> None:
    first = {
        "day": day,
        "week": day - dt.timedelta(days=day.isoweekday() - 1),
        "month": day.replace(day=1),
        "quarter": dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        "year": dt.date(day.year, 1, 1),
    }[period]
    assert truncate(np.array([day], dtype="datetime64[D]"), period)[0].item() == first


def test_blank_dates_stay_blank_and_leap_years_have_their_day() -> None:
    for period in ("day", "week", "month", "quarter", "year"):
        assert np.isnat(truncate(np.array(["NaT"], dtype="datetime64[D]"), period)).all()
    days = list_periods(np.datetime64("2024-02-28"), np.datetime64("2024-03-01"), "day")
    assert [str(d) for d in days] == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert list_periods(np.datetime64("2024-12-30"), np.datetime64("2025-01-06"), "week").size == 2


def test_counts() -> None:
    rows = [r for r in FULL if not (r[0] == "B" and r[1] >= "2025-05")]  # B is gone after its launch
    made, (panel,) = build_panel(make_study(), {"cohort": COHORT, "metric:deals": metric_table(rows)})
    counts = count_units(make_study(), made, panel)
    assert (counts.analysed, counts.assigned) == (1, 2)
    assert counts.baseline == pytest.approx(np.mean([0, 1, 2, 10, 11, 12]))
    assert counts.term_months == ((1, 3),)


def test_the_baseline_is_weighted() -> None:
    rows = [("A", MONTHS[0], 10.0), ("A", MONTHS[4], 1.0), ("B", MONTHS[0], 40.0), ("C", MONTHS[0], 99.0)]
    table = metric_table(rows).append_column("weight", pa.array([1.0, 1.0, 2.0, 1.0]))
    made, (panel,) = build_panel(make_study(), {"cohort": COHORT, "metric:deals": table})
    counts = count_units(make_study(), made, panel)
    assert counts.baseline == pytest.approx((10 + 2 * 40) / 3)
    assert counts.analysed == 1


def test_a_randomised_outcome_needs_no_baseline_of_its_own() -> None:
    cohort = pa.table({"unit": UNITS, "arm": [1, 1, 0, 0], "included": [True] * 4})
    rows = [r for r in FULL if not (r[0] == "A" and r[1] < "2025-04")]
    for design, analysed in ((RCT, 2), (replace(DESIGN, type="before_after", launch=None), 3)):
        study = make_study(design=design)
        made, (panel,) = build_panel(study, {"cohort": cohort, "metric:deals": metric_table(rows)})
        assert count_units(study, made, panel).analysed == analysed


@pytest.mark.parametrize(
    ("period", "terms", "months"),
    [
        ("month", ((0, 0), (1, None)), ((1, 1), (2, 3))),
        ("month", (), ((1, 3),)),
        ("quarter", ((0, None),), ((1, 3),)),
    ],
)
def test_term_months(period: Any, terms: tuple[tuple[int, int | None], ...], months: Any) -> None:
    named = tuple(Term(f"t{n}", *term) for n, term in enumerate(terms))
    study = make_study(design=replace(DESIGN, terms=named, period=period))
    rows = [(u, m, 1.0) for u in UNITS for m in (MONTHS if period == "month" else MONTHS[::3])]
    made, (panel,) = build_panel(study, {"cohort": COHORT, "metric:deals": metric_table(rows)})
    assert count_units(study, made, panel).term_months == months


def test_term_months_in_weeks_and_days() -> None:
    days = [str(dt.date(2025, 3, 31) + dt.timedelta(days=7 * n)) for n in range(-13, 13)]
    rows = [(u, d, 1.0) for u in UNITS for d in days]
    design = replace(
        DESIGN,
        period="week",
        terms=(Term("a", 0, 3), Term("b", 4, None)),
        baseline=window("2024-12-30", "2025-03-30"),
        follow_up=window("2025-03-31", "2025-06-29"),
    )
    study = make_study(design=design)
    cohort = cohort_table(UNITS, ["2025-03-31", "2025-04-10", None, None])
    made, (panel,) = build_panel(study, {"cohort": cohort, "metric:deals": metric_table(rows)})
    assert count_units(study, made, panel).term_months == ((1, 1), (2, 3))  # 4 weeks, then to week 13
    daily = make_study(design=replace(design, period="day", terms=(Term("a", 0, 6),)))
    made, (panel,) = build_panel(daily, {"cohort": cohort, "metric:deals": metric_table(rows)})
    assert count_units(daily, made, panel).term_months == ((1, 1),)


def test_months_are_counted_from_launch_across_a_gap() -> None:
    """Launch in March, first measured in May: months 3 and 4, not 1 and 2."""
    washed = replace(
        DESIGN, baseline=window("2025-01-01", "2025-02-28"), follow_up=window("2025-05-01", "2025-06-30")
    )
    cohort = cohort_table(UNITS, ["2025-03-20", "2025-03-01", None, None])
    study = make_study(design=washed)
    made, (panel,) = build_panel(study, {"cohort": cohort, "metric:deals": metric_table(FULL)})
    counts = count_units(study, made, panel)
    assert counts.term_months == ((3, 4),)
    assert counts.analysed_by_term == (2,)


def test_each_term_counts_those_it_was_measured_for() -> None:
    """B started a month after A and left in June: nobody saw its second month, nor a month before launch."""
    terms = (Term("lead", -1, -1), Term("first", 0, 0), Term("later", 1, None))
    study = make_study(design=replace(DESIGN, terms=terms))
    rows = [r for r in FULL if r[:2] != ("B", MONTHS[5]) and r[:2] != ("B", MONTHS[3])]
    made, (panel,) = build_panel(study, {"cohort": COHORT, "metric:deals": metric_table(rows)})
    counts = count_units(study, made, panel)
    assert counts.analysed == 2
    assert counts.analysed_by_term == (1, 2, 1)
    assert counts.term_months == ((0, 0), (1, 1), (2, 3))


def test_measured_assumptions() -> None:
    asked = {"sql": "select 1", "sources": ("crm",)}
    study = make_study(
        assumptions=(
            make_assumption("stated", low=1.0, mid=2.0, high=3.0, shape="triangular"),
            make_assumption("fixed", **asked),
            make_assumption("ranged", low=0.8, mid=1.0, high=1.2, shape="triangular", **asked),
            make_assumption("loss", low=0.8, mid=1.0, high=1.2, shape="triangular", **asked),
        )
    )
    tables = {
        "assumption:fixed": pa.table({"x": pa.array([5], pa.decimal128(38, 0))}),
        "assumption:ranged": pa.table({"x": [50.0]}),
        "assumption:loss": pa.table({"x": [-50.0]}),
    }
    found: dict[str, tuple[Any, ...]] = {
        a.name: (a.low, a.mid, a.high, a.shape) for a in read_measured(study, tables)
    }
    assert list(found) == ["stated", "fixed", "ranged", "loss"]
    assert found["stated"] == (1, 2, 3, "triangular")
    assert found["fixed"] == (5, 5, 5, "fixed")
    assert found["ranged"] == pytest.approx((40, 50, 60, "triangular"))
    assert found["loss"] == pytest.approx((-60, -50, -40, "triangular"))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"x": [None]}, "no number"),
        ({"x": [float("nan")]}, "no number"),
        ({"x": [float("inf")]}, "no number"),
        ({"x": [1, 2]}, "2 rows"),
        ({"x": pa.array([], pa.int64())}, "0 rows"),
        ({"x": [1], "y": [2]}, "2 columns"),
        ({"x": ["five"]}, "text ('five')"),
    ],
)
def test_an_assumption_needs_one_number(cells: dict[str, Any], said: str) -> None:
    study = make_study(assumptions=(make_assumption("pay", sql="select 1", sources=("crm",)),))
    with pytest.raises(PayoffError) as caught:
        read_measured(study, {"assumption:pay": pa.table(cells)})
    (problem,) = caught.value.problems
    assert problem.code == "D309"
    assert said in problem.what


@pytest.mark.parametrize(
    ("start", "verdict"),
    [("2025-01-01", Verdict.PASS), ("2025-01-02", Verdict.FAIL), ("2025-02-01", Verdict.FAIL)],
)
def test_ninety_days_before_launch(start: str, verdict: Verdict) -> None:
    """BAS-03: 1 January to 31 March 2025 are 90 days."""
    study = make_study(design=replace(DESIGN, baseline=window(start, "2025-03-31")))
    found = check(study, FULL, "baseline of 90 days")
    assert found.verdict is verdict
    assert (found.costs, found.blocks, found.scope) == (1, False, "data")


def test_ninety_days_of_each_unit() -> None:
    rows = [r for r in FULL if r[0] != "C" or r[1] >= "2025-03"]
    found = check(make_study(), rows, "baseline of 90 days")
    assert found.verdict is Verdict.FAIL  # one of four
    assert "Fewer than 5 of the reps were seen for fewer than 90 days" in found.text


def test_two_observations_before_launch() -> None:
    """BAS-04: the learner who has one is listed."""
    rows = [r for r in FULL if r[0] != "C" or r[1] >= "2025-03"]
    assert check(make_study(), FULL, "two baseline observations").verdict is Verdict.PASS
    found = check(make_study(), rows, "two baseline observations")
    assert found.verdict is Verdict.FAIL
    assert "Fewer than 5 of the reps analysed" in found.text
    assert found.costs == 0
    _, (panel,) = build_panel(make_study(), {"cohort": COHORT, "metric:deals": metric_table(rows)})
    assert list_short_baselines(panel) == ("C",)


def test_one_in_ten_may_be_short() -> None:
    units = [f"u{n:02}" for n in range(20)]
    cohort = cohort_table(units, ["2025-04-01"] * 10 + [None] * 10)
    rows = [(u, m, 1.0) for n, u in enumerate(units) for m in MONTHS if n >= 2 or m >= "2025-03"]
    assert check(make_study(), rows, "two baseline observations", cohort).verdict is Verdict.PASS


def test_nobody_starts_within_the_baseline() -> None:
    """BAS-06."""
    early = cohort_table(UNITS, ["2025-03-31", "2025-05-01", None, None])
    found = check(make_study(), FULL, "baseline ends before launch", early)
    assert (found.verdict, found.blocks) == (Verdict.FAIL, True)
    assert "Fewer than 5 reps started before" in found.text
    assert check(make_study(), FULL, "baseline ends before launch").verdict is Verdict.PASS


def test_seasons_need_a_year() -> None:
    """BAS-05."""
    assert check(make_study(), FULL, "a year of seasons").verdict is Verdict.FAIL
    year = make_study(design=replace(DESIGN, baseline=window("2024-04-01", "2025-03-31")))
    assert check(year, FULL, "a year of seasons").verdict is Verdict.PASS


def test_periods_without_data() -> None:
    name = "every period has data"
    assert check(make_study(), FULL, name).verdict is Verdict.PASS
    gap = replace(DESIGN, baseline=window("2025-01-01", "2025-02-28"))
    assert check(make_study(design=gap), FULL, name).verdict is Verdict.PASS
    found = check(make_study(), [r for r in FULL if r[1] != MONTHS[1]], name)
    assert found.verdict is Verdict.FAIL
    assert found.text == "Missing from the windows: 1 month."
    early = check(make_study(), [r for r in FULL if r[1] < MONTHS[4]], name)
    assert early.verdict is Verdict.PASS
    assert early.text == "No month is without data. 2 months still to come."
    shifted = [(u, m[:-2] + "15", v) for u, m, v in FULL]
    assert check(make_study(), shifted, name).verdict is Verdict.SILENT


def test_outcomes_after_launch() -> None:
    name = "outcomes present"
    assert check(make_study(), FULL, name).verdict is Verdict.PASS
    gone = [r for r in FULL if r[0] != "D" or r[1] < "2025-04"]
    found = check(make_study(), gone, name)
    assert found.verdict is Verdict.FAIL
    assert "All but fewer than 5 reps of the cohort have an outcome after launch" in found.text
    assert check(make_study(), [r for r in FULL if r[1] < "2025-04"], name).verdict is Verdict.SILENT
