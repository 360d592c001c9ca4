"""X-Experience-API-Consistent-Through, on every answer of the statement resource.

Question  Up to when has everything been stored that ever will be?
Reads     Carry what the store said just before they were answered.
Others    Writes and refusals carry the last that was said, asked anew once a second: an older time stays
          true.
"""

import time
from collections.abc import Callable

from payoff.apps.lrs.reading import Readers
from payoff.statements.connection import UnavailableError
from payoff.xapi.times import write_time

HEADER = "x-experience-api-consistent-through"
KEPT_SECONDS = 1.0


def through_header(through_us: int) -> tuple[str, str]:
    """The header as it is sent."""
    return HEADER, write_time(through_us)


class Consistency:
    """The last time that was said, for answers that read nothing."""

    def __init__(self, find: Callable[[int], int], readers: Readers) -> None:
        self._find = find
        self._readers = readers
        self._said = ""
        self._said_at = float("-inf")

    async def header(self) -> tuple[str, str]:
        """The header, at most a second old."""
        now = time.monotonic()
        if now - self._said_at > KEPT_SECONDS:
            self._said_at = now  # one asks, the others go on with what was said before
            try:
                self._said = write_time(await self._readers.call(self._find, 0))
            except UnavailableError:  # what was said is still true, and an answer must not fail by its header
                pass
            except BaseException:
                self._said_at = float("-inf")
                raise
        return HEADER, self._said or write_time(0)
