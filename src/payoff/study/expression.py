"""Metrics given as an expression, written out as SQL.

Question  What is the query of `expr: sum(handle_seconds) / 60 / count(call_id)`, or of one metric
          divided by another?
Two kinds With `source` and `on`: an aggregate over the rows of a source, by unit and period.
          Without: arithmetic over other metrics, joined by unit and period. A part whose missing
          cells mean zero counts as zero there; division by zero leaves the cell empty.
Refuses   Parts with weights (their ratio has another weight) and definitions that form a circle.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp, parse_one

from payoff.nouns.formula import Formula
from payoff.study.codes import FindingError
from payoff.study.document import PERIODS, MetricPart
from payoff.study.formulas import parse_formula
from payoff.study.sql import DIALECT, SqlFindingError, read_expression, returned_columns
from payoff.study.sql_text import flatten_sql
from payoff.study.suggest import suggestion

_COLUMN = re.compile(r"[A-Za-z_]\w*")
_SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


def is_derived(metric: MetricPart) -> bool:
    """Whether the metric is arithmetic over other metrics."""
    return metric.expr is not None and metric.source is None


def parts_of(metric: MetricPart) -> tuple[str, ...]:
    """Names in a derived metric's expression; empty when it is no arithmetic."""
    if metric.expr is None or metric.source is not None:
        return ()
    try:
        return parse_formula(metric.expr).names
    except FindingError:
        return ()


def find_cycles(metrics: Mapping[str, MetricPart]) -> Iterator[tuple[str, ...]]:
    """Each circle of metrics once, as a path that ends where it began."""
    done: set[str] = set()
    for start in metrics:
        path: list[str] = []
        trail = [(start, iter(parts_of(metrics[start])))] if start not in done else []
        path += [start] if trail else []
        while trail:
            name, rest = trail[-1]
            step = next((p for p in rest if p in metrics), None)
            if step is None:
                trail.pop()
                path.pop()
                done.add(name)
            elif step in path:
                yield (*path[path.index(step) :], step)
            elif step not in done:
                trail.append((step, iter(parts_of(metrics[step]))))
                path.append(step)


def needs_more_than(name: str, metrics: Mapping[str, MetricPart], limit: int) -> bool:
    """Whether writing out `name` takes more than `limit` queries, parts of parts counted every time."""
    waiting, seen = [name], 0
    while waiting and seen <= limit:
        seen += 1
        waiting += [part for part in parts_of(metrics[waiting.pop()]) if part in metrics]
    return seen > limit


def check_aggregate(metric: MetricPart, sources: Iterable[str]) -> None:
    """Raise a FindingError unless `expr` is an aggregate over `source` placed in time by `on`."""
    if metric.on is None or not _COLUMN.fullmatch(metric.on):
        fix = "name the date column: on: closed_on"
        raise FindingError("P208", "an expression over a source needs `on`, a date column", fix)
    expression = str(metric.expr)
    reading = read_expression(expression, sources)
    if reading.tables:
        raise FindingError("P208", "a sub-query in expr", "write the metric as sql")
    if parse_one(f"select {flatten_sql(expression)}", read=DIALECT).find(exp.AggFunc) is None:
        raise FindingError("P208", f"{expression!r} sums up nothing", "use count(*), sum(…) or avg(…)")


def write_aggregate(metric: MetricPart, unit: str, period: str) -> str:
    """The query of an aggregate over a source."""
    return (
        f'select "{unit}", date_trunc(\'{period}\', cast("{metric.on}" as date)) as period, '
        f'{flatten_sql(str(metric.expr))} as value from "{metric.source}" group by 1, 2'
    )


def check_derived(metric: MetricPart, metrics: Mapping[str, MetricPart], declared: Iterable[str]) -> None:
    """Raise a FindingError unless `expr` is arithmetic over known metrics without weights."""
    try:
        formula = parse_formula(str(metric.expr))
    except FindingError as finding:
        fix = "for an aggregate over rows add source and on; else use + - * / over metrics"
        raise FindingError("P208", finding.what, fix) from None
    names = set(declared)
    for name in formula.names:
        if name not in names:
            fix = f"{suggestion(name, names)} For columns of a file add source and on"
            raise FindingError("P208", f"{name} is no metric", fix)
        part = metrics.get(name)
        if part is not None and part.sql is not None and "weight" in _columns(part.sql):
            raise FindingError(
                "P208", f"{name} carries weights", "write this metric as sql with its own weight"
            )


def write_sql(name: str, metrics: Mapping[str, MetricPart], unit: str, period: str) -> str:
    """The query of any metric. Parts exist and form no circle: both are checked before."""
    metric = metrics[name]
    if metric.sql is not None:
        return metric.sql.strip().rstrip(";")
    if not is_derived(metric):
        return write_aggregate(metric, unit, period)
    formula = parse_formula(str(metric.expr))
    ctes = [_part_cte(part, metrics, unit, period) for part in formula.names]
    cells = " union ".join(f"select unit, period from part_{part}" for part in formula.names)
    joins = " ".join(
        f"left join part_{part} on part_{part}.unit = cells.unit and part_{part}.period = cells.period"
        for part in formula.names
    )
    value = _formula_sql(formula, {part: _value(part, metrics[part]) for part in formula.names})
    return (
        f"with {', '.join(ctes)}, cells as ({cells}) "
        f'select cells.unit as "{unit}", cells.period, {value} as value from cells {joins}'
    )


def _part_cte(part: str, metrics: Mapping[str, MetricPart], unit: str, period: str) -> str:
    inner = write_sql(part, metrics, unit, period)
    return (
        f'part_{part} as (select "{unit}" as unit, cast({_period_column(inner)} as date) as period, value '
        f"from ({inner}))"
    )


def _value(part: str, metric: MetricPart) -> str:
    column = f"cast(part_{part}.value as double)"
    return f"coalesce({column}, 0)" if metric.missing == "zero" else column


def _columns(sql: str) -> tuple[str, ...]:
    """Lower-case names a query returns; empty when unknown. The query itself is checked elsewhere."""
    try:
        return tuple(column.lower() for column in returned_columns(sql) or ())
    except SqlFindingError:
        return ()


def _period_column(sql: str) -> str:
    columns = _columns(sql)
    return next((f'"{c}"' for c in ("period", *PERIODS) if c in columns), "period")


def _formula_sql(formula: Formula, columns: Mapping[str, str]) -> str:
    def write(node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return repr(float(str(value)))
            case ast.Name(id=name):
                return columns[name]
            case ast.UnaryOp(op=op, operand=operand):
                return f"(-{write(operand)})" if isinstance(op, ast.USub) else write(operand)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return f"({write(left)} / nullif({write(right)}, 0))"
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return f"pow({write(left)}, {write(right)})"
            case ast.BinOp(left=left, op=op, right=right):
                return f"({write(left)} {_SIGNS[type(op)]} {write(right)})"
            case ast.Call(func=ast.Name(id=name), args=args):
                inner = ", ".join(write(arg) for arg in args)
                return f"{'least' if name == 'min' else 'greatest'}({inner})"
        raise AssertionError("read_formula admits arithmetic only")

    return write(formula.tree)
