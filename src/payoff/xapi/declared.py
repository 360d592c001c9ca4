"""Attachments that a stored statement declares.

Question  Which hashes does this text name, and how many bytes does it say they have?
Speed     Only the members that say so are decoded, and only where the text holds the word.
"""

from msgspec import Struct
from msgspec.json import Decoder


class _Attachment(Struct):
    sha2: str
    length: int


class _Inner(Struct):
    attachments: list[_Attachment] = []


class _Statement(Struct):
    object: _Inner
    attachments: list[_Attachment] = []


_DECODER: Decoder[_Statement] = Decoder(_Statement)


def find_declared(raw: bytes) -> list[tuple[str, int]]:
    """Hash in lower case and length of each, those of a sub-statement included."""
    if b'"attachments"' not in raw and b"\\u" not in raw:
        return []
    read = _DECODER.decode(raw)
    return [(a.sha2.lower(), a.length) for a in (*read.attachments, *read.object.attachments)]
