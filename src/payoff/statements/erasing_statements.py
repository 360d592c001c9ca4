"""A few statements of an erasure: deleted, or written anew without the person.

Question  What do the tables of statements hold after these statements were dealt with?
Deleted   In mode `erase`, what has the person as actor or object. A statement of theirs that voids another's
          is kept without them, or what it voids would come back to life.
Postings  Listed before and after, of the statements and of what refers to them; the difference is written.
Marked    Each, in `erased_statement`: sent again it is known.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from payoff.statements.authorities import Authorities
from payoff.statements.connection import Connection, encode
from payoff.statements.document_reading import decode
from payoff.statements.erased import Mark, count_erasure, mark_erased
from payoff.statements.erasure_job import Job, Mode
from payoff.statements.person_finding import StoredRow, find_telling
from payoff.statements.references import POSTING, find_affected, find_nodes, list_postings
from payoff.statements.terms import Terms, blank_terms, order_terms, pack_terms, unpack_terms
from payoff.statements.work import Authority
from payoff.xapi.declared import find_declared
from payoff.xapi.delinking import delink_statement, delink_text
from payoff.xapi.identifier import write_uuid
from payoff.xapi.person_traces import Person, Presence
from payoff.xapi.reading import read_statement
from payoff.xapi.statement import Term, TermKind, Version

Posting = tuple[int, int, int]


class Hit(NamedTuple):
    """A statement that speaks of the person."""

    row: StoredRow
    presence: Presence


def change_statements(
    connection: Connection,
    job: Job,
    person: Person,
    hits: Sequence[Hit],
    authorities: dict[int, bytes],
    now_us: int,
) -> None:
    """Delete or write anew; call it inside a transaction, under the writers' turn."""
    there = {node.stored_us: node for node in find_nodes(connection, [hit.row.stored_us for hit in hits])}
    affected = find_affected(connection, list(there.values()))
    before = list_postings(connection, affected)
    doomed = [hit.row for hit in hits if _is_doomed(connection, job, person, hit)]
    doomed_us = {row.stored_us for row in doomed}
    kept = [hit.row for hit in hits if hit.row.stored_us not in doomed_us]
    writer = _Rewriter(connection, job, person, authorities)
    loose = [pair for row in kept for pair in writer.write(row)] + _delete(connection, doomed)
    job.counts.statements_erased += len(doomed)
    job.counts.statements_changed += len(kept)
    job.counts.attachments += _drop_unneeded(connection, loose)
    after = list_postings(connection, find_nodes(connection, [node.stored_us for node in affected]))
    _move_postings(connection, before - after, after - before)
    _blank_registrations(connection, [there[us].terms for us in doomed_us])
    marks: list[Mark] = [(r.tenant, bytes(r.id), r.stored_us, False) for r in doomed]
    marks += [(r.tenant, bytes(r.id), r.stored_us, True) for r in kept]
    mark_erased(connection, marks, now_us)
    count_erasure(connection, max(doomed_us, default=0))


def _is_doomed(connection: Connection, job: Job, person: Person, hit: Hit) -> bool:
    if job.order.mode is not Mode.ERASE or hit.presence is not Presence.OWN:
        return False
    if not hit.row.voiding:
        return True
    key = (hit.row.tenant, hit.row.refers_to)
    target = connection.execute("SELECT raw FROM statement WHERE tenant = ? AND id = ?", key)
    if target:
        return person.find_presence(bytes(target[0][0])) is Presence.OWN
    gone = connection.execute("SELECT 1 FROM erased_statement WHERE tenant = ? AND id = ? AND kept = 0", key)
    return bool(gone)


