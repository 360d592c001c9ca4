"""The identity map: lists of who has which identifier, and what stewards decided, in a file of its own.

Question  What is known of who is who, since when, from which list, and by whose decision?
Apart     In a folder of its own, outside the warehouse, its owner's alone; refused when others may read it.
SQLite    One transaction for a list, a decision, an erasure: there as a whole or not at all. What is erased
          is overwritten in the file (`secure_delete`), and no log beside it keeps a copy.
Version   A hash of what lists and decisions say, not of the order they came in: tables are read again when it
          changes.
Proof     tests/records/test_records_identity_map.py.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import pyarrow as pa

from payoff.identity import Claims, Decision, Identifier
from payoff.identity.claims import FIRST, LAST, SCHEMA
from payoff.nouns.problem import PayoffError, Problem
from payoff.records.identity_claims import ROWS, read_list
from payoff.records.identity_tables import TABLES, VERSION
from payoff.records.owner_only import make_file, make_folder, refuse_shared

FILE = "people.sqlite"
EXIT_USAGE, EXIT_PRIVACY = 2, 6
MATCHING = 1  # raise it when the same lists would be matched otherwise


@dataclass(frozen=True, slots=True)
class ListVersion:
    """One list as it was added. as_of: the day it shows, None where its rows say their own days."""

    id: int
    name: str
    as_of: dt.date | None
    file: str
    n_rows: int
    added_at: str
    added_by: str


@dataclass(frozen=True, slots=True)
class ListRow:
    """Identifiers as written; `own`: the system of the one that is the person's own."""

    identifiers: tuple[tuple[str, str], ...]
    own: str | None
    first: int = FIRST
    last: int = LAST


