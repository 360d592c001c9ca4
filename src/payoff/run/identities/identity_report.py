"""Who was matched, who not: per source and column, with keys to take to the steward.

Question  How many rows and identifiers of each source found their person, and which did not, since when?
Keys      The keys that stand in the tables, which name nobody. In clear only for the steward, who says why;
          that is written down in the map, and the file is its owner's alone.
Likely    What an identifier that is missing may be: one that differs in capitals, leading zeros or signs, or
          an address with the same name at another host. The steward sees it; nothing is joined by it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from payoff.connectors.identified import Looked, Naming, look_up, look_up_agents, write_keys
from payoff.connectors.read import read_in_clear
from payoff.identity import Coverage, People, State
from payoff.identity.coverage import UNMATCHED
from payoff.identity.identifier import EMAIL
from payoff.identity.matching import NO_DAY
from payoff.nouns.problem import PayoffError
from payoff.nouns.study import Source, Study
from payoff.run.csv_text import write_csv
from payoff.run.feeds.statement_source import read_agents
from payoff.run.identities.loaded_matches import match_loaded
from payoff.run.identities.unmatched import Unmatched, find_candidates, tell_days
from payoff.run.workspace import Workspace

HEADER = ("source", "column", "system", "state", "key", "rows", "first_on", "last_on", "candidates")
CLEAR = ("identifier", "candidates_clear", "likely")


@dataclass(frozen=True, slots=True)
class MatchReport:
    """coverage: a line for each column of identifiers. unmatched: by source, column and rows, most first.

    not_loaded: sources that come in loads, and have not under the lists and decisions of today.
    """

    coverage: tuple[Coverage, ...]
    unmatched: tuple[Unmatched, ...]
    not_loaded: tuple[str, ...] = ()


def match_study(study: Study, workspace: Workspace, naming: Naming) -> MatchReport:
    """Every source with identifiers against the map. Raises PayoffError as reading and looking up do."""
    asked = [source for source in study.sources if source.identifying is not None]
    coverage: list[Coverage] = []
    unmatched: list[Unmatched] = []
    not_loaded: list[str] = []
    for source in asked:
        if source.origin is None or source.format == "statements":
            for one in _look(source, workspace, naming):
                coverage.append(one.coverage)
                unmatched += _list_unmatched(source.name, one, naming)
            continue
        try:
            told, found = match_loaded(study, source, workspace, naming)
        except PayoffError as error:
            if [problem.code for problem in error.problems] != ["U251"]:
                raise
            not_loaded.append(source.name)
        else:
            coverage += told
            unmatched += found
    return MatchReport(tuple(coverage), tuple(unmatched), tuple(not_loaded))


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
            value = one.values[int(place)].as_py()
            found.append(
                Unmatched(
                    name, one.column, one.system, state, keys[int(rows[at])].as_py(), value, int(n),
                    *tell_days(days[order[end - n : end]]),
                    find_candidates(naming.people, one.system, value) if state is not State.MISSING else (),
                )
            )  # fmt: skip
    yield from sorted(found, key=lambda u: (u.state, -u.n_rows, u.key))


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
