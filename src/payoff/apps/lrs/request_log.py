"""The log: one line of JSON per request or event, with nothing about persons in it.

Question  What was asked, how did it end, how long did it take, by which key?
Leaves    Query strings, bodies, addresses and agents are never written; of an error only its kind and the
          lines of code it passed, for its message may quote a statement.
Speed     Lines are gathered and written together, a few times a second; errors at once.
"""

import asyncio
import logging
import sys
import time
import traceback
from contextlib import suppress
from typing import Any, BinaryIO

import msgspec

from payoff.xapi.times import write_time

FLUSH_SECONDS = 0.2
_encode = msgspec.json.Encoder().encode


class _Line(msgspec.Struct, omit_defaults=True, gc=False):
    """One finished request, as it is written."""

    at: str
    event: str
    method: str
    path: str
    status: int
    ms: float
    key: str
    id: str = ""


class RequestLog:
    """Writes to a stream; `requests` off leaves events and errors."""

    def __init__(self, requests: bool, stream: BinaryIO | None = None) -> None:
        self._requests = requests
        self._stream = stream or sys.stderr.buffer
        self._lines: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    def request(self, method: str, resource: str, status: int, ms: float, key: str, log_id: str) -> None:
        """One finished request; `resource` is the path as routed, never the one sent."""
        if not self._requests:
            return
        self._lines.append(
            _encode(_Line(_now(), "request", method, resource, status, round(ms, 2), key, log_id))
        )
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)

    def event(self, name: str, **fields: Any) -> None:
        """Something that happened to the server itself."""
        self._lines.append(_encode({"at": _now(), "event": name, **fields}))
        self.flush()

    def error(self, error: BaseException, log_id: str) -> None:
        """Something that should not have happened: its kind and its way through the code."""
        frames = traceback.extract_tb(error.__traceback__)
        way = [f"{frame.filename.rsplit('/payoff/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
        self.event("error", id=log_id, kind=type(error).__name__, way=way)

    def flush(self) -> None:
        """Write what has gathered."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        lines, self._lines = self._lines, []
        if not lines:
            return
        with suppress(OSError, ValueError):  # a full or closed log must not stop the store
            self._stream.write(b"\n".join(lines) + b"\n")
            self._stream.flush()


class LogBridge(logging.Handler):
    """What the store writes to Python's log, from any thread, as events: without what it quotes."""

    def __init__(self, log: RequestLog, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(logging.WARNING)
        self._log = log
        self._loop = loop

    def emit(self, record: logging.LogRecord) -> None:
        """Pass one line on; a loop that has ended takes none."""
        error = record.exc_info[1] if record.exc_info else None
        kind = type(error.__cause__ or error).__name__ if error else ""  # the database's own name for it
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._tell, record.levelname.lower(), str(record.msg), kind)

    def _tell(self, level: str, what: str, kind: str) -> None:
        self._log.event("store", level=level, what=what, kind=kind)


class ServerLines(logging.Formatter):
    """What granian says, in the form of our own lines."""

    def format(self, record: logging.LogRecord) -> str:
        """One event; its lines are about workers and sockets, never about a request."""
        line = {"at": _now(), "event": "server", "level": record.levelname.lower()}
        return _encode({**line, "what": record.getMessage()}).decode()


_TO_STDERR = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "lines"}
LOGGING = {  # as logging.config wants it
    "formatters": {"lines": {"()": ServerLines}},
    "handlers": {"console": _TO_STDERR, "access": _TO_STDERR},
}


def _now() -> str:
    return f"{write_time(time.time_ns() // 1000)[:-4]}Z"  # to the millisecond
