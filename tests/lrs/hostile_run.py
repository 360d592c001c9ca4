"""What does the record store make of a hundred thousand hostile requests?

    .venv/bin/python tests/lrs/hostile_run.py --count 100000 --seed 1

sends them in-process, eight at a time, to a fresh SQLite store (or `--store`), and prints statuses, the
slowest requests and how memory grew. It ends with 1 if any was answered with 5xx, took longer than `--slow`
seconds or broke the protocol, or if afterwards the statements cannot be read.
"""

import argparse
import asyncio
import io
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from application_client import Answer, exchange, open_application
from hostile_requests import ENDPOINT, KEY, SECRET, HostileRequest, authorize, build_request

from payoff.apps.lrs.application import Application
from payoff.apps.lrs.settings import Settings

AT_ONCE = 8
VERSION_HEADER = b"x-experience-api-version"


@dataclass
class Findings:
    """What came of many requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    stored: int = 0  # statement requests answered with success
    slowest: list[tuple[float, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def note(self, request: HostileRequest, answer: Answer) -> None:
        """Count an answer; keep what is worth a look."""
        self.statuses[answer.status] += 1
        if request.path.endswith("/statements") and request.method in ("PUT", "POST"):
            self.stored += answer.status in (200, 204)
        if answer.status >= 500:
            self.wrong.append(f"{answer.status} {answer.body[:300]!r} to {request.describe()}")
        if len(self.slowest) < 5 or answer.seconds > self.slowest[-1][0]:
            self.slowest = sorted([*self.slowest, (answer.seconds, request.describe())], reverse=True)[:5]


async def send_all(application: Application, requests: Iterator[HostileRequest], found: Findings) -> None:
    """Eight requests at a time."""

    async def work() -> None:
        for request in requests:
            try:
                found.note(request, await exchange(application, request))
            except (AssertionError, TimeoutError, ValueError) as error:
                found.wrong.append(f"{type(error).__name__} {error} after {request.describe()}")

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def read_everything(application: Application, query: str, version: bytes = b"2.0.0") -> int:
    """Page through all statements; how many there are. Any answer but 200 with JSON is an AssertionError."""
    headers = [(b"authorization", authorize().encode()), (VERSION_HEADER, version)]
    path, count = f"{ENDPOINT}/statements?{query}", 0
    while path:
        base, _, asked = path.partition("?")
        answer = await exchange(application, HostileRequest("GET", base, asked.encode(), headers))
        assert answer.status == 200, (path, answer)
        page = json.loads(answer.body)
        count += len(page["statements"])
        path = page.get("more") or ""
    return count


def memory_mb() -> float:
    """What this process holds now."""
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


def find_errors(log: io.BytesIO) -> list[str]:
    """Lines of the log that tell of something that should not happen."""
    return [line for line in log.getvalue().decode().splitlines() if '"error"' in line]


async def run(store: str, count: int, seed: int) -> Findings:
    """All of it, with a line of progress for each tenth."""
    rng, found, log = Random(seed), Findings(), io.BytesIO()
    settings = Settings(store, dev_key=(KEY, SECRET))
    async with open_application(settings, log) as application:
        for tenth in range(1, 11):
            begun = time.perf_counter()
            requests = (build_request(rng) for _ in range(count // 10))
            await send_all(application, requests, found)
            rate = count // 10 / (time.perf_counter() - begun)
            print(f"{tenth * count // 10:9,} requests, {rate:,.0f}/s, {memory_mb():.0f} MB", flush=True)
        for query in ("limit=500", "limit=500&format=ids", "limit=500&format=canonical&ascending=true"):
            for version in (b"1.0.3", b"2.0.0"):
                n_read = await read_everything(application, query, version)
        print(f"{found.stored:,} requests stored statements; {n_read:,} statements read again")
    found.wrong += find_errors(log)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", type=float, default=5.0, help="seconds a request may take")
    parser.add_argument(
        "--store", help="a file or URL of an empty store; default: a file in a temporary folder"
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(run(args.store or f"{folder}/records.db", args.count, args.seed))
    print("statuses:", ", ".join(f"{status} × {n:,}" for status, n in sorted(found.statuses.items())))
    for seconds, what in found.slowest:
        print(f"{seconds * 1000:.0f} ms {what[:300]}")
    print(f"{len(found.wrong)} wrong")
    for line in found.wrong[:20]:
        print(line[:2_000])
    sys.exit(bool(found.wrong) or found.slowest[0][0] > args.slow)


if __name__ == "__main__":
    main()
