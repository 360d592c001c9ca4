"""A query in DuckDB's dialect, written as Spark must be asked to give the same answer.

Question  Which Spark SQL says what this SELECT says?
Method    sqlglot parses it; every word must be on one of two lists: words that mean the same in both, and
          words a rule writes anew (`spark_numbers`, `spark_times`, `spark_strings`), by the kind of what they
          are applied to.
Refuses   Any other word, by name: an answer that may differ unseen is worse than none.
Proof     tests/warehouse/test_warehouse_engines.py runs every word on both engines.
"""

from collections.abc import Container

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from payoff.warehouse import spark_numbers, spark_strings, spark_times
from payoff.warehouse.spark_gap import KindOf, Rule, SparkGapError, named

RULES: dict[type[exp.Expr], Rule] = {**spark_numbers.RULES, **spark_times.RULES, **spark_strings.RULES}
BY_NAME: dict[str, Rule] = {**spark_numbers.BY_NAME, **spark_times.BY_NAME}
# what a query is made of
_GRAMMAR = frozenset(
    {
        exp.Select, exp.Union, exp.Except, exp.Intersect, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join,
        exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Order, exp.Ordered, exp.Limit, exp.Offset,
        exp.Distinct, exp.Values, exp.Tuple, exp.Table, exp.TableAlias, exp.Alias, exp.Identifier, exp.Column,
        exp.Star, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Var, exp.DataType, exp.DataTypeParam,
        exp.Window, exp.WindowSpec, exp.Filter, exp.IgnoreNulls,
    }
)  # fmt: skip
# what means the same in both
SAME = frozenset(
    {
        exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In,
        exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Exists, exp.Case, exp.If, exp.Coalesce, exp.Nullif,
        exp.Greatest, exp.Least, exp.Neg, exp.Mul, exp.Abs, exp.Exp, exp.Pow, exp.Count,
        exp.Min, exp.Max, exp.LogicalOr, exp.LogicalAnd, exp.Stddev, exp.StddevSamp,
        exp.StddevPop, exp.Variance, exp.VariancePop, exp.CovarPop, exp.CovarSamp, exp.RowNumber, exp.Rank,
        exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile, exp.Lag, exp.Lead, exp.FirstValue,
        exp.LastValue, exp.NthValue, exp.Length, exp.Trim, exp.Replace, exp.StartsWith, exp.EndsWith,
        exp.Contains, exp.Pad, exp.Repeat, exp.MD5, exp.Escape, exp.DateFromParts,
    }
)  # fmt: skip
_INSTEAD = {
    "arg_max": "number the rows with row_number() and keep the first",
    "arg_min": "number the rows with row_number() and keep the first",
    "any_value": "write min(x) or max(x)",
    "first": "write min(x), or first_value(x) over (order by …)",
    "mode": "count, rank and keep the first",
    "rollup": "write one query for each set and union all",
    "corr": "write covar_pop(x, y) / (stddev_pop(x) * stddev_pop(y))",
}


def write_spark(sql: str, kind_of: KindOf, absent: Container[str] = ()) -> str:
    """The query for Spark. absent: columns its views do not have, lower case; no star need leave them out.

    Raises SparkGapError where it says something Spark cannot, or says otherwise.
    """
    try:
        was = sqlglot.parse_one(sql, read="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise SparkGapError(f"what cannot be parsed ({str(error).splitlines()[0][:80]})") from None
    written = was.copy()
    pairs = list(zip(was.walk(bfs=False), written.walk(bfs=False), strict=True))
    rules = [(old, new, rule) for old, new in pairs if (rule := _find_rule(old)) is not None]
    for old, new, rule in reversed(rules):  # inner ones first
        mended = rule(new.copy(), old, kind_of)
        new.replace(mended)
    for star in written.find_all(exp.Star):
        left_out = star.args.get("except_") or []
        star.set("except_", [name for name in left_out if name.name.lower() not in absent] or None)
    return written.sql(dialect="spark")


def _find_rule(node: exp.Expr) -> Rule | None:
    """The rule for a word, None where it stays. Raises SparkGapError for a word on no list."""
    if isinstance(node, exp.Anonymous):
        if node.name.lower() in BY_NAME:
            return BY_NAME[node.name.lower()]
        raise _gap(node)
    if type(node) in RULES:
        return RULES[type(node)]
    if type(node) not in _GRAMMAR and type(node) not in SAME:
        raise _gap(node)
    _check_grammar(node)
    return None


def _gap(node: exp.Expr) -> SparkGapError:
    said = named(node)
    return SparkGapError(said, _INSTEAD.get(said.split()[0].removesuffix("()"), ""))


def _check_grammar(node: exp.Expr) -> None:
    """Words that are on the list but for one way to use them."""
    if isinstance(node, exp.With) and node.args.get("recursive"):
        raise SparkGapError("with recursive")
    if isinstance(node, exp.Join) and str(node.args.get("method") or "").upper() in ("ASOF", "POSITIONAL"):
        raise SparkGapError(f"a {node.args['method']} join", "join by a range of validity")
    if isinstance(node, exp.Tuple) and not isinstance(
        node.parent, (exp.In, exp.Values, exp.Tuple, exp.Distinct)
    ):
        raise SparkGapError("a row in parentheses", "name its columns one by one")
    if isinstance(node, (exp.Union, exp.Except, exp.Intersect)) and node.args.get("by_name"):
        raise SparkGapError("union by name", "write the columns in one order")
    if isinstance(node, (exp.Min, exp.Max)) and node.expressions:
        raise SparkGapError(f"{named(node)} of several rows", "write min(x) or max(x)")
    if isinstance(node, exp.WindowSpec) and (node.args.get("kind") == "GROUPS" or node.args.get("exclude")):
        raise SparkGapError("a window over groups, or with exclude", "write rows or range")
