"""Statements with the bytes of their attachments, in one multipart/mixed message.

Question  Which statements and which attachments does this body carry, and is every attachment there?
Parts     The first is the statements, application/json. Each other is the bytes of one attachment: its
          X-Experience-API-Hash is the SHA-2 of its bytes, its Content-Transfer-Encoding is binary. The number
          of hexadecimal digits says which SHA-2: 56, 64, 96 and 128 are 224, 256, 384 and 512 bits.
Matching  By that hash alone. One part serves all statements that name it; the same bytes sent twice are taken
          once. Where a part states Content-Type or Content-Length, they agree with the attachment's.
Lenient   TinCanJS puts no line break between attachments. Where bytes do not have their hash and a boundary
          stands among them, they are taken apart there, and each piece must have the hash it states.
Refuses   Missing, foreign, unhashed and wrongly hashed parts, a body that does not end with its closing
          boundary, header lines that are folded, doubled or not ASCII, too many parts. All 400.
Speed     Each byte is looked at a bounded number of times, whatever the body holds.
Cites     RFC 2046, 5.1; xAPI 1.0.3 Communication 1.5.2, Data 2.4.11; IEEE 9274.1.1 4.1.3.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.media_types import is_json, read_media_type
from payoff.xapi.statement import Attachment, Statement

MAX_PARTS = 1_000
MAX_HEADER_BYTES = 8_192  # of one part
_RULE = "Communication 1.5.2"
_ALGORITHMS = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
_BOUNDARY = re.compile(r"[A-Za-z0-9'()+_,\-./:=? ]{0,69}[A-Za-z0-9'()+_,\-./:=?]")
_HEADER = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]+):([\x20-\x7e\t]*)")
_DELIMITER_TAIL = re.compile(rb"(--)?[ \t]*(?:\r\n|\Z)")
_DIGEST = re.compile(r"[0-9a-f]*")
_PLAIN_VALUE = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class AttachmentPart:
    """The bytes of an attachment whose hash was found right; `sha2` in lower case."""

    sha2: str
    content_type: str  # empty where the part states none
    body: bytes
    length: int | None = None  # where the part states it


@dataclass(frozen=True, slots=True)
class Parts:
    """A message taken apart: the statements' JSON text, and attachments by hash."""

    statements: bytes
    attachments: Mapping[str, AttachmentPart]


def _refuse(what: str, part: int | None = None) -> RequestError:
    return RequestError(400, Fault("" if part is None else f"part {part}", what, _RULE))


def read_parts(body: bytes, content_type: str, max_parts: int = MAX_PARTS) -> Parts:
    """Take a message apart and check every hash; parts are counted from 1."""
    boundary = _read_boundary(content_type)
    statements: bytes | None = None
    attachments: dict[str, AttachmentPart] = {}
    for number, (start, end) in enumerate(_find_parts(body, boundary, max_parts), 1):
        if statements is None:
            headers, begin = _read_headers(body, start, end, number)
            if not is_json(headers.get("content-type", "")):
                raise _refuse("the first part must be application/json: the statements", number)
            statements = body[begin:end]
        else:
            glued = b"--" + boundary + b"\r\n"
            for part in _read_attachments(body, start, end, number, glued, max_parts):
                attachments.setdefault(part.sha2, part)
        if len(attachments) > max_parts:
            raise _refuse(f"more than {max_parts} parts")
    if statements is None:
        raise _refuse("there is no part")
    return Parts(statements, attachments)


def _read_boundary(content_type: str) -> bytes:
    try:
        found = read_media_type(content_type)
    except ValueError as why:
        raise RequestError(400, Fault("Content-Type", str(why), _RULE)) from None
    boundary = found.parameters.get("boundary", "")
    if found.essence != "multipart/mixed":
        raise RequestError(400, Fault("Content-Type", "must be application/json or multipart/mixed", _RULE))
    if not _BOUNDARY.fullmatch(boundary):
        what = "must name a boundary of 1 to 70 characters that RFC 2046 allows"
        raise RequestError(400, Fault("Content-Type", what, _RULE))
    return boundary.encode()


def _find_parts(body: bytes, boundary: bytes, max_parts: int) -> Iterator[tuple[int, int]]:
    """Start and end of each part, headers included; what stands before and after them all is ignored."""
    start: int | None = None
    for n_parts, (at, after, closes) in enumerate(_find_delimiters(body, b"\r\n--" + boundary)):
        if start is not None:
            yield start, max(at, start)
        if closes:
            return
        if n_parts == max_parts:
            raise _refuse(f"more than {max_parts} parts")
        start = after
    raise _refuse(
        "the boundary is nowhere in the body" if start is None else "the closing boundary is missing"
    )


