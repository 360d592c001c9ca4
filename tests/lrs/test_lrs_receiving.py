"""Bodies within their limits."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from payoff.apps.lrs.receiving import BodyReader, DisconnectedError, Receive
from payoff.apps.lrs.settings import Limits
from payoff.xapi.fault import RequestError

SMALL = Limits(body_bytes=100, bodies_bytes=1_000_000, body_seconds=0.05)


def pieces(*parts: bytes, pause: float = 0.0, gone: bool = False) -> Receive:
    """An ASGI `receive` that gives these parts."""
    messages: list[Mapping[str, Any]] = [
        {"type": "http.request", "body": part, "more_body": True} for part in parts
    ]
    messages.append({"type": "http.disconnect"} if gone else {"type": "http.request", "more_body": False})
    waiting = iter(messages)

    async def receive() -> Mapping[str, Any]:
        await asyncio.sleep(pause)
        return next(waiting)

    return receive


def read(reader: BodyReader, receive: Receive, declared: int = 0, limit: int | None = None) -> bytes:
    return asyncio.run(reader.read(receive, declared, limit))


def endless() -> Iterable[bytes]:
    while True:
        yield b"x" * 64


def test_a_body_in_pieces_is_whole() -> None:
    assert read(BodyReader(SMALL), pieces(b"ab", b"", b"cd")) == b"abcd"


def test_a_body_as_long_as_declared_needs_no_last_message() -> None:
    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": b"abcd", "more_body": True}

    assert read(BodyReader(SMALL), receive, declared=4) == b"abcd"


def test_no_body_is_an_empty_one() -> None:
    assert read(BodyReader(SMALL), pieces()) == b""


def test_an_endless_body_ends_at_the_limit() -> None:
    waiting = iter(endless())
    taken = []

    async def receive() -> Mapping[str, Any]:
        taken.append(1)
        return {"type": "http.request", "body": next(waiting), "more_body": True}

    with pytest.raises(RequestError) as refused:
        read(BodyReader(SMALL), receive)
    assert refused.value.status == 413
    assert len(taken) == 2


def test_a_key_may_have_a_narrower_limit() -> None:
    with pytest.raises(RequestError) as refused:
        read(BodyReader(SMALL), pieces(b"x" * 11), limit=10)
    assert refused.value.status == 413


def test_a_slow_body_ends_at_the_deadline() -> None:
    with pytest.raises(RequestError) as refused:
        read(BodyReader(SMALL), pieces(*[b"x"] * 50, pause=0.02))
    assert refused.value.status == 408


def test_a_client_that_goes_leaves_nothing_held() -> None:
    reader = BodyReader(SMALL)
    with pytest.raises(DisconnectedError):
        read(reader, pieces(b"abc", gone=True), declared=10)
    assert reader.held_bytes == 0


def test_what_was_refused_or_released_is_not_held() -> None:
    reader = BodyReader(SMALL)
    with pytest.raises(RequestError):
        read(reader, pieces(b"x" * 60, b"x" * 60), declared=10)
    assert reader.held_bytes == 0
    with pytest.raises(RequestError):
        read(reader, pieces(b"x", pause=1), declared=10)
    assert reader.held_bytes == 0
    body = read(reader, pieces(b"x" * 50), declared=10)
    assert reader.held_bytes == 50
    reader.release(body)
    assert reader.held_bytes == 0


def test_all_bodies_together_have_a_budget() -> None:
    reader = BodyReader(Limits(body_bytes=800_000, bodies_bytes=1_000_000))
    first = read(reader, pieces(b"x" * 600_000), declared=600_000)
    with pytest.raises(RequestError) as refused:
        read(reader, pieces(b"x" * 600_000), declared=600_000)
    assert refused.value.status == 503
    assert read(reader, pieces(b"small")) == b"small"
    reader.release(first)
    assert len(read(reader, pieces(b"x" * 600_000), declared=600_000)) == 600_000


def test_who_only_declares_a_long_body_keeps_nobody_out() -> None:
    reader = BodyReader(Limits(body_bytes=800_000, bodies_bytes=1_000_000))

    async def read_beside_the_silent() -> bytes:
        async def silent() -> Mapping[str, Any]:
            await asyncio.sleep(60)
            raise AssertionError

        waiting = [asyncio.ensure_future(reader.read(silent, 800_000)) for _ in range(8)]
        await asyncio.sleep(0)
        body = await reader.read(pieces(b"x" * 600_000), 600_000)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return body

    assert len(asyncio.run(read_beside_the_silent())) == 600_000
    assert reader.held_bytes == 600_000


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-length": "101"}, 413),
        ({"content-length": "9" * 30}, 400),
        ({"content-length": "-1"}, 400),
        ({"content-length": "1, 1"}, 400),
        ({"content-length": "٣"}, 400),
        ({"content-encoding": "gzip"}, 415),
        ({"content-length": "3", "transfer-encoding": "chunked"}, 400),
    ],
)
def test_headers_alone_may_refuse_a_body(headers: Mapping[str, str], status: int) -> None:
    with pytest.raises(RequestError) as refused:
        BodyReader(SMALL).check_declared(headers)
    assert refused.value.status == status


def test_a_declared_length_within_the_limit_is_given() -> None:
    assert BodyReader(SMALL).check_declared({"content-length": "100", "content-encoding": "identity"}) == 100
    assert BodyReader(SMALL).check_declared({}) == 0
