"""One published document as trees: from each of its figures to formulas, inputs, panels and source rows.

Question  What is this number made of, and where does each part come from?
Assumes   Nothing but the document, its queries and the load packages it names: no estimate is made anew.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from payoff.nouns.formula import read_formula
from payoff.nouns.valuation import LOCKED, SECOND_WIDENED
from payoff.nouns.wording import count, exact, percent, with_sign
from payoff.run.explain.explaining_node import Node
from payoff.run.lineage import read_lineage
from payoff.study.formulas import is_count_name
from payoff.warehouse import Lineage, trace_rows

_PAID_BACK = "months from launch, in part within a month, after which cumulative {} stays at or above zero"
# Figure → what it is, and what it is made of: a part of the tree, a name of a formula or another figure.
MADE_OF: dict[str, tuple[str, tuple[str, ...]]] = {
    "roi": ("(benefits − costs) ÷ costs, undiscounted", ("benefits", "costs")),
    "roi_pv": ("(benefits − costs) ÷ costs, present values", ("benefits_pv", "costs_pv", "discount")),
    "roi_amortised": (
        "(benefits − costs charged to the horizon) ÷ those costs",
        ("benefits", "charged", "costs"),
    ),
    "npv": ("benefits − costs, each at its month's present value", ("benefits_pv", "costs_pv", "discount")),
    "net": ("benefits − costs, undiscounted", ("benefits", "costs")),
    "bcr": ("benefits ÷ costs", ("benefits", "costs")),
    "payback_months": (_PAID_BACK.format("benefits − costs"), ("benefits", "costs")),
    "break_even": ("the lift at which benefits equal costs", ("costs", "benefits")),
    "probability": ("share of draws with ROI > 0", ("benefits", "costs")),
    "freed_time": ("value of time freed that is not cash", ("freed",)),
    "irr": ("the annual rate at which net present value is zero", ("benefits", "costs")),
    "mirr": (
        "the annual rate at which receipts, earning the reinvestment rate, repay the outlays, carried at the "
        "finance rate",
        ("benefits", "costs", "finance_rate", "reinvest_rate", "discount"),
    ),
    "payback_discounted": (
        _PAID_BACK.format("present value of benefits − costs"),
        ("benefits_pv", "costs_pv", "discount"),
    ),
    "equivalent_annual": ("the even yearly amount that is worth the net present value", ("npv",)),
    "npv_hurdle": ("benefits − costs, present values at the hurdle rate", ("benefits", "costs", "hurdle")),
    "loss_at_hurdle": ("share of draws with a loss at the hurdle rate", ("benefits", "costs", "hurdle")),
    "cost_per_completion": ("all costs ÷ completions", ("costs", "completions")),
    "cost_per_competent": ("all costs ÷ competent learners", ("costs", "competent")),
    "net_without_risk": ("benefits that are not expected losses avoided − costs", ("benefits", "costs")),
}


class Tree:
    """One published document, its queries and the packages they read."""

    def __init__(self, document: Mapping[str, Any], folder: Path, warehouse: Path, rows: int) -> None:
        self.document, self.warehouse, self.limit = document, warehouse, rows
        self.queries, self.sources, self.unit, self.unit_label = read_lineage(folder)
        self.money: Mapping[str, Any] = document["money"]
        self.figures = figures_of(document)
        self.assumptions = {a["name"]: a for a in self.money.get("assumptions", ())}
        self._traced: dict[str, tuple[Node, ...]] = {}

    def figure(self, name: str) -> Node:
        """A figure with its range, its definition and its parts."""
        made_of, parts = MADE_OF.get(name, ("a figure of this version", ("benefits", "costs")))
        shown = self.figures[name]
        text = f"{_figure_text(name, shown)} over {shown['horizon']} months = {made_of}"
        children = (self.part(part) for part in parts if self.has(part))
        return Node(name, f"{text} [{shown['basis']}]", tuple(children))

    def has(self, part: str) -> bool:
        """Whether there is anything to say of a part: a rate may not be declared."""
        return part in _PARTS or part in self.figures or part in self.assumptions

    def part(self, name: str) -> Node:
        """A part of a figure: benefits, costs, another figure, or what a formula names."""
        if name in _PARTS:
            node: Node = getattr(self, name)()
            return node
        return self.figure(name) if name in self.figures else self.name(name)

    def freed(self) -> Node:
        """Benefits that are time, not cash."""
        return self.lines("freed time", [b for b in self.document["benefits"] if not b["cash"]])

    def charged(self) -> Node:
        """What of a lasting cost belongs to this horizon."""
        picture = self.document.get("cost_picture") or {}
        lasting = [self.lasting(line) for line in picture.get("amortised", ())]
        return Node("charged to the horizon", "straight line over the useful life", tuple(lasting))

    def lasting(self, line: Mapping[str, Any]) -> Node:
        """One lasting line: charged, and not charged yet."""
        left = line["balance"][-1] if line["balance"] else line["amount"]
        amounts = (money_text(x, self.document) for x in (line["amount"], line["amount"] - left, left))
        whole, charged, rest = amounts
        months = count(len(line["months"]))
        text = f"{whole}, of it {charged} charged in {months} months, {rest} not charged at the end"
        return Node(line["item"], text)

    def costs_pv(self) -> Node:
        """Each cost at its months' present value; what it is made of stands below."""
        amount = money_text(self.cost_value(), self.document)
        return Node("costs, present value", f"{amount}: each part at its own month", (self.costs(),))

    def benefits_pv(self) -> Node:
        amount = money_text(self.document["money"]["npv"]["point"] + self.cost_value(), self.document)
        return Node(
            "benefits, present value", f"{amount}: each month's part at that month", (self.benefits(),)
        )

    def cost_value(self) -> float:
        """Costs at present value: month m counts (1 + rate) ** (−m ÷ 12)."""
        rate = self.assumptions["discount"]["mid"]
        return float(
            sum(
                cost["amount"] / len(cost["months"]) * (1 + rate) ** (-month / 12)
                for cost in self.document["costs"]
                for month in cost["months"]
            )
        )

    def benefits(self) -> Node:
        """Benefits that are cash."""
        return self.lines("benefits", [b for b in self.document["benefits"] if b["cash"]])

    def lines(self, label: str, lines: list[Mapping[str, Any]]) -> Node:
        """Benefit lines and what they add up to."""
        total = money_text(sum(b["amount"] for b in lines), self.document)
        return Node(label, total, tuple(self.benefit(b) for b in lines))

    def benefit(self, line: Mapping[str, Any]) -> Node:
        """One benefit and its formula."""
        return self.formula(line["label"] or line["name"], line["amount"], line["formula"])

    def cost(self, line: Mapping[str, Any]) -> Node:
        """One cost line, when it falls, its source, and its formula."""
        months = line["months"]
        when = f"month {months[0]}" if len(months) == 1 else f"months {months[0]} to {months[-1]}"
        told = "; ".join(filter(None, (when, line["source"], line["owner"])))
        node = self.formula(line["item"], line["amount"], line["formula"], "_assigned")
        return Node(node.label, f"{node.text} [{told}]", node.children)

    def costs(self) -> Node:
        lines = self.document["costs"]
        children = tuple(self.cost(c) for c in lines)
        return Node("costs", money_text(sum(c["amount"] for c in lines), self.document), children)

    def formula(self, label: str, amount: float, formula: str, counts: str = "") -> Node:
        """counts: "_assigned" where all in the program count, outcomes or not."""
        names = read_formula(formula).names
        children = tuple(self.name(name, counts) for name in names)
        return Node(label, f"{money_text(amount, self.document)} = {formula}", children)

    def name(self, name: str, counts: str = "") -> Node:
        """What stands behind a name in a formula."""
        if name in ("lift", "gain"):
            return self.carrier(name)
        if name in self.assumptions:
            return self.assumption(name)
        measured = self.document["money"].get("measured", {})
        if name in measured:
            known = measured.get(name + counts, measured[name])
            query = "cohort" if is_count_name(name, self.unit_label) else "metric:" + self.metric
            return Node(name, f"{exact(known['value'])} {known['unit']}; {known['source']}", self.rows(query))
        return Node(name, "each month of the horizon" if name == "months" else "52 ÷ 12")

    @property
    def metric(self) -> str:
        return str(self.document["effects"][0]["metric"]) if self.document["effects"] else ""

    def carrier(self, name: str) -> Node:
        """The lift that the money rests on: its terms, and the panel behind them."""
        carried = [e for e in self.document["effects"] if e["metric"] == self.metric]
        by = self.document["money"]["carried_by"]
        role = "locked" if by == LOCKED else "second"
        terms = [e for e in carried if e["role"] == role]
        children = tuple(Node(f"effect {e['term']}", _estimate_text(e)) for e in terms)
        if by == SECOND_WIDENED:
            wider = [e for e in carried if e["role"] == "locked"]
            children += tuple(Node(f"range around {e['term']}", _estimate_text(e)) for e in wider)
        lifts = ", ".join(f"{e['term']} {percent(e['lift']['point'])}" for e in terms)
        return Node(
            name, f"{lifts} (the {role} estimate carries the money)", (*children, self.panel(self.metric))
        )

    def panel(self, metric: str) -> Node:
        """The measured rows of a metric."""
        prints = {f["what"]: f["fingerprint"] for f in self.document["fingerprints"]}
        text = f"fingerprint {prints.get(f'panel {metric}', '')[:12]}"
        return Node(f"panel {metric}", text, self.rows("metric:" + metric))

    def effect(self, term: Mapping[str, Any]) -> Node:
        """One method's answer for one term of one metric."""
        lift = term["lift"]
        said = f", a lift of {percent(lift['point'])}" if lift else ""
        role = f"{term['role']} estimate" if term["causal"] else "shown because it misleads"
        text = f"{_estimate_text(term)}{said}; {term['estimand']}; {role}"
        return Node(f"effect {term['metric']}, {term['term']}", text, (self.panel(term["metric"]),))

    def assumption(self, name: str) -> Node:
        a = self.assumptions[name]
        span = (
            exact(a["mid"])
            if a["low"] == a["high"]
            else f"{exact(a['mid'])} ({exact(a['low'])} to {exact(a['high'])})"
        )
        assumed = "ASSUMED; " if a["assumed"] else ""
        unit = f" {a['unit']}" if a["unit"] else ""
        text = f"{span}{unit}; {assumed}source: {a['source']}; owner: {a['owner']}"
        return Node(name, text, self.rows("assumption:" + name))

    def rows(self, query: str) -> tuple[Node, ...]:
        """Leaves: the rows of every source a query read, looked up once however often it is shown."""
        if query not in self.queries:
            return ()
        if query not in self._traced:
            unit = None if query.startswith("assumption:") else self.unit
            found = trace_rows(self.queries[query], self.sources, self.warehouse, unit, None, self.limit)
            self._traced[query] = tuple(_leaf(lineage) for lineage in found)
        return self._traced[query]


