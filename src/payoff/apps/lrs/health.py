"""Whether the process lives, and whether it can take statements.

Question  Should this process be sent requests, and should it be started anew?
Ready     A change that changes nothing is sent through the writer: it is ready when the database let the
          writer begin and end a transaction. Asked at most once a second, whoever asks.
"""

import asyncio
import time

from payoff.apps.lrs.exchange import Response, json_response
from payoff.apps.lrs.settling import Settler, Submits
from payoff.statements.document import DocumentKind, DocumentPlace, Precondition
from payoff.statements.work import DeleteDocuments, Outcome

PROBE_SECONDS = 5.0
KEPT_SECONDS = 1.0
_NOWHERE = DeleteDocuments(
    DocumentPlace(0, DocumentKind.STATE, "readiness:", "readiness"), None, Precondition()
)


def tell_live() -> Response:
    """The event loop turns."""
    return json_response(b'{"live":true}')


class Health:
    """Answers of /readyz."""

    def __init__(self, store: Submits, settler: Settler) -> None:
        self._store = store
        self._settler = settler
        self._probed_at = float("-inf")
        self._ready = False
        self._probe: asyncio.Task[bool] | None = None

    async def ready(self) -> Response:
        """The store can be written."""
        if time.monotonic() - self._probed_at > KEPT_SECONDS:
            if self._probe is None or self._probe.done():
                self._probe = asyncio.create_task(self._ask())
            self._ready = await asyncio.shield(self._probe)
        if self._ready:
            return json_response(b'{"ready":true}')
        return json_response(b'{"ready":false,"why":"the store cannot be written"}', status=503)

    def forget(self) -> None:
        """Ask the store anew at the next question."""
        self._probed_at = float("-inf")

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                work = await self._settler.write(self._store, _NOWHERE)
            ready = work.outcome in (Outcome.STORED, Outcome.UNCHANGED)
        except TimeoutError:
            ready = False
        self._probed_at = time.monotonic()
        return ready
