"""From an effect to money with its doubt: the whole of hop 6.

Question  What is this effect worth, how sure is that, and does it pay?
Steps     Refuse what has no meaning; choose the effect that carries the money; value it at the mid
          values and under every draw; show which inputs matter and where each would flip the answer.
Refuses   No effect, no comparison, no benefit that can be computed: the whole. No cost, no rate, no
          cash: only the figures that need it.
"""

from dataclasses import dataclass, replace

from payoff.finance.amortised import amortised_figure
from payoff.finance.carrying_effect import at_baseline, choose_effect, refuse_design
from payoff.finance.cautions import list_cautions
from payoff.finance.ceiling import ceilings
from payoff.finance.cost_picture import picture_costs
from payoff.finance.doubt import find_doubt
from payoff.finance.draws import draw_assumptions, draw_lifts, is_fixed
from payoff.finance.figures import Terms, make_figure, money_figures, refused_figures
from payoff.finance.further_figures import further_figures
from payoff.finance.gaps import NO_CASH, find_benefit_gaps, find_cost_gaps
from payoff.finance.ledger import list_benefits, list_costs, list_intangibles, list_measured
from payoff.finance.money_model import Inputs, MoneyModel, build_model, mid_inputs, risk_total
from payoff.finance.scenarios import build_scenarios
from payoff.finance.sensitivity import switching_values, tornado
from payoff.finance.simulation import Outcome, simulate
from payoff.finance.verdict import UNCREDITED, credit_money, judge_money
from payoff.finance.views import list_views
from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Grade
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.money_plan import Assumption, Correlation
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.valuation import Figure, Scenario, SwitchingValue, TornadoBar, Valuation


@dataclass(frozen=True, slots=True)
class Case:
    """One valuation's inputs and outcomes, at the point and under the draws.

    gap: why costs cannot be set against benefits, "" when they can.
    """

    study: Study
    effect: Effect
    assumptions: tuple[Assumption, ...]
    model: MoneyModel
    terms: Terms
    gap: str
    point: tuple[Inputs, Outcome]
    draws: tuple[Inputs, Outcome]
    grade: Grade | None

    @property
    def has_cash(self) -> bool:
        return any(rule.cash for rule in self.model.benefits)


def value(
    study: Study,
    effect: Effect | Refusal,
    second: Effect | None,
    assumptions: tuple[Assumption, ...],
    counts: Counts,
    grade: Grade | None = None,
) -> Valuation | Refusal:
    """What the effect is worth.

    effect, second: the locked and the declared second answer for the primary metric.
    assumptions: the study's, measured ones filled in. grade: of the evidence. A design that starts below
    2 has no comparison to rest money on; evidence that ends below 2 earns no verdict that it pays.
    """
    method = "return on investment"
    if isinstance(effect, Refusal):
        return Refusal(method, f"there is no effect to value: {effect.reason}")
    barred = refuse_design(study, effect, grade)
    if barred is not None:
        return barred
    gaps = find_benefit_gaps(study, assumptions, counts)
    cost_gaps = find_cost_gaps(study, assumptions, counts)
    if gaps:
        return Refusal(method, "; ".join([*gaps, *cost_gaps]))
    carrying, carried_by = choose_effect(study, effect, second, assumptions, counts)
    counts = at_baseline(carrying, counts)
    inputs = tuple(e.fingerprint for e in (effect, second) if e is not None)
    locks = grade.locks if grade is not None else None
    mark = fingerprint("valuation", *_plan(study), assumptions, counts, carried_by, locks, inputs=inputs)
    case = _work_out(study, carrying, assumptions, counts, "; ".join(cost_gaps), grade)
    return _assemble(case, carried_by, mark)


def draw_inputs(
    effect: Effect,
    assumptions: tuple[Assumption, ...],
    seed: int,
    n_draws: int,
    correlations: tuple[Correlation, ...] = (),
) -> Inputs:
    """Every input's draws, each from its own stream."""
    values = draw_assumptions(assumptions, correlations, seed, n_draws)
    return Inputs(draw_lifts(effect, seed, n_draws), values)


def _work_out(
    study: Study,
    effect: Effect,
    assumptions: tuple[Assumption, ...],
    counts: Counts,
    cost_gap: str,
    grade: Grade | None,
) -> Case:
    model = build_model(study, assumptions, counts, len(effect.terms))
    if cost_gap:
        model = replace(model, costs=())
    no_cash = "" if any(rule.cash for rule in model.benefits) else NO_CASH
    point = mid_inputs(assumptions, effect.lift(effect.estimates))
    drawn = draw_inputs(effect, assumptions, study.seed, study.n_draws, study.correlations)
    return Case(
        study,
        effect,
        assumptions,
        model,
        Terms(study.currency, study.price_base, study.horizon_months, _rate_in_words(assumptions)),
        "; ".join(filter(None, (no_cash, cost_gap))),
        (point, simulate(study, model, point)),
        (drawn, simulate(study, model, drawn)),
        grade,
    )


