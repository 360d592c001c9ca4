"""From the writer's thread back to the requests that wait for it.

Question  How does a request learn that its change is on disk?
Method    One wake-up of the event loop for a whole group of changes, not one for each: with sixty-four
          requests in a group that is the difference between one and sixty-four writes to the loop's pipe.
"""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from payoff.statements.work import Change, Outcome, Work


class Submits(Protocol):
    """The part of a store that takes changes."""

    def submit(self, work: Work) -> None: ...


class Settler:
    """Hands changes to the store and finishes the requests that wait for them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.unavailable = False  # how the last group ended

    def deliver(self, works: Sequence[Work]) -> None:
        """Called by the writer's thread, once per finished group."""
        self._loop.call_soon_threadsafe(self._settle, works)

    async def write(self, store: Submits, change: Change) -> Work:
        """Hand a change to the writer; return when it is on disk or refused."""
        waiter: asyncio.Future[Work] = self._loop.create_future()
        store.submit(Work(change, waiter=waiter))
        return await waiter

    def _settle(self, works: Sequence[Work]) -> None:
        self.unavailable = bool(works) and works[-1].outcome is Outcome.UNAVAILABLE
        for work in works:
            waiter = work.waiter
            if isinstance(waiter, asyncio.Future) and not waiter.done():
                waiter.set_result(work)
