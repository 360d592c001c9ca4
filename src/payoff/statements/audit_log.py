"""The audit log: who did what to the store, in a chain of hashes.

Question  Who changed keys, read what administrators read, erased or backed up, and is the log whole?
Chain     Each entry holds the SHA-256 of the one before and of itself. An entry changed, taken out or put in
          between breaks the chain. Who can write the database can still cut its end off or write all anew:
          against that, note `SEQ:HASH` of the last entry elsewhere and verify with it.
Who       A key or a person at the command line; never a learner: details name what was done, not to whom.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

import msgspec

from payoff.statements.connection import Connection

NOTHING_BEFORE = "0" * 64
PAGE = 500
_COLUMNS = "seq, at_us, who, what, tenant, detail, previous, hash"


class Deed(StrEnum):
    """What is logged; the words are in stored rows and never change."""

    TENANT_ADDED = "tenant added"
    KEY_ADDED = "key added"
    KEY_ROTATED = "key rotated"
    KEY_REVOKED = "key revoked"
    KEYS_READ = "keys read"
    AUDIT_READ = "audit read"
    STATEMENTS_READ = "statements read"
    ERASED = "erased"
    BACKED_UP = "backed up"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Event:
    """Something done: `tenant` its name ("" for all), `detail` short facts about it."""

    who: str
    deed: Deed
    tenant: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the log."""

    seq: int
    at_us: int
    who: str
    what: str
    tenant: str
    detail: str  # JSON text
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`broken`: what is wrong, in words, at the first place where it is; None where the chain is whole."""

    entries: int
    head: str  # "SEQ:HASH" of the last entry that is sound
    broken: str | None


def append_entry(connection: Connection, event: Event, now_us: int) -> None:
    """Add an entry; call it inside the transaction of what it tells of, so that both are kept or neither."""
    connection.wait_for_turn()
    rows = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
    seq, previous = (rows[0][0] + 1, rows[0][1]) if rows else (1, NOTHING_BEFORE)
    detail = msgspec.json.encode(dict(event.detail), order="deterministic").decode()
    facts = (seq, now_us, event.who, event.deed.value, event.tenant, detail, previous)
    connection.execute(
        f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*facts, _hash(facts)),
    )


def read_entries(connection: Connection, after_seq: int = 0) -> Iterator[Entry]:
    """Entries in order, read a page at a time."""
    while True:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", (after_seq, PAGE)
        )
        for row in rows:
            yield Entry(*row)
        if len(rows) < PAGE:
            return
        after_seq = rows[-1][0]


def verify(connection: Connection, expected: str | None = None) -> Verdict:
    """Follow the chain from its first entry; `expected`: a head noted earlier, which must still be in it."""
    head, n_entries, last, seen = f"0:{NOTHING_BEFORE}", 0, NOTHING_BEFORE, expected is None
    for entry in read_entries(connection):
        broken = _find_break(entry, n_entries + 1, last)
        if broken:
            return Verdict(n_entries, head, broken)
        n_entries, last, head = entry.seq, entry.hash, f"{entry.seq}:{entry.hash}"
        seen = seen or head == expected
    if not seen:
        return Verdict(n_entries, head, f"the entry noted as {expected} is not in the log any more")
    return Verdict(n_entries, head, None)


def _find_break(entry: Entry, seq: int, previous: str) -> str | None:
    if entry.seq != seq:
        return f"entry {seq} is missing: the next one there is {entry.seq}"
    if entry.previous != previous:
        return f"entry {seq} does not follow the one before it"
    facts = (entry.seq, entry.at_us, entry.who, entry.what, entry.tenant, entry.detail, entry.previous)
    if _hash(facts) != entry.hash:
        return f"entry {seq} was changed after it was written"
    return None


def _hash(facts: tuple[int, int, str, str, str, str, str]) -> str:
    return sha256(msgspec.json.encode(facts)).hexdigest()
