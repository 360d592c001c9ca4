"""Whether the process lives, and whether it can take statements.

Question  Should this process be sent requests, and should it be started anew?
Ready     Some pages are written and deleted again, in two transactions: it is ready when there was
          room for both and each reached the disk. Asked at most once a second, whoever asks, and anew once
          the writer had to refuse something. Nothing of it stays.
"""

import asyncio
import secrets
import time

from payoff.apps.lrs.exchange import Response, json_response
from payoff.apps.lrs.settling import Settler, Submits
from payoff.statements.document import DocumentKind, DocumentPlace, Precondition
from payoff.statements.work import DeleteDocuments, Outcome, PutDocument

PROBE_SECONDS = 5.0
KEPT_SECONDS = 1.0
_PLACE = DocumentPlace(0, DocumentKind.STATE, "readiness:", "readiness")
# About what a statement needs in tables and indices. Random, or PostgreSQL would pack it; written and deleted
# apart, for SQLite writes no page that was made and freed in one transaction.
_WRITE = PutDocument(
    _PLACE, "probe", "application/octet-stream", secrets.token_bytes(64 * 1024), Precondition()
)
_DELETE = DeleteDocuments(_PLACE, "probe", Precondition())


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
        is_old = time.monotonic() - self._probed_at > KEPT_SECONDS
        if is_old or (self._ready and self._settler.unavailable):
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
                written = await self._settler.write(self._store, _WRITE)
                deleted = await self._settler.write(self._store, _DELETE)
            # UNCHANGED: another worker's probe deleted it in between
            ready = written.outcome is Outcome.STORED and deleted.outcome is not Outcome.UNAVAILABLE
        except TimeoutError:
            ready = False
        self._probed_at = time.monotonic()
        return ready
