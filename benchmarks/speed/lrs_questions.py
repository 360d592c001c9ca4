"""How long does a reader wait for each kind of query?

One connection, 25 statements a page, another person, lesson or registration in each request, drawn as the
statements were: who did much is asked for often. The clock runs from the first byte sent to the last
received; decoding is outside. Statements that came are counted, so that an answer that is quick because it
is empty shows.
"""

import json
import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from lrs_load import PATIENCE, Door, read_status
from lrs_statements import Draw, read_draw, write_id

LIMIT = 25


@dataclass(frozen=True)
class Known:
    """What is in the store: numbers of statements, ids of a run, and the time in which they came."""

    count: int
    token: str
    ids: tuple[int, int]  # first number and how many of that run are certainly there
    since: tuple[float, float]  # first and last arrival, seconds since 1970


@dataclass
class Answers:
    """Of one kind of query: milliseconds, statuses, statements a request."""

    latencies_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    n_statements: int = 0


def _iso(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1000):03d}Z"


def _since(known: Known, rng: random.Random) -> str:
    first, last = known.since
    return _iso(first + rng.random() * (last - first))


def _id(known: Known, rng: random.Random) -> dict[str, str]:
    return {"statementId": write_id(known.token, known.ids[0] + rng.randrange(known.ids[1]))}


def _by(write: Callable[[Draw], dict[str, str]]) -> Callable[[Known, random.Random], dict[str, str]]:
    return lambda known, rng: write(read_draw(rng.randrange(known.count)))


def _strangers(known: Known, rng: random.Random) -> dict[str, str]:
    """Person and lesson of two statements: few pages, or none."""
    one, other = read_draw(rng.randrange(known.count)), read_draw(rng.randrange(known.count))
    return {"agent": one.agent, "activity": other.activity}


KINDS: dict[str, Callable[[Known, random.Random], dict[str, str]]] = {
    "by id": _id,
    "newest": lambda known, rng: {},
    "agent": _by(lambda d: {"agent": d.agent}),
    "verb": _by(lambda d: {"verb": d.verb_id}),
    "activity": _by(lambda d: {"activity": d.activity}),
    "registration": _by(lambda d: {"registration": d.registration}),
    "agent + verb": _by(lambda d: {"agent": d.agent, "verb": d.verb_id}),
    "agent + activity": _by(lambda d: {"agent": d.agent, "activity": d.activity}),
    "agent + another's activity": _strangers,
    "verb + activity": _by(lambda d: {"verb": d.verb_id, "activity": d.activity}),
    "related agents (team)": _by(lambda d: {"agent": d.team, "related_agents": "true"}),
    "related activities (course)": _by(
        lambda d: {"activity": d.course_activity, "related_activities": "true"}
    ),
    "since": lambda known, rng: {"since": _since(known, rng)},
    "since, ascending": lambda known, rng: {"since": _since(known, rng), "ascending": "true"},
    "verb, since, ascending": lambda known, rng: {
        **_by(lambda d: {"verb": d.verb_id})(known, rng),
        "since": _since(known, rng),
        "ascending": "true",
    },
}
MORE = "more"  # the pages after the first of a query by verb


class Reader:
    """One connection that asks and waits."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.socket: socket.socket | None = None

    def ask(self, target: str) -> tuple[float, int, bytes]:
        """Milliseconds, status and body; a connection that the server gave up is opened again, once."""
        request = self.door.render("GET", target)
        for _ in range(2):
            if self.socket is None:
                self.socket = socket.create_connection(self.door.address, timeout=PATIENCE)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            start = time.perf_counter()
            try:
                answer, status = self._exchange(request)
            except ConnectionError:
                self.close()
                continue
            return (time.perf_counter() - start) * 1000, status, answer.split(b"\r\n\r\n", 1)[1]
        return PATIENCE * 1000, 0, b""

    def _exchange(self, request: bytes) -> tuple[bytes, int]:
        assert self.socket is not None
        self.socket.sendall(request)
        answer = b""
        while (status := read_status(answer)) is None:
            data = self.socket.recv(262_144)
            if not data:
                raise ConnectionResetError
            answer += data
        return answer, status

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None


def _count(status: int, body: bytes) -> int:
    if status != 200:
        return 0
    start, end = body.find(b"{"), body.rfind(b"}")  # around it the lengths of chunks, where there are any
    try:
        answer = json.loads(body[start : end + 1])
    except ValueError:  # several chunks
        return body.count(b'"actor"')
    return len(answer["statements"]) if "statements" in answer else 1


def _targets(door: Door, kind: str, known: Known, rng: random.Random) -> Iterator[str]:
    while True:
        question = KINDS[kind](known, rng)
        if "statementId" not in question:
            question["limit"] = str(LIMIT)
        yield f"{door.path}/statements?{urlencode(question)}"


def ask_kind(door: Door, kind: str, known: Known, count: int, seconds: float = 60.0) -> Answers:
    """`count` requests of one kind after a tenth as many that are not counted; fewer when time is up."""
    rng, answers, reader = random.Random(kind), Answers(), Reader(door)
    until = time.perf_counter() + seconds
    targets = _targets(door, kind, known, rng) if kind != MORE else _pages(reader, known, rng)
    for k, target in enumerate(targets):
        taken, status, body = reader.ask(target)
        if k < count // 10:
            continue
        answers.latencies_ms.append(taken)
        answers.statuses[status] += 1
        answers.n_statements += _count(status, body)
        if len(answers.latencies_ms) >= count or time.perf_counter() > until:
            break
    reader.close()
    return answers


def _pages(reader: Reader, known: Known, rng: random.Random) -> Iterator[str]:
    """Pages behind the first: twenty deep, then another verb."""
    firsts = _targets(reader.door, "verb", known, rng)
    for first in firsts:
        target = first
        for _ in range(20):
            _, status, body = reader.ask(target)
            more = body.rsplit(b'"more":"', 1)[1].split(b'"', 1)[0].decode() if b'"more":"' in body else ""
            if status != 200 or not more:
                break
            target = "/" + more.split("/", 3)[3] if more.startswith("http") else more.replace("\\/", "/")
            yield target
