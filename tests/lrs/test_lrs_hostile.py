"""Hostile requests to every resource, in-process: never a 5xx, never stuck, and the store stays readable."""

import asyncio
import io
from random import Random
from tempfile import TemporaryDirectory

from application_client import open_application
from hostile_requests import KEY, SECRET, build_request
from hostile_run import Findings, find_errors, memory_mb, read_everything, send_all
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payoff.apps.lrs.settings import Settings

N_SEEDED = 3_000
GROWTH_MB = 150


def test_thousands_of_hostile_requests_leave_the_store_readable(store_url: str) -> None:
    found, log = Findings(), io.BytesIO()

    async def run() -> int:
        rng = Random(20_260_101)
        async with open_application(Settings(store_url, dev_key=(KEY, SECRET)), log) as application:
            await send_all(application, (build_request(rng) for _ in range(N_SEEDED // 4)), found)
            before = memory_mb()
            await send_all(application, (build_request(rng) for _ in range(N_SEEDED * 3 // 4)), found)
            assert memory_mb() - before < GROWTH_MB
            counts = {
                await read_everything(application, query, version)
                for query in ("limit=500", "format=ids&ascending=true", "format=canonical")
                for version in (b"1.0.3", b"2.0.0")
            }
            assert len(counts) == 1
            return counts.pop()

    n_stored = asyncio.run(run())
    assert not found.wrong, found.wrong[0]
    assert not find_errors(log)
    assert found.slowest[0][0] < 5, found.slowest[0]
    assert n_stored > 50  # not everything was refused: what got in was strange enough
    assert found.statuses[200] + found.statuses[204] > N_SEEDED / 10


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(rng=st.randoms(use_true_random=False))
def test_a_short_row_of_hostile_requests_of_chances_that_shrink(rng: Random) -> None:
    found, log = Findings(), io.BytesIO()

    async def run(store: str) -> None:
        async with open_application(Settings(store, dev_key=(KEY, SECRET)), log) as application:
            await send_all(application, (build_request(rng) for _ in range(10)), found)
            await read_everything(application, "limit=500&attachments=false")

    with TemporaryDirectory() as folder:
        asyncio.run(run(f"{folder}/records.db"))
    assert not found.wrong, found.wrong[0]
    assert not find_errors(log)
