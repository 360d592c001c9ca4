"""The whole valuation: which figures stand, which are refused, and what the draws say."""

from dataclasses import replace

import numpy as np
import pytest
from finance_studies import assume, benefit, cost, effect_of, people, plan, sales, support

from payoff.finance import value
from payoff.finance.figures import spread, wilson_interval
from payoff.finance.money_model import build_model
from payoff.finance.simulation import CHUNK, simulate
from payoff.finance.valuation import draw_inputs
from payoff.finance.verdict import UNCREDITED
from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Grade
from payoff.nouns.money_plan import Sustain
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.valuation import Figure, MoneyVerdict, Valuation

DOUBTFUL = effect_of(0.08, std_error=0.03, df=30, baseline=12, better="lower")
AGENTS = people(50, 12.0)


def valued(
    study: Study, effect: Effect = DOUBTFUL, counts: Counts = AGENTS, second: Effect | None = None
) -> Valuation:
    found = value(study, effect, second, study.assumptions, counts)
    assert isinstance(found, Valuation), found
    return found


def figure(valuation: Valuation, name: str) -> Figure:
    found = valuation.figures[name]
    assert isinstance(found, Figure), found
    return found


def ranged_support(**changes: object) -> Study:
    study = support(
        {
            "calls": assume("calls", (140.0, 160.0, 180.0), "calls/agent/month"),
            "discount": assume("discount", 0.08),
        }
    )
    return replace(study, **changes)  # type: ignore[arg-type]


def test_every_figure_states_range_horizon_and_basis() -> None:  # FIN-27, FIN-32
    found = valued(ranged_support())
    for name in ("roi", "roi_pv", "npv", "net", "bcr", "payback_months", "break_even", "probability"):
        stated = figure(found, name)
        assert stated.horizon_months == 12
        assert "USD, 2026 prices" in stated.basis
    assert "discounted to launch (month 0) at 8 % a year, effective" in figure(found, "npv").basis
    assert "undiscounted, full dated cash" in figure(found, "roi").basis
    roi = figure(found, "roi")
    assert roi.low is not None
    assert roi.high is not None
    assert roi.low < 0.152 < roi.high


def test_point_npv_by_hand() -> None:  # FIN-26
    found = valued(ranged_support())
    by_hand = sum(3_840 / 1.08 ** (m / 12) for m in range(1, 13)) - 40_000
    assert figure(found, "npv").point == pytest.approx(by_hand)
    assert figure(found, "roi_pv").point == pytest.approx(by_hand / 40_000)


def test_range_is_the_10th_and_90th_percentile_of_the_draws() -> None:  # FIN-32
    found = valued(ranged_support())
    net = (found.draws.benefits - found.draws.costs).sum(axis=1)
    assert figure(found, "net").low == pytest.approx(np.sort(net)[199])
    assert figure(found, "net").high == pytest.approx(np.sort(net)[1799])
    chance = figure(found, "probability")
    assert chance.point == (net > 0).mean()
    assert chance.low is not None
    assert chance.high is not None
    assert chance.low < float((net > 0).mean()) < chance.high


def test_wilson_interval_published_value() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263, method 3
    assert wilson_interval(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0.0, 10)[0] == 0.0
    assert wilson_interval(1.0, 10)[1] == 1.0


def test_spread_keeps_infinite_ends_apart() -> None:
    assert spread(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, np.inf, np.inf])) == (1.0, np.inf)
    never = valued(ranged_support(), effect_of(0.05, std_error=0.02, baseline=12))
    payback = figure(never, "payback_months")
    assert payback.point is None
    assert payback.high is None
    assert payback.never_share is not None
    assert payback.never_share == pytest.approx(1 - float(figure(never, "probability").point or 0), abs=1e-12)


def test_no_discount_rate_refuses_only_present_values() -> None:  # FIN-27
    found = valued(support())
    for name in ("npv", "roi_pv"):
        refused = found.figures[name]
        assert isinstance(refused, Refusal)
        assert "discount rate missing" in refused.reason
    assert figure(found, "roi").point == pytest.approx(0.152)
    assert {s.npv for s in found.scenarios} == {None}


