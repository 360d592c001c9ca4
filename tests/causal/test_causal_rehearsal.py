"""A plan that no outcome could answer refuses beforehand; one that could be answered never does."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from causal_worlds import make_panel, make_study

from payoff.causal.interrupted_series import MIN_POINTS
from payoff.causal.rehearsal import imagine_outcomes, rehearse, rehearse_subgroups
from payoff.causal.synthetic_study import MIN_BEFORE, MIN_OTHERS
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Column, DesignType, Term


def planned(
    program: Any, n_pre: int = 6, n_post: int = 3, cluster: Any = None, launch: Any = None, **more: Any
) -> Panel:
    """A baseline as seen, a follow-up still to come."""
    program = np.asarray(program, dtype=bool)
    rng = np.random.default_rng(4)
    values = 20 + rng.normal(size=(len(program), 1)) + rng.normal(size=(len(program), n_pre + n_post))
    values[:, n_pre:] = np.nan
    starts = np.where(program, n_pre, -1) if launch is None else launch
    return make_panel(values, n_pre, in_program=program, launch=starts, cluster=cluster, **more)


HALF = np.arange(40) % 2 == 0
ONE = np.arange(1 + MIN_OTHERS) == 0
TEAMS = np.arange(40) // 20  # two teams, one an arm
WAVES = 6 + np.arange(60) % 6  # six dates

HOPELESS: dict[str, tuple[DesignType, Panel, dict[str, Any], str]] = {
    "its, short baseline": ("its", planned(HALF | True, MIN_POINTS - 2, MIN_POINTS), {}, "before launch"),
    "its, short follow-up": ("its", planned(HALF | True, 12, MIN_POINTS - 2), {}, "after launch"),
    "synthetic, short baseline": ("synthetic", planned(ONE, MIN_BEFORE - 3), {}, "before launch"),
    "synthetic, few others": ("synthetic", planned(ONE[:-1], MIN_BEFORE), {}, "to compare with"),
    "one team an arm": ("rct", planned(TEAMS == 0, cluster=TEAMS), {"cluster": "team"}, "team"),
    "before and after of the worst": ("before_after", planned(HALF | True), {"chosen": "worst"}, "worst"),
    "ten teams over six waves": (
        "did",
        planned(np.ones(60), 6, 8, np.arange(60) % 10, 6 + (np.arange(60) % 10) * 6 // 10),
        {"method": "group_time", "cluster": "team", "control": "not_yet"},
        "Only one team started on",
    ),
    "everybody at once": ("did", planned(HALF | True), {}, "none is left to compare with"),
    "everybody matched": ("matched", planned(HALF | True), {}, "comparison group"),
    "a term after the end": ("did", planned(HALF), {"terms": (Term("effect", 9, None),)}, "effect"),
}

FEASIBLE: dict[str, tuple[DesignType, Panel, dict[str, Any]]] = {
    "its": ("its", planned(HALF | True, MIN_POINTS, MIN_POINTS), {}),
    "synthetic": ("synthetic", planned(ONE, MIN_BEFORE), {}),
    "three teams an arm": ("rct", planned(HALF, cluster=np.arange(40) % 6), {"cluster": "team"}),
    "before and after": ("before_after", planned(HALF | True), {"chosen": "rule"}),
    "waves": ("did", planned(np.ones(60), 6, 8, None, WAVES), {"method": "group_time"}),
    "matched on the baseline alone": ("matched", planned(np.tile(HALF, 3)), {}),
    "no baseline at all": ("rct", planned(HALF, 0, 4), {}),
    "nobody has taken it up yet": (
        "rct", planned(HALF, take_up=np.zeros(40)), {"method": "complier_effect"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOPELESS)
def test_a_hopeless_plan_refuses_with_the_methods_own_reason(name: str) -> None:
    design, panel, changes, reason = HOPELESS[name]
    refusal = rehearse(make_study(design, **changes), panel)
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason


@pytest.mark.parametrize("name", FEASIBLE)
def test_a_plan_at_its_floor_passes(name: str) -> None:
    design, panel, changes = FEASIBLE[name]
    assert rehearse(make_study(design, **changes), panel) is None


def test_what_came_after_the_baseline_changes_nothing() -> None:
    panel = planned(HALF)
    seen = panel.values.copy()
    seen[:, panel.post] = 1e9
    gone = replace(panel, values=seen, weights=np.ones_like(panel.weights), take_up=HALF * 0.0)
    one, other = imagine_outcomes(panel, 3), imagine_outcomes(gone, 3)
    assert np.array_equal(one.values, other.values)
    assert other.take_up is not None
    assert np.array_equal(other.take_up, HALF)


def test_the_baseline_stays_as_it_was_seen_and_what_is_still_to_come_is_dealt_from_it() -> None:
    panel = planned(HALF)
    values = panel.values.copy()
    values[0, 2] = np.nan  # a gap that nothing will fill
    values[:, 5] = np.nan  # the last month of the baseline is still to come
    imagined = imagine_outcomes(replace(panel, values=values), 3).values
    assert np.array_equal(imagined[:, :5], values[:, :5], equal_nan=True)
    assert np.isin(imagined[:, 5:], values[:, :5]).all()


def test_a_baseline_of_one_value_is_no_reason_to_refuse() -> None:
    panel = planned(HALF)
    values = np.where(panel.pre[None, :], 1.0, np.nan) * np.ones((40, 1))
    assert rehearse(make_study("did"), replace(panel, values=values)) is None


def test_follow_up_that_is_not_known_yet_says_nothing() -> None:
    panel = planned(HALF)
    assert rehearse(make_study("its"), replace(panel, post=np.zeros_like(panel.post))) is None


def test_a_level_of_a_handful_is_named() -> None:
    few = np.where(np.arange(40) < 4, 1, 0)[:, None]
    panel = replace(planned(HALF), subgroups=few, subgroup_levels=(("north", "south"),))
    study = make_study("rct", subgroups=(Column("region", "region"),), decision_on=dt.date(2026, 1, 1))
    assert [(name, level) for name, level, _ in rehearse_subgroups(study, panel)] == [("region", "south")]
