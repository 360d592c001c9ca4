"""What a study says about the identifiers in a source: whose they are, as of when, how many may stay open."""

from dataclasses import dataclass

MOST_UNMATCHED = 0.05
XAPI = "xapi"  # the agents of statements, whichever identifier they have


@dataclass(frozen=True, slots=True)
class Identifying:
    """columns: (column, system whose identifiers it holds). dated_by: column of the day they were used on.

    most_unmatched: share of rows that may belong to nobody known before the source is refused.
    """

    columns: tuple[tuple[str, str], ...]
    dated_by: str | None = None
    most_unmatched: float = MOST_UNMATCHED
