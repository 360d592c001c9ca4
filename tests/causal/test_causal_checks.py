"""Guard rails: each must pass on a sound world, fail on a broken one, and be silent where it cannot speak."""

import re
from dataclasses import replace

import numpy as np
import pytest
from causal_worlds import did_world, make_metric, make_panel, make_study, rct_world
from scipy.stats import binomtest

from payoff.causal import check_design, estimate
from payoff.causal.checks_balance import look as look_at_balance
from payoff.causal.checks_pre_trend import judge_trend, read_leads
from payoff.causal.checks_sample_ratio import binomial_p_value
from payoff.causal.checks_sample_ratio import look as look_at_the_draw
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Term


def checks(study: Study, panel: Panel) -> dict[str, Check]:
    return {c.name: c for c in check_design(study, panel, estimate(study, panel)[0])}


def test_each_design_has_its_guards() -> None:
    values, program, _ = rct_world(np.random.default_rng(1))
    rct = checks(make_study("rct"), make_panel(values, 2, in_program=program))
    assert list(rct) == ["sample ratio", "baseline balance", "attrition", "extreme values", "few clusters"]
    values, launch = did_world(np.random.default_rng(1))
    did = checks(make_study(), make_panel(values, 3, launch=launch))
    assert list(did) == [
        "baseline balance",
        "attrition",
        "extreme values",
        "regression to the mean",
        "one launch date",
        "pre-trend",
        "anticipation",
        "placebo date",
        "honest trends",
        "unmeasured confounder",
        "few clusters",
    ]


def test_sample_ratio_blocks_a_draw_that_was_not_kept() -> None:
    values, program, _ = rct_world(np.random.default_rng(1))
    panel = make_panel(values, 2, in_program=program, n_assigned=(30, 30))
    study = make_study("rct", expected_share=0.5)
    kept = checks(study, panel)["sample ratio"]
    assert kept.verdict is Verdict.PASS
    assert "(50%), planned 50%" in kept.text
    broken = checks(study, replace(panel, n_assigned=(800, 1000)))["sample ratio"]
    assert binomtest(1000, 1800, 0.5).pvalue < 0.001
    assert (broken.verdict, broken.blocks) == (Verdict.FAIL, True)
    assert "1,000 of 1,800 reps" in broken.text
    assert checks(make_study("rct"), panel)["sample ratio"].verdict is Verdict.SILENT


@pytest.mark.parametrize(
    ("hits", "total", "share"),
    [(0, 1, 0.5), (3, 10, 0.5), (50, 50, 0.9), (3300, 4834, 0.68), (90_321, 180_000, 0.5)],
)
def test_binomial_p_value_is_scipys(hits: int, total: int, share: float) -> None:
    assert binomial_p_value(hits, total, share) == pytest.approx(
        binomtest(hits, total, share).pvalue, rel=1e-8
    )


def test_sample_ratio_counts_what_was_drawn() -> None:
    """2,000 people in 10 teams: 5 teams against 5 is a perfect draw whatever their sizes."""
    sizes = np.array([20, 20, 20, 20, 20, 380, 380, 380, 380, 380])
    cluster = np.repeat(np.arange(10), sizes)
    values = np.random.default_rng(0).normal(20, 1, (2000, 2))
    panel = make_panel(values, 1, in_program=cluster >= 5, cluster=cluster)
    found = checks(make_study("rct", expected_share=0.5, cluster="team"), panel)["sample ratio"]
    assert found.verdict is Verdict.PASS
    assert "5 of 10 teams" in found.text


def test_sample_ratio_counts_persons_where_teams_hold_both_groups() -> None:
    """Drawn person by person: teams cross the groups and their number says nothing about the draw."""
    rng = np.random.default_rng(0)
    values, cluster = rng.normal(20, 1, (6000, 2)), rng.integers(0, 200, 6000)
    for share, planned, verdict in ((0.68, 0.68, Verdict.PASS), (0.8, 0.5, Verdict.FAIL)):
        program = rng.random(6000) < share
        panel = make_panel(values, 1, in_program=program, cluster=cluster)
        found = checks(make_study("rct", expected_share=planned), panel)["sample ratio"]
        assert found.verdict is verdict, found.text
        assert f"{program.sum():,} of 6,000 reps" in found.text


def test_sample_ratio_stops_a_sound_draw_once_in_a_thousand() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(20, 1, (4, 2))
    study, stopped = make_study("rct", expected_share=0.5), 0
    for _ in range(2000):
        program = int(rng.binomial(400, 0.5))
        panel = make_panel(
            values, 1, in_program=[True, True, False, False], n_assigned=(400 - program, program)
        )
        stopped += look_at_the_draw(study, panel, Refusal("m", "r")).verdict is Verdict.FAIL
    assert stopped <= 8


