"""`payoff load --follow` on a watched folder: what appears comes in by itself, and SIGTERM ends it whole."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
from e2e_support import PAYOFF, run_payoff
from firm import STUDY, write_firm

DEALS = "{csv: deals.csv, key: [rep_id, month], columns: [rep_id, month, deals], steward: sales-ops}"
FOLDER = "{folder: 'exports/*.csv', key: [rep_id, month], steward: sales-ops}"
HEADER = "rep_id,month,deals\n"
SECONDS = 120


def put(folder: Path, name: str, text: str) -> None:
    """A file as an export leaves it, a minute ago."""
    draft = folder / "exports" / f".{name}"
    draft.write_text(text)
    os.utime(draft, (time.time() - 60,) * 2)
    draft.rename(folder / "exports" / name)


def rows(folder: Path) -> list[tuple[object, ...]]:
    """(deals, file) of the rows in use."""
    source = folder / ".payoff" / "warehouse" / "deals"
    if not (source / "current").exists():
        return []
    table = pq.read_table(source / (source / "current").read_text().strip() / "rows.parquet")
    return [(row["deals"], row["_file"]) for row in table.select(["deals", "_file"]).to_pylist()]


def wait_for(what: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + SECONDS
    while not what():
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def touch_until_told(growing: Path, log: Path) -> bool:
    """A file that is still being written to, until somebody has said so."""
    os.utime(growing)
    return f"{growing.name} is still being written" in log.read_text()


def test_files_come_in_by_themselves_until_sigterm(tmp_path: Path) -> None:
    study = write_firm(tmp_path, 16)
    study.write_text(STUDY.replace(DEALS, FOLDER))
    (tmp_path / "exports").mkdir()
    put(tmp_path, "w1.csv", HEADER + "a@x.example,2026-01-01,1\n")
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [PAYOFF, "load", study.name, "--follow", "--every", "0.2", "--quiet"],
            cwd=tmp_path, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        wait_for(lambda: rows(tmp_path) == [(1, "exports/w1.csv")], process)
        growing = tmp_path / "exports" / "w2.csv"
        growing.write_text(HEADER + "b@x.example,2026-01")
        wait_for(lambda: touch_until_told(growing, log), process)
        assert rows(tmp_path) == [(1, "exports/w1.csv")]
        growing.write_text(HEADER + "b@x.example,2026-01-01,2\n")
        wait_for(lambda: rows(tmp_path) == [(1, "exports/w1.csv"), (2, "exports/w2.csv")], process)
        put(tmp_path, "w1.csv", HEADER + "a@x.example,2026-01-01,7\n")
        wait_for(lambda: rows(tmp_path) == [(7, "exports/w1.csv"), (2, "exports/w2.csv")], process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in log.read_text()
    told = run_payoff("loads", study.name, "--json", cwd=tmp_path)
    kept = json.loads(told.stdout)["loads"]
    assert {entry["status"] for entry in kept} == {"done"}
    statuses = [entry["sources"][0]["status"] for entry in kept]
    assert statuses.count("loaded") == 3
    assert statuses.count("unchanged") <= 4  # one for each time that nothing came, however long it lasted
    again = run_payoff("load", study.name, "--json", "--quiet", cwd=tmp_path)
    assert json.loads(again.stdout)["sources"][0]["status"] == "unchanged"
