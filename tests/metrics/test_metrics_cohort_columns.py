"""What a cohort says beside the arm: several arms, factors, exposure, dose, subgroups, stages."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from metrics_studies import DEALS, RCT, make_study, metric_table

from payoff.metrics import build_panel, count_units, plan_queries
from payoff.nouns.cohort import Cohort
from payoff.nouns.panel import Panel
from payoff.nouns.problem import PayoffError
from payoff.nouns.study import Column, Explore, Outcome, Study

MONTHS = [f"2025-0{n}-01" for n in range(1, 7)]
UNITS = ["A", "B", "C", "D"]
ROWS = metric_table([(unit, month, 1.0 + n) for n, unit in enumerate(UNITS) for month in MONTHS])


def build(study: Study, **columns: list[Any]) -> tuple[Cohort, Panel]:
    cohort = pa.table({"unit": UNITS, "included": [True] * 4, **columns})
    built, panels = build_panel(study, {"cohort": cohort, "metric:deals": ROWS})
    return built, panels[0]


def refusal(study: Study, **columns: list[Any]) -> str:
    with pytest.raises(PayoffError) as caught:
        build(study, **columns)
    (problem,) = caught.value.problems
    return f"{problem.code} {problem.what} {problem.fix} {problem.keys}"


SEVERAL = make_study(design=replace(RCT, arms=("none", "drills", "coach"), arm="arm", verdict_term="coach"))
FACTORS = make_study(
    design=replace(
        RCT,
        arm=None,
        factors=(Column("content", "c = 1"), Column("timing", "t = 1")),
        verdict_term="timing",
    )
)


def test_several_arms_are_codes_in_the_order_of_the_plan() -> None:  # EXP-10
    cohort, panel = build(SEVERAL, arm=["coach", "none", "drills", None])
    assert panel.arm is not None
    assert panel.arm.tolist() == [2, 0, 1]
    assert panel.in_program.tolist() == [True, False, True]
    assert [(e.reason, e.n_removed) for e in cohort.exclusions] == [("arm unknown", 1)]
    assert cohort.exclusions[0].keys == ("D",)  # whose row wants mending
    assert count_units(SEVERAL, cohort, panel).assigned == 1  # the money is that of one arm
    assert "coaching" in refusal(SEVERAL, arm=["coaching", "none", "drills", None])


def test_factors_are_drawn_independently_and_none_of_them_is_the_comparison() -> None:
    cohort, panel = build(FACTORS, factor_1=[1, 0, 1, 0], factor_2=[0, 1, 1, 0])
    assert panel.factors is not None
    assert panel.factors.tolist() == [[True, False], [False, True], [True, True], [False, False]]
    assert panel.in_program.tolist() == [True, True, True, False]
    assert count_units(FACTORS, cohort, panel).assigned == 2
    assert "neither 0 nor 1" in refusal(FACTORS, factor_1=[2, 0, 1, 0], factor_2=[0, 1, 1, 0])


def test_exposure_dose_subgroups_and_stages_come_along() -> None:
    design = replace(RCT, exposed="seen > 0", dose="n", subgroups=(Column("region", "region"),))
    study = make_study(design=design, explore=Explore(funnel=(Column("invited", "i"), Column("done", "d"))))
    columns: dict[str, list[Any]] = {
        "arm": [1, 1, 0, 0],
        "exposed": [None, 0, 1, 0],
        "dose": [3.5, 0, None, 0],
        "subgroup_1": ["north", None, "south", "north"],
        "stage_1": [1, 1, 0, 0],
        "stage_2": [1, 0, 0, 0],
    }
    cohort, panel = build(study, **columns)
    assert panel.exposed is not None
    assert panel.dose is not None
    assert panel.subgroups is not None
    assert cohort.funnel is not None
    np.testing.assert_equal(panel.exposed, [np.nan, 0, 1, 0])
    np.testing.assert_equal(panel.dose, [3.5, 0, np.nan, 0])
    assert panel.subgroup_levels == (("north", "south", "unknown"),)
    assert panel.subgroups[:, 0].tolist() == [0, 2, 1, 0]
    assert cohort.funnel.tolist() == [[1, 1], [1, 0], [0, 0], [0, 0]]
    assert "no amount in 1 rows" in refusal(study, **{**columns, "dose": [-1, 0, 0, 0]})
    asked = plan_queries(study)[0].sql
    for part in ("(seen > 0) as exposed", "(n) as dose", "(region) as subgroup_1", "(d) as stage_2"):
        assert part in asked


def test_a_trial_may_go_without_a_baseline_and_a_before_and_after_may_not() -> None:  # BAS-07
    late = metric_table([(unit, month, 1.0) for unit in UNITS for month in MONTHS[3:]])
    cohort = pa.table({"unit": UNITS, "included": [True] * 4, "arm": [1, 1, 0, 0]})
    _, (panel,) = build_panel(make_study(design=RCT), {"cohort": cohort, "metric:deals": late})
    assert not np.isfinite(panel.values[:, panel.pre]).any()
    series = make_study(design=replace(RCT, type="its", arm=None))
    with pytest.raises(PayoffError, match="not one value in the baseline"):
        build_panel(series, {"cohort": cohort, "metric:deals": late})


def test_placebo_and_mediator_are_asked_for_like_any_metric() -> None:
    others = tuple(replace(DEALS, name=name) for name in ("weather", "score"))
    study = make_study(
        (DEALS, *others),
        RCT,
        outcome=Outcome("deals", placebo=("weather",)),
        explore=Explore(mediator="score"),
    )
    assert [q.name for q in plan_queries(study)] == [
        "cohort",
        "metric:deals",
        "metric:weather",
        "metric:score",
    ]
