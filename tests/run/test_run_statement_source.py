"""A study's queries read fed statements, new ones at the next run; every figure leads back to their ids."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from firm import STUDY

from payoff.nouns.problem import PayoffError
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source
from payoff.run.arrival import _land
from payoff.run.workspace import Workspace
from payoff.study import read_study
from payoff.warehouse import fetch, read_rows, trace_rows
from payoff.warehouse.statement_segments import find_watermark, write_segment
from payoff.xapi.event import Event

JOB_AIDS = Query(
    "dose",
    "select actor, count(*) as value from lrs where touchpoint = 'job aid viewed' group by actor",
    ("lrs",),
)
DAY = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp()) * 1_000_000


def event(n: int, actor: str, touchpoint: str, **more: Any) -> Event:
    return Event(1, f"s{n}", DAY + n, timestamp=DAY + n, actor=actor, touchpoint=touchpoint, **more)


def arrive(folder: Path, *events: Event, source: Source | None = None) -> SourceFile:
    """Feed, and land as a run does."""
    segments = folder / ".payoff" / "statements"
    if events:
        write_segment(segments, events, find_watermark(segments))
    workspace = Workspace(folder, folder / "study.yml", folder / "out")
    return _land(
        source or Source("lrs", "statements", ".payoff/statements"),
        workspace,
        None,
        read_study(STUDY.encode(), "study.yml"),
    )


def dose(file: SourceFile, folder: Path) -> dict[str, int]:
    table = fetch([JOB_AIDS], [file], folder / ".payoff" / "warehouse")["dose"]
    return dict(zip(table["actor"].to_pylist(), table["value"].to_pylist(), strict=True))


def test_new_statements_change_the_figure_at_the_next_run(tmp_path: Path) -> None:
    first = arrive(tmp_path, event(1, "a", "job aid viewed"), event(2, "b", "launch"))
    assert dose(first, tmp_path) == {"a": 1}
    assert arrive(tmp_path) == first  # nothing new: the same package
    second = arrive(tmp_path, event(3, "a", "job aid viewed"), event(4, "a", "launch", voids="s1"))
    assert second.package != first.package
    assert dose(second, tmp_path) == {"a": 1}  # one more, one withdrawn
    assert dose(first, tmp_path) == {"a": 1}  # what an older result rests on is still there


def test_each_touchpoint_of_practice_is_part_of_the_dose(tmp_path: Path) -> None:
    kinds = ("job aid viewed", "prompt shown", "prompt answered", "practice done")
    file = arrive(tmp_path, *(event(n, "a", kind) for n, kind in enumerate(kinds, start=1)))
    sql = "select actor, count(*) as value from lrs where touchpoint is not null group by actor"
    table = fetch([Query("dose", sql, ("lrs",))], [file], tmp_path / ".payoff" / "warehouse")["dose"]
    assert table.to_pylist() == [{"actor": "a", "value": 4}]


def test_a_figure_leads_back_to_its_statements(tmp_path: Path) -> None:
    file = arrive(tmp_path, *(event(n, "ab"[n % 2], "job aid viewed") for n in range(1, 7)))
    warehouse = tmp_path / ".payoff" / "warehouse"
    (lineage,) = trace_rows(JOB_AIDS, [file], warehouse, "actor", ["b"])
    assert lineage.precision == "exact"
    rows = read_rows(file, lineage.rows, warehouse)
    assert rows["statement_id"].to_pylist() == ["s1", "s3", "s5"]


def test_named_columns_alone_are_landed(tmp_path: Path) -> None:
    source = Source("lrs", "statements", ".payoff/statements", columns=("actor", "touchpoint"))
    file = arrive(tmp_path, event(1, "a", "job aid viewed"), source=source)
    assert file.columns == ("statement_id", "stored", "actor", "touchpoint")
    assert dose(file, tmp_path) == {"a": 1}


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PayoffError, match="no statements have been fed"):
        arrive(tmp_path)
    odd = Source("lrs", "statements", ".payoff/statements", columns=("actor", "mood"))
    with pytest.raises(PayoffError, match="D106"):
        arrive(tmp_path, event(1, "a", "launch"), source=odd)
