"""Which resource a path means, and which methods it takes.

Question  Who answers this path?
Safe      A path is looked up whole: nothing is decoded, joined or walked, so there are no path tricks.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from payoff.apps.lrs.exchange import Request, Response
from payoff.apps.lrs.service import Caller, Service
from payoff.statements.scopes import Resource

Handler = Callable[[Service, Request, Caller], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """A resource and who answers each of its methods; `allow` is the header of a 405."""

    resource: Resource
    handlers: Mapping[str, Handler]
    allow: str


def build_routes(endpoint: str, tables: Mapping[Resource, Mapping[str, Handler]]) -> dict[str, Route]:
    """Routes by path."""
    routes = {}
    for resource, handlers in tables.items():
        methods = [*handlers, "HEAD", "OPTIONS"] if "GET" in handlers else [*handlers, "OPTIONS"]
        routes[f"{endpoint.rstrip('/')}/{resource.value}"] = Route(resource, handlers, ", ".join(methods))
    return routes
