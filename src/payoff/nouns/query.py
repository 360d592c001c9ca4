"""What a room needs from the store, said before the store is asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT in DuckDB's dialect. name: "cohort", "metric:<name>", "assumption:<name>"."""

    name: str
    sql: str
    sources: tuple[str, ...]
