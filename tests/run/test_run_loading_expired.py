"""Sources in pieces after retention: what is still elsewhere comes again, what is not is gone."""

import datetime as dt
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from loading_firm import export, load, rows, workspace, write_study

from payoff.run.privacy.retention import apply_retention
from payoff.warehouse.package import find_folder, read_load, write_load
from payoff.warehouse.pieces import read_pieces

SQLITE = "{database: 'sqlite:///crm.db', table: deals, cursor: n, key: [rep_id, month], steward: sales-ops}"
FOLDER = "{folder: 'exports/*.csv', key: [rep_id, month], steward: sales-ops}"
LATER = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)


def write_sqlite(folder: Path, *told: tuple[str, int]) -> None:
    with sqlite3.connect(folder / "crm.db") as connection:
        connection.execute(
            "create table if not exists deals (rep_id text, month text, deals real, n integer)"
        )
        connection.executemany("insert into deals values (?, '2026-01-01', 1, ?)", told)
    connection.close()


def expire(study: Path, *, but_the_last: bool = False) -> None:
    """Rows landed long ago go; those of the last piece were landed after the day that is asked about."""
    place = workspace(study)
    (place.root / "payoff.yml").write_text("payoff: 1\nretention: {rows: 30 days}\n")
    place = workspace(study)
    if but_the_last:
        last = read_pieces(place.warehouse, "deals").pieces[-1].package
        young = {last, (find_folder(place.warehouse, "deals") / "current").read_text().strip()}
        for name in young:
            package = find_folder(place.warehouse, "deals") / name
            load_ = read_load(package)
            assert load_ is not None
            write_load(package, replace(load_, landed_at=LATER.isoformat()))
    assert apply_retention(place, "steward", LATER)


def test_a_database_is_asked_again_for_what_went(tmp_path: Path) -> None:
    study = write_study(tmp_path, SQLITE)
    write_sqlite(tmp_path, ("a", 1), ("b", 2))
    load(study)
    write_sqlite(tmp_path, ("c", 3))
    load(study)
    expire(study)

    assert load(study).n_rows == 3
    assert rows(study, "rep_id") == [("a",), ("b",), ("c",)]


def test_rows_that_are_old_stay_away_while_younger_ones_stand(tmp_path: Path) -> None:
    study = write_study(tmp_path, SQLITE)
    write_sqlite(tmp_path, ("a", 1), ("b", 2))
    load(study)
    write_sqlite(tmp_path, ("c", 3))
    load(study)
    expire(study, but_the_last=True)
    write_sqlite(tmp_path, ("d", 4))

    assert load(study).n_new == 1
    assert rows(study, "rep_id") == [("c",), ("d",)]
    assert load(study).status == "unchanged"


@pytest.mark.parametrize("gone", [True, False])
def test_a_file_that_is_there_comes_again_and_one_that_is_not_is_gone(tmp_path: Path, gone: bool) -> None:
    study = write_study(tmp_path, FOLDER)
    for n in (1, 2):
        export(tmp_path, f"{n}.csv", [("a", f"2026-0{n}-01", n)])
    load(study)
    if gone:
        (tmp_path / "exports" / "1.csv").unlink()
    expire(study)

    assert load(study).n_rows == (1 if gone else 2)
