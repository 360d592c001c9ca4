"""Landing: whole or not at all, once, and the last good version stays."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pytest

from payoff.connectors import Batch, read_source
from payoff.nouns.problem import PayoffError
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source
from payoff.warehouse import fetch, find_landed, keep_last_good, land, last_good, read_rows

CRM = Source("crm", "csv", "crm.csv", key=("id",), licence="CC0 1.0")


def arrive(folder: Path, data: bytes, root: Path) -> SourceFile:
    """Read and land, as a run does."""
    (folder / "crm.csv").write_bytes(data)
    try:
        return land(read_source(CRM, folder), CRM, root)
    except PayoffError as error:
        raise keep_last_good(error, CRM, root) from None


def total(file: SourceFile, root: Path) -> int:
    table = fetch([Query("metric:v", "select sum(v)::bigint as v from crm", ("crm",))], [file], root)[
        "metric:v"
    ]
    answer: int = table["v"][0].as_py()
    return answer


def test_what_is_landed(tmp_path: Path) -> None:
    root = tmp_path / "warehouse"
    file = arrive(tmp_path, b"id,v\nA,1\nB,2\n", root)
    package = root / "crm" / file.package
    note = json.loads((package / "load.json").read_text())
    assert note["status"] == "landed"
    assert note["sha256"] == file.sha256
    assert note["columns"] == [["id", "string"], ["v", "int64"]]
    assert (root / "crm" / "current").read_text().strip() == file.package
    assert (file.n_rows, file.columns, file.path, file.licence) == (2, ("id", "v"), "crm.csv", "CC0 1.0")
    assert sorted(p.name for p in package.iterdir()) == ["load.json", "rows.parquet"]
    assert total(file, root) == 3


def test_landing_twice_changes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "warehouse"
    first = arrive(tmp_path, b"id,v\nA,1\n", root)
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in root.rglob("*") if p.is_file()}
    assert arrive(tmp_path, b"id,v\nA,1\n", root) == first
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in root.rglob("*") if p.is_file()} == before


def test_versions_stay_readable_and_an_old_file_is_current_again(tmp_path: Path) -> None:
    root = tmp_path / "warehouse"
    first = arrive(tmp_path, b"id,v\nA,1\n", root)
    second = arrive(tmp_path, b"id,v\nA,1\nB,9\n", root)
    assert (total(first, root), total(second, root)) == (1, 10)
    assert last_good(CRM, root) == second
    assert arrive(tmp_path, b"id,v\nA,1\n", root) == first
    assert last_good(CRM, root) == first
    batch = read_source(CRM, tmp_path)
    assert find_landed(CRM, batch.sha256, batch.reading, root) == first
    assert find_landed(CRM, "0" * 64, batch.reading, root) is None


def test_pseudonyms_make_another_package(tmp_path: Path) -> None:
    root = tmp_path / "warehouse"
    plain = arrive(tmp_path, b"id,v\nA,1\n", root)
    hidden = land(read_source(CRM, tmp_path, b"secret", ("id",)), CRM, root)
    assert hidden.sha256 == plain.sha256
    assert hidden.package != plain.package


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"id,v\nA,1\nB",
        b"id,v\nA,1\nA,2\n",
        b"other,v\nA,1\n",
        "id,v\nA,é\n".encode("cp1252"),
    ],
    ids=["empty", "cut off", "doubled", "columns", "encoding"],
)
def test_a_bad_file_leaves_the_last_good_version(tmp_path: Path, bad: bytes) -> None:
    root = tmp_path / "warehouse"
    good = arrive(tmp_path, b"id,v\nA,1\nB,2\n", root)
    with pytest.raises(PayoffError, match=r"crm\.csv") as caught:
        arrive(tmp_path, bad, root)
    (problem,) = caught.value.problems
    landed_on = json.loads((root / "crm" / good.package / "load.json").read_text())["landed_at"][:10]
    assert problem.why.endswith(f"; the version landed on {landed_on} with 2 rows stays in use")
    assert last_good(CRM, root) == good
    assert total(good, root) == 3


def test_the_first_file_bad_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(PayoffError) as caught:
        arrive(tmp_path, b"id,v\nA,1\nA,2\n", tmp_path / "warehouse")
    assert "stays in use" not in caught.value.problems[0].why
    assert last_good(CRM, tmp_path / "warehouse") is None


# A process that lands one good version, starts on a second and is killed at a chosen step of it.
LANDER = """
    import os, signal, sys
    from pathlib import Path
    from payoff.connectors import read_source
    from payoff.nouns.study import Source
    from payoff.warehouse import land, landing, package

    folder, step = Path(sys.argv[1]), int(sys.argv[2])
    source, root = Source("crm", "csv", "crm.csv", key=("id",)), folder / "warehouse"
    (folder / "crm.csv").write_bytes(b"id,v\\nA,1\\n")
    land(read_source(source, folder), source, root)
    (folder / "crm.csv").write_bytes(b"id,v\\nA,1\\nB,9\\n")
    batch = read_source(source, folder)
    steps = 0

    def die_at(name):
        real = getattr(os, name)
        def counted(*args):
            global steps
            steps += 1
            if steps == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args)
        setattr(os, name, counted)

    die_at("fsync")
    die_at("replace")
    land(batch, source, root)
    print("steps", steps)
