"""CSV, as bytes or as a file → table, every record whole.

Reads     UTF-8, with or without byte order mark; `,` `;` tab or `|` between fields; a header; quoted
          fields may hold line breaks. Types are inferred, and what would lose digits stays text:
          00123, numbers past 64 bits, 1,234.5. `no` stays a word. Blank fields are null, and so are
          NaN, NA, null and inf in a column of numbers, with a warning.
File      A plain one is parsed in a stream, with the same result; at any doubt the whole of it is read as
          bytes, which tells what is wrong and where.
Refuses   A record with too few or too many fields, an open quote, a header that is not one.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from payoff.connectors.columns import check_names
from payoff.connectors.complaint import complain
from payoff.connectors.encoding import check_encoding
from payoff.connectors.looked import Looked
from payoff.connectors.records import check_quotes, complain_of_records
from payoff.nouns.study import Source
from payoff.nouns.wording import counted

DELIMITERS = ",;\t|"
BLOCK_BYTES = 1 << 24  # a record must fit into one block

_LOSES_DIGITS = r"^\s*[+-]?(0\d|\d{19})"
_COMMA_NUMBER = re.compile(r"[+-]?\d+([.,' ]\d{3})*,\d+|[+-]?\d{1,3}([,.' ]\d{3})+(\.\d+)?")


class _DoubtError(Exception):
    """The stream does not say enough: the whole file is looked at."""


@dataclass(frozen=True, slots=True)
class _Text:
    """What the reading asks of a text. data: None where it is not held; looked: what is known of it then."""

    head: bytes
    last: bytes
    is_quoted: bool
    open: Callable[[], pa.NativeFile]
    data: bytes | None = None
    looked: Looked | None = None


def _of_bytes(data: bytes) -> _Text:
    return _Text(data[: 1 << 20], data[-1:], b'"' in data, lambda: pa.BufferReader(data), data)


def _of_file(looked: Looked) -> _Text:
    quoted, path = looked.n_quotes > 0, str(looked.path)
    return _Text(looked.head, looked.last, quoted, lambda: pa.OSFile(path), looked=looked)


def read_csv_file(source: Source, looked: Looked, texts: bool) -> tuple[pa.Table, tuple[str, ...]] | None:
    """As `read_csv`, or `read_csv_texts`, of a plain file in a stream; None where it must be read whole.

    Raises PayoffError on a header that is not one.
    """
    try:
        return (_read_texts if texts else _read)(source, _of_file(looked))
    except _DoubtError:
        return None


def read_csv(source: Source, data: bytes) -> tuple[pa.Table, tuple[str, ...]]:
    """Table and warnings. Raises PayoffError naming the line or the rows at fault."""
    return _read(source, _of_bytes(check_encoding(source, data)))


def _read(source: Source, data: _Text) -> tuple[pa.Table, tuple[str, ...]]:
    delimiter, header = read_header(data.head)
    names = [name.strip() for name in header]
    check_names(source, names)
    if all(re.fullmatch(r"[+-]?\d+([.,]\d+)?", name) for name in names):
        raise complain(
            source,
            "D104",
            f"the first row looks like data, not like column names: {', '.join(names[:5])}",
            "a metric can only read a column it can name",
            "put the column names in the first row",
        )
    table = _parse(source, data, delimiter)
    _check_quotes(source, data, delimiter, table)
    table, lost = _keep_digits(table, data, delimiter)
    columns = [_blank_to_null(column) for column in table.columns]
    table = pa.table(columns, names=names)
    return table, (*lost, *_warn(table, data, header))


def read_csv_texts(source: Source, data: bytes) -> tuple[pa.Table, tuple[str, ...]]:
    """Every cell as the text it is, blank ones null; headers may repeat. Raises PayoffError as `read_csv`."""
    return _read_texts(source, _of_bytes(check_encoding(source, data)))


def _read_texts(source: Source, data: _Text) -> tuple[pa.Table, tuple[str, ...]]:
    delimiter, header = read_header(data.head)
    table = _parse(source, data, delimiter, n_texts=len(header))
    _check_quotes(source, data, delimiter, table)
    columns = [_blank_to_null(column.slice(1)) for column in table.columns]
    return pa.table(columns, names=[name.strip() for name in header]), ()


def read_header(data: bytes) -> tuple[str, list[str]]:
    """(delimiter, first record): of the delimiters, the one by which most first records agree."""
    text = data[: 1 << 20].decode(errors="ignore").lstrip("\r\n")
    best = (0, 1, ",", [text.split("\n", 1)[0].strip("\r")])
    for delimiter in DELIMITERS:
        try:
            records = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 20))
        except csv.Error:  # a field past the csv module's limit: an open quote, found later
            continue
        width = len(records[0])
        agreeing = sum(len(record) == width for record in records)
        if width > 1 and (agreeing, width) > best[:2]:
            best = (agreeing, width, delimiter, records[0])
        elif width == 1 and best[0] == 0:
            best = (0, 1, best[2], records[0])
    return best[2], best[3]


def _check_quotes(source: Source, data: _Text, delimiter: str, table: pa.Table | None) -> None:
    if data.data is not None:
        check_quotes(source, data.data, delimiter, table)
    elif data.is_quoted:
        assert data.looked is not None
        rows = -1 if table is None else table.num_rows
        if data.looked.n_breaks > rows or data.looked.n_quotes % 2:
            raise _DoubtError


def _options(data: _Text, delimiter: str, handler: object = None) -> pacsv.ParseOptions:
    # Without a quote no field can hold a line break, and blocks are split much faster.
    return pacsv.ParseOptions(
        delimiter=delimiter, newlines_in_values=data.is_quoted, invalid_row_handler=handler
    )


def _parse(source: Source, data: _Text, delimiter: str, n_texts: int = 0) -> pa.Table:
    """All records with inferred types, or `n_texts` columns of text with the header as the first record.

    Raises PayoffError when a record is not whole.
    """
    bad: list[pacsv.InvalidRow] = []

    def note(row: pacsv.InvalidRow) -> str:
        bad.append(row)
        return "skip"

    def parse(threads: bool) -> pa.Table:
        bad.clear()
        read = pacsv.ReadOptions(
            use_threads=threads, block_size=BLOCK_BYTES, autogenerate_column_names=n_texts > 0
        )
        texts = pacsv.ConvertOptions(column_types={f"f{n}": pa.string() for n in range(n_texts)})
        with data.open() as file:
            return pacsv.read_csv(file, read, _options(data, delimiter, note), texts)

    try:
        table = parse(threads=True)
        if bad and data.data is None:
            raise _DoubtError
        if bad:  # only a single-threaded pass numbers its records
            table = parse(threads=False)
    except pa.ArrowInvalid as error:
        if data.data is None:
            raise _DoubtError from None
        _check_quotes(source, data, delimiter, None)
        raise complain(
            source,
            "D105",
            f"it cannot be read as CSV ({str(error).splitlines()[0][:120]})",
            "no row of it can be trusted",
            "export it again as CSV UTF-8",
        ) from None
    if bad:
        _check_quotes(source, data, delimiter, table)
        raise complain_of_records(source, bad, table.num_rows - (n_texts > 0))
    return table


def _keep_digits(table: pa.Table, data: _Text, delimiter: str) -> tuple[pa.Table, tuple[str, ...]]:
    """`table` with columns read as text where reading them as numbers lost a digit, and what else was lost.

    Cells that are words for no number (NaN, NA, null, inf) are null, and counted in a warning.
    """
    numbers = [f.name for f in table.schema if pa.types.is_integer(f.type) or pa.types.is_floating(f.type)]
    if not numbers:
        return table, ()
    lost = []
    convert = pacsv.ConvertOptions(include_columns=numbers, column_types=dict.fromkeys(numbers, pa.string()))
    read = pacsv.ReadOptions(block_size=BLOCK_BYTES)
    with data.open() as file:
        texts = pacsv.read_csv(file, read, _options(data, delimiter), convert)
    for name in numbers:
        whole = pa.types.is_integer(table.schema.field(name).type)
        pattern = r"^\s*[+-]?0\d" if whole else _LOSES_DIGITS
        if pc.any(pc.match_substring_regex(texts[name], pattern)).as_py():
            table = table.set_column(table.schema.get_field_index(name), name, texts[name])
        else:
            finite = pc.if_else(pc.is_finite(table[name]), table[name], None)
            lost += _count_words(name, texts[name].filter(pc.is_null(finite)))
            table = table.set_column(table.schema.get_field_index(name), name, finite)
    return table, tuple(lost)


def _count_words(name: str, texts: pa.ChunkedArray) -> list[str]:
    """A warning for the cells of a number column that hold a word instead; none when they are blank."""
    words = pc.utf8_trim_whitespace(texts)
    words = words.filter(pc.not_equal(words, ""))
    if len(words) == 0:
        return []
    read = ", ".join(sorted(words.unique().to_pylist())[:3])
    return [f"{counted(len(words), 'cell')} of column {name} read {read}: treated as missing"]


def _blank_to_null(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_string(column.type):
        return column
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), None, column)


def _warn(table: pa.Table, data: _Text, header: list[str]) -> tuple[str, ...]:
    warnings = [f"column {name!r} is read as {name.strip()!r}" for name in header if name != name.strip()]
    for field, column in zip(table.schema, table.columns, strict=True):
        if pa.types.is_string(field.type):
            some = column.drop_null().slice(0, 100).to_pylist()
            if some and all(_COMMA_NUMBER.fullmatch(text.strip()) for text in some):
                warnings.append(f"column {field.name} looks like numbers such as {some[0]!r}: kept as text")
        elif column.null_count == table.num_rows > 0:
            warnings.append(f"column {field.name} is empty")
    if data.last not in (b"\n", b"\r"):
        warnings.append("the last record does not end with a line break: see that it is whole")
    return tuple(warnings)
