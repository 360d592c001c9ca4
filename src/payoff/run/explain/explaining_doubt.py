"""Where the doubt comes from, as trees: each share, the grid of two inputs, and what knowing is worth."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from payoff.nouns.wording import exact, percent
from payoff.run.explain.explaining_node import Node
from payoff.run.explain.explaining_tree import Tree, money_text

SHARES = "first-order and total Sobol indices of net money on quasi-random points"
KNOWING = "how much better the decision to go would be with the true value first, from the draws"


def list_doubt(tree: Tree) -> dict[str, Callable[[], Node]]:
    """`doubt.NAME`, `grid`, `knowing`, `knowing.NAME`: those the version holds."""
    doubt: Mapping[str, Any] = tree.money.get("doubt") or {}
    found: dict[str, Callable[[], Node]] = {}
    for share in doubt.get("shares", ()):
        found[f"doubt.{share['name']}"] = partial(_share, tree, share)
    if doubt.get("grid"):
        found["grid"] = partial(_grid, tree, doubt["grid"])
    if doubt.get("knowing"):
        found["knowing"] = partial(_everything, tree, doubt["knowing"])
        for name, worth in doubt["knowing"]["each"].items():
            found[f"knowing.{name}"] = partial(_knowing, tree, name, worth)
    return found


def _share(tree: Tree, share: Mapping[str, Any]) -> Node:
    first, total = (percent(share[key], 3) for key in ("first", "total"))
    text = f"{first} of the variance of net money alone, {total} with the others: {SHARES}"
    return Node(f"doubt {share['name']}", text, (tree.name(share["name"]),))


def _grid(tree: Tree, grid: Mapping[str, Any]) -> Node:
    """One line a row, then what the two inputs are."""
    across = ", ".join(exact(x) for x in grid["columns"])
    lines = tuple(
        Node(
            f"{grid['row']} {exact(at)}",
            ", ".join("no cost" if roi is None else percent(roi, 3) for roi in line),
        )
        for at, line in zip(grid["rows"], grid["roi"], strict=True)
    )
    text = f"ROI by {grid['row']} and by {grid['column']} at {across}; all else at mid"
    inputs = (tree.name(grid["row"]), tree.name(grid["column"]))
    return Node("grid", text, (*lines, *inputs, tree.benefits(), tree.costs()))


def _everything(tree: Tree, knowing: Mapping[str, Any]) -> Node:
    each = (_knowing(tree, name, worth) for name, worth in knowing["each"].items())
    text = f"{money_text(knowing['everything'], tree.document)} for everything at once: {KNOWING}"
    return Node("knowing", text, tuple(each))


def _knowing(tree: Tree, name: str, worth: float) -> Node:
    text = f"{money_text(worth, tree.document)} at most: {KNOWING}"
    return Node(f"knowing {name}", text, (tree.name(name),))