def test_freed_time_changes_no_cash_figure() -> None:  # FIN-02
    study = ranged_support()
    hours = benefit("lift * baseline * calls * agents * months * wage", name="time", cash=False)
    wage = assume("wage", (0.3, 0.4, 0.5), "USD/min")
    more = replace(study, benefits=(*study.benefits, hours), assumptions=(*study.assumptions, wage))
    plain, with_time = valued(study), valued(more)
    assert with_time.figures == plain.figures
    assert (with_time.draws.benefits == plain.draws.benefits).all()
    assert [s.roi for s in with_time.scenarios] == [s.roi for s in plain.scenarios]
    assert plain.freed_time is None
    assert with_time.freed_time is not None
    assert with_time.freed_time.point == pytest.approx(0.08 * 12 * 160 * 50 * 12 * 0.4)


def test_only_freed_time_gives_no_return_but_its_value() -> None:  # FIN-02
    study = support()
    found = valued(replace(study, benefits=(replace(study.benefits[0], cash=False),)))
    for name in ("roi", "net", "probability"):
        refused = found.figures[name]
        assert isinstance(refused, Refusal)
        assert "no benefit counts as cash" in refused.reason
    assert figure(found, "cost").point == 40_000
    assert found.freed_time is not None
    assert found.freed_time.point == pytest.approx(46_080)
    assert not found.ceiling


def test_same_seed_same_draws_another_seed_others() -> None:  # FIN-33
    first, again = valued(ranged_support()), valued(ranged_support())
    assert first.figures == again.figures
    assert first.fingerprint == again.fingerprint
    other = valued(ranged_support(seed=1))
    assert other.figures["roi"] != first.figures["roi"]
    assert figure(other, "roi").point == figure(first, "roi").point
    assert other.fingerprint != first.fingerprint


@pytest.mark.parametrize("chunk", [1, 7, 300, 10_000])
def test_chunks_of_any_size_give_the_same_outcome(chunk: int) -> None:
    study = ranged_support(n_draws=300)
    model = build_model(study, study.assumptions, AGENTS, 1)
    inputs = draw_inputs(DOUBTFUL, study.assumptions, study.seed, 300)
    whole, parts = simulate(study, model, inputs), simulate(study, model, inputs, chunk)
    for name in ("benefit", "freed", "cost", "pv_benefit", "pv_cost", "payback", "break_even"):
        assert (getattr(whole, name) == getattr(parts, name)).all()
    assert parts.kept.benefits.shape[0] == min(chunk, 300)


def test_dated_cash_is_kept_for_the_first_draws_only() -> None:
    found = valued(ranged_support(n_draws=CHUNK + 500))
    assert found.draws.benefits.shape == (CHUNK, 13)
    assert found.benefits[0].draws.shape == (CHUNK, 12)
    assert found.costs[0].draws.shape == (CHUNK + 500,)
    assert "10,500 simulated draws" in figure(found, "probability").basis


def test_arrays_of_the_answer_are_read_only() -> None:
    found = valued(support())
    for array in (found.point.benefits, found.draws.costs, found.benefits[0].draws, found.costs[0].draws):
        assert not array.flags.writeable


def test_lower_causal_second_opinion_carries_the_money() -> None:
    lower = effect_of(0.06, baseline=12, better="lower", role="second")
    higher = effect_of(0.10, baseline=12, better="lower", role="second")
    found = valued(support(), second=lower)
    assert found.carried_by.startswith("second (lower)")
    assert figure(found, "benefit").point == pytest.approx(46_080 * 0.75)
    assert valued(support(), second=higher).carried_by == "locked"
    assert valued(support(), second=replace(lower, causal=False)).carried_by == "locked"
    assert valued(support(), second=replace(lower, metric="other")).carried_by == "locked"


def ends(found: Figure) -> tuple[float, float, float]:
    """Low, point and high."""
    assert found.low is not None
    assert found.point is not None
    assert found.high is not None
    return found.low, found.point, found.high


def test_the_cap_does_not_make_the_money_surer() -> None:
    """The lower point, the wider doubt: whichever of the two answers is the less certain."""
    locked = effect_of(0.08, std_error=0.04, df=15, baseline=12, better="lower")
    lower = effect_of(0.06, std_error=0.01, baseline=12, better="lower", role="second")
    alone = figure(valued(support(), locked), "benefit")
    found = valued(support(), locked, second=lower)
    capped = figure(found, "benefit")
    assert found.carried_by == "second (lower), with the wider doubt of the locked"
    assert ends(capped)[1] == pytest.approx(ends(alone)[1] * 0.75)
    assert np.ptp(ends(capped)) == pytest.approx(np.ptp(ends(alone)))
    wide = replace(lower, covariance=lower.covariance * 64)
    own = valued(support(), locked, second=wide)
    assert own.carried_by == "second (lower)"
    assert figure(own, "benefit") == figure(valued(support(), wide), "benefit")


