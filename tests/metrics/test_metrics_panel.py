"""Panels by hand: windows, missing rules, launches, and everything that is refused or counted."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from metrics_studies import DEALS, DESIGN, RCT, cohort_table, make_study, metric_table, window

from payoff.metrics import CODES, build_panel
from payoff.nouns.cohort import Exclusion
from payoff.nouns.panel import Panel
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import CohortPlan, Study

MONTHS = [f"2025-0{n}-01" for n in range(1, 7)]
COHORT = cohort_table(["A", "B"], ["2025-04-10", None])
FULL = [(unit, month, 10.0 * n + k) for n, month in enumerate(MONTHS) for k, unit in enumerate("AB")]


def build(study: Study, rows: list[tuple[Any, Any, Any]] | pa.Table, cohort: pa.Table = COHORT) -> Panel:
    table = rows if isinstance(rows, pa.Table) else metric_table(rows)
    _, (panel,) = build_panel(study, {"cohort": cohort, "metric:deals": table})
    return panel


def refuse(study: Study, rows: list[tuple[Any, Any, Any]] | pa.Table, cohort: pa.Table = COHORT) -> Problem:
    with pytest.raises(PayoffError) as caught:
        build(study, rows, cohort)
    assert caught.value.exit_code == 4
    (problem,) = caught.value.problems
    assert problem.code in CODES
    assert problem.why
    assert problem.fix
    return problem


def test_a_full_panel() -> None:
    panel = build(make_study(), FULL[::-1])
    assert panel.unit == ("A", "B")
    assert [str(p) for p in panel.periods] == MONTHS
    assert panel.values.tolist() == [[0, 10, 20, 30, 40, 50], [1, 11, 21, 31, 41, 51]]
    assert panel.weights.tolist() == [[1.0] * 6] * 2
    assert panel.pre.tolist() == [True] * 3 + [False] * 3
    assert panel.post.tolist() == [False] * 3 + [True] * 3
    assert panel.in_program.tolist() == [True, False]
    assert panel.launch.tolist() == [3, -1]
    assert panel.cluster.tolist() == [0, 1]
    assert panel.n_assigned == (1, 1)
    assert panel.exclusions == ()
    assert not panel.values.flags.writeable


def test_the_order_of_rows_does_not_matter_and_contents_do() -> None:
    shuffled = [FULL[n] for n in np.random.default_rng(1).permutation(len(FULL))]
    mark = build(make_study(), FULL).fingerprint
    assert build(make_study(), shuffled, COHORT.take([1, 0])).fingerprint == mark
    assert build(make_study(), [*FULL[1:], ("A", MONTHS[0], 0.5)]).fingerprint != mark
    tables = {"cohort": COHORT, "metric:deals": metric_table(FULL)}
    cohort, (panel,) = build_panel(make_study(), tables, ("another file",))
    assert panel.fingerprint != mark
    assert cohort.fingerprint != build_panel(make_study(), tables)[0].fingerprint


def test_units_are_ordered_by_number_and_agree_between_types() -> None:
    cohort = cohort_table([10.0, 9.0, 100.0], ["2025-04-10", None, None])
    rows = [(key, MONTHS[0], int(key)) for key in ("100", "9", "10", "11")]
    panel = build(make_study(), rows, cohort)
    assert panel.unit == ("9", "10", "100")
    assert panel.values[:, 0].tolist() == [9, 10, 100]
    assert panel.exclusions == (Exclusion("rows of deals of nobody in the cohort: 1", 0, 3),)


@pytest.mark.parametrize(
    ("day", "used"),
    [
        ("2024-12-31", False),  # the day before the baseline
        ("2025-01-01", True),
        ("2025-03-31", True),
        ("2025-04-30", True),  # the last day between
        ("2025-05-01", True),
        ("2025-06-30", True),
        ("2025-07-01", False),  # the day after follow-up
    ],
)
def test_window_edges(day: str, used: bool) -> None:
    design = replace(DESIGN, period="day", launch="launch", follow_up=window("2025-04-30", "2025-06-30"))
    rows = [("A", "2025-02-01", 1.0), ("B", "2025-02-01", 1.0), ("B", day, 5.0)]
    panel = build(make_study(design=design), rows)
    assert (np.datetime64(day) in panel.periods) == used
    told = [e.reason for e in panel.exclusions]
    assert ("rows of deals outside both windows: 1" in told) != used


def test_a_gap_between_the_windows_and_a_straddling_period_are_in_neither() -> None:
    design = replace(
        DESIGN, baseline=window("2025-01-01", "2025-02-14"), follow_up=window("2025-05-10", "2025-06-30")
    )
    panel = build(make_study(design=design), FULL)
    assert [str(p)[5:7] for p in panel.periods[panel.pre]] == ["01", "02"]
    assert [str(p)[5:7] for p in panel.periods[panel.post]] == ["05", "06"]
    assert panel.exclusions[0].reason == "rows of deals outside both windows: 4"
    assert [str(p) for p in panel.periods] == MONTHS
    assert np.isnan(panel.values[:, 2:4]).all()  # what lies between is not looked at
    assert not panel.weights[:, 2:4].any()
    touching = replace(
        DESIGN, baseline=window("2025-01-01", "2025-03-15"), follow_up=window("2025-03-16", "2025-06-30")
    )
    panel = build(make_study(design=touching), FULL)
    assert not (panel.pre | panel.post)[2]
    assert np.isnan(panel.values[:, 2]).all()


def test_a_period_nobody_has_keeps_its_place() -> None:
    """Periods since launch are counted in time: without May, June is still two months after April."""
    for missing in ("exclude", "drop_unit"):
        metric = replace(DEALS, missing=missing)
        panel = build(make_study((metric,)), [r for r in FULL if r[1] not in (MONTHS[1], MONTHS[4])])
        assert [str(p) for p in panel.periods] == MONTHS
        assert panel.launch.tolist() == [3, -1]
        assert (panel.pre.sum(), panel.post.sum()) == (3, 3)
        assert np.isfinite(panel.values).any(axis=0).tolist() == [True, False, True, True, False, True]
        assert panel.exclusions == ()


def test_a_launch_between_the_windows_keeps_its_place() -> None:
    washed = replace(
        DESIGN, baseline=window("2025-01-01", "2025-02-28"), follow_up=window("2025-05-01", "2025-06-30")
    )
    panel = build(make_study(design=washed), FULL, cohort_table(["A", "B"], ["2025-03-20", "2025-05-02"]))
    assert panel.launch.tolist() == [2, 4]
    assert panel.post.tolist() == [False] * 4 + [True] * 2
    zero = build(make_study((replace(DEALS, missing="zero"),), washed), FULL[:1] + FULL[-1:])
    assert zero.values[0, [0, 1, 4, 5]].tolist() == [0, 0, 0, 0]
    assert np.isnan(zero.values[:, 2:4]).all()


def test_columns_begin_with_the_baseline_and_nobody_launches_before_the_data() -> None:
    late = [r for r in FULL if r[1] >= MONTHS[1]]
    panel = build(make_study(), [*late, *(("C", m, 1.0) for m in MONTHS[1:])], cohort_table(
        ["A", "B", "C"], ["2025-04-10", None, "2025-02-03"]
    ))  # fmt: skip
    assert [str(p) for p in panel.periods] == MONTHS
    assert panel.unit == ("A", "B")
    assert panel.exclusions == (Exclusion("no period before the launch", 1, 2),)


def test_a_leap_day_is_a_day_like_any_other() -> None:
    design = replace(
        DESIGN,
        period="day",
        baseline=window("2024-02-28", "2024-02-29"),
        follow_up=window("2024-03-01", "2024-03-01"),
    )
    rows = [("A", day, 1.0) for day in ("2024-02-28", "2024-02-29", "2024-03-01")]
    cohort = cohort_table(["A", "B"], ["2024-03-01", None])
    panel = build(make_study((replace(DEALS, missing="zero"),), design), rows, cohort)
    assert [str(p) for p in panel.periods] == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert panel.launch.tolist() == [2, -1]
    assert panel.values[1].tolist() == [0, 0, 0]


def test_exclude_leaves_the_cell_empty() -> None:
    panel = build(make_study(), [r for r in FULL if r[:2] != ("A", MONTHS[4])])
    assert np.isnan(panel.values[0, 4])
    assert panel.weights[0, 4] == 0
    assert np.isfinite(panel.values).sum() == 11


def test_zero_fills_absent_cells_of_the_cohort_only() -> None:
    rows = [("A", MONTHS[0], 3), ("B", MONTHS[5], 4), ("B", MONTHS[1], None), ("stranger", MONTHS[3], 9)]
    panel = build(make_study((replace(DEALS, missing="zero"),)), rows)
    assert panel.unit == ("A", "B")
    assert panel.values[0].tolist() == [3, 0, 0, 0, 0, 0]
    assert panel.values[1, [0, 2, 3, 4, 5]].tolist() == [0, 0, 0, 0, 4]
    assert np.isnan(panel.values[1, 1])  # a row without a value is unknown, not nothing


def test_zero_does_not_invent_periods_past_the_data() -> None:
    """Data end in May: June is not a month without deals."""
    rows = [r for r in FULL if r[1] < "2025-06"]
    panel = build(make_study((replace(DEALS, missing="zero"),)), rows)
    assert [str(p) for p in panel.periods] == MONTHS
    assert np.isfinite(panel.values[:, :5]).all()
    assert np.isnan(panel.values[:, 5]).all()


def test_drop_unit_counts_who_left() -> None:
    rows = [r for r in FULL if r[:2] != ("A", MONTHS[4])]
    cohort = cohort_table(["A", "B", "C"], ["2025-04-10", None, "2025-05-01"])
    rows += [("C", m, 1.0) for m in MONTHS]
    panel = build(make_study((replace(DEALS, missing="drop_unit"),)), rows, cohort)
    assert panel.unit == ("B", "C")
    assert panel.exclusions == (Exclusion("deals missing in at least one month", 1, 2),)
    assert panel.n_assigned == (1, 2)  # before anyone was lost
    assert panel.cluster.tolist() == [0, 1]


def test_a_unit_without_any_value_leaves_counted() -> None:
    cohort = cohort_table(["A", "B", "C"], ["2025-04-10", None, None])
    panel = build(make_study(), FULL, cohort)
    assert panel.unit == ("A", "B")
    assert panel.exclusions == (Exclusion("no deals in either window", 1, 2),)
    assert panel.n_assigned == (2, 1)


def test_weights_of_zero_or_none_are_not_observed() -> None:
    table = metric_table(FULL[:6]).append_column("weight", pa.array([1.0, 0.0, None, float("nan"), 2.5, 1.0]))
    panel = build(make_study(), table)
    assert panel.weights[:, :3].tolist() == [[1.0, 0.0, 2.5], [0.0, 0.0, 1.0]]
    assert np.isnan(panel.values[:, :3]).tolist() == [[False, True, False], [True, True, False]]


@pytest.mark.parametrize(
    ("launch", "index"),
    [("2025-02-01", 1), ("2025-02-28", 1), ("2025-06-30", 5), ("2025-07-01", -1), (None, -1)],
)
def test_launch_falls_into_its_period(launch: str | None, index: int) -> None:
    panel = build(make_study(), FULL, cohort_table(["A", "B"], [launch, "2025-04-01"]))
    assert panel.launch.tolist() == [index, 3]
    assert panel.in_program.tolist() == [index >= 0, True]


def test_treated_too_early_leaves_counted() -> None:
    cohort = cohort_table(["A", "B", "C", "D"], ["2024-12-31", "2025-01-15", "2025-04-01", None])
    rows = [(unit, month, 1.0) for unit in "ABCD" for month in MONTHS]
    panel = build(make_study(), rows, cohort)
    assert panel.unit == ("C", "D")
    assert panel.exclusions == (
        Exclusion("treated before the baseline began", 1, 3),
        Exclusion("rows of deals of nobody in the cohort: 6", 0, 3),
        Exclusion("no period before the launch", 1, 2),
    )
    assert panel.n_assigned == (1, 2)


def test_waves_and_an_unknown_one() -> None:
    waves = (("1", dt.date(2025, 4, 1)), ("2", dt.date(2025, 5, 20)), ("late", dt.date(2025, 10, 1)))
    design = replace(DESIGN, launch=None, wave="wave", waves=waves)
    cohort = pa.table(
        {"unit": ["A", "B", "C", "D"], "wave": ["1", "2", "late", None], "included": [True] * 4}
    )
    rows = [(unit, month, 1.0) for unit in "ABCD" for month in MONTHS]
    panel = build(make_study(design=design), rows, cohort)
    assert panel.launch.tolist() == [3, 4, -1, -1]
    assert panel.in_program.tolist() == [True, True, False, False]  # a later wave is still a comparison
    wrong = cohort.set_column(1, "wave", pa.array(["1", "3", None, None]))
    problem = refuse(make_study(design=design), rows, wrong)
    assert problem.code == "D311"
    assert problem.keys == ("3",)


def test_a_randomised_comparison() -> None:
    design = replace(RCT, cluster="team", take_up="came", strata="region", covariates=("age", "old"))
    cohort = pa.table(
        {
            "unit": ["A", "B", "C", "D"],
            "arm": [True, False, None, True],
            "cluster": [7, 8, 8, 7],
            "take_up": [1.0, float("nan"), 0.0, None],
            "strata": ["n", "s", "s", None],
            "covariate_1": [30, 40, 50, 60],
            "covariate_2": [True, False, False, None],
            "included": [True] * 4,
        }
    )
    rows = [(unit, month, 1.0) for unit in "ABCD" for month in MONTHS]
    made, (panel,) = build_panel(
        make_study(design=design), {"cohort": cohort, "metric:deals": metric_table(rows)}
    )
    assert panel.unit == ("A", "B", "D")
    assert panel.exclusions == (
        Exclusion("arm unknown", 1, 3),
        Exclusion("rows of deals of nobody in the cohort: 6", 0, 3),
    )
    assert panel.launch.tolist() == [3, -1, 3]
    assert panel.cluster.tolist() == [0, 1, 0]
    assert panel.strata is not None
    assert panel.strata.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(panel.take_up, [1, np.nan, np.nan])
    np.testing.assert_array_equal(panel.covariates, [[30, 1], [40, 0], [60, np.nan]])
    assert made.cluster == ("7", "8", "7")
    assert made.covariate_names == ("age", "old")


def test_before_the_follow_up_the_panel_has_the_months_to_come() -> None:
    """A plan is locked before launch: its panel knows when each unit will start, and no outcome."""
    for design, cohort in (
        (DESIGN, COHORT),
        (RCT, pa.table({"unit": ["A", "B"], "arm": [True, False], "included": [True] * 2})),
    ):
        panel = build(make_study(design=design), FULL[:6], cohort)
        assert panel.in_program.tolist() == [True, False]
        assert panel.launch.tolist() == [3, -1]
        assert panel.post.tolist() == [False] * 3 + [True] * 3
        assert np.isnan(panel.values[:, 3:]).all()


def test_periods_that_do_not_begin_with_the_calendar() -> None:
    design = replace(
        RCT,
        period="year",
        baseline=window("2015-07-01", "2016-07-31"),
        follow_up=window("2016-08-01", "2017-07-31"),
    )
    cohort = pa.table({"unit": ["A", "B"], "arm": [1, 0], "included": [True] * 2})
    rows = [(unit, day, 1.0) for unit in "AB" for day in ("2015-07-01", "2016-08-01")]
    panel = build(make_study(design=design), rows, cohort)
    assert [str(p) for p in panel.periods] == ["2015-07-01", "2016-08-01"]
    assert (panel.pre.tolist(), panel.post.tolist()) == ([True, False], [False, True])
    problem = refuse(make_study(), [*FULL, ("A", "2025-02-15", 1.0)])
    assert problem.code == "D304"
    assert "2025-02-15" in problem.what
    assert "date_trunc('month'" in problem.fix


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("period", ["2025-01-01", "2025-04-01"]),
        ("Month", [dt.datetime(2025, 1, 1), dt.datetime(2025, 4, 1, 0, 0)]),
        ("day", [dt.date(2025, 1, 1), dt.date(2025, 4, 1)]),
    ],
)
def test_ways_to_say_a_period(column: str, values: list[Any]) -> None:
    panel = build(make_study(), pa.table({"REP": ["A", "A"], column: values, "Value": [1, 2]}))
    assert [str(p) for p in panel.periods] == MONTHS
    assert panel.values[0, [0, 3]].tolist() == [1, 2]


def test_a_year_may_be_a_number() -> None:
    design = replace(
        DESIGN,
        period="year",
        baseline=window("2024-01-01", "2024-12-31"),
        follow_up=window("2025-01-01", "2025-12-31"),
    )
    table = pa.table({"rep": ["A", "A"], "year": [2024, 2025], "value": [1, 2]})
    panel = build(make_study(design=design), table)
    assert [str(p) for p in panel.periods] == ["2024-01-01", "2025-01-01"]


@pytest.mark.parametrize(
    "values", [pa.array([1, 2], pa.decimal128(38, 0)), pa.array([1, 2], pa.int8()), [1.0, 2.0]]
)
def test_ways_to_say_a_value(values: Any) -> None:
    table = pa.table({"rep": ["A", "A"], "month": MONTHS[:2], "value": values})
    assert build(make_study(), table).values[0, :2].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("rows", "code", "keys"),
    [
        ([*FULL, ("B", MONTHS[2], 7.0)], "D302", ("B, 2025-03-01",)),
        ([*FULL, ("A", None, 7.0)], "D303", ("A",)),
        ([*FULL[1:], ("A", MONTHS[0], float("inf"))], "D305", ("A, 2025-01-01",)),
        ([("X", MONTHS[0], 1.0)], "D306", ()),
        (FULL[6:], "D307", ()),  # BAS-07
    ],
    ids=["doubled", "no period", "infinite", "nobody", "no baseline"],
)
def test_rows_at_fault_are_named(rows: list[tuple[Any, Any, Any]], code: str, keys: tuple[str, ...]) -> None:
    problem = refuse(make_study(), rows)
    assert (problem.code, problem.keys) == (code, keys)


@pytest.mark.parametrize(
    ("table", "code", "said"),
    [
        (pa.table({"who": ["A"], "month": MONTHS[:1], "value": [1]}), "D301", "rep"),
        (pa.table({"rep": ["A"], "when": MONTHS[:1], "val": [1]}), "D301", "period (or month), value"),
        (pa.table({"rep": ["A"], "month": MONTHS[:1], "value": ["many"]}), "D305", "string"),
        (pa.table({"rep": ["A"], "month": ["May"], "value": [1]}), "D303", "not a date"),
        (pa.table({"rep": ["A"], "month": MONTHS[:1], "value": [1], "weight": [-1.0]}), "D305", "negative"),
    ],
)
def test_columns_at_fault(table: pa.Table, code: str, said: str) -> None:
    problem = refuse(make_study(), table)
    assert problem.code == code
    assert said in problem.what


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        (
            "month",
            ["05/01/2025", "05/14/2025"],
            "the first are '05/01/2025', '05/14/2025'; strptime(month, '%m/%d/%Y')",
        ),
        ("month", ["01.05.2025", None], "the first are '01.05.2025'; strptime(month, '%d.%m.%Y')"),
        ("month", ["2025-05", None], "strptime(month, '%Y-%m')"),
        ("month", [None, None], "cast month to a date"),
        ("value", ["11,34", "7,5"], "replace(x, ',', '.')::double; the first are '11,34', '7,5'"),
    ],
)
def test_what_cannot_be_read_is_shown_with_how_to_read_it(column: str, values: list[Any], said: str) -> None:
    columns = {"rep": ["A", "A"], "month": MONTHS[:2], "value": [1, 2]} | {column: values}
    with pytest.raises(PayoffError) as caught:
        build(make_study(), pa.table(columns))
    assert said in caught.value.problems[0].fix


def test_at_most_twenty_cells_are_named() -> None:
    units = [f"u{n:02}" for n in range(40)]
    rows = [(unit, MONTHS[0], 1.0) for unit in units] * 2
    problem = refuse(make_study(), rows, cohort_table(units, ["2025-04-01"] + [None] * 39))
    assert "40 units" in problem.what
    assert len(problem.keys) == 20


@pytest.mark.parametrize(
    ("cohort", "code"),
    [
        (cohort_table(["A", "A"], [None, None]), "D302"),
        (cohort_table(["A", "B"], [None, None]), "D306"),
        (COHORT.set_column(1, "launch", pa.array(["2025-04-01", "soon"])), "D303"),
        (COHORT.set_column(2, "included", pa.array([False, False])), "D306"),
        (COHORT.append_column("cluster", pa.array(["n", None])), "D312"),
        (COHORT.append_column("take_up", pa.array([0.5, 1.0])), "D313"),
        (COHORT.append_column("covariate_1", pa.array(["n", "s"])), "D314"),
    ],
)
def test_cohorts_at_fault(cohort: pa.Table, code: str) -> None:
    design = replace(
        DESIGN,
        cluster="team" if "cluster" in cohort.column_names else None,
        take_up="came" if "take_up" in cohort.column_names else None,
        covariates=("region",) if "covariate_1" in cohort.column_names else (),
    )
    assert refuse(make_study(design=design), FULL, cohort).code == code


@pytest.mark.parametrize(
    ("arm", "code"), [(["yes", "no"], "D310"), ([1, 2], "D310"), ([1, 1], "D306"), ([0, 0], "D306")]
)
def test_arms_at_fault(arm: list[Any], code: str) -> None:
    cohort = pa.table({"unit": ["A", "B"], "arm": arm, "included": [True] * 2})
    assert refuse(make_study(design=RCT), FULL, cohort).code == code


def test_who_is_left_out_is_counted_in_order() -> None:
    units: list[str | None] = ["A", "B", "C", "D", None]
    cohort = cohort_table(units, ["2025-04-01", None, None, "2020-01-01", None])
    cohort = cohort.set_column(2, "included", pa.array([True, True, False, False, True]))
    study = make_study(cohort=CohortPlan("people", "tenure >= 90", (), ("people",)))
    panel = build(study, FULL, cohort)
    assert panel.exclusions == (
        Exclusion("no rep", 1, 4),
        Exclusion("not in the population: tenure >= 90", 2, 2),
    )


def test_before_after_has_one_arm() -> None:
    cohort = pa.table({"unit": ["A", "B"], "included": [True] * 2})
    panel = build(make_study(design=replace(DESIGN, type="before_after", launch=None)), FULL, cohort)
    assert panel.in_program.all()
    assert panel.launch.tolist() == [3, 3]
    assert panel.n_assigned == (0, 2)


def test_secondary_metrics_may_lack_a_baseline() -> None:
    score = replace(DEALS, name="score", tier="leading")
    tables = {"cohort": COHORT, "metric:deals": metric_table(FULL), "metric:score": metric_table(FULL[6:])}
    _, panels = build_panel(make_study((DEALS, score)), tables)
    assert [p.metric.name for p in panels] == ["deals", "score"]
    assert not np.isfinite(panels[1].values[:, :3]).any()
