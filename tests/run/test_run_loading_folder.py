"""A watched folder: each file once, corrections last, drift explained, the last good version kept."""

import itertools
import os
import shutil
import threading
import time
from pathlib import Path

import pytest
from loading_firm import HEADER, export, load, refused, rows, table, workspace, write_study

from payoff.nouns.query import Query
from payoff.run.loads.load_log import read_log
from payoff.warehouse import last_good, trace_rows
from payoff.warehouse.package import read_load

FOLDER = "{folder: 'exports/*.csv', key: [rep_id, month], steward: sales-ops}"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write_study(tmp_path, FOLDER)


def test_each_file_is_landed_once_and_a_second_load_finds_nothing(tmp_path: Path, study: Path) -> None:
    export(tmp_path, "w1.csv", [("a", "2026-01-01", 1), ("b", "2026-01-01", 2)])
    export(tmp_path, "w2.csv", [("a", "2026-02-01", 3)])
    came = load(study)
    assert (came.status, came.n_new, came.n_changed, came.n_gone, came.n_rows) == ("loaded", 3, 0, 0, 3)
    assert [(part.path, part.n_rows) for part in came.came] == [("exports/w1.csv", 2), ("exports/w2.csv", 1)]
    before = {p: p.read_bytes() for p in (workspace(study).warehouse / "deals").rglob("*") if p.is_file()}
    again = load(study)
    assert (again.status, again.came) == ("unchanged", ())
    after = {p: p.read_bytes() for p in (workspace(study).warehouse / "deals").rglob("*") if p.is_file()}
    assert after == before


def test_a_later_file_corrects_a_row_and_says_which(tmp_path: Path, study: Path) -> None:
    export(tmp_path, "w1.csv", [("a", "2026-01-01", 1), ("b", "2026-01-01", 2)])
    load(study)
    export(tmp_path, "w2.csv", [("b", "2026-01-01", 9), ("c", "2026-01-01", 4)])
    came = load(study)
    assert (came.n_new, came.n_changed, came.n_gone) == (1, 1, 0)
    assert came.keys == ("b, 2026-01-01",)
    assert rows(study, "rep_id", "deals", "_file", "_file_row") == [
        ("a", 1, "exports/w1.csv", 1),
        ("b", 9, "exports/w2.csv", 1),
        ("c", 4, "exports/w2.csv", 2),
    ]


def test_files_in_any_order_of_arrival_give_the_same_bytes(tmp_path: Path) -> None:
    files = {"w1.csv": [("a", "2026-01-01", 1)], "w2.csv": [("a", "2026-01-01", 2)], "w10.csv": [
        ("a", "2026-01-01", 10)]}  # fmt: skip
    found = set()
    for n, order in enumerate(itertools.permutations(files)):
        folder = tmp_path / str(n)
        folder.mkdir()
        study = write_study(folder, FOLDER)
        for name in order:
            export(folder, name, files[name])
            load(study)
        assert rows(study, "deals", "_file") == [(10, "exports/w10.csv")]
        current = (workspace(study).warehouse / "deals" / "current").read_text().strip()
        found.add((workspace(study).warehouse / "deals" / current / "rows.parquet").read_bytes())
    assert len(found) == 1


def test_the_higher_version_stands_even_in_an_earlier_file(tmp_path: Path) -> None:
    study = write_study(tmp_path, FOLDER.replace("steward", "version: at, steward"))
    header = (*HEADER, "at")
    export(tmp_path, "w1.csv", [("a", "2026-01-01", 7, 20), ("b", "2026-01-01", 1, 5)], header)
    export(tmp_path, "w2.csv", [("a", "2026-01-01", 3, 10), ("b", "2026-01-01", 2, 5)], header)
    load(study)
    assert rows(study, "rep_id", "deals") == [("a", 7), ("b", 2)]


