"""Files with learners' records are their owner's alone; modes that somebody chose stay."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from payoff.statements.backup import back_up, restore
from payoff.statements.sqlite import SqliteEngine
from payoff.statements.store import Store


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def read_modes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


def test_new_files_are_private(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "r.db"))
    store.start(lambda works: None)
    reader = store.engine.connect()
    try:
        back_up(store.engine, tmp_path / "r.backup", "ann")
        modes = read_modes(tmp_path)
    finally:
        reader.close()
        store.close()
    assert {"r.db", "r.db-wal", "r.db-shm", "r.db-writer", "r.backup"} <= modes.keys()
    assert set(modes.values()) == {0o600}
    restore(tmp_path / "r.backup", SqliteEngine(tmp_path / "restored.db"), "ann")
    assert set(read_modes(tmp_path).values()) == {0o600}


def test_a_mode_that_somebody_chose_stays(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    Store.open(str(path)).close()
    path.chmod(0o640)
    store = Store.open(str(path))
    store.start(lambda works: None)
    store.close()
    assert path.stat().st_mode & 0o777 == 0o640
