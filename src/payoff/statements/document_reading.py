"""Documents as they are asked for.

Question  Which document is there, and which ids lie at a place since when?
Place     Its five parts as one hash, so that any IRI fits an index. A state without registration is another
          place than the same with one: each registration has its own documents.
"""

from hashlib import sha256

from payoff.statements.connection import Connection, encode, find_index_key
from payoff.statements.document import Document, DocumentPlace


def find_place_key(place: DocumentPlace) -> bytes:
    """What stands for a place in rows; each part carries its length, so that no two places run together."""
    parts = (str(place.tenant), str(int(place.kind)), place.activity, place.agent, place.registration)
    digest = sha256()
    for part in map(encode, parts):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def find_document(connection: Connection, place: DocumentPlace, id: str) -> Document | None:
    """The document of that id, its body byte for byte."""
    rows = connection.execute(
        "SELECT content_type, body, etag, updated_us FROM document WHERE place = ? AND id_key = ?",
        (find_place_key(place), find_index_key(id)),
    )
    if not rows:
        return None
    content_type, body, etag, updated_us = rows[0]
    return Document(id, decode(content_type), bytes(body), etag, updated_us)


def find_document_ids(connection: Connection, place: DocumentPlace, since_us: int | None) -> list[str]:
    """Ids at a place, those written longest ago first; `since_us` is exclusive."""
    rows = connection.execute(
        "SELECT id FROM document WHERE place = ? AND updated_us > ? ORDER BY updated_us, id_key",
        (find_place_key(place), -1 if since_us is None else since_us),
    )
    return [decode(raw) for (raw,) in rows]


def decode(raw: bytes) -> str:
    """Text as `payoff.statements.connection.encode` wrote it."""
    return bytes(raw).decode("utf-8", "surrogatepass")
