"""Small studies for the finance tests: a plan, its assumptions and an effect of a given size."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect
from payoff.nouns.formula import read_formula
from payoff.nouns.metric import Better, Metric, Scale
from payoff.nouns.money_plan import Assumption, BenefitRule, CostKind, CostRule
from payoff.nouns.study import (
    CohortPlan,
    Design,
    DesignType,
    Hypothesis,
    Outcome,
    Privacy,
    Study,
    Term,
    Window,
)
from payoff.nouns.unit import read_unit

Range = float | tuple[float, float, float]


def assume(name: str, value: Range, unit: str = "", assumed: bool = False) -> Assumption:
    """An assumption: one number, or (low, mid, high)."""
    low, mid, high = value if isinstance(value, tuple) else (value, value, value)
    source = "assumed" if assumed else "ledger"
    return Assumption(name, low, mid, high, read_unit(unit), unit, source, "finance", assumed)


def benefit(
    formula: str,
    *,
    name: str = "gain",
    cash: bool = True,
    gross: bool = False,
    category: Literal["revenue", "cost", "risk"] = "cost",
    metric: str = "kpi",
) -> BenefitRule:
    return BenefitRule(name, read_formula(formula), cash, category, metric, gross=gross)


def cost(
    amount: str | float,
    item: str = "Program",
    *,
    kind: CostKind = "one_time",
    month: int = 0,
    life: int | None = None,
    source: str = "ledger",
) -> CostRule:
    return CostRule(item, read_formula(str(amount)), kind, "other", month, life, source, "finance")


def plan(
    benefits: Sequence[BenefitRule],
    costs: Sequence[CostRule],
    assumptions: Sequence[Assumption] = (),
    *,
    unit: str = "rep",
    metric_unit: str = "deals/rep/month",
    horizon: int = 12,
    design: DesignType = "did",
    currency: str = "USD",
    **changes: Any,
) -> Study:
    window = Window(dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    later = Window(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    metric = Metric("kpi", "The KPI", read_unit(metric_unit), metric_unit, "higher", "ops", "", ())
    made = Design(
        design, unit, unit, "month", window, later, "fixed_effects", None, (Term("after", 0, None),), "after"
    )
    fields: dict[str, Any] = {
        "name": "worked-example",
        "title": "Worked example",
        "program": "The program",
        "question": "Does it pay?",
        "people": {},
        "currency": currency,
        "price_base": "2026 prices",
        "horizon_months": horizon,
        "sources": (),
        "metrics": (metric,),
        "outcome": Outcome("kpi"),
        "cohort": CohortPlan("people"),
        "design": made,
        "hypotheses": (Hypothesis("H1", "better", "kpi", 0.05, 0.1, 0.0, True, None, "pilot"),),
        "benefits": tuple(benefits),
        "assumptions": tuple(assumptions),
        "costs": tuple(costs),
        "privacy": Privacy(),
        "plan_lock": "0" * 64,
        "n_draws": 2000,
    }
    return Study(**{**fields, **changes})


def effect_of(
    *lifts: float,
    std_error: float = 0.0,
    df: float = np.inf,
    baseline: float = 10.0,
    scale: Scale = "level",
    better: Better = "higher",
    causal: bool = True,
    role: Literal["locked", "second"] = "locked",
    correlation: float = 0.0,
) -> Effect:
    """An effect with these lifts; std_error is of the raw estimate in units of `baseline` (a lift)."""
    lift = np.array(lifts)
    sign = -1.0 if better == "lower" else 1.0
    raw = np.log1p(sign * lift) if scale == "log" else sign * lift * baseline
    error = std_error * (1.0 if scale == "log" else baseline)
    n = lift.size
    covariance = error**2 * (correlation + (1 - correlation) * np.eye(n))
    half = 1.96 * error
    return Effect(
        "kpi",
        tuple(f"term_{i}" for i in range(n)),
        "average effect on those who took part",
        "fixed effects",
        "deals/rep/month",
        scale,
        better,
        raw,
        covariance,
        np.full(n, df),
        np.stack([raw - half, raw + half], axis=1),
        40,
        40,
        role,
        baseline,
        0,
        "f" * 64,
        causal=causal,
    )


def people(
    n: int = 20,
    baseline: float = 10.0,
    measured: Sequence[tuple[int, int]] = ((1, 12),),
    assigned: int | None = None,
    by_term: Sequence[int] = (),
) -> Counts:
    return Counts(n, n if assigned is None else assigned, baseline, tuple(measured), tuple(by_term))


def sales(horizon: int = 12, costs: Sequence[CostRule] | None = None, **changes: Any) -> Study:
    """W1: 20 reps × 10 deals × lift × $5,000 × 12 against $50,000."""
    return plan(
        [benefit("lift * baseline * reps * months * deal_value", gross=True, category="revenue")],
        [cost(50_000)] if costs is None else costs,
        [assume("deal_value", 5000, "USD/deal")],
        horizon=horizon,
        **changes,
    )


def support(assumptions: Mapping[str, Assumption] | None = None, **changes: Any) -> Study:
    """W5: 12 minutes × lift × 160 calls × 50 agents × $0.50 × 12 against $40,000."""
    named = {
        "calls": assume("calls", 160, "calls/agent/month"),
        "cost_per_minute": assume("cost_per_minute", 0.50, "USD/min"),
        **(assumptions or {}),
    }
    return plan(
        [benefit("lift * baseline * calls * agents * months * cost_per_minute")],
        [cost(40_000)],
        list(named.values()),
        unit="agent",
        metric_unit="min/call",
        **changes,
    )
