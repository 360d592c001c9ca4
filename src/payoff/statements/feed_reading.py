"""Statements for the analysis feed.

Question  What was stored since the feed last looked, in the order it was stored?
Promise   Rows ascend and nothing can come before the last of them: who goes on from there misses nothing.
"""

from payoff.statements.connection import Connection
from payoff.statements.query import StoredStatement
from payoff.statements.statement_reading import COLUMNS, build_statement


def read_after(connection: Connection, after_us: int, limit: int, through_us: int) -> list[StoredStatement]:
    """Statements of all tenants, voided ones too, up to `through_us`, which was asked for before."""
    rows = connection.execute(
        f"SELECT {COLUMNS} WHERE s.stored_us > ? AND s.stored_us <= ? AND a.id = s.authority "
        "ORDER BY s.stored_us LIMIT ?",
        (after_us, through_us, limit),
    )
    return [build_statement(row) for row in rows]
