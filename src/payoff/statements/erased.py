"""What is left of statements that an erasure took or changed: their ids, and nothing of whose they were.

Question  Was this statement erased, and which rows of copies made elsewhere must go or be made anew?
"""

from collections.abc import Collection, Sequence

from payoff.statements.connection import Connection

Key = tuple[int, bytes]  # tenant, id
Mark = tuple[int, bytes, int, bool]  # tenant, id, `stored_us`, whether the statement was kept, written anew
MARK = (
    "INSERT INTO erased_statement (tenant, id, stored_us, erased_us, kept) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (tenant, id) DO UPDATE SET erased_us = excluded.erased_us, kept = excluded.kept"
)


def find_erased(connection: Connection, keys: Collection[Key]) -> frozenset[Key]:
    """Those of these statements that were erased or written anew."""
    rows = connection.select_many("erased_statement", ("tenant", "id"), ("tenant", "id"), list(keys))
    return frozenset((tenant, bytes(id)) for tenant, id in rows)


def mark_erased(connection: Connection, marks: Sequence[Mark], now_us: int) -> None:
    """From now on these are known, whatever is sent again."""
    for tenant, id, stored_us, kept in marks:
        connection.execute(MARK, (tenant, id, stored_us, now_us, int(kept)))


def find_changed(connection: Connection) -> tuple[list[int], list[int]]:
    """`stored_us` of all that were ever erased, and of all that were written anew, of all tenants."""
    rows = connection.execute("SELECT stored_us, kept FROM erased_statement WHERE stored_us > 0")
    return [us for us, kept in rows if not kept], [us for us, kept in rows if kept]


def count_erasure(connection: Connection, last_us: int = 0) -> None:
    """Tell running writers; call it in the transaction that erases. `last_us`: the latest that went."""
    connection.execute(
        "UPDATE erasure_revision SET revision = revision + 1, "
        "last_us = CASE WHEN last_us < ? THEN ? ELSE last_us END",
        (last_us, last_us),
    )
