"""A request's body, taken in piece by piece within its limits.

Question  How is a body read that may be endless, slow, or one of very many?
Refuses   413 as soon as the declared or the received length passes the limit; 408 past the deadline; 503
          where all bodies a worker holds would pass its budget; 415 for a body that is compressed.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from payoff.apps.lrs.deadlines import Deadlines
from payoff.apps.lrs.settings import Limits
from payoff.xapi.fault import Fault, RequestError

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Admit = Callable[[bytes], Awaitable[int | None]]
START_BYTES = 64 * 1024  # of a body that may come before it is known who sends it
AT_ONCE_BYTES = 256 * 1024  # below this a body costs nothing worth counting


class DisconnectedError(Exception):
    """The body broke off: the client went away, or sent chunks that are no chunks."""


class BodyReader:
    """Reads bodies; knows how many bytes all of them hold together."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._deadlines = Deadlines(limits.body_seconds)
        self.held_bytes = 0

    def check_declared(self, headers: Mapping[str, str], limit: int | None = None) -> int:
        """The declared length (0 when none is), refused before a byte is read where it is too long."""
        if "transfer-encoding" in headers and "content-length" in headers:
            what = "a body has a length or arrives in chunks, not both"
            raise RequestError(400, Fault("", what, "RFC 9112 6.3"))
        coding = headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", ""):
            raise RequestError(415, Fault("", "a compressed body is not taken: send it as it is", "HTTP 415"))
        text = headers.get("content-length", "0")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise RequestError(400, Fault("", "Content-Length is no number", "HTTP Content-Length"))
        declared = int(text)
        self.check_length(declared, limit)
        return declared

    def check_length(self, length: int, limit: int | None) -> None:
        """413 where a body is longer than a key (`limit`) or the server takes."""
        most = min(limit or self._limits.body_bytes, self._limits.body_bytes)
        if length > most:
            what = f"the body is longer than {most:,} bytes"
            raise RequestError(413, Fault("", what, "server limit: body_bytes"))

    async def read(
        self, receive: Receive, declared: int, limit: int | None = None, admit: Admit | None = None
    ) -> bytes:
        """The whole body; what it holds of the budget must be given back by `release`.

        `admit` is shown the start of a body that is longer than START_BYTES: it says which limit holds for
        the rest, or refuses it.
        """
        try:
            return await self._deadlines.bound(self._gather(receive, declared, limit, admit))
        except TimeoutError:
            what = f"the body did not arrive within {self._limits.body_seconds:g} s"
            raise RequestError(408, Fault("", what, "server limit: body_seconds")) from None

    def release(self, body: bytes) -> None:
        """Give back what a body held."""
        self.held_bytes -= len(body)

    async def _gather(self, receive: Receive, declared: int, limit: int | None, admit: Admit | None) -> bytes:
        """Bytes are counted as they arrive: who only declares many keeps nobody else out."""
        pieces: list[bytes] = []
        length = 0
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise DisconnectedError
                piece: bytes = message.get("body", b"")
                length += len(piece)
                self.held_bytes += len(piece)
                self.check_length(length, limit)
                if length > AT_ONCE_BYTES and self.held_bytes > self._limits.bodies_bytes:
                    what = "too much is being received at once: try again"
                    raise RequestError(503, Fault("", what, "server limit: bodies_bytes"))
                if piece:
                    pieces.append(piece)
                if admit is not None and length > START_BYTES:
                    limit, admit = await admit(b"".join(pieces)), None
                    self.check_length(max(length, declared), limit)
                if length == declared > 0 or not message.get("more_body", False):
                    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
        except BaseException:
            self.held_bytes -= length
            raise
