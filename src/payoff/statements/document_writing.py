"""Documents written and deleted, inside the writer's transaction.

Question  May this document be written now, given what is there, and what stands there afterwards?
Order     The condition is compared and the document written in one transaction and under the writers' turn,
          so that of many requests with one etag one wins, and no merge is lost.
Cites     xAPI 1.0.3 Communication 2.2 (merge), 3.1 (concurrency); RFC 9110 13.1.
"""

from hashlib import sha1
from typing import NamedTuple

from payoff.statements.connection import Connection, encode, find_index_key
from payoff.statements.document import Precondition
from payoff.statements.document_reading import decode, find_place_key
from payoff.statements.work import DeleteDocuments, Outcome, PutDocument
from payoff.xapi.documents import NotMergeableError, check_posted, is_mergeable, merge
from payoff.xapi.fault import RequestError


class Ending(NamedTuple):
    """How a change ended; `etag` of the document as it now stands."""

    outcome: Outcome
    detail: str = ""
    etag: str = ""


class _Stored(NamedTuple):
    content_type: bytes
    etag: str


def find_etag(body: bytes) -> str:
    """SHA-1 in hexadecimal digits, as 1.0.3 wants it; a name for contents, not a secret."""
    return sha1(body, usedforsecurity=False).hexdigest()


def put_document(connection: Connection, change: PutDocument, now_us: int) -> Ending:
    """Write or merge one document; call it inside a transaction."""
    place, id_key = find_place_key(change.place), find_index_key(change.id)
    stored = _find(connection, place, id_key)
    refused = compare(change.precondition, stored.etag if stored else None)
    if refused:
        return refused
    if stored and change.precondition.required and _says_nothing(change.precondition) and not change.merge:
        return Ending(
            Outcome.CONFLICT,
            "the document exists: fetch it, look at it, and send its ETag in If-Match to replace it, "
            "or If-None-Match: * to write only where there is none",
            stored.etag,
        )
    body = change.body
    if change.merge:
        try:
            body = _merge(connection, place, id_key, stored, change)
        except (NotMergeableError, RequestError) as error:
            return Ending(Outcome.NOT_MERGEABLE, str(error), stored.etag if stored else "")
    etag = find_etag(body)
    _write(connection, (place, id_key), change, body, etag, now_us, exists=stored is not None)
    return Ending(Outcome.STORED, etag=etag)


def delete_documents(connection: Connection, change: DeleteDocuments) -> Ending:
    """Delete one document or all of a place; call it inside a transaction."""
    place = find_place_key(change.place)
    if change.id is None:
        gone = connection.execute("DELETE FROM document WHERE place = ? RETURNING 1", (place,))
        return Ending(Outcome.STORED if gone else Outcome.UNCHANGED)
    id_key = find_index_key(change.id)
    stored = _find(connection, place, id_key)
    refused = compare(change.precondition, stored.etag if stored else None)
    if refused:
        return refused
    if stored is None:
        return Ending(Outcome.UNCHANGED)
    connection.execute("DELETE FROM document WHERE place = ? AND id_key = ?", (place, id_key))
    return Ending(Outcome.STORED)


def compare(precondition: Precondition, etag: str | None) -> Ending | None:
    """None where the condition holds for a document with this etag (None: no document); else the refusal."""
    wanted, unwanted = precondition.if_match, precondition.if_none_match
    if wanted is not None and (etag is None or not ("*" in wanted or etag in wanted)):
        there = f"its ETag is {etag}" if etag else "there is no document"
        return Ending(Outcome.PRECONDITION_FAILED, f"If-Match does not hold: {there}", etag or "")
    if unwanted is not None and etag is not None and ("*" in unwanted or etag in unwanted):
        return Ending(
            Outcome.PRECONDITION_FAILED,
            f"If-None-Match does not hold: a document with ETag {etag} is there",
            etag,
        )
    return None


def _says_nothing(precondition: Precondition) -> bool:
    return precondition.if_match is None and precondition.if_none_match is None


def _find(connection: Connection, place: bytes, id_key: bytes) -> _Stored | None:
    rows = connection.execute(
        "SELECT content_type, etag FROM document WHERE place = ? AND id_key = ?", (place, id_key)
    )
    return _Stored(bytes(rows[0][0]), rows[0][1]) if rows else None


def _merge(
    connection: Connection, place: bytes, id_key: bytes, stored: _Stored | None, change: PutDocument
) -> bytes:
    """What a POST makes of the document; a new one is kept as it was sent, JSON objects looked at first."""
    if stored is None:
        check_posted(change.body, change.content_type)
        return change.body
    if not is_mergeable(change.content_type, decode(stored.content_type)):
        raise NotMergeableError(
            "POST merges JSON: the document there and the one sent must be application/json"
        )
    rows = connection.execute("SELECT body FROM document WHERE place = ? AND id_key = ?", (place, id_key))
    return merge(bytes(rows[0][0]), change.body)


def _write(
    connection: Connection,
    key: tuple[bytes, bytes],
    change: PutDocument,
    body: bytes,
    etag: str,
    now_us: int,
    *,
    exists: bool,
) -> None:
    content_type = encode(change.content_type)
    if exists:
        connection.execute(
            "UPDATE document SET content_type = ?, body = ?, etag = ?, updated_us = ? "
            "WHERE place = ? AND id_key = ?",
            (content_type, body, etag, now_us, *key),
        )
        return
    place = change.place
    about, kept = find_index_key(place.agent), (encode(place.activity), encode(place.registration))
    connection.execute(
        "INSERT INTO document (place, id_key, tenant, kind, activity, registration, about, id, content_type, "
        "body, etag, updated_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *key,
            place.tenant,
            int(place.kind),
            *kept,
            about,
            encode(change.id),
            content_type,
            body,
            etag,
            now_us,
        ),
    )
