"""Who was matched, who not: per source and column, with keys to take to the steward.

Question  How many rows and identifiers of each source found their person, and which did not, since when?
Keys      The keys that stand in the tables, which name nobody. In clear only for the steward, who says why;
          that is written down in the map, and the file is its owner's alone.
Likely    What an identifier that is missing may be: one that differs in capitals, leading zeros or signs, or
          an address with the same name at another host. The steward sees it; nothing is joined by it.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from payoff.connectors.identified import Looked, Naming, look_up, look_up_agents, write_keys
from payoff.connectors.read import read_in_clear
from payoff.identity import Coverage, People, State
from payoff.identity.coverage import UNMATCHED
from payoff.identity.identifier import EMAIL
from payoff.identity.matching import NO_DAY
from payoff.nouns.study import Source, Study
from payoff.run.csv_text import write_csv
from payoff.run.feeds.statement_source import read_agents
from payoff.run.workspace import Workspace

HEADER = ("source", "column", "system", "state", "key", "rows", "first_on", "last_on", "candidates")
CLEAR = ("identifier", "candidates_clear", "likely")


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An identifier of one column that found nobody. candidates: places of persons who ever held it."""

    source: str
    column: str
    system: str
    state: State
    key: str
    value: str
    n_rows: int
    first_on: dt.date | None
    last_on: dt.date | None
    candidates: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MatchReport:
    """coverage: a line for each column of identifiers. unmatched: by source, column and rows, most first.

    elsewhere: sources of several files or a service, whose loads tell their own coverage.
    """

    coverage: tuple[Coverage, ...]
    unmatched: tuple[Unmatched, ...]
    elsewhere: tuple[str, ...] = ()


def match_study(study: Study, workspace: Workspace, naming: Naming) -> MatchReport:
    """Every source with identifiers against the map. Raises PayoffError as reading and looking up do."""
    asked = [source for source in study.sources if source.identifying is not None]
    here = [source for source in asked if source.origin is None or source.format == "statements"]
    looked = [(source.name, one) for source in here for one in _look(source, workspace, naming)]
    unmatched = tuple(open_ for name, one in looked for open_ in _list_unmatched(name, one, naming))
    elsewhere = tuple(source.name for source in asked if source not in here)
    return MatchReport(tuple(one.coverage for _, one in looked), unmatched, elsewhere)


def _look(source: Source, workspace: Workspace, naming: Naming) -> tuple[Looked, ...]:
    assert source.identifying is not None
    folder = workspace.study_path.parent
    if source.format == "statements":
        return look_up_agents(source, source.identifying, read_agents(source, folder), naming)
    return look_up(source, source.identifying, read_in_clear(source, folder), naming.people)


def _list_unmatched(name: str, one: Looked, naming: Naming) -> Iterator[Unmatched]:
    keys = write_keys(one, naming)
    found = []
    for state in UNMATCHED:
        rows = np.flatnonzero(one.matched.state == state)
        places, first, n_rows = np.unique(one.numbers[rows], return_index=True, return_counts=True)
        days = one.days[rows] if one.days is not None else np.full(len(rows), NO_DAY)
        order = np.argsort(one.numbers[rows], kind="stable")
        ends = np.cumsum(n_rows)
        for place, at, n, end in zip(places, first, n_rows, ends, strict=True):
            theirs = days[order[end - n : end]]
            dated = theirs[theirs != NO_DAY]
            value = one.values[int(place)].as_py()
            found.append(
                Unmatched(
                    name, one.column, one.system, state, keys[int(rows[at])].as_py(), value, int(n),
                    _day(dated.min()) if len(dated) else None, _day(dated.max()) if len(dated) else None,
                    find_candidates(naming.people, one.system, value) if state is not State.MISSING else (),
                )
            )  # fmt: skip
    yield from sorted(found, key=lambda u: (u.state, -u.n_rows, u.key))


def find_candidates(people: People, system: str, value: str) -> tuple[int, ...]:
    """Persons who held an identifier at any time."""
    (number,) = people.find(system, pa.array([value], pa.string()))
    held = people.held
    low, high = np.searchsorted(held.identifier, (number, number + 1))
    return tuple(int(p) for p in np.unique(held.person[low:high]) if p < people.n_persons)


def _day(ordinal: int) -> dt.date:
    return dt.date.fromordinal(int(ordinal))


def write_unmatched(report: MatchReport, naming: Naming, *, clear: bool) -> bytes:
    """CSV. clear: with the identifiers themselves, who may be meant, and what is likely."""
    likely = Likely(naming.people) if clear else None
    header = HEADER + (CLEAR if clear else ())
    return write_csv(header, (_tell(one, naming, likely) for one in report.unmatched))


def _tell(one: Unmatched, naming: Naming, likely: "Likely | None") -> list[object]:
    keys = "; ".join(naming.name_person(p) for p in one.candidates)
    line: list[object] = [one.source, one.column, one.system, one.state.word, one.key, one.n_rows,
                          one.first_on, one.last_on, keys]  # fmt: skip
    if likely is not None:
        persons = "; ".join(str(naming.people.tell_person(p)) for p in one.candidates)
        line += [one.value, persons, "; ".join(likely.find(one.system, one.value))]
    return line


class Likely:
    """Identifiers that look like one another; never a match."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._by_form: dict[str, dict[str, list[str]]] = {}

    def find(self, system: str, value: str, most: int = 3) -> tuple[str, ...]:
        """At most `most` identifiers of the same system that loosely look alike, others first of all."""
        alike = self._index(system).get(loosen(system, value), [])
        return tuple(other for other in alike if other != value)[:most]

    def _index(self, system: str) -> dict[str, list[str]]:
        if system not in self._by_form:
            forms: dict[str, list[str]] = {}
            people = self._people
            known = people.values[people.systems.index(system)] if system in people.systems else ()
            for value in known:
                forms.setdefault(loosen(system, value.as_py()), []).append(value.as_py())
            self._by_form[system] = forms
        return self._by_form[system]


def loosen(system: str, value: str) -> str:
    """An identifier without what people get wrong: capitals, signs, leading zeros, an address's host."""
    bare = value.partition("@")[0] if system == EMAIL else value
    return re.sub(r"[\W_]", "", bare).casefold().lstrip("0")
