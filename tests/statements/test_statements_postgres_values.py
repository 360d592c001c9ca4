"""Values packed for PostgreSQL come out as they went in; what is sent together fails together."""

from collections.abc import Iterator, Sequence

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payoff.statements.connection import UnavailableError
from payoff.statements.postgres import COPIED, PostgresConnection

KINDS = {
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "bytea": st.binary(max_size=40),
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
    "double precision": st.floats(allow_nan=False),
}


@pytest.fixture
def connection(postgres_url: str) -> Iterator[PostgresConnection]:
    connection = PostgresConnection(postgres_url, writing=True)
    columns = ", ".join(f"c{n} {kind}" for n, kind in enumerate(KINDS))
    connection.execute_script(f"CREATE TABLE told (id BIGINT PRIMARY KEY, {columns})")
    connection.execute_script(
        "CREATE TABLE late (id BIGINT REFERENCES told (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    yield connection
    connection.close()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(*(st.none() | kind for kind in KINDS.values())), max_size=8))
@pytest.mark.parametrize("together", [False, True])
def test_columns_come_out_as_they_went_in(
    connection: PostgresConnection, rows: Sequence[tuple[object, ...]], together: bool
) -> None:
    columns = ("id", *(f"c{n}" for n in range(len(KINDS))))
    given = [(place, *row) for place, row in enumerate(rows)]
    with connection.transaction(together=together):
        connection.execute("DELETE FROM told")
        connection.insert_many("told", columns, given)
        found = connection.select_many("told", columns, ("id",), [(place,) for place in range(len(rows))])
        connection.insert_many("told", columns, given, skip_known=True)
    assert sorted(found, key=lambda row: row[0]) == given
    assert len(connection.execute("SELECT id FROM told")) == len(given)


def test_many_rows_are_copied_between_what_is_sent_together(connection: PostgresConnection) -> None:
    with connection.transaction(together=True):
        connection.insert_many("told", ("id", "c0"), [(-1, 7)])
        connection.insert_many("told", ("id", "c0"), [(n, n) for n in range(COPIED)])
        connection.insert_many("told", ("id", "c0"), [(-2, 7)])
    assert connection.execute("SELECT count(*) FROM told")[0][0] == COPIED + 2


def test_what_fails_later_than_its_call_fails_the_whole_transaction(connection: PostgresConnection) -> None:
    connection.insert_many("told", ("id",), [(1,)])

    def write() -> None:
        with connection.transaction(together=True):
            for id in (2, 1, 3):
                connection.insert_many("told", ("id",), [(id,)])

    with pytest.raises(psycopg.errors.UniqueViolation):
        write()
    assert connection.execute("SELECT id FROM told") == [(1,)]


def test_a_commit_that_is_refused_is_told(connection: PostgresConnection) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation), connection.transaction(together=True):
        connection.insert_many("late", ("id",), [(9,)])
    assert connection.execute("SELECT id FROM late") == []


def test_a_connection_that_is_cut_while_things_wait_to_be_sent_is_told(
    connection: PostgresConnection, postgres_url: str
) -> None:
    own = connection.execute("SELECT pg_backend_pid()")[0][0]

    def write() -> None:
        with connection.transaction(together=True):
            connection.insert_many("told", ("id",), [(1,)])
            with psycopg.connect(postgres_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 10000)", (own,))

    with pytest.raises(UnavailableError):
        write()
    assert connection.broken
