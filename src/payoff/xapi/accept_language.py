"""Accept-Language, and which one entry of a language map it chooses.

Question  Of these languages, which would this reader rather read?
Weight    Of a language is that of the longest range in the header that is the language or its beginning (RFC
          2616 14.4: `en` speaks for `en-GB`). Where none is, a range speaks for its own beginnings (RFC 4647
          3.4: who asks for `fr-CA` gets `fr`), then `*` for all the rest. Equal weights: the earlier range,
          the nearer language, the earlier entry. Weight 0 is a refusal.
Last      A map must keep one entry (1.0.3 Communication 2.1.3). So where nothing is acceptable, the reader
          gets a sister of a language asked for (`fr-FR` for `fr-CA`), else the first entry not refused, else
          the first.
Lenient   What is malformed in the header is passed over: a header of preferences is no reason for an error.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

MAX_RANGES = 50  # of one header; more are not read
_RANGE = re.compile(
    r"[ \t]*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,9}|\*)[ \t]*"
    r"(?:;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?",
    re.ASCII,
)


class Range(NamedTuple):
    """A language range in lower case and how much it is wanted, 0 to 1."""

    tag: str
    weight: float


@lru_cache(maxsize=256)
def read_languages(header: str) -> tuple[Range, ...]:
    """The ranges of an Accept-Language header in its order; empty where there is none."""
    found = (_RANGE.fullmatch(part) for part in header.split(",", MAX_RANGES)[:MAX_RANGES])
    return tuple(Range(part[1].lower(), float(part[2] or 1)) for part in found if part)


def choose_language(tags: Sequence[str], ranges: Sequence[Range]) -> str:
    """One of `tags`, which are not empty and in the order of their map."""
    if len(tags) == 1 or not ranges:
        return tags[0]
    weighed = [_weigh(tag.lower(), ranges) for tag in tags]
    best = max(range(len(tags)), key=lambda i: (weighed[i], -i))
    if weighed[best] > _REFUSED:
        return tags[best]
    wanted = {_stem(wish.tag) for wish in ranges if wish.weight}
    allowed = [tag for tag, weight in zip(tags, weighed, strict=True) if weight != _REFUSED]
    sisters: Iterable[str] = (tag for tag in allowed if _stem(tag.lower()) in wanted)
    return next(iter([*sisters, *allowed, *tags]))


_UNKNOWN = (-1.0, 0, 0)  # no range speaks for it
_REFUSED = (0.0, 0, 0)
_FAR = 10**9  # longer than any tag


def _weigh(tag: str, ranges: Sequence[Range]) -> tuple[float, int, int]:
    """Weight, minus the place of the range that gave it (`*` comes last), and how near that range is."""
    near = [(len(wish.tag), wish.weight, -i) for i, wish in enumerate(ranges) if _begins(tag, wish.tag)]
    far = [(0, wish.weight, -i) for i, wish in enumerate(ranges) if not near and _begins(wish.tag, tag)]
    rest = [(0, wish.weight, -MAX_RANGES) for wish in ranges if not near and wish.tag == "*"]
    if not (near or far or rest):
        return _UNKNOWN
    length, weight, place = max(near or [*far, *rest])
    return (weight, place, length - len(tag) if near else len(tag) - _FAR) if weight else _REFUSED


def _begins(tag: str, start: str) -> bool:
    return tag == start or tag.startswith(f"{start}-")


def _stem(tag: str) -> str:
    return tag.partition("-")[0]
