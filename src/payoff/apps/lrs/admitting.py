"""What a request passes before a resource sees it.

Question  Is this a known method, in a version that is spoken, from somebody who may?
Order     method 405 → version 400 → who 401/403/429 → body 408/413/415/503 → the resource. Whoever may not
          ask is refused before a byte of the body is read; only the alternate request syntax of 1.0.3,
          whose Authorization is inside the body, must be read first.
"""

from dataclasses import dataclass

from payoff.apps.lrs.answering import MethodError
from payoff.apps.lrs.exchange import Request, Response
from payoff.apps.lrs.receiving import BodyReader, Receive
from payoff.apps.lrs.routing import Handler, Route
from payoff.apps.lrs.service import Caller, Service
from payoff.apps.lrs.versions import HEADER, read_version
from payoff.xapi.alternate import check_version, is_alternate, read_alternate
from payoff.xapi.statement import Version


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
        form = await self._read(request, None) if request.method == "POST" else b""
        inner = read_alternate(request.method, request.query, request.headers, form)
        asked = Request(inner.method, request.resource, inner.query, inner.headers, inner.body)
        handler = self._find_handler(asked.method)
        self.trace.method = asked.method
        self._settle_version(asked)
        check_version(asked.version)
        caller = await self._find_caller(asked)
        self.bodies.check_length(len(asked.body), caller.access.limits.body_bytes)
        return await handler(self.service, asked, caller)

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

    async def _read(self, request: Request, limit: int | None) -> bytes:
        declared = self.bodies.check_declared(request.headers, limit)
        body = await self.bodies.read(self.receive, declared, limit)
        self.trace.held = body
        return body
