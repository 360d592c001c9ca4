"""Scenarios, one column each, recomputed by formulas from the low and high ends of the inputs.

Question  What if everything goes badly, as expected, or well, and with the haircut?
Assumes   payoff chose which end of each range is the worse one; the column points at that end, so an
          edited range or value moves it. Two extra columns at lifts of 0 and 1 give the break-even.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from payoff.nouns.effect import Effect
from payoff.nouns.money_plan import Assumption
from payoff.nouns.valuation import Scenario
from payoff.report.workbook_case import Case, Frame, cash_flow, cut_gain
from payoff.report.workbook_inputs import Inputs


@dataclass(frozen=True, slots=True)
class Column:
    """One scenario. lifts: per term, reference, "" where the number itself stands; settings: assumption →
    reference; engine: payoff's.
    """

    name: str
    case: Case
    lifts: tuple[str, ...]
    settings: Mapping[str, str]
    engine: Scenario | None


def list_columns(
    scenarios: tuple[Scenario, ...],
    effect: Effect,
    assumptions: tuple[Assumption, ...],
    base: Case,
    inputs: Inputs,
) -> list[Column]:
    """payoff's scenarios, then the two extra columns."""
    n = len(effect.terms)
    ends = [effect.lift_interval(term) for term in range(n)]
    haircut = inputs.own.get("haircut")
    cut = base.values.get("haircut", 1.0)
    lifts: dict[str, tuple[tuple[float, ...], tuple[str, ...]]] = {
        "worst": (tuple(e[0] for e in ends), tuple(inputs.ends[t][0] for t in range(n))),
        "base": (base.lifts, tuple(inputs.own_lifts)),
        "best": (tuple(e[1] for e in ends), tuple(inputs.ends[t][1] for t in range(n))),
        "haircut": (
            tuple(cut_gain(x, cut) for x in base.lifts),
            tuple(f"{x}*IF({x}>0,{haircut},1)" for x in inputs.own_lifts),
        ),
    }
    columns = []
    for scenario in scenarios:
        values, references = lifts[scenario.name]
        settings = {a.name: _end(a, scenario.inputs.get(a.name, a.mid), inputs) for a in assumptions}
        chosen = {a.name: scenario.inputs.get(a.name, a.mid) for a in assumptions}
        columns.append(Column(scenario.name, Case(values, chosen), references, settings, scenario))
    return columns + [
        Column(
            f"at lift {lift}",
            Case((float(lift),) * n, base.values),
            ("",) * n,
            inputs.assumptions,
            None,
        )
        for lift in (0, 1)
    ]


def _end(assumption: Assumption, value: float, inputs: Inputs) -> str:
    """The cell that holds this value: the value used, or an end of the range; else the number itself."""
    low, high = inputs.ends[assumption.name]
    cells = {assumption.high: high, assumption.low: low, assumption.mid: inputs.own[assumption.name]}
    return cells.get(value, repr(value))


def break_even_formula(
    frame: Frame, base: Case, totals: dict[str, dict[str, str]]
) -> tuple[float, str] | None:
    """The lift at which net money is zero, where net money is a straight line in the lift; else None."""

    def net(lift: float) -> float:
        benefits, costs = cash_flow(frame, Case((lift,) * len(base.lifts), base.values))
        return float(benefits.sum() - costs.sum())

    at_zero, at_one = net(0.0), net(1.0)
    slope = at_one - at_zero
    size = abs(at_zero) + abs(at_one)
    if slope <= 0 or abs(net(0.5) - (at_zero + slope / 2)) > 1e-9 * size:
        return None
    zero, one = (totals[f"at lift {lift}"]["Net"] for lift in (0, 1))
    return -at_zero / slope, f'IF({one}>{zero},-{zero}/({one}-{zero}),"no lift pays")'
