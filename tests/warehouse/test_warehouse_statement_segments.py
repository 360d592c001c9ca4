"""Segments: whole or not there, without gap, merged with no row seen twice; voided ones withdrawn."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from payoff.nouns.problem import PayoffError
from payoff.warehouse.statement_columns import EVENT_SCHEMA, SEGMENT_SCHEMA, build_table
from payoff.warehouse.statement_segments import (
    find_segments,
    find_watermark,
    hold_folder,
    merge_segments,
    remove_replaced,
    write_segment,
)
from payoff.warehouse.statement_view import VIEW, open_statements, read_events, read_statements
from payoff.xapi.event import Event


def event(stored: int, voids: int | None = None, tenant: int = 1, **more: Any) -> Event:
    target = None if voids is None else f"s{voids}"
    return Event(tenant, f"s{stored}", stored, timestamp=stored, voids=target, **more)


def feed(folder: Path, *batches: Sequence[Event]) -> None:
    for batch in batches:
        write_segment(folder, batch, find_watermark(folder))


def ids(folder: Path) -> list[str]:
    return list(read_statements(folder, ["statement_id"])["statement_id"].to_pylist())


def ids_by_glob(folder: Path) -> list[str]:
    """As anybody reads the folder: all files there are, under the documented view."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"create view segments as select * from read_parquet('{folder.as_posix()}/*.parquet')"
        )
        connection.execute(f"create view statements as {VIEW}")
        rows = connection.execute("select statement_id from statements order by stored").fetchall()
    return [row[0] for row in rows]


def test_an_empty_folder_has_no_statements(tmp_path: Path) -> None:
    assert find_watermark(tmp_path / "none") == 0
    assert read_statements(tmp_path / "none").num_rows == 0
    assert read_statements(tmp_path / "none").schema.names == EVENT_SCHEMA.names


def test_rows_come_out_as_they_went_in(tmp_path: Path) -> None:
    full = event(
        5,
        actor="k",
        verb="passed",
        success=True,
        score_scaled=0.5,
        response_length=3,
        competency_ids=("urn:a", "urn:b"),
        context_extensions='{"n":12345678901234567890123}',
    )
    feed(tmp_path, [full])
    row = read_statements(tmp_path).to_pylist()[0]
    assert row["competency_ids"] == ["urn:a", "urn:b"]
    assert row["category_ids"] == []
    assert (row["verb"], row["success"], row["score_scaled"], row["response_length"]) == (
        "passed",
        True,
        0.5,
        3,
    )
    assert row["stored"].timestamp() == 5e-6
    assert row["context_extensions"] == full.context_extensions
    assert row["duration_seconds"] is None


def test_types_are_those_that_spark_reads(tmp_path: Path) -> None:
    plain = {pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.list_(pa.string())}
    assert set(SEGMENT_SCHEMA.types) == plain | {pa.timestamp("us", tz="UTC")}
    feed(tmp_path, [event(5)])
    stored = pq.ParquetFile(find_segments(tmp_path)[0].path).schema.column(
        EVENT_SCHEMA.get_field_index("stored")
    )
    assert stored.physical_type == "INT64"  # not INT96, and micros, not nanos
    assert "timeUnit=microseconds" in str(stored.logical_type)
    assert "isAdjustedToUTC=true" in str(stored.logical_type)


def test_the_watermark_is_what_the_names_say(tmp_path: Path) -> None:
    feed(tmp_path, [event(5), event(9)], [event(12)])
    assert [(s.from_us, s.to_us) for s in find_segments(tmp_path)] == [(0, 9), (9, 12)]
    assert find_watermark(tmp_path) == 12
    assert ids(tmp_path) == ["s5", "s9", "s12"]


def test_a_draft_left_by_a_kill_is_no_segment(tmp_path: Path) -> None:
    feed(tmp_path, [event(5)])
    draft = tmp_path / ".0000000000000005-0000000000000009.parquet.4711"
    draft.write_bytes(b"half")
    assert find_watermark(tmp_path) == 5
    assert ids_by_glob(tmp_path) == ["s5"]
    assert remove_replaced(tmp_path) == 1
    assert not draft.exists()


def test_a_gap_is_refused(tmp_path: Path) -> None:
    feed(tmp_path, [event(5)], [event(7)], [event(9)])
    find_segments(tmp_path)[1].path.unlink()
    with pytest.raises(PayoffError, match="segments end at 5 and go on at 7"):
        find_segments(tmp_path)
    with pytest.raises(PayoffError, match="D206"):
        read_statements(tmp_path)


