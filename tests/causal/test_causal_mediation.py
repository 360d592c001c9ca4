"""Mediation: a seeded share, its interval, what would explain it away, an unreliable score."""

from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import make_metric, make_panel, make_study
from numpy.typing import NDArray

from payoff.causal.mediation import explore_mediation
from payoff.causal.mediation_fit import fit_mediation, product_interval
from payoff.nouns.effect import Effect
from payoff.nouns.money_plan import Assumption
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Explore, Study
from payoff.nouns.unit import read_unit

Floats = NDArray[np.float64]
SCORE = replace(make_metric(unit="points/rep"), name="score", label="Learning score")
STUDY = replace(make_study("rct"), explore=Explore(mediator="score"))


def world(seed: int, n: int = 800, noise: float = 0.0) -> tuple[Panel, Panel]:
    """The program adds 1 to the score; a point of score adds 0.8; 1.2 come another way: 40 % of 2."""
    rng = np.random.default_rng(seed)
    program = rng.permutation(n) < n // 2
    score = 5 + program + rng.normal(size=n)
    outcome = 20 + 0.8 * score + 1.2 * program + rng.normal(size=n)
    seen = score + noise * rng.normal(size=n)
    before = rng.normal(20, 1, n)
    units = [f"u{i:04d}" for i in range(n)]
    order = rng.permutation(n)
    return (
        make_panel(np.column_stack([before, outcome]), 1, in_program=program, units=units),
        make_panel(
            np.column_stack([np.full(n, np.nan), seen])[order],
            1,
            in_program=program[order],
            units=[units[i] for i in order],
            metric=SCORE,
        ),
    )


def found(study: Study, panels: tuple[Panel, Panel]) -> Effect:
    (row,) = explore_mediation(study, *panels)
    assert isinstance(row, Effect), row
    return row


def test_a_seeded_share_of_forty_percent_is_found() -> None:
    """CAU-05; people are matched by key, not by row."""
    row = found(STUDY, world(1, n=4000))
    total, mediated, direct = row.estimates
    assert mediated / total == pytest.approx(0.4, abs=0.06)
    assert mediated + direct == pytest.approx(total)
    assert row.headline == 0
    assert "% of the total (" in row.label
    assert "correlation of 0." in row.label
    assert row.role == "reference"


def test_the_intervals_cover() -> None:
    truth, worlds = np.array([2.0, 0.8, 1.2]), 300
    covered = np.zeros(3)
    for seed in range(worlds):
        row = found(STUDY, world(seed, n=80))
        covered += (row.intervals[:, 0] <= truth) & (truth <= row.intervals[:, 1])
    assert (covered / worlds > 0.92).all()
    assert (covered / worlds < 0.985).all()


def test_an_unreliable_score_hides_part_of_the_path_until_its_reliability_is_stated() -> None:
    panels = world(2, n=6000, noise=1.0)
    plain = found(STUDY, panels)
    stated = Assumption("score_reliability", 0.5, 0.5, 0.5, read_unit("share"), "share", "retest", "owner")
    corrected = found(replace(STUDY, assumptions=(stated,)), panels)
    assert plain.estimates[1] == pytest.approx(0.4, abs=0.08)
    assert corrected.estimates[1] == pytest.approx(0.8, abs=0.12)
    assert corrected.estimates[0] == pytest.approx(plain.estimates[0])
    assert "reliability of 0.50 allowed for" in corrected.label
    hopeless = replace(stated, low=0.001, mid=0.001, high=0.001)
    assert isinstance(explore_mediation(replace(STUDY, assumptions=(hopeless,)), *panels)[0], Refusal)


def test_the_correlation_that_explains_it_away_does() -> None:
    """A hidden cause of both, as strong as `rho` says, and no path at all."""
    rng = np.random.default_rng(3)
    program = (np.arange(20_000) % 2).astype(float)
    hidden = rng.normal(size=20_000)
    score = program + hidden + rng.normal(size=20_000)
    outcome = program + hidden + rng.normal(size=20_000)
    fit = fit_mediation(outcome, score, program, np.empty((20_000, 0)))
    assert fit is not None
    assert fit.estimates[1] == pytest.approx(0.5, abs=0.05)
    assert fit.mediated_at(0.5) == pytest.approx(0.0, abs=0.05)
    assert fit.rho == pytest.approx(0.5, abs=0.02)


def test_the_interval_of_a_product_is_its_quantiles() -> None:
    rng = np.random.default_rng(4)
    drawn = (0.5 + 0.3 * rng.standard_t(40, 400_000)) * (1.0 + 0.4 * rng.standard_t(40, 400_000))
    np.testing.assert_allclose(
        product_interval((0.5, 1.0), (0.3, 0.4), 40), np.quantile(drawn, [0.025, 0.975]), atol=0.01
    )


def test_a_score_of_other_people_or_without_spread_is_refused() -> None:
    outcome, scores = world(5, n=60)
    strangers = replace(scores, unit=tuple(f"x{i}" for i in range(60)))
    assert isinstance(explore_mediation(STUDY, outcome, strangers)[0], Refusal)
    flat = replace(scores, values=np.where(np.isnan(scores.values), np.nan, 3.0))
    assert isinstance(explore_mediation(STUDY, outcome, flat)[0], Refusal)
