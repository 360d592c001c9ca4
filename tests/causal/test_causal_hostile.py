"""Every method of difference in differences against panels that answer nothing: a sentence, never a number.

The whole registry is asked, so that a new method joins by itself.
"""

from collections.abc import Callable

import numpy as np
import pytest
from causal_worlds import did_world, make_metric, make_panel, make_study

from payoff.causal import check_design, estimate, grade, smallest_visible_lift
from payoff.causal.registry import ESTIMATORS
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power

METHODS = sorted(name for name, estimator in ESTIMATORS.items() if "did" in estimator.designs)
JARGON = ("nan", "None", "array", "matrix", "index", "inf ", "Traceback")


def world(n_units: int = 40, n_periods: int = 6) -> tuple[Floats, Ints]:
    return did_world(np.random.default_rng(1), n_units=n_units, n_periods=n_periods, effect=1.0)


def known(n_units: int) -> Floats:
    return np.random.default_rng(2).normal(size=(n_units, 1))


def put(values: Floats, launch: Ints, **more: object) -> Panel:
    return make_panel(values, 3, launch=launch, covariates=known(len(values)), **more)  # type: ignore[arg-type]


def emptied() -> Panel:
    values, launch = world()
    return put(np.full_like(values, np.nan), launch)


def no_follow_up_for_the_program() -> Panel:
    values, launch = world()
    values[launch >= 0, 3:] = np.nan
    return put(values, launch)


def nothing_before_launch() -> Panel:
    values, launch = world()
    values[launch >= 0, :3] = np.nan
    return put(values, launch)


def one_unit() -> Panel:
    values, _ = world(1)
    return put(values, np.array([3]))


def one_period() -> Panel:
    values, launch = world()
    values[:, 1:] = np.nan
    return put(values, launch)


def constant() -> Panel:
    values, launch = world()
    return put(np.full_like(values, 7.0), launch)


def infinite() -> Panel:
    values, launch = world()
    values[5, 4] = np.inf
    return put(values, launch)


def minus_infinite_weight() -> Panel:
    values, launch = world()
    weights = np.ones_like(values)
    weights[3, 3] = np.inf
    return put(values, launch, weights=weights)


def all_treated() -> Panel:
    values, _ = world()
    return put(values, np.full(40, 3))


def none_treated() -> Panel:
    values, _ = world()
    return put(values, np.full(40, -1))


def one_team_treated() -> Panel:
    values, _ = world()
    team = np.arange(40) // 5
    return put(values, np.where(team == 0, 3, -1), cluster=team)


def one_team_each() -> Panel:
    values, launch = world()
    return put(values, launch, cluster=(launch >= 0).astype(np.int64))


def treated_before_the_data() -> Panel:
    values, launch = world()
    return put(values, np.where(launch >= 0, 0, -1))


def ten_teams_over_six_dates() -> Panel:
    values, _ = world(10, 12)
    return put(values, np.array([3, 4, 5, 6, 7, 8, -1, -1, -1, -1]))


def ten_teams_over_six_dates_none_left() -> Panel:
    values, _ = world(10, 12)
    return put(values, np.array([3, 4, 5, 6, 7, 8, 8, 7, 6, 5]))


def no_noise() -> Panel:
    _, launch = world()
    return put(20.0 + np.arange(6) + np.zeros((40, 1)), launch)


def log_of_zero() -> Panel:
    values, launch = world()
    values[0, 0] = 0.0
    return put(values, launch, metric=make_metric(scale="log"))


HOSTILE: dict[str, Callable[[], Panel]] = {
    make.__name__: make
    for make in (
        emptied,
        no_follow_up_for_the_program,
        nothing_before_launch,
        one_unit,
        one_period,
        constant,
        infinite,
        minus_infinite_weight,
        all_treated,
        none_treated,
        one_team_treated,
        one_team_each,
        treated_before_the_data,
        ten_teams_over_six_dates,
        ten_teams_over_six_dates_none_left,
        no_noise,
        log_of_zero,
    )
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("method", METHODS)
def test_a_panel_that_answers_nothing_is_refused_in_a_sentence(method: str, name: str) -> None:
    """CAU-14: never zero, never an exception, never a number that is none."""
    panel = HOSTILE[name]()
    study = make_study(metric=panel.metric, method=method, second=None, randomised=True, cluster="team")
    locked, *beside = estimate(study, panel)
    assert isinstance(locked, Refusal), locked
    assert locked.method == method
    assert len(locked.reason) > 30
    assert not locked.reason[0].islower()
    assert locked.reason.endswith(".")
    assert not any(word in locked.reason for word in JARGON), locked.reason
    for row in beside:
        assert isinstance(row, Refusal) or row.role == "reference"
        assert isinstance(row, Refusal) or np.isfinite(row.intervals).all()
    checks = check_design(study, panel, locked)
    visible = smallest_visible_lift(study, panel)
    assert isinstance(visible, Refusal) or np.isfinite(visible)
    assert grade(study, checks, Power(visible, 0.05, 0.1, 0.02)).start >= 3


@pytest.mark.parametrize("method", METHODS)
def test_a_few_missing_cells_are_no_reason_to_refuse(method: str) -> None:
    """Left out and counted, or refused where the method needs whole paths; never filled in."""
    values, launch = world(60, 8)
    values[np.random.default_rng(3).random(values.shape) < 0.03] = np.nan
    study = make_study(method=method, second=None, randomised=True)
    answer = estimate(study, put(values, launch))[0]
    if method == "efficient_staggered":
        assert isinstance(answer, Refusal)
        assert "without a value" in answer.reason
    else:
        assert isinstance(answer, Effect)
        assert answer.n_observations is not None
        assert answer.n_observations <= int(np.isfinite(values).sum())
