"""What the resources work with: the store, the way to its writer, the threads that read it.

Question  What does a resource need besides the request, and who opens and closes it?
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from payoff.apps.lrs.consistency import Consistency
from payoff.apps.lrs.health import Health
from payoff.apps.lrs.metrics import Metrics
from payoff.apps.lrs.reading import Readers
from payoff.apps.lrs.settings import Settings
from payoff.apps.lrs.settling import Settler
from payoff.statements.access import Access, Gatekeeper
from payoff.statements.scopes import Reach
from payoff.statements.store import Store
from payoff.statements.token_settings import read_issuers
from payoff.statements.work import Change, Work

Given = ParamSpec("Given")
Found = TypeVar("Found")
CHECKING_THREADS = 4  # credentials: apart from readers, so that a burst of wrong secrets delays no query
IN_ONE_TURN_BYTES = 64 * 1024  # of JSON whose rules are read while nobody else is answered, about 5 ms
INSPECTING_THREADS = 1  # for what is longer: one at a time, and no query waits behind it


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and how far the leave goes for this very request."""

    access: Access
    reach: Reach

    @property
    def mine(self) -> str | None:
        """The authority whose statements alone may be seen; None: all of the tenant's."""
        return self.access.authority.key if self.reach is Reach.MINE else None


@dataclass(frozen=True, slots=True)
class Service:
    """Everything a running application holds."""

    settings: Settings
    store: Store
    gate: Gatekeeper
    settler: Settler
    readers: Readers
    checkers: Readers
    lengthy: Readers
    consistency: Consistency
    health: Health

    async def write(self, change: Change) -> Work:
        """Hand a change to the writer; return when it is on disk or refused."""
        return await self.settler.write(self.store, change)

    async def read(
        self, function: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """Call a blocking method of the store beside the event loop."""
        return await self.readers.call(function, *args, **kwargs)

    async def inspect(
        self, n_bytes: int, function: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """Hold so many bytes against rules: beside the event loop where they would stop it for long."""
        if n_bytes <= IN_ONE_TURN_BYTES:
            return function(*args, **kwargs)
        return await self.lengthy.call(function, *args, **kwargs)

    async def find_access(self, authorization: str | None) -> Access:
        """Who asks: from memory nearly always, else beside the event loop."""
        known = self.gate.recall(authorization)
        if known is not None:
            return known
        return await self.checkers.call(self.gate.find_access, authorization)


async def start_service(settings: Settings, metrics: Metrics) -> Service:
    """Open the store, migrate it where it is older, start its writer."""
    loop = asyncio.get_running_loop()
    settler = Settler(loop)
    issuers = read_issuers(settings.issuers) if settings.issuers else ()
    store = await asyncio.to_thread(Store.open, settings.store)

    def deliver(works: Sequence[Work]) -> None:
        metrics.group(works)
        settler.deliver(works)

    store.start(deliver)
    gate = Gatekeeper(store.engine, issuers, settings.dev_key, 1 / settings.workers)
    readers, checkers = Readers(settings.readers), Readers(CHECKING_THREADS)
    lengthy = Readers(INSPECTING_THREADS)
    consistency = Consistency(store.consistent_through_us, readers)
    await consistency.header()
    health = Health(store, settler)
    return Service(settings, store, gate, settler, readers, checkers, lengthy, consistency, health)


async def stop_service(service: Service) -> None:
    """Finish what was accepted, then close everything; the loop must still turn to tell who waits."""
    await asyncio.to_thread(service.store.close)
    await asyncio.to_thread(service.readers.close)
    await asyncio.to_thread(service.checkers.close)
    await asyncio.to_thread(service.lengthy.close)
    service.gate.close()