def test_a_replaced_file_takes_its_old_rows_along_and_a_removed_one_leaves_them(
    tmp_path: Path, study: Path
) -> None:
    export(tmp_path, "w1.csv", [("a", "2026-01-01", 1), ("b", "2026-01-01", 2)])
    second = export(tmp_path, "w2.csv", [("c", "2026-01-01", 3)])
    load(study)
    export(tmp_path, "w1.csv", [("a", "2026-01-01", 5)])
    came = load(study)
    assert (came.n_new, came.n_changed, came.n_gone) == (0, 1, 1)
    assert "exports/w1.csv was replaced: its rows are those of the new file" in came.notes
    second.unlink()
    kept = load(study)
    assert kept.notes == ("exports/w2.csv is no longer there; its rows stay",)
    assert rows(study, "rep_id", "deals") == [("a", 5), ("c", 3)]


def test_the_same_file_twice_counts_once(tmp_path: Path) -> None:
    study = write_study(tmp_path, "{folder: 'exports/*.csv', steward: sales-ops}")
    first = export(tmp_path, "w1.csv", [("a", "2026-01-01", 1), ("a", "2026-01-01", 1)])
    shutil.copy2(first, first.with_name("w1 (copy).csv"))
    came = load(study)
    assert table(study).num_rows == 2
    assert any("is the same file as" in note for note in came.notes)


def test_deletions_only_where_they_are_declared(tmp_path: Path) -> None:
    study = write_study(tmp_path, FOLDER.replace("steward", "snapshot: true, steward"))
    export(tmp_path, "2026-01.csv", [("a", "2026-01-01", 1), ("b", "2026-01-01", 2)])
    load(study)
    export(tmp_path, "2026-02.csv", [("b", "2026-01-01", 2)])
    came = load(study)
    assert (came.n_new, came.n_changed, came.n_gone) == (0, 0, 1)
    assert rows(study, "rep_id") == [("b",)]


def test_a_renamed_column_is_explained_with_the_line_that_mends_it(tmp_path: Path, study: Path) -> None:
    export(tmp_path, "w1.csv", [("a", "2026-01-01", 1)])
    load(study)
    export(tmp_path, "w2.csv", [("b", "2026-01-01", 2)], ("rep_id", "month", "deals_won"))
    error = refused(study)
    problem = error.problems[0]
    assert (problem.code, error.exit_code) == ("U252", 4)
    assert "exports/w2.csv" in problem.what
    assert "exports/w1.csv" in problem.what
    assert "deals is gone, and deals_won is new: probably renamed; metric deals reads it" in problem.what
    assert problem.fix == "mapping: {deals_won: deals}"
    assert "with 1 rows stays in use" in problem.why
    assert rows(study, "rep_id") == [("a",)]
    entry = read_log(workspace(study).warehouse)[-1]
    assert (entry.status, entry.sources[0].status) == ("failed", "failed")
    assert "deals_won" in entry.sources[0].reason
    study.write_text(study.read_text().replace("exports/*.csv', key", f"exports/*.csv', {problem.fix}, key"))
    assert load(study).status == "loaded"
    assert rows(study, "rep_id", "deals") == [("a", 1), ("b", 2)]


def test_a_column_of_another_kind_is_refused_and_an_added_one_is_told(tmp_path: Path, study: Path) -> None:
    export(tmp_path, "w1.csv", [("a", "2026-01-01", 1)])
    export(tmp_path, "w2.csv", [("b", "2026-01-01", 2, "north")], (*HEADER, "region"))
    assert "exports/w2.csv: region is new, since exports/w1.csv" in load(study).notes
    assert rows(study, "rep_id", "region") == [("a", None), ("b", "north")]
    export(tmp_path, "w3.csv", [("c", "2026-01-01", "none yet", "south")], (*HEADER, "region"))
    assert "deals was whole numbers and is text; metric deals reads it" in refused(study).problems[0].what


