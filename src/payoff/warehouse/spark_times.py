"""Days, local times and instants as DuckDB knows them, written for Spark.

Zone      Both engines run in UTC. An instant becomes a local time by `at time zone`; the way back is
          ambiguous for an hour each autumn, where engines take different sides: refused, but for UTC.
Steps     date_diff counts the boundaries between two moments, weeks by seven days between two days; Spark
          would count full hours, days, months.
Weeks     Monday to Sunday, ISO.
"""

import re

from sqlglot import exp

from payoff.warehouse.spark_gap import KindOf, Rule, SparkGapError, as_double, call, cast, named
from payoff.warehouse.spark_kinds import DAYS, NUMBERS, Kind

_UNITS = ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND")
_SECONDS = {"HOUR": 3600, "MINUTE": 60, "SECOND": 1}
_PARTS = {
    "YEAR": "YEAR({})", "QUARTER": "QUARTER({})", "MONTH": "MONTH({})", "WEEK": "WEEKOFYEAR({})",
    "DAY": "DAY({})",
    "HOUR": "HOUR({})", "MINUTE": "MINUTE({})", "SECOND": "SECOND({})", "DOY": "DAYOFYEAR({})",
    "DOW": "DAYOFWEEK({}) - 1", "ISODOW": "WEEKDAY({}) + 1", "ISOYEAR": "EXTRACT(YEAROFWEEK FROM {})",
    "DAYOFWEEK": "DAYOFWEEK({}) - 1", "DAYOFYEAR": "DAYOFYEAR({})", "WEEKOFYEAR": "WEEKOFYEAR({})",
}  # fmt: skip
_FORMAT = {"Y": "yyyy", "m": "MM", "d": "dd", "H": "HH", "M": "mm", "S": "ss"}
_LOOSE = {"Y": "yyyy", "m": "M", "d": "d", "H": "H", "M": "m", "S": "s"}