class IdentityMap:
    """An open map. Not for two threads."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def close(self) -> None:
        self._connection.close()

    def put_list(
        self, name: str, as_of: dt.date | None, file: str, digest: str, by: str, rows: Iterable[ListRow]
    ) -> ListVersion:
        """Add a list, in place of the one of that name and day."""
        day = as_of.isoformat() if as_of else ""
        with self._connection:
            self._run("delete from claim where list in (select id from list where name = ? and as_of = ?)",
                      name, day)  # fmt: skip
            self._run("delete from list where name = ? and as_of = ?", name, day)
            self._run(
                "insert into list (name, as_of, file, digest, n_rows, added_at, added_by)"
                " values (?, ?, ?, ?, 0, ?, ?)",
                name, day, file, digest, _now(), by,
            )  # fmt: skip
            number = self._connection.last_insert_rowid()
            count = _Count()
            self._connection.executemany(
                "insert or ignore into claim (list, row, system, value, is_person, first, last)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                count.records(number, rows),
            )
            self._run("update list set n_rows = ? where id = ?", count.n_rows, number)
        return next(one for one in self.read_lists() if one.id == number)

    def drop_list(self, name: str) -> int:
        """Take a list away, in all its versions; how many there were."""
        with self._connection:
            found = self._ask("select id from list where name = ?", name)
            self._run("delete from claim where list in (select id from list where name = ?)", name)
            self._run("delete from list where name = ?", name)
        return len(found)

    def read_lists(self) -> tuple[ListVersion, ...]:
        """By name and day."""
        rows = self._ask(
            "select id, name, as_of, file, n_rows, added_at, added_by from list order by name, as_of"
        )
        return tuple(
            ListVersion(id, name, dt.date.fromisoformat(day) if day else None, file, n_rows, at, by)
            for id, name, day, file, n_rows, at, by in rows
        )

    def read_claims(self) -> Claims:
        """Everything that lists say; one that shows a day holds until the day of the next of its name."""
        lists = self.read_lists()
        days = _find_days(lists)
        parts = [b for one in lists for b in read_list(self._connection, one.id, one.n_rows, days[one.id])]
        return Claims(pa.Table.from_batches(parts, schema=SCHEMA).unify_dictionaries())

    def add_decision(self, decision: Decision) -> Decision:
        """Write it down, never over another; with its number and the time."""
        at = _now()
        with self._connection:
            self._run(
                "insert into decision (kind, system, value, person_system, person_value, first_on, last_on,"
                " by, why, at, replaces) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                decision.kind, *_pair(decision.identifier), *_pair(decision.person),
                decision.first_on.isoformat(), decision.last_on.isoformat(), decision.by, decision.why, at,
                decision.replaces,
            )  # fmt: skip
            number = self._connection.last_insert_rowid()
        return next(one for one in self.read_decisions() if one.number == number)

    def read_decisions(self) -> tuple[Decision, ...]:
        """All that were ever made, by number; what was erased of them is not there."""
        rows = self._ask(
            "select number, kind, system, value, person_system, person_value, by, why, at, first_on, last_on,"
            " replaces from decision where erased = 0 order by number"
        )
        return tuple(
            Decision(number, kind, _whole(system, value), _whole(own, owned), by, why, at,
                     dt.date.fromisoformat(first), dt.date.fromisoformat(last), replaces)
            for number, kind, system, value, own, owned, by, why, at, first, last, replaces in rows
        )  # fmt: skip

    def read_version(self) -> str:
        """The hash of what is known; the same lists in another order have the same."""
        said = [f"{MATCHING}"]
        said += sorted(f"{n} {d} {x}" for n, d, x in self._ask("select name, as_of, digest from list"))
        said += [
            f"{d.kind} {d.identifier} {d.person} {d.first_on} {d.last_on} {d.number} {d.replaces}"
            for d in self.read_decisions()
        ]
        said += sorted(digest for (digest,) in self._ask("select digest from forgotten"))
        return hashlib.sha256("\n".join(said).encode()).hexdigest()

    def log_disclosure(self, by: str, why: str, what: str, n_identifiers: int) -> None:
        """Write down who was shown identifiers in clear, and why."""
        with self._connection:
            self._run(
                "insert into disclosure (at, by, why, what, n_identifiers) values (?, ?, ?, ?, ?)",
                _now(), by, why, what, n_identifiers,
            )  # fmt: skip

    def read_disclosures(self) -> tuple[tuple[str, str, str, str, int], ...]:
        """(at, by, why, what, how many identifiers), oldest first."""
        rows = self._ask("select at, by, why, what, n_identifiers from disclosure order by rowid")
        return tuple((at, by, why, what, n) for at, by, why, what, n in rows)

    def forget(
        self, rows: Sequence[int], identifiers: Sequence[Identifier], digest: Callable[[Identifier], str]
    ) -> int:
        """Erase rows, by the numbers `read_claims` gives, and what decisions say of these identifiers.

        digest: a keyed hash of an identifier, kept so that a list added again does not bring them back.
        """
        with self._connection:
            self._connection.executemany(
                "delete from claim where list = ? and row = ?", [divmod(row, ROWS) for row in rows]
            )
            for one in identifiers:
                self._run("insert or ignore into forgotten (digest) values (?)", digest(one))
                self._run(
                    "update decision set system = null, value = null, person_system = null,"
                    " person_value = null, why = '', erased = 1"
                    " where (system = ? and value = ?) or (person_system = ? and person_value = ?)",
                    one.system, one.value, one.system, one.value,
                )  # fmt: skip
        self._connection.execute("vacuum")
        return len(rows)

    def read_forgotten(self) -> frozenset[str]:
        """Keyed hashes of the identifiers of whoever was erased."""
        return frozenset(digest for (digest,) in self._ask("select digest from forgotten"))

    def _run(self, sql: str, *values: object) -> None:
        self._connection.execute(sql, values)

    def _ask(self, sql: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        return list(self._connection.execute(sql, values))


@contextmanager
def open_map(folder: Path, *, make: bool = False) -> Iterator[IdentityMap]:
    """The map in a folder. Raises PayoffError: I101 (2) none there, I102 (6) others may read it, I103 (6)."""
    path = folder / FILE
    if make:
        make_folder(folder)
        make_file(path)
    elif not path.exists():
        why = "nobody is known across systems"
        fix = "add a list: payoff identity add FILE --column NUMBER=hr --column MAIL=email --person hr"
        raise PayoffError([Problem("I101", f"there is no identity map in {folder}", why, fix)], EXIT_USAGE)
    refuse_shared(folder)
    refuse_shared(path)
    try:
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(10_000)
        connection.execute(
            "pragma journal_mode = delete; pragma secure_delete = on; pragma synchronous = full"
        )
        with connection:
            connection.execute(TABLES)
        [(version,)] = connection.execute("select value from meta where name = 'version'")
    except (apsw.Error, ValueError) as error:
        raise _unusable(path, str(error)) from None
    if version != VERSION:
        connection.close()
        raise _unusable(path, f"it has version {version}, this release knows {VERSION}")
    opened = IdentityMap(connection)
    try:
        yield opened
    finally:
        opened.close()


def _unusable(path: Path, reason: str) -> PayoffError:
    why = "without it nobody is known across systems, and nothing is guessed"
    fix = "use the release that made it, or a copy of the file from before"
    return PayoffError([Problem("I103", f"{path} is no identity map: {reason}", why, fix)], EXIT_PRIVACY)


class _Count:
    """Rows counted as they pass."""

    def __init__(self) -> None:
        self.n_rows = 0

    def records(
        self, number: int, rows: Iterable[ListRow]
    ) -> Iterator[tuple[int, int, str, str, int, int, int]]:
        for row in rows:
            self.n_rows += 1
            for system, value in row.identifiers:
                yield number, self.n_rows, system, value, system == row.own, row.first, row.last


def _find_days(lists: Sequence[ListVersion]) -> dict[int, tuple[int, int]]:
    """First and last day of what each list version can say."""
    days: dict[int, tuple[int, int]] = {}
    for one in lists:
        later = [
            o.as_of for o in lists if o.name == one.name and o.as_of and one.as_of and o.as_of > one.as_of
        ]
        first = one.as_of.toordinal() if one.as_of else FIRST
        days[one.id] = first, min(later).toordinal() - 1 if later else LAST
    return days


def _pair(identifier: Identifier | None) -> tuple[str | None, str | None]:
    return (None, None) if identifier is None else (identifier.system, identifier.value)


def _whole(system: str | None, value: str | None) -> Identifier | None:
    return None if system is None or value is None else Identifier(system, value)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
