"""Statements on their way in.

Question  Which statements of a group of requests are new, which are there already, which conflict?
Rule      A request is stored whole or not at all: one statement whose id another statement has makes all of
          it a conflict. Requests of a group are decided one after the other, as if each came alone.
"""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from payoff.statements.activities import Activities
from payoff.statements.attachments import write_attachments
from payoff.statements.authorities import Authorities
from payoff.statements.connection import Connection, Look, Row, encode
from payoff.statements.erased import find_erased
from payoff.statements.references import (
    POSTING,
    Key,
    Node,
    connect_references,
    look_for_referrers,
)
from payoff.statements.terms import Terms, order_terms, pack_terms
from payoff.statements.work import Authority, Outcome, PutStatements, Work
from payoff.xapi.statement import Statement, Term, TermKind

COLUMNS = (
    "stored_us",
    "tenant",
    "id",
    "refers_to",
    "authority",
    "has",
    "voiding",
    "voided",
    "version",
    "terms",
    "raw",
)
Same = Callable[[bytes, bytes], bool]


class _New(NamedTuple):
    """A statement that will be stored, and what of its request is stored with it."""

    stored_us: int
    statement: Statement
    request: PutStatements


class _Before(NamedTuple):
    """What the database knew of a group. referrers: rows that point to statements of the group."""

    known: dict[Key, bytes]
    erased: frozenset[Key]
    referrers: list[Row]


