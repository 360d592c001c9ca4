"""What is shown of the identity map: to anybody counts and keys, to the steward identifiers in clear.

Question  How complete is the map, and who was shown the names behind the keys?
Refuses   Identifiers in clear without a name and a reason (I106); a file that is there already (U132).
"""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from payoff.connectors.identified import Naming
from payoff.identity import People, State, build_people, standing
from payoff.identity.holdings import AMBIGUOUS
from payoff.nouns.problem import PayoffError, Problem
from payoff.records.identity_map import open_map
from payoff.records.owner_only import write_new
from payoff.run.identities.identity_deciding import describe_decision
from payoff.run.identities.identity_report import MatchReport, write_unmatched
from payoff.run.workspace import Workspace

Lines = list[tuple[str, str]]


def describe_report(report: MatchReport) -> Lines:
    """A line for each column of identifiers, then what to do."""
    lines = [(one.source, one.describe()) for one in report.coverage]
    lines += [
        (name, "not loaded since the map changed: payoff load, then again") for name in report.not_loaded
    ]
    if not lines:
        return [("Identity", "no source of the study has identifiers: write `identifiers: {COLUMN: SYSTEM}`")]
    n_days = sum(not one.is_dated and one.rows[State.AMBIGUOUS] > 0 for one in report.coverage)
    if n_days:
        lines.append(
            ("Look", f"{n_days} without a day (identified_on): identifiers that changed hands stay open")
        )
    if report.unmatched:
        lines.append(("Next", "--keys FILE lists them; payoff identity add, or decide"))
    return lines


def report_document(report: MatchReport) -> dict[str, Any]:
    """Counts as JSON; nobody is named in it."""
    return {
        "schema_version": 1,
        "columns": [
            {
                "source": one.source,
                "column": one.column,
                "system": one.system,
                "dated": one.is_dated,
                "rows": {state.word: one.rows[state] for state in State},
                "identifiers": {state.word: one.identifiers[state] for state in State},
                "share_unmatched": one.share_unmatched,
            }
            for one in report.coverage
        ],
    }


def write_keys_file(
    workspace: Workspace, report: MatchReport, naming: Naming, path: Path, steward: tuple[str, str] | None
) -> None:
    """Who was not matched, to a new file of its owner alone. steward: name and reason, for clear text."""
    if steward is not None and not all(text.strip() for text in steward):
        why, fix = "whoever is named there has a right to know who looked", "--by NAME --why TEXT"
        what = "identifiers in clear need a name and a reason"
        raise PayoffError([Problem("I106", what, why, fix)], 2)
    if path.exists():
        why, fix = "a list of people is not overwritten", "name a new file"
        raise PayoffError([Problem("U132", f"{path} is already there", why, fix)], 2)
    if steward is not None:
        with open_map(workspace.identity) as opened:
            opened.log_disclosure(*steward, "identifiers without a match", len(report.unmatched))
    write_new(path, write_unmatched(report, naming, clear=steward is not None))


def describe_map(workspace: Workspace) -> Lines:
    """Lists, people, coverage by system, decisions, disclosures."""
    with open_map(workspace.identity) as opened:
        lists, decisions = opened.read_lists(), opened.read_decisions()
        people = build_people(opened.read_claims(), decisions)
        shown = opened.read_disclosures()
    lines: Lines = [("Map", str(workspace.identity)), ("People", f"{people.n_persons:,}")]
    for one in lists:
        day = f", as of {one.as_of}" if one.as_of else ""
        lines.append(
            ("List", f"{one.name}{day}: {one.n_rows:,} rows, by {one.added_by} on {one.added_at[:10]}")
        )
    for system, counts in count_systems(people).items():
        told = f"{counts['identifiers']:,} identifiers, {counts['matched']:,} of one person each"
        told += f"; changed hands {counts['changed hands']:,}" if counts["changed hands"] else ""
        told += f"; ambiguous on some day {counts['ambiguous']:,}" if counts["ambiguous"] else ""
        told += f"; of nobody known {counts['missing']:,}" if counts["missing"] else ""
        lines.append((system, f"{told}; {counts['people']:,} of {people.n_persons:,} people have one"))
    lines += [("Decision", describe_decision(one)) for one in standing(decisions)]
    lines += [("Shown", f"{what}: {n:,}, to {by} on {at[:10]}: {why}") for at, by, why, what, n in shown]
    return lines


def map_document(workspace: Workspace) -> dict[str, Any]:
    """The same counts as JSON; no identifier is in it."""
    with open_map(workspace.identity) as opened:
        people = build_people(opened.read_claims(), opened.read_decisions())
        return {
            "schema_version": 1,
            "version": opened.read_version(),
            "people": people.n_persons,
            "lists": [
                {"name": one.name, "as_of": one.as_of and one.as_of.isoformat(), "rows": one.n_rows}
                for one in opened.read_lists()
            ],
            "systems": count_systems(people),
            "decisions": len(standing(opened.read_decisions())),
            "disclosures": len(opened.read_disclosures()),
        }


def count_systems(people: People) -> dict[str, Counter[str]]:
    """Of each system: identifiers, how many are one person's, changed hands, ambiguous or missing; people."""
    found: dict[str, Counter[str]] = {}
    spans, held = people.spans, people.held
    for at, system in enumerate(people.systems):
        start, n = people.starts[at], len(people.values[at])
        theirs = (spans.identifier >= start) & (spans.identifier < start + n)
        numbers, persons = spans.identifier[theirs] - start, spans.person[theirs]
        ambiguous = np.zeros(n, dtype=bool)
        ambiguous[numbers[persons == AMBIGUOUS]] = True
        owned = (held.identifier >= start) & (held.identifier < start + n)
        n_held = np.bincount(held.identifier[owned] - start, minlength=n)
        first = np.full(n, -1)
        first[numbers] = persons
        changed = np.zeros(n, dtype=bool)
        changed[numbers[first[numbers] != persons]] = True
        who = held.person[owned]
        found[system] = Counter(
            {
                "identifiers": n,
                "matched": int(((n_held > 0) & ~ambiguous & ~changed).sum()),
                "changed hands": int((changed & ~ambiguous).sum()),
                "ambiguous": int(ambiguous.sum()),
                "missing": int((n_held == 0).sum()),
                "people": len(np.unique(who[who < people.n_persons])),
            }
        )
    return found
