"""Errors as a client reads them.

Question  What is told to a client whose request is refused or failed?
Shape     {"error": what, "faults": [{"path", "what", "rule"}], "id": the line of the log}, as JSON; as text
          or HTML for who asks for it (Communication 3.2). Nothing of the inside is shown.
"""

import html
import secrets
from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from payoff.apps.lrs.exchange import Response
from payoff.statements.credentials import AccessError
from payoff.xapi.fault import Fault, RequestError

RETRY_SECONDS = 1
_MOST_FAULTS = 100
_VERBS = frozenset(
    ("is", "must", "may", "has", "holds", "names", "belongs", "lies")
)  # the path is their subject
_encode = msgspec.json.Encoder().encode


class MethodError(RequestError):
    """405: the resource does not take this method; `allow` names those it takes."""

    def __init__(self, allow: str) -> None:
        self.headers = (("allow", allow),)
        super().__init__(405, Fault("", f"the methods here are {allow}", "HTTP 405"))


def new_log_id() -> str:
    """Names one answer in the log and in the answer itself."""
    return secrets.token_hex(6)


def refuse(error: RequestError, headers: Mapping[str, str], log_id: str) -> Response:
    """The answer to a request that broke a rule."""
    response = _compose(error.status, error.faults[:_MOST_FAULTS], headers, log_id)
    if isinstance(error, AccessError | MethodError):
        response.headers.extend(error.headers)
    elif error.status == 503:
        response.headers.append(("retry-after", str(RETRY_SECONDS)))
    return response


def fail(headers: Mapping[str, str], log_id: str) -> Response:
    """The answer when the fault is ours: it names the line of the log and nothing else."""
    fault = Fault("", "something went wrong here, nothing was acknowledged", "server error")
    return _compose(500, (fault,), headers, log_id)


def _compose(status: int, faults: tuple[Fault, ...], headers: Mapping[str, str], log_id: str) -> Response:
    title = f"{status} {_phrase(status)}"
    kind = _preferred(headers.get("accept", ""))
    if kind == "text/plain":
        lines = [title, *(f"{f.path or 'request'}: {f.what} ({f.rule})" for f in faults), f"id {log_id}"]
        return Response(
            status, [("content-type", "text/plain; charset=utf-8")], _utf8("\n".join(lines) + "\n")
        )
    if kind == "text/html":
        rows = "".join(f"<li>{html.escape(f'{f.path} {f.what} ({f.rule})')}</li>" for f in faults)
        page = f"<!doctype html><title>{title}</title><h1>{title}</h1><ul>{rows}</ul><p>id {log_id}</p>"
        return Response(status, [("content-type", "text/html; charset=utf-8")], _utf8(page))
    what = _write_sentence(faults[0]) if faults else _phrase(status)
    shown = [{"path": _clean(f.path), "what": _clean(f.what), "rule": f.rule} for f in faults]
    body = _encode({"error": _clean(what), "faults": shown, "id": log_id})
    return Response(status, [("content-type", "application/json")], body)


def _write_sentence(fault: Fault) -> str:
    """What is wrong, for who reads this alone: the parameter, header or JSON path comes first."""
    if not fault.path:
        return fault.what
    goes_on = fault.what.partition(" ")[0] in _VERBS
    return f"{fault.path}{' ' if goes_on else ': '}{fault.what}"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _preferred(accept: str) -> str:
    """The first of our three kinds that is named; JSON when none is."""
    for piece in accept.split(",", 16)[:16]:
        kind = piece.split(";", 1)[0].strip().lower()
        if kind in ("application/json", "text/plain", "text/html"):
            return kind
    return "application/json"


def _clean(text: str) -> str:
    """Lone surrogates have no UTF-8: they are shown as a question mark."""
    return text if text.isascii() else _utf8(text).decode("utf-8")


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
