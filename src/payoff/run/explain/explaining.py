"""From a figure down to source rows: the tree an auditor walks.

ROI → benefits and costs → formulas → effect and assumptions → panel → query → file, hash, row numbers.
It is built from what a version published and from the load packages it named, so it explains that
version even after the data have moved on.

Names     A figure (`roi`), a part of a list by its own name (`cost.Platform`, `tornado.margin`), or the place
          in result.json (`money.roi.low`). A bare name stands for the one thing it can mean.
"""

from collections.abc import Callable, Mapping
from typing import Any

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.wording import exact, percent
from payoff.run.explain.explaining_cases import bar_node, end_of, scenario_node, switch_node
from payoff.run.explain.explaining_doubt import list_doubt
from payoff.run.explain.explaining_node import Node
from payoff.run.explain.explaining_tree import MADE_OF, Tree, money_text
from payoff.run.published import open_version
from payoff.run.workspace import Workspace
from payoff.study.suggest import nearest

_ENDS = ("point", "low", "high")
Maker = Callable[[], Node]


def explain_figure(workspace: Workspace, figure: str, version: str | None, rows: int) -> Node:
    """The tree of one figure of a published version.

    Raises PayoffError (usage) on an unknown figure, with the list, or one that was refused, with the reason.
    """
    brief, folder = open_version(workspace, version)
    document: Mapping[str, Any] = brief.result
    tree = Tree(document, folder, workspace.warehouse, rows)
    known = list_figures(tree)
    name = _find(figure, known)
    end = figure.strip().rpartition(".")[2]
    if name in tree.figures and name != figure and end in _ENDS[1:]:
        return end_of(tree, name, end)
    if name is not None:
        return known[name]()
    if figure in MADE_OF:
        raise PayoffError([_refused(figure, document)], exit_code=2)
    raise PayoffError([_unknown(figure, known)], exit_code=2)


def list_figures(tree: Tree) -> dict[str, Maker]:
    """Everything in a version that can be explained, by name, in the order a reader meets it."""
    document = tree.document
    found: dict[str, Maker] = {name: _late(tree.figure, name) for name in tree.figures}
    if document["effects"]:
        found["lift"] = _late(tree.carrier, "lift")
        found["threshold"] = _late(_threshold, tree)
    found |= {f"effect.{_effect_name(e)}": _late(tree.effect, e) for e in document["effects"]}
    if document["benefits"]:
        found["benefits"] = tree.benefits
    found |= {f"benefit.{b['name']}": _late(tree.benefit, b) for b in document["benefits"]}
    if document["costs"]:
        found["costs"] = tree.costs
    found |= {f"cost.{c['item']}": _late(tree.cost, c) for c in document["costs"]}
    found |= _parts_of_money(tree) | list_doubt(tree)
    found |= {f"assumption.{name}": _late(tree.assumption, name) for name in tree.assumptions}
    found |= {f"measured.{name}": _late(_measured, tree, name) for name in tree.money.get("measured", ())}
    return found | {"power": _late(_power, tree), "grade": _late(_grade, tree)}


def _parts_of_money(tree: Tree) -> dict[str, Maker]:
    """Ceilings, scenarios, tornado, switching values, views and the cost picture."""
    money, found = tree.money, {}
    for item, figure in money.get("ceiling", {}).items():
        found[f"ceiling.{item}"] = _late(_ceiling, tree, item, figure)
    for scenario in money.get("scenarios", ()):
        found[f"scenario.{scenario['name']}"] = _late(scenario_node, tree, scenario)
    for bar in money.get("tornado", ()):
        found[f"tornado.{bar['name']}"] = _late(bar_node, tree, bar)
    for switch in money.get("switching_values", ()):
        found[f"switching.{switch['name']}"] = _late(switch_node, tree, switch)
    for view in money.get("views", ()):
        found[f"view.{view['name']}"] = _late(_view, tree, view)
    picture = tree.document.get("cost_picture")
    if picture:
        found["cost_picture"] = _late(_picture, tree, picture)
        found |= {f"lasting.{a['item']}": _late(tree.lasting, a) for a in picture["amortised"]}
    return found


def _late(make: Callable[..., Node], *given: Any) -> Maker:
    return lambda: make(*given)


def _effect_name(term: Mapping[str, Any]) -> str:
    return f"{term['metric']}.{term['term']}.{term['method']}"


