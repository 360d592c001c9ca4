"""Text and casts as DuckDB has them, written for Spark.

Cast      A double to a whole number goes to the nearest; a double or an instant as text is refused, because
          the engines spell them differently (1e+20 and 1.0E20, with and without +00).
Capitals  One letter for one letter, as in DuckDB: ß and İ would become two in Spark.
Patterns  LIKE has no escape sign unless one is named; regular expressions are written out.
"""

from sqlglot import exp

from payoff.warehouse.spark_gap import KindOf, Rule, SparkGapError, call, cast, literal_of, named
from payoff.warehouse.spark_kinds import Kind

_TARGETS: dict[str, Kind] = {
    "TINYINT": "whole", "SMALLINT": "whole", "INT": "whole", "BIGINT": "whole", "DOUBLE": "double",
    "FLOAT": "double", "DECIMAL": "decimal", "TEXT": "text", "VARCHAR": "text", "BOOLEAN": "flag",
    "DATE": "date", "TIMESTAMP": "time", "TIMESTAMPTZ": "instant",
}  # fmt: skip
_TO: dict[Kind, tuple[Kind, ...]] = {
    "whole": ("whole", "flag", "text", "double", "decimal"),
    "double": ("whole", "flag", "text", "double", "decimal"),
    "decimal": ("whole", "text", "double", "decimal"),
    "text": ("whole", "flag", "text", "date", "time", "decimal"),
    "flag": ("whole", "flag", "text", "double"),
    "date": ("text", "date", "time", "instant"),
    "time": ("text", "date", "time", "instant"),
    "instant": ("text", "date", "time", "instant"),
}
_DUCKDB_DECIMAL = "decimal(18, 3)"


def _convert(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """cast and try_cast between kinds that both engines convert alike."""
    kind, target = (
        kind_of(was.this),
        _TARGETS.get(was.args["to"].this.name.replace("TIMESTAMPNTZ", "TIMESTAMP")),
    )
    type_name = was.args["to"].sql("duckdb").lower()
    if target is None:
        raise SparkGapError(f"a cast to {type_name}")
    if kind != "null" and kind not in _TO[target]:
        fix = {"double": "cast it to bigint first", "instant": "write at time zone '…' first"}.get(kind, "")
        said = kind or "something whose kind cannot be told"
        raise SparkGapError(f"a cast of {said} to {type_name}", fix)
    if isinstance(was, exp.TryCast) and kind == "text" and target != "double":
        raise SparkGapError(f"try_cast of text to {type_name}", "try_cast it to double")
    return _cast(node, kind, target)


def _cast(node: exp.Expr, kind: Kind, target: Kind) -> exp.Expr:
    value = node.this
    if target == "whole" and kind == "double":
        value = call("RINT", value)
    elif target == "whole" and kind == "decimal":
        value = call("ROUND", value, 0)
    if target == "decimal" and not node.args["to"].expressions:
        node.set("to", exp.DataType.build(_DUCKDB_DECIMAL, dialect="duckdb"))
    node.set("this", value)
    return node


def _as_text(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """A part of a longer text."""
    kind = kind_of(was)
    if kind == "text":
        return node
    if kind not in _TO["text"] and kind != "null":
        raise SparkGapError(f"{kind or 'something unknown'} in a text", "cast it to bigint or date first")
    return cast(node, "varchar")


def _join_text(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """a || b is null where a part is."""
    left, right = (_as_text(node.args[k], was.args[k], kind_of) for k in ("this", "expression"))
    return exp.Paren(this=exp.DPipe(this=left, expression=right))


def _concat(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """concat leaves nulls out."""
    parts = [_as_text(n, w, kind_of) for n, w in zip(node.expressions, was.expressions, strict=True)]
    return call("CONCAT", *(call("COALESCE", part, "") for part in parts))


def _concat_with(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    parts = [_as_text(n, w, kind_of) for n, w in zip(node.expressions, was.expressions, strict=True)]
    return call("CONCAT_WS", *parts)


def _in_capitals(name: str, before: str, after: str) -> Rule:
    """Letters that would become two, or depend on their place in a word, are turned first."""

    def write(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
        return call(name, call("TRANSLATE", node.this, before, after))

    return write


def _substring(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    start, length = node.args.get("start"), node.args.get("length")
    begins, long = literal_of(start), literal_of(length)
    if length is not None and begins != 1 and (begins is None or begins < 1 or long is None or long < 0):
        raise SparkGapError(
            f"{was.sql('duckdb')[:60]!r}", "start at a written number from 1 and take a written number"
        )
    return call("SUBSTRING", *(v for v in (node.this, start, length) if v is not None))


def _from_one_end(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """left and right: of a written number of letters."""
    if (literal_of(node.expression) or 0) < 1:
        raise SparkGapError(named(was), "take a written number of letters, from 1")
    return node


def _split(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    at, sign = node.args["part_index"], node.args["delimiter"]
    if not literal_of(at) or not (isinstance(sign, exp.Literal) and sign.name):
        raise SparkGapError("split_part()", "name the sign and which part, from 1")
    return call("SPLIT_PART", node.this, sign, at)


def _find_text(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    if node.args.get("position") is not None or node.args.get("occurrence") is not None:
        raise SparkGapError(named(was))
    return call("LOCATE", node.args["substr"], node.this)


def _like(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    pattern = was.expression
    escaped = isinstance(was.parent, exp.Escape)
    if not isinstance(pattern, exp.Literal) or ("\\" in pattern.name and not escaped):
        raise SparkGapError("like with a pattern that is computed or holds \\", "write the pattern out")
    return node


def _matches(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    if not isinstance(was.expression, exp.Literal) or was.args.get("flag") is not None:
        raise SparkGapError("regexp_matches() with a computed pattern or options", "write the pattern out")
    return node


def _replace_all(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """Spark replaces every match, DuckDB only with 'g'."""
    pattern, put, flag = was.expression, was.args.get("replacement"), was.args.get("modifiers")
    written = isinstance(pattern, exp.Literal) and isinstance(flag, exp.Literal) and flag.name == "g"
    if not written or not isinstance(put, exp.Literal) or set(put.name) & {"\\", "$"}:
        raise SparkGapError("regexp_replace() but of every match", "add 'g' and write plain text to put in")
    return call("REGEXP_REPLACE", node.this, node.expression, node.args["replacement"])


RULES: dict[type[exp.Expr], Rule] = {
    exp.Cast: _convert,
    exp.TryCast: _convert,
    exp.DPipe: _join_text,
    exp.Concat: _concat,
    exp.ConcatWs: _concat_with,
    exp.Upper: _in_capitals("UPPER", "ß", "ẞ"),
    exp.Lower: _in_capitals("LOWER", "İΣ", "iσ"),
    exp.Substring: _substring,
    exp.Left: _from_one_end,
    exp.Right: _from_one_end,
    exp.SplitPart: _split,
    exp.StrPosition: _find_text,
    exp.Like: _like,
    exp.ILike: _like,
    exp.RegexpLike: _matches,
    exp.RegexpReplace: _replace_all,
}
