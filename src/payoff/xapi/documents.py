"""JSON documents: what POST makes of one that is there.

Question  What is the document after this one was merged into it?
Merge     Each member of the sent object takes the place of the stored object's member of that name, or
          follows after its last. Members are not looked into: numbers, order and escapes inside them stay as
          they came.
Refuses   What is no JSON object, no UTF-8, or nested too deeply to be read.
Cites     xAPI 1.0.3 Communication 2.2; IEEE 9274.1.1 4.1.6.
"""

from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.media_types import is_json
from payoff.xapi.members import Members, read_members, write_members


class NotMergeableError(ValueError):
    """The stored or the sent document is no JSON object."""


def merge(old: bytes, new: bytes) -> bytes:
    """The stored document with the members of the sent one."""
    return bytes(write_members(_read_object(old, "stored") | _read_object(new, "sent")))


def is_mergeable(content_type: str, old_content_type: str | None) -> bool:
    """Whether POST may merge: both are JSON, or no document is there (None), which takes any."""
    return old_content_type is None or (is_json(content_type) and is_json(old_content_type))


def check_posted(body: bytes, content_type: str) -> None:
    """RequestError 400 where POST brings as JSON what is no JSON object; PUT may bring anything."""
    if is_json(content_type):
        try:
            _read_object(body, "sent")
        except NotMergeableError as why:
            raise RequestError(400, Fault("$", str(why), "Communication 2.2")) from None


def _read_object(body: bytes, which: str) -> Members:
    try:
        body.decode()
        return read_members(body)
    except ValueError:
        raise NotMergeableError(f"the {which} document is no JSON object") from None
