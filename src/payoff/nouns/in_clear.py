"""Does a column name people in clear: with their addresses, or with their names?

Addresses  One in twenty filled cells with one in it is telling; a stray one in a text is not.
Names      Half of the filled cells without a digit, in a column that is called somebody's name; under a mere
           `name` two words, and only beside a column that a table of things has not.
Blind      A pseudonym has neither; nor has an HR number or a login with digits, which are keys.
Proof      tests/nouns/test_nouns_in_clear.py
"""

import re
from collections.abc import Collection, Sequence
from typing import Literal

InClear = Literal["addresses", "names"]
ADDRESS = r"[^@\s]+@[^@\s]+\.[^@\s]+"  # read alike by Python and by DuckDB
NAME, FULL_NAME = r"^[^0-9@]{2,}$", r"^[^\s0-9@]+,? [^0-9@]+$"
TELLING: dict[InClear, float] = {"addresses": 0.05, "names": 0.5}

_CALLED = re.compile(
    r"(full|first|last|given|family|middle|display|sur|employee|worker|person|learner|student|user|agent|"
    r"rep|owner|manager|seller|assignee|requester|coach|rater|member)[ _.-]?name",
    re.IGNORECASE,
)
_OF_PEOPLE = re.compile(r"e-?mail|hire|job|employee|birth|salary|manager|person", re.IGNORECASE)


def name_pattern(column: str, others: Collection[str]) -> str | None:
    """What names look like in a column of that name; None: it is not called somebody's name."""
    if _CALLED.search(column):
        return NAME
    beside = any(_OF_PEOPLE.search(other) for other in others)
    return FULL_NAME if column.lower() == "name" and beside else None


def find_in_clear(column: str, others: Collection[str], cells: Sequence[str | None]) -> InClear | None:
    """What a column of text says of people."""
    filled = [cell for cell in cells if cell is not None and cell.strip()]
    if _is_telling(filled, ADDRESS, "addresses"):
        return "addresses"
    pattern = name_pattern(column, others)
    return "names" if pattern is not None and _is_telling(filled, pattern, "names") else None


def say_mend(column: str) -> str:
    """The line that mends it."""
    return f"privacy: {{pseudonymise: [{column}]}} in the study, or leave it out of the export"


def _is_telling(cells: Sequence[str], pattern: str, what: InClear) -> bool:
    n = sum(re.search(pattern, cell) is not None for cell in cells)
    return n > 0 and n >= TELLING[what] * len(cells)
