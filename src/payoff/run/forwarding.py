"""Statements of this record store to another.

Question  What is here that is not there yet, and what of it does the other store refuse?
Again     A run that was broken off sends some statements twice; the other store knows them by their ids.
Behind    Nothing past our own Consistent-Through is sent, so that no statement is passed over.
Refused   What the other store refuses is sent in halves until the statements at fault stand alone; those
          become dead letters with its reason, the rest goes on. Where leave or way is missing, the run stops.
"""

from collections.abc import Iterable, Sequence

from payoff.connectors.record_store import RecordStoreClient, RemoteError
from payoff.run.carried import Carried, try_again
from payoff.statements.links import DeadLetter, Link, Links
from payoff.statements.query import StoredAttachment, StoredStatement
from payoff.statements.store import Store
from payoff.xapi.declared import find_declared
from payoff.xapi.formats import serve_exact
from payoff.xapi.multipart import write_parts

BATCH = 250
_FINAL = frozenset({400, 409, 413, 415, 422})  # the statements' fault; all else is the way's or ours


def forward(store: Store, links: Links, link: Link, client: RecordStoreClient) -> Carried:
    """Send what is here and not there yet. Raises RemoteError, UnavailableError."""
    total, cursor_us = Carried(), link.cursor_us
    while rows := store.read_after(cursor_us, BATCH):
        mine = [row for row in rows if row.tenant == link.tenant]
        if mine:
            total += _send(store, links, link, client, mine)
        cursor_us = rows[-1].stored_us
        links.move(link.name, cursor_us)
    return total


def retry_forwarded(
    store: Store, links: Links, link: Link, client: RecordStoreClient, dead: Sequence[DeadLetter]
) -> Carried:
    """Send dead letters of a forwarded link again, those of which the statement is still here."""
    found = [store.find_statement(link.tenant, letter.statement_id) for letter in dead]
    rows = [row for row in found if row is not None]
    return try_again(
        links, link, dead, lambda: _send(store, links, link, client, rows) if rows else Carried()
    )


def _send(
    store: Store, links: Links, link: Link, client: RecordStoreClient, rows: Sequence[StoredStatement]
) -> Carried:
    """Send statements, in halves where the other side refuses them, until those at fault stand alone."""
    body = b"[" + b",".join(map(_serve, rows)) + b"]"
    bodies = _find_attachments(store, link.tenant, rows)
    content_type = "application/json"
    if bodies:
        content_type, body = write_parts(body, [(a.sha2, a.content_type, a.body) for a in bodies])
    try:
        client.send(content_type, body)
    except RemoteError as error:
        if error.status not in _FINAL:
            raise
        if len(rows) == 1:
            links.bury(link.name, rows[0].id, rows[0].raw, str(error))
            return Carried(refused=1)
        middle = len(rows) // 2
        return _send(store, links, link, client, rows[:middle]) + _send(
            store, links, link, client, rows[middle:]
        )
    return Carried(through=len(rows))


def _serve(row: StoredStatement) -> bytes:
    return serve_exact(row.raw, row.has, row.id, row.stored_us, row.version, row.authority)


def _find_attachments(store: Store, tenant: int, rows: Iterable[StoredStatement]) -> list[StoredAttachment]:
    named = {sha2 for row in rows for sha2, _ in find_declared(row.raw)}
    return store.find_attachments(tenant, sorted(named)) if named else []