def test_second_opinion_is_compared_over_the_whole_horizon() -> None:
    """A second method that starts higher but ends lower is the lower one when its mean is."""
    counts = people(50, 12.0, [(1, 3), (4, 12)])
    locked = effect_of(0.05, 0.10, baseline=12)
    second = effect_of(0.08, 0.04, baseline=12, role="second")
    assert valued(support(), locked, counts, second).carried_by == "second (lower)"


@pytest.mark.parametrize("design", ["before_after"])
def test_before_against_after_earns_no_return(design: str) -> None:  # BAS-07, CAU-08
    study = support(design=design)
    found = value(study, DOUBTFUL, None, study.assumptions, AGENTS)
    assert isinstance(found, Refusal)
    assert "no comparison" in found.reason


def test_an_effect_that_is_no_comparison_earns_no_return() -> None:  # CAU-08
    study = support()
    for effect, grade in ((replace(DOUBTFUL, causal=False), None), (DOUBTFUL, Grade(1, 1, ()))):
        assert isinstance(value(study, effect, None, study.assumptions, AGENTS, grade), Refusal)
    assert isinstance(value(study, DOUBTFUL, None, study.assumptions, AGENTS, Grade(2, 2, ())), Valuation)


def test_evidence_that_credits_no_change_credits_no_money() -> None:
    """Figures stand, the word does not, and whoever reads them is told what they count."""
    study, sure = sales(), effect_of(0.10)
    known = value(study, sure, None, study.assumptions, people(20), Grade(2, 4, ()))
    weak = value(study, sure, None, study.assumptions, people(20), Grade(1, 4, ()))
    assert isinstance(known, Valuation)
    assert isinstance(weak, Valuation)
    assert isinstance(known.verdict, MoneyVerdict)
    assert known.verdict.verdict == "pays back"
    assert isinstance(weak.verdict, Refusal)
    assert "evidence 1 of 4 cannot credit" in weak.verdict.reason
    assert weak.figures == known.figures
    assert weak.warnings == (UNCREDITED, *known.warnings)
    assert weak.fingerprint != known.fingerprint


def test_no_effect_no_money() -> None:
    study = support()
    found = value(study, Refusal("fixed effects", "only 3 teams"), None, study.assumptions, AGENTS)
    assert isinstance(found, Refusal)
    assert "only 3 teams" in found.reason


def test_an_unmeasurable_cost_refuses_the_return_and_leaves_the_benefit() -> None:  # FIN-17
    study = replace(support(), costs=(cost("fee * agents"),))
    found = valued(study)
    refused = found.figures["roi"]
    assert isinstance(refused, Refusal)
    assert "cost Program: fee missing" in refused.reason
    assert figure(found, "benefit").point == pytest.approx(46_080)
    assert (found.tornado, found.switching, found.scenarios, found.costs) == ((), (), (), ())


def test_zero_cost_is_no_cost() -> None:
    found = valued(replace(support(), costs=(cost(0),)))
    for name in ("roi", "bcr", "payback_months", "probability"):
        refused = found.figures[name]
        assert isinstance(refused, Refusal)
        assert "zero or negative" in refused.reason
    assert figure(found, "net").point == pytest.approx(46_080)
    assert isinstance(found.verdict, Refusal)


def test_build_that_outlives_the_horizon_is_charged_for_its_part() -> None:  # FIN-22
    build = cost(36_000, "Build", life=36)
    found = valued(replace(support(), costs=(build, cost(28_000, "Run", kind="run", life=99))))
    view = figure(found, "roi_amortised")
    assert view.point == pytest.approx(46_080 / (12_000 + 28_000) - 1)
    assert "Build: 12 of 36 months charged, USD 24,000 not yet charged" in view.basis
    assert figure(found, "roi").point == pytest.approx(46_080 / 64_000 - 1)
    assert "roi_amortised" not in valued(support()).figures


def test_an_asset_is_charged_from_its_own_month() -> None:  # FIN-22
    """Bought in month 8 of 12, it has four months of the horizon; bought after it, none."""
    bought = [cost(12_000, "Early", month=-3, life=12), cost(12_000, "Late", month=8, life=12)]
    bought += [cost(12_000, "After", month=14, life=12), cost(40_000, "Program")]
    view = figure(valued(replace(support(), costs=tuple(bought))), "roi_amortised")
    assert view.point == pytest.approx(46_080 / (12_000 + 4_000 + 0 + 40_000) - 1)
    assert "Late: 4 of 12 months charged, USD 8,000 not yet charged" in view.basis
    assert "Early" not in view.basis


