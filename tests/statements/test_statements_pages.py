"""Pages: ranges, directions, cursors, filters together, against a plain search through all statements."""

import uuid

import pytest
from made_statements import make, put, running

from payoff.statements.query import StatementQuery
from payoff.xapi.statement import Term, TermKind

AGENTS, VERBS, ACTIVITIES = ("ann", "bob", "cid"), ("did", "saw"), ("a", "b", "c", "d")


@pytest.mark.parametrize("ascending", [True, False])
def test_pages_are_what_a_plain_search_finds(store_url: str, ascending: bool) -> None:
    made = [
        make(n, agent=AGENTS[n % 3], verb=VERBS[n * n % 5 % 2], activity=ACTIVITIES[n % 4])
        for n in range(1, 120)
    ]
    with running(store_url) as store:
        store.write(put(*made[:60]))
        store.write(
            put(make(500, agent="other")),
        )
        store.write(put(*made[60:]))
        store.write(put(*made, tenant=2))
        stored = {s.id: s.stored_us for s in store.read_after(0, 1_000) if s.tenant == 1}
        times = sorted(stored.values())
        for wanted in (
            (),
            (Term(TermKind.AGENT, "ann"),),
            (Term(TermKind.AGENT, "ann"), Term(TermKind.VERB, "saw")),
            (Term(TermKind.ACTIVITY, "b"), Term(TermKind.VERB, "did"), Term(TermKind.ANY_AGENT, "cid")),
            (Term(TermKind.AGENT, "nobody"),),
            (Term(TermKind.AGENT, "ann"), Term(TermKind.AGENT, "bob")),
        ):
            for since_us, until_us in (
                (None, None),
                (times[20], None),
                (None, times[90]),
                (times[20], times[90]),
            ):
                expected = sorted(
                    (
                        uuid.UUID(bytes=s.id).int
                        for s in [*made, make(500, agent="other")]
                        if set(wanted) <= set(s.terms)
                        and (since_us is None or stored[s.id] > since_us)
                        and (until_us is None or stored[s.id] <= until_us)
                    ),
                    key=lambda number: stored[uuid.UUID(int=number).bytes],
                    reverse=not ascending,
                )
                found: list[int] = []
                after_us = None
                while True:
                    page = store.find_page(
                        StatementQuery(1, wanted, since_us, until_us, ascending, limit=13, after_us=after_us)
                    )
                    found += [uuid.UUID(bytes=s.id).int for s in page.statements]
                    after_us = page.more_after_us
                    if after_us is None:
                        break
                    assert len(page.statements) == 13
                assert found == expected
