"""Statements of this record store to another.

Question  What is here that is not there yet, and what of it does the other store refuse?
Again     A run that was broken off sends some statements twice; the other store knows them by their ids.
Behind    Nothing past our own Consistent-Through is sent, so that no statement is passed over.
Refused   What the other store refuses is sent in halves until the statements at fault stand alone; those
          become dead letters with its reason, the rest goes on. Where leave or way is missing, the run stops.
Versions  A statement is sent by the rules it was taken by here. A store without 2.0 gets none of 2.0: they
          are dead letters, for what 2.0 added would be lost or refused there.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from payoff.connectors.record_store import RecordStoreClient, RemoteError
from payoff.run.feeds.carried import Carried, try_again
from payoff.statements.links import DeadLetter, Link, Links
from payoff.statements.query import StoredAttachment, StoredStatement
from payoff.statements.store import Store
from payoff.xapi.declared import find_declared
from payoff.xapi.formats import write_exact
from payoff.xapi.multipart import write_parts
from payoff.xapi.reading import find_declared_version
from payoff.xapi.statement import Version

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
    """Send statements, in their order, each in a version that the other side speaks."""
    total = Carried()
    for version, group in groupby(rows, lambda row: _choose_version(row, client.spoken)):
        if version is not None:
            total += _send_in(store, links, link, client, list(group), version)
            continue
        for row in group:
            why = f"it is a statement of xAPI {row.version}, and this link speaks {client.newest} only"
            links.bury(link.name, row.id, row.raw, why)
            total += Carried(refused=1)
    return total


def _choose_version(row: StoredStatement, spoken: frozenset[Version]) -> Version | None:
    """The version to send a statement in; None: the other side speaks none that could hold it."""
    own = Version(row.version)
    if own in spoken:
        return own
    if own is Version.V1:
        return max(spoken)
    declared = find_declared_version(row.raw)
    return declared if declared in spoken else None


def _send_in(
    store: Store,
    links: Links,
    link: Link,
    client: RecordStoreClient,
    rows: Sequence[StoredStatement],
    version: Version,
) -> Carried:
    """Send statements, in halves where the other side refuses them, until those at fault stand alone."""
    body = b"[" + b",".join(map(_serve, rows)) + b"]"
    bodies = _find_attachments(store, link.tenant, rows)
    content_type = "application/json"
    if bodies:
        content_type, body = write_parts(body, [(a.sha2, a.content_type, a.body) for a in bodies])
    try:
        client.send(content_type, body, version)
    except RemoteError as error:
        if error.status not in _FINAL:
            raise
        if len(rows) == 1:
            links.bury(link.name, rows[0].id, rows[0].raw, str(error))
            return Carried(refused=1)
        middle = len(rows) // 2
        halves = (rows[:middle], rows[middle:])
        return sum((_send_in(store, links, link, client, half, version) for half in halves), Carried())
    return Carried(through=len(rows))


def _serve(row: StoredStatement) -> bytes:
    return write_exact(row.raw, row.has, row.id, row.stored_us, row.version, row.authority)


def _find_attachments(store: Store, tenant: int, rows: Iterable[StoredStatement]) -> list[StoredAttachment]:
    named = {sha2 for row in rows for sha2, _ in find_declared(row.raw)}
    return store.find_attachments(tenant, sorted(named)) if named else []
