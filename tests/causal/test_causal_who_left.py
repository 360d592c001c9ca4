"""Who left one group and not the other: found where the weak leave, quiet where leaving is alike."""

import numpy as np
import pytest
import statsmodels.api as sm
from causal_worlds import make_panel, make_study

from payoff.causal import check_design, estimate
from payoff.causal.who_left import compare_lost, who_left
from payoff.nouns.arrays import Bools
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel


def firm(seed: int, lost: tuple[float, float], *, n_units: int = 300, weak_only: bool = False) -> Panel:
    """Shares lost at the end of follow-up by group; weak_only: from below the middle, at twice the rate,
    in the program group alone."""
    rng = np.random.default_rng(seed)
    able = rng.normal(size=n_units)
    program = rng.permutation(n_units) < n_units // 2
    values = 20 + 3 * able[:, None] + rng.normal(size=(n_units, 4))
    chance = np.where(program, lost[1], lost[0])
    if weak_only:
        chance = np.where(program, 2 * chance * (able < np.median(able)), chance)
    values[rng.random(n_units) < chance, 3] = np.nan
    return make_panel(values, 2, in_program=program)


def found(panel: Panel) -> Check:
    study = make_study("rct")
    answer = estimate(study, panel)[0]
    return next(c for c in check_design(study, panel, answer) if c.name == "attrition")


def test_equal_shares_lost_but_only_the_weak_of_the_program_group_fail() -> None:
    check = found(firm(1, (0.15, 0.15), weak_only=True))
    assert (check.verdict, check.costs) == (Verdict.FAIL, 1)
    assert "Other reps left one group than the other" in check.text
    assert "lost from the program group stood" in check.text
    assert "standard deviations below their group's average" in check.text


@pytest.mark.parametrize("n_units", [60, 300])
def test_leaving_at_random_or_alike_in_both_groups_raises_no_alarm(n_units: int) -> None:
    study, alarms = make_study("rct"), 0
    for seed in range(300):
        panel = firm(seed, (0.08, 0.12), n_units=n_units)
        weak_in_both = np.array(panel.values)
        low = panel.values[:, :2].mean(axis=1) < 20
        rng = np.random.default_rng(seed + 1000)
        weak_in_both[low & (rng.random(n_units) < 0.2), 3] = np.nan
        left = who_left(study, make_panel(weak_in_both, 2, in_program=panel.in_program))
        alarms += left is not None and left.is_odd
    assert alarms <= 6


def test_the_gap_is_what_the_losses_did_and_the_chance_that_of_the_crossed_slope() -> None:
    rng = np.random.default_rng(5)
    before, arm = rng.normal(size=400), rng.random(400) < 0.5
    lost: Bools = rng.random(400) < np.where(arm & (before < 0), 0.2, 0.1)
    left = compare_lost(lost, before, arm, np.arange(400))
    assert left is not None
    kept = before[arm & ~lost].mean() - before[~arm & ~lost].mean()
    assert left.gap == pytest.approx(kept - (before[arm].mean() - before[~arm].mean()))
    rows = np.column_stack([arm * before, arm, np.ones(400), before])
    peer = sm.OLS(lost.astype(float), rows).fit(cov_type="HC2", use_t=True)
    assert left.chance == pytest.approx(peer.pvalues[0], rel=0.15)


def test_says_nothing_of_a_handful_or_of_people_nobody_knows() -> None:
    study, panel = make_study("rct"), firm(2, (0.0, 0.0))
    values = np.array(panel.values)
    values[:4, 3] = np.nan
    assert who_left(study, make_panel(values, 2, in_program=panel.in_program)) is None
    values[:20, 3] = np.nan
    values[:, :2] = np.nan
    assert who_left(study, make_panel(values, 2, in_program=panel.in_program)) is None
    values[:, 2:] = np.nan
    assert who_left(study, make_panel(values, 2, in_program=panel.in_program)) is None


def test_a_group_that_left_to_the_last_person_is_no_slope() -> None:
    arm = np.arange(40) < 20
    assert compare_lost(arm.copy(), np.linspace(-1, 1, 40), arm, np.arange(40)) is None
