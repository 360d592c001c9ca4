"""Identifiers of a source: systems that can be told apart, and what statements can be asked.

Question  Does each column say whose identifiers it holds?
"""

import re
from collections.abc import Iterator

from payoff.nouns.identifying import XAPI, Identifying
from payoff.nouns.problem import Problem
from payoff.study.codes import build_problem
from payoff.study.document import SourcePart
from payoff.study.structure import Draft

_SYSTEM = re.compile(r"[a-z][a-z0-9_-]{0,59}|account \S{1,400}")
OF_STATEMENTS = ("person", "instructor")


def build_identifying(part: SourcePart) -> Identifying | None:
    """What a source says of its identifiers; None: nothing."""
    if not part.identifiers:
        return None
    return Identifying(tuple(part.identifiers.items()), part.identified_on, part.most_unmatched)


def check_identifying(draft: Draft) -> Iterator[Problem]:
    """Problems P109, P111 and P113 of `identifiers`."""
    for name, source in draft.doc.sources.items():
        path = ("sources", name)
        if not source.identifiers:
            for key in ("identified_on", "most_unmatched"):
                if draft.is_written(*path, key):
                    what = f"sources.{name}.{key} belongs to identifiers"
                    fix = f"delete {key}, or say which column holds identifiers of which system"
                    yield build_problem("P113", what, fix, draft.place(*path, key))
        if not 0 <= source.most_unmatched <= 1:
            what = f"sources.{name}.most_unmatched {source.most_unmatched:g} is no share"
            yield build_problem("P103", what, "such as 5%", draft.place(*path, "most_unmatched"))
        of_statements = source.statements is not None or source.lrs is not None
        for column, system in source.identifiers.items():
            place = draft.place(*path, "identifiers", column)
            if not _SYSTEM.fullmatch(system):
                fix = (
                    "a name such as hr, email or genesys-agent, or account and the home page of the accounts"
                )
                yield build_problem("P111", f"{system[:60]!r} cannot name a system", fix, place)
            elif (system == XAPI) != of_statements:
                what = (
                    f"sources.{name}: {XAPI} is for the agents of statements, and they have no other system"
                )
                fix = f"person: {XAPI}" if of_statements else "name the system of the column"
                yield build_problem("P109", what, fix, place)
            elif of_statements and column not in OF_STATEMENTS:
                what = f"sources.{name}: {column[:60]!r} of statements names no person"
                yield build_problem("P109", what, f"one of: {', '.join(OF_STATEMENTS)}", place)
