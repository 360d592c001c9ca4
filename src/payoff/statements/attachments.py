"""The bytes that statements declare, once each.

Question  Which bytes belong to a hash, and which statements still need them?
"""

from collections.abc import Sequence

from payoff.statements.connection import Connection, encode
from payoff.statements.query import StoredAttachment

Declared = tuple[int, bytes, int]  # tenant, hash, `stored_us` of the statement that declares it


def write_attachments(
    connection: Connection,
    bodies: Sequence[tuple[int, StoredAttachment]],
    declared: Sequence[Declared],
) -> None:
    """Keep bytes, each with its tenant, and who declares them; the same bytes again change nothing."""
    rows = [(tenant, encode(a.sha2), encode(a.content_type), a.body) for tenant, a in bodies]
    if rows:
        connection.insert_many(
            "attachment", ("tenant", "sha2", "content_type", "body"), rows, skip_known=True
        )
    if declared:
        connection.insert_many(
            "statement_attachment", ("tenant", "sha2", "stored_us"), declared, skip_known=True
        )


def find_attachments(connection: Connection, tenant: int, sha2s: Sequence[str]) -> list[StoredAttachment]:
    """The bytes that are there, of those asked for, in that order."""
    rows = connection.select_many(
        "attachment",
        ("sha2", "content_type", "body"),
        ("tenant", "sha2"),
        [(tenant, encode(sha2)) for sha2 in dict.fromkeys(sha2s)],
    )
    found = {
        sha2: StoredAttachment(sha2.decode(), content_type.decode("utf-8", "surrogatepass"), body)
        for sha2, content_type, body in rows
    }
    return [found[key] for sha2 in dict.fromkeys(sha2s) if (key := encode(sha2)) in found]
