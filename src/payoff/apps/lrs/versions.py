"""Which version of xAPI a request speaks.

Question  Which rules hold for this request?
Rule      Communication 3.3: 1.0 and 1.0.x are answered as 1.0.3, 2.0 and 2.0.x as 2.0.0; anything else, and
          nothing, is refused with 400. The refusal says what is spoken.
"""

import re

from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.statement import Version

HEADER = "x-experience-api-version"
_KNOWN = {"1.0": Version.V1, "1.0.3": Version.V1, "2.0": Version.V2, "2.0.0": Version.V2}
_PATCH = re.compile(r"([12]\.0)\.(?:0|[1-9][0-9]{0,8})", re.ASCII)


def read_version(text: str | None) -> Version:
    """The version a header names."""
    if text is None:
        raise _refusal("the header X-Experience-API-Version is missing")
    known = _KNOWN.get(text)
    if known is None and (match := _PATCH.fullmatch(text)):
        known = _KNOWN[match[1]]
    if known is None:
        raise _refusal("this version is not spoken")
    return known


def _refusal(what: str) -> RequestError:
    return RequestError(400, Fault("", f"{what}: send 1.0.3 or 2.0.0", "Communication 3.3"))
