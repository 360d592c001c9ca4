"""UUIDs, digests and media types.

Question  Does this text identify a statement or registration, the bytes of an attachment, or a kind of bytes?
Cites     RFC 4122, 3; RFC 2045, 5.1; FIPS 180-4; xAPI 1.0.3 Data 2.4.1, 2.4.11, 4.4.
"""

import re

from payoff.xapi.shapes import text_like

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")
_SHA2 = re.compile(r"(?:[0-9A-Fa-f]{56}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128})")  # 224 to 512 bits
_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_MEDIA_TYPE = re.compile(rf"{_TOKEN}/{_TOKEN}[ \t]*(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?")

is_uuid = _UUID.fullmatch

check_uuid = text_like("a UUID in standard form", "Data 4.4", is_uuid)
check_sha1 = text_like("40 hexadecimal digits", "Data 2.4.2.3", _SHA1.fullmatch)
check_sha2 = text_like("a SHA-2 digest in hexadecimal digits", "Data 2.4.11", _SHA2.fullmatch)
check_media_type = text_like("an internet media type", "Data 2.4.11", _MEDIA_TYPE.fullmatch)


def read_uuid(text: str) -> bytes:
    """The 16 bytes of a UUID that was found right."""
    return bytes.fromhex(text.replace("-", ""))


def write_uuid(id: bytes) -> str:
    """16 bytes as a UUID is written; every statement asks, and `uuid.UUID` costs more."""
    digits = id.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
