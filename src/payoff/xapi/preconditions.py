"""If-Match and If-None-Match of requests for documents.

Question  Under which condition may this document be written or deleted?
Required  A PUT over an existing document needs one of the two headers: for profiles always, for state in 2.0.
          Without, the answer is 409; POST merges and DELETE need none (1.0.3 Communication 3.1, IEEE 9274.1.1
          4.1.4).
Lenient   An entity tag without its quotes is taken, for clients long in use send it so. A weak tag counts as
          the strong one: ours are digests of the bytes, and a proxy that compresses weakens them on the way.
Cites     RFC 9110, 8.8.3 and 13.1; xAPI 1.0.3 Communication 3.1.
"""

import re
from typing import NamedTuple

from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.statement import Version

_TAG = re.compile(
    r'[ \t]*(?:(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"|([A-Za-z0-9._+/=-]+)|(?=,|\Z))[ \t]*(?:,|\Z)'
)


class Conditions(NamedTuple):
    """Entity tags without quotes, ("*",) for any; None: not sent.

    `required`: an existing document is not replaced without one of them, 409.
    """

    if_match: tuple[str, ...] | None
    if_none_match: tuple[str, ...] | None
    required: bool


def read_conditions(
    if_match: str | None, if_none_match: str | None, method: str, version: Version, *, of_state: bool
) -> Conditions:
    """The headers as they came; RequestError 400 where one is no list of entity tags."""
    return Conditions(
        _read_tags("If-Match", if_match),
        _read_tags("If-None-Match", if_none_match),
        required=method == "PUT" and (version is Version.V2 or not of_state),
    )


def _read_tags(name: str, header: str | None) -> tuple[str, ...] | None:
    if header is None:
        return None
    if header.strip() == "*":
        return ("*",)
    tags: list[str] = []
    end = 0
    while end < len(header):
        found = _TAG.match(header, end)
        if found is None:
            raise _refuse(name)
        end = found.end()
        tag = found[1] if found[1] is not None else found[2]
        if tag is not None:
            tags.append(tag)
    if not tags or "*" in tags:
        raise _refuse(name)
    return tuple(tags)


def _refuse(name: str) -> RequestError:
    what = 'must be * or a list of entity tags, each in quotes: "tag"'
    return RequestError(400, Fault(name, what, "Communication 3.1"))