def _assemble(case: Case, carried_by: str, mark: str) -> Valuation:
    figures = _figures(case)
    bars, switching, scenarios = _sensitivity(case)
    (point, _), (drawn, _) = case.point, case.draws
    earned = judge_money(figures["net"], figures["probability"])
    verdict = credit_money(earned, case.grade)
    uncredited = () if verdict == earned else (UNCREDITED,)
    cautions = list_cautions(case.study, case.model, case.effect, case.assumptions, case.draws[1])
    return Valuation(
        benefits=list_benefits(case.model, case.point, case.draws),
        costs=list_costs(case.model, case.assumptions, case.point, case.draws),
        point=case.point[1].kept,
        draws=case.draws[1].kept,
        figures=figures,
        tornado=bars,
        switching=switching,
        scenarios=scenarios,
        ceiling=_ceilings(case),
        verdict=verdict,
        measured=list_measured(case.study, case.model),
        carried_by=carried_by,
        freed_time=_freed_time(case),
        warnings=(*uncredited, *cautions),
        fingerprint=mark,
        further=_further(case),
        cost_picture=picture_costs(case.model, case.point[0]) if case.model.costs else None,
        views=()
        if case.gap
        else list_views(case.point[1].kept, case.model.counts, case.study.design.unit_label),
        intangibles=list_intangibles(case.study),
        schedule=case.model.schedule,
        doubt=None
        if case.gap
        else find_doubt(case.study, case.model, case.effect, case.assumptions, point, drawn, bars),
    )


def _figures(case: Case) -> dict[str, Figure | Refusal]:
    figures = money_figures(case.point[1], case.draws[1], case.terms)
    if case.gap:
        known = {"benefit": case.has_cash, "cost": bool(case.model.costs)}
        refused = {name: Refusal(name, case.gap) for name in known}
        stand = {name: figures[name] for name, stands in known.items() if stands}
        return refused | stand | refused_figures(case.gap)
    amortised = amortised_figure(case.model, case.point, case.draws, case.terms)
    return figures if amortised is None else figures | {"roi_amortised": amortised}


def _further(case: Case) -> dict[str, Figure | Refusal]:
    """Rates of return and the like; nothing where there is no return."""
    if case.gap:
        return {}
    kept = (case.point[0], case.draws[0].rows(0, case.draws[1].kept.benefits.shape[0]))
    has_risk = any(rule.cash and rule.category == "risk" for rule in case.model.benefits)
    risk = (risk_total(case.model, kept[0]), risk_total(case.model, kept[1])) if has_risk else None
    return further_figures((case.point[1].kept, case.draws[1].kept), kept, case.terms, risk)


def _sensitivity(
    case: Case,
) -> tuple[tuple[TornadoBar, ...], tuple[SwitchingValue, ...], tuple[Scenario, ...]]:
    """Nothing is sensitive where there is no return."""
    if case.gap:
        return (), (), ()
    point = case.point[0]
    bars = tornado(case.model, case.effect, case.assumptions, point)
    switching = switching_values(case.model, case.assumptions, point.lifts[0])
    scenarios = build_scenarios(case.study, case.model, case.effect, case.assumptions, point, bars)
    return bars, switching, scenarios


def _ceilings(case: Case) -> dict[str, Figure | Refusal]:
    """The highest cost that would still pay: none is known where nothing counts as cash."""
    if not case.has_cash:
        return {}
    return ceilings(case.model, case.assumptions, case.point, case.draws, case.terms)


def _freed_time(case: Case) -> Figure | None:
    if all(rule.cash for rule in case.model.benefits):
        return None
    basis = f"value of freed time, not cash and in no return; undiscounted, {case.terms.prices}"
    at_point, at_draws = case.point[1].freed, case.draws[1].freed
    figure = make_figure("freed_time", at_point, at_draws, case.terms.currency, case.terms, basis)
    return None if isinstance(figure, Refusal) else figure


def _rate_in_words(assumptions: tuple[Assumption, ...]) -> str:
    rate = next((a for a in assumptions if a.name == "discount"), None)
    if rate is None:
        return ""
    ends = "" if is_fixed(rate) else f" (drawn from {100 * rate.low:.3g} to {100 * rate.high:.3g} %)"
    return f"{100 * rate.mid:.3g} % a year, effective{ends}"


def _plan(study: Study) -> tuple[object, ...]:
    """What of the study the money depends on."""
    return (
        study.benefits,
        study.costs,
        study.currency,
        study.price_base,
        study.horizon_months,
        study.design.type,
        study.design.unit_label,
        study.seed,
        study.n_draws,
        study.sustain,
        study.correlations,
    )
