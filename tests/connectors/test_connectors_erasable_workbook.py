"""A workbook says on which sheet somebody stands, by the name that people see."""

import gzip
import io
import zipfile

import pyarrow as pa
import xlsxwriter

from payoff.connectors.erasable_file import erase_from_file
from payoff.connectors.rewritten import Within
from payoff.identity.personal_rows import Columns, Judged, judge_rows
from payoff.identity.sought import Sought

SHEETS = {
    "R&D": [["name", "manager"], ["Bo Third", "Ann Lee"], ["Ann Lee", "Bo Third"]],
    "nobody": [["name", "manager"], ["Bo Third", "Cy Roe"]],
    'Old, "2024"': [["name", "manager"], ["Cy Roe", "Bo Third"], ["Bo Third", ""], ["Ann Lee", ""]],
}
WITHIN = (Within("sheet R&D", (2,), (1,)), Within('sheet Old, "2024"', (3,), ()))


def write_workbook() -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        for name, rows in SHEETS.items():
            sheet = book.add_worksheet(name)
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)
    return written.getvalue()


def judge(table: pa.Table) -> Judged:
    return judge_rows(table, Sought(["Ann Lee"], str.upper), Columns())


def test_rows_are_told_by_sheet() -> None:
    found = erase_from_file("staff.xlsx", write_workbook(), judge)
    assert found is not None
    assert (found.rows, found.edited, found.within) == ((2, 3), (1,), WITHIN)
    again = erase_from_file("staff.xlsx", found.data, judge)
    assert again is not None
    assert (again.rows, again.edited, again.within) == ((), (), ())


def test_a_workbook_that_is_packed_is_told_by_member_and_sheet() -> None:
    data = write_workbook()
    alone = erase_from_file("staff.xlsx.gz", gzip.compress(data), judge)
    assert alone is not None
    assert alone.within == WITHIN
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/staff.xlsx", data)
        archive.writestr("deals.csv", "name,deals\nAnn Lee,1\n")
    found = erase_from_file("all.zip", packed.getvalue(), judge)
    assert found is not None
    assert [part.name for part in found.within] == [
        "in/staff.xlsx, sheet R&D",
        'in/staff.xlsx, sheet Old, "2024"',
        "deals.csv",
    ]
