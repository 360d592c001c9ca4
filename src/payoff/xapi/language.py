"""Language tags and language maps.

Question  Is this text a well-formed RFC 5646 tag, and does a map hold text by such tags?
Cites     RFC 5646, 2.1 (well-formed, registered or not); xAPI 1.0.3 Data 2.2, 4.2.
"""

import re
from functools import lru_cache

from payoff.xapi.shapes import RuleError, name_kind, text_like

_IRREGULAR = (  # tags of RFC 3066 that the grammar of today does not cover
    "en-GB-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)"
    "|sgn-(?:BE-FR|BE-NL|CH-DE)|art-lojban|cel-gaulish|no-(?:bok|nyn)|zh-(?:guoyu|hakka|min|min-nan|xiang)"
)
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"  # language, extended language
    r"(?:-[a-z]{4})?"  # script
    r"(?:-(?:[a-z]{2}|[0-9]{3}))?"  # region
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"  # private use
    rf"|x(?:-[a-z0-9]{{1,8}})+|{_IRREGULAR}",
    re.IGNORECASE | re.ASCII,
)

_LONGEST_TAG = 80  # characters; RFC 5646 4.4.1 expects 35 and lets software set a limit


@lru_cache(maxsize=1024)
def _find_tag(text: str) -> bool:
    return _TAG.fullmatch(text) is not None


def is_language_tag(text: str) -> bool:
    """Whether it is well-formed; the same few tags come again and again, so answers are kept."""
    return len(text) <= _LONGEST_TAG and _find_tag(text)


check_language = text_like("an RFC 5646 language tag", "Data 2.4.6", is_language_tag)


def check_language_map(value: object) -> None:
    """Text by language tag."""
    if type(value) is not dict:
        raise RuleError(f"a language map must be an object, not {name_kind(value)}", "Data 4.2")
    for tag, text in value.items():
        if not is_language_tag(tag):
            raise RuleError("the name must be an RFC 5646 language tag", "Data 4.2", tag)
        if type(text) is not str:
            raise RuleError(f"must be text, not {name_kind(text)}", "Data 4.2", tag)
