"""One timer for many waits: each ends in its own time, and who cancels from outside is heard."""

import asyncio

import pytest

from payoff.apps.lrs.deadlines import Deadlines


async def wait(deadlines: Deadlines, seconds: float) -> str:
    try:
        return await deadlines.bound(asyncio.sleep(seconds, "done"))
    except TimeoutError:
        return "late"


def test_each_of_many_waits_is_judged_by_its_own_time() -> None:
    deadlines = Deadlines(0.2)

    async def waits() -> list[str]:
        tasks = []
        for n in range(10):
            tasks.append(asyncio.create_task(wait(deadlines, 0.01 if n % 2 else 5)))
            await asyncio.sleep(0.02)
        begun = asyncio.get_running_loop().time()
        ended = await asyncio.gather(*tasks)
        assert asyncio.get_running_loop().time() - begun < 4
        return ended

    assert asyncio.run(waits()) == ["late", "done"] * 5
    assert asyncio.run(waits()) == ["late", "done"] * 5  # in another loop, with a timer of its own


def test_a_task_that_was_late_may_go_on() -> None:
    async def twice() -> list[str]:
        deadlines = Deadlines(0.05)
        return [await wait(deadlines, 5), await wait(deadlines, 0), await wait(deadlines, 5)]

    assert asyncio.run(twice()) == ["late", "done", "late"]


def test_who_is_cancelled_by_others_is_cancelled() -> None:
    async def cancelled() -> None:
        task = asyncio.create_task(wait(Deadlines(5), 5))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


def test_what_a_wait_raises_is_raised() -> None:
    async def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        asyncio.run(Deadlines(1).bound(fail()))