def _find_delimiters(body: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each delimiter line starts and ends, and whether it is the closing one."""
    at = -2 if body.startswith(mark[2:]) else body.find(mark)  # the first line needs no line before it
    while at != -1:
        tail = _DELIMITER_TAIL.match(body, at + len(mark))
        if tail:
            yield at, tail.end(), tail[1] is not None
        at = body.find(mark, at + len(mark))


def _read_headers(body: bytes, start: int, end: int, number: int) -> tuple[dict[str, str], int]:
    """A part's headers by lower-case name, and where its bytes begin."""
    if body.startswith(b"\r\n", start, end):
        return {}, start + 2
    stop = body.find(b"\r\n\r\n", start, min(end, start + MAX_HEADER_BYTES))
    if stop < 0:
        raise _refuse(f"no empty line ends the headers within {MAX_HEADER_BYTES} bytes", number)
    headers: dict[str, str] = {}
    for line in body[start:stop].split(b"\r\n"):
        found = _HEADER.fullmatch(line.decode("latin-1"))
        if found is None:
            raise _refuse("a header line is not written as Name: value", number)
        name = found[1].lower()
        if name in headers:
            raise _refuse(f"the header {found[1]} stands twice", number)
        headers[name] = found[2].strip(" \t")
    return headers, stop + 4


def _read_attachments(
    body: bytes, start: int, end: int, number: int, glued: bytes, max_parts: int
) -> Iterator[AttachmentPart]:
    """The attachment of a part, or those that were sent as one for lack of a line break between them."""
    headers, begin = _read_headers(body, start, end, number)
    try:
        yield _read_attachment(headers, body[begin:end], number)
    except RequestError:
        if body.find(glued, begin, end) < 0:
            raise
    else:
        return
    for piece in body[start:end].split(glued, max_parts):
        headers, begin = _read_headers(piece, 0, len(piece), number)
        yield _read_attachment(headers, piece[begin:], number)


def _read_attachment(headers: Mapping[str, str], body: bytes, number: int) -> AttachmentPart:
    """The part, its bytes held against its hash."""
    sha2 = headers.get("x-experience-api-hash", "").lower()
    algorithm = _ALGORITHMS.get(len(sha2))
    if algorithm is None or not _DIGEST.fullmatch(sha2):
        raise _refuse("must have X-Experience-API-Hash: a SHA-2 in hexadecimal digits", number)
    if headers.get("content-transfer-encoding", "").lower() != "binary":
        raise _refuse("must have Content-Transfer-Encoding: binary", number)
    if hashlib.new(algorithm, body).hexdigest() != sha2:
        raise _refuse(f"the bytes do not have the hash {sha2}", number)
    length = headers.get("content-length")
    if length is not None and not (length.isascii() and length.isdigit() and len(length) < 19):
        raise _refuse("Content-Length must be a whole number", number)
    return AttachmentPart(sha2, headers.get("content-type", ""), body, int(length) if length else None)


def match_attachments(
    statements: Sequence[Statement], attachments: Mapping[str, AttachmentPart], is_batch: bool = True
) -> tuple[AttachmentPart, ...]:
    """The parts to keep: all of them, each named by a statement. A statement's attachment may stay away only
    where its `fileUrl` says where it is; so a body without parts (application/json) is `{}` here."""
    declared: dict[str, list[Attachment]] = {}
    for place, statement in enumerate(statements):
        for inner, attachment in enumerate(statement.attachments):
            if attachment.sha2 not in attachments and not attachment.has_url:
                path = f"${f'[{place}]' if is_batch else ''}.attachments[{inner}]"
                what = "has neither a part with the bytes of its sha2 nor a fileUrl"
                raise RequestError(400, Fault(path, what, _RULE))
            declared.setdefault(attachment.sha2, []).append(attachment)
    kept = []
    for number, part in enumerate(attachments.values(), 2):
        named = declared.get(part.sha2)
        if named is None:
            raise _refuse(f"no statement has an attachment with the sha2 {part.sha2}", number)
        if part.content_type and not any(_is_same_type(part.content_type, a.content_type) for a in named):
            raise _refuse(
                f"Content-Type differs from the attachment's contentType {named[0].content_type}", number
            )
        if part.length is not None and all(part.length != a.length for a in named):
            raise _refuse(f"Content-Length differs from the attachment's length {named[0].length}", number)
        kept.append(part if part.content_type else replace(part, content_type=named[0].content_type))
    return tuple(kept)


def _is_same_type(one: str, other: str) -> bool:
    """Whether both name one kind of bytes; charset and other parameters are left to their readers."""
    return one.partition(";")[0].strip().lower() == other.partition(";")[0].strip().lower()


def write_parts(result: bytes, attachments: Iterable[tuple[str, str, bytes]]) -> tuple[str, bytes]:
    """Content-Type and body of a message: the statements' JSON text, then (sha2, content type, bytes)."""
    boundary = uuid4().hex  # in no attachment, for nobody could know it
    pieces = [f"--{boundary}\r\nContent-Type: application/json\r\n\r\n".encode(), result]
    for sha2, content_type, body in attachments:
        kind = content_type if _PLAIN_VALUE.fullmatch(content_type) else "application/octet-stream"
        pieces.append(
            f"\r\n--{boundary}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\n"
            f"X-Experience-API-Hash: {sha2}\r\n\r\n".encode()
        )
        pieces.append(body)
    pieces.append(f"\r\n--{boundary}--\r\n".encode())
    return f"multipart/mixed; boundary={boundary}", b"".join(pieces)