def test_balance_fails_on_a_wide_gap_and_names_it() -> None:
    rng = np.random.default_rng(3)
    values, program, _ = rct_world(rng, n_units=400)
    covariates = np.column_stack([rng.normal(size=400), rng.normal(size=400) + 0.5 * program])
    study = make_study("rct", covariates=("age", "tenure"))
    found = checks(study, make_panel(values, 2, in_program=program, covariates=covariates))[
        "baseline balance"
    ]
    assert (found.verdict, found.costs) == (Verdict.FAIL, 1)
    assert "tenure" in found.text
    assert "age" not in found.text
    sound = checks(study, make_panel(values, 2, in_program=program, covariates=covariates[:, :1]))[
        "baseline balance"
    ]
    assert sound.verdict is Verdict.PASS


@pytest.mark.parametrize(("n_units", "teams"), [(60, 6), (100, 10), (300, 30), (60, None), (400, None)])
def test_balance_seldom_fails_a_sound_trial(n_units: int, teams: int | None) -> None:
    """Chance alone makes gaps above 0.25 in small trials; only what chance does not explain may fail."""
    failed, worlds, wide = 0, 400, 0
    study = make_study("rct", second=None)
    for seed in range(worlds):
        values, program, cluster = rct_world(np.random.default_rng(seed), n_units=n_units, clusters=teams)
        panel = make_panel(values, 2, in_program=program, cluster=cluster)
        found = look_at_balance(study, panel, Refusal("m", "r"))
        failed += found.verdict is Verdict.FAIL
        wide += "as chance allows: with so few it may reach" in found.text
        if found.verdict is Verdict.PASS:  # a gap is no reason "alike", whatever made it
            assert ("alike" in found.text) == (not found.reason)
            assert found.reason == "" or "as chance allows" in found.reason
    assert failed / worlds <= 0.02
    assert wide


def test_balance_of_chosen_groups_fails_by_size_alone() -> None:
    """Ten against ten chosen people 0.5 apart: chance explains it, and nobody claimed chance."""
    rng = np.random.default_rng(7)
    values = rng.normal(20, 1, (20, 4))
    program = np.arange(20) < 10
    values += 0.5 * program[:, None]
    panel = make_panel(values, 2, in_program=program)
    assert checks(make_study("rct"), panel)["baseline balance"].verdict is Verdict.PASS
    chosen = checks(make_study("rct", randomised=False), panel)["baseline balance"]
    assert chosen.verdict is Verdict.FAIL


def test_a_gap_no_lot_gives_blocks_a_trial_and_no_other_design() -> None:
    """Beyond one draw in ten thousand nobody drew, and the evidence of a lot is not there."""
    values, program, _ = rct_world(np.random.default_rng(3), n_units=400)
    values += 3.0 * program[:, None]
    panel = make_panel(values, 2, in_program=program)
    found = checks(make_study("rct"), panel)["baseline balance"]
    assert (found.verdict, found.blocks) == (Verdict.FAIL, True)
    assert "so a lot did not decide" in found.text
    chosen = checks(make_study("rct", randomised=False), panel)["baseline balance"]
    assert (chosen.verdict, chosen.blocks) == (Verdict.FAIL, False)


@pytest.mark.parametrize(("n_units", "verdict"), [(6, Verdict.PASS), (60, Verdict.FAIL)])
def test_a_covariate_that_splits_as_the_groups_do(n_units: int, verdict: Verdict) -> None:
    """Three against three, all women in one group: a lot gives that once in ten draws."""
    values = np.random.default_rng(1).normal(20, 1, (n_units, 4))
    program = np.arange(n_units) % 2 == 0
    panel = make_panel(values, 2, in_program=program, covariates=program[:, None].astype(float))
    found = checks(make_study("rct", covariates=("woman",)), panel)["baseline balance"]
    assert found.verdict is verdict


def test_balance_is_silent_without_a_baseline_and_costs_in_did_too() -> None:
    values, program, _ = rct_world(np.random.default_rng(3))
    silent = checks(make_study("rct"), make_panel(values, 0, in_program=program))["baseline balance"]
    assert silent.verdict is Verdict.SILENT
    values, launch = did_world(np.random.default_rng(3))
    values[launch >= 0] += 5
    apart = checks(make_study(), make_panel(values, 3, launch=launch))["baseline balance"]
    assert (apart.verdict, apart.costs) == (Verdict.FAIL, 1)


