"""The PostgreSQL that the other tests stand on: durable, separate, and gone afterwards."""

from pathlib import Path

import psycopg
import pytest
from postgres_server import SERVER_IN_ENVIRONMENT, any_server, fresh_database, own_server


def ask(url: str, question: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
        assert row is not None
        return str(row[0])


def test_commits_reach_the_disk(postgres_url: str) -> None:
    assert ask(postgres_url, "SHOW fsync") == "on"
    assert ask(postgres_url, "SHOW synchronous_commit") == "on"


def test_each_test_has_a_database_of_its_own_that_is_gone_afterwards(postgres_server_url: str) -> None:
    with fresh_database(postgres_server_url) as one, fresh_database(postgres_server_url) as two:
        with psycopg.connect(one) as connection:
            connection.execute("CREATE TABLE mine (n int)")
        assert ask(two, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"
        names = [ask(url, "SELECT current_database()") for url in (one, two)]
        left_open = psycopg.connect(one)
    left_open.close()
    assert (
        ask(postgres_server_url, f"SELECT count(*) FROM pg_database WHERE datname IN {tuple(names)}") == "0"
    )


def test_a_server_of_its_own_keeps_committed_rows_over_a_crash_and_leaves_no_folder() -> None:
    with own_server() as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            ask(server.url, "SELECT 1")
        server.start()
        assert ask(server.url, "SELECT n FROM kept") == "7"
        folder: Path = server.folder
    assert not folder.exists()


def test_the_environment_may_name_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SERVER_IN_ENVIRONMENT, "postgresql://somebody@elsewhere/postgres")
    with any_server() as url:
        assert url == "postgresql://somebody@elsewhere/postgres"
