"""Which figures the Returns tab shows, by which formula, and what each comes to.

Question  How do totals become ROI, NPV, payback and break-even?
Payback   The month, interpolated, after which cumulative net money stays at or above zero.
Shows     Only what the study has: no discount rate, no NPV; no freed time, no row for it.
"""

from collections.abc import Mapping

from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure, Valuation
from payoff.report.workbook_case import (
    NEVER,
    NO_COST,
    Case,
    Frame,
    benefit_by_month,
    charged_months,
    cost_amount,
    flow_values,
    payback_of,
)
from payoff.report.workbook_inputs import Inputs
from payoff.report.workbook_money import Calculation
from payoff.report.workbook_returns import Return

# Name in the workbook (after "money_"), label, style, name of payoff's figure.
_ROWS = (
    ("benefit", "Cash benefits", "money", "benefit"),
    ("cost", "Costs", "money", "cost"),
    ("net_point", "Net benefit", "money", "net"),
    ("bcr_point", "Benefit-cost ratio", "ratio", "bcr"),
    ("roi_point", "ROI", "share", "roi"),
    ("pv_benefit", "Present value of benefits", "money", ""),
    ("pv_cost", "Present value of costs", "money", ""),
    ("npv_point", "Net present value", "money", "npv"),
    ("roi_pv_point", "ROI on present values", "share", "roi_pv"),
    ("roi_amortised_point", "ROI, costs over their useful life", "share", "roi_amortised"),
    ("payback_months_point", "Payback, months from launch", "months", "payback_months"),
    ("payback_discounted_point", "Payback on present values, months", "months", "payback_discounted"),
    ("irr_point", "Internal rate of return, a year", "share", "irr"),
    ("mirr_point", "Modified internal rate, a year", "share", "mirr"),
    ("equivalent_annual_point", "Equivalent annual value", "money", "equivalent_annual"),
    ("npv_hurdle_point", "Net present value at the hurdle rate", "money", "npv_hurdle"),
    ("break_even_point", "Break-even lift", "share", "break_even"),
    ("net_without_risk_point", "Net benefit without expected losses avoided", "money", "net_without_risk"),
    ("cost_per_completion_point", "Cost per completion", "money", "cost_per_completion"),
    ("cost_per_competent_point", "Cost per competent learner", "money", "cost_per_competent"),
    ("freed_time_point", "Freed time, not in any figure above", "money", "freed_time"),
)


def list_returns(
    valuation: Valuation,
    frame: Frame,
    base: Case,
    inputs: Inputs,
    done: Calculation,
    found: Mapping[str, tuple[float | str, str]],
) -> list[Return]:
    """The rows in the order a finance partner reads them. found: values and formulas worked out before."""
    values, formulas = _values(frame, base), _formulas(done)
    worked = dict(found) | _further(valuation, frame, base, inputs, done)
    if isinstance(valuation.figures.get("roi_amortised"), Figure):
        worked["roi_amortised_point"] = _amortised(frame, base, done)
    if not done.amounts:
        worked.pop("irr_point", None)  # without costs there is no rate to speak of
    values |= {name: value for name, (value, _) in worked.items()}
    formulas |= {name: formula for name, (_, formula) in worked.items()}
    if valuation.freed_time is not None:
        freed = (benefit_by_month(frame, rule, base).sum() for rule in frame.benefits if not rule.cash)
        values["freed_time_point"] = float(sum(freed))
    engine = _engine(valuation)
    return [
        Return(f"money_{name}", label, style, values[name], formulas[name], engine.get(figure))
        for name, label, style, figure in _ROWS
        if name in values
    ]


