"""What every code of a study file or a lock means: `payoff help CODE`.

P0 the file, P1 structure and values, P2 metrics and outcomes, P3 SQL and formulas, P4 design,
P5 hypotheses, P6 money and people, P7 dates and comparison, P8 pilots, L0 the lock.
"""

from dataclasses import dataclass

from payoff.nouns.problem import Place, Problem, Severity
from payoff.study.code_table import CODES


@dataclass(eq=False)
class FindingError(ValueError):
    """Something wrong in one value, before it is known where in the file the value stands."""

    code: str
    what: str
    fix: str
    why: str = ""

    def at(self, place: Place | None) -> Problem:
        """The finding as a problem at `place`."""
        return build_problem(self.code, self.what, self.fix, place, self.why)


def build_problem(code: str, what: str, fix: str, place: Place | None, why: str = "") -> Problem:
    """A problem whose severity and, unless given, reason come from the code table."""
    entry = CODES[code]
    severity = Severity.WARNING if entry.warning else Severity.ERROR
    return Problem(code, what, why or entry.why, fix, place, severity)


def explain_code(code: str) -> str | None:
    """Title and explanation of a code of this room, or None when the code is not one of them."""
    entry = CODES.get(code.strip().upper())
    if entry is None:
        return None
    kind = "warning" if entry.warning else "error"
    return f"{code.strip().upper()}  {entry.title} ({kind})\n\nWhy it matters: {entry.why}.\n\n{entry.more}\n"
