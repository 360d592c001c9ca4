"""A steward's decision: checked against what is known and what was decided before, then written down.

Question  May this be decided, and by whom was it?
Refuses   A decision without name or reason (I106), about whoever is in no list (I107), against an earlier one
          that it does not name (I108): a decision is replaced in the open or not at all.
"""

import datetime as dt

from payoff.identity import Decision, Identifier, People, build_people, list_conflicts, standing
from payoff.nouns.problem import PayoffError, Problem
from payoff.records.identity_map import IdentityMap, open_map
from payoff.run.workspace import Workspace

EXIT_USAGE = 2


def decide(workspace: Workspace, decision: Decision) -> Decision:
    """Write a decision down; with its number and time. Raises PayoffError I101 to I103, I106 to I108 (2)."""
    with open_map(workspace.identity) as opened:
        earlier = opened.read_decisions()
        _check_words(decision)
        _check_replaced(decision, earlier)
        if decision.kind != "withdrawn":
            people = build_people(opened.read_claims(), earlier)
            _check_known(decision, people, _find_own(opened))
        conflicts = list_conflicts(decision, earlier)
        if conflicts:
            told = "; ".join(describe_decision(old) for old in conflicts)
            raise _refuse(
                "I108",
                f"that was decided otherwise: {told}",
                "two answers for one day are none",
                f"--replaces {conflicts[0].number} if the new one is right, and say why",
            )
        return opened.add_decision(decision)


def describe_decision(decision: Decision) -> str:
    """One line; whom it is about is named as lists name them."""
    about = {
        "belongs": f"{decision.identifier} belongs to {decision.person}",
        "same": f"{decision.identifier} and {decision.person} are one person",
        "nobody": f"{decision.identifier} is nobody's",
        "withdrawn": f"{decision.replaces} is withdrawn",
    }[decision.kind]
    days = ""
    if decision.first_on != dt.date.min:
        days += f" from {decision.first_on}"
    if decision.last_on != dt.date.max:
        days += f" to {decision.last_on}"
    return f"{decision.number}: {about}{days}, by {decision.by} on {decision.at[:10]}: {decision.why}"


def _check_words(decision: Decision) -> None:
    if not decision.by.strip() or not decision.why.strip():
        raise _refuse(
            "I106", "a decision needs a name and a reason", "somebody will ask", "--by NAME --why TEXT"
        )
    if decision.first_on > decision.last_on:
        what = f"it would hold from {decision.first_on} to {decision.last_on}"
        raise _refuse("I105", what, "no day lies between", "turn the dates round")


def _check_replaced(decision: Decision, earlier: tuple[Decision, ...]) -> None:
    numbers = [str(old.number) for old in standing(earlier)]
    if decision.replaces is not None and str(decision.replaces) not in numbers:
        fix = f"those that stand: {', '.join(numbers) or 'none'}"
        raise _refuse("I108", f"no decision {decision.replaces} stands", "it cannot be replaced", fix)


def _find_own(opened: IdentityMap) -> frozenset[str]:
    """Systems that some list calls a person's own."""
    table = opened.read_claims().table
    return frozenset(table["system"].filter(table["is_person"]).unique().to_pylist())


def _check_known(decision: Decision, people: People, own: frozenset[str]) -> None:
    persons = [decision.person, decision.identifier if decision.kind == "same" else None]
    for person in filter(None, persons):
        if person.system not in own or not _is_own(person, people):
            fix = f"name the person by {' or '.join(sorted(own))}, as the lists do; payoff identity report"
            raise _refuse("I107", f"{person} is no person's own identifier in any list", "who is meant?", fix)


def _is_own(person: Identifier, people: People) -> bool:
    import pyarrow as pa

    (number,) = people.find(person.system, pa.array([person.value]))
    return bool(number >= 0)


def _refuse(code: str, what: str, why: str, fix: str) -> PayoffError:
    return PayoffError([Problem(code, what, why, fix)], EXIT_USAGE)
