"""CSV: what is read, what is kept as text, and what is refused with its rows named."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.connectors import CODES, Batch, hash_source, read_source
from payoff.connectors.records import find_open_quote
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Source


def read(folder: Path, data: bytes, **source: Any) -> Batch:
    (folder / "crm.csv").write_bytes(data)
    return read_source(Source("crm", "csv", "crm.csv", **source), folder)


def refuse(folder: Path, data: bytes, code: str, **source: Any) -> Problem:
    """The one problem, which says what, why and how to mend it."""
    with pytest.raises(PayoffError) as caught:
        read(folder, data, **source)
    (problem,) = caught.value.problems
    assert caught.value.exit_code == 4
    assert problem.code == code
    assert code in CODES
    assert problem.what.startswith("source crm (crm.csv): ")
    assert problem.why
    assert problem.fix
    return problem


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_delimiters_and_byte_order_mark(tmp_path: Path, delimiter: str, mark: bytes) -> None:
    text = "rep;deals;when\nAnna;3;2024-02-29\nBjörn;4;2024-03-01\n".replace(";", delimiter)
    batch = read(tmp_path, mark + text.encode(), key=("rep",))
    assert batch.table.to_pydict() == {
        "rep": ["Anna", "Björn"],
        "deals": [3, 4],
        "when": [dt.date(2024, 2, 29), dt.date(2024, 3, 1)],
        "_row": [1, 2],
    }
    assert batch.warnings == ()
    assert batch.path == "crm.csv"


def test_what_would_lose_its_digits_stays_text(tmp_path: Path) -> None:
    data = (
        b"id,long,no,amount,rate,on,when,day\n"
        b'00123,99999999999999999999,no,"1,234.50",0.5,true,2024-01-01 10:30:00,2023-02-29\n'
        b"7,1,yes,900,1,false,2024-01-02 00:00:00,2024-01-01\n"
    )
    batch = read(tmp_path, data)
    columns = batch.table.to_pydict()
    assert columns["id"] == ["00123", "7"]
    assert columns["long"] == ["99999999999999999999", "1"]
    assert columns["no"] == ["no", "yes"]
    assert columns["amount"] == ["1,234.50", "900"]
    assert columns["rate"] == [0.5, 1.0]
    assert columns["on"] == [True, False]
    assert columns["when"][0] == dt.datetime(2024, 1, 1, 10, 30)
    assert columns["day"][0] == "2023-02-29"  # no such day


def test_numbers_with_commas_are_pointed_out(tmp_path: Path) -> None:
    batch = read(tmp_path, b"rep;amount\nA;1.234,50\nB;7,5\n")
    assert batch.table["amount"].to_pylist() == ["1.234,50", "7,5"]
    assert "amount looks like numbers" in batch.warnings[0]


def test_words_in_a_column_of_numbers_are_missing_and_counted(tmp_path: Path) -> None:
    batch = read(tmp_path, b"rep,deals,hours\nA,NaN,1\nB,nan,\nC,2.5,3\nD,inf,NA\nE,,4\n")
    assert batch.table["deals"].to_pylist() == [None, None, 2.5, None, None]
    assert batch.table["hours"].to_pylist() == [1, None, 3, None, 4]
    assert batch.warnings == (
        "3 cells of column deals read NaN, inf, nan: treated as missing",
        "1 cell of column hours read NA: treated as missing",
    )


def test_quoted_line_breaks_blanks_and_blank_lines(tmp_path: Path) -> None:
    batch = read(tmp_path, b'rep,note,n\nA,"two\nlines, ""quoted""",1\n\nB,,\n')
    assert batch.table.to_pydict() == {
        "rep": ["A", "B"],
        "note": ['two\nlines, "quoted"', None],
        "n": [1, None],
        "_row": [1, 2],
    }


def test_names_are_stripped_and_said(tmp_path: Path) -> None:
    batch = read(tmp_path, b"rep, deals\nA,1\n")
    assert batch.table.column_names == ["rep", "deals", "_row"]
    assert batch.warnings == ("column ' deals' is read as 'deals'",)