"""


def run_lander(folder: Path, step: int) -> subprocess.CompletedProcess[str]:
    code = textwrap.dedent(LANDER)
    command = [sys.executable, "-c", code, str(folder), str(step)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("step", [5, 8, 11, 12])
def test_a_kill_at_any_step_leaves_a_whole_version_and_the_next_run_finishes(
    tmp_path: Path, step: int
) -> None:
    """Note, rows, note and `current` are put in place, each by fsync, replace, fsync: 12 steps.

    Killed before each is replaced, and after `current` is.
    """
    process = run_lander(tmp_path, step)
    assert process.returncode == -signal.SIGKILL, process.stderr
    root = tmp_path / "warehouse"
    source = Source("crm", "csv", "crm.csv", key=("id",))
    left = last_good(source, root)
    assert left is not None
    assert total(left, root) == (10 if step == 12 else 1)  # `current` is replaced at step 11
    resumed = land(read_source(source, tmp_path), source, root)
    assert total(resumed, root) == 10
    assert last_good(source, root) == resumed


def test_the_lander_has_no_other_steps(tmp_path: Path) -> None:
    process = run_lander(tmp_path, 99)
    assert process.stdout == "steps 12\n", process.stderr


def test_changed_rows_are_noticed_and_landed_anew(tmp_path: Path) -> None:
    root = tmp_path / "warehouse"
    file = arrive(tmp_path, b"id,v\nA,1\nB,2\n", root)
    rows = root / "crm" / file.package / "rows.parquet"
    rows.write_bytes(rows.read_bytes()[:-1] + b"x")
    with pytest.raises(PayoffError) as caught:
        total(file, root)
    assert caught.value.problems[0].code == "D202"
    assert last_good(CRM, root) is None
    assert total(arrive(tmp_path, b"id,v\nA,1\nB,2\n", root), root) == 3


def test_a_damaged_note_is_no_version(tmp_path: Path) -> None:
    root = tmp_path / "warehouse"
    file = arrive(tmp_path, b"id,v\nA,1\n", root)
    (root / "crm" / file.package / "load.json").write_text('{"status": "landed"')
    assert last_good(CRM, root) is None
    assert arrive(tmp_path, b"id,v\nA,1\n", root) == file


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    root = tmp_path / "warehouse"
    root.write_text("a file, not a folder")
    batch = Batch(pa.table({"v": [1], "_row": [1]}), "0" * 64, "crm.csv", (), "r")
    with pytest.raises(PayoffError) as caught:
        land(batch, CRM, root)
    assert caught.value.problems[0].code == "D201"


def test_a_source_cannot_leave_the_warehouse(tmp_path: Path) -> None:
    batch = Batch(pa.table({"v": [1], "_row": [1]}), "0" * 64, "x.csv", (), "r")
    with pytest.raises(PayoffError) as caught:
        land(batch, Source("../x", "csv", "x.csv"), tmp_path / "warehouse")
    assert caught.value.problems[0].code == "D205"
    assert os.listdir(tmp_path) == []


def test_rows_by_number(tmp_path: Path) -> None:
    root = tmp_path / "warehouse"
    file = arrive(tmp_path, b"id,v\nA,1\nB,2\nC,3\n", root)
    assert read_rows(file, [3, 1, 99], root).to_pydict() == {"_row": [1, 3], "id": ["A", "C"], "v": [1, 3]}
    assert read_rows(file, [], root).num_rows == 0
