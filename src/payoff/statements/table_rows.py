"""All rows of a store's tables, in the order of their keys, and one hash over them.

Question  What is in this table, and is it the same as in that other store?
Hash      SHA-256 over the rows as MessagePack, in the order of the primary key: equal on both engines.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

import msgspec

from payoff.statements.connection import Connection, Row

PAGE = 5_000
_OWN = ("schema_migration", "backup", "backup_table")  # not what was entrusted to the store


class Table(NamedTuple):
    """A table as SQLite describes it; `key`: its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


class Contents(NamedTuple):
    """How much a table holds, and what: two tables of equal contents hold the same rows."""

    n_rows: int
    sha256: str


def find_tables(connection: Connection) -> tuple[Table, ...]:
    """The tables of a store in a SQLite file; both engines have the same."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return tuple(
        _find_table(connection, name)
        for (name,) in names
        if name not in _OWN and not name.startswith("sqlite_")
    )


def _find_table(connection: Connection, name: str) -> Table:
    columns = connection.execute("SELECT name, pk FROM pragma_table_info(?)", (name,))
    key = sorted((place, column) for column, place in columns if place)
    return Table(name, tuple(column for column, _ in columns), tuple(column for _, column in key))


def read_rows(connection: Connection, table: Table) -> Iterator[list[Row]]:
    """Pages of rows, bytes as bytes."""
    head = f"SELECT {', '.join((*table.key, *table.columns))} FROM {table.name}"
    order = f"ORDER BY {', '.join(table.key)} LIMIT {PAGE}"
    after = f"WHERE ({', '.join(table.key)}) > ({', '.join('?' * len(table.key))})"
    rows = connection.execute(f"{head} {order}")
    while rows:
        yield [tuple(map(_plain, row[len(table.key) :])) for row in rows]
        if len(rows) < PAGE:
            return
        rows = connection.execute(f"{head} {after} {order}", rows[-1][: len(table.key)])


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


class Tally:
    """Adds rows up to `Contents`."""

    def __init__(self) -> None:
        self._encode = msgspec.msgpack.Encoder().encode
        self._hash = sha256()
        self._n_rows = 0

    def add(self, rows: list[Row]) -> None:
        """Rows that follow those added before."""
        self._hash.update(self._encode(rows))
        self._n_rows += len(rows)

    def finish(self) -> Contents:
        """Of all rows added."""
        return Contents(self._n_rows, self._hash.hexdigest())


def read_contents(connection: Connection, table: Table) -> Contents:
    """What a table holds."""
    tally = Tally()
    for rows in read_rows(connection, table):
        tally.add(rows)
    return tally.finish()
