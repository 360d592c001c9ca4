"""Statements of another record store into this one.

Question  What has the other store that this one has not, and what of it do we refuse?
Again     A run that was broken off repeats some statements; the store knows them by their ids, so that
          nothing is there twice. Each run asks from a second before its cursor, for a coarse `stored`; what
          of that second is here, or was refused, is passed over and not counted again.
Behind    Nothing past the other store's Consistent-Through is taken: something before it may be on its way.
Refused   A statement that breaks a rule, or whose id is taken by another, becomes a dead letter with the
          reason; the rest goes on. It keeps the text alone: when it is tried again, its attachments are asked
          for anew, and without them it is refused again.
"""

from collections.abc import Mapping, Sequence

from payoff.connectors.record_store import RecordStoreClient, RemoteError, RemotePage
from payoff.run.feeds.carried import Carried, try_again
from payoff.statements.connection import UnavailableError
from payoff.statements.keys import build_authority
from payoff.statements.links import DeadLetter, Link, Links
from payoff.statements.query import StoredAttachment
from payoff.statements.store import Store
from payoff.statements.work import Outcome, PutStatements
from payoff.xapi.equality import same_statement
from payoff.xapi.fault import RequestError
from payoff.xapi.identifier import read_uuid
from payoff.xapi.members import read_members, read_text
from payoff.xapi.multipart import AttachmentPart, match_attachments
from payoff.xapi.reading import find_declared_version, read_statement
from payoff.xapi.statement import Statement, Version
from payoff.xapi.times import read_time

OVERLAP_US = 1_000_000

Taken = tuple[Statement, Version]


def pull(store: Store, links: Links, link: Link, client: RecordStoreClient) -> Carried:
    """Take what the other store has that is new. `store` is started; raises RemoteError, UnavailableError."""
    total = Carried()
    through_us: int | None = None
    for page in client.pull(link.cursor_us - OVERLAP_US if link.cursor_us else None):
        through_us = page.through_us if through_us is None else through_us
        texts = [t for t in page.statements if through_us is None or _read_stored(t) <= through_us]
        fresh = [t for t in texts if _read_stored(t) > link.cursor_us or not _is_known(store, links, link, t)]
        total += _take(store, links, link, page, fresh)
        if texts:
            links.move(link.name, max(map(_read_stored, texts)))
        if len(texts) < len(page.statements):
            break
    return total


def retry_pulled(
    store: Store, links: Links, link: Link, client: RecordStoreClient, dead: Sequence[DeadLetter]
) -> Carried:
    """Try dead letters of a pulled link again, as after a release with other rules."""

    def work() -> Carried:
        plain = [letter.raw for letter in dead if b'"attachments"' not in letter.raw]
        total = _take(store, links, link, RemotePage(tuple(plain), {}, None), plain)
        for letter in dead:
            if b'"attachments"' in letter.raw:
                page = RemotePage((letter.raw,), client.find_attachments(letter.statement_id), None)
                total += _take(store, links, link, page, page.statements)
        return total

    return try_again(links, link, dead, work)


def _is_known(store: Store, links: Links, link: Link, text: bytes) -> bool:
    """Whether an earlier run took or refused this statement."""
    own_id = _read_id(text)
    here = store.find_statement(link.tenant, own_id)
    return links.is_buried(link.name, own_id) or (here is not None and same_statement(here.raw, text))


def _take(store: Store, links: Links, link: Link, page: RemotePage, texts: Sequence[bytes]) -> Carried:
    """Store statements of a page, all at once where that works, one by one where an id is taken."""
    accepted: list[Taken] = []
    refused = 0
    for text in texts:
        try:
            taken = _read(text)
            _check_attachments(taken[0], page.attachments)
            accepted.append(taken)
        except RequestError as error:
            links.bury(link.name, _read_id(text), text, str(error))
            refused += 1
    done = Carried(refused=refused)
    for version in Version:
        statements = [statement for statement, spoken in accepted if spoken is version]
        if statements:
            done += _store(store, links, link, page.attachments, statements, version)
    return done


def _store(
    store: Store,
    links: Links,
    link: Link,
    attachments: Mapping[str, AttachmentPart],
    statements: Sequence[Statement],
    version: Version,
) -> Carried:
    authority = build_authority(link.endpoint, link.name)
    bodies = _find_bodies(statements, attachments)
    change = PutStatements(link.tenant, authority, str(version), tuple(statements), bodies)
    work = store.write(change)
    if work.outcome is Outcome.UNAVAILABLE:
        raise UnavailableError(work.detail)
    if work.outcome in (Outcome.STORED, Outcome.UNCHANGED):
        return Carried(len(statements))
    if len(statements) == 1:
        links.bury(link.name, statements[0].id, statements[0].raw, f"refused here: {work.detail}")
        return Carried(refused=1)
    parts = [_store(store, links, link, attachments, [one], version) for one in statements]
    return sum(parts, Carried())


def _find_bodies(
    statements: Sequence[Statement], attachments: Mapping[str, AttachmentPart]
) -> tuple[StoredAttachment, ...]:
    named = {a.sha2: a for statement in statements for a in statement.attachments if a.sha2 in attachments}
    return tuple(
        StoredAttachment(
            sha2, attachments[sha2].content_type or named[sha2].content_type, attachments[sha2].body
        )
        for sha2 in named
    )


def _read(text: bytes) -> Taken:
    """By the version it says, else by the other: a store serves what it took in any version."""
    version = find_declared_version(text) or Version.V2
    try:
        return read_statement(text, version), version
    except RequestError as error:
        other = Version.V2 if version is Version.V1 else Version.V1
        try:
            return read_statement(text, other), other
        except RequestError:
            raise error from None


def _check_attachments(statement: Statement, attachments: Mapping[str, AttachmentPart]) -> None:
    match_attachments(
        [statement],
        {a.sha2: attachments[a.sha2] for a in statement.attachments if a.sha2 in attachments},
        is_batch=False,
    )


def _read_stored(text: bytes) -> int:
    """When the other store stored it; RemoteError where it does not say."""
    try:
        return read_time(read_text(read_members(text)["stored"]))
    except (KeyError, ValueError) as error:
        raise RemoteError("a statement of its page has no readable `stored`") from error


def _read_id(text: bytes) -> bytes:
    try:
        return read_uuid(read_text(read_members(text)["id"]))
    except (KeyError, ValueError) as error:
        raise RemoteError("a statement of its page has no readable `id`") from error
