"""What a piece of SQL reads and returns, without running it.

Question  Is this one SELECT (or one expression) over declared sources, the same every time?
Refuses   Anything but a query; undeclared tables; functions that reach files, settings, the clock
          or chance. Parsed by sqlglot in DuckDB's dialect; nothing is executed here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.errors import ParseError, SqlglotError

from payoff.study.codes import FindingError
from payoff.study.suggest import suggestion

DIALECT = "duckdb"
MAX_LENGTH = 20_000
MAX_PARENTHESES = 60
_OPENS = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSES = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_STARTS = frozenset({TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.L_PAREN})
_OUTSIDE = frozenset(
    {
        "getenv",
        "getvariable",
        "current_setting",
        "glob",
        "query",
        "query_table",
        "nextval",
        "currval",
        "which_secret",
    }
)
_OUTSIDE_STARTS = ("read_", "parquet_", "sniff_", "duckdb_", "pragma_", "st_read", "write_")
_OUTSIDE_ENDS = ("_scan", "_scan_pushdown", "_attach", "_query", "_execute")
_FICKLE = frozenset(
    {"random", "rand", "setseed", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "now", "today", "curdate"}
    | {"current_date", "current_time", "current_timestamp", "current_datetime", "get_current_time"}
    | {"get_current_timestamp", "localtime", "localtimestamp", "transaction_timestamp", "clock_timestamp"}
)
_ROW_MAKERS = (exp.GenerateSeries, exp.Unnest, exp.Explode)


@dataclass(frozen=True, slots=True)
class Span:
    """A position in the SQL text; line and column from 1."""

    line: int = 1
    column: int = 1
    width: int = 1


@dataclass(eq=False)
class SqlFindingError(FindingError):
    """A finding at a position of the SQL text."""

    span: Span = Span()


@dataclass(frozen=True, slots=True)
class Mention:
    """A table or column as the SQL names it."""

    name: str
    table: str
    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """tables: declared sources read, sorted. columns: names returned, None when a * hides them."""

    tables: tuple[str, ...]
    columns: tuple[str, ...] | None
    mentions: tuple[Mention, ...]
    n_returned: int


def read_query(sql: str, sources: Iterable[str]) -> Reading:
    """Read one SELECT; raises SqlFindingError P301 to P305."""
    tokens = _tokens(sql)
    if not tokens or tokens[0].token_type not in _STARTS:
        raise SqlFindingError("P302", "this is not a SELECT", "start with select or with", span=_at(tokens))
    tree = _parse(sql)
    if not isinstance(tree, exp.Query) or tree.find(exp.DML, exp.DDL, exp.Command, exp.Into) is not None:
        raise SqlFindingError("P302", "this is not one plain SELECT", "read only; write nothing")
    return _read(tree, sql, sources)


def read_expression(sql: str, sources: Iterable[str]) -> Reading:
    """Read one SQL expression over a cohort's columns; raises SqlFindingError P301 to P305, P307."""
    tokens, lead = _tokens(sql), "select "
    try:
        tree = _parse(lead + sql)
        extra = [key for key, value in tree.args.items() if value and key not in ("expressions", "kind")]
        parts = tree.expressions
        if not tokens or not isinstance(tree, exp.Select) or extra or len(parts) != 1 or _is_listed(parts[0]):
            fix = "write a condition or a column, such as treat = 1"
            raise SqlFindingError("P307", "this is not one SQL expression", fix)
        reading = _read(tree, lead + sql, sources)
    except SqlFindingError as finding:
        finding.span = _without_lead(finding.span, len(lead))
        raise
    mentions = tuple(replace(m, span=_without_lead(m.span, len(lead))) for m in reading.mentions)
    return replace(reading, mentions=mentions)


def returned_columns(sql: str) -> tuple[str, ...] | None:
    """Names one SELECT returns, None when a * hides them; raises SqlFindingError P301 or P302."""
    _tokens(sql)
    return _returned(_parse(sql))


def named_columns(sql: str) -> tuple[str, ...]:
    """Every column one SELECT or expression names, at any level, lower case; none where it does not parse."""
    try:
        tree = sqlglot.parse_one(sql, read=DIALECT)
    except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError, LookupError):
        return ()
    return tuple(sorted({column.name.lower() for column in tree.find_all(exp.Column)}))


def _is_listed(part: exp.Expr) -> bool:
    return isinstance(part, (exp.Alias, exp.Star))


def _tokens(sql: str) -> list[Token]:
    if len(sql) > MAX_LENGTH:
        raise SqlFindingError("P301", f"SQL of {len(sql):,} characters", f"keep it under {MAX_LENGTH:,}")
    try:
        tokens = sqlglot.tokenize(sql, read=DIALECT)
    except (SqlglotError, RecursionError):
        raise SqlFindingError("P301", "a quote is not closed", "close every ' and \"") from None
    depth = 0
    for position, token in enumerate(tokens):
        depth += (token.token_type in _OPENS) - (token.token_type in _CLOSES)
        if depth > MAX_PARENTHESES:
            raise SqlFindingError(
                "P301", f"more than {MAX_PARENTHESES} brackets deep", "simplify it", span=_at([token])
            )
        if token.token_type == TokenType.SEMICOLON and position < len(tokens) - 1:
            raise SqlFindingError("P302", "more than one statement", "keep one SELECT", span=_at([token]))
    return [token for token in tokens if token.token_type != TokenType.SEMICOLON]


