"""Store reads beside the event loop.

Question  How does a slow query keep nobody else waiting?
Method    A few threads read; the loop goes on taking and acknowledging statements meanwhile.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")


class Readers:
    """A small pool of threads for calls that may block or compute for long."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="lrs-reader")

    async def call(
        self, function: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """Run a blocking call in the pool."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: function(*args, **kwargs))

    def close(self) -> None:
        """Wait for what is being read, then end the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)
