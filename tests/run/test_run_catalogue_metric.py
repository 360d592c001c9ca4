"""Measures of the catalogue over landed rows: fed statements as they are, a file with columns of its own."""

import datetime as dt
from pathlib import Path

from firm import STUDY

from payoff.metrics.catalogue import CATALOGUE, TABLES
from payoff.nouns.fiscal_calendar import FiscalCalendar
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source
from payoff.run.arrival import _land
from payoff.run.workspace import Workspace
from payoff.study import read_study
from payoff.study.definition_sql import Asked, Binding, write_definition
from payoff.warehouse import fetch
from payoff.warehouse.statement_segments import write_segment
from payoff.xapi.event import Event

LATE = int(dt.datetime(2026, 1, 31, 23, 30, tzinfo=dt.UTC).timestamp()) * 1_000_000  # February in Berlin
FIRM = read_study(STUDY.encode(), "study.yml")
CALLS = """\
agent,done,talk,wrap
7,2026-01-31 23:30:00,200,40
7,2026-02-03 10:00:00,,40
8,2026-02-03 10:00:00,100,20
"""


def ask(id: str, file: SourceFile, folder: Path, binding: Binding, unit: str) -> dict[tuple[str, str], float]:
    asked = Asked(unit, "month", dt.date(2026, 1, 1), dt.date(2026, 2, 28), FiscalCalendar("Europe/Berlin"))
    sql = write_definition(CATALOGUE[id], TABLES, binding, asked)
    table = fetch([Query("metric:m", sql, (file.source,))], [file], folder / ".payoff" / "warehouse")[
        "metric:m"
    ]
    rows = table.to_pylist()
    return {(str(row[unit]), str(row["period"])): row["value"] for row in rows}


def test_fed_statements_need_no_mapping(tmp_path: Path) -> None:
    events = [
        Event(1, f"s{n}", LATE + n, timestamp=LATE + n, person=who, touchpoint=what, success=right)
        for n, (who, what, right) in enumerate(
            [("a", "practice done", True), ("a", "prompt answered", False), ("b", "launch", None)]
        )
    ]
    write_segment(tmp_path / ".payoff" / "statements", events, 0)
    workspace = Workspace(tmp_path, tmp_path / "study.yml", tmp_path / "out")
    file = _land(
        Source("lrs", "statements", ".payoff/statements"),
        workspace,
        None,
        read_study(STUDY.encode(), "study.yml"),
    )
    binding = Binding({"statements": "lrs"})
    assert ask("scenario_accuracy", file, tmp_path, binding, "person") == {("a", "2026-02-01"): 0.5}
    found = ask("practice_frequency", file, tmp_path, binding, "person")
    assert found == {("a", "2026-02-01"): 1.0, ("b", "2026-02-01"): 0.0}


def test_a_file_with_columns_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(CALLS)
    workspace = Workspace(tmp_path, tmp_path / "study.yml", tmp_path / "out")
    file = _land(
        Source("interactions", "csv", "calls.csv"), workspace, None, read_study(STUDY.encode(), "study.yml")
    )
    columns = {"unit": "agent", "ended_at": "done", "handle_seconds": "talk + wrap"}
    found = ask(
        "average_handle_time", file, tmp_path, Binding({"interactions": "interactions"}, columns), "rep"
    )
    assert found == {("7", "2026-02-01"): 4.0, ("8", "2026-02-01"): 2.0}
