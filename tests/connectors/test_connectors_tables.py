"""Parquet and Excel: types are widened, mixed columns told, damaged files refused."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from payoff.connectors import read_source
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Source

PARQUET = Source("crm", "parquet", "crm.parquet")
EXCEL = Source("crm", "excel", "crm.xlsx")


def refuse(source: Source, folder: Path) -> Problem:
    with pytest.raises(PayoffError) as caught:
        read_source(source, folder)
    assert caught.value.exit_code == 4
    (problem,) = caught.value.problems
    assert problem.why
    assert problem.fix
    return problem


def test_small_integers_are_widened(tmp_path: Path) -> None:
    """An int8 age of 50 squared is 2,500, not an overflow."""
    table = pa.table(
        {
            "age": pa.array([50, None], pa.int8()),
            "rate": pa.array([0.5, float("nan")], pa.float32()),
            "site": pa.array(["n", "s"]).dictionary_encode(),
            "count": pa.array([1, 2**40], pa.uint64()),
            "nothing": pa.nulls(2),
            "day": pa.array([dt.date(2024, 2, 29)] * 2),
        }
    )
    pq.write_table(table, tmp_path / "crm.parquet")
    batch = read_source(PARQUET, tmp_path)
    types = {f.name: str(f.type) for f in batch.table.schema}
    assert types == {
        "age": "int64",
        "rate": "double",
        "site": "string",
        "count": "int64",
        "nothing": "double",
        "day": "date32[day]",
        "_row": "int64",
    }
    assert batch.table["age"].to_pylist() == [50, None]
    assert batch.table["rate"].to_pylist() == [0.5, None]
    assert batch.table["_row"].to_pylist() == [1, 2]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda data: data[:-200], "cut off"),
        (lambda data: data[:4] + b"\xff" * (len(data) - 12) + data[-8:], "damaged"),
        (lambda data: b"rep,deals\n1,2\n", "not a Parquet file"),
    ],
)
def test_damaged_parquet(tmp_path: Path, spoil: Any, said: str) -> None:
    path = tmp_path / "crm.parquet"
    pq.write_table(pa.table({"x": np.arange(1000)}), path)
    path.write_bytes(spoil(path.read_bytes()))
    problem = refuse(PARQUET, tmp_path)
    assert problem.code == "D109"
    assert said in problem.what


def test_parquet_without_rows_or_with_clashing_names(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": pa.array([], pa.int64())}), tmp_path / "crm.parquet")
    assert refuse(PARQUET, tmp_path).code == "D102"
    pq.write_table(pa.table({"x": [1], "X": [2]}), tmp_path / "crm.parquet")
    assert refuse(PARQUET, tmp_path).code == "D104"


def write_workbook(path: Path, sheets: dict[str, list[list[Any]]], top: int = 0) -> None:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows, start=top):
                for at, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(n, at, cell, day)
                    elif cell is not None:
                        sheet.write(n, at, cell)


def test_excel_types_header_and_row_numbers(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["id", "deals", "rate", "on", "active"],
        ["00123", 3, 0.5, dt.date(2024, 2, 29), True],
        [None, None, None, None, None],
        ["00124", None, 1, dt.date(2024, 3, 1), False],
    ]
    write_workbook(tmp_path / "crm.xlsx", {"Data": rows, "Notes": []}, top=2)
    batch = read_source(EXCEL, tmp_path)
    assert batch.table.to_pydict() == {
        "id": ["00123", "00124"],
        "deals": [3, None],
        "rate": [0.5, 1.0],
        "on": [dt.date(2024, 2, 29), dt.date(2024, 3, 1)],
        "active": [True, False],
        "_row": [1, 3],  # the header's row + 3 is the row in Excel
    }
    assert batch.warnings == ()


def test_excel_mixed_types_are_told_with_their_rows(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["deals"], [3], [4], ["five"], [6.5]]
    write_workbook(tmp_path / "crm.xlsx", {"Data": rows})
    batch = read_source(EXCEL, tmp_path)
    assert batch.table["deals"].to_pylist() == ["3", "4", "five", "6.5"]
    assert batch.warnings == ("column deals mixes types (3 number, 1 text): kept as text; look at row 3",)


def test_excel_sheets(tmp_path: Path) -> None:
    write_workbook(tmp_path / "crm.xlsx", {"May": [["a"], [1]], "June": [["a"], [2]]})
    problem = refuse(EXCEL, tmp_path)
    assert problem.code == "D110"
    assert "May, June" in problem.what
    problem = refuse(Source("crm", "excel", "crm.xlsx", sheet="Jun"), tmp_path)
    assert "did you mean June?" in problem.fix
    june = read_source(Source("crm", "excel", "crm.xlsx", sheet="June"), tmp_path)
    assert june.table["a"].to_pylist() == [2]


def test_excel_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "crm.xlsx").write_bytes(b"rep,deals\n1,2\n")
    assert refuse(EXCEL, tmp_path).code == "D109"
    write_workbook(tmp_path / "crm.xlsx", {"Data": []})
    assert refuse(EXCEL, tmp_path).code in ("D102", "D104")
    write_workbook(tmp_path / "crm.xlsx", {"Data": [["a", "b"]]})
    assert refuse(EXCEL, tmp_path).code == "D102"
    write_workbook(tmp_path / "crm.xlsx", {"Data": [["a", None], [1, 2]]})
    assert refuse(EXCEL, tmp_path).code == "D104"
    data = (tmp_path / "crm.xlsx").read_bytes()
    (tmp_path / "crm.xlsx").write_bytes(data[: len(data) // 2])
    assert refuse(EXCEL, tmp_path).code == "D109"
