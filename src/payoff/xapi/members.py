"""JSON objects and arrays taken apart without reading what is in them.

Question  How is one member changed and the text of every other left as it is?
Raw       A member's value stays the bytes it was, white space inside it included; only names and the
          punctuation between members are written anew.
"""

from collections.abc import Iterable

from msgspec import DecodeError, Raw
from msgspec.json import Decoder, Encoder

Members = dict[str, Raw]

_OBJECT: Decoder[Members] = Decoder(Members)
_ARRAY: Decoder[list[Raw]] = Decoder(list[Raw])
_TEXT: Decoder[str] = Decoder(str)
_ENCODER = Encoder()


def read_members(text: bytes | Raw) -> Members:
    """The members of a JSON object in their order; of a name that stands twice the last value. ValueError."""
    try:
        return _OBJECT.decode(text)
    except RecursionError:
        raise DecodeError("nested too deeply") from None


def read_list(text: bytes | Raw) -> list[Raw]:
    """The elements of a JSON array. ValueError."""
    try:
        return _ARRAY.decode(text)
    except RecursionError:
        raise DecodeError("nested too deeply") from None


def read_text(text: bytes | Raw) -> str:
    """A JSON string's characters. ValueError."""
    return _TEXT.decode(text)


def write_members(members: Members) -> Raw:
    """A JSON object of these members."""
    return Raw(_ENCODER.encode(members))


def write_list(elements: Iterable[Raw]) -> Raw:
    """A JSON array of these elements."""
    return Raw(_ENCODER.encode(list(elements)))


def write_text(characters: str) -> Raw:
    """A JSON string."""
    return Raw(_ENCODER.encode(characters))


def is_object(value: Raw) -> bool:
    """Whether the value is a JSON object."""
    return bytes(value).startswith(b"{")


def is_array(value: Raw) -> bool:
    """Whether the value is a JSON array."""
    return bytes(value).startswith(b"[")
