"""What each design foretells from the baseline, against what happens when it is run many times."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from causal_worlds import did_world, make_panel, make_study, rct_world

from payoff.causal import estimate
from payoff.causal.never import NEVER_LAUNCHED, NO_EVENT
from payoff.causal.power import AS_PLANNED, chance_to_see, chance_to_show, plan_error, visible_lift
from payoff.causal.power_error import PlannedError, Stretch
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Column, Study, Term


def planned(study: Study, panel: Panel, stretch: Stretch = AS_PLANNED) -> PlannedError:
    answer = plan_error(study, panel, stretch)
    assert isinstance(answer, PlannedError), answer
    return answer


def levels(rng: np.random.Generator, n_units: int, n_periods: int, lasting: float = 2.0) -> Any:
    """(n_units, n_periods): lasting differences, common shocks by period, independent noise of variance 1."""
    shape = (n_units, n_periods)
    return 20 + rng.normal(size=(n_units, 1)) * lasting + rng.normal(size=n_periods) + rng.normal(size=shape)


def contrasts(draw: Any, worlds: int) -> float:
    """Spread of an estimate over fresh worlds."""
    return float(np.std([draw(np.random.default_rng(1_000 + s)) for s in range(worlds)]))


@pytest.mark.parametrize("method", ["difference_in_means", "covariate_adjusted"])
@pytest.mark.parametrize(("n_pre", "n_post"), [(6, 3), (3, 6), (4, 4)])
def test_trials_foretell_their_error(method: str, n_pre: int, n_post: int) -> None:
    """Also where follow-up is longer than the baseline."""
    study, found, real = make_study("rct", method=method, second=None), [], []
    for seed in range(160):
        rng = np.random.default_rng(seed)
        values = levels(rng, 120, n_pre + n_post)
        program = rng.permutation(120) < 60
        panel = make_panel(values, n_pre, in_program=program, launch=np.where(program, n_pre, -1))
        answer = estimate(study, panel)[0]
        assert isinstance(answer, Effect)
        real.append(answer.estimate)
        if seed < 40:
            found.append(planned(study, panel).std_error)
    assert 0.82 < np.median(found) / np.std(real) < 1.22


def test_waves_foretell_the_error_of_group_time_effects() -> None:
    """Callaway and Sant'Anna's average over three cohorts, computed cell by cell here."""
    launch = np.repeat([4, 6, -1], 20)
    terms = (Term("post", 0, None),)
    study = make_study("did", method="group_time", second=None, terms=terms)

    def average(rng: np.random.Generator) -> float:
        y = levels(rng, 60, 8)
        total = weight = 0.0
        for start in (4, 6):
            for t in range(start, 8):
                change = y[:, t] - y[:, start - 1]
                total += 20 * (change[launch == start].mean() - change[launch == -1].mean())
                weight += 20
        return total / weight

    real = contrasts(average, 400)
    found = [
        planned(study, make_panel(levels(np.random.default_rng(s), 60, 8), 4, launch=launch)).std_error
        for s in range(30)
    ]
    assert 0.85 < np.median(found) / real < 1.18


def test_pooled_terms_over_waves_have_an_answer() -> None:
    launch = np.repeat([3, 4, -1], 20)
    panel = make_panel(levels(np.random.default_rng(1), 60, 6), 3, launch=launch)
    assert 0 < visible_lift(panel, planned(make_study("did", method="group_time"), panel)) < 0.2


@pytest.mark.parametrize("control", ["auto", "not_yet"])
def test_those_who_never_start_wait_through_any_anticipation(control: str) -> None:
    """Never is later than every period, also less what is anticipated: no arithmetic brings it back."""
    assert NO_EVENT - 1_000_000 < NO_EVENT < 0 < 1_000_000 < NEVER_LAUNCHED - 1_000_000
    assert NEVER_LAUNCHED + 1_000_000 > NEVER_LAUNCHED
    launch, values = np.repeat([5, -1], 30), levels(np.random.default_rng(1), 60, 8)
    panel, terms = make_panel(values, 5, launch=launch), (Term("now", 0, 0),)
    plans = [
        planned(
            make_study("did", method="group_time", terms=terms, control=control, anticipation=early), panel
        )
        for early in (0, 2)
    ]
    assert plans[0].std_error == pytest.approx(plans[1].std_error, rel=0.5)
    never = planned(
        make_study("did", method="group_time", terms=terms, control="never", anticipation=2), panel
    )
    assert never == plans[1]


def test_everybody_starting_in_the_end_is_compared_with_those_who_wait() -> None:
    launch = np.repeat([3, 5], 20)
    panel = make_panel(levels(np.random.default_rng(1), 40, 7), 3, launch=launch)
    answer = planned(make_study("did", method="group_time", terms=(Term("now", 0, 0),)), panel)
    assert answer.df <= 38


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_series_foretell_the_gap_to_their_course(correlation: float) -> None:
    n_pre, n_post = 36, 6
    study = make_study("before_after")
    study = replace(
        study, design=replace(study.design, type="its", method="interrupted_time_series", harmonics=0)
    )

    def series(rng: np.random.Generator) -> Any:
        noise = rng.normal(size=n_pre + n_post)
        for t in range(1, len(noise)):
            noise[t] += correlation * noise[t - 1]
        return 50 + 0.1 * np.arange(len(noise)) + noise

    def gap(rng: np.random.Generator) -> float:
        y, t = series(rng), np.arange(n_pre + n_post)
        line = np.polyfit(t[:n_pre], y[:n_pre], 1)
        return float((y - np.polyval(line, t))[n_pre:].mean())

    real = contrasts(gap, 400)
    found = []
    for seed in range(60):
        values = np.tile(series(np.random.default_rng(seed)), (5, 1))
        panel = make_panel(values, n_pre, launch=np.full(5, n_pre), in_program=np.ones(5, bool))
        found.append(planned(study, panel).std_error)
    assert 0.75 < np.median(found) / real < 1.3


def test_short_series_are_refused() -> None:
    study = make_study("before_after")
    study = replace(study, design=replace(study.design, type="its"))
    panel = make_panel(np.random.default_rng(0).normal(9, 1, (3, 9)), 7, in_program=np.ones(3, bool))
    assert isinstance(plan_error(study, panel), Refusal)


def test_a_series_without_any_noise_has_no_plan() -> None:
    study = make_study("its")
    values = np.tile(50 + 0.5 * np.arange(30), (3, 1))
    panel = make_panel(values, 18, launch=np.full(3, 18), in_program=np.ones(3, bool))
    answer = plan_error(study, panel)
    assert isinstance(answer, Refusal)
    assert "does not vary" in answer.reason


def as_type(kind: str) -> Study:
    study = make_study("did")
    return replace(study, design=replace(study.design, type=kind))  # type: ignore[arg-type]


def test_matched_groups_foretell_the_error_of_their_changes() -> None:
    def change(rng: np.random.Generator) -> float:
        y = levels(rng, 200, 8)
        level = y[:, :4].mean(axis=1)
        nearest = np.abs(level[:40, None] - level[None, 40:]).argmin(axis=1) + 40
        moved = y[:, 4:].mean(axis=1) - level
        return float((moved[:40] - moved[nearest]).mean())

    real = contrasts(change, 300)
    found = []
    for seed in range(20):
        values = levels(np.random.default_rng(seed), 200, 8)
        panel = make_panel(values, 4, launch=np.where(np.arange(200) < 40, 4, -1))
        found.append(planned(as_type("matched"), panel).std_error)
    assert 0.8 < np.median(found) / real < 1.25


def test_one_treated_among_many_and_too_few_others() -> None:
    values = levels(np.random.default_rng(1), 40, 24)
    one = make_panel(values, 20, launch=np.where(np.arange(40) == 3, 20, -1))
    answer = planned(as_type("synthetic"), one)
    assert 0.4 < answer.std_error < 0.8  # √(1/20 + 1/4) = 0.55 and a little for the others
    assert answer.df == 38
    few = make_panel(values[:15], 20, launch=np.where(np.arange(15) == 3, 20, -1))
    assert isinstance(plan_error(as_type("synthetic"), few), Refusal)


def test_each_arm_and_each_factor_has_its_own_reach() -> None:
    rng = np.random.default_rng(2)
    values, arm = levels(rng, 180, 6), np.arange(180) % 3
    base = make_panel(values, 3, in_program=arm > 0, launch=np.where(arm > 0, 3, -1))
    terms = (Term("drills", 0, None), Term("coach", 0, None))
    study = make_study("rct", arms=("none", "drills", "coach"), terms=terms)
    three = planned(study, replace(base, arm=arm))
    two = planned(make_study("rct"), make_panel(values[arm < 2], 3, in_program=arm[arm < 2] > 0))
    assert three.std_error == pytest.approx(two.std_error)
    factors = np.column_stack([arm % 2 == 0, np.arange(180) < 90])
    columns = (Column("drills", "x"), Column("coach", "y"))
    study = make_study("rct", factors=columns, terms=terms)
    by_factor = planned(study, replace(base, factors=factors))
    assert by_factor.std_error < three.std_error  # everybody speaks about every factor


def test_more_periods_never_hurt() -> None:
    values, program, _ = rct_world(np.random.default_rng(3), n_units=100, n_pre=4, n_post=2)
    for method in ("difference_in_means", "covariate_adjusted"):
        study = make_study("rct", method=method)
        panel = make_panel(values, 4, in_program=program, launch=np.where(program, 4, -1))
        now = planned(study, panel).std_error
        assert planned(study, panel, Stretch(after=4)).std_error < now
    values, launch = did_world(np.random.default_rng(3), n_periods=8, n_pre=4)
    panel = make_panel(values, 4, launch=launch)
    now = planned(make_study(), panel).std_error
    assert planned(make_study(), panel, Stretch(before=4)).std_error < now
    assert planned(make_study(), panel, Stretch(after=4)).std_error < now


def test_what_was_assumed_is_said() -> None:
    values, launch = did_world(np.random.default_rng(4), n_pre=1)
    assert "half of the spread" in planned(make_study(), make_panel(values, 1, launch=launch)).assumed
    values, launch = did_world(np.random.default_rng(4), n_pre=2)
    assert "two baseline periods" in planned(make_study(), make_panel(values, 2, launch=launch)).assumed
    values, launch = did_world(np.random.default_rng(4), n_pre=3)
    assert planned(make_study(), make_panel(values, 3, launch=launch)).assumed == ""


def test_chances_come_true() -> None:
    """To see a true lift, and to show that it is above a threshold, against 300 runs."""
    study = make_study("rct", second=None)
    plan_of: list[tuple[float, float]] = []
    seen = shown = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        values, program, _ = rct_world(rng, n_units=80, n_pre=2, n_post=2)
        panel = make_panel(values, 2, in_program=program, launch=np.where(program, 2, -1))
        plan = planned(study, panel)
        plan_of.append((chance_to_see(panel, plan, 0.07), chance_to_show(panel, plan, 0.07, 0.02)))
        values[program, 2:] += 0.07 * 20
        answer = estimate(study, make_panel(values, 2, in_program=program, launch=panel.launch))[0]
        assert isinstance(answer, Effect)
        seen += answer.interval[0] > 0
        shown += answer.interval[0] > 0.02 * 20
    expected = np.mean(plan_of, axis=0)
    assert seen / 300 == pytest.approx(expected[0], abs=0.07)
    assert shown / 300 == pytest.approx(expected[1], abs=0.07)


def test_the_source_articles_call_centre() -> None:
    """20 + 20 reps, six months before, three after, see a true 10 % about one time in five."""
    study = make_study("rct", method="difference_in_means")
    chances = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        mean = 10.0
        counts = rng.negative_binomial(mean / 0.5, 1 / 1.5, size=(40, 9)).astype(float)
        program = rng.permutation(40) < 20
        panel = make_panel(counts, 6, in_program=program, launch=np.where(program, 6, -1))
        chances.append(chance_to_see(panel, planned(study, panel), 0.10))
    assert 0.1 < np.median(chances) < 0.55