def test_no_line_break_at_the_end_is_warned_of(tmp_path: Path) -> None:
    assert "see that it is whole" in read(tmp_path, b"rep,deals\nA,1").warnings[0]


def test_one_column(tmp_path: Path) -> None:
    assert read(tmp_path, b"rep\nA\nB\n").table["rep"].to_pylist() == ["A", "B"]


def test_ragged_rows_are_listed(tmp_path: Path) -> None:
    problem = refuse(tmp_path, b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3\n", "D105")
    assert "2 records have the wrong number of fields" in problem.what
    assert "cut off" not in problem.what
    assert problem.keys == ("row 2 (2 of 3 fields)", "row 3 (4 of 3 fields)")


def test_a_cut_off_last_record(tmp_path: Path) -> None:
    problem = refuse(tmp_path, b"a,b,c\n1,2,3\n4,5,6\n7,8", "D105")
    assert problem.what.endswith("the last record is cut off (2 of 3 fields)")
    assert problem.keys == ("row 3 (2 of 3 fields)",)
    assert "export or copy the file again" in problem.fix


def test_at_most_twenty_rows_are_listed(tmp_path: Path) -> None:
    problem = refuse(tmp_path, b"a,b\n" + b"1\n" * 50 + b"1,2\n", "D105")
    assert "50 records" in problem.what
    assert len(problem.keys) == 20


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'a,b\n1,x\n2,"y\n3,z\n4,w\n', 3),  # odd number of quotes
        (b'a,b\n1,5" tube\n2,"y\n3,z\n', 3),  # even: the first is a letter of its field
        (b'a,b\n1,x\n2,"y\n3,z\n4,"w\n5,v\n', 3),  # closed by the next accident, two records later
        (b'a,b\n2,"y\n4,"w', 2),
        (b'a,b\n1,"x', 2),
        (b'a,b\n1,"' + b"long\n" * 8_000_000, 2),  # past any block of the reader
    ],
    ids=["odd", "even", "twice", "twice at the end", "cut", "long"],
)
def test_an_open_quote_swallows_nothing(tmp_path: Path, data: bytes, line: int) -> None:
    problem = refuse(tmp_path, data, "D105")
    assert f"line {line}: a quote opens and never closes" in problem.what


def test_a_quote_within_a_field_is_a_letter(tmp_path: Path) -> None:
    assert read(tmp_path, b'a,b\n1,5" tube\n').table["b"].to_pylist() == ['5" tube']


def test_mixed_encodings(tmp_path: Path) -> None:
    problem = refuse(tmp_path, "rep,n\nBjörn,1\n".encode() + "Zoé,2\n".encode("cp1252"), "D103")
    assert "line 3: byte 0xe9" in problem.what
    assert "'é'" in problem.what
    assert "mixes encodings" in problem.what
    assert problem.keys == ("line 3",)
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (3, 3)
    assert "UTF-8" in problem.fix


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("rep,n\nZoé,2\n".encode("cp1252"), "Windows-1252"),
        ("rep,n\nZoé,2\n".encode("utf-16"), "UTF-16"),
        (b"rep,n\nA\x00,2\n", "zero byte"),
        ("rep,n\nA,é".encode()[:-1], "cut off"),
    ],
)
def test_other_encodings(tmp_path: Path, data: bytes, said: str) -> None:
    problem = refuse(tmp_path, data, "D103")
    assert said in problem.what
    assert "mixes" not in problem.what


def test_duplicate_keys_name_their_rows(tmp_path: Path) -> None:
    data = b"id,year,v\n1,2024,5\n2,2024,6\n1,2025,7\n1,2024,8\n"
    problem = refuse(tmp_path, data, "D107", key=("id", "year"))
    assert problem.keys == ("1, 2024 (rows 1, 4)",)