def _find(asked: str, known: Mapping[str, Maker]) -> str | None:
    """The one figure a name stands for: as listed, as a place in result.json, or bare where it is clear."""
    name = asked.strip().removeprefix("money.").removeprefix("further.")
    head, _, end = name.rpartition(".")
    if head and end in _ENDS:
        name = head
    folded = {key.casefold(): key for key in known}
    if name.casefold() in folded:
        return folded[name.casefold()]
    for kind in ("assumption", "benefit", "cost", "measured"):
        if f"{kind}.{name}".casefold() in folded:
            return folded[f"{kind}.{name}".casefold()]
    wanted = f"effect.{name.casefold().removeprefix('effect.')}."
    return next((key for key in known if key.casefold().startswith(wanted)), None)


def _threshold(tree: Tree) -> Node:
    lift = tree.document["verdict"]["threshold_lift"]
    said = "none was fixed" if lift is None else f"a lift of {percent(lift, 3)}"
    text = f"{said}: max(break-even lift at the mid values, smallest useful effect), fixed in the plan lock"
    return Node("threshold", text, tuple(tree.figure(n) for n in ("break_even",) if n in tree.figures))


def _ceiling(tree: Tree, item: str, figure: Mapping[str, Any]) -> Node:
    span = " to ".join("no value" if figure[e] is None else exact(figure[e]) for e in ("low", "high"))
    text = f"{exact(figure['point'])} {figure['unit']} (80%: {span}) = the highest {item} that still pays"
    return Node(f"ceiling {item}", f"{text} [{figure['basis']}]", (tree.benefits(), tree.costs()))


def _view(tree: Tree, view: Mapping[str, Any]) -> Node:
    total, year, first, each = (
        money_text(view[key], tree.document) for key in ("total", "per_year", "first_year", "per_unit")
    )
    text = (
        f"{total} = {year} a year × {exact(view['years'])} years = {each} × {view['units']} {view['unit']}; "
        f"first year {first}"
    )
    parts = {"benefit": ("benefits",), "cost": ("costs",)}.get(view["name"], ("benefits", "costs"))
    return Node(f"view {view['name']}", text, tuple(tree.part(part) for part in parts))


def _picture(tree: Tree, picture: Mapping[str, Any]) -> Node:
    once, run = (money_text(picture[key], tree.document) for key in ("one_time", "recurring"))
    by_year = enumerate(picture["by_year"], start=1)
    years = tuple(Node(f"year {n}", money_text(amount, tree.document)) for n, amount in by_year)
    return Node("cost picture", f"{once} one-time, {run} recurring", (*years, tree.costs(), tree.charged()))


def _measured(tree: Tree, name: str) -> Node:
    return tree.name(name)


def _power(tree: Tree) -> Node:
    known = {k.replace("_", " "): v for k, v in tree.document["power"].items() if v is not None}
    parts = tuple(Node(name, percent(value, 3)) for name, value in known.items())
    text = "what the design can see, from the baseline alone (80 % power, two-sided 5 %)"
    return Node("power", text, (*parts, tree.panel(tree.metric)) if tree.metric else parts)


def _grade(tree: Tree) -> Node:
    grade = tree.document["grade"]
    reasons = tuple(Node("because", reason) for reason in grade["reasons"])
    checks = tuple(Node(c["name"], f"{c['verdict']}: {c['text']}") for c in tree.document["checks"])
    return Node("grade", f"{grade['locks']} of 4, started at {grade['start']}", (*reasons, *checks))


def _unknown(figure: str, known: Mapping[str, Maker]) -> Problem:
    near = nearest(figure, list(known))
    why = f"figures are: {'; '.join(_shown(list(known)))}"
    return Problem("U160", f"{figure!r} is no figure of this version", why, f"payoff explain {near or 'roi'}")


def _shown(names: list[str], most: int = 6) -> list[str]:
    """Every name, of a long list of one kind the first few and how many there are."""
    shown: list[str] = []
    for kind in dict.fromkeys(name.partition(".")[0] for name in names):
        alike = [name for name in names if name.partition(".")[0] == kind]
        rest = f"… {len(alike) - most} more {kind}" if len(alike) > most else ""
        shown += [*alike[:most], *([rest] if rest else [])]
    return shown


def _refused(figure: str, document: Mapping[str, Any]) -> Problem:
    reasons = "; ".join(dict.fromkeys(r["reason"] for r in document["refusals"]))
    return Problem(
        "U161",
        f"{figure} has no value in this version",
        reasons or "results stay hidden until the plan is locked",
        "payoff check STUDY shows what is missing",
    )
