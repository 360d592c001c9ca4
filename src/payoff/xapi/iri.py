"""Absolute IRIs.

Question  Is this text an IRI with a scheme?
Refuses   No scheme; nothing after it; white space, control characters, and those that RFC 3987 never allows:
          < > " { } | \\ ^ `. Percent escapes and hosts are not looked into (Data 2.2 leaves that open).
Cites     RFC 3987, 2.2; xAPI 1.0.3 Data 2.2, 4.3.
"""

import re
from functools import lru_cache

from payoff.xapi.shapes import text_like

_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f-\xa0<>\"{}|\\^`\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"
)

_LONGEST_KEPT = 200  # characters; bounds what the answers that are kept can weigh


@lru_cache(maxsize=4096)
def _find_iri(text: str) -> bool:
    return _IRI.fullmatch(text) is not None


def is_iri(text: str) -> bool:
    """Whether it is one; verbs, types and extensions come again and again, so answers are kept."""
    return _find_iri(text) if len(text) <= _LONGEST_KEPT else _IRI.fullmatch(text) is not None


check_iri = text_like("an absolute IRI, scheme included", "Data 2.2", is_iri)
