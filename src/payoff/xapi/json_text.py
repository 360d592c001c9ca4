"""JSON text, read strictly.

Question  Is this text JSON that means the same to everybody who reads it?
Refuses   What is no UTF-8 or has a byte order mark, lone surrogates, NaN, numbers that no 64-bit float
          reaches, objects that name a member twice, nesting that cannot be walked.
Twice     Of members of one name all but the last vanish in decoding. Colons stand only behind names and in
          strings, so the value written anew has as many as its text, less those of what vanished. Two
          counts in C thus prove that nothing did; otherwise, or where an escape hides a colon, a slow look
          decides.
Cites     RFC 8259, 4 and 8; RFC 7493 (I-JSON), 2.
"""

import json
import math
import re
from typing import Any, NamedTuple, NoReturn

import msgspec

from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.shapes import RuleError

_RULE = "Data 2.2"
_PAIR = rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
# Escapes are taken one after the other: behind an escaped backslash, `ud800` is plain text.
_ESCAPES = re.compile(_PAIR + rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", re.DOTALL)
_DECODER = msgspec.json.Decoder()


def read_json(text: bytes, path: str = "$") -> object:
    """The value; RequestError 400 names the place under `path` and says what is wrong with it."""
    try:
        value = _DECODER.decode(text)
        if text.count(b":") != msgspec.json.encode(value).count(b":") or _hides_colon(text):
            _check_names(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        refuse_text(text, error, path)
    except RuleError as broken:
        raise RequestError(400, Fault(broken.path(path), broken.what, broken.rule)) from None
    return value


def _hides_colon(text: bytes) -> bool:
    """Whether a colon may be written as an escape: `u003a`."""
    return b"\\" in text and b"\\u003" in text


def is_deeper_than(value: object, n_levels: int) -> bool:
    """Whether more than so many arrays and objects stand inside each other."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(n_levels):
        if not level:
            return False
        below = [item.values() if isinstance(item, dict) else item for item in level]
        level = [part for parts in below for part in parts if type(part) is dict or type(part) is list]
    return bool(level)


class _Pairs(list[tuple[str, Any]]):
    """An object with all its members, those included that share a name."""


class _Place(NamedTuple):
    """Where a value stands: its step, and the place above. Linked: whole paths of each would fill memory."""

    above: Any  # a _Place, or None at the top
    step: str | int

    def steps(self) -> list[str | int]:
        """The innermost first."""
        steps: list[str | int] = []
        place: _Place | None = self
        while place is not None:
            steps.append(place.step)
            place = place.above
        return steps


def _check_names(text: bytes) -> None:
    """RuleError at the first member named twice, in a text that msgspec could read."""
    value = json.loads(text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str)
    waiting: list[tuple[_Place | None, Any]] = [(None, value)]
    while waiting:
        above, value = waiting.pop()
        is_object = isinstance(value, _Pairs)
        seen: set[str | int] = set()
        for step, part in value if is_object else enumerate(value):
            if step in seen:
                steps = _Place(above, step).steps()
                raise RuleError("this member stands twice in its object", _RULE, *steps)
            if is_object:
                seen.add(step)
            if isinstance(part, list):
                waiting.append((_Place(above, step), part))


def refuse_text(text: bytes, error: Exception, path: str = "$") -> NoReturn:
    """Say why msgspec could not read the text."""
    if isinstance(error, RecursionError):
        what = "nested too deeply"
    elif isinstance(error, UnicodeDecodeError):
        what = "the text is not UTF-8"
    elif text.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        what = "the text must be UTF-8 without a byte order mark"
    elif not text.strip():
        what = "the text is empty"
    elif isinstance(error, msgspec.ValidationError):
        what, path = _find_number(text, path)
    elif lone := _find_lone_surrogate(text):
        what = f"the escape {lone} is half of a surrogate pair, which is no character: both halves or neither"
    else:
        what = f"the text is no JSON: {error}"
    raise RequestError(400, Fault(path, what, _RULE)) from None


def _find_lone_surrogate(text: bytes) -> str:
    """The first escape of half a pair: msgspec calls such a text truncated. Empty where there is none."""
    for found in _ESCAPES.finditer(text):
        if found[1]:
            return found[1].decode()
    return ""


def _find_number(text: bytes, path: str) -> tuple[str, str]:
    """Which number is out of range: msgspec says that there is one, not where."""
    what = "a number is out of the range of 64-bit floats"
    try:
        value = json.loads(text, parse_int=float)
    except (ValueError, RecursionError):
        return what, path
    waiting: list[tuple[_Place | None, Any]] = [(None, value)] if isinstance(value, dict | list) else []
    while waiting:
        above, value = waiting.pop()
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(part, float) and math.isinf(part):
                return what, RuleError("", "", *_Place(above, step).steps()).path(path)
            if isinstance(part, dict | list):
                waiting.append((_Place(above, step), part))
    return what, path
