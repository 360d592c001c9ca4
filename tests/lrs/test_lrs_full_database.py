"""The disk of a PostgreSQL's tables is full: 503, nothing lost, and it goes on by itself when there is room.

The disk is a small file system of its own, which needs the right to mount one; its log of changes lies
elsewhere, for PostgreSQL stops itself where that has no room.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from durable_load import Books, await_count, clients, read_ids
from postgres_server import PostgresServer, own_server
from served_store import serve

ROOM_MB = 48


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with own_server() as server:
        yield server


@pytest.fixture
def small_disk(server: PostgresServer, tmp_path: Path) -> Iterator[Path]:
    """A folder in which the server may write 48 MB; the server is stopped before it goes."""
    disk = server.folder / "disk"
    disk.mkdir()
    owner = f",uid={server.user.pw_uid}" if server.user else ""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM_MB}m,mode=700{owner}", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        server.stop()
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_503_and_recovers_by_itself(server: PostgresServer, small_disk: Path) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{small_disk}'")
        connection.execute("CREATE DATABASE small TABLESPACE small")
    books, ballast = Books(), small_disk / "ballast"
    with serve(server.url.removesuffix("/postgres") + "/small") as served:
        with clients(served, books):
            await_count(books.acknowledged, 30)
            with pytest.raises(OSError, match="No space left"):
                ballast.write_bytes(bytes(ROOM_MB * 1024 * 1024))
            await_count(books.refused, 30)
            n_acknowledged = len(books.acknowledged)
            assert read_ids(served, books.activity)  # reading goes on
            ballast.unlink()
            await_count(books.acknowledged, n_acknowledged + 50)
        stored = read_ids(served, books.activity)
        books.check(stored)
        assert not {i for ids in books.refused for i in ids} & set(stored)
        assert served.request("GET", "/readyz").status == 200
    assert set(books.statuses) == {200, 503}
