"""Funnel, dose, uplift, the course over time: what is found, what is refused, what never is an effect."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from causal_worlds import make_panel, make_study, rct_world
from numpy.typing import NDArray

from payoff.causal import estimate, explore
from payoff.causal.dose import explore_dose
from payoff.causal.funnel import explore_funnel, share_interval
from payoff.causal.onset import explore_onset
from payoff.causal.onset_fit import Fading, Onset, find_fading, find_onset
from payoff.causal.uplift import explore_uplift
from payoff.causal.uplift_fit import fit_uplift, qini_curve
from payoff.nouns.cohort import Cohort
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Column, Explore

Floats = NDArray[np.float64]
STAGES = ("invited", "started", "finished")


def cohort_of(panel: Panel, funnel: Floats | None = None) -> Cohort:
    starts = np.full(panel.n_units, np.datetime64("NaT"), dtype="datetime64[D]")
    key = tuple(str(code) for code in panel.cluster)
    return Cohort(panel.unit, panel.in_program, starts, key, None, None, None, (), (), "0", funnel=funnel)


def funnel_study() -> Any:
    return replace(make_study("rct"), explore=Explore(funnel=tuple(Column(s, s) for s in STAGES)))


def test_a_golden_funnel_by_hand() -> None:
    """CAU-04: 100 an arm; program 90 invited, 60 started, 45 finished; comparison 80, 40, 10."""
    reached = {True: (90, 60, 45), False: (80, 40, 10)}
    program = np.arange(200) < 100
    funnel = np.array([[n % 100 < reached[bool(program[n])][s] for s in range(3)] for n in range(200)])
    values = np.random.default_rng(0).normal(20, 1, (200, 2))
    panel = make_panel(values, 1, in_program=program)
    gap, mine, theirs = explore_funnel(funnel_study(), cohort_of(panel, funnel.astype(float)), panel)
    assert isinstance(gap, Effect)
    assert isinstance(mine, Effect)
    assert isinstance(theirs, Effect)
    np.testing.assert_allclose(gap.estimates, [0.10, 0.20, 0.35])
    np.testing.assert_allclose(mine.estimates, [90 / 100, 60 / 90, 45 / 60])
    np.testing.assert_allclose(theirs.estimates, [80 / 100, 40 / 80, 10 / 40])
    assert "started 67% of 90, 33% lost" in mine.label
    assert (gap.causal, mine.causal) == (True, False)
    assert gap.interval[0] > 0 or gap.intervals[2, 0] > 0
    assert (np.linalg.eigvalsh(gap.covariance) > -1e-12).all()


def test_wilsons_interval_and_teams_that_move_together() -> None:
    share, low, high = share_interval(np.repeat([1.0, 0.0], [45, 15]), np.arange(60))
    assert share == 0.75
    assert (low, high) == pytest.approx((0.6277, 0.8422), abs=1e-4)  # Wilson (1927), 45 of 60
    together = share_interval(np.repeat([1.0, 0.0], [45, 15]), np.repeat(np.arange(12), 5))
    assert together[2] - together[1] > 1.8 * (high - low)
    assert share_interval(np.ones(20), np.arange(20))[1:] == pytest.approx((0.8389, 1.0), abs=1e-4)


def test_stages_unknown_for_many_are_refused() -> None:
    panel = make_panel(np.random.default_rng(0).normal(20, 1, (40, 2)), 1, in_program=np.arange(40) < 20)
    funnel = np.ones((40, 3))
    funnel[:10] = np.nan
    assert isinstance(explore_funnel(funnel_study(), cohort_of(panel, funnel), panel)[0], Refusal)
    assert isinstance(explore_funnel(funnel_study(), cohort_of(panel), panel)[0], Refusal)


def test_a_dose_gradient_is_recovered_and_never_said_to_cause() -> None:
    """CAU-09."""
    rng = np.random.default_rng(1)
    values, program, _ = rct_world(rng, n_units=600)
    dose = np.where(program, rng.poisson(6, 600), 0).astype(float)
    values[:, 2:] += 0.3 * dose[:, None]
    panel = replace(make_panel(values, 2, in_program=program), dose=dose)
    study = make_study("rct", dose="lessons")
    slope, before = explore_dose(study, panel)
    assert isinstance(slope, Effect)
    assert isinstance(before, Effect)
    assert slope.estimate == pytest.approx(0.3, abs=3 * slope.std_error)
    assert before.interval[0] < 0 < before.interval[1]
    assert (slope.causal, before.causal, before.period) == (False, False, "baseline")
    for row in (slope, before):
        assert "caus" not in (row.label + row.short + row.estimand)
    for bad in (np.where(program, 5.0, 0.0), np.where(program, np.nan, 0.0)):
        assert isinstance(explore_dose(study, replace(panel, dose=bad))[0], Refusal)


def uplift_world(seed: int, differing: float, n: int = 1600, average: float = 0.6) -> Panel:
    rng = np.random.default_rng(seed)
    program = rng.random(n) < 0.5
    tenure = rng.normal(size=(n, 2))
    before = 20 + rng.normal(size=n)
    after = before + rng.normal(size=n) + program * (average + differing * tenure[:, 0])
    return make_panel(np.column_stack([before, after]), 1, in_program=program, covariates=tenure)


def test_differing_gains_are_found_where_seeded_and_only_there() -> None:
    """CAU-07: no heterogeneity seeded → "no usable heterogeneity"."""
    study = make_study("rct")
    (row,) = explore_uplift(study, uplift_world(1, 0.5))
    assert isinstance(row, Effect)
    assert row.terms == ("gain least", "gain middling", "gain most")
    assert row.estimates[2] > row.estimates[0]
    np.testing.assert_allclose(row.estimates, [0.05, 0.6, 1.15], atol=0.3)
    assert "Qini" in row.label
    refused = sum(
        isinstance(r := explore_uplift(study, uplift_world(s, 0.0))[0], Refusal)
        and "No usable heterogeneity" in r.reason
        for s in range(30)
    )
    assert refused >= 28


def test_uplift_needs_five_hundred_an_arm_and_a_gain_on_average() -> None:
    study = make_study("rct")
    few = explore_uplift(study, uplift_world(1, 0.5, n=800))[0]
    assert isinstance(few, Refusal)
    assert "500 are needed" in few.reason
    harmful = explore_uplift(study, uplift_world(1, 0.5, average=-0.5))[0]
    assert isinstance(harmful, Refusal)
    assert "not shown to be a gain" in harmful.reason
    mirrored = uplift_world(1, 0.5, average=-0.6)
    lower = replace(mirrored, metric=replace(mirrored.metric, better="lower"))
    found = explore_uplift(study, lower)[0]
    assert isinstance(found, Effect)
    assert found.estimates[2] < found.estimates[0] < 0.3


def test_the_qini_is_the_area_between_the_curve_and_chance() -> None:
    panel = uplift_world(2, 0.8)
    fit = fit_uplift(
        panel.values[:, 1], panel.in_program, np.column_stack([panel.values[:, 0]]), panel.cluster, seed=1
    )
    shares, gains = qini_curve(fit.foretold, fit.scores, steps=panel.n_units)
    area = float(np.trapezoid(gains - shares * gains[-1], shares))
    assert fit.qini[0] == pytest.approx(area, abs=1e-3)


def course_world(seed: int, shape: Floats, n_units: int = 80) -> Panel:
    rng = np.random.default_rng(seed)
    program = rng.permutation(n_units) < n_units // 2
    values = 20 + rng.normal(size=(n_units, 1)) + rng.normal(size=(n_units, 6 + len(shape)))
    values[:, 6:] += program[:, None] * shape
    return make_panel(values, 6, in_program=program)


def test_the_onset_is_found_within_one_period() -> None:
    """CAU-11."""
    shape = np.where(np.arange(12) >= 4, 1.5, 0.0)
    near, inside = 0, 0
    for seed in range(60):
        (row,) = explore_onset(make_study("rct"), course_world(seed, shape))
        assert isinstance(row, Effect)
        onset = find_onset(np.arange(12), row.estimates, row.covariance, row.df.min())
        assert isinstance(onset, Onset)
        near += abs(onset.first - 4) <= 1
        inside += onset.low <= 4 <= onset.high
        assert "sets in with month" in row.label
        assert row.bands is not None
    assert near >= 57
    assert inside >= 55


def test_a_seeded_half_life_is_found_and_none_where_nothing_fades() -> None:
    covered, faded = 0, 0
    for seed in range(60):
        (row,) = explore_onset(make_study("rct"), course_world(seed, 2.0 * 0.5 ** (np.arange(12) / 4)))
        assert isinstance(row, Effect)
        fading = find_fading(np.arange(12), row.estimates, row.covariance, row.df.min())
        faded += isinstance(fading, Fading)
        covered += isinstance(fading, Fading) and fading.low <= 4 <= fading.high
    assert faded >= 57
    assert covered >= 52
    stays = [find_fading(np.arange(12), *_course(seed)) for seed in range(60)]
    assert sum(isinstance(s, Refusal) for s in stays) >= 54


def _course(seed: int) -> tuple[Floats, Floats, float]:
    (row,) = explore_onset(make_study("rct"), course_world(seed, np.full(12, 1.5)))
    assert isinstance(row, Effect)
    return row.estimates, row.covariance, float(row.df.min())


def test_no_effect_has_no_onset() -> None:
    found = 0
    for seed in range(80):
        (row,) = explore_onset(make_study("rct"), course_world(seed, np.zeros(12)))
        assert isinstance(row, Effect)
        found += isinstance(find_onset(np.arange(12), row.estimates, row.covariance, row.df.min()), Onset)
    assert found <= 8


def test_explore_gives_only_what_is_declared_and_never_the_answer() -> None:
    panel = course_world(1, np.full(6, 1.0))
    cohort = cohort_of(panel)
    plain = explore(make_study("rct"), cohort, [panel])
    assert [row.method for row in plain] == ["effect_by_period"]
    asked = replace(make_study("rct", dose="lessons"), explore=Explore("score", (Column("a", "a"),), True))
    rows = explore(asked, cohort, [panel])
    assert [r.method for r in rows] == ["effect_by_period", "mediation", "funnel", "dose_response", "uplift"]
    assert all(isinstance(r, Refusal) or r.role == "reference" for r in rows)
    assert explore(asked, cohort, []) == ()


@pytest.mark.parametrize("hostile", ["nan", "one", "constant", "infinite", "all", "none"])
def test_hostile_panels_are_refused_everywhere(hostile: str) -> None:
    values, program, _ = rct_world(np.random.default_rng(6), n_units=24, n_post=4)
    if hostile == "nan":
        values[:] = np.nan
    if hostile == "one":
        values, program = values[:1], program[:1]
    if hostile == "constant":
        values[:] = 3.0
    if hostile == "infinite":
        values[0, 3] = np.inf
    if hostile in ("all", "none"):
        program = np.full(24, hostile == "all")
    panel = make_panel(values, 2, in_program=program)
    panel = replace(panel, dose=np.ones(panel.n_units), take_up=np.where(panel.in_program, 1.0, np.nan))
    study = replace(make_study("rct", dose="x"), explore=Explore("deals", (Column("a", "a"),), True))
    answers = [*explore(study, cohort_of(panel, np.ones((panel.n_units, 1))), [panel])]
    for method in (
        "difference_in_means",
        "cuped",
        "ratio_of_totals",
        "ratio_of_totals_cuped",
        "complier_effect",
    ):
        answers += estimate(replace(study, design=replace(study.design, method=method)), panel)
    for answer in answers:
        if isinstance(answer, Refusal):
            assert answer.reason.endswith(".")
        else:
            assert np.isfinite(answer.intervals).all()
