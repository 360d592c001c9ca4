"""Of what kind is a part of a query? DuckDB itself says, over the rows the query reads.

Question  What an operator means depends on what it is applied to: a day minus a day, a cast of 2.5.
Method    The part becomes the only column of a SELECT with the FROM of the one it stands in and the CTEs it
          sees; DuckDB binds it and reads no row.
Unknown   A part that cannot be asked so (it names a column of an outer query) has the kind "".
"""

from collections.abc import Iterator
from typing import Literal

import duckdb
from sqlglot import exp

Kind = Literal[
    "whole", "decimal", "double", "text", "flag", "date", "time", "instant", "interval", "null", "other", ""
]
NUMBERS: tuple[Kind, ...] = ("whole", "decimal", "double")
DAYS: tuple[Kind, ...] = ("date", "time", "instant")
_STARTS: tuple[tuple[str, Kind], ...] = (
    ("TIMESTAMP WITH TIME ZONE", "instant"), ("TIMESTAMP", "time"), ("DATE", "date"), ("DECIMAL", "decimal"),
    ("DOUBLE", "double"), ("FLOAT", "double"), ("VARCHAR", "text"), ("BOOLEAN", "flag"),
    ("INTERVAL", "interval"), ('"NULL"', "null"),
)  # fmt: skip


class Kinds:
    """Answers for one query on an open connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def of(self, part: exp.Expr) -> Kind:
        """The kind of an expression that stands in its query."""
        if isinstance(part, exp.Literal):
            return "text" if part.is_string else "whole" if part.is_int else _of_number(part.name)
        select = part.find_ancestor(exp.Select)
        if select is None:
            return ""
        for grouped in (False, True):
            try:
                answer = self._connection.execute("describe " + _probe(part, select, grouped).sql("duckdb"))
            except duckdb.Error:
                continue
            row = answer.fetchone()
            return name_kind(str(row[1])) if row else ""
        return ""


def name_kind(type_name: str) -> Kind:
    """The kind of a DuckDB type."""
    name = type_name.upper()
    if name.endswith("]"):
        return "other"
    if name.removeprefix("U") in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"):
        return "whole"
    return next((kind for start, kind in _STARTS if name.startswith(start)), "other")


def _of_number(text: str) -> Kind:
    return "double" if "e" in text.lower() else "decimal"


def _probe(part: exp.Expr, select: exp.Select, grouped: bool) -> exp.Select:
    asked = exp.Select(expressions=[part.copy()])
    for key in ("from_", "joins", "windows", *(("group",) if grouped else ())):
        value = select.args.get(key)
        if value is not None:
            asked.set(key, [v.copy() for v in value] if isinstance(value, list) else value.copy())
    ctes = list(_visible(select))
    if ctes:
        asked.set("with_", exp.With(expressions=[cte.copy() for cte in ctes]))
    return asked


def _visible(select: exp.Expr) -> Iterator[exp.CTE]:
    """CTEs a SELECT sees, the nearest of a name only, in the order they were written."""
    found: dict[str, exp.CTE] = {}
    inside: exp.Expr | None = None
    node: exp.Expr | None = select
    while node is not None:
        head = node.args.get("with_")
        own: list[exp.CTE] = []
        for cte in head.expressions if isinstance(head, exp.With) else []:
            if cte is inside:
                break
            own.append(cte)
        found = {**{cte.alias.lower(): cte for cte in own}, **found} if own else found
        inside = node if isinstance(node, exp.CTE) else inside
        node = node.parent
    yield from found.values()
