"""Killed anywhere, a load ends in the tables of an undisturbed one; two at once, and a full disk, too."""

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from loading_firm import HEADER, export, load, refused, rows, workspace, write_study

from payoff.run.loads.load_log import read_log

SCRIPT = Path(__file__).with_name("loading_killed.py")
SOURCES = """{folder: 'exports/*.csv', key: [rep_id, month], steward: sales-ops}
  crm: {database: 'sqlite:///crm.db', table: deals, cursor: n, key: [rep_id], steward: sales-ops}"""


def write_place(folder: Path) -> Path:
    folder.mkdir()
    study = write_study(folder, SOURCES)
    for week in range(4):
        told = [(f"r{n}", "2026-01-01", week * 10 + n) for n in range(week, week + 3)]
        export(folder, f"w{week}.csv", told, HEADER)
    with sqlite3.connect(folder / "crm.db") as connection:
        connection.execute("create table deals (rep_id text, deals integer, n integer)")
        connection.executemany("insert into deals values (?, ?, ?)", [(f"r{n}", n, n) for n in range(9)])
    connection.close()
    return study


def contents(folder: Path) -> dict[str, bytes]:
    """Rows, lists of pieces and what is in use, of every source; notes bear the time of day."""
    root = folder / ".payoff" / "warehouse"
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.name in {"rows.parquet", "pieces.json", "current"}
    }


def run_killed(places: dict[Path, list[int]]) -> list[list[int]]:
    """Exit codes by place: one for each point at which it was killed, then that of an undisturbed load."""
    asked = json.dumps([[str(folder), points] for folder, points in places.items()])
    done = subprocess.run([sys.executable, str(SCRIPT), asked], capture_output=True, text=True, check=True)
    codes: list[list[int]] = json.loads(done.stdout)
    return codes


def test_killed_at_twenty_points_the_tables_are_those_of_an_undisturbed_load(tmp_path: Path) -> None:
    whole = tmp_path / "undisturbed"
    write_place(whole)
    places = {whole: list[int]()}
    for point in (*range(2, 34, 2), 3, 9, 17, 33):
        folder = tmp_path / f"killed{point}"
        shutil.copytree(tmp_path / "undisturbed", folder)
        places[folder] = [point]
    assert run_killed(places) == [[0], *([[-9, 0]] * 20)]
    wanted = contents(whole)
    assert (
        len(wanted) == 4 + 1 + 1 + 1 + 2 * 2
    )  # packages of pieces and of what stands, lists, what is in use
    for folder in places:
        assert contents(folder) == wanted, folder.name


def test_killed_again_and_again_it_still_ends_there(tmp_path: Path) -> None:
    write_place(tmp_path / "undisturbed")
    study = write_place(tmp_path / "killed")
    points = [4, 7, 6, 11, 8, 5, 12, 9]
    codes = run_killed({tmp_path / "undisturbed": [], tmp_path / "killed": points})
    assert codes == [[0], [*([-9] * 8), 0]]
    assert contents(tmp_path / "killed") == contents(tmp_path / "undisturbed")
    told = [entry.status for entry in read_log(workspace(study).warehouse)]
    assert told[-1] == "done"
    assert set(told[:-1]) == {"broken off"}


def test_two_loads_at_once_wait_for_each_other(tmp_path: Path) -> None:
    study = write_place(tmp_path / "place")
    failed: list[BaseException] = []

    def run() -> None:
        try:
            load(study)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert load(study).status == "unchanged"
    entries = read_log(workspace(study).warehouse)
    assert [e.sources[0].status for e in entries].count("loaded") == 1


def test_a_full_disk_keeps_the_version_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = write_place(tmp_path / "place")
    load(study)
    before = contents(tmp_path / "place")
    export(tmp_path / "place", "w9.csv", [("new", "2026-01-01", 1)])
    replace = os.replace

    def full(source: str, target: str) -> None:
        if str(target).endswith("rows.parquet"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        error = refused(study)
    assert [p.code for p in error.problems] == ["D201"]
    assert "No space left" in error.problems[0].what
    assert "stays in use" in error.problems[0].why
    assert {k: v for k, v in contents(tmp_path / "place").items() if k in before} == before
    assert load(study).n_new == 1
    assert ("new",) in rows(study, "rep_id")
