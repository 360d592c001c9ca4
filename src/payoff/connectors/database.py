"""A table or query of a database → Parquet bytes, as much at a time as fits, in the order of its cursor.

Question  Which rows are new since the last pull, with every digit and every offset they have there?
Reads     In one read-only transaction; a SQLite file is opened read-only. The query stands as it was written,
          inside `select * from (…)`, so that it can only read.
Cursor    Rows from its last value on, that value included, since more rows may bear it by now; rows without
          one come every time. A pull ends where the value changes, so that none is cut in two.
Exact     Decimals stay decimals, instants with an offset become UTC, times without one stay so.
Refuses   A cursor column that is not there or has no order; what the database itself refuses, without
          repeating its address or password.
"""

import datetime as dt
import enum
import json
import re
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from payoff.connectors.complaint import complain, list_names
from payoff.connectors.extract import Extract, is_cursor, lacking, read_cursor, unreachable, write_cursor
from payoff.connectors.secrets import Secrets, hide
from payoff.nouns.origin import Database
from payoff.nouns.study import Source

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

ROWS = 200_000  # of one pull, unless more have the same cursor
_FETCH = 10_000
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_DIGITS = 38  # more do not fit into a decimal that SQL can add up


def pull_database(
    source: Source,
    origin: Database,
    folder: Path,
    secrets: Secrets,
    since: str | None,
    again: bool = False,
    rows: int = ROWS,
    refuse: Callable[[Path], None] | None = None,
) -> Iterator[Extract]:
    """Pulls from `since` on, none when nothing is there.

    again: a load that was broken off goes on behind `since`, whose own rows have come. refuse: raises where
    the file of a database may not be read.
    Raises PayoffError: exit code 7 when the database cannot be asked, 4 when the cursor does not hold.
    """
    try:
        import sqlalchemy
    except ImportError:
        raise lacking(source, "SQLAlchemy") from None
    engine, hidden = _open(source, origin, folder, secrets, refuse)
    try:
        with engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(
                    sqlalchemy.text("set transaction isolation level repeatable read, read only")
                )
            yield from _pull(source, origin, connection, since, again, rows)
    except sqlalchemy.exc.SQLAlchemyError as error:
        said = hide(str(getattr(error, "orig", None) or error).strip().splitlines()[0], *hidden)
        fix = "look at the address, the login and the query; docs/reference/sources.md"
        raise unreachable(source, f"the database refused: {said}", fix) from None
    finally:
        engine.dispose()


def find_database_file(text: str, folder: Path) -> Path | None:
    """The file that an address means; None: a server, no address, or nothing that can be asked here.

    Relative to the study's folder, with or without `file:` before it.
    """
    try:
        from sqlalchemy import exc, make_url
    except ImportError:
        return None
    try:
        url = make_url(text)
    except exc.ArgumentError:
        return None
    name = _name_driver(url.drivername)
    if name != "sqlite" and (url.host or not url.database or name.startswith("postgresql")):
        return None
    written = url.database or ""
    bare = unquote(re.sub(r"^file:(//[^/]*(?=/))?", "", written, flags=re.IGNORECASE).partition("?")[0])
    return folder / (bare if bare != written and not (folder / written).exists() else written)


def _name_driver(written: str) -> str:
    """The driver that is used; every one of SQLite's is ours, which reads only."""
    name = written.lower()
    return "sqlite" if name.partition("+")[0] == "sqlite" else _DRIVERS.get(name, name)


def _open(
    source: Source, origin: Database, folder: Path, secrets: Secrets, refuse: Callable[[Path], None] | None
) -> tuple["Engine", tuple[str, ...]]:
    """An engine and what must not be printed of its address."""
    import sqlalchemy

    text = origin.url if "://" in origin.url else secrets.read(source, origin.url)
    try:
        url = sqlalchemy.make_url(text)
    except sqlalchemy.exc.ArgumentError:
        raise unreachable(
            source, f"{origin.url} is no address of a database", "write postgresql://host/database"
        ) from None
    url = url.set(drivername=_name_driver(url.drivername))
    if origin.login is not None:
        user, _, password = secrets.read(source, origin.login).partition(":")
        url = url.set(username=user, password=password)
    hidden = (text if text != origin.url else "", url.password or "", url.render_as_string(False))
    path = find_database_file(text, folder)
    if path is not None and refuse is not None:
        refuse(path)
    if url.drivername == "sqlite":
        assert path is not None
        if not path.is_file():
            raise unreachable(source, "there is no such SQLite file", "correct its path, from the study file")
        address = f"{path.resolve().as_uri()}?mode=ro"
        return sqlalchemy.create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=sqlalchemy.NullPool
        ), hidden
    try:
        return sqlalchemy.create_engine(url, hide_parameters=True, poolclass=sqlalchemy.NullPool), hidden
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        fix = "install the driver of this database beside payoff"
        raise unreachable(source, f"no driver: {hide(str(error), *hidden)[:120]}", fix) from None


