"""No query of the store reads more than it needs: every plan is a walk along an index, on both engines."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from made_statements import KEY, make, make_id, put, running

from payoff.statements.connection import Connection, Row
from payoff.statements.query import StatementQuery
from payoff.statements.store import Store
from payoff.xapi.statement import Term, TermKind

ANN, DID = Term(TermKind.AGENT, "ann"), Term(TermKind.VERB, "did")
LESSON, REGISTRATION = Term(TermKind.ANY_ACTIVITY, "a"), Term(TermKind.ANY_AGENT, "ann")
QUERIES = {
    "newest": StatementQuery(1),
    "ascending": StatementQuery(1, ascending=True, since_us=5, until_us=10**17),
    "agent": StatementQuery(1, (ANN,)),
    "agent since": StatementQuery(1, (ANN,), since_us=5, after_us=10**17),
    "agent and verb": StatementQuery(1, (ANN, DID)),
    "three": StatementQuery(1, (ANN, DID, LESSON, REGISTRATION), ascending=True, after_us=5),
    "mine": StatementQuery(1, mine=KEY.key),
    "my agent": StatementQuery(1, (ANN,), mine=KEY.key),
}


class Explaining:
    """A connection that asks for the plan of each query before it runs it."""

    def __init__(self, connection: Connection, plans: list[str], many_writers: bool) -> None:
        self._connection, self._plans = connection, plans
        self._explain = "EXPLAIN " if many_writers else "EXPLAIN QUERY PLAN "

    def execute(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        rows = self._connection.execute(self._explain + sql, params)
        self._plans.append("\n".join(str(row[-1]) for row in rows))
        return self._connection.execute(sql, params)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def find_plans(store: Store, ask: Callable[[Store], object], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    plans: list[str] = []
    connect = type(store.engine).connect

    def connect_explaining(engine: Any, *, writing: bool = False) -> Any:
        return Explaining(connect(engine, writing=writing), plans, engine.many_writers)

    with monkeypatch.context() as explaining:
        explaining.setattr(type(store.engine), "connect", connect_explaining)
        fresh = Store(store.engine)
        ask(fresh)
        fresh.close()
    assert plans
    return plans


@pytest.fixture(params=list(QUERIES))
def query(request: pytest.FixtureRequest) -> StatementQuery:
    return QUERIES[request.param]


def test_a_page_walks_indexes_only(
    store_url: str, query: StatementQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(store_url) as store:
        store.write(put(*(make(n, agent=("ann", "bob")[n % 2], verb="did") for n in range(500))))
        plans = find_plans(store, lambda s: s.find_page(query), monkeypatch)
        for plan in plans:
            check_plan(plan)
        if not (query.terms or query.mine):
            assert "statement_newest" in plans[-1]
        elif not store.engine.many_writers:
            assert "TEMP B-TREE" not in plans[-1].replace("USE TEMP B-TREE FOR ORDER BY", "", 1)
        if query.since_us is not None and not store.engine.many_writers:
            assert ">?" in plans[-1], plans[-1]  # the range is a place in the index, not a filter


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: s.find_statement(1, make_id(3)),
        lambda s: s.find_statement(1, make_id(3), KEY.key),
        lambda s: s.read_after(5, 10),
        lambda s: s.find_definition(1, "http://a"),
        lambda s: s.consistent_through_us(1),
    ],
)
def test_other_questions_walk_indexes_only(
    store_url: str, ask: Callable[[Store], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(store_url) as store:
        store.write(put(*(make(n) for n in range(500))))
        for plan in find_plans(store, ask, monkeypatch):
            check_plan(plan)


def check_plan(plan: str) -> None:
    for line in plan.splitlines():
        assert "Seq Scan" not in line, plan
        if line.startswith("SCAN"):  # of a few rows the query itself made
            assert line.split()[1] in {"f", "w", "c", "CONSTANT"} or "CONSTANT ROW" in line, plan


def test_what_the_writer_looks_up_is_found_by_an_index(store_url: str) -> None:
    with running(store_url) as store:
        store.write(put(*(make(n, agent=f"a{n}", refers_to=n + 1) for n in range(500))))
        connection = store.engine.connect()
        plans: list[str] = []
        explaining = Explaining(connection, plans, store.engine.many_writers)
        wanted = [(1, make_id(n)) for n in range(300)]
        for column in ("id", "refers_to"):
            if store.engine.many_writers:
                sql = (
                    "SELECT t.stored_us FROM unnest(?::bigint[], ?::bytea[]) AS w (k0, k1) "
                    f"CROSS JOIN statement t WHERE t.tenant = w.k0 AND t.{column} = w.k1"
                )
                params: list[Any] = [list(part) for part in zip(*wanted, strict=True)]
            else:
                sql = (
                    f"WITH w (k0, k1) AS (VALUES {','.join(['(?,?)'] * 300)}) SELECT t.stored_us FROM w "
                    f"CROSS JOIN statement t WHERE t.tenant = w.k0 AND t.{column} = w.k1"
                )
                params = [value for pair in wanted for value in pair]
            explaining.execute(sql, params)
        connection.close()
        assert "statement_id" in plans[0]
        assert "statement_refers_to" in plans[1]
        for plan in plans:
            check_plan(plan)