def test_attrition_counts_those_lost_before_the_panel() -> None:
    values, program, _ = rct_world(np.random.default_rng(3), n_units=200)
    study = make_study("rct")
    none = checks(study, make_panel(values, 2, in_program=program))["attrition"]
    assert none.verdict is Verdict.PASS
    assert "Every one of the 200 reps" in none.text
    alike = checks(study, make_panel(values, 2, in_program=program, n_assigned=(125, 125)))["attrition"]
    assert alike.verdict is Verdict.PASS
    assert "20% of all rep-months in follow-up" in alike.text
    uneven = checks(study, make_panel(values, 2, in_program=program, n_assigned=(100, 125)))["attrition"]
    assert (uneven.verdict, uneven.costs) == (Verdict.FAIL, 1)
    assert "20 pp apart" in uneven.text
    values[np.flatnonzero(program)[:10], 2:] = np.nan
    lost_later = checks(study, make_panel(values, 2, in_program=program))["attrition"]
    assert lost_later.verdict is Verdict.FAIL


def test_attrition_counts_lost_months_not_only_lost_people() -> None:
    """Everyone is seen once, but the program group leaves after the first month of six."""
    values, program, _ = rct_world(np.random.default_rng(3), n_units=60, n_pre=6, n_post=6)
    values[program, 7:] = np.nan
    found = checks(make_study("rct"), make_panel(values, 6, in_program=program))["attrition"]
    assert found.verdict is Verdict.FAIL
    assert "83% in the program group and 0% in the comparison group" in found.text


def test_attrition_passes_over_periods_nobody_was_seen_in() -> None:
    """A month still to come, or without a working day, is nobody's loss."""
    values, program, _ = rct_world(np.random.default_rng(3), n_units=60, n_post=3)
    values[:, 3] = np.nan
    found = checks(make_study("rct"), make_panel(values, 2, in_program=program))["attrition"]
    assert "Every one of the 60 reps" in found.text
    values[:, 2:] = np.nan
    silent = checks(make_study("rct"), make_panel(values, 2, in_program=program))["attrition"]
    assert silent.verdict is Verdict.SILENT


def test_pre_trend_fails_when_groups_drift_apart_and_passes_when_not() -> None:
    """CAU-13, EXP-04. Quiet data: a drift worth half the expected gain could not have hidden in them."""
    values, launch = quiet_world()
    study = make_study()
    sound = checks(study, make_panel(values, 4, launch=launch))["pre-trend"]
    assert sound.verdict is Verdict.PASS
    assert "would have shown" in sound.text
    drift = values + 0.8 * np.arange(8)[None, :] * (launch >= 0)[:, None]
    apart = checks(study, make_panel(drift, 4, launch=launch))["pre-trend"]
    assert (apart.verdict, apart.costs) == (Verdict.FAIL, 1)
    assert "moved apart" in apart.text


def quiet_world() -> tuple[Floats, Ints]:
    values, launch = did_world(np.random.default_rng(5), n_units=100, n_periods=8, n_pre=4)
    return 20 + (values - 20) / 4, launch


@pytest.mark.parametrize(("noise", "verdict"), [(0.25, Verdict.PASS), (1.0, Verdict.SILENT)])
def test_pre_trend_cannot_say_where_half_the_gain_could_hide_in_a_drift(
    noise: float, verdict: Verdict
) -> None:
    """CAU-13. The chance it states is the chance it has: planted in many worlds, the line shows as often."""
    study, shown, said = make_study(second=None), 0, list[int]()
    worlds = 60
    line = 0.75 / 5.0 * np.arange(10)  # half of 7.5 % of 20, from the mean of 6 months to the mean of 4
    for seed in range(worlds):
        values, launch = did_world(np.random.default_rng(seed), n_units=60, n_periods=10, n_pre=6)
        values = 20 + (values - 20) * noise
        level = judge_trend(study, panel := make_panel(values, 6, launch=launch), read_leads(study, panel))
        assert level.verdict in (verdict, Verdict.FAIL)
        if often := re.search(r"would have shown (\d+|once|less)", level.text):
            said.append({"less": 0, "once": 1}[often[1]] if often[1].isalpha() else int(often[1]))
        panel = make_panel(values + line * (launch >= 0)[:, None], 6, launch=launch)
        shown += judge_trend(study, panel, read_leads(study, panel)).verdict is Verdict.FAIL
    assert len(said) > 0.9 * worlds
    assert shown / worlds == pytest.approx((np.mean(said) + 0.5) / 10, abs=0.12)


def test_pre_trend_false_alarms() -> None:
    """CAU-13: the placebo test fails sound worlds about twice in a hundred, never far above."""
    failed, spoke, worlds = 0, 0, 250
    for seed in range(worlds):
        values, launch = did_world(np.random.default_rng(seed), n_units=30, n_periods=6, n_pre=4)
        found = checks(make_study(second=None), make_panel(values, 4, launch=launch))["pre-trend"]
        failed += found.verdict is Verdict.FAIL
        spoke += "Cannot be tested" not in found.text
    assert spoke == worlds
    assert failed / worlds <= 0.055