class _Rewriter:
    """Writes statements anew, one authority and one dictionary of terms for all."""

    def __init__(
        self, connection: Connection, job: Job, person: Person, authorities: dict[int, bytes]
    ) -> None:
        self._connection = connection
        self._job = job
        self._person = person
        self._authorities = authorities
        self._terms = Terms()
        self._numbers = Authorities()

    def write(self, row: StoredRow) -> list[tuple[int, bytes]]:
        """The row without the person; tenant and hash of what it declares no more."""
        version, gone = Version(row.version), tuple[str, ...]()
        if self._person.find_presence(row.raw) is Presence.ABSENT:  # only its sender is the person
            statement = read_statement(row.raw, version)
        else:
            telling = find_telling(self._connection, row.tenant, self._person, row.raw)
            signed = {a.sha2 for a in read_statement(row.raw, version).attachments} - telling
            statement, gone = delink_statement(row.raw, version, self._person, self._job.account, telling)
            if signed & set(gone):
                self._job.counts.signatures.append(write_uuid(bytes(row.id)))
        number, key = self._find_authority(row)
        wanted = [*statement.terms, Term(TermKind.AUTHORITY, key), Term(TermKind.ANY_AGENT, key)]
        numbers = self._terms.number(self._connection, row.tenant, wanted)
        terms = [numbers[term] for term in order_terms(wanted)]
        self._connection.execute(
            "UPDATE statement SET raw = ?, authority = ?, terms = ? WHERE stored_us = ?",
            (statement.raw, number, pack_terms(terms), row.stored_us),
        )
        still = {sha2 for sha2, _ in find_declared(statement.raw)}
        loose = [(row.tenant, encode(sha2)) for sha2 in set(gone) - still]
        for tenant, sha2 in loose:
            self._connection.execute(
                "DELETE FROM statement_attachment WHERE tenant = ? AND sha2 = ? AND stored_us = ?",
                (tenant, sha2, row.stored_us),
            )
        return loose

    def _find_authority(self, row: StoredRow) -> tuple[int, str]:
        """Row number and key of who sent it, the account where that was the person."""
        agent, text = self._connection.execute(
            "SELECT agent, text FROM authority WHERE id = ?", (row.authority,)
        )[0]
        key = decode(agent)
        if row.authority not in self._authorities:
            return row.authority, key
        key = self._job.key if key in self._person.keys else key
        new = Authority(key, delink_text(bytes(text), self._person, self._job.account))
        return self._numbers.number(self._connection, row.tenant, new), key


def _delete(connection: Connection, rows: Sequence[StoredRow]) -> list[tuple[int, bytes]]:
    """Gives tenant and hash of what they declared."""
    keys = [(row.stored_us,) for row in rows]
    loose = connection.select_many("statement_attachment", ("tenant", "sha2"), ("stored_us",), keys)
    for key in keys:
        connection.execute("DELETE FROM statement WHERE stored_us = ?", key)
        connection.execute("DELETE FROM statement_attachment WHERE stored_us = ?", key)
    return [(tenant, bytes(sha2)) for tenant, sha2 in loose]


def _drop_unneeded(connection: Connection, loose: Iterable[tuple[int, bytes]]) -> int:
    """Bytes that no statement declares any more; how many."""
    keys = set(loose)
    rows = connection.select_many("statement_attachment", ("tenant", "sha2"), ("tenant", "sha2"), list(keys))
    keys -= {(tenant, bytes(sha2)) for tenant, sha2 in rows}
    sql = "DELETE FROM attachment WHERE tenant = ? AND sha2 = ? RETURNING 1"
    return sum(len(connection.execute(sql, key)) for key in sorted(keys))


def _move_postings(connection: Connection, gone: set[Posting], new: set[Posting]) -> None:
    for (stored_us, via), rows in groupby(sorted(gone, key=_find_place), _find_place):
        terms = [term for term, _, _ in rows]
        connection.execute(
            f"DELETE FROM posting WHERE stored_us = ? AND via = ? AND term IN ({','.join('?' * len(terms))})",
            (stored_us, via, *terms),
        )
    connection.insert_many("posting", POSTING, sorted(new), skip_known=True)


def _find_place(row: Posting) -> tuple[int, int]:
    return row[1], row[2]


def _blank_registrations(connection: Connection, packed: Iterable[bytes]) -> None:
    """Registrations that only the deleted statements had."""
    numbers = {number for terms in packed for number in unpack_terms(terms)}
    keys = [(number,) for number in sorted(numbers)]
    kinds = connection.select_many("term", ("id", "kind"), ("id",), keys)
    blank_terms(connection, [number for number, kind in kinds if kind == TermKind.REGISTRATION])