def test_a_column_that_the_study_maps_is_not_told_as_new(tmp_path: Path, study: Path) -> None:
    export(tmp_path, "w1.csv", [("a", "2026-01-01", 1)])
    load(study)
    study.write_text(
        study.read_text().replace("exports/*.csv', key", "exports/*.csv', mapping: {Deals_Won: deals}, key")
    )
    export(tmp_path, "w2.csv", [("b", "2026-01-01", 2)], ("rep_id", "month", "Deals_Won"))
    assert [note for note in load(study).notes if "is new" in note] == []
    assert rows(study, "rep_id", "deals") == [("a", 1), ("b", 2)]


def test_numbers_in_another_unit_are_told(tmp_path: Path, study: Path) -> None:
    export(tmp_path, "w1.csv", [(f"r{n}", "2026-01-01", 10 + n % 3) for n in range(30)])
    export(tmp_path, "w2.csv", [(f"r{n}", "2026-02-01", (10 + n % 3) * 60) for n in range(30)])
    notes = load(study).notes
    assert any("deals is in the middle 60 times what it is in exports/w1.csv" in note for note in notes)


def test_a_half_written_file_waits_and_a_whole_one_is_taken(tmp_path: Path, study: Path) -> None:
    export(tmp_path, "w1.csv", [("a", "2026-01-01", 1)])
    growing = tmp_path / "exports" / "w2.csv"
    stop = threading.Event()

    def write() -> None:
        with growing.open("w") as file:
            file.write("rep_id,month,deals\n")
            while not stop.is_set():
                file.write("b,2026-01-01,2\n")
                file.flush()
                time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not growing.exists():
            time.sleep(0.01)
        came = load(study)
    finally:
        stop.set()
        writer.join()
    assert came.n_rows == 1
    assert "exports/w2.csv is still being written: it is taken at the next load" in came.notes
    export(tmp_path, "w2.csv", [("b", "2026-01-01", 2)])
    assert load(study).n_rows == 2


def test_explain_leads_to_the_file_and_the_row_in_it(tmp_path: Path, study: Path) -> None:
    export(tmp_path, "w1.csv", [("a", "2026-01-01", 1), ("b", "2026-01-01", 2)])
    export(tmp_path, "w2.csv", [("c", "2026-01-01", 3), ("b", "2026-01-01", 9)])
    came = load(study)
    from payoff.run.plan import read

    place = workspace(study)
    source = next(s for s in read(place).sources if s.name == "deals")
    file = last_good(source, place.warehouse)
    assert file is not None
    query = Query("metric:deals", "select rep_id, month, deals as value from deals", ("deals",))
    found = trace_rows(query, [file], place.warehouse, "rep_id", ["a", "b"])
    assert [(f.path, f.rows, f.precision) for f in found] == [
        ("exports/w1.csv", (1,), "exact"),
        ("exports/w2.csv", (2,), "exact"),
    ]
    assert [f.sha256 for f in found] == [part.sha256 for part in came.came]


def test_an_erroneous_file_keeps_the_version_in_use_and_what_is_good_is_landed(
    tmp_path: Path, study: Path
) -> None:
    export(tmp_path, "w1.csv", [("a", "2026-01-01", 1)])
    load(study)
    bad = export(tmp_path, "w2.csv", [("b", "2026-01-01", 2)])
    bad.write_text("rep_id,month,deals\nb,2026-01-01\n")
    os.utime(bad, (time.time() - 60,) * 2)
    export(tmp_path, "w3.csv", [("c", "2026-01-01", 3)])
    assert [p.code for p in refused(study).problems] == ["D105"]
    assert rows(study, "rep_id") == [("a",)]
    export(tmp_path, "w2.csv", [("b", "2026-01-01", 2)])
    came = load(study)
    assert [part.path for part in came.came] == ["exports/w2.csv"]
    assert came.n_rows == 3
    folder = workspace(study).warehouse / "deals" / came.package
    load_note = read_load(folder)
    assert load_note is not None
    assert [part.path for part in load_note.parts] == [f"exports/w{n}.csv" for n in (1, 2, 3)]
