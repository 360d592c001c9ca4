"""Which version of xAPI a request speaks.

Question  Which rules hold for this request?
Rule      Communication 3.3: 1.0 and 1.0.x are answered as 1.0.3, 2.0 and 2.0.x as 2.0.0; anything else, and
          nothing, is refused with 400. The refusal says what is spoken: an endpoint may speak one only.
"""

import re
from collections.abc import Collection

from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.statement import Version

HEADER = "x-experience-api-version"
_KNOWN = {"1.0": Version.V1, "1.0.3": Version.V1, "2.0": Version.V2, "2.0.0": Version.V2}
_PATCH = re.compile(r"([12]\.0)\.(?:0|[1-9][0-9]{0,8})", re.ASCII)


def read_version(text: str | None, spoken: Collection[Version] = tuple(Version)) -> Version:
    """The version a header names."""
    if text is None:
        raise _refusal("the header X-Experience-API-Version is missing", spoken)
    known = _KNOWN.get(text)
    if known is None and (match := _PATCH.fullmatch(text)):
        known = _KNOWN[match[1]]
    if known is None or known not in spoken:
        raise _refusal("this version is not spoken", spoken)
    return known


def _refusal(what: str, spoken: Collection[Version]) -> RequestError:
    return RequestError(400, Fault("", f"{what}: send {' or '.join(spoken)}", "Communication 3.3"))