def _further(
    valuation: Valuation, frame: Frame, base: Case, inputs: Inputs, done: Calculation
) -> dict[str, tuple[float | str, str]]:
    """Cost per person, and the net without expected losses avoided."""
    flow = flow_values(frame, base)
    cost, benefit = float(flow["cost"].sum()), float(flow["benefit"].sum())
    found: dict[str, tuple[float | str, str]] = {}
    for name, people in (("completion", "completions"), ("competent", "competent")):
        if people in inputs.assumptions and f"cost_per_{name}" in valuation.further:
            each = cost / base.values[people]
            found[f"cost_per_{name}_point"] = (each, f"money_cost/{inputs.assumptions[people]}")
    if "net_without_risk" in valuation.further:
        risks = [(n, r) for n, r in enumerate(frame.benefits) if r.cash and r.category == "risk"]
        avoided = sum(float(benefit_by_month(frame, rule, base).sum()) for _, rule in risks)
        formula = "money_net_point-" + "-".join(done.totals[n] for n, _ in risks)
        found["net_without_risk_point"] = (benefit - cost - avoided, formula)
    return found


def _engine(valuation: Valuation) -> dict[str, Figure | Refusal | float | None]:
    """payoff's figures; benefit and cost as its own cash flow adds up to."""
    return {
        **valuation.further,
        **valuation.figures,
        "benefit": float(valuation.point.benefits.sum()),
        "cost": float(valuation.point.costs.sum()),
        "freed_time": valuation.freed_time,
    }


def _values(frame: Frame, base: Case) -> dict[str, float | str]:
    """What each figure comes to at the inputs as payoff has them."""
    flow = flow_values(frame, base)
    b, c = float(flow["benefit"].sum()), float(flow["cost"].sum())
    values: dict[str, float | str] = {
        "benefit": b,
        "cost": c,
        "net_point": b - c,
        "bcr_point": b / c if c > 0 else NO_COST,
        "roi_point": b / c - 1 if c > 0 else NO_COST,
        "payback_months_point": payback_of(frame, flow),
    }
    if "discount" in base.values:
        pv_b, pv_c = float(flow["pv_benefit"].sum()), float(flow["pv_cost"].sum())
        values |= {"pv_benefit": pv_b, "pv_cost": pv_c, "npv_point": pv_b - pv_c}
        values["roi_pv_point"] = pv_b / pv_c - 1 if pv_c > 0 else NO_COST
    return values


def _formulas(done: Calculation) -> dict[str, str]:
    """Formulas over the columns of the cash flow and over each other's names."""
    at = done.ranges
    totals = {name: f"SUM({at[name]})" for name in ("benefit", "cost", "pv_benefit", "pv_cost")}
    return totals | {
        "net_point": "money_benefit-money_cost",
        "bcr_point": f'IF(money_cost>0,money_benefit/money_cost,"{NO_COST}")',
        "roi_point": f'IF(money_cost>0,money_benefit/money_cost-1,"{NO_COST}")',
        "npv_point": "money_pv_benefit-money_pv_cost",
        "roi_pv_point": f'IF(money_pv_cost>0,money_pv_benefit/money_pv_cost-1,"{NO_COST}")',
        "payback_months_point": _payback(at),
        "freed_time_point": done.freed_total,
    }


def _payback(at: Mapping[str, str]) -> str:
    last, n = f"MAX({at['below']})", f"ROWS({at['below']})"
    after, month = f"INDEX({at['net']},{last}+1)", f"INDEX({at['month']},{last}+1)"
    share = f"IF({after}>0,MIN(1,-INDEX({at['cumulative']},{last})/{after}),1)"
    return f'IF(money_cost<=0,"{NO_COST}",IF({last}=0,0,IF({last}={n},"{NEVER}",MAX(0,{month}-1+{share}))))'


def _amortised(frame: Frame, base: Case, done: Calculation) -> tuple[float, str]:
    """ROI with each lasting one-time cost charged from its month to the horizon's end, straight line."""
    cost, parts = 0.0, []
    for line, cell in zip(frame.costs, done.amounts, strict=True):
        life, charged = line.useful_life_months, charged_months(frame, line)
        amount = cost_amount(frame, line, base)
        whole = life is None or charged is None
        cost += amount if life is None or charged is None else amount * charged / life
        parts.append(cell if whole else f"{cell}*{charged}/{life}")
    return float(flow_values(frame, base)["benefit"].sum()) / cost - 1, f"money_benefit/({'+'.join(parts)})-1"
