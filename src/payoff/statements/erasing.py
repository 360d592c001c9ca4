"""A person erased from a store, or parted from all that could lead back to them.

Question  How does everything of this person go, in steps that can be broken off and gone on with?
Steps     Statements a page at a time; documents; dead letters; definitions and terms that name them; at last,
          in one transaction, what came meanwhile, the senders that were the person, and the terms they were
          found by. Every step is a transaction with the progress in it (payoff.statements.erasure_job).
Documents State and agent profiles go in either mode: nobody can sign in as the account that would own them.
Reach     Activity profiles, documents of others and attachments of statements that never name the person are
          not searched. See docs/reference/lrs.md.
After     `finish_erasure` forgets who it was; `Connection.scrub` then cleans the database's own files.
"""

from collections.abc import Callable

from payoff.statements.audit_log import Event, append_entry
from payoff.statements.clock import read_now_us
from payoff.statements.connection import Connection, find_index_key
from payoff.statements.document_reading import decode
from payoff.statements.erased import count_erasure, mark_erased
from payoff.statements.erasing_statements import Hit, change_statements
from payoff.statements.erasure_job import Job, Order, begin_job, end_job, save_job
from payoff.statements.person_finding import (
    find_authorities,
    find_letters,
    find_presence,
    read_page,
)
from payoff.statements.terms import blank_terms
from payoff.xapi.delinking import delink_text
from payoff.xapi.person_traces import Person, Presence
from payoff.xapi.statement import TermKind

TOUCHED = (
    "statement",
    "posting",
    "term",
    "authority",
    "activity",
    "attachment",
    "statement_attachment",
    "document",
    "dead_letter",
    "erasure_job",
)
_AGENT_KINDS = (TermKind.AGENT, TermKind.ANY_AGENT, TermKind.AUTHORITY)
_ROWS = 2_000
_HASHED = b"\x00"  # begins keys that are no text: see `find_index_key`


def _keep_quiet(job: Job) -> None:
    """Nothing is told."""


def erase(connection: Connection, order: Order, tell: Callable[[Job], None] = _keep_quiet) -> Job:
    """Do what was ordered, or what is left of it; `tell` hears of each step that is on disk."""
    person = Person(order.keys)
    connection.overwrite_deleted()
    job = begin_job(connection, order)
    while _erase_page(connection, job, person, tell):
        pass
    for step in (_erase_documents, _erase_letters, _erase_definitions, _erase_mentions, _erase_rest):
        with connection.transaction():
            connection.wait_for_turn()
            step(connection, job, person)
            count_erasure(connection)
            save_job(connection, job)
        tell(job)
    return job


def finish_erasure(connection: Connection, job: Job, event: Event) -> None:
    """Log it and forget who it was, both or neither."""
    with connection.transaction():
        append_entry(connection, event, read_now_us())
        end_job(connection, job)


def _erase_page(connection: Connection, job: Job, person: Person, tell: Callable[[Job], None]) -> bool:
    """The next page of statements; False at the end. Looked through before anybody has to wait for it."""
    rows = read_page(connection, job.cursor_us)
    authorities = find_authorities(connection, job.order.tenant, person)
    hits = [Hit(row, find_presence(row, job.order.tenant, person, authorities)) for row in rows]
    hits = [hit for hit in hits if hit.presence is not Presence.ABSENT]
    if rows:
        job.cursor_us = rows[-1].stored_us
    if hits:
        with connection.transaction():
            connection.wait_for_turn()
            change_statements(connection, job, person, hits, authorities, read_now_us())
            save_job(connection, job)
        tell(job)
    return bool(rows)


def _erase_documents(connection: Connection, job: Job, person: Person) -> None:
    for key in sorted(person.keys):
        gone = connection.execute(
            "DELETE FROM document WHERE tenant = ? AND about = ? RETURNING 1",
            (job.order.tenant, find_index_key(key)),
        )
        job.counts.documents += len(gone)


def _erase_letters(connection: Connection, job: Job, person: Person) -> None:
    """What is not stored here is known from now on, so that no further pull brings it."""
    tenant = job.order.tenant
    for link, id in list(find_letters(connection, tenant, person)):
        connection.execute("DELETE FROM dead_letter WHERE link = ? AND statement_id = ?", (link, id))
        job.counts.dead_letters += 1
        if not connection.execute("SELECT 1 FROM statement WHERE tenant = ? AND id = ?", (tenant, id)):
            mark_erased(connection, [(tenant, id, 0, False)], read_now_us())


def _erase_definitions(connection: Connection, job: Job, person: Person) -> None:
    tenant, after = job.order.tenant, b""
    while rows := connection.execute(
        "SELECT activity, definition FROM activity WHERE tenant = ? AND activity > ? "
        "ORDER BY activity LIMIT ?",
        (tenant, after, _ROWS),
    ):
        after = bytes(rows[-1][0])
        for activity, definition in rows:
            key, text = bytes(activity), bytes(definition)
            if not (person.may_stand_in(key) or person.may_stand_in(text)):
                continue
            new = delink_text(text, person, job.account)
            connection.execute("DELETE FROM activity WHERE tenant = ? AND activity = ?", (tenant, key))
            row = (tenant, _replace_words(key, person, job.account), new)
            connection.insert_many("activity", ("tenant", "activity", "definition"), [row], skip_known=True)


def _erase_mentions(connection: Connection, job: Job, person: Person) -> None:
    """Terms that are no agents and hold an identifier, such as activities; once nothing is posted there."""
    last = 0
    while rows := connection.execute(
        "SELECT id, tenant, kind, value FROM term WHERE id > ? ORDER BY id LIMIT ?", (last, _ROWS)
    ):
        last = rows[-1][0]
        found = [
            number
            for number, tenant, kind, value in rows
            if tenant == job.order.tenant and kind not in _AGENT_KINDS
            if _is_named_in(bytes(value), person)
        ]
        blank_terms(connection, found)


def _erase_rest(connection: Connection, job: Job, person: Person) -> None:
    """What came since the last page, and then nobody may be found as the person any more."""
    tenant = job.order.tenant
    authorities = find_authorities(connection, tenant, person)
    while rows := read_page(connection, job.cursor_us):
        hits = [Hit(row, find_presence(row, tenant, person, authorities)) for row in rows]
        hits = [hit for hit in hits if hit.presence is not Presence.ABSENT]
        if hits:
            change_statements(connection, job, person, hits, authorities, read_now_us())
        job.cursor_us = rows[-1].stored_us
    for number in authorities:
        connection.execute("DELETE FROM authority WHERE id = ?", (number,))
    keys = [(tenant, int(kind), find_index_key(key)) for kind in _AGENT_KINDS for key in sorted(person.keys)]
    terms = connection.select_many("term", ("id",), ("tenant", "kind", "value"), keys)
    blank_terms(connection, [number for (number,) in terms])


def _is_named_in(key: bytes, person: Person) -> bool:
    """Whether a key of an index holds an identifier; one that is a hash tells nothing."""
    if key.startswith(_HASHED) or not person.may_stand_in(key):
        return False
    return person.pattern.search(decode(key)) is not None


def _replace_words(key: bytes, person: Person, name: str) -> bytes:
    """The key with the account's name for each identifier."""
    return find_index_key(person.pattern.sub(name, decode(key))) if _is_named_in(key, person) else key
