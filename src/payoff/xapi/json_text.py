"""JSON text, read strictly.

Question  Is this text JSON that means the same to everybody who reads it?
Refuses   What is no UTF-8 or has a byte order mark, lone surrogates, NaN, numbers that no 64-bit float
          reaches, objects that name a member twice, nesting deeper than `DEEPEST`.
Twice     Members of one name vanish in decoding, all but the last. So the names in the text (a quote, then a
          colon) are counted, and the members that are left. What stands inside strings can only add to the
          first number, so equal numbers prove that no name stands twice; else the text is read slowly.
Speed     Where no escape and no white space can hide a quote or a colon, the members that are left are
          counted in the value written anew: two searches in C instead of a walk.
Cites     RFC 8259, 4 and 8; RFC 7493 (I-JSON), 2.
"""

import json
import math
import re
from typing import Any, NoReturn

import msgspec

from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.shapes import RuleError

DEEPEST = 100  # levels of objects and arrays

_NAMES = re.compile(rb'"[ \t\r\n]*:')
_RULE = "Data 2.2"
_DECODER = msgspec.json.Decoder()


def read_json(text: bytes, path: str = "$") -> object:
    """The value; RequestError 400 names the place under `path` and says what is wrong with it."""
    try:
        value = _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        refuse_text(text, error, path)
    if _is_surely_plain(text, value):
        return value
    try:
        if count_members(value) != len(_NAMES.findall(text)):
            _check_names(text)
    except RuleError as broken:
        raise RequestError(400, Fault(broken.path(path), broken.what, broken.rule)) from None
    except RecursionError as error:  # in a member that another of its name had hidden
        refuse_text(text, error, path)
    return value


def _is_surely_plain(text: bytes, value: object) -> bool:
    """Whether a quick look proves that no name stands twice and nothing is deep; False proves nothing."""
    if text.count(b"{") + text.count(b"[") > DEEPEST:
        return False
    if b"\\u" in text or b" :" in text or b"\n:" in text or b"\t:" in text or b"\r:" in text:
        return False
    return text.count(b'":') == msgspec.json.encode(value).count(b'":')


def count_members(value: object) -> int:
    """Members of all objects in a value; RuleError where it is nested too deeply."""
    n_members = depth = 0
    level = [value]
    while level:
        depth += 1
        below: list[object] = []
        for item in level:
            if type(item) is dict:
                n_members += len(item)
                below += [part for part in item.values() if type(part) is dict or type(part) is list]
            elif type(item) is list:
                below += [part for part in item if type(part) is dict or type(part) is list]
        if depth > DEEPEST and below:
            raise RuleError(f"nested deeper than {DEEPEST} levels", _RULE)
        level = below
    return n_members


class _Pairs(list[tuple[str, Any]]):
    """An object with all its members, those included that share a name."""


def _refuse_constant(_: str) -> NoReturn:
    raise RuleError("NaN and Infinity are no JSON", _RULE)


def _check_names(text: bytes) -> None:
    """RuleError at the first member named twice; msgspec has read this text and its depth is known."""
    read = json.loads(text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str)
    level: list[tuple[list[str | int], Any]] = [([], read)]
    while level:
        steps, value = level.pop()
        if isinstance(value, _Pairs):
            seen: set[str] = set()
            for name, part in value:
                if name in seen:
                    raise RuleError(
                        "this member stands twice in its object", _RULE, *reversed([*steps, name])
                    )
                seen.add(name)
                if isinstance(part, list):
                    level.append(([*steps, name], part))
        else:
            level += [([*steps, i], part) for i, part in enumerate(value) if isinstance(part, list)]


def refuse_text(text: bytes, error: Exception, path: str = "$") -> NoReturn:
    """Say why msgspec could not read the text."""
    if isinstance(error, RecursionError):
        what = f"nested deeper than {DEEPEST} levels"
    elif isinstance(error, UnicodeDecodeError):
        what = "the text is not UTF-8"
    elif text.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        what = "the text must be UTF-8 without a byte order mark"
    elif not text.strip():
        what = "the text is empty"
    elif isinstance(error, msgspec.ValidationError):
        what, path = _find_number(text, path)
    else:
        what = f"the text is no JSON: {error}"
    raise RequestError(400, Fault(path, what, _RULE)) from None


def _find_number(text: bytes, path: str) -> tuple[str, str]:
    """Which number is out of range: msgspec says that there is one, not where."""
    what = "a number is out of the range of 64-bit floats"
    try:
        value = json.loads(text, parse_int=float, parse_constant=_refuse_constant)
    except (ValueError, RecursionError, RuleError):
        return what, path
    level: list[tuple[list[str | int], object]] = [([], value)]
    while level:
        steps, item = level.pop()
        if isinstance(item, float) and not math.isfinite(item):
            return what, RuleError("", "", *reversed(steps)).path(path)
        if isinstance(item, dict):
            level += [([*steps, name], part) for name, part in item.items()]
        elif isinstance(item, list):
            level += [([*steps, i], part) for i, part in enumerate(item)]
    return what, path
