"""The pytest plugin with the record stores that tests run on; `pyproject.toml` loads it for every folder.

store_url       an empty store of the test's own: the same test on a SQLite file and on PostgreSQL
postgres_url    an empty PostgreSQL database of the test's own
served          a running instance, shared by the session: the same test on both stores
served_sqlite, served_postgres    one of the two
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres_server import any_server, fresh_database
from served_store import ServedStore, serve

STORES = ["sqlite", "postgres"]


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """A PostgreSQL server for the session; tests ask for `postgres_url`, a database of their own."""
    with any_server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server_url: str) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    with fresh_database(postgres_server_url) as url:
        yield url


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty record store may be made."""
    if request.param == "sqlite":
        return str(tmp_path / "records.db")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def served_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedStore]:
    """An instance on a SQLite file."""
    with serve(str(tmp_path_factory.mktemp("records") / "records.db")) as served:
        yield served


@pytest.fixture(scope="session")
def served_postgres(postgres_server_url: str) -> Iterator[ServedStore]:
    """An instance on a PostgreSQL database."""
    with fresh_database(postgres_server_url) as url, serve(url) as served:
        yield served


@pytest.fixture(params=STORES)
def served(request: pytest.FixtureRequest) -> ServedStore:
    """A running instance on each store."""
    found = request.getfixturevalue(f"served_{request.param}")
    assert isinstance(found, ServedStore)
    return found
