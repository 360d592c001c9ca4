"""What a steward decided, and whether a new decision would override an earlier one.

Question  Who said whose identifier this is, when and why, and does it still stand?
Kinds     belongs: an identifier is this person's on these days, whatever lists say. same: two persons' own
          identifiers are one human, as after a rehire. nobody: a shared or technical login. withdrawn: an
          earlier decision no longer stands.
Refuses   Another answer for a day that a standing decision has answered, unless it names that decision.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from payoff.identity.identifier import Identifier

Kind = Literal["belongs", "same", "nobody", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Decision:
    """person: an identifier that a list calls a person's own. replaces: number of an earlier decision."""

    number: int
    kind: Kind
    identifier: Identifier | None
    person: Identifier | None
    by: str
    why: str
    at: str = ""  # ISO, UTC
    first_on: dt.date = dt.date.min
    last_on: dt.date = dt.date.max
    replaces: int | None = None


def standing(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Those in force, by number: neither replaced nor withdrawn."""
    gone = {decision.replaces for decision in decisions}
    kept = (d for d in decisions if d.number not in gone and d.kind != "withdrawn")
    return tuple(sorted(kept, key=lambda d: d.number))


def list_conflicts(new: Decision, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Standing decisions that answer one of its days otherwise, but for the one it replaces."""
    if new.kind in ("same", "withdrawn"):
        return ()
    return tuple(
        old
        for old in standing(decisions)
        if old.number != new.replaces
        and old.kind != "same"
        and old.identifier == new.identifier
        and old.first_on <= new.last_on
        and new.first_on <= old.last_on
        and (old.kind, old.person) != (new.kind, new.person)
    )