def _truncate(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """date_trunc: a local time of a day or a local time, an instant of an instant."""
    unit, kind = str(node.args["unit"].name).upper(), kind_of(was.this)
    if unit not in _UNITS or kind not in DAYS:
        raise SparkGapError(f"date_trunc() to {unit.lower()}", f"truncate to {', '.join(_UNITS).lower()}")
    start = call("DATE_TRUNC", unit, node.this)
    return start if kind == "instant" else cast(start, "timestamp")


def _difference(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    unit = str(node.args["unit"].name).upper() if node.args.get("unit") else "DAY"
    if unit not in _UNITS:
        raise SparkGapError(f"date_diff() in {unit.lower()}", f"count in {', '.join(_UNITS).lower()}")
    if unit == "WEEK":
        if {kind_of(was.this), kind_of(was.expression)} != {"date"}:
            raise SparkGapError("date_diff() in weeks between times", "cast both to date")
        days = exp.Sub(this=_position(node.this, "DAY"), expression=_position(node.expression, "DAY"))
        return exp.Paren(this=exp.IntDiv(this=exp.Paren(this=days), expression=exp.Literal.number(7)))
    end, start = _position(node.this, unit), _position(node.expression, unit)
    return cast(exp.Paren(this=exp.Sub(this=end, expression=start)), "bigint")


def _position(moment: exp.Expr, unit: str) -> exp.Expr:
    """How many boundaries of the unit lie before a moment, from a fixed one on."""
    if unit in _SECONDS:
        seconds = call("UNIX_SECONDS", cast(moment.copy(), "timestamptz"))
        return call("FLOOR", exp.Div(this=seconds, expression=exp.Literal.number(_SECONDS[unit])))
    day = cast(moment.copy(), "date")
    if unit == "DAY":
        return call("UNIX_DATE", day)
    year = call("YEAR", day)
    if unit == "YEAR":
        return year
    per_year = 12 if unit == "MONTH" else 4
    within = call(unit, day.copy())
    whole = exp.Mul(this=year, expression=exp.Literal.number(per_year))
    return exp.Paren(this=exp.Add(this=whole, expression=within))


def _part(name: str) -> Rule:
    """One part of a day or time, by its name in DuckDB."""

    def write(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
        if kind_of(_moment(was)) not in DAYS:
            raise SparkGapError(f"{name.lower()} of what is no date or time", "cast it to date or timestamp")
        return exp.Paren(this=_fill(_PARTS[name], _moment(node)))

    return write


def _extract(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    name = str(was.this.name).upper()
    if name == "EPOCH":
        return _seconds_since_1970(node, was, kind_of)
    if name not in _PARTS:
        raise SparkGapError(f"extract({name.lower()} …)")
    return _part(name)(node, was, kind_of)


def _seconds_since_1970(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """epoch() of a moment, or of one moment minus another."""
    asked, written = _moment(was).unnest(), _moment(node).unnest()
    if kind_of(asked) in DAYS:
        micros: exp.Expr = _micros(written)
    elif isinstance(asked, exp.Sub) and kind_of(asked.this) in DAYS and kind_of(asked.expression) in DAYS:
        micros = exp.Paren(this=exp.Sub(this=_micros(written.this), expression=_micros(written.expression)))
    else:
        raise SparkGapError("epoch() of an interval", "write epoch(later - earlier)")
    per_second = as_double(exp.Literal.number(1_000_000))
    return exp.Paren(this=exp.Div(this=as_double(micros), expression=per_second))


def _micros(moment: exp.Expr) -> exp.Expr:
    return call("UNIX_MICROS", cast(moment.copy(), "timestamptz"))


def _moment(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Extract):
        found: exp.Expr = node.expression
    else:
        found = node.expressions[0] if isinstance(node, exp.Anonymous) else node.this
    return found


def _add(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """Sums and differences of numbers, days and times; all others are refused."""
    left, right = kind_of(was.this), kind_of(was.expression)
    minus = isinstance(was, exp.Sub)
    if {left, right} <= {*NUMBERS, "null"}:
        return node
    if minus and left == right == "date":
        return cast(call("DATEDIFF", node.this, node.expression), "bigint")
    if left == "date" and right == "whole":
        return call("DATE_SUB" if minus else "DATE_ADD", node.this, cast(node.expression, "int"))
    if right == "interval" and left == "date":
        return _same(was, cast(node.this, "timestamp"), node.expression)
    if (right == "interval" and left in ("time", "instant")) or (minus and {left, right} <= set(DAYS)):
        return node
    raise SparkGapError(f"{was.sql('duckdb')[:60]!r}, which adds {_kinds(left, right)}", "cast both sides")


def _same(was: exp.Expr, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Paren(this=type(was)(this=left, expression=right))


def _kinds(left: Kind, right: Kind) -> str:
    return " and ".join(kind or "something unknown" for kind in (left, right))


def _interval(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    number, unit = node.this, node.args.get("unit")
    plain = isinstance(number, exp.Literal) and re.fullmatch(r"-?\d+", number.name)
    if not plain or unit is None or str(unit.name).upper().removesuffix("S") not in _UNITS:
        raise SparkGapError(f"the interval {was.sql('duckdb')[:40]!r}", "write one number and one unit")
    return node


def _in_zone(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """`instant at time zone 'Europe/Berlin'`, or timezone('Europe/Berlin', instant)."""
    if isinstance(was, exp.Anonymous):
        (zone, asked), written = was.expressions, node.expressions[1]
    else:
        zone, asked, written = was.args["zone"], was.this, node.this
    if not isinstance(zone, exp.Literal):
        raise SparkGapError("a time zone that is not written out", "write its name in quotes")
    kind = kind_of(asked)
    if kind == "instant":
        return cast(call("FROM_UTC_TIMESTAMP", _as_instant(written), zone.name), "timestamp")
    if kind == "time" and zone.name.upper() == "UTC":
        return _as_instant(written)
    fix = f"say timezone: {zone.name} where the source is declared, so that its times land as instants"
    raise SparkGapError("at time zone for a local time", fix)


def _as_instant(value: exp.Expr) -> exp.Expr:
    plain = value.unnest()
    known = isinstance(plain, exp.Cast) and plain.is_type("timestamptz")
    return value if known else cast(value, "timestamptz")


def _write_time(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """strftime(moment, '%Y-%m')."""
    if kind_of(was.this) not in DAYS:
        raise SparkGapError("strftime() of what is no date or time", "cast it to date or timestamp")
    return call("DATE_FORMAT", node.this, _pattern(was.args["format"], _FORMAT))


def _read_time(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """strptime(text, '%d.%m.%Y'): one digit is a day or month as well, where a sign separates them."""
    apart = not re.search(r"%[A-Za-z]%[A-Za-z]", str(was.args["format"].name))
    pattern = _pattern(was.args["format"], _LOOSE if apart else _FORMAT)
    return cast(call("TO_TIMESTAMP", node.this, pattern), "timestamp")


def _pattern(said: exp.Expr, words: dict[str, str]) -> str:
    """A pattern of ours in Java's letters. sqlglot has turned it into Python's, which are the same here."""
    text = said.name if isinstance(said, exp.Literal) else ""
    found = re.fullmatch(r"(?:%[YmdHMS]|[^%A-Za-z'\[\]{}#])+", text)
    if found is None:
        raise SparkGapError(f"the time format {text!r}", "use %Y %m %d %H %M %S and signs between them")
    return re.sub(r"%([YmdHMS])", lambda m: words[m[1]], text)


def _fill(pattern: str, value: exp.Expr) -> exp.Expr:
    written: exp.Expr = exp.maybe_parse(pattern.format("x"), dialect="spark")
    filled: exp.Expr = written.transform(lambda n: value.copy() if isinstance(n, exp.Column) else n)
    return filled


def _no_arguments(node: exp.Expr, was: exp.Expr, kind_of: KindOf) -> exp.Expr:
    """last_day and the like: one argument, the same in both."""
    if len([v for v in was.args.values() if v]) > 1:
        raise SparkGapError(named(was))
    return node


RULES: dict[type[exp.Expr], Rule] = {
    exp.TimestampTrunc: _truncate,
    exp.DateTrunc: _truncate,
    exp.DateDiff: _difference,
    exp.Extract: _extract,
    exp.TimeToUnix: _seconds_since_1970,
    exp.Add: _add,
    exp.Sub: _add,
    exp.Interval: _interval,
    exp.AtTimeZone: _in_zone,
    exp.TimeToStr: _write_time,
    exp.StrToTime: _read_time,
    exp.LastDay: _no_arguments,
    exp.Year: _part("YEAR"),
    exp.Quarter: _part("QUARTER"),
    exp.Month: _part("MONTH"),
    exp.Week: _part("WEEK"),
    exp.WeekOfYear: _part("WEEK"),
    exp.Day: _part("DAY"),
    exp.DayOfYear: _part("DOY"),
    exp.DayOfWeek: _part("DOW"),
    exp.DayOfWeekIso: _part("ISODOW"),
    exp.Hour: _part("HOUR"),
    exp.Minute: _part("MINUTE"),
    exp.Second: _part("SECOND"),
}
BY_NAME: dict[str, Rule] = {"isoyear": _part("ISOYEAR"), "timezone": _in_zone}