def _pull(
    source: Source, origin: Database, connection: "Connection", since: str | None, again: bool, rows: int
) -> Iterator[Extract]:
    """Rows without cursor first, then those with one, in its order."""
    origin_sql = _write_origin(origin, connection)
    if source.cursor is None:
        yield from _whole(source, connection, origin_sql)
        return
    with _ask(connection, f"select * from {origin_sql} where 1 = 0", {}) as answer:
        names = list(answer.keys())
    column = next((name for name in names if name.lower() == str(source.cursor).lower()), None)
    if column is None:
        raise complain(
            source, "D137", f"no column {source.cursor}, which is its cursor",
            "what is new could not be told from what has come",
            f"correct cursor{list_names(str(source.cursor), names, 'columns there')}",
        )  # fmt: skip
    quoted = connection.dialect.identifier_preparer.quote_identifier(column)
    without = "" if again else f"select * from {origin_sql} where {quoted} is null"
    bound = f" {quoted} {'>' if again else '>='} :since" if since is not None else f" {quoted} is not null"
    given = {"since": read_cursor(since)} if since is not None else {}
    ordered = f"select * from {origin_sql} where{bound} order by {quoted}"
    at = names.index(column)
    held = _fetch(connection, without) if without else []
    reached = since
    with _ask(connection, ordered, given) as answer:
        for row in answer:
            if len(held) >= rows and held[-1][at] is not None and row[at] != held[-1][at]:
                reached = _reach(source, held[-1][at])
                yield Extract(_write(names, held), len(held), reached)
                held = []
            held.append(tuple(row))
    if held:
        reached = _reach(source, held[-1][at]) if held[-1][at] is not None else reached
        yield Extract(_write(names, held), len(held), reached)


def _whole(source: Source, connection: "Connection", origin_sql: str) -> Iterator[Extract]:
    with _ask(connection, f"select * from {origin_sql}", {}) as answer:
        names = list(answer.keys())
        found = [tuple(row) for row in answer]
    if found or source.snapshot:
        yield Extract(_write(names, found), len(found))


def _fetch(connection: "Connection", sql: str) -> list[tuple[Any, ...]]:
    with _ask(connection, sql, {}) as answer:
        return [tuple(row) for row in answer]


def _ask(connection: "Connection", sql: str, given: dict[str, Any]) -> Any:
    import sqlalchemy

    streamed = connection.execution_options(stream_results=True, max_row_buffer=_FETCH)
    return streamed.execute(sqlalchemy.text(sql), given)


def _write_origin(origin: Database, connection: "Connection") -> str:
    """The table by its quoted name, or the query in parentheses; a colon in it is no parameter."""
    if origin.query is None:
        quote = connection.dialect.identifier_preparer.quote
        return ".".join(quote(part) for part in str(origin.table).split("."))
    query = re.sub(r"(?<!:):(?=\w)", r"\\:", origin.query.strip().rstrip(";"))
    return f"({query}\n) payoff_rows"


def _reach(source: Source, value: object) -> str:
    if not is_cursor(value):
        raise complain(
            source, "D137", f"the cursor {source.cursor} holds values of kind {type(value).__name__}",
            "they have no order that can be kept", "name a column of times or numbers",
        )  # fmt: skip
    return write_cursor(value)


def _write(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> bytes:
    """Parquet; the same rows give the same bytes."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    table = pa.table([_column(list(column)) for column in columns], names=list(names))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _column(values: list[Any]) -> pa.Array:
    """Values as Arrow has them; of several kinds, or with too many digits, as text."""
    plain = [_plain(value) for value in values]
    if any(isinstance(v, dt.datetime) and v.tzinfo is not None for v in plain):
        plain = [v.astimezone(dt.UTC) if isinstance(v, dt.datetime) and v.tzinfo else v for v in plain]
    try:
        column = pa.array(plain)
    except (pa.ArrowException, OverflowError):
        column = None
    if column is None or (pa.types.is_decimal(column.type) and column.type.precision > _DIGITS):
        return pa.array([None if v is None else str(v) for v in plain], pa.string())
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", column.type.tz and "UTC"))
    return column


def _plain(value: Any) -> Any:
    """What Parquet has no kind for, as text or seconds."""
    match value:
        case Decimal() if not value.is_finite():
            return None
        case uuid.UUID():
            return str(value)
        case enum.Enum():
            return str(value.value)
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=str)
        case dt.timedelta():
            return value.total_seconds()
        case memoryview():
            return bytes(value)
    return value
