"""A tree of explanations: one line a node, rows of files at the leaves."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


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


def tree_lines(node: Node, width: int | None = None) -> list[str]:
    """The tree as text: one line a node, or wrapped under itself where a width is given."""
    return _lines(node, "", "", width)


def _lines(node: Node, branch: str, below: str, width: int | None) -> list[str]:
    """branch: what leads to the node; below: what leads to all that hangs from it."""
    text = f"{node.label}  {node.text}".rstrip()
    hang = below + ("│  " if node.children else "   ")
    room = max(30, width - len(hang)) if width else 0
    wrapped = textwrap.wrap(text, room) if room else [text]
    lines = [branch + wrapped[0], *(hang + more for more in wrapped[1:])]
    for n, child in enumerate(node.children):
        last = n == len(node.children) - 1
        lines += _lines(child, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "), width)
    return lines


def tree_document(node: Node) -> dict[str, Any]:
    """The tree as JSON."""
    document: dict[str, Any] = {"label": node.label, "text": node.text}
    if node.source:
        document |= {"source": node.source, "rows": list(node.rows)}
    return document | {"children": [tree_document(child) for child in node.children]}
