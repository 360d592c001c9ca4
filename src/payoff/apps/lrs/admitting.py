"""What a request passes before a resource sees it.

Question  Is this a known method, in a version that is spoken, from somebody who may?
Order     method 405 → version 400 → who 401/403/429 → body 408/413/415/503 → the resource. Whoever may not
          ask is refused before a byte of the body is read. In the alternate request syntax of 1.0.3 the
          Authorization may be inside the body: it must stand in the first 64 KB, and no more is read before.
"""

from dataclasses import dataclass, replace

from payoff.apps.lrs.answering import MethodError
from payoff.apps.lrs.exchange import Request, Response
from payoff.apps.lrs.receiving import START_BYTES, Admit, BodyReader, Receive
from payoff.apps.lrs.routing import Handler, Route
from payoff.apps.lrs.service import Caller, Service
from payoff.apps.lrs.versions import HEADER, read_version
from payoff.statements.credentials import refuse_credentials
from payoff.xapi.alternate import (
    check_version,
    find_authorization,
    find_meant,
    is_alternate,
    read_alternate,
)
from payoff.xapi.statement import Version

_LATE = f"send Authorization as a header or among the first {START_BYTES:,} bytes of the form"


@dataclass(slots=True)
class Trace:
    """What is known of a request so far: for the log, the figures and the headers of any answer."""

    resource: str = "other"
    method: str = "other"
    version: Version | None = None
    key: str = ""
    held: bytes = b""  # a body: given back after the answer


@dataclass(slots=True)
class Admission:
    """One request on its way to its resource."""

    service: Service
    bodies: BodyReader
    route: Route
    receive: Receive
    trace: Trace

    async def answer(self, request: Request) -> Response:
        """Pass everything, then let the resource answer."""
        if is_alternate(request.query):
            return await self._answer_alternate(request)
        handler = self._find_handler(request.method)
        self._settle_version(request)
        caller = await self._find_caller(request)
        if request.method in ("PUT", "POST"):
            request.body = await self._read(request, caller.access.limits.body_bytes)
        return await handler(self.service, request, caller)

    async def _answer_alternate(self, request: Request) -> Response:
        """Communication 1.3: the request is inside a form; 2.0 has done away with it."""
        if HEADER in request.headers:
            self._settle_version(request)
            check_version(request.version)
        meant = self.trace.method = find_meant(request.method, request.query, request.headers)
        handler = self._find_handler(meant)
        form, caller = await self._receive_form(request, meant)
        given = request.method, request.query, request.headers, form
        inner = await self.service.inspect(len(form), read_alternate, *given)
        asked = Request(meant, request.resource, inner.query, inner.headers, inner.body)
        self._settle_version(asked)
        check_version(asked.version)
        if caller is None:
            caller = await self._find_caller(asked)
        self.bodies.check_length(len(asked.body), caller.access.limits.body_bytes)
        return await handler(self.service, asked, caller)

    async def _receive_form(self, request: Request, meant: str) -> tuple[bytes, Caller | None]:
        """A form, and whose it is: None for a short one without credentials in the head of its request."""
        caller: Caller | None = None
        if "authorization" in request.headers:
            caller = await self._find_caller(replace(request, method=meant))
            return await self._read(request, _limit_form(caller)), caller

        async def admit(start: bytes) -> int | None:
            nonlocal caller
            said = find_authorization(start)
            if said is None:
                raise refuse_credentials(_LATE)
            caller = await self._find_caller(Request(meant, request.resource, {}, {"authorization": said}))
            return _limit_form(caller)

        return await self._read(request, None, admit), caller

    def _find_handler(self, method: str) -> Handler:
        """Who answers this method; HEAD is answered as GET."""
        handler = self.route.handlers.get("GET" if method == "HEAD" else method)
        if handler is None:
            raise MethodError(self.route.allow)
        return handler

    def _settle_version(self, request: Request) -> None:
        spoken = self.service.settings.versions
        request.version = self.trace.version = read_version(request.headers.get(HEADER), spoken)

    async def _find_caller(self, request: Request) -> Caller:
        access = await self.service.find_access(request.headers.get("authorization"))
        self.trace.key = access.name
        method = "GET" if request.method == "HEAD" else request.method
        reach = access.require(self.route.resource, method)
        self.service.gate.take_turn(access)
        return Caller(access, reach)

    async def _read(self, request: Request, limit: int | None, admit: Admit | None = None) -> bytes:
        declared = self.bodies.check_declared(request.headers, limit)
        body = await self.bodies.read(self.receive, declared, limit, admit)
        self.trace.held = body
        return body


def _limit_form(caller: Caller) -> int | None:
    """How long a form may be: each byte of its content may be written as three, and its head is beside it."""
    limit = caller.access.limits.body_bytes
    return None if limit is None else 3 * limit + START_BYTES
