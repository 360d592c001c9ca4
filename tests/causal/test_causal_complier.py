"""The instrument: CR2 errors as the answer, Anderson and Rubin's interval where the lot moved few."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_panel, make_study
from linearmodels.iv import IV2SLS
from numpy.typing import NDArray
from scipy.special import ndtri

from payoff.causal import estimate
from payoff.causal.complier import WEAK_FIRST_STAGE
from payoff.causal.instrument import fit_instrument
from payoff.causal.unit_sample import UnitSample
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal


def offered(seed: int, n_units: int, share: float, teams: int | None = None, effect: float = 1.0) -> Panel:
    """A share of those offered take part, the able rather; taking part is worth `effect`."""
    rng = np.random.default_rng(seed)
    cluster = np.arange(n_units) if teams is None else np.arange(n_units) % teams
    groups = int(cluster.max()) + 1
    program = (rng.permutation(groups) < groups // 2)[cluster]
    able = rng.normal(size=n_units)
    took = program & (able + rng.normal(size=n_units) > np.sqrt(2) * ndtri(1 - share))
    shock = rng.normal(size=groups)[cluster] * (0.5 if teams else 0.0)
    after = 20 + 2 * able + shock + rng.normal(size=n_units) + effect * took
    values = np.column_stack([20 + 2 * able + rng.normal(size=n_units), after])
    recorded: NDArray[np.float64] = np.where(program, took.astype(float), np.nan)
    return make_panel(values, 1, in_program=program, cluster=cluster, take_up=recorded)


def answer_of(panel: Panel) -> Effect | Refusal:
    answer = estimate(make_study("rct", method="complier_effect", second=None), panel)[0]
    assert isinstance(answer, Effect | Refusal)
    return answer


def test_as_the_locked_method_it_is_two_stage_least_squares() -> None:
    panel = offered(1, 600, 0.5)
    found = estimate(make_study("rct", method="complier_effect", second=None), panel)
    locked, textbook = found[:2]
    assert isinstance(locked, Effect)
    assert isinstance(textbook, Effect)
    assert panel.take_up is not None
    dose = np.nan_to_num(panel.take_up)
    peer = IV2SLS(panel.values[:, 1], np.ones(600), dose, panel.in_program.astype(float)).fit(
        cov_type="robust", debiased=False
    )
    assert textbook.estimate == pytest.approx(peer.params["endog"])
    assert textbook.std_error == pytest.approx(peer.std_errors["endog"] * np.sqrt(600 / 599))
    bare = estimate(
        make_study("rct", method="complier_effect", second=None),
        replace(panel, values=np.column_stack([np.full(600, np.nan), panel.values[:, 1]])),
    )[0]
    assert isinstance(bare, Effect)
    assert bare.estimate == pytest.approx(peer.params["endog"])
    assert bare.std_error == pytest.approx(textbook.std_error, rel=0.01)
    assert "not adjusted for the value before launch" in bare.label
    assert (locked.role, locked.terms) == ("locked", ("effect",))
    assert sum(a.method == "complier_effect" for a in found) == 1


def test_the_answer_is_the_adjusted_difference_over_the_adjusted_take_up() -> None:
    panel = offered(4, 400, 0.6)
    locked, textbook = estimate(make_study("rct", method="complier_effect", second=None), panel)[:2]
    assert isinstance(locked, Effect)
    assert isinstance(textbook, Effect)
    arm = panel.in_program.astype(float)
    before = panel.values[:, 0] - panel.values[:, 0].mean()
    rows = np.column_stack([arm, np.ones(400), before, arm * before])
    assert panel.take_up is not None
    both = np.column_stack([panel.values[:, 1], np.nan_to_num(panel.take_up)])
    moved = np.linalg.lstsq(rows, both, rcond=None)[0][0]
    assert locked.estimate == pytest.approx(moved[0] / moved[1])
    assert locked.std_error < 0.8 * textbook.std_error
    assert "adjusted for the value before launch" in locked.label


def test_where_everyone_takes_part_it_is_the_adjusted_intention_to_treat() -> None:
    panel = offered(5, 120, 0.5, teams=12)
    panel = replace(panel, take_up=panel.in_program.astype(np.float64))
    locked = answer_of(panel)
    peer = estimate(make_study("rct", method="covariate_adjusted", second=None), panel)[0]
    assert isinstance(locked, Effect)
    assert isinstance(peer, Effect)
    assert locked.estimate == pytest.approx(peer.estimate)
    assert locked.std_error == pytest.approx(peer.std_error)
    np.testing.assert_allclose(locked.interval, peer.interval)


@pytest.mark.parametrize(("n_units", "share", "teams"), [(60, 0.6, None), (120, 0.6, 12), (150, 0.25, None)])
def test_coverage(n_units: int, share: float, teams: int | None) -> None:
    covered, answered = 0, 0
    for seed in range(250):
        answer = answer_of(offered(seed, n_units, share, teams))
        if isinstance(answer, Effect):
            answered += 1
            covered += answer.interval[0] <= 1.0 <= answer.interval[1]
    assert answered > 235
    assert 0.92 <= covered / answered <= 0.985


def test_a_weak_lot_keeps_its_level_by_anderson_and_rubin() -> None:
    """Among the bounded intervals many miss; all values not rejected, unbounded sets too, keep 95 %."""
    kept, weak = 0, 0
    for seed in range(400):
        panel = offered(seed, 80, 0.08)
        assert panel.take_up is not None
        sample = UnitSample(
            panel.values[:, 1], panel.values[:, 1], np.ones(80), panel.in_program, np.arange(80),
            np.arange(80), np.ones(80, dtype=np.int64),
        )  # fmt: skip
        fit = fit_instrument(sample, np.nan_to_num(panel.take_up))
        if fit is None:
            kept += 1
            continue
        weak += fit.first_stage < WEAK_FIRST_STAGE
        kept += fit.robust is None or fit.robust[0] <= 1.0 <= fit.robust[1]
    assert weak > 300
    assert kept / 400 >= 0.93


def test_a_lot_that_moved_nobody_is_refused_and_a_weak_one_says_so() -> None:
    panel = offered(3, 80, 0.001)
    refused = answer_of(panel)
    assert isinstance(refused, Refusal)
    assert "hardly changed who took part" in refused.reason
    labels = [a.label for s in range(60) if isinstance(a := answer_of(offered(s, 60, 0.2)), Effect)]
    assert any("weak: first-stage F" in label for label in labels)


def test_without_a_record_of_who_took_part_it_is_refused() -> None:
    panel = make_panel(np.random.default_rng(0).normal(20, 1, (20, 2)), 1, in_program=np.arange(20) % 2 == 0)
    refused = answer_of(panel)
    assert isinstance(refused, Refusal)
    assert "not recorded" in refused.reason
