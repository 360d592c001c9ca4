"""Who is who across systems, on which day, and what is ambiguous: pure, over claims from lists."""

from payoff.identity.claims import Claims
from payoff.identity.coverage import Coverage
from payoff.identity.decision import Decision, list_conflicts, standing
from payoff.identity.identifier import Identifier, read_identifier
from payoff.identity.linking import build_people
from payoff.identity.matching import Matched, State, match
from payoff.identity.people import People

__all__ = [
    "Claims",
    "Coverage",
    "Decision",
    "Identifier",
    "Matched",
    "People",
    "State",
    "build_people",
    "list_conflicts",
    "match",
    "read_identifier",
    "standing",
]