def _at(tokens: list[Token]) -> Span:
    """Where the first token stands; sqlglot's column is that of its last character."""
    return _span(tokens[0].line, tokens[0].col, len(tokens[0].text)) if tokens else Span()


def _span(line: int, last_column: int, width: int) -> Span:
    return Span(line, max(1, last_column - width + 1), max(1, width))


def _without_lead(span: Span, length: int) -> Span:
    """The span as if the first line had not been given `length` characters in front."""
    return Span(span.line, max(1, span.column - length), span.width) if span.line == 1 else span


def _parse(sql: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(sql, read=DIALECT)
    except ParseError as error:
        found = error.errors[0] if error.errors else {}
        near = str(found.get("highlight") or "")
        what = f"SQL breaks off near {near!r}" if near else "this is not SQL"
        span = _span(int(found.get("line") or 1), int(found.get("col") or 1), len(near))
        raise SqlFindingError("P301", what, _plain_advice(str(found.get("description"))), span=span) from None
    except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError, LookupError):
        raise SqlFindingError("P301", "this is not SQL that DuckDB reads", "simplify the query") from None


def _plain_advice(description: str) -> str:
    said = description.partition(" but got ")[0].partition(" for <class")[0].rstrip(". ")
    return f"the parser says: {said}"[:160]


def _read(tree: exp.Expr, sql: str, sources: Iterable[str]) -> Reading:
    for function in tree.find_all(exp.Func):
        _check_function(function, sql)
    if tree.find(exp.Parameter, exp.Placeholder) is not None:
        raise SqlFindingError("P301", "a placeholder has no value here", "write the value out")
    if tree.find(exp.TableSample) is not None:
        raise SqlFindingError("P305", "a sample differs from run to run", "take every row")
    known = {name.lower(): name for name in sources}
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    tables = {_check_table(table, known, own) for table in tree.find_all(exp.Table)} - {""}
    columns = _returned(tree)
    count = len(tree.selects) if isinstance(tree, exp.Query) else 1
    return Reading(tuple(sorted(tables)), columns, tuple(_mentions(tree)), count)


def _check_function(function: exp.Func, sql: str) -> None:
    name = (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()
    if name in _FICKLE:
        fix = "write the date or value out"
        raise SqlFindingError("P305", f"{name}() answers differently each time", fix, span=_find(sql, name))
    reaches = name in _OUTSIDE or name.startswith(_OUTSIDE_STARTS) or name.endswith(_OUTSIDE_ENDS)
    if reaches:
        fix = "declare the file under sources and select from its name"
        what = f"{name}() reads outside the declared sources"
        raise SqlFindingError("P304", what, fix, span=_find(sql, name))


def _find(sql: str, name: str) -> Span:
    """Where a function's name stands; the parser keeps no position for it."""
    start = max(0, sql.lower().find(name))
    line = sql.count("\n", 0, start) + 1
    return Span(line, start - (sql.rfind("\n", 0, start) + 1) + 1, len(name))


def _check_table(table: exp.Table, known: dict[str, str], own: set[str]) -> str:
    """The declared source behind `table`; empty for tables the query makes itself."""
    inner = table.this
    if isinstance(inner, _ROW_MAKERS):
        return ""
    if not isinstance(inner, exp.Identifier):
        what = f"{str(inner)[:60]} is not a declared source"
        raise SqlFindingError("P304", what, "declare the file under sources and select from its name")
    name, span = inner.name, _meta_span(inner)
    if not table.db and name.lower() in own:
        return known.get(name.lower(), "")  # with crm as (select … from crm) reads the source too
    if table.db or name.lower() not in known:
        shown = f"{table.db}.{name}" if table.db else name
        fix = suggestion(shown, known.values(), "declare it under sources")
        raise SqlFindingError("P303", f"{shown[:80]} is not a declared source", fix, span=span)
    return known[name.lower()]


def _meta_span(identifier: exp.Identifier) -> Span:
    meta = identifier.meta
    return _span(int(meta.get("line", 1)), int(meta.get("col", 1)), len(identifier.name))


def _returned(tree: exp.Expr) -> tuple[str, ...] | None:
    if not isinstance(tree, exp.Query):
        return None
    starred = any(s.is_star or s.find(exp.Columns) is not None for s in tree.selects)
    return None if starred or not tree.selects else tuple(name for name in tree.named_selects if name)


def _mentions(tree: exp.Expr) -> Iterator[Mention]:
    """Columns of the outermost level: those inside sub-queries belong to other tables."""
    for column in tree.find_all(exp.Column):
        if column.find_ancestor(exp.Query) is tree and isinstance(column.this, exp.Identifier):
            yield Mention(column.name, column.table, _meta_span(column.this))
