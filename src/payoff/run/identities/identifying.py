"""The identity map of a workspace at work: who is known when sources are read, and how lists get into it.

Question  Which people does this workspace know, and what does this file add to them?
Lists     Read as text, so that 00123 stays; which column is whose identifier is said, never guessed. A row
          with a date that is none, or that ends before it begins, refuses the whole list.
"""

import datetime as dt
import getpass
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from payoff.connectors.cells import Cells, read_text
from payoff.connectors.complaint import list_names
from payoff.connectors.identified import Naming
from payoff.connectors.local_time import read_day
from payoff.connectors.looking import look_at
from payoff.connectors.pseudonym import name_text
from payoff.identity import Identifier, build_people
from payoff.identity.claims import FIRST, LAST, to_ordinals
from payoff.identity.identifier import SYSTEM, normalise
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.profile import Field, Layout
from payoff.nouns.source_file import format_of
from payoff.nouns.study import Source, Study
from payoff.records.identity_map import ListRow, ListVersion, open_map
from payoff.run.workspace import Workspace

EXIT_USAGE = 2
_MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class ListPlan:
    """How a file is read. columns: theirs → system. own: the system that is the person's own, None: it links.

    first, last: columns of the first and last day. as_of: the day the whole list shows.
    """

    name: str
    columns: Mapping[str, str]
    own: str | None = None
    first: str | None = None
    last: str | None = None
    as_of: dt.date | None = None
    date_format: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What a list brought. n_without: rows without an identifier; n_forgotten: of whoever was erased."""

    version: ListVersion
    n_without: int
    n_forgotten: int


def read_naming(study: Study, workspace: Workspace) -> Naming | None:
    """Who is known; None when no source has identifiers. Raises PayoffError as `open_map` does."""
    if all(source.identifying is None for source in study.sources):
        return None
    return open_naming(workspace)


def open_naming(workspace: Workspace) -> Naming:
    """Who is known by all lists and decisions. Raises PayoffError I101 to I103."""
    with open_map(workspace.identity) as opened:
        people = build_people(opened.read_claims(), opened.read_decisions())
        return Naming(people, workspace.read_secret(), opened.read_version())


def add_list(workspace: Workspace, path: Path, plan: ListPlan, by: str | None = None) -> Added:
    """Put a list into the map, in place of the one of its name and day.

    Raises PayoffError: as reading does; D102 (2) when it is empty, I104 (2) where plan and file do not fit,
    I105 (4) for its days.
    """
    if path.exists() and not path.is_dir() and not path.read_bytes().strip():
        raise _refuse("D102", f"{path.name} is empty", "export it again")
    _check_plan(plan)
    form = format_of(path.name)
    if form is None:
        raise _refuse("I104", f"{path.name} ends in no format that is read", "csv, xlsx, parquet or jsonl")
    table = look_at(path, form, "people", plan.encoding).table
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    days = _read_days(path, plan, table)
    secret = workspace.read_secret()
    with open_map(workspace.identity, make=True) as opened:
        rows = _Rows(_read_columns(plan, table), plan, days, opened.read_forgotten(), secret)
        kept = list(rows)
        if not kept:
            raise _refuse("I104", f"{path.name} holds no identifier in these columns", "look at the columns")
        said = fingerprint("list", digest, sorted(plan.columns.items()), repr(replace(plan, columns={})))
        version = opened.put_list(plan.name, plan.as_of, path.name, said, by or getpass.getuser(), kept)
    return Added(version, rows.n_without, rows.n_forgotten)


def drop_list(workspace: Workspace, name: str) -> int:
    """Take a list out of the map; how many versions there were. Raises PayoffError I104 when none was."""
    with open_map(workspace.identity) as opened:
        there = sorted({one.name for one in opened.read_lists()})
        if name not in there:
            raise _refuse("I104", f"there is no list {name}", f"lists: {', '.join(there) or 'none'}")
        return opened.drop_list(name)


def digest_forgotten(identifier: Identifier, secret: bytes) -> str:
    """What is kept of an identifier of whoever was erased."""
    return name_text(f"forgotten {identifier.system} {identifier.value}", secret)


def _check_plan(plan: ListPlan) -> None:
    for theirs, system in plan.columns.items():
        if not SYSTEM.fullmatch(system):
            fix = "a name such as hr, email, genesys-agent, or 'account https://lms.example.org'"
            raise _refuse("I104", f"column {theirs} is given to {system!r}, which names no system", fix)
    if not plan.columns:
        raise _refuse(
            "I104", "no column is given to a system", "--column 'Employee ID=hr' --column Email=email"
        )
    if plan.own is None and len(plan.columns) < 2:
        raise _refuse("I104", "one column alone links nothing", "give a second, or --person SYSTEM")
    if plan.own is not None and plan.own not in plan.columns.values():
        fix = f"one of {', '.join(plan.columns.values())}"
        raise _refuse("I104", f"--person {plan.own} is the system of no column", fix)


def _read_columns(plan: ListPlan, table: pa.Table) -> list[tuple[str, list[str | None]]]:
    """(system, values as written) of each column that was named."""
    names = {name.casefold(): name for name in reversed(table.column_names)}
    found = []
    for theirs, system in plan.columns.items():
        if theirs.casefold() not in names:
            there = list_names(theirs, table.column_names, "columns there")
            raise _refuse("I104", f"there is no column {theirs} in the list", f"correct --column{there}")
        column = read_text(table.column(table.column_names.index(names[theirs.casefold()])))
        found.append((system, column.to_pylist()))
    return found


def _read_days(path: Path, plan: ListPlan, table: pa.Table) -> tuple[pa.Array, pa.Array]:
    """First and last day of each row as ordinals. Raises PayoffError D122, I104, I105."""
    ends = []
    for column, blank in ((plan.first, FIRST), (plan.last, LAST)):
        if column is None:
            ends.append(pa.array([blank] * table.num_rows, pa.int32()))
            continue
        names = [name for name in table.column_names if name.casefold() == column.casefold()]
        if not names:
            there = list_names(column, table.column_names, "columns there")
            raise _refuse("I104", f"there is no column {column} in the list", f"correct it{there}")
        source = Source(plan.name, "csv", path.name)
        values = table.column(table.column_names.index(names[0]))
        texts = values if not pa.types.is_string(values.type) else read_text(values)
        cells = Cells(source, names[0], texts, pa.array(range(1, table.num_rows + 1)))
        days = read_day(cells, Field("day", (names[0],)), Layout("people", date_format=plan.date_format))
        ends.append(to_ordinals(days, blank))
    turned = [
        n for n, (a, b) in enumerate(zip(*(e.to_pylist() for e in ends), strict=True), start=1) if a > b
    ]
    if turned:
        some = tuple(f"row {n}" for n in turned[:_MOST_ROWS])
        what = f"{path.name}: {len(turned):,} rows end before they begin"
        why = "on no day would their identifiers be anybody's"
        raise PayoffError([Problem("I105", what, why, "correct the dates in the list", keys=some)], 4)
    return ends[0], ends[1]


class _Rows:
    """Rows as the map keeps them; whoever was erased stays away."""

    def __init__(
        self,
        columns: Sequence[tuple[str, list[str | None]]],
        plan: ListPlan,
        days: tuple[pa.Array, pa.Array],
        forgotten: frozenset[str],
        secret: bytes,
    ) -> None:
        self._columns, self._own, self._days = columns, plan.own, days
        self._forgotten, self._secret = forgotten, secret
        self.n_without = self.n_forgotten = 0

    def __iter__(self) -> Iterator[ListRow]:
        systems = [system for system, _ in self._columns]
        first, last = (days.to_pylist() for days in self._days)
        rows = zip(zip(*(values for _, values in self._columns), strict=True), first, last, strict=True)
        for cells, begins, ends in rows:
            named = tuple((system, cell) for system, cell in zip(systems, cells, strict=True) if cell)
            own = self._own if any(system == self._own for system, _ in named) else None
            if not named:
                self.n_without += 1
            elif self._forgotten and self._is_forgotten(named, own):
                self.n_forgotten += 1
            else:
                yield ListRow(named, own, begins, ends)

    def _is_forgotten(self, named: tuple[tuple[str, str], ...], own: str | None) -> bool:
        """Whether the person's own identifier, or in a row that links any of them, was erased."""
        asked = [pair for pair in named if own in (None, pair[0])]
        return any(
            digest_forgotten(Identifier(system, alike), self._secret) in self._forgotten
            for system, value in asked
            for alike in normalise(system, pa.array([value], pa.string())).to_pylist()
            if alike
        )


def _refuse(code: str, what: str, fix: str) -> PayoffError:
    return PayoffError([Problem(code, what, "nothing was added", fix)], EXIT_USAGE)
