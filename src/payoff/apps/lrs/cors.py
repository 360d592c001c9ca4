"""Which pages of other origins may talk to this store.

Question  May the page at this origin send requests, and read which headers of the answers?
Safe      No cookie is ever read, so a page can only do what the key it holds may do; hence "*" by default.
"""

from collections.abc import Mapping

from payoff.apps.lrs.exchange import Response

METHODS = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
REQUEST_HEADERS = (
    "Accept, Accept-Language, Authorization, Content-Type, Content-Transfer-Encoding, If-Match, "
    "If-None-Match, X-Experience-API-Hash, X-Experience-API-Version"
)
EXPOSED = (
    "ETag, Last-Modified, Retry-After, X-Experience-API-Consistent-Through, X-Experience-API-Version, "
    "Content-Length, Content-Type"
)
PREFLIGHT_SECONDS = "86400"


class Cors:
    """The origins that may ask."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self._any = "*" in origins
        self._origins = frozenset(origins)

    def headers(self, headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """What an answer to a page carries; nothing where no page asks."""
        origin = headers.get("origin")
        if origin is None:
            return ()
        if self._any:
            return (("access-control-allow-origin", "*"), ("access-control-expose-headers", EXPOSED))
        if origin not in self._origins:
            return (("vary", "Origin"),)
        return (
            ("access-control-allow-origin", origin),
            ("access-control-expose-headers", EXPOSED),
            ("vary", "Origin"),
        )

    def preflight(self, allow: str) -> Response:
        """The answer to OPTIONS; `allow` are the methods of the resource."""
        return Response(
            204,
            [
                ("allow", allow),
                ("access-control-allow-methods", METHODS),
                ("access-control-allow-headers", REQUEST_HEADERS),
                ("access-control-max-age", PREFLIGHT_SECONDS),
            ],
        )