def test_at_most_twenty_keys_in_file_order(tmp_path: Path) -> None:
    data = b"id\n" + b"".join(b"%d\n" % (n % 30 + 100) for n in range(60))
    problem = refuse(tmp_path, data, "D107", key=("id",))
    assert "30 keys are there more than once" in problem.what
    assert len(problem.keys) == 20
    assert problem.keys[0] == "100 (rows 1, 31)"


def test_blank_keys(tmp_path: Path) -> None:
    problem = refuse(tmp_path, b"id,v\nA,1\n,2\n , 3\n", "D108", key=("id",))
    assert "2 rows have no id" in problem.what
    assert problem.keys == ("row 2", "row 3")


def test_missing_columns_say_what_is_there(tmp_path: Path) -> None:
    problem = refuse(tmp_path, b"rep_id,deals\nA,1\n", "D106", columns=("deal", "DEALS"), key=("rep",))
    assert "columns deal, rep not found" in problem.what
    assert "did you mean deals?" in problem.fix
    assert "rep_id, deals" in problem.fix


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "D102", "empty"),
        (b"\n \n", "D102", "empty"),
        (b"\xef\xbb\xbfa,b\n", "D102", "not one row"),
        (b"a,b,a\n1,2,3\n", "D104", "share a name"),
        (b"Id,id\n1,2\n", "D104", "capital letters"),
        (b"a,,c\n1,2,3\n", "D104", "column 2 of 3 has no name"),
        (b"a,_ROW\n1,2\n", "D104", "_row"),
        (b"1,2\n3,4\n", "D104", "looks like data"),
    ],
)
def test_nothing_to_read(tmp_path: Path, data: bytes, code: str, said: str) -> None:
    assert said in refuse(tmp_path, data, code).what


def test_a_missing_file_is_unreachable(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_bytes(b"a\n1\n")
    for source in (Source("crm", "csv", "deal.csv"), Source("crm", "csv", "no/such/deal.csv")):
        with pytest.raises(PayoffError) as caught:
            read_source(source, tmp_path)
        assert caught.value.exit_code == 7
        assert caught.value.problems[0].code == "D101"
    with pytest.raises(PayoffError, match="cannot be opened") as caught:
        read_source(Source("crm", "csv", "deal.csv"), tmp_path)
    assert "did you mean deals.csv?" in caught.value.problems[0].fix


def test_pseudonyms_are_keyed_and_agree_between_types(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"Rep,v\n7,1\n,2\n")
    (tmp_path / "b.csv").write_bytes(b"rep,v\n7.0,1\n8.5,2\n")
    a = read_source(Source("a", "csv", "a.csv"), tmp_path, b"secret", ("rep", "elsewhere")).table["Rep"]
    b = read_source(Source("b", "csv", "b.csv"), tmp_path, b"secret", ("rep",)).table["rep"]
    other = read_source(Source("b", "csv", "b.csv"), tmp_path, b"other", ("rep",)).table["rep"]
    # printf 7 | openssl dgst -sha256 -hmac secret
    assert a.to_pylist() == ["074d7db5790cd48f87f3", None]
    assert b[0] == a[0]
    assert other[0] != b[0]


def test_reading_tells_readings_apart(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"rep,v\n7,1\n")
    source = Source("a", "csv", "a.csv")
    plain = read_source(source, tmp_path)
    hidden = read_source(source, tmp_path, b"s", ("rep",))
    assert plain.sha256 == hidden.sha256
    assert plain.reading != hidden.reading
    assert hash_source(source, tmp_path) == (plain.sha256, plain.reading)
    assert hash_source(source, tmp_path, b"s", ("rep",)) == (hidden.sha256, hidden.reading)


field = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n,\0'), max_size=5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(field, st.booleans()), min_size=1, max_size=8), st.booleans())
def test_open_quotes_are_found_where_they_open(fields: list[tuple[str, bool]], leave_open: bool) -> None:
    text = ",".join(f'"{f}"' if quoted else f for f, quoted in fields)
    data = text.encode()
    assert find_open_quote(data, ",") is None
    if leave_open:
        assert find_open_quote(data + b',"x,y\nz""', ",") == len(data) + 1