def test_each_line_of_the_ledger_names_its_source() -> None:  # FIN-06, FIN-21
    fee = assume("fee", (700.0, 800.0, 900.0), "USD/agent", assumed=True)
    study = support({"fee": fee})
    study = replace(study, costs=(cost("fee * agents", "Licences", month=-1, source=""), *study.costs))
    licences, program = valued(study).costs
    assert (licences.point, licences.payments, licences.assumed) == (40_000, ((-1, 1),), True)
    assert licences.source == "assumed"
    assert 35_000 <= licences.draws.min() < licences.draws.max() <= 45_000
    assert (program.source, program.assumed) == ("ledger", False)
    measured = valued(study).measured.values
    assert measured["baseline"][:2] == (12.0, "min/call")
    assert measured["agents"][0] == 50


def test_cautions_are_named() -> None:  # FIN-04, FIN-35
    fee = assume("fee", 800.0, "USD/agent", assumed=True)
    study = replace(support({"fee": fee}), costs=(cost("fee * agents", "Licences"),))
    study = replace(study, benefits=(*study.benefits, benefit("lift * fee", name="side", metric="csat")))
    wide = effect_of(0.02, std_error=0.05, baseline=12)
    said = valued(study, wide, people(50, 12.0, [(1, 3)])).warnings
    assert any(
        "measured up to month 3; months 4 to 12 are extrapolated, carried on unchanged" in w for w in said
    )
    assert any("the benefit itself is a loss" in w for w in said)
    assert any(w.endswith("the cost of Licences") for w in said)
    assert any("side is left out: it rests on csat" in w for w in said)
    (occupancy,) = valued(support(), effect_of(0.08, baseline=12)).warnings  # W7
    assert "20% of a full-time month" in occupancy


def test_months_measured_for_some_only_are_told() -> None:
    counts = people(50, 12.0, [(1, 6), (7, 9)], by_term=(50, 31))
    said = valued(support(), effect_of(0.08, 0.08, baseline=12), counts)
    assert "Months 7–9 were measured for 31 of 50 agents; the other 19 count nothing there and later" in (
        said.warnings
    )
    assert said.measured.values["agents"][2].endswith("by term 50, 31")
    whole = people(50, 12.0, [(1, 6), (7, 9)], by_term=(50, 50))
    assert not any("measured for" in w for w in valued(support(), DOUBTFUL, whole).warnings)


def test_a_proportional_effect_says_what_the_money_assumes() -> None:
    told = "geometric mean: the money assumes every agent's the KPI fell by the same share"
    log = effect_of(0.08, scale="log", better="lower", baseline=12)
    assert any(told in w for w in valued(support(), log).warnings)
    assert not any("geometric" in w for w in valued(support()).warnings)


def test_declared_half_life_fades_and_says_so() -> None:  # FIN-29
    study = support({"half_life": assume("half_life", (3.0, 6.0, 12.0), "month")})
    found = valued(study, DOUBTFUL, people(50, 12.0, [(1, 6)]))
    point = found.benefits[0].point
    assert point[:6] == pytest.approx([3_840] * 6)
    assert (np.diff(point[5:]) < 0).all()
    assert any("halved every 6 months" in w for w in found.warnings)
    assert "half_life" in {bar.name for bar in found.tornado}


def test_a_second_year_needs_evidence() -> None:  # FIN-35
    first = valued(sales(horizon=24), effect_of(0.1), people(20))
    assert figure(first, "benefit").point == pytest.approx(1_200_000)
    assert any("Nothing is credited for months 13 to 24" in caution for caution in first.warnings)
    measured = valued(sales(horizon=24), effect_of(0.1), people(20, measured=[(1, 24)]))
    assert figure(measured, "benefit").point == pytest.approx(2_400_000)
    named = sales(horizon=24, sustain=Sustain(beyond_first_year="two-year follow-up of the pilot"))
    found = valued(named, effect_of(0.1), people(20))
    assert figure(found, "benefit").point == pytest.approx(2_400_000)


def test_another_currency() -> None:
    study = plan(
        [benefit("lift * reps * prize")], [cost(10)], [assume("prize", 100.0, "EUR/rep")], currency="EUR"
    )
    found = valued(study, effect_of(0.1), people(20))
    assert figure(found, "net").unit == "EUR"
    assert not isinstance(found.verdict, Refusal)
    assert figure(found, "net").point == pytest.approx(190)