def _estimate_text(term: Mapping[str, Any]) -> str:
    return (
        f"{exact(term['estimate'])} {term['unit']} (standard error {exact(term['std_error'])}), "
        f"{term['method']}, {term['n_units']} units, fingerprint {term['fingerprint'][:12]}"
    )


def _leaf(lineage: Lineage) -> Node:
    listed = ", ".join(str(r) for r in lineage.rows)
    more = f", … {count(lineage.n_rows)} in all" if lineage.n_rows > len(lineage.rows) else ""
    text = f"sha256 {lineage.sha256[:16]}…, rows {listed}{more} ({lineage.precision})"
    return Node(lineage.path, text, (), lineage.source, lineage.rows)


def money_text(amount: float, document: Mapping[str, Any]) -> str:
    """An amount in the document's currency, to the cent."""
    return f"{document['currency']} {with_sign(f'{abs(amount):,.2f}', amount)}"


def _figure_text(name: str, figure: Mapping[str, Any]) -> str:
    """A probability's range is that of the simulation; every other one is the middle 80 % of draws."""
    parts = [_number(figure[k], figure["unit"]) for k in ("point", "low", "high")]
    level = "simulation error, 95%" if name == "probability" else "80%"
    return f"{parts[0]} ({level}: {parts[1]} to {parts[2]})"


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "never"
    return percent(value, 3) if unit in ("ratio", "lift", "share") else f"{exact(value)} {unit}"


_PARTS = ("benefits", "costs", "benefits_pv", "costs_pv", "freed", "charged")


def figures_of(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Every figure of the money with point, low and high, by name."""
    money: Mapping[str, Any] = document["money"]
    found = {**money, **money.get("further", {})}
    return {name: f for name, f in found.items() if isinstance(f, Mapping) and "point" in f and "basis" in f}
