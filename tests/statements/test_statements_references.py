"""References and voids, whichever statement comes first, alone or in one request, in one group or many."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from made_statements import KEY, OTHER_KEY, find, make, make_id, put, running, store_all

from payoff.statements.references import MAX_CARRIED, MAX_CHAIN
from payoff.statements.store import Store
from payoff.statements.work import Outcome
from payoff.xapi.statement import Statement, Term, TermKind

AGENT, VERB, ACTIVITY = TermKind.AGENT, TermKind.VERB, TermKind.ACTIVITY


def arrive(store: Store, coming: Sequence[Statement], together: bool, tenant: int) -> None:
    """In that order, in one request or in one each."""
    if together:
        assert store.write(put(*coming, tenant=tenant)).outcome is Outcome.STORED
    else:
        store_all(store, *coming, tenant=tenant)


@pytest.mark.parametrize("together", [True, False])
def test_a_chain_is_found_by_its_last_statement_in_any_order(store_url: str, together: bool) -> None:
    chain = [
        make(1, agent="ann", activity="lesson"),
        make(2, agent="bob", verb="commented", refers_to=1),
        make(3, agent="cid", verb="liked", refers_to=2),
    ]
    with running(store_url) as store:
        for tenant, coming in enumerate(permutations(chain), 1):
            arrive(store, coming, together, tenant)
            assert sorted(find(store, (ACTIVITY, "lesson"), tenant=tenant)) == [1, 2, 3]
            assert sorted(find(store, (VERB, "commented"), tenant=tenant)) == [2, 3]
            assert find(store, (VERB, "liked"), tenant=tenant) == [3]


def test_all_filters_must_be_true_of_one_statement(store_url: str) -> None:
    with running(store_url) as store:
        store_all(store, make(1, agent="ann", activity="lesson"), make(2, agent="bob", refers_to=1))
        assert find(store, (AGENT, "bob"), (ACTIVITY, "lesson")) == []
        assert find(store, (AGENT, "ann"), (ACTIVITY, "lesson")) == [1, 2]


@pytest.mark.parametrize("together", [True, False])
def test_a_void_counts_whichever_comes_first_and_referrers_stay(store_url: str, together: bool) -> None:
    three = [make(1, activity="lesson"), make(2, agent="bob", refers_to=1), make(3, agent="cid", voids=1)]
    with running(store_url) as store:
        for tenant, coming in enumerate(permutations(three), 1):
            arrive(store, coming, together, tenant)
            assert sorted(find(store, (ACTIVITY, "lesson"), tenant=tenant)) == [2, 3]
            assert sorted(find(store, tenant=tenant)) == [2, 3]
            voided = store.find_statement(tenant, make_id(1))
            assert voided is not None
            assert voided.voided


def test_a_voiding_statement_is_never_voided(store_url: str) -> None:
    three = [make(1), make(2, voids=1), make(3, voids=2)]
    with running(store_url) as store:
        for tenant, coming in enumerate(permutations(three), 1):
            arrive(store, coming, False, tenant)
            assert sorted(find(store, tenant=tenant)) == [2, 3]


def test_a_voided_reference_is_found_by_nothing_any_more(store_url: str) -> None:
    with running(store_url) as store:
        store_all(store, make(1, activity="lesson"), make(2, agent="bob", refers_to=1), make(3, voids=2))
        assert find(store, (ACTIVITY, "lesson")) == [1, 3]
        assert find(store, (AGENT, "bob")) == [3]
        store_all(store, make(4, agent="dan", refers_to=2))
        assert find(store, (ACTIVITY, "lesson")) == [1, 3, 4]


@pytest.mark.parametrize("together", [True, False])
def test_statements_that_refer_to_each_other_in_a_circle(store_url: str, together: bool) -> None:
    circle = [make(n, agent=f"a{n}", refers_to=n % 3 + 1) for n in (1, 2, 3)]
    with running(store_url) as store:
        if together:
            assert store.write(put(*circle, make(4, refers_to=4))).outcome is Outcome.STORED
        else:
            store_all(store, *circle, make(4, refers_to=4))
        for n in (1, 2, 3):
            assert find(store, (AGENT, f"a{n}")) == [1, 2, 3]
        assert find(store) == [1, 2, 3, 4]


def test_a_chain_reaches_as_far_as_it_may(store_url: str) -> None:
    length = MAX_CHAIN + 10
    chain = [make(0, agent="first")] + [make(n, agent="x", refers_to=n - 1) for n in range(1, length)]
    with running(store_url) as store:
        assert store.write(put(*reversed(chain))).outcome is Outcome.STORED
        assert sorted(find(store, (AGENT, "first"))) == list(range(MAX_CHAIN + 1))


@pytest.mark.parametrize("target_first", [True, False])
def test_a_reference_to_a_crowd_carries_a_bounded_part(store_url: str, target_first: bool) -> None:
    """A thousand small references to one long statement must not be a million rows."""
    people = [Term(kind, f"p{n}") for kind in (AGENT, TermKind.ANY_AGENT) for n in range(1_000)]
    crowd = make(0, agent="ann", activity="lesson")
    crowd = crowd._replace(terms=(*people, *crowd.terms))
    references = [make(n, agent="bob", refers_to=0) for n in range(1, 21)]
    with running(store_url) as store:
        for part in ([crowd], references) if target_first else (references, [crowd]):
            assert store.write(put(*part)).outcome is Outcome.STORED
        assert sorted(find(store, (ACTIVITY, "lesson"))) == list(range(21))
        assert sorted(find(store, (AGENT, "p7"))) in ([0], list(range(21)))
        connection = store.engine.connect()
        [[carried]] = connection.execute("SELECT count(*) FROM posting WHERE via > 0")
        connection.close()
        assert carried == 20 * MAX_CARRIED


def test_references_stay_within_a_tenant(store_url: str) -> None:
    with running(store_url) as store:
        store_all(store, make(1, activity="lesson"))
        store_all(store, make(2, refers_to=1), make(3, voids=1), tenant=2)
        assert find(store, (ACTIVITY, "lesson")) == [1]
        assert find(store, (ACTIVITY, "lesson"), tenant=2) == []


def test_a_reference_to_a_foreign_statement_does_not_tell_what_it_says(store_url: str) -> None:
    with running(store_url) as store:
        store_all(store, make(1, agent="secret"), authority=OTHER_KEY)
        store_all(store, make(2, agent="ann", refers_to=1), make(3, agent="bob"), make(4, refers_to=3))
        assert find(store, (AGENT, "secret")) == [1, 2]
        assert find(store, (AGENT, "secret"), mine=KEY.key) == []
        assert find(store, (AGENT, "bob"), mine=KEY.key) == [3, 4]
        assert find(store, mine=KEY.key) == [2, 3, 4]
        assert find(store, mine=OTHER_KEY.key) == [1]
