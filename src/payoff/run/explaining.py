"""From a figure down to source rows: the tree an auditor walks.

ROI → benefits and costs → formulas → effect and assumptions → panel → query → file, hash, row numbers.
It is built from what a version published and from the load packages it named, so it explains that
version even after the data have moved on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from payoff.nouns.formula import read_formula
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.wording import count, exact, percent, with_sign
from payoff.run.outputs import read_lineage
from payoff.run.published import open_version
from payoff.run.workspace import Workspace
from payoff.study.formulas import is_count_name
from payoff.warehouse import Lineage, trace_rows

MADE_OF = {
    "roi": ("(benefits − costs) ÷ costs, undiscounted", ("benefits", "costs")),
    "roi_pv": ("(benefits − costs) ÷ costs, present values", ("benefits_pv", "costs_pv", "discount")),
    "roi_amortised": ("(benefits − costs charged to the horizon) ÷ those costs", ("benefits", "costs")),
    "npv": ("benefits − costs, each at its month's present value", ("benefits_pv", "costs_pv", "discount")),
    "net": ("benefits − costs, undiscounted", ("benefits", "costs")),
    "bcr": ("benefits ÷ costs", ("benefits", "costs")),
    "payback_months": ("first month with cumulative benefits ≥ costs", ("benefits", "costs")),
    "break_even": ("the lift at which benefits equal costs", ("costs", "benefits")),
    "probability": ("share of draws with ROI > 0", ("benefits", "costs")),
    "lift": ("relative improvement, positive is better", ("lift",)),
}


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the tree. source and rows are set at leaves that name rows of a file."""

    label: str
    text: str
    children: tuple["Node", ...] = ()
    source: str | None = None
    rows: tuple[int, ...] = field(default=())

    def walk(self) -> Iterator["Node"]:
        """This node and all below."""
        yield self
        for child in self.children:
            yield from child.walk()


def explain_figure(workspace: Workspace, figure: str, version: str | None, rows: int) -> Node:
    """The tree of one money figure of a published version.

    Raises PayoffError (usage) on an unknown figure, or one that was refused, with the reason.
    """
    brief, folder = open_version(workspace, version)
    document: Mapping[str, Any] = brief.result
    if figure not in MADE_OF:
        raise PayoffError([_unknown(figure)], exit_code=2)
    if figure not in document["money"] and not (figure == "lift" and document["effects"]):
        raise PayoffError([_refused(figure, document)], exit_code=2)
    return _Explainer(document, folder, workspace.warehouse, rows).explain(figure)