class StatementHand:
    """The writer's hand for statements; keeps what it knows of terms, authorities and definitions.

    alone: no other process writes to this store.
    """

    def __init__(self, same_statement: Same, *, alone: bool) -> None:
        self._same = same_statement
        self._terms = Terms()
        self._authorities = Authorities()
        self._activities = Activities(alone=alone)
        self._n_erasures = 0  # where nobody was ever erased, none is looked for

    def write(self, connection: Connection, works: Sequence[Work], now_us: int) -> None:
        """Store what is new, from `now_us` on, and set each outcome."""
        requests = [(work, work.change) for work in works if isinstance(work.change, PutStatements)]
        before = self._look_up(connection, [change for _, change in requests])
        new = self._choose(requests, before, now_us)
        if not new:
            return
        self._insert(connection, new, before)
        self._activities.write(
            connection, [(n.request.tenant, d) for n in new for d in n.statement.definitions if d.text]
        )
        declared = [
            (n.request.tenant, encode(declared.sha2), n.stored_us)
            for n in new
            for declared in n.statement.attachments
        ]
        stored = {id(n.request): n.request for n in new}.values()
        bodies = [(request.tenant, body) for request in stored for body in request.attachments]
        if self._n_erasures:  # some may belong to a statement that was erased and is sent again
            wanted = {(tenant, sha2) for tenant, sha2, _ in declared}
            bodies = [(tenant, body) for tenant, body in bodies if (tenant, encode(body.sha2)) in wanted]
        write_attachments(connection, bodies, declared)

    def settle(self, kept: bool) -> None:
        """The transaction ended, well or not."""
        self._terms.settle(kept)
        self._authorities.settle(kept)
        self._activities.settle(kept)

    def forget(self, n_erasures: int) -> None:
        """What is remembered of the database may be gone."""
        self._n_erasures = n_erasures
        self._terms.forget()
        self._authorities.forget()
        self._activities.forget()

    def _look_up(self, connection: Connection, requests: Sequence[PutStatements]) -> _Before:
        """All that must be known of the database, asked at once."""
        keys = list({(request.tenant, s.id) for request in requests for s in request.statements})
        terms = [(r.tenant, term) for r in requests for s in r.statements for term in s.terms]
        terms += [(r.tenant, term) for r in requests for term in _find_authority_terms(r.authority)]
        said = [(r.tenant, d) for r in requests for s in r.statements for d in s.definitions if d.text]
        rows, referrers, definitions, *numbers = connection.look_up(
            [
                Look("statement", ("tenant", "id", "raw"), ("tenant", "id"), keys),
                look_for_referrers(keys),
                self._activities.look(said),
                *self._terms.look(dict.fromkeys(terms)),
            ]
        )
        self._terms.learn(*numbers)
        self._activities.learn(definitions)
        erased = find_erased(connection, keys) if self._n_erasures else frozenset()
        return _Before({(tenant, bytes(id)): raw for tenant, id, raw in rows}, erased, referrers)

    def _choose(
        self, requests: Sequence[tuple[Work, PutStatements]], before: _Before, now_us: int
    ) -> list[_New]:
        known, erased = before.known, before.erased
        chosen: list[_New] = []
        times = count(now_us)
        for work, change in requests:
            fresh = self._find_fresh(change, known, erased)
            if fresh is None:
                work.outcome = Outcome.CONFLICT
                work.detail = "another statement with this id is stored"
                continue
            work.outcome = Outcome.STORED if fresh else Outcome.UNCHANGED
            known.update(((change.tenant, s.id), s.raw) for s in fresh)
            chosen += [_New(next(times), statement, change) for statement in fresh]
        return chosen

    def _find_fresh(
        self, change: PutStatements, known: dict[Key, bytes], erased: Collection[Key]
    ) -> list[Statement] | None:
        """Those of a request that are not there; None when one conflicts.

        What was erased, or written anew by an erasure, is as good as there: nobody comes back by a replay.
        """
        fresh: dict[bytes, Statement] = {}
        for statement in change.statements:
            if (change.tenant, statement.id) in erased:
                continue
            raw = known.get((change.tenant, statement.id))
            if raw is None and (earlier := fresh.get(statement.id)):
                raw = earlier.raw
            if raw is None:
                fresh[statement.id] = statement
            elif raw != statement.raw and not self._same(raw, statement.raw):
                return None
        return list(fresh.values())

    def _insert(self, connection: Connection, new: Sequence[_New], before: _Before) -> None:
        numbered = self._number_terms(connection, new)
        rows = [
            (
                n.stored_us,
                n.request.tenant,
                n.statement.id,
                n.statement.refers_to,
                self._authorities.number(connection, n.request.tenant, n.request.authority),
                int(n.statement.has),
                int(n.statement.is_voiding),
                0,
                n.request.version,
                pack_terms(own),
                n.statement.raw,
            )
            for n, own in zip(new, numbered, strict=True)
        ]
        connection.insert_many("statement", COLUMNS, rows)
        nodes = [
            Node(tenant, name, stored_us, refers_to, voiding, voided, packed)
            for stored_us, tenant, name, refers_to, _, _, voiding, voided, _, packed, _ in rows
        ]
        voided = connect_references(connection, nodes, before.referrers)
        postings = [
            (number, n.stored_us, 0)
            for n, own in zip(new, numbered, strict=True)
            if n.stored_us not in voided
            for number in own
        ]
        connection.insert_many("posting", POSTING, sorted(postings))

    def _number_terms(self, connection: Connection, new: Sequence[_New]) -> list[list[int]]:
        """Of each statement the numbers of its terms, those of its authority included."""
        wanted: dict[int, set[Term]] = {}
        for n in new:
            wanted.setdefault(n.request.tenant, set()).update(n.statement.terms)
        requests = {id(n.request): n.request for n in new}
        for request in requests.values():
            wanted[request.tenant].update(_find_authority_terms(request.authority))
        numbers = {tenant: self._terms.number(connection, tenant, terms) for tenant, terms in wanted.items()}
        of_authority = {key: _find_authority_terms(request.authority) for key, request in requests.items()}
        return [
            [
                numbers[n.request.tenant][term]
                for term in order_terms((*n.statement.terms, *of_authority[id(n.request)]))
            ]
            for n in new
        ]


@lru_cache(maxsize=1_000)
def _find_authority_terms(authority: Authority) -> tuple[Term, Term]:
    return Term(TermKind.AUTHORITY, authority.key), Term(TermKind.ANY_AGENT, authority.key)
