"""Several launch dates and calendars with gaps: said, refused, and not mistaken for something else."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import did_world, make_panel, make_study

from payoff.causal import check_design, estimate, smallest_visible_lift
from payoff.causal.checks_pre_trend import look as look_before
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Term

ONE_PERIOD = (Term("now", 0, 0), Term("next", 1, 1))
NOTHING = Refusal("m", "r")


def waves(
    rng: np.random.Generator, share_never: float, effect: Callable[[Ints], Floats], n_units: int = 90
) -> tuple[Floats, Ints]:
    """Three waves at 6, 12 and 18 of 24 periods; `effect` by periods since launch."""
    treated = int(n_units * (1 - share_never))
    launch = np.where(np.arange(n_units) < treated, 6 + 6 * (np.arange(n_units) % 3), -1)
    since = np.arange(24)[None, :] - launch[:, None]
    gain = np.where((since >= 0) & (launch >= 0)[:, None], effect(since), 0.0)
    values: Floats = 20 + rng.normal(size=(n_units, 1)) * 2 + rng.normal(size=(n_units, 24)) + gain
    return values, launch


def growing(since: Ints) -> Floats:
    return np.asarray(0.25 * (since + 1.0), dtype=np.float64)


def find(study: Study, panel: Panel, name: str) -> Check:
    return {c.name: c for c in check_design(study, panel, NOTHING)}[name]


@pytest.mark.parametrize("method", ["fixed_effects", "first_difference"])
@pytest.mark.parametrize("last", [None, 3])
def test_a_term_that_averages_over_waves_is_refused(method: str, last: int | None) -> None:
    """Effects grow to 2 on average, fixed effects would say 0.1: no answer is better than that one."""
    values, launch = waves(np.random.default_rng(1), 0.0, growing)
    study = make_study(terms=(Term("post", 0, last),), method=method, second=None)
    panel = make_panel(values, 6, launch=launch)
    answer = estimate(study, panel)[0]
    assert isinstance(answer, Refusal)
    assert "launched at 3 dates and the term post averages over more than one month" in answer.reason
    assert "declare terms one month long" in answer.reason
    assert isinstance(smallest_visible_lift(study, panel), float)  # what group-time effects would see
    for answering in ("group_time", "imputation"):
        other = make_study(terms=(Term("post", 0, last),), method=answering, second=None)
        assert isinstance(estimate(other, panel)[0], Effect)


@pytest.mark.parametrize("method", ["fixed_effects", "first_difference"])
def test_terms_one_period_long_and_a_single_launch_are_answered(method: str) -> None:
    values, launch = waves(np.random.default_rng(1), 0.3, growing)
    short = make_study(terms=ONE_PERIOD, method=method, second=None)
    assert isinstance(estimate(short, make_panel(values, 6, launch=launch))[0], Effect)
    values, launch = did_world(np.random.default_rng(1))
    pooled = make_study(method=method, second=None)
    assert isinstance(estimate(pooled, make_panel(values, 3, launch=launch))[0], Effect)


def test_several_launch_dates_cost_a_step_where_earlier_waves_are_compared_with() -> None:
    values, launch = waves(np.random.default_rng(1), 0.3, growing)
    panel = make_panel(values, 6, launch=launch)
    found = find(make_study(terms=ONE_PERIOD), panel, "one launch date")
    assert (found.verdict, found.scope, found.costs) == (Verdict.FAIL, "comparison", 1)
    assert "started at 3 dates" in found.text
    values, launch = did_world(np.random.default_rng(1))
    assert find(make_study(), make_panel(values, 3, launch=launch), "one launch date").verdict is Verdict.PASS
    never = make_panel(values, 3, launch=np.full(40, -1))
    assert find(make_study(), never, "one launch date").verdict is Verdict.SILENT


@pytest.mark.parametrize("share_never", [0.0, 0.3])
def test_growing_effects_of_earlier_waves_are_no_pre_trend(share_never: float) -> None:
    """CAU-13: groups that moved together are not called apart because the program works."""
    failed, worlds = 0, 60
    study = make_study(terms=ONE_PERIOD)
    for seed in range(worlds):
        values, launch = waves(np.random.default_rng(seed), share_never, growing)
        failed += look_before(study, make_panel(values, 6, launch=launch), NOTHING).verdict is Verdict.FAIL
    assert failed / worlds <= 0.12
    drift = values + 0.3 * np.arange(24)[None, :] * (launch == 18)[:, None]
    apart = look_before(study, make_panel(drift, 6, launch=launch), NOTHING)
    assert apart.verdict is Verdict.FAIL


def on_full_calendar(values: Floats, launch: Ints, n_pre: int, gap: int) -> tuple[Panel, Panel]:
    """The same data twice: side by side, and with `gap` empty periods in neither window before launch.

    On the full calendar a weekend without data is added within each window too.
    """
    n_units, n_periods = values.shape
    empty = np.full((n_units, 1), np.nan)
    before, after = values[:, :n_pre], values[:, n_pre:]
    wide = np.concatenate(
        [
            before[:, :1],
            empty,
            before[:, 1:],
            np.repeat(empty, gap, axis=1),
            after[:, :1],
            empty,
            after[:, 1:],
        ],
        axis=1,
    )
    where = np.array([0, *range(2, n_pre + 1), n_pre + 1 + gap, *range(n_pre + gap + 3, n_periods + gap + 2)])
    panel = make_panel(wide, n_pre + 1, launch=np.where(launch >= 0, where[launch], -1))
    post: Bools = np.arange(wide.shape[1]) >= n_pre + 1 + gap
    return make_panel(values, n_pre, launch=launch), replace(panel, post=post)


@pytest.mark.parametrize("method", ["fixed_effects", "first_difference", "before_after"])
def test_periods_without_data_or_outside_the_windows_change_nothing(method: str) -> None:
    values, launch = did_world(np.random.default_rng(3), effect=1.0, n_pre=3)
    design = "before_after" if method == "before_after" else "did"
    study = make_study(design, method=method, second=None)  # type: ignore[arg-type]
    narrow, wide = on_full_calendar(values, launch, 3, gap=0)
    if method == "first_difference":  # a change across an empty period is none
        wide = narrow
    one, two = (estimate(study, panel)[0] for panel in (narrow, wide))
    assert isinstance(one, Effect)
    assert isinstance(two, Effect)
    np.testing.assert_allclose(two.intervals, one.intervals)
    assert two.n_observations == one.n_observations


def test_first_differences_make_no_change_across_a_gap() -> None:
    values, launch = did_world(np.random.default_rng(3), effect=1.0, n_pre=3)
    _, wide = on_full_calendar(values, launch, 3, gap=2)
    study = make_study(method="first_difference", second=None)
    answer = estimate(study, wide)[0]
    assert isinstance(answer, Refusal)
    assert "no rep was observed in the month before it and in it" in answer.reason
    _, wide = on_full_calendar(values, launch, 3, gap=0)
    effect = estimate(study, wide)[0]
    assert isinstance(effect, Effect)
    assert effect.n_observations == 40 * 3  # of five changes, two would cross an empty period


def test_guards_cope_with_a_calendar_that_has_gaps() -> None:
    values, launch = did_world(np.random.default_rng(3), n_units=60, n_pre=3)
    narrow, wide = on_full_calendar(20 + (values - 20) / 8, launch, 3, gap=2)
    one, two = (look_before(make_study(), panel, NOTHING) for panel in (narrow, wide))
    assert one.verdict is two.verdict is Verdict.PASS
    assert one.text.split(";")[0] == two.text.split(";")[0]  # a drift a period is another with gaps
    assert find(make_study(), wide, "attrition").verdict is Verdict.PASS


@pytest.mark.parametrize("design", ["rct", "did", "before_after"])
def test_power_copes_with_a_calendar_that_has_gaps(design: str) -> None:
    """Periods without data in the baseline change nothing where only their number counts (rct)."""
    values, launch = did_world(np.random.default_rng(3), n_units=60, n_pre=3)
    narrow, wide = on_full_calendar(values, launch, 3, gap=2)
    study = make_study(design)  # type: ignore[arg-type]
    one, two = (smallest_visible_lift(study, panel) for panel in (narrow, wide))
    assert isinstance(one, float)
    assert isinstance(two, float)
    assert two == pytest.approx(one, rel=1e-9 if design == "rct" else 0.25)
