"""Where a person stands in a store, for a look before an erasure and for the erasure itself.

Question  Which statements, documents, attachments and dead letters are this person's, or speak of them?
Reads     Every statement of the tenant, voided ones too: no index knows extensions and words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from payoff.statements.attachments import find_attachments
from payoff.statements.connection import Connection, find_index_key
from payoff.statements.query import StoredAttachment
from payoff.xapi.declared import find_declared
from payoff.xapi.person_traces import Person, Presence

PAGE = 500


class StoredRow(NamedTuple):
    """As much of a row of `statement` as an erasure needs; the names are columns."""

    stored_us: int
    tenant: int
    id: bytes
    refers_to: bytes | None
    authority: int
    voiding: int
    version: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Findings:
    """own, beside, mentioned: ids of statements; see `payoff.xapi.person_traces`."""

    own: tuple[bytes, ...]
    beside: tuple[bytes, ...]
    mentioned: tuple[bytes, ...]
    n_documents: int
    n_attachments: int  # that only their own statements need
    n_dead_letters: int
    names: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the person is there."""
        return not (self.own or self.beside or self.mentioned or self.n_documents or self.n_dead_letters)


def find_person(connection: Connection, tenant: int, agent_keys: Iterable[str]) -> Findings:
    """Look through the store; changes nothing."""
    person = Person(agent_keys)
    authorities = find_authorities(connection, tenant, person)
    found: dict[Presence, list[bytes]] = {presence: [] for presence in Presence}
    names: dict[str, None] = {}
    own_us: list[int] = []
    after_us = 0
    while rows := read_page(connection, after_us):
        after_us = rows[-1].stored_us
        for row in rows:
            if (presence := find_presence(row, tenant, person, authorities)) is not Presence.ABSENT:
                found[presence].append(bytes(row.id))
                names.update(dict.fromkeys(person.find_names(row.raw)))
                if presence is Presence.OWN:
                    own_us.append(row.stored_us)
    return Findings(
        tuple(found[Presence.OWN]),
        tuple(found[Presence.BESIDE]),
        tuple(found[Presence.MENTIONED]),
        _count_documents(connection, tenant, person),
        _count_own_attachments(connection, own_us),
        sum(1 for _ in find_letters(connection, tenant, person)),
        tuple(names),
    )


def read_page(connection: Connection, after_us: int) -> list[StoredRow]:
    """The statements of all tenants that were stored next, by the primary key."""
    rows = connection.execute(
        f"SELECT {', '.join(StoredRow._fields)} FROM statement WHERE stored_us > ? "
        "ORDER BY stored_us LIMIT ?",
        (after_us, PAGE),
    )
    return [StoredRow(*row) for row in rows]


def find_presence(row: StoredRow, tenant: int, person: Person, authorities: dict[int, bytes]) -> Presence:
    """How a statement of the tenant, or who sent it, speaks of the person."""
    if row.tenant != tenant:
        return Presence.ABSENT
    presence = person.find_presence(row.raw)
    return max(presence, Presence.BESIDE) if row.authority in authorities else presence


def find_authorities(connection: Connection, tenant: int, person: Person) -> dict[int, bytes]:
    """Rows of `authority` that are the person, or a group with the person in it: id and text."""
    rows = connection.execute("SELECT id, text FROM authority WHERE tenant = ?", (tenant,))
    return {number: bytes(text) for number, text in rows if person.find_presence(bytes(text))}


def find_telling(connection: Connection, tenant: int, person: Person, raw: bytes) -> frozenset[str]:
    """Hashes of a statement's attachments whose plain bytes hold the person's identifiers or names."""
    sha2s = [sha2 for sha2, _ in find_declared(raw)]
    if not sha2s:
        return frozenset()
    names = [name.encode() for name in person.find_names(raw)]
    bodies = find_attachments(connection, tenant, sha2s)
    return frozenset(body.sha2 for body in bodies if _tells(body, person, names))


def find_letters(connection: Connection, tenant: int, person: Person) -> Iterator[tuple[str, bytes]]:
    """Link and statement id of dead letters that speak of the person, in their text or their reason."""
    links = connection.execute("SELECT name FROM link WHERE tenant = ? ORDER BY name", (tenant,))
    for (link,) in links:
        after = b""
        while rows := connection.execute(
            "SELECT statement_id, raw, reason FROM dead_letter WHERE link = ? AND statement_id > ? "
            "ORDER BY statement_id LIMIT ?",
            (link, after, PAGE),
        ):
            after = bytes(rows[-1][0])
            for id, raw, reason in rows:
                if person.find_presence(bytes(raw)) or person.may_stand_in(bytes(reason)):
                    yield link, bytes(id)


def _tells(body: StoredAttachment, person: Person, names: Sequence[bytes]) -> bool:
    return person.may_stand_in(body.body) or any(name in body.body for name in names if b" " in name)


def _count_documents(connection: Connection, tenant: int, person: Person) -> int:
    counts = [
        connection.execute(
            "SELECT count(*) FROM document WHERE tenant = ? AND about = ?", (tenant, find_index_key(key))
        )
        for key in person.keys
    ]
    return sum(int(rows[0][0]) for rows in counts)


def _count_own_attachments(connection: Connection, own_us: Sequence[int]) -> int:
    columns = ("tenant", "sha2", "stored_us")
    declared = connection.select_many(
        "statement_attachment", columns, ("stored_us",), [(us,) for us in own_us]
    )
    keys = {(tenant, bytes(sha2)) for tenant, sha2, _ in declared}
    needed = connection.select_many("statement_attachment", columns, ("tenant", "sha2"), list(keys))
    own = frozenset(own_us)
    foreign = {(tenant, bytes(sha2)) for tenant, sha2, stored_us in needed if stored_us not in own}
    return len(keys - foreign)
