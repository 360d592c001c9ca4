"""Ratios of totals: every unit of exposure counts once; delta method by unit and by team; CUPED."""

import numpy as np
import pytest
from causal_worlds import make_metric, make_panel, make_study
from numpy.typing import NDArray

from payoff.causal import estimate
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal

Floats = NDArray[np.float64]


def calls_world(
    seed: int, n_units: int = 80, teams: int | None = None, effect: float = 0.0, periods: int = 2
) -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.int64]]:
    """Minutes per call and calls, (n_units, 2 × periods): busy people are faster, and stay what they are."""
    rng = np.random.default_rng(seed)
    cluster = np.arange(n_units) if teams is None else np.arange(n_units) % teams
    groups = int(cluster.max()) + 1
    program = (rng.permutation(groups) < groups // 2)[cluster]
    busy = rng.gamma(2.0, 10.0, n_units) + 5
    calls = rng.poisson(busy[:, None], (n_units, 2 * periods)).astype(float) + 1
    team = rng.normal(size=groups)[cluster] if teams is not None else np.zeros(n_units)
    level = 10 - 0.05 * busy + rng.normal(size=n_units) + 0.5 * team
    minutes = level[:, None] + rng.normal(size=calls.shape) * 5 / np.sqrt(calls)
    minutes[:, periods:] += effect * program[:, None]
    return minutes, calls, program, cluster.astype(np.int64)


def ask(method: str, world: tuple[Floats, Floats, NDArray[np.bool_], NDArray[np.int64]]) -> Effect:
    minutes, calls, program, cluster = world
    panel = make_panel(minutes, minutes.shape[1] // 2, in_program=program, cluster=cluster, weights=calls)
    answer = estimate(make_study("rct", method=method, second=None), panel)[0]
    assert isinstance(answer, Effect), answer
    return answer


def test_the_estimate_is_total_over_total_even_when_people_are_seen_unequally() -> None:
    minutes, calls, program, cluster = calls_world(1)
    minutes[:10, 3], calls[:10, 3] = np.nan, 0.0
    effect = ask("ratio_of_totals", (minutes, calls, program, cluster))
    top, bottom = np.nansum(minutes[:, 2:] * calls[:, 2:], axis=1), calls[:, 2:].sum(axis=1)
    ratios = [top[arm].sum() / bottom[arm].sum() for arm in (program, ~program)]
    assert effect.estimate == pytest.approx(ratios[0] - ratios[1])
    assert effect.baseline == pytest.approx(ratios[1])


def test_its_error_is_the_jackknifes() -> None:
    minutes, calls, program, cluster = calls_world(2, n_units=300)
    effect = ask("ratio_of_totals", (minutes, calls, program, cluster))
    top, bottom = (minutes * calls)[:, 2:].sum(axis=1), calls[:, 2:].sum(axis=1)
    variance = 0.0
    for arm in (program, ~program):
        t, b = top[arm], bottom[arm]
        left_out = (t.sum() - t) / (b.sum() - b)
        variance += (len(t) - 1) / len(t) * ((left_out - left_out.mean()) ** 2).sum()
    assert effect.std_error == pytest.approx(np.sqrt(variance), rel=0.02)


def test_cuped_takes_out_what_the_ratio_before_launch_foretold() -> None:
    world = calls_world(3, n_units=2000)
    plain, cuped = ask("ratio_of_totals", world), ask("ratio_of_totals_cuped", world)
    minutes, calls, program, _ = world
    lines = []
    for part in (slice(0, 2), slice(2, 4)):
        top, bottom = (minutes * calls)[:, part].sum(axis=1), calls[:, part].sum(axis=1)
        line = np.empty(2000)
        for arm in (program, ~program):
            ratio = top[arm].sum() / bottom[arm].sum()
            line[arm] = (top[arm] - ratio * bottom[arm]) / bottom[arm].mean()
        lines.append(line)
    correlation = np.corrcoef(lines[0], lines[1])[0, 1]
    assert cuped.std_error / plain.std_error == pytest.approx(np.sqrt(1 - correlation**2), rel=0.03)
    assert correlation > 0.6


@pytest.mark.parametrize("teams", [None, 10])
@pytest.mark.parametrize("method", ["ratio_of_totals", "ratio_of_totals_cuped"])
def test_coverage_by_person_and_by_team(method: str, teams: int | None) -> None:
    worlds = 300
    covered = 0
    for seed in range(worlds):
        low, high = ask(method, calls_world(10_000 + seed, n_units=60, teams=teams, effect=1.0)).interval
        covered += low <= 1.0 <= high
    assert 0.92 <= covered / worlds <= 0.985


def test_people_without_calls_before_launch_stay_in() -> None:
    minutes, calls, program, cluster = calls_world(4)
    minutes[:30, :2], calls[:30, :2] = np.nan, 0.0
    assert ask("ratio_of_totals_cuped", (minutes, calls, program, cluster)).n_units == 80


def test_what_is_no_ratio_is_refused() -> None:
    minutes, calls, program, _ = calls_world(5)
    empty = calls.copy()
    empty[program, :2] = 0.0

    def reason(method: str, panel: Panel) -> str:
        answer = estimate(make_study("rct", method=method, second=None, metric=panel.metric), panel)[0]
        assert isinstance(answer, Refusal), answer
        return answer.reason

    log = make_panel(minutes + 20, 2, in_program=program, weights=calls, metric=make_metric(scale="log"))
    assert "no logs" in reason("ratio_of_totals", log)
    unseen = make_panel(np.where(empty > 0, minutes, np.nan), 2, in_program=program, weights=empty)
    assert "before launch in one of the groups" in reason("ratio_of_totals_cuped", unseen)
