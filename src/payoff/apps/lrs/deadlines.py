"""One timer for everything that must end within the same time.

Question  How is each of thousands of short waits a second bounded, at next to no cost for those in time?
Method    Waits of one length end in the order they began: the first in the queue is the next that may be
          late, so one timer looks at it and those behind. `asyncio.timeout` makes and cancels one for each.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

Found = TypeVar("Found")


class Deadlines:
    """Bounds waits of one event loop at a time to so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due: dict[asyncio.Task[object], float] = {}
        self._late: set[asyncio.Task[object]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None  # in which a timer runs

    async def bound(self, wait: Awaitable[Found]) -> Found:
        """What is waited for; TimeoutError when it takes too long. A task is in one wait at a time."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        self._due[task] = loop.time() + self._seconds
        if self._loop is not loop:
            self._loop = loop
            loop.call_later(self._seconds, self._look, loop)
        try:
            return await wait
        except asyncio.CancelledError:
            if task in self._late and task.uncancel() == 0:  # else somebody else wants it to end as well
                raise TimeoutError from None
            raise
        finally:
            self._due.pop(task, None)
            self._late.discard(task)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for task, due in list(self._due.items()):
            if due > now:
                loop.call_at(due, self._look, loop)
                return
            del self._due[task]
            self._late.add(task)
            task.cancel()
        self._loop = None
