"""What is wrong with an input, where, why it matters and how to mend it: one style for every error.

Rendered by `payoff.apps.cli` as

    sales.yml:59:42  error P103  margin.high 140% exceeds 100%
      59 |   margin:     {low: 30%, mid: 40%, high: 140%, …}
                                                    ^^^^
     why  ROI would count more than each deal earns
     fix  high: 50%
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """Sorted worst first."""

    ERROR = 0
    WARNING = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a text file; line and column count from 1, width in characters."""

    file: str
    line: int
    column: int
    width: int = 1
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `code` is P… for the study file, D… for data, L… for lock and drift."""

    code: str
    what: str
    why: str
    fix: str
    place: Place | None = None
    severity: Severity = Severity.ERROR
    keys: tuple[str, ...] = ()  # keys of the failing rows, where rows fail


class PayoffError(Exception):
    """Bad input that stops a command: carries every problem found and the exit code.

    Exit codes (docs/reference/cli.md): 2 usage, 3 study invalid, 4 data gate, 5 lock drift,
    6 privacy block, 7 source unreachable.
    """

    def __init__(self, problems: Iterable[Problem], exit_code: int) -> None:
        self.problems = tuple(problems)
        self.exit_code = exit_code
        super().__init__("; ".join(f"{p.code} {p.what}" for p in self.problems))