def test_pre_trend_is_silent_with_one_period_before() -> None:
    values, launch = did_world(np.random.default_rng(5), n_pre=1)
    found = checks(make_study(), make_panel(values, 1, launch=launch))["pre-trend"]
    assert found.verdict is Verdict.SILENT
    assert "0 of 20 program reps have two months before launch" in found.text


def test_pre_trend_spares_declared_leads() -> None:
    """A term that starts before launch is no departure: the reference moves before it."""
    values, launch = quiet_world()
    values[:50, 3] += 5.0  # an announced launch moves the month before it
    study = make_study(terms=(Term("effect", 0, None), Term("announced", -1, -1)))
    found = checks(study, make_panel(values, 4, launch=launch))["pre-trend"]
    assert found.verdict is Verdict.PASS


def test_pre_trend_speaks_in_percent_on_logs() -> None:
    values, launch = did_world(np.random.default_rng(5))
    metric = make_metric(scale="log")
    panel = make_panel(np.exp(values / 10), 3, launch=launch, metric=metric)
    assert "%" in checks(make_study(metric=metric), panel)["pre-trend"].text


@pytest.mark.parametrize(
    ("clusters", "verdict"), [(4, Verdict.SILENT), (8, Verdict.PASS), (24, Verdict.PASS)]
)
def test_few_clusters_resamples_or_says_why_not(clusters: int, verdict: Verdict) -> None:
    values, launch = did_world(np.random.default_rng(2), n_units=48, effect=6.0)
    half = clusters // 2
    cluster = np.where(launch >= 0, np.arange(48) % half, half + np.arange(48) % half)
    panel = make_panel(values, 3, launch=launch, cluster=cluster)
    found = {c.name: c for c in check_design(make_study(), panel, fake_effect(clusters))}["few clusters"]
    if clusters == 8:
        answer = estimate(make_study(), panel)[0]
        found = {c.name: c for c in check_design(make_study(), panel, answer)}["few clusters"]
        assert "both exclude no effect" in found.text
    assert found.verdict is verdict


def fake_effect(clusters: int) -> Effect:
    values, launch = did_world(np.random.default_rng(2))
    effect = estimate(make_study(), make_panel(values, 3, launch=launch))[0]
    assert isinstance(effect, Effect)
    return replace(effect, n_clusters=clusters)


def test_few_clusters_fails_when_the_two_disagree() -> None:
    """The t interval excludes zero, resampling does not: found by search, so the check must see it."""
    verdicts, at_the_edge = set(), 0
    for seed in range(120):
        values, program, cluster = rct_world(np.random.default_rng(seed), n_units=36, effect=1.6, clusters=6)
        study = make_study("rct", second=None)
        panel = make_panel(values, 2, in_program=program, cluster=cluster)
        effect = estimate(study, panel)[0]
        assert isinstance(effect, Effect)
        found = {c.name: c for c in check_design(study, panel, effect)}["few clusters"]
        verdicts.add(found.verdict)
        if found.verdict is Verdict.FAIL:
            assert found.costs == 0  # it reads the result
            assert "they disagree" in found.text
        if "by a hair" in found.text:
            at_the_edge += 1
            assert found.verdict is Verdict.PASS
            chance = re.search(r"p = (0\.\d+)", found.text)
            assert chance is not None
            assert 0.033 <= float(chance[1]) <= 0.075
    assert verdicts == {Verdict.PASS, Verdict.FAIL}
    assert at_the_edge


def test_few_clusters_in_one_group_are_few() -> None:
    """Forty teams, four of them in the program: the error rests on four."""
    values, _, _ = rct_world(np.random.default_rng(1), n_units=200)
    cluster = np.arange(200) % 40
    study = make_study("rct", second=None)
    panel = make_panel(values, 2, in_program=cluster < 4, cluster=cluster)
    found = checks(study, panel)["few clusters"]
    assert found.text.startswith("Only 4 reps in the smaller group: the interval is")
    enough = make_panel(values, 2, in_program=cluster < 10, cluster=cluster)
    assert checks(study, enough)["few clusters"].text.startswith("40 reps: enough")
    values = np.random.default_rng(1).normal(20, 1, (1200, 3))
    many = make_panel(values, 1, in_program=np.arange(1200) < 5)
    silent = checks(study, many)["few clusters"]
    assert (silent.verdict, "too many to resample" in silent.text) == (Verdict.SILENT, True)


def test_checks_survive_a_refused_answer() -> None:
    values, program, _ = rct_world(np.random.default_rng(1))
    panel = make_panel(values, 2, in_program=program)
    for check in check_design(make_study("rct"), panel, Refusal("m", "r")):
        assert check.text
