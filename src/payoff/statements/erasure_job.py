"""An erasure under way: what was ordered, and how far it is.

Question  Which account stands for the person, which statements are done, and what went so far?
Progress  A row that changes in the same transaction as what it tells of: `cursor_us` is `stored` of the last
          statement that was looked at. A killed erasure is ordered again and goes on from there, with the
          same account. When it is finished the row goes, and with it all that ties person and account.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from uuid import uuid4

import msgspec

from payoff.nouns.problem import PayoffError, Problem
from payoff.statements.connection import Connection, encode
from payoff.xapi.delinking import HOME_PAGE, NOBODY
from payoff.xapi.person_traces import cover

EXIT_USAGE = 2


class Mode(StrEnum):
    """What becomes of a person's own statements; the words are in stored rows and never change."""

    ERASE = "erase"  # they are deleted; elsewhere nobody stands where the person stood
    DELINK = "delink"  # they stay, of one random account


@dataclass(frozen=True, slots=True)
class Order:
    """One person of one tenant, by one or more agent keys."""

    tenant: int
    keys: tuple[str, ...]
    mode: Mode

    @property
    def person(self) -> bytes:
        """The same for the same keys in any order."""
        return sha256(b"\0".join(sorted(map(encode, set(cover(self.keys)))))).digest()


@dataclass(slots=True)
class Counts:
    """What went. `signatures`: ids of statements that lost theirs."""

    statements_erased: int = 0
    statements_changed: int = 0
    documents: int = 0
    attachments: int = 0
    dead_letters: int = 0
    signatures: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Job:
    """One erasure. `account`: the name that stands where the person stood, at HOME_PAGE."""

    order: Order
    account: str
    cursor_us: int = 0
    counts: Counts = field(default_factory=Counts)

    @property
    def key(self) -> str:
        """The agent key of the account."""
        return f"account {HOME_PAGE} {self.account}"


def begin_job(connection: Connection, order: Order) -> Job:
    """A new one, or the one that was broken off. PayoffError while another of the tenant is unfinished."""
    with connection.transaction():
        connection.wait_for_turn()
        rows = connection.execute(
            "SELECT person, mode, account, cursor_us, counts FROM erasure_job WHERE tenant = ?",
            (order.tenant,),
        )
        if rows:
            person, mode, account, cursor_us, counts = rows[0]
            if (bytes(person), mode) != (order.person, order.mode):
                raise _build_unfinished()
            return Job(order, account, cursor_us, msgspec.json.decode(bytes(counts), type=Counts))
        job = Job(order, NOBODY if order.mode is Mode.ERASE else str(uuid4()))
        row = (order.tenant, order.person, order.mode.value, job.account, 0, msgspec.json.encode(job.counts))
        columns = ("tenant", "person", "mode", "account", "cursor_us", "counts")
        connection.insert_many("erasure_job", columns, [row])
        return job


def save_job(connection: Connection, job: Job) -> None:
    """Call it in the transaction whose work it tells of."""
    connection.execute(
        "UPDATE erasure_job SET cursor_us = ?, counts = ? WHERE tenant = ? AND person = ?",
        (job.cursor_us, msgspec.json.encode(job.counts), job.order.tenant, job.order.person),
    )


def end_job(connection: Connection, job: Job) -> None:
    """Forget who it was."""
    connection.execute(
        "DELETE FROM erasure_job WHERE tenant = ? AND person = ?", (job.order.tenant, job.order.person)
    )


def _build_unfinished() -> PayoffError:
    problem = Problem(
        "R140",
        "an erasure in this tenant is unfinished, with other identifiers or in the other mode",
        "half of a person would stay, or become two accounts",
        "give that order again, word for word: it goes on where it stopped",
    )
    return PayoffError([problem], EXIT_USAGE)
