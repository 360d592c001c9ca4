"""A CSV for people: nothing in it runs, everything else stays as it is."""

import csv
import io

import pytest

from payoff.run.csv_text import write_csv


@pytest.mark.parametrize("text", ["=1+1", "+49 89", "-cmd", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_stays_text(text: str) -> None:
    data = write_csv([text], [[text]]).decode()
    assert list(csv.reader(io.StringIO(data, newline=""))) == [[f"'{text}"], [f"'{text}"]]


def test_numbers_quotes_and_blanks_are_written_as_they_are() -> None:
    data = write_csv(["a", "b", "c", "d"], [[-1, -0.5, None, 'say "ö", then']])
    assert data == 'a,b,c,d\n-1,-0.5,,"say ""ö"", then"\n'.encode()
