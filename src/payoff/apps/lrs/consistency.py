"""X-Experience-API-Consistent-Through, on every answer of the statement resource.

Question  Up to when has everything been stored that ever will be?
Reads     Carry what the store said just before they were answered.
Others    Writes and refusals carry the last that was said, asked anew once a second: it stays true.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from payoff.apps.lrs.reading import Readers
from payoff.statements.connection import UnavailableError
from payoff.xapi.times import write_time

HEADER = "x-experience-api-consistent-through"
KEPT_SECONDS = 1.0
WAITED_SECONDS = 0.1  # no longer, where all readers are busy: a write does not wait for queries


def through_header(through_us: int) -> tuple[str, str]:
    """The header as it is sent."""
    return HEADER, write_time(through_us)


class Consistency:
    """The last time that was said, for answers that read nothing."""

    def __init__(self, find: Callable[[int], int], readers: Readers) -> None:
        self._find = find
        self._readers = readers
        self._said = write_time(0)
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    def is_fresh(self) -> bool:
        """Whether what was said may be said again without asking."""
        return time.monotonic() - self._asked_at <= KEPT_SECONDS

    def last_header(self) -> tuple[str, str]:
        """The header as it was last said."""
        return HEADER, self._said

    async def header(self) -> tuple[str, str]:
        """The header; who comes a second after it was last asked for asks anew, the others do not wait."""
        if not self.is_fresh() and (self._asking is None or self._asking.done()):
            self._asked_at = time.monotonic()
            self._asking = asyncio.create_task(self._ask())
            await asyncio.wait((self._asking,), timeout=WAITED_SECONDS)
        return self.last_header()

    async def _ask(self) -> None:
        with suppress(
            UnavailableError
        ):  # what was said stays true, and an answer must not fail by its header
            self._said = write_time(await self._readers.call(self._find, 0))
