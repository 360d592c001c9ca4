"""Group-time effects through a study: what is answered, what is refused and why, onset and coverage."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from causal_worlds import did_world, make_metric, make_panel, make_study

from payoff.causal import estimate
from payoff.causal.event_study import EventStudy, event_study
from payoff.causal.group_time import answer
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Term

NEVER = -1


def plan(**changes: Any) -> Study:
    return make_study(**{"method": "group_time", "second": None, **changes})


def locked(study: Study, panel: Panel) -> Effect | Refusal:
    return answer(study, panel, "second")[0]


def effect_of(study: Study, panel: Panel) -> Effect:
    found = locked(study, panel)
    assert isinstance(found, Effect), found
    return found


def rollout(
    rng: np.random.Generator, sizes: dict[int, int], n_periods: int = 10, effect: float = 1.0, delay: int = 0
) -> tuple[Floats, Ints]:
    """Units by launch period; AR noise, unit and period effects, an effect from `delay` periods on."""
    launch = np.repeat(list(sizes), list(sizes.values()))
    noise = rng.normal(size=(len(launch), n_periods))
    for t in range(1, n_periods):
        noise[:, t] += 0.6 * noise[:, t - 1]
    since = np.arange(n_periods)[None, :] - launch[:, None]
    shows = (since >= delay) & (launch >= 0)[:, None]
    level = 20 + rng.normal(size=(len(launch), 1)) * 2 + rng.normal(size=n_periods)
    return level + noise + effect * shows, launch


def test_one_launch_date_is_the_plain_difference_in_differences() -> None:
    values, launch = did_world(np.random.default_rng(1))
    treated = launch >= 0
    change = values[:, 3:].mean(axis=1) - values[:, 2]
    found = effect_of(plan(), make_panel(values, 3, launch=launch))
    assert found.estimate == pytest.approx(change[treated].mean() - change[~treated].mean())
    spread = sum(change[arm].var(ddof=1) / arm.sum() for arm in (treated, ~treated))
    assert found.std_error == pytest.approx(np.sqrt(spread))
    assert found.df[0] == pytest.approx(38)


def test_terms_average_their_periods_by_cohort_size() -> None:
    values, launch = rollout(np.random.default_rng(2), {4: 8, 6: 16, NEVER: 20})
    panel = make_panel(values, 4, launch=launch)
    terms = (Term("first", 0, 1), Term("later", 2, None))
    found = effect_of(plan(terms=terms), panel)
    study = event_study(plan(), panel)
    assert isinstance(study, EventStudy)
    by = dict(zip(study.event_times.tolist(), study.estimates.tolist(), strict=True))
    assert found.estimates[0] == pytest.approx((by[0] + by[1]) / 2)  # both cohorts are seen in both
    assert -1 not in by  # the universal base is zero by construction


def test_anticipation_moves_the_base_and_is_shown() -> None:
    values, launch = rollout(np.random.default_rng(3), {5: 12, 7: 12, NEVER: 14})
    panel = make_panel(values, 5, launch=launch)
    study = event_study(plan(anticipation=2), panel)
    assert isinstance(study, EventStudy)
    assert -3 not in study.event_times
    assert {-2, -1} <= set(study.event_times.tolist())
    lead = effect_of(
        plan(terms=(Term("before", -2, -1), Term("after", 0, None)), verdict_term="after"), panel
    )
    assert lead.estimates[1] == pytest.approx(effect_of(plan(anticipation=2), panel).estimate)


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ({4: 20, NEVER: 20}, "never treated"),
        ({4: 30, 6: 30, NEVER: 2}, "not yet treated"),
        ({4: 10, 6: 10, 8: 10}, "not yet treated"),
    ],
)
def test_the_comparison_follows_from_the_design(sizes: dict[int, int], words: str) -> None:
    values, launch = rollout(np.random.default_rng(4), sizes)
    assert words in effect_of(plan(), make_panel(values, 4, launch=launch)).label


def test_declared_control_is_honoured() -> None:
    values, launch = rollout(np.random.default_rng(5), {4: 10, 6: 10, NEVER: 10})
    panel = make_panel(values, 4, launch=launch)
    never, not_yet = (effect_of(plan(control=c), panel) for c in ("never", "not_yet"))
    assert never.estimate != not_yet.estimate
    assert "not yet treated" in not_yet.label


def test_log_scale_and_order_of_rows() -> None:
    values, launch = rollout(np.random.default_rng(6), {4: 10, 6: 10, NEVER: 10})
    metric = make_metric(scale="log")
    panel = make_panel(np.exp(values / 10), 4, launch=launch, metric=metric, cluster=np.arange(30) // 2)
    found = effect_of(plan(metric=metric), panel)
    assert found.unit == "log points"
    level = effect_of(plan(), make_panel(values, 4, launch=launch, cluster=np.arange(30) // 2))
    assert found.estimate == pytest.approx(level.estimate / 10)
    order = np.random.default_rng(1).permutation(30)
    turned = replace(panel, values=panel.values[order], launch=launch[order], cluster=panel.cluster[order])
    assert effect_of(plan(metric=metric), turned).intervals == pytest.approx(found.intervals)


def test_gaps_are_compared_cell_by_cell_and_said() -> None:
    values, launch = rollout(np.random.default_rng(7), {4: 15, 6: 15, NEVER: 20})
    whole = effect_of(plan(), make_panel(values, 4, launch=launch))
    values[3, 8], values[40, 2] = np.nan, np.nan
    found = effect_of(plan(), make_panel(values, 4, launch=launch))
    assert "seen in both of its periods" in found.label
    assert whole.n_observations is not None
    assert found.n_observations == whole.n_observations - 2
    assert found.estimate == pytest.approx(whole.estimate, abs=0.2)
    assert found.std_error == pytest.approx(whole.std_error, rel=0.2)


def refused(sizes: dict[int, int], words: str, **more: Any) -> None:
    values, launch = rollout(np.random.default_rng(8), sizes)
    found = locked(plan(**more), make_panel(values, 4, launch=launch))
    assert isinstance(found, Refusal)
    assert words in found.reason


def test_refusals_a_manager_understands() -> None:
    refused({NEVER: 20}, "No rep ever started")
    refused({4: 20}, "Every rep started at the same time")
    refused({4: 2, 5: 2, 6: 2, 7: 1, 8: 1, NEVER: 2}, "Only one rep started on")  # ten teams over six cohorts
    refused({4: 2, NEVER: 20}, "Only 2 reps started")
    refused({4: 20, NEVER: 2}, "Only 2 reps left untreated")
    refused({4: 20, NEVER: 1}, "Only one rep never starts")
    refused({0: 20, NEVER: 20}, "treatment began before the data did")
    refused({4: 20, 6: 20}, "never treated was left to compare with", control="never")
    refused({4: 20, 6: 20}, "not yet treated was left", terms=(Term("late", 5, 6),))


def test_hostile_values_are_refused() -> None:
    values, launch = rollout(np.random.default_rng(9), {4: 5, NEVER: 5})
    infinite = values.copy()
    infinite[0, 0] = np.inf
    constant = np.full_like(values, 3.0)
    for bad in (infinite, constant, np.full_like(values, np.nan), values[:, :1]):
        n_periods = bad.shape[1]
        found = locked(plan(), make_panel(bad, 1, launch=np.where(launch >= n_periods, 0, launch)))
        assert isinstance(found, Refusal)
    alone = locked(plan(), make_panel(values[:1], 4, launch=launch[:1]))
    assert isinstance(alone, Refusal)
    x = (launch >= 0).astype(np.float64)[:, None]
    apart = locked(plan(covariates=("x",)), make_panel(values, 4, launch=launch, covariates=x))
    assert isinstance(apart, Refusal)
    assert "compare like with like" in apart.reason


@pytest.mark.parametrize("delay", [0, 3])
def test_seeded_onset_is_recovered(delay: int) -> None:
    """CAU-11: within one period in nine worlds of ten."""
    near = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        values, launch = rollout(rng, {5: 60, 7: 60, NEVER: 80}, 14, effect=2.5, delay=delay)
        found = event_study(plan(), make_panel(values, 5, launch=launch))
        assert isinstance(found, EventStudy)
        near += found.onset is not None and abs(found.onset - delay) <= 1
    assert near >= 18


def test_reference_rows_stand_beside_the_locked_one() -> None:
    values, launch = rollout(np.random.default_rng(10), {4: 10, 6: 10, NEVER: 12})
    rows = {a.method: a for a in estimate(plan(), make_panel(values, 4, launch=launch))}
    trend = rows["group_time, change with exposure"]
    assert isinstance(trend, Effect)
    exposure = rows["group_time, event study, trusted errors"]
    assert isinstance(exposure, Effect)
    assert exposure.bands is not None
    post = [j for j, name in enumerate(exposure.terms) if int(name[1:]) >= 0]
    slope = np.polyfit(np.arange(len(post)), exposure.estimates[post], 1)[0]
    assert trend.estimate == pytest.approx(slope)
    assert {row.role for row in rows.values() if isinstance(row, Effect)} == {"locked", "reference"}


@pytest.mark.parametrize(
    "sizes",
    [{4: 3, 6: 3, NEVER: 4}, {4: 6, 5: 6, 6: 6, 8: 6, NEVER: 6}, {4: 20, 5: 20, 6: 20, 8: 20, NEVER: 20}],
)
def test_coverage_with_ten_thirty_and_a_hundred_teams(sizes: dict[int, int]) -> None:
    """CAU-01: 95 % intervals hold the truth; 300 worlds each, Monte Carlo error 1.3 points."""
    held = 0
    for seed in range(300):
        values, launch = rollout(np.random.default_rng(seed), sizes)
        low, high = effect_of(plan(), make_panel(values, 4, launch=launch)).interval
        held += low <= 1.0 <= high
    assert 0.915 <= held / 300 <= 0.985
