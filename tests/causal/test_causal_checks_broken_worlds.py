"""Each guard rail passes a sound world, fails its broken one, and is silent where it cannot speak."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from causal_worlds import did_world, make_metric, make_panel, make_study, rct_world

from payoff.causal import check_design, check_other_outcomes, estimate
from payoff.causal.event_study import event_study
from payoff.causal.registry import ESTIMATORS
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Event, Outcome, Study


def checks(study: Study, panel: Panel) -> dict[str, Check]:
    return {c.name: c for c in check_design(study, panel, estimate(study, panel)[0])}


def did(seed: int = 0, n_units: int = 60, n_pre: int = 6, effect: float = 1.5) -> tuple[Any, Any]:
    return did_world(
        np.random.default_rng(seed), n_units=n_units, n_periods=n_pre + 6, n_pre=n_pre, effect=effect
    )


def test_anticipation_sees_a_jump_just_before_launch() -> None:
    values, launch = did()
    assert checks(make_study(), make_panel(values, 6, launch=launch))["anticipation"].verdict is Verdict.PASS
    early = values.copy()
    early[launch >= 0, 5] += 2.5
    found = checks(make_study(), make_panel(early, 6, launch=launch))["anticipation"]
    assert (found.verdict, found.costs) == (Verdict.FAIL, 1)
    assert "changed early" in found.text
    dip = values.copy()
    dip[launch >= 0, 5] -= 2.5
    assert "bad spell" in checks(make_study(), make_panel(dip, 6, launch=launch))["anticipation"].text
    short = checks(make_study(), make_panel(values[:, 4:], 2, launch=np.where(launch >= 0, 2, -1)))
    assert short["anticipation"].verdict is Verdict.SILENT


@pytest.mark.parametrize("method", ["fixed_effects", "group_time", "first_difference", "lagged_outcome"])
def test_placebo_date_finds_a_drift_and_not_a_sound_baseline(method: str) -> None:
    """CAU-13."""
    study = make_study(method=method, second=None)
    values, launch = did(n_units=100)
    assert checks(study, make_panel(values, 6, launch=launch))["placebo date"].verdict is Verdict.PASS
    drift = values + 1.2 * np.arange(12) * (launch >= 0)[:, None]
    found = checks(study, make_panel(drift, 6, launch=launch))["placebo date"]
    assert found.verdict is Verdict.FAIL
    assert "no program" in found.text


def test_placebo_date_is_silent_where_too_little_lies_before() -> None:
    """A pretended launch after one period says nothing: silence, not an accusation."""
    for n_pre in (0, 1, 2, 3):
        values, launch = did(n_pre=n_pre)
        panel = make_panel(values, n_pre, launch=launch)
        found = {c.name: c for c in check_design(make_study(), panel, Refusal("m", "r"))}["placebo date"]
        assert found.verdict is Verdict.SILENT
        assert f"{n_pre} month" in found.text


def test_regression_to_the_mean() -> None:
    values, _ = did(effect=0.0)
    means = values[:, :6].mean(axis=1)
    worst = np.where(means <= np.quantile(means, 0.25), 6, -1)
    found = checks(make_study(), make_panel(values, 6, launch=worst))["regression to the mean"]
    assert (found.verdict, found.costs, found.scope) == (Verdict.FAIL, 2, "comparison")
    assert "below" in found.text
    declared = checks(make_study(chosen="worst"), make_panel(values, 6, launch=worst))
    assert "chosen as the worst" in declared["regression to the mean"].text
    alike, launch = did(n_units=400)
    same = checks(make_study(chosen="worst"), make_panel(alike, 6, launch=launch))["regression to the mean"]
    assert same.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("chosen", "verdict"),
    [("worst", Verdict.FAIL), ("best", Verdict.FAIL), ("unknown", Verdict.SILENT), ("rule", Verdict.PASS)],
)
def test_before_and_after_of_the_worst_is_blocked(chosen: str, verdict: Verdict) -> None:
    values, _ = did()
    study = make_study("before_after", chosen=chosen)
    found = checks(study, make_panel(values, 6, in_program=np.ones(60, dtype=bool)))["regression to the mean"]
    assert (found.verdict, found.blocks) == (verdict, True)


@pytest.mark.parametrize("design", ["did", "matched", "synthetic", "rct"])
def test_volunteers_cost_a_step_where_groups_are_not_drawn(design: Any) -> None:
    """What makes people volunteer may make them better later, and no baseline shows it."""
    values, launch = did()
    panel = make_panel(values, 6, launch=launch, in_program=launch >= 0)
    found = {
        c.name: c for c in check_design(make_study(design, chosen="volunteers"), panel, Refusal("m", "r"))
    }
    if design == "rct":
        assert "self-selection" not in found
        return
    assert (found["self-selection"].verdict, found["self-selection"].costs) == (Verdict.FAIL, 1)
    told = {c.name for c in check_design(make_study(design, chosen="rule"), panel, Refusal("m", "r"))}
    assert "self-selection" not in told


def test_contamination() -> None:
    values, program, _ = rct_world(np.random.default_rng(1), n_units=100, effect=2.0)
    panel = make_panel(values, 2, in_program=program)
    study = make_study("rct", second=None)
    assert "contamination" not in checks(study, panel)
    nobody = replace(panel, exposed=np.zeros(100))
    assert checks(study, nobody)["contamination"].verdict is Verdict.PASS
    met = np.zeros(100)
    met[np.flatnonzero(~program)[:10]] = 1.0
    found = checks(study, replace(panel, exposed=met))["contamination"]
    assert (found.verdict, found.costs) == (Verdict.FAIL, 2)
    assert "10 of 50 comparison reps" in found.text
    met[np.flatnonzero(~program)[4:]] = 0.0
    assert checks(study, replace(panel, exposed=met))["contamination"].costs == 1
    assert "instead of" in found.text
    worse, _, _ = rct_world(np.random.default_rng(1), n_units=100, effect=-9.0)
    told = checks(study, replace(make_panel(worse, 2, in_program=program), exposed=met))["contamination"].text
    assert "effect of having it is −" in told  # a loss stays a loss
    unknown = replace(panel, exposed=np.full(100, np.nan))
    assert checks(study, unknown)["contamination"].verdict is Verdict.SILENT
    shared = make_panel(values, 2, in_program=program, cluster=np.arange(100) % 10)
    assert (
        "hold both groups"
        in checks(make_study("rct", cluster="team", second=None), shared)["contamination"].text
    )


def test_compliance_warns_and_costs_nothing() -> None:
    values, program, _ = rct_world(np.random.default_rng(1), n_units=100)
    took = program & (np.arange(100) % 5 == 0)
    panel = make_panel(values, 2, in_program=program, take_up=took.astype(float))
    found = checks(make_study("rct", second=None), panel)["compliance"]
    assert (found.verdict, found.costs) == (Verdict.FAIL, 0)


@pytest.mark.parametrize(
    ("affects", "month", "verdict"),
    [("all", 9, Verdict.PASS), ("program", 9, Verdict.FAIL), ("comparison", 3, Verdict.FAIL)],
)
def test_outside_events(affects: Any, month: int, verdict: Verdict) -> None:
    """CAU-10, BAS-02."""
    event = Event(dt.date(2025, month, 1), dt.date(2025, month, 20), "A price change", affects)
    values, launch = did()
    panel = make_panel(values, 6, launch=launch)
    found = checks(replace(make_study(), events=(event,)), panel)["outside events"]
    assert found.verdict is verdict
    assert "a price change" in found.text
    alone = replace(make_study("before_after"), events=(event,))
    blind = checks(alone, make_panel(values, 6, in_program=np.ones(60, dtype=bool)))["outside events"]
    assert (blind.verdict is Verdict.FAIL) == (month >= 7)
    outside = replace(event, on=dt.date(2027, 1, 1), until_on=dt.date(2027, 1, 2))
    assert checks(replace(make_study(), events=(outside,)), panel)["outside events"].verdict is Verdict.PASS


def test_time_of_year_without_a_comparison() -> None:
    """BAS-05: half a year before cannot show what the other half always brings."""
    values, _ = did()
    panel = make_panel(values, 6, in_program=np.ones(60, dtype=bool))
    found = checks(make_study("before_after"), panel)["time of year"]
    assert found.verdict is Verdict.FAIL
    assert "July" in found.text
    assert "time of year" not in checks(make_study("before_after", period="year"), panel)


def test_honest_trends_never_cost() -> None:
    values, launch = did(n_units=200, effect=12.0)
    strong = checks(make_study(), make_panel(values, 6, launch=launch))["honest trends"]
    assert (strong.verdict, strong.costs) == (Verdict.PASS, 0)
    assert "stands if trends part" in strong.text
    nothing, _ = did(effect=0.0, seed=3)
    assert (
        checks(make_study(), make_panel(nothing, 6, launch=launch[:60]))["honest trends"].verdict
        is Verdict.SILENT
    )


def test_an_unmeasured_confounder_is_held_against_the_strongest_covariate() -> None:
    rng = np.random.default_rng(0)
    values, launch = did(n_units=200, effect=2.0)
    trait = rng.normal(size=200)
    sound = make_panel(values, 6, launch=launch, covariates=trait[:, None])
    found = checks(make_study(covariates=("age",)), sound)["unmeasured confounder"]
    assert (found.verdict, found.costs) == (Verdict.PASS, 0)
    assert "age" in found.text
    moved = values - 2.0 * (launch >= 0)[:, None] * (np.arange(12) >= 6)
    program = launch >= 0
    trait = rng.normal(size=200) + 1.5 * program
    moved[:, 6:] += trait[:, None] + 0.3 * program[:, None]
    weak = checks(
        make_study(covariates=("age",)), make_panel(moved, 6, launch=launch, covariates=trait[:, None])
    )
    assert weak["unmeasured confounder"].verdict is Verdict.SILENT
    assert "unmeasured confounder" not in checks(make_study(randomised=True), sound)


def test_placebo_and_secondary_outcomes() -> None:
    """Placebo outcomes cost, secondary ones are told after Holm."""
    study = make_study("rct", second=None)
    names = ("sick_days", "calls", "mail")
    metrics = tuple(replace(make_metric(), name=n, label=n.replace("_", " ")) for n in names)
    study = replace(
        study,
        metrics=(*study.metrics, *metrics),
        outcome=Outcome("deals", placebo=("sick_days",), secondary=("calls", "mail")),
    )
    effects = {}
    for name, effect in zip(names, (0.0, 3.0, 0.0), strict=True):
        values, program, _ = rct_world(np.random.default_rng(5), n_units=100, effect=effect)
        effects[name] = estimate(study, make_panel(values, 2, in_program=program))[0]
    placebo, secondary = check_other_outcomes(study, effects)
    assert (placebo.verdict, secondary.verdict) == (Verdict.PASS, Verdict.PASS)
    assert "calls changed" in secondary.text
    moved = check_other_outcomes(study, {**effects, "sick_days": effects["calls"]})[0]
    assert (moved.verdict, moved.costs) == (Verdict.FAIL, 1)
    refused = check_other_outcomes(study, {**effects, "sick_days": Refusal("m", "Nothing was measured.")})[0]
    assert refused.verdict is Verdict.SILENT
    assert check_other_outcomes(make_study("rct"), {}) == ()


def permuted(panel: Panel, seed: int) -> Panel:
    """The same panel with follow-up outcomes dealt anew among units."""
    values = panel.values.copy()
    order = np.random.default_rng(seed).permutation(panel.n_units)
    values[:, panel.post] = values[order][:, panel.post]
    return replace(panel, values=values)


@pytest.mark.parametrize("design", ["rct", "did", "before_after"])
def test_what_costs_is_blind_to_the_outcome(design: Any) -> None:
    """Dealing the outcomes of follow-up anew changes no check that could cost a step of grade."""
    values, launch = did(n_units=100)
    program = launch >= 0
    panel = make_panel(
        values, 6, launch=launch, in_program=program if design != "before_after" else program | True
    )
    study = make_study(design, second=None)
    for seed in range(3):
        before, after = checks(study, panel), checks(study, permuted(panel, seed))
        costly = [name for name, c in before.items() if c.costs or c.blocks]
        assert costly
        assert {n: before[n].verdict for n in costly} == {n: after[n].verdict for n in costly}


@pytest.mark.parametrize("design", ["rct", "did"])
def test_sound_worlds_are_seldom_accused(design: Any) -> None:
    """Any warning of any check in at most one sound world in ten."""
    accused, worlds = 0, 60
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        if design == "rct":
            values, program, _ = rct_world(rng, n_units=60, n_pre=6, n_post=6, effect=1.0)
            panel = make_panel(values, 6, in_program=program)
        else:
            values, launch = did_world(rng, n_units=60, n_periods=12, n_pre=6, effect=1.0)
            panel = make_panel(values, 6, launch=launch)
        study = make_study(design, second=None)
        accused += any(c.verdict is Verdict.FAIL for c in checks(study, panel).values())
    assert accused / worlds <= 0.10


@pytest.mark.parametrize("how", ["nan", "constant", "infinite", "one", "all", "none"])
@pytest.mark.parametrize("design", ["rct", "did", "before_after", "matched", "its", "synthetic"])
def test_hostile_panels_raise_nothing(design: Any, how: str) -> None:
    values, launch = did(n_units=20)
    if how in ("nan", "constant", "infinite"):
        values[:] = {"nan": np.nan, "constant": 3.0, "infinite": np.inf}[how]
    if how == "one":
        values, launch = values[:1], launch[:1]
    launch = {"all": np.full_like(launch, 6), "none": np.full_like(launch, -1)}.get(how, launch)
    panel = make_panel(values, 6, launch=launch, covariates=np.ones((len(values), 1)))
    base = make_study(design if design in ("rct", "did", "before_after") else "did", covariates=("age",))
    method = next(e.name for e in ESTIMATORS.values() if design in e.designs)
    study = replace(base, design=replace(base.design, type=design, second=None, method=method))
    for check in check_design(study, panel, estimate(study, panel)[0]):
        assert check.text
        assert "nan" not in check.text.lower().split()


def test_honest_trends_are_silent_where_clusters_are_fewer_than_periods() -> None:
    """A covariance of more periods than clusters promises some combination without any error."""
    values, launch = did(n_units=10, n_pre=8, effect=6.0)
    found = checks(make_study(method="group_time", second=None), make_panel(values, 8, launch=launch))
    assert found["honest trends"].verdict is Verdict.SILENT
    assert "too few clusters" in found["honest trends"].text


def test_honest_trends_are_silent_where_effects_have_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outcomes without noise: degrees of freedom are nothing over nothing."""
    values, launch = did(n_units=60, effect=6.0)
    study, panel = make_study(method="group_time", second=None), make_panel(values, 6, launch=launch)
    known = event_study(study, panel)
    assert not isinstance(known, Refusal)
    without = replace(known, covariance=np.zeros_like(known.covariance), df=np.full_like(known.df, np.nan))
    monkeypatch.setattr("payoff.causal.checks_honest_trend.event_study", lambda study, panel: without)
    found = checks(study, panel)["honest trends"]
    assert found.verdict is Verdict.SILENT
    assert "no error to judge" in found.text
