"""A record of exports that is only ever added to: whatever else is done to it shows."""

from dataclasses import replace
from pathlib import Path

import pytest

from payoff.nouns.problem import PayoffError
from payoff.records.export_log import Export, add_export, read_exports

WHEN, HASH = "2026-03-01T09:00:00+00:00", "f" * 64
ONE = Export(WHEN, "drills", "a.ruiz", "analyst", "cohorts", ("person",), 80, 4, 5, "a.csv", HASH)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "exports.jsonl"
    for n in range(3):
        add_export(path, replace(ONE, n_rows=80 + n))
    return path


def test_what_was_added_is_read_in_order(log: Path) -> None:
    assert [one.n_rows for one in read_exports(log)] == [80, 81, 82]
    assert read_exports(log)[0] == ONE
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("line", range(2))
def test_a_changed_or_missing_line_shows(log: Path, line: int) -> None:
    lines = log.read_text().splitlines(keepends=True)
    changed = [lines[line].replace("a.ruiz", "nobody")]
    for damaged in (lines[:line] + changed + lines[line + 1 :], lines[:line] + lines[line + 1 :]):
        log.write_text("".join(damaged))
        with pytest.raises(PayoffError) as stopped:
            read_exports(log)
        assert (stopped.value.problems[0].code, stopped.value.exit_code) == ("N110", 6)
        with pytest.raises(PayoffError):
            add_export(log, ONE)
