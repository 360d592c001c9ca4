"""A plain valuation for hand-built results: enough arithmetic for the figures to agree with each other."""

from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Floats, frozen
from payoff.nouns.benefit import Benefit
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.cost_line import CostLine
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.valuation import (
    Figure,
    Measured,
    MoneyVerdict,
    Scenario,
    SwitchingValue,
    TornadoBar,
    Valuation,
)

N_DRAWS = 2_000


@dataclass(frozen=True)
class Stream:
    """lift: point and draws (n_draws,); per_lift: money per month at a lift of 1, mid and draws."""

    lift: float
    lift_draws: Floats
    per_lift: float
    per_lift_draws: Floats


@dataclass(frozen=True)
class Spend:
    item: str
    category: str
    formula: str
    mid: float
    draws: Floats
    assumed: bool


def triangular(rng: np.random.Generator, low: float, mid: float, high: float) -> Floats:
    return rng.triangular(low, mid, high, N_DRAWS)


def value(
    study: Study,
    stream: Stream,
    spends: tuple[Spend, ...],
    tornado: tuple[TornadoBar, ...],
    ceiling: dict[str, Figure | Refusal],
    carried_by: str = "locked",
) -> Valuation:
    """Everything finance would say about one benefit and these one-time costs at month 0."""
    months = study.horizon_months
    rule = study.benefits[0]
    point = np.full(months, stream.lift * stream.per_lift)
    draws = np.outer(stream.lift_draws * stream.per_lift_draws, np.ones(months))
    benefit = Benefit(
        rule.name, rule.label, rule.category, True, False, rule.formula.text, frozen(point), frozen(draws)
    )
    costs = tuple(
        CostLine(
            item=s.item,
            category=s.category,
            kind="one_time",
            formula=s.formula,
            point=s.mid,
            draws=frozen(s.draws),
            payments=((0, 1),),
            useful_life_months=None,
            source="assumed" if s.assumed else "jtrain.csv",
            owner="demo finance partner",
            assumed=s.assumed,
        )
        for s in spends
    )
    point_flow = _flow(study, point[None, :], np.array([sum(s.mid for s in spends)]))
    draws_flow = _flow(study, draws, np.sum([s.draws for s in spends], axis=0))
    figures = _figures(study, point_flow, draws_flow)
    share = figures["probability"]
    assert isinstance(share, Figure)
    assert share.point is not None
    in_ten = round(10 * share.point)
    word = (
        "pays back" if in_ten >= 9 else "likely" if in_ten >= 7 else "toss-up" if in_ten >= 4 else "unlikely"
    )
    return Valuation(
        benefits=(benefit,),
        costs=costs,
        point=point_flow,
        draws=draws_flow,
        figures=figures,
        tornado=tornado,
        switching=tuple(
            SwitchingValue(b.name, (b.low_value + b.high_value) / 2, b.low_value / 2, "", "at mid values")
            for b in tornado[:3]
        ),
        scenarios=tuple(
            Scenario(name, {"lift": lift}, _roi_at(lift, stream, spends, months), net, net)
            for name, lift in (("worst", -0.05), ("base", stream.lift), ("best", 0.4))
            for net in (lift * stream.per_lift * months - sum(s.mid for s in spends),)
        ),
        ceiling=ceiling,
        verdict=MoneyVerdict(word, in_ten),
        measured=Measured({}),
        carried_by=carried_by,
        freed_time=None,
        warnings=(),
        fingerprint="valuation-" + study.name,
    )


def _roi_at(lift: float, stream: Stream, spends: tuple[Spend, ...], months: int) -> float:
    cost = sum(s.mid for s in spends)
    return (lift * stream.per_lift * months - cost) / cost


def _flow(study: Study, benefits: Floats, costs: Floats) -> CashFlow:
    """Benefits (n, horizon) in months 1..horizon, costs (n,) in month 0."""
    n = benefits.shape[0]
    paid = np.zeros((n, study.horizon_months + 1))
    paid[:, 0] = costs
    earned = np.hstack([np.zeros((n, 1)), benefits])
    months = np.arange(study.horizon_months + 1)
    return CashFlow(
        months=frozen(months),
        benefits=frozen(earned),
        costs=frozen(paid),
        currency=study.currency,
        price_base=study.price_base,
        horizon_months=study.horizon_months,
    )


def _figures(study: Study, point: CashFlow, draws: CashFlow) -> dict[str, Figure | Refusal]:
    b, c = point.benefits.sum(), point.costs.sum()
    bs, cs = draws.benefits.sum(1), draws.costs.sum(1)
    basis = f"undiscounted, full dated cash, {study.currency}, {study.price_base}"
    rate = 1.08 ** (point.months / 12)

    def figure(name: str, mid: float, spread: Floats, unit: str) -> Figure:
        low, high = np.percentile(spread, [10, 90])
        return Figure(name, float(mid), float(low), float(high), unit, study.horizon_months, basis)

    net = np.cumsum(draws.benefits - draws.costs, axis=1)
    never = float((net[:, -1] < 0).mean())
    pays = float((bs > cs).mean())
    return {
        "roi": figure("roi", (b - c) / c, (bs - cs) / cs, "ratio"),
        "bcr": figure("bcr", b / c, bs / cs, "ratio"),
        "net": figure("net", b - c, bs - cs, study.currency),
        "npv": figure(
            "npv",
            float(((point.benefits - point.costs) / rate).sum()),
            ((draws.benefits - draws.costs) / rate).sum(1),
            study.currency,
        ),
        "payback_months": Figure(
            "payback_months",
            float(np.ceil(c / point.benefits[0, -1])) if b > c else None,
            3.0,
            None,
            "months",
            study.horizon_months,
            basis,
            never,
        ),
        "break_even": Figure("break_even", 0.09, 0.05, 0.16, "lift", study.horizon_months, basis),
        "probability": Figure("probability", pays, pays, pays, "share", study.horizon_months, basis),
    }
