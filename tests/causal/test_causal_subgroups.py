"""EXP-12: declared subgroups are answered with allowance for many; late ones are exploratory."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_panel, make_study, rct_world

from payoff.causal import adjust_p_values, estimate
from payoff.causal.registry import ESTIMATORS
from payoff.causal.subgroups import METHOD, subgroup_rows, take_units
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Amendment, Column, Study

DECLARED = (Column("region", "region"), Column("tenure", "tenure"))


def world(effect: float = 3.0) -> Panel:
    values, program, _ = rct_world(np.random.default_rng(4), n_units=240)
    region, tenure = np.arange(240) % 2, np.arange(240) // 2 % 3
    values[(region == 0) & program, 2:] += effect
    panel = make_panel(values, 2, in_program=program)
    levels = (("north", "south"), ("new", "settled", "old"))
    return replace(panel, subgroups=np.column_stack([region, tenure]), subgroup_levels=levels)


def rows(study: Study, panel: Panel) -> list[Effect | Refusal]:
    return [a for a in estimate(study, panel) if a.method.startswith(METHOD)]


def test_each_level_is_the_locked_method_among_its_units() -> None:
    panel = world()
    study = make_study("rct", subgroups=DECLARED, locked=True, second=None)
    region, tenure = rows(study, panel)
    assert isinstance(region, Effect)
    assert isinstance(tenure, Effect)
    assert (region.terms, tenure.terms) == (("north", "south"), ("new", "settled", "old"))
    assert panel.subgroups is not None
    alone = estimate(study, take_units(panel, panel.subgroups[:, 0] == 1))[0]
    assert isinstance(alone, Effect)
    assert region.estimates[1] == pytest.approx(alone.estimate)
    assert region.intervals[1] == pytest.approx(alone.interval)
    assert "north (adjusted p" in region.label
    assert "south (adjusted" not in region.label
    assert region.role == "reference"


def test_allowance_is_over_all_levels() -> None:
    """With no effect anywhere some of 20 levels look good most times; some may stand one time in 20."""
    rng, found = np.random.default_rng(0), 0
    for _ in range(400):
        found += bool((adjust_p_values(rng.random(20), "benjamini_hochberg") <= 0.05).any())
    assert found / 400 <= 0.08


@pytest.mark.parametrize("how", ["unlocked", "retrospective", "amended"])
def test_subgroups_chosen_late_are_exploratory(how: str) -> None:
    study = make_study(
        "rct", subgroups=DECLARED, locked=how != "unlocked", retrospective=how == "retrospective", second=None
    )
    if how == "amended":
        assert study.lock is not None
        late = Amendment(dt.date(2025, 8, 1), "why", "ana", "1" * 64, ("design.subgroups: nothing → region",))
        study = replace(study, lock=replace(study.lock, amendments=(late,)))
    assert all("exploratory" in row.label for row in rows(study, world()) if isinstance(row, Effect))


def test_small_levels_are_left_out_and_named() -> None:
    panel = world()
    assert panel.subgroups is not None
    tiny = np.where(np.arange(240)[:, None] < 3, 2, np.array(panel.subgroups))
    tiny[:, 0] = np.where(tiny[:, 0] == 2, 1, tiny[:, 0])
    tiny[:, 1] = np.where(np.arange(240) < 3, 2, np.arange(240) % 2)
    study = make_study("rct", subgroups=DECLARED, locked=True, second=None)
    _, tenure = rows(study, replace(panel, subgroups=tiny))
    assert isinstance(tenure, Effect)
    assert "too small to tell: old" in tenure.label
    estimator = ESTIMATORS["difference_in_means"]
    unknown = subgroup_rows(study, replace(panel, subgroups=None), estimator)
    assert isinstance(unknown[0], Refusal)
