"""A plain file is read in a stream: the same rows, hash, warnings and errors as from its bytes."""

import hashlib
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from payoff.connectors import hash_source, read_source
from payoff.connectors import read as reading
from payoff.connectors.looked import PIECE_BYTES, Looked, look_through
from payoff.connectors.read import read_batch
from payoff.nouns.problem import PayoffError
from payoff.nouns.study import Source

PLAIN = {
    "numbers": "id,n,x\n1,2,0.5\n2,,NaN\n3,4,1e3\n",
    "leading zeros": "id,code\n1,00123\n2,00124\n",
    "quoted": 'id,text\n1,"a, b"\n2,"say ""so"""\n',
    "letters": "id;name\n1;Zoë\n2;Łukasz\n",
    "no break at the end": "id,n\n1,2\n2,3",
    "returns": "id,n\r1,2\r2,3\r",
    "empty lines at the end": "id,n\n1,2\n\n\n",
}
ODD = {
    "mark": b"\xef\xbb\xbfid,n\n1,2\n",
    "break in a field": b'id,text\n1,"a\nb"\n2,c\n',
    "open quote": b'id,text\n1,"a\n2,b\n',
    "ragged": b"id,n\n1,2\n2\n3,4\n",
    "latin": b"id,name\n1,Zo\xeb\n",
    "zero byte": b"id,n\n1,\0\n",
    "cut in a letter": "id,name\n1,Zoë".encode()[:-1],
    "blank": b" \n\n",
    "header only": b"id,n\n",
    "no header": b"1,2\n3,4\n",
}
DATA = {**{name: text.encode() for name, text in PLAIN.items()}, **ODD}


def told(read: object) -> object:
    """Everything a reading gives, or everything it complains of."""
    assert callable(read)
    try:
        batch = read()
    except PayoffError as error:
        return error.exit_code, error.problems
    rows = batch.table.to_pydict(), batch.table.schema
    return rows, batch.sha256, batch.reading, batch.warnings, batch.headers


@pytest.mark.parametrize("name", DATA)
def test_a_stream_gives_what_the_bytes_give(tmp_path: Path, name: str) -> None:
    (tmp_path / "rows.csv").write_bytes(DATA[name])
    source = Source("rows", "csv", "rows.csv", key=("id",))
    assert told(lambda: read_source(source, tmp_path)) == told(lambda: read_batch(source, DATA[name]))


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_plain_is_never_held_whole(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.csv").write_text(PLAIN[name], newline="")
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path.name} was read whole"))
    source = Source("rows", "csv", "rows.csv")
    assert hash_source(source, tmp_path)[0] == read_source(source, tmp_path).sha256


def test_parquet_is_read_by_columns_and_a_damaged_one_is_told_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, source = tmp_path / "rows.parquet", Source("rows", "parquet", "rows.parquet", key=("id",))
    table = pa.table({"id": [1, 2, 3], "day": pa.array(["a", "b", "a"]).dictionary_encode()})
    pq.write_table(table, path, row_group_size=2)
    data = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path.name} was read whole"))
        streamed = told(lambda: read_source(source, tmp_path))
    assert streamed == told(lambda: read_batch(source, data))
    for broken in (data[:-9], b"PAR1 but not a table PAR1", b"id,n\n1,2\n"):
        path.write_bytes(broken)
        found = told(lambda: read_source(source, tmp_path))
        assert found == told(lambda data=broken: read_batch(source, data))
        assert isinstance(found, tuple)
        assert found[0] == 4


def test_letters_breaks_and_quotes_across_pieces_are_counted_once(tmp_path: Path) -> None:
    text = "id,name\n" + 'ä,"é"\n' * (PIECE_BYTES // 4) + "\n \r\n"
    path = tmp_path / "rows.csv"
    path.write_text(text, newline="")
    found = look_through(path)
    stripped = text.encode().rstrip()
    assert found.is_plain
    assert (found.n_breaks, found.n_quotes) == (stripped.count(b"\n"), text.count('"'))
    assert found.sha256 == hashlib.sha256(text.encode()).hexdigest()
    path.write_bytes(text.encode()[:PIECE_BYTES] + b"\xff" + b"x" * PIECE_BYTES)
    assert not look_through(path).is_plain


def test_a_file_that_changes_while_it_is_read_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, source = tmp_path / "rows.csv", Source("rows", "csv", "rows.csv")
    path.write_text("id\n1\n")

    def look_and_change(asked: Path) -> Looked:
        found = look_through(asked)
        path.write_text("id\n1\n2\n")
        os.utime(path, (0, 0))
        return found

    monkeypatch.setattr(reading, "look_through", look_and_change)
    with pytest.raises(PayoffError, match=r"changed while it was read") as caught:
        read_source(source, tmp_path)
    assert (caught.value.exit_code, caught.value.problems[0].code) == (7, "D101")
