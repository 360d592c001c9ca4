"""One request and one response, as the resources see them.

Question  What was asked, and what is answered, without a word about sockets?
Headers   Of a request: names in lower case; a header sent twice holds both values, joined by a comma, as
          HTTP has it. Of a response: as they are written.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from payoff.xapi.statement import Version


@dataclass(slots=True)
class Request:
    """What a client asks of one resource; `version` is settled before a resource sees it."""

    method: str
    resource: str  # the path below the endpoint, such as activities/state
    query: Mapping[str, str]  # parameters, decoded
    headers: Mapping[str, str]
    body: bytes = b""
    version: Version = Version.V2

    def header(self, name: str) -> str | None:
        """The value of a header (its name in lower case), or None."""
        return self.headers.get(name)


@dataclass(slots=True)
class Response:
    """A status, headers and a body that are sent whole."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def tells(self, name: str) -> bool:
        """Whether a header of this name, in lower case, is among them."""
        return name in dict(self.headers)


def json_response(body: bytes, *headers: tuple[str, str], status: int = 200) -> Response:
    """An answer of JSON text."""
    return Response(status, [("content-type", "application/json"), *headers], body)


def read_headers(pairs: Collection[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by name; bytes outside ASCII survive as Latin-1, so that nothing raises here."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in pairs}
    if len(headers) == len(pairs):  # as nearly always: none is sent twice
        return headers
    headers.clear()
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
