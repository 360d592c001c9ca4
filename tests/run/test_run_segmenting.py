"""Segments of a firm with small regions: gaps tested, few people withheld with the next smallest."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from private_firm import N_ELSEWHERE, N_REPS, N_UNSEEN, write_private_firm

from payoff.nouns.people import FLOOR
from payoff.nouns.problem import PayoffError
from payoff.nouns.segments import SegmentTable
from payoff.report.segment_words import segment_document, segments_table
from payoff.run.locking import lock_study
from payoff.run.progress import Silent
from payoff.run.segmenting import segment_study
from payoff.run.workspace import Workspace, find_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return find_workspace(write_private_firm(tmp_path_factory.mktemp("segments")))


@pytest.fixture(scope="module")
def tables(workspace: Workspace) -> dict[tuple[str, str], SegmentTable]:
    found = segment_study(workspace, (), "baseline", Silent())
    return {(table.measure, table.column): table for table in found}


def test_a_region_of_four_is_withheld_with_the_next_smallest(
    tables: dict[tuple[str, str], SegmentTable],
) -> None:
    table = tables["deals", "region"]
    assert table.everybody.n_units == N_REPS - N_ELSEWHERE - N_UNSEEN
    shown = {row.level: row.n_units for row in table.rows}
    assert shown == {"North": 58, "South": 40, "East": None, "West": None}
    assert all(row.mean is None for row in table.rows if row.n_units is None)


def test_the_planted_gap_in_reach_stands(tables: dict[tuple[str, str], SegmentTable]) -> None:
    north = next(row for row in tables["took_part", "region"].rows if row.level == "North")
    assert north.stands
    assert north.gap is not None
    assert north.gap > 0.2
    assert north.numerator is not None
    assert north.denominator == north.n_units


def test_words_and_document_say_that_something_is_hidden(
    tables: dict[tuple[str, str], SegmentTable],
) -> None:
    table = segments_table(tuple(tables.values()))
    assert f"fewer than {FLOOR} people" in table.note
    west = [row for row in table.rows if row[2] == "West"]
    assert west
    assert all(row[3] == "hidden" and set(row[4:]) == {""} for row in west)
    document = segment_document(tables["deals", "region"])
    told = [row for row in document["segments"] if row["n_units"] is not None]
    assert [row["segment"] for row in told] == ["North", "South"]
    assert all(row["mean"] is None for row in document["segments"] if row not in told)


def test_the_rate_of_a_region_is_its_deals_over_its_calls(tmp_path: Path) -> None:
    """As many calls as the month has letters: sums of both over the baseline, from the file."""
    path = write_private_firm(tmp_path)
    plain = "sql: select rep_id, month, deals as value from deals"
    counts = "deals as numerator, length(monthname(month)) as denominator"
    rows = f"(select rep_id, month, {counts} from deals) as counted"
    rate = f"sql: select *, numerator / denominator as value from {rows}"
    path.write_text(path.read_text().replace(plain, rate))
    found = segment_study(find_workspace(path), ("region",), "baseline", Silent())
    (table,) = (table for table in found if table.measure == "deals")
    north = next(row for row in table.rows if row.level == "North")
    with (tmp_path / "deals.csv").open() as file:
        told = [r for r in csv.DictReader(file) if int(r["rep_id"][3:7]) < 60 and r["month"] < "2026"]
    deals = sum(float(r["deals"]) for r in told)
    calls = sum(len(f"{dt.date.fromisoformat(r['month']):%B}") for r in told)
    assert north.denominator == calls
    assert north.numerator == pytest.approx(deals)
    assert north.mean == pytest.approx(deals / calls)


@pytest.mark.parametrize(("columns", "window"), [(("team",), "baseline"), (("region",), "follow_up")])
def test_undeclared_columns_and_early_looks_are_refused(
    workspace: Workspace, columns: tuple[str, ...], window: str
) -> None:
    with pytest.raises(PayoffError) as stopped:
        segment_study(workspace, columns, window, Silent())
    assert stopped.value.problems[0].code == "N120"


def test_one_column_tells_the_same_as_all(
    workspace: Workspace, tables: dict[tuple[str, str], SegmentTable]
) -> None:
    """Asking for less never shows more."""
    alone = segment_study(workspace, ("region",), "baseline", Silent())
    for table in alone:
        whole = tables[table.measure, table.column]
        assert [row.n_units for row in table.rows] == [row.n_units for row in whole.rows]


def test_a_run_without_columns_says_what_to_declare(tmp_path: Path) -> None:
    path = write_private_firm(tmp_path)
    path.write_text(path.read_text().replace("  subgroups: {region: region, tenure: tenure}\n", ""))
    with pytest.raises(PayoffError) as stopped:
        segment_study(find_workspace(path), (), "baseline", Silent())
    assert "design.subgroups" in stopped.value.problems[0].fix


def test_follow_up_passes_the_gate_of_the_data_as_a_run_does(tmp_path: Path) -> None:
    path = write_private_firm(tmp_path)
    plain = "steward: sales-ops}"
    ranged = "steward: sales-ops, health: {when: month, every: month, ranges: {deals: 0..100}}}"
    path.write_text(path.read_text().replace(plain, ranged, 1))
    workspace = find_workspace(path)
    lock_study(workspace, "a", "b", dt.date(2025, 12, 30), Silent())
    assert segment_study(workspace, (), "follow_up", Silent())

    deals = (tmp_path / "deals.csv").read_text().splitlines()
    broken = [line.rsplit(",", 1)[0] + ",-1" for line in deals[1:41]]
    (tmp_path / "deals.csv").write_text("\n".join([deals[0], *broken, *deals[41:]]) + "\n")
    with pytest.raises(PayoffError) as stopped:
        segment_study(workspace, (), "follow_up", Silent())
    assert stopped.value.problems[0].code == "D401"
