"""Statements made for tests of the store, and a store that is running."""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from payoff.statements.query import StatementQuery, StoredAttachment
from payoff.statements.store import Store
from payoff.statements.work import Authority, Outcome, PutStatements, Work
from payoff.xapi.statement import Attachment, Definition, Sets, Statement, Term, TermKind

KEY = Authority(
    "account http://lrs.example key", b'{"account":{"homePage":"http://lrs.example","name":"key"}}'
)
OTHER_KEY = Authority("account http://lrs.example other", b'{"account":{"homePage":"http://lrs.example"}}')
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def make_id(number: int) -> bytes:
    """An id to recognise."""
    return uuid.UUID(int=number).bytes


def make(
    number: int,
    *,
    agent: str = "ann",
    verb: str = "did",
    activity: str = "a",
    refers_to: int | None = None,
    voids: int | None = None,
    text: str = "",
    definitions: Sequence[Definition] = (),
    attachments: Sequence[Attachment] = (),
) -> Statement:
    """A statement of `agent`; the object is an activity, unless it points to another statement."""
    verb = VOIDED if voids is not None else verb
    target = voids if voids is not None else refers_to
    terms = [Term(TermKind.VERB, verb), Term(TermKind.AGENT, agent), Term(TermKind.ANY_AGENT, agent)]
    if target is None:
        terms += [Term(TermKind.ACTIVITY, activity), Term(TermKind.ANY_ACTIVITY, activity)]
    raw = json.dumps({"number": number, "agent": agent, "verb": verb, "target": target, "text": text})
    return Statement(
        make_id(number),
        raw.encode(),
        Sets.ID,
        tuple(terms),
        None if target is None else make_id(target),
        voids is not None,
        tuple(definitions),
        tuple(attachments),
    )


def put(
    *statements: Statement,
    tenant: int = 1,
    authority: Authority = KEY,
    attachments: Sequence[StoredAttachment] = (),
) -> PutStatements:
    """One request."""
    return PutStatements(tenant, authority, "1.0.3", statements, attachments)


@contextmanager
def running(url: str) -> Iterator[Store]:
    """A store that writes; every change comes from `Store.write`, so that nothing is delivered elsewhere."""
    store = Store.open(url)
    delivered: list[Work] = []
    try:
        store.start(delivered.extend)
        yield store
    finally:
        store.close()
    assert not delivered


def store_all(store: Store, *statements: Statement, tenant: int = 1, authority: Authority = KEY) -> None:
    """Each as a request of its own."""
    for statement in statements:
        work = store.write(put(statement, tenant=tenant, authority=authority))
        assert work.outcome is Outcome.STORED, work.detail


def find(
    store: Store,
    *terms: tuple[TermKind, str],
    tenant: int = 1,
    mine: str | None = None,
    ascending: bool = True,
) -> list[int]:
    """The numbers of the statements found."""
    wanted = tuple(Term(kind, value) for kind, value in terms)
    query = StatementQuery(tenant, wanted, mine=mine, ascending=ascending)
    return [uuid.UUID(bytes=s.id).int for s in store.find_page(query).statements]