class _Explainer:
    """One published document, its queries and the packages they read."""

    def __init__(self, document: Mapping[str, Any], folder: Path, warehouse: Path, rows: int) -> None:
        self.document, self.warehouse, self.limit = document, warehouse, rows
        self.queries, self.sources, self.unit, self.unit_label = read_lineage(folder)
        self.assumptions = {a["name"]: a for a in document["money"]["assumptions"]}

    def explain(self, figure: str) -> Node:
        made_of, parts = MADE_OF[figure]
        if figure == "lift":
            return self.effect("lift")
        shown = self.document["money"][figure]
        text = f"{_figure_text(figure, shown)} over {shown['horizon']} months = {made_of}"
        return Node(figure, f"{text} [{shown['basis']}]", tuple(self.part(part) for part in parts))

    def part(self, name: str) -> Node:
        parts = {"benefits": self.benefits, "costs": self.costs}
        parts |= {"benefits_pv": self.benefits_pv, "costs_pv": self.costs_pv}
        return parts[name]() if name in parts else self.name(name)

    def costs_pv(self) -> Node:
        """Each cost at its months' present value; what it is made of stands below."""
        amount = _money(self.cost_value(), self.document)
        return Node("costs, present value", f"{amount}: each part at its own month", (self.costs(),))

    def benefits_pv(self) -> Node:
        amount = _money(self.document["money"]["npv"]["point"] + self.cost_value(), self.document)
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
        lines = [b for b in self.document["benefits"] if b["cash"]]
        children = tuple(self.formula(b["label"] or b["name"], b["amount"], b["formula"]) for b in lines)
        return Node("benefits", _money(sum(b["amount"] for b in lines), self.document), children)

    def costs(self) -> Node:
        lines = self.document["costs"]
        children = tuple(self.formula(c["item"], c["amount"], c["formula"], "_assigned") for c in lines)
        return Node("costs", _money(sum(c["amount"] for c in lines), self.document), children)

    def formula(self, label: str, amount: float, formula: str, counts: str = "") -> Node:
        """counts: "_assigned" where all in the program count, outcomes or not."""
        names = read_formula(formula).names
        children = tuple(self.name(name, counts) for name in names)
        return Node(label, f"{_money(amount, self.document)} = {formula}", children)

    def name(self, name: str, counts: str = "") -> Node:
        """What stands behind a name in a formula."""
        if name in ("lift", "gain"):
            return self.effect(name)
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

    def effect(self, name: str) -> Node:
        carried = [e for e in self.document["effects"] if e["metric"] == self.metric]
        role = "second" if "second" in self.document["money"]["carried_by"] else "locked"
        terms = [e for e in carried if e["role"] == role]
        children = tuple(
            Node(
                f"effect {e['term']}",
                f"{exact(e['estimate'])} {e['unit']} (standard error {exact(e['std_error'])}), "
                f"{e['method']}, {e['n_units']} units, fingerprint {e['fingerprint'][:12]}",
            )
            for e in terms
        )
        lifts = ", ".join(f"{e['term']} {percent(e['lift']['point'])}" for e in terms)
        panel = next(
            (f["fingerprint"] for f in self.document["fingerprints"] if f["what"] == f"panel {self.metric}"),
            "",
        )
        rows = Node(f"panel {self.metric}", f"fingerprint {panel[:12]}", self.rows("metric:" + self.metric))
        return Node(name, f"{lifts} (the {role} estimate carries the money)", (*children, rows))

    def assumption(self, name: str) -> Node:
        a = self.assumptions[name]
        span = (
            exact(a["mid"])
            if a["low"] == a["high"]
            else f"{exact(a['mid'])} ({exact(a['low'])} to {exact(a['high'])})"
        )
        assumed = "ASSUMED; " if a["assumed"] else ""
        text = f"{span} {a['unit']}; {assumed}source: {a['source']}; owner: {a['owner']}"
        return Node(name, text.strip(), self.rows("assumption:" + name))

    def rows(self, query: str) -> tuple[Node, ...]:
        """Leaves: the rows of every source a query read."""
        if query not in self.queries:
            return ()
        unit = None if query.startswith("assumption:") else self.unit
        found = trace_rows(self.queries[query], self.sources, self.warehouse, unit, None, self.limit)
        return tuple(_leaf(lineage) for lineage in found)


def _leaf(lineage: Lineage) -> Node:
    listed = ", ".join(str(r) for r in lineage.rows)
    more = f", … {count(lineage.n_rows)} in all" if lineage.n_rows > len(lineage.rows) else ""
    text = f"sha256 {lineage.sha256[:16]}…, rows {listed}{more} ({lineage.precision})"
    return Node(lineage.path, text, (), lineage.source, lineage.rows)


def tree_lines(node: Node, margin: str = "", branch: str = "") -> list[str]:
    """The tree as text, one line a node."""
    lines = [f"{branch}{node.label}  {node.text}".rstrip()]
    for n, child in enumerate(node.children):
        last = n == len(node.children) - 1
        below = tree_lines(child, "", "└─ " if last else "├─ ")
        lines += [below[0]] + [("   " if last else "│  ") + line for line in below[1:]]
    return [margin + line for line in lines]


def tree_document(node: Node) -> dict[str, Any]:
    """The tree as JSON."""
    document: dict[str, Any] = {"label": node.label, "text": node.text}
    if node.source:
        document |= {"source": node.source, "rows": list(node.rows)}
    return document | {"children": [tree_document(child) for child in node.children]}


def _money(amount: float, document: Mapping[str, Any]) -> str:
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


def _unknown(figure: str) -> Problem:
    known = ", ".join(MADE_OF)
    return Problem("U160", f"{figure!r} is no figure", f"figures are: {known}", "payoff explain roi")


def _refused(figure: str, document: Mapping[str, Any]) -> Problem:
    reasons = "; ".join(dict.fromkeys(r["reason"] for r in document["refusals"]))
    return Problem(
        "U161",
        f"{figure} has no value in this version",
        reasons or "results stay hidden until the plan is locked",
        "payoff check STUDY shows what is missing",
    )
