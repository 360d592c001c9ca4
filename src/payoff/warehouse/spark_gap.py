"""What a query says that Spark cannot say, or would answer otherwise."""

from collections.abc import Callable

from sqlglot import exp

from payoff.warehouse.spark_kinds import Kind

KindOf = Callable[[exp.Expr], Kind]
# A rule writes one node for Spark. Its children are written already; kinds are asked of the node as it was.
Rule = Callable[[exp.Expr, exp.Expr, KindOf], exp.Expr]


class SparkGapError(Exception):
    """said: what the query says, as in "arg_max()". fix: how to say it otherwise, "" for no way."""

    def __init__(self, said: str, fix: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.fix = fix


def call(name: str, *arguments: exp.Expr | str | int) -> exp.Anonymous:
    """A function of Spark by its own name; text and whole numbers are literals."""
    return exp.Anonymous(this=name, expressions=[_argument(a) for a in arguments])


def cast(value: exp.Expr, type_name: str) -> exp.Cast:
    """A cast to a type by its name in DuckDB."""
    return exp.Cast(this=value, to=exp.DataType.build(type_name, dialect="duckdb"))


def as_double(value: exp.Expr) -> exp.Expr:
    """The value as a double, cast once only."""
    plain = value.unnest()
    if isinstance(plain, exp.Cast) and plain.is_type("double"):
        return value
    return cast(value, "double")


def literal_of(node: exp.Expr | None) -> int | None:
    """The whole number a literal says, None where it is not one."""
    if isinstance(node, exp.Neg):
        inner = literal_of(node.this)
        return None if inner is None else -inner
    return int(node.name) if isinstance(node, exp.Literal) and node.is_int else None


def named(node: exp.Expr) -> str:
    """How a person calls what a node says."""
    if isinstance(node, exp.Anonymous):
        return f"{node.name.lower()}()"
    if isinstance(node, exp.Func):
        return f"{node.sql_name().lower()}()"
    return f"{node.key} in {node.sql('duckdb')[:60]!r}"


def _argument(value: exp.Expr | str | int) -> exp.Expr:
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.Literal.number(value) if isinstance(value, int) else value
