"""The alternate request syntax of 1.0.3: a POST whose form holds headers, query and content of any request.

Question  Which request does this form stand for?
Refuses   2.0 altogether. Further parameters in the URL, an unknown method, a form that is no form, PUT and
          POST without `content`, GET and DELETE with one, a header sent in two ways that differ.
Default   Content without a Content-Type of its own is application/json.
Cites     xAPI 1.0.3 Communication 1.3.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.media_types import read_media_type
from payoff.xapi.parameters import MAX_PARAMETERS, Query, read_query
from payoff.xapi.statement import Version

_RULE = "Communication 1.3"
_BRINGS = {"PUT": True, "POST": True, "GET": False, "HEAD": False, "DELETE": False}
_AS_HEADERS = {
    *(
        "authorization",
        "x-experience-api-version",
        "content-type",
        "content-length",
        "if-match",
        "if-none-match",
    ),
}
_FORMS = {"application/x-www-form-urlencoded", "text/plain"}  # the latter is all that some old browsers send
_AUTHORIZATION = b"authorization="
_VALUE = re.compile(r"[\x20-\x7e\x80-\xff\t]*")


class PlainRequest(NamedTuple):
    """The request as it would have come without the detour; names of headers in lower case."""

    method: str
    headers: dict[str, str]
    query: dict[str, str]
    body: bytes


def is_alternate(query: Query) -> bool:
    """Whether the URL asks for the alternate syntax."""
    return "method" in query


def find_meant(method: str, query: Query, headers: Mapping[str, str]) -> str:
    """The method of the request meant, as far as the head of the one that came tells; RequestError 400."""
    if method != "POST":
        raise _refuse("method", "may be sent with POST only")
    if len(query) > 1:
        extra = next(name for name in query if name != "method")
        raise _refuse(extra[:80], "belongs into the form: method is the only parameter of the URL")
    meant = query["method"]
    if meant not in _BRINGS:
        raise _refuse("method", f"must be one of {', '.join(_BRINGS)}")
    _check_form(headers.get("content-type", ""))
    return meant


def find_authorization(start: bytes) -> str | None:
    """The member Authorization in the start of a form, which may break off within its last member."""
    for member in start.split(b"&", MAX_PARAMETERS)[:-1]:
        if member[: len(_AUTHORIZATION)].lower() == _AUTHORIZATION:
            return next(iter(read_query(member).values()))
    return None


def read_alternate(method: str, query: Query, headers: Mapping[str, str], body: bytes) -> PlainRequest:
    """The request meant; its version is in the headers given back, to be held against `check_version`."""
    meant = find_meant(method, query, headers)
    form = read_query(body)
    content = form.pop("content", None)
    if (content is not None) != _BRINGS[meant]:
        raise _refuse(
            "content", f"must stand in the form of {meant}" if _BRINGS[meant] else f"has no place in {meant}"
        )
    plain = {name: value for name, value in headers.items() if name not in ("content-type", "content-length")}
    for name in [name for name in form if name.lower() in _AS_HEADERS]:
        _move_header(plain, name, form.pop(name))
    plain.pop("content-length", None)  # of the content, in whichever characters its sender counts
    if content is not None:
        plain.setdefault("content-type", "application/json")
    return PlainRequest(meant, plain, form, (content or "").encode())


def check_version(version: Version) -> None:
    """RequestError 400 for 2.0, which knows no alternate syntax."""
    if version is Version.V2:
        raise _refuse("method", "is no parameter: xAPI 2.0 has no alternate request syntax")


def _check_form(content_type: str) -> None:
    try:
        if content_type and read_media_type(content_type).essence not in _FORMS:
            raise _refuse("Content-Type", "must be application/x-www-form-urlencoded")
    except ValueError as why:
        raise _refuse("Content-Type", str(why)) from None


def _move_header(headers: dict[str, str], name: str, value: str) -> None:
    if not _VALUE.fullmatch(value):
        raise _refuse(name, "holds characters that no header may hold")
    if headers.setdefault(name.lower(), value) != value:
        raise _refuse(name, "is sent as header and in the form, and they differ")


def _refuse(name: str, what: str) -> RequestError:
    return RequestError(400, Fault(name, what, _RULE))