def test_a_crossing_is_refused(tmp_path: Path) -> None:
    feed(tmp_path, [event(5)], [event(9)])
    pq.write_table(build_table([event(8)], 3, 12), tmp_path / f"{3:016d}-{12:016d}.parquet")
    with pytest.raises(PayoffError, match="segments end at 5 and go on at 3"):
        find_segments(tmp_path)


def test_voided_statements_are_withdrawn_whichever_comes_first(tmp_path: Path) -> None:
    feed(
        tmp_path,
        [event(5), event(6, voids=9)],
        [event(7), event(8, voids=5)],
        [event(9), event(10, voids=8), event(11)],  # a voiding statement is never voided
    )
    assert ids(tmp_path) == ids_by_glob(tmp_path) == ["s7", "s11"]
    with open_statements(tmp_path) as connection:
        assert connection.execute("select count(*) from segments").fetchall() == [(7,)]


def test_a_tenant_voids_its_own_only(tmp_path: Path) -> None:
    feed(tmp_path, [event(5, tenant=1), event(6, voids=5, tenant=2)])
    assert ids(tmp_path) == ["s5"]


def many(folder: Path, n: int = 20) -> list[str]:
    feed(folder, *([event(2 * i + 1)] for i in range(n)))
    return [f"s{2 * i + 1}" for i in range(n)]


def test_merging_changes_no_row_and_shows_none_twice(tmp_path: Path) -> None:
    told = many(tmp_path)
    before = sorted(tmp_path.glob("*.parquet"))
    wide = merge_segments(tmp_path)
    assert wide is not None
    assert find_segments(tmp_path) == (wide,)
    assert sorted(tmp_path.glob("*.parquet")) == sorted([*before, wide.path])  # who listed a part can open it
    assert ids(tmp_path) == ids_by_glob(tmp_path) == told
    assert remove_replaced(tmp_path) == 0  # not yet
    assert remove_replaced(tmp_path, grace_seconds=0) == 20
    assert ids(tmp_path) == ids_by_glob(tmp_path) == told
    assert find_watermark(tmp_path) == 39
    feed(tmp_path, [event(50, voids=3)])
    assert ids(tmp_path) == [told[0], *told[2:]]


def test_few_segments_are_left_alone(tmp_path: Path) -> None:
    many(tmp_path, 15)
    assert merge_segments(tmp_path) is None


def test_large_segments_are_not_written_again(tmp_path: Path) -> None:
    large = [event(i) for i in range(1, 1_101)]
    feed(tmp_path, large)
    feed(tmp_path, *([event(2_000 + i)] for i in range(16)))
    wide = merge_segments(tmp_path)
    assert wide is not None
    assert [s.from_us for s in find_segments(tmp_path)] == [0, 1_100]


def test_a_merge_cut_short_is_done_by_the_next(tmp_path: Path) -> None:
    told = many(tmp_path)
    wide = merge_segments(tmp_path)
    assert wide is not None
    for part in sorted(tmp_path.glob("*.parquet"))[:7]:  # killed while removing
        if part != wide.path:
            part.unlink()
    assert ids(tmp_path) == ids_by_glob(tmp_path) == told
    remove_replaced(tmp_path, grace_seconds=0)
    assert sorted(tmp_path.glob("*.parquet")) == [wide.path]


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with hold_folder(tmp_path), pytest.raises(PayoffError, match="D207"), hold_folder(tmp_path):
        pass
    with hold_folder(tmp_path):
        assert os.listdir(tmp_path) == [".lock"]


def test_a_folder_is_read_a_run_of_segments_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What voids a statement may lie in another run, before or after it."""
    batches = [
        [event(1), event(2)],
        [event(3, voids=1), event(4)],
        [event(5, voids=6)],
        [event(6), event(7)],
    ]
    feed(tmp_path, *batches)
    whole = read_statements(tmp_path)
    monkeypatch.setattr("payoff.warehouse.statement_view._SLICE", 1)
    assert read_statements(tmp_path).equals(whole)
    assert [e.statement_id for e in read_events(tmp_path)] == ids(tmp_path) == ["s2", "s4", "s7"]
    assert ids_by_glob(tmp_path) == ["s2", "s4", "s7"]
