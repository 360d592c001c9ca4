"""Numbers as DuckDB counts them, written for Spark.

Division  is always of doubles; by zero it is ±infinity or NaN, of whole numbers and remainders null.
Rounding  half away from zero: of doubles after multiplying, of decimals exactly.
Refused   roots and logarithms of what has none end the query, as in DuckDB, and are not null.
"""

from sqlglot import exp

from payoff.warehouse.spark_gap import KindOf, Rule, SparkGapError, as_double, call, cast, literal_of, named
from payoff.warehouse.spark_kinds import NUMBERS

_INFINITY = "cast('Infinity' as double)"
_WHOLE_DOUBLES = 9_007_199_254_740_992  # beyond 2**53 a double has no fraction to cut


def _divide(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """A quotient of doubles; a divisor that is never zero needs no second thought."""
    top, bottom = as_double(node.this), as_double(node.expression)
    quotient = exp.Div(this=_paren(top), expression=_paren(bottom))
    if _never_zero(node.expression):
        return exp.Paren(this=quotient)
    infinite = exp.Mul(this=_paren(top.copy()), expression=exp.maybe_parse(_INFINITY, dialect="duckdb"))
    is_zero = exp.EQ(this=_paren(bottom.copy()), expression=exp.Literal.number(0))
    return exp.Case(ifs=[exp.If(this=is_zero, true=infinite)], default=quotient)


def _never_zero(bottom: exp.Expr) -> bool:
    plain = bottom.unnest()
    while isinstance(plain, exp.Cast):
        plain = plain.this.unnest()
    if isinstance(plain, exp.Nullif):
        return literal_of(plain.expression) == 0
    return isinstance(plain, exp.Literal) and not plain.is_string and float(plain.name) != 0


def _divide_whole(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    if kind_of(was.this) != "whole" or kind_of(was.expression) != "whole":
        raise SparkGapError("// of numbers that are not whole", "write floor(a / b)")
    bottom = call("NULLIF", node.expression, 0)
    return exp.Paren(this=exp.IntDiv(this=_paren(node.this), expression=bottom))


def _remainder(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    if {kind_of(was.this), kind_of(was.expression)} - {"whole", "decimal"}:
        raise SparkGapError("% of numbers that are not whole", "cast both sides to bigint")
    return exp.Paren(this=exp.Mod(this=_paren(node.this), expression=call("NULLIF", node.expression, 0)))


def _round_off(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    kind, places = kind_of(was.this), node.args.get("decimals")
    digits = 0 if places is None else literal_of(places)
    if digits is None or kind not in NUMBERS or (kind != "double" and digits < 0):
        raise SparkGapError(f"round() as in {was.sql('duckdb')[:60]!r}", "round a double to a written number")
    if kind == "whole":
        return exp.Paren(this=node.this)
    if kind == "decimal" or digits == 0:
        return call("ROUND", node.this, digits)
    scale = cast(exp.Literal.number(10 ** abs(digits)), "double")
    up, down = (exp.Mul, exp.Div) if digits > 0 else (exp.Div, exp.Mul)
    rounded = call("ROUND", up(this=_paren(node.this), expression=scale), 0)
    return exp.Paren(this=down(this=rounded, expression=scale.copy()))


def _cut(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """floor and ceil: of a double a double, infinities and NaN as they are."""
    kind, name = kind_of(was.this), "FLOOR" if isinstance(was, exp.Floor) else "CEIL"
    if kind not in NUMBERS or node.args.get("decimals") is not None:
        raise SparkGapError(named(was), "apply it to a number")
    if kind != "double":
        return call(name, node.this)
    small = exp.LT(this=call("ABS", node.this.copy()), expression=exp.Literal.number(_WHOLE_DOUBLES))
    cut_off = as_double(call(name, node.this.copy()))
    return exp.Case(ifs=[exp.If(this=small, true=cut_off)], default=node.this.copy())


def _guarded(name: str, refused: type[exp.LT | exp.LTE]) -> Rule:
    """A function without a value below zero, or at it: there the query ends, as DuckDB's does."""

    def write(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
        value = as_double(node.this)
        limit = exp.Literal.number(0)
        wrong = refused(this=_paren(value.copy()), expression=limit)
        stop = as_double(
            call("RAISE_ERROR", f"{name.lower()} of a number that is too small: it has no value")
        )
        return exp.Case(ifs=[exp.If(this=wrong, true=stop)], default=call(name, value))

    return write


def _logarithm(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """DuckDB's log() is to the base 10."""
    if node.args.get("expression") is None:
        return _guarded("LOG10", exp.LTE)(node, was, kind_of)
    base = literal_of(node.this)
    if base not in (2, 10):
        raise SparkGapError("log() to a base", "write ln(x) / ln(base)")
    return _guarded(f"LOG{base}", exp.LTE)(exp.Ln(this=node.expression.copy()), was, kind_of)


def _not_a_number(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """isnan(null) is null; in Spark it is false."""
    empty = exp.Is(this=_paren(node.this), expression=exp.Null())
    return exp.Case(ifs=[exp.If(this=empty, true=exp.Null())], default=call("ISNAN", node.this.copy()))


def _finite(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    size = call("ABS", as_double(_only(node)))
    return exp.Paren(this=exp.LT(this=size, expression=exp.maybe_parse(_INFINITY, dialect="duckdb")))


def _infinite(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    size = call("ABS", as_double(_only(node)))
    return exp.Paren(this=exp.EQ(this=size, expression=exp.maybe_parse(_INFINITY, dialect="duckdb")))


def _total(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """A sum of flags counts those that hold."""
    if isinstance(was.this, exp.Distinct) or kind_of(was.this) != "flag":
        return node
    return exp.Sum(this=cast(node.this, "bigint"))


def _count_if(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """Null where no flag says anything; Spark counts 0."""
    if kind_of(was.this) != "flag":
        raise SparkGapError("count_if() of what is no flag", "write a condition")
    return exp.Sum(this=cast(node.this, "bigint"))


def _sign(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """What is not a number has the sign 0."""
    value = as_double(node.this)
    known = exp.Not(this=call("ISNAN", value))
    return exp.Case(
        ifs=[exp.If(this=known, true=call("SIGN", value.copy()))],
        default=exp.Literal.number(0),
    )


def _of_doubles(name: str) -> Rule:
    """An aggregate that DuckDB takes of doubles, whatever the numbers."""

    def write(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
        distinct = isinstance(node.this, exp.Distinct)
        inner = node.this.expressions[0] if distinct else node.this
        kind = kind_of(was.this.expressions[0] if distinct else was.this)
        if kind not in NUMBERS or (kind == "decimal" and name == "MEDIAN"):
            raise SparkGapError(f"{named(was)} of what is no double", "cast it: cast(x as double)")
        value = as_double(inner)
        return call(name, exp.Distinct(expressions=[value]) if distinct else value)

    return write


def _quantile(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """quantile_cont(x, p), and percentile_cont(p) within group (order by x)."""
    within = isinstance(was, exp.WithinGroup)
    inner = node.this if within else node
    if within and not isinstance(inner, exp.PercentileCont):
        raise SparkGapError(named(was.this))
    if not within and isinstance(was.parent, exp.WithinGroup):
        return node
    ordered = node.expression.expressions[0] if within else None
    if ordered is not None and (ordered.args.get("desc") or len(node.expression.expressions) > 1):
        raise SparkGapError("percentile_cont() in descending order", "order by the value, ascending")
    value, share = (ordered.this, inner.this) if ordered is not None else (inner.this, inner.expression)
    origin = was.expression.expressions[0].this if within else was.this
    if kind_of(origin) not in ("whole", "double"):
        raise SparkGapError("a quantile of what is no double", "cast it: cast(x as double)")
    return call("PERCENTILE", as_double(value), share)


def _only(node: exp.Expr) -> exp.Expr:
    found: exp.Expr = node.expressions[0] if isinstance(node, exp.Anonymous) else node.this
    return found


def _paren(node: exp.Expr) -> exp.Expr:
    simple = (exp.Column, exp.Literal, exp.Paren, exp.Func, exp.Null)
    return node if isinstance(node, simple) and not isinstance(node, exp.Connector) else exp.Paren(this=node)


RULES: dict[type[exp.Expr], Rule] = {
    exp.Div: _divide,
    exp.IntDiv: _divide_whole,
    exp.Mod: _remainder,
    exp.Round: _round_off,
    exp.Floor: _cut,
    exp.Ceil: _cut,
    exp.Sqrt: _guarded("SQRT", exp.LT),
    exp.Ln: _guarded("LN", exp.LTE),
    exp.Log: _logarithm,
    exp.IsNan: _not_a_number,
    exp.IsInf: _infinite,
    exp.Sum: _total,
    exp.CountIf: _count_if,
    exp.Sign: _sign,
    exp.Avg: _of_doubles("AVG"),
    exp.Median: _of_doubles("MEDIAN"),
    exp.PercentileCont: _quantile,
    exp.WithinGroup: _quantile,
}
BY_NAME: dict[str, Rule] = {"isfinite": _finite}
