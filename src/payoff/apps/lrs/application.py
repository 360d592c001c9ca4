"""The record store as one ASGI callable.

Question  How does a request become an answer, and what is opened before the first and closed after the
          last?
Never     An answer shows no trace of the inside: what should not happen is 500 with the id of a line of the
          log.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from payoff.apps.lrs import metrics
from payoff.apps.lrs.about import tell_about
from payoff.apps.lrs.admitting import Admission, Trace
from payoff.apps.lrs.answering import MethodError, fail, new_log_id, refuse
from payoff.apps.lrs.consistency import HEADER as THROUGH
from payoff.apps.lrs.cors import Cors
from payoff.apps.lrs.exchange import Request, Response, read_headers
from payoff.apps.lrs.health import tell_live
from payoff.apps.lrs.receiving import BodyReader, DisconnectedError, Receive
from payoff.apps.lrs.request_log import LogBridge, RequestLog
from payoff.apps.lrs.resources import RESOURCES
from payoff.apps.lrs.routing import build_routes
from payoff.apps.lrs.service import Service, start_service, stop_service
from payoff.apps.lrs.settings import Settings, name_store
from payoff.apps.lrs.versions import HEADER
from payoff.statements.connection import UnavailableError
from payoff.statements.credentials import AccessError
from payoff.statements.scopes import Resource
from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.parameters import read_query

Scope = Mapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
METHODS = frozenset(("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"))
READING = "GET, HEAD, OPTIONS"
STATEMENTS = Resource.STATEMENTS.value
_AWAY = RequestError(503, Fault("", "the store cannot be read now: try again", "server"))
_BROKEN_OFF = RequestError(400, Fault("", "the body broke off, or its chunks are no chunks", "HTTP body"))


def create_application(settings: Settings, log: RequestLog | None = None) -> "Application":
    """The ASGI callable; its lifespan opens and closes the store."""
    return Application(settings, log or RequestLog(settings.log_requests))


class Application:
    """One worker's record store."""

    def __init__(self, settings: Settings, log: RequestLog) -> None:
        self._settings = settings
        self.log = log
        self._routes = build_routes(settings.endpoint, RESOURCES)
        self._beside = {"/healthz", "/readyz", "/metrics", f"{settings.endpoint}/{Resource.ABOUT}"}
        self._cors = Cors(settings.cors_origins)
        self._bodies = BodyReader(settings.limits)
        self._metrics = metrics.Metrics()
        self.service: Service | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the life of the process."""
        if scope["type"] == "http":
            await self._exchange(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()  # lifespan.startup
        bridge = LogBridge(self.log, asyncio.get_running_loop())
        logging.getLogger("payoff").addHandler(bridge)
        try:
            try:
                self.service = await start_service(self._settings, self._metrics)
            except Exception as error:
                self.log.error(error, new_log_id())
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            own = self._settings
            where = {"host": own.host, "port": own.port, "endpoint": own.endpoint}
            self.log.event("started", **where, store=name_store(own.store))
            await send({"type": "lifespan.startup.complete"})
            await receive()  # lifespan.shutdown
            service, self.service = self.service, None
            await stop_service(service)
            self.log.event("stopped")
            await send({"type": "lifespan.shutdown.complete"})
        finally:
            logging.getLogger("payoff").removeHandler(bridge)

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.perf_counter()
        self._metrics.begin()
        trace, log_id = Trace(), ""
        headers = read_headers(scope["headers"])
        try:
            response = await self._respond(scope, headers, receive, trace)
        except RequestError as error:
            log_id = new_log_id()
            if isinstance(error, AccessError) and error.login is not None:
                trace.key = error.login
                self._metrics.failed_login(bool(error.login), error.status)
            response = refuse(error, headers, log_id)
        except UnavailableError as error:
            log_id = new_log_id()
            self.log.error(error, log_id)
            response = refuse(_AWAY, headers, log_id)
        except DisconnectedError:  # the server says the same of a client that left and of one that garbled
            log_id = new_log_id()
            response = refuse(_BROKEN_OFF, headers, log_id)
        except Exception as error:
            log_id = new_log_id()
            self.log.error(error, log_id)
            response = fail(headers, log_id)
        try:
            await self._add_headers(response, headers, trace)
            await _send(send, response, scope["method"] == "HEAD")
        finally:
            self._bodies.release(trace.held)
            seconds = time.perf_counter() - begun
            self._metrics.end(trace.resource, trace.method, response.status, seconds)
            self.log.request(trace.method, trace.resource, response.status, seconds * 1e3, trace.key, log_id)

    async def _respond(
        self, scope: Scope, headers: Mapping[str, str], receive: Receive, trace: Trace
    ) -> Response:
        method, path = scope["method"], scope["path"]
        if method in METHODS:
            trace.method = method
        route = self._routes.get(path)
        if route is None:
            return await self._respond_beside(scope, trace)
        trace.resource = route.resource.value
        if method == "OPTIONS":
            return self._cors.preflight(route.allow)
        query = read_query(scope["query_string"]) if scope["query_string"] else {}
        request = Request(method, trace.resource, query, headers)
        return await Admission(self._find_service(), self._bodies, route, receive, trace).answer(request)

    async def _respond_beside(self, scope: Scope, trace: Trace) -> Response:
        """What needs no key: About, health, figures. Anything else is not here."""
        path = scope["path"]
        if path not in self._beside:
            what = f"there is nothing here; the resources of xAPI are below {self._settings.endpoint}/"
            raise RequestError(404, Fault("", what, "HTTP 404"))
        trace.resource = path.rpartition("/")[2]
        if scope["method"] == "OPTIONS":
            return self._cors.preflight(READING)
        if scope["method"] not in ("GET", "HEAD"):
            raise MethodError(READING)
        if trace.resource == "about":
            return tell_about(self._settings, read_query(scope["query_string"]))
        if trace.resource == "metrics":
            return Response(200, [("content-type", metrics.CONTENT_TYPE)], self._metrics.render())
        if trace.resource == "healthz":
            return tell_live()
        return await self._find_service().health.ready()

    def _find_service(self) -> Service:
        if self.service is None:
            raise RequestError(503, Fault("", "the record store is not open", "server"))
        return self.service

    async def _add_headers(self, response: Response, headers: Mapping[str, str], trace: Trace) -> None:
        """What every answer carries."""
        added = response.headers
        added.append((HEADER, (trace.version or self._settings.default_version).value))
        if "origin" in headers:
            added.extend(self._cors.headers(headers))
        if trace.resource != STATEMENTS or self.service is None or response.tells(THROUGH):
            return
        through = self.service.consistency
        added.append(through.last_header() if through.is_fresh() else await through.header())


async def _send(send: Send, response: Response, is_head: bool) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    if response.status != 204:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else response.body})
