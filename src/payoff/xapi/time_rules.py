"""Timestamps as statements may write them.

Question  Is this text a timestamp in the version that is spoken?
Versions  1.0.3 takes ISO 8601, extended or basic, with or without an offset; 2.0 takes RFC 3339 alone.
Refuses   A date without a time, days and times that do not exist, the offset -00:00, and moments that fall
          outside the years 1 to 9999 in UTC.
Cites     RFC 3339, 5.6; xAPI 1.0.3 Data 4.5; IEEE 9274.1.1 4.2.7.
"""

import re

from payoff.xapi.shapes import text_like
from payoff.xapi.times import read_time

# nearly every timestamp that clients write: one look is enough
_USUAL = re.compile(
    r"(?:19|20)[0-9]{2}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,40})?(?:Z|\+(?:0[0-9]|1[0-4]):[0-5][0-9])"
)
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_FIRST_US = read_time("0001-01-01T00:00:00Z")
_LAST_US = read_time("9999-12-31T23:59:59.999999Z")


def is_timestamp(text: str) -> bool:
    """What 1.0.3 takes."""
    return _USUAL.fullmatch(text) is not None or (" " not in text and _is_moment(text))


def is_rfc_timestamp(text: str) -> bool:
    """What 2.0 takes."""
    return _USUAL.fullmatch(text) is not None or (_RFC_3339.fullmatch(text) is not None and _is_moment(text))


def _is_moment(text: str) -> bool:
    try:
        return _FIRST_US <= read_time(text) <= _LAST_US
    except ValueError:
        return False


check_timestamp = text_like(
    "an ISO 8601 date and time, such as 2026-03-01T09:30:00.000Z", "Data 4.5", is_timestamp
)
check_rfc_timestamp = text_like(
    "an RFC 3339 date and time, such as 2026-03-01T09:30:00.000Z", "IEEE 9274.1.1 4.2.7", is_rfc_timestamp
)
