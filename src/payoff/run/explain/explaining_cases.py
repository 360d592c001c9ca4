"""A figure with other inputs, as a tree: scenarios, ends of a tornado bar, where an input flips the answer.

Question  By which arithmetic does this other value come to that return?
Method    Costs are worked out anew from their published formulas; benefits are what the published return
          leaves for them. The tree of the mid values stands nowhere here: its amounts are others.
"""

from collections.abc import Mapping
from typing import Any

from payoff.nouns.formula import FormulaError, read_formula
from payoff.nouns.unit import WEEKS_PER_MONTH
from payoff.nouns.wording import exact, percent
from payoff.run.explain.explaining_node import Node
from payoff.run.explain.explaining_tree import Tree, money_text

_ENDS = {
    "low": "the 10th percentile of the draws: one in ten is lower",
    "high": "the 90th percentile of the draws: one in ten is higher",
}
_SIMULATION = "an end of the 95% interval of the simulation alone"


def end_of(tree: Tree, name: str, end: str) -> Node:
    """The low or high end of a figure: a draw, not the arithmetic at the mid values, which stands below."""
    figure = tree.figures[name]
    value, whole = figure[end], tree.figure(name)
    unit = figure["unit"]
    shown = "no value" if value is None else percent(value, 3) if unit in ("ratio", "lift", "share") else ""
    text = f"{shown or f'{exact(value)} {unit}'}: {_SIMULATION if name == 'probability' else _ENDS[end]}"
    return Node(f"{name}.{end}", text, (Node(f"{name} at the mid values", whole.text, whole.children),))


def scenario_node(tree: Tree, scenario: Mapping[str, Any]) -> Node:
    """The scenario's inputs, each with its source, and what they come to."""
    roi = "no value" if scenario["roi"] is None else percent(scenario["roi"], 3)
    net = money_text(scenario["net"], tree.document)
    text = f"ROI {roi}, net {net} = benefits − costs, recomputed from these inputs"
    inputs = tuple(_input(tree, name, value) for name, value in scenario["inputs"].items())
    made_of = _arithmetic(tree, scenario["inputs"], net=scenario["net"])
    return Node(f"scenario {scenario['name']}", text, (*made_of, *inputs))


def bar_node(tree: Tree, bar: Mapping[str, Any]) -> Node:
    """Each end of a tornado bar: the return with that value, all else at mid."""
    name = bar["name"]
    ends = []
    for end in ("low", "high"):
        value, roi = bar[f"{end}_value"], bar[f"roi_at_{end}"]
        text = f"ROI {percent(roi, 3)} = (benefits − costs) ÷ costs"
        ends.append(Node(f"at {exact(value)}", text, _arithmetic(tree, {name: value}, roi=roi)))
    words = ", ".join(f"{percent(bar[f'roi_at_{e}'], 3)} at {exact(bar[f'{e}_value'])}" for e in _ENDS)
    text = f"ROI {words}: its 10th and 90th percentile, all else at mid"
    return Node(f"tornado {name}", text, (*ends, tree.name(name)))


def switch_node(tree: Tree, switch: Mapping[str, Any]) -> Node:
    """The value at which benefits equal costs, all else at mid, and both of them there."""
    name, value = switch["name"], switch["value"]
    shown = "none" if value is None else exact(value)
    text = f"{shown} against {exact(switch['mid'])} {switch['unit']}: {switch['note']}"
    known = (tree.name(name),) if name in ("lift", *tree.assumptions) else ()
    if value is None:
        return Node(f"switching {name}", text, known)
    there = Node(f"at {shown}", "benefits − costs = 0", _arithmetic(tree, {name: value}))
    return Node(f"switching {name}", text, (there, *known))


def _arithmetic(
    tree: Tree, inputs: Mapping[str, float], net: float = 0.0, roi: float = 0.0
) -> tuple[Node, ...]:
    """Benefits and costs with these inputs, of which either the net or the return is known."""
    amounts = _costs(tree, inputs)
    if amounts is None:
        return ()
    total = sum(amounts.values())
    brought = total + net + roi * total
    formulas = tuple(
        Node(line["label"] or line["name"], f"{line['formula']}, month by month")
        for line in tree.document["benefits"]
        if line["cash"]
    )
    lines = tuple(Node(item, money_text(amount, tree.document)) for item, amount in amounts.items())
    return (
        Node("benefits", money_text(brought, tree.document), formulas),
        Node("costs", money_text(total, tree.document), lines),
    )


def _costs(tree: Tree, inputs: Mapping[str, float]) -> dict[str, float] | None:
    """Each cost line with these inputs; None where a published formula cannot be worked out."""
    measured = tree.money.get("measured", {})
    values = {name: float(known["value"]) for name, known in measured.items()}
    values |= {n.removesuffix("_assigned"): x for n, x in values.items() if n.endswith("_assigned")}
    values |= {name: a["mid"] for name, a in tree.assumptions.items()} | dict(inputs)
    values |= {"months": float(tree.figures["net"]["horizon"]), "weeks_per_month": WEEKS_PER_MONTH}
    try:
        lines = ((c["item"], read_formula(c["formula"])) for c in tree.document["costs"])
        return {item: float(formula.evaluate(values)) for item, formula in lines}
    except (FormulaError, KeyError, OverflowError):
        return None


def _input(tree: Tree, name: str, value: float) -> Node:
    """The scenario's value; what it stands in place of, and from where, below."""
    known = tree.name(name) if name in ("lift", *tree.assumptions) else None
    return Node(
        name, exact(value), () if known is None else (Node("in place of", known.text, known.children),)
    )
