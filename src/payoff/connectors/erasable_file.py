"""Files of rows without a person: same format, same encoding, every other record byte for byte.

Question  Which records of this file are a person's, and what are the file's bytes without them?
Kept      Records of a CSV and lines of JSON that nobody touches are the same bytes; so are a mark at the
          beginning, line ends, and members of archives. Parquet keeps schema, metadata and compression.
          Rows of a workbook leave a gap, so that row numbers stay (payoff.connectors.erasable_workbook).
Refuses   (None)  What cannot be read as rows: damaged, locked, of another encoding than was said.
"""

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq

from payoff.connectors.csv_file import read_header
from payoff.connectors.encoding import BYTE_ORDER_MARK
from payoff.connectors.erasable_workbook import erase_from_workbook
from payoff.connectors.rewritten import Judge, Rewritten, Within
from payoff.identity.personal_rows import Judged, apply_judgement
from payoff.nouns.source_file import format_of

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


def erase_from_file(name: str, data: bytes, judge: Judge, encoding: str | None = None) -> Rewritten | None:
    """The file without the person; None where it cannot be read as rows."""
    try:
        if name.lower().endswith(".gz"):
            inner = erase_from_file(name[:-3], gzip.decompress(data), judge, encoding)
            return inner and replace(inner, data=gzip.compress(inner.data, mtime=0))
        match format_of(name):
            case "csv":
                return _erase_from_csv(data, judge, encoding)
            case "jsonl":
                return _erase_from_lines(data, judge, encoding)
            case "parquet":
                return _erase_from_parquet(data, judge)
            case "excel":
                return erase_from_workbook(data, judge)
            case "zip":
                return _erase_from_zip(data, judge, encoding)
    except (OSError, EOFError, ValueError, csv.Error, zipfile.BadZipFile, RuntimeError, pa.ArrowException):
        return None
    return None


def decode(data: bytes, encoding: str | None) -> tuple[str, Callable[[str], bytes]]:
    """The text, and the way back; raises ValueError where the way back would not give the same bytes."""
    if encoding is not None:
        text = data.decode(encoding)
        back: Callable[[str], bytes] = lambda text: text.encode(encoding)  # noqa: E731
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        order = "utf-16-le" if data[:2] == b"\xff\xfe" else "utf-16-be"
        text, mark = data[2:].decode(order), data[:2]
        back = lambda text: mark + text.encode(order)  # noqa: E731
    else:
        mark = BYTE_ORDER_MARK if data.startswith(BYTE_ORDER_MARK) else b""
        body = data[len(mark) :]
        code = "utf-8" if _is_utf8(body) else "cp1252"
        text = body.decode(code)
        back = lambda text: mark + text.encode(code)  # noqa: E731
    if back(text) != data:
        raise ValueError("the text does not lead back to its bytes")
    return text, back


def _erase_from_csv(data: bytes, judge: Judge, encoding: str | None) -> Rewritten:
    text, back = decode(data, encoding)
    delimiter, _ = read_header(text.encode("utf-8", "surrogatepass"))
    records = list(_split_records(text, delimiter))
    header = next((n for n, (fields, _) in enumerate(records) if fields), 0)
    rows = [(n, fields) for n, (fields, _) in enumerate(records) if n > header and fields]
    names = _name_once([name.strip() for name in records[header][0]]) if records else []
    cells = [[fields[at] if at < len(fields) else None for _, fields in rows] for at in range(len(names))]
    judged = judge(pa.table([pa.array(column, pa.string()) for column in cells], names=names))
    texts = [raw for _, raw in records]
    for at, name in enumerate(names):
        for row, new in judged.edits.get(name, {}).items():
            records[rows[row][0]][0][at] = new or ""
    for row in {row for edited in judged.edits.values() for row in edited}:
        place = rows[row][0]
        texts[place] = _write_record(records[place][0], delimiter, texts[place])
    for row in judged.gone:
        texts[rows[row][0]] = ""
    return _describe(back("".join(texts)), judged)


def _split_records(text: str, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """(fields, the very text) of each record; a record may span lines."""
    lines = _LINE.findall(text)
    taken = 0

    def feed() -> Iterator[str]:
        nonlocal taken
        for line in lines:
            taken += 1
            yield line

    last = 0
    for fields in csv.reader(feed(), delimiter=delimiter):
        yield fields, "".join(lines[last:taken])
        last = taken


def _write_record(fields: list[str], delimiter: str, old: str) -> str:
    end = old[len(old.rstrip("\r\n")) :]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="").writerow(fields)
    return written.getvalue() + end


def _name_once(names: list[str]) -> list[str]:
    """Headers may repeat; columns here may not."""
    return [name if name not in names[:n] else f"{name} ({n})" for n, name in enumerate(names)]


def _erase_from_lines(data: bytes, judge: Judge, encoding: str | None) -> Rewritten:
    text, back = decode(data, encoding)
    lines = text.splitlines(keepends=True)
    objects = [(n, json.loads(line)) for n, line in enumerate(lines) if line.strip()]
    if not all(isinstance(each, dict) for _, each in objects):
        raise ValueError("a line is no object")
    names = list(dict.fromkeys(name for _, each in objects for name in each))
    columns = [pa.array([_show(each.get(name)) for _, each in objects], pa.string()) for name in names]
    judged = judge(pa.table(columns, names=names))
    for name, cells in judged.edits.items():
        for row, new in cells.items():
            nested = isinstance(objects[row][1][name], (dict, list))
            objects[row][1][name] = json.loads(new) if nested and new else new
    for row in {row for cells in judged.edits.values() for row in cells}:
        n, each = objects[row]
        end = lines[n][len(lines[n].rstrip("\r\n")) :]
        lines[n] = json.dumps(each, ensure_ascii=False) + end
    for row in judged.gone:
        lines[objects[row][0]] = ""
    return _describe(back("".join(lines)), judged)


def _show(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _erase_from_parquet(data: bytes, judge: Judge) -> Rewritten:
    file = pq.ParquetFile(pa.BufferReader(data))
    table = file.read()
    judged = judge(table)
    if judged.is_empty:
        return Rewritten(data, (), ())
    packed = file.metadata.row_group(0).column(0).compression if file.metadata.num_row_groups else "SNAPPY"
    written = pa.BufferOutputStream()
    pq.write_table(
        apply_judgement(table, judged), written, compression=packed.replace("UNCOMPRESSED", "NONE")
    )
    return _describe(written.getvalue().to_pybytes(), judged)


def _erase_from_zip(data: bytes, judge: Judge, encoding: str | None) -> Rewritten:
    """Every table within; row numbers are those of the one table a study reads."""
    written, rows, edited, within = io.BytesIO(), list[int](), list[int](), list[Within]()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for entry in old.infolist():
            body = old.read(entry)
            inner = (
                erase_from_file(entry.filename, body, judge, encoding) if format_of(entry.filename) else None
            )
            if inner is not None:
                body, rows, edited = inner.data, [*rows, *inner.rows], [*edited, *inner.edited]
                within += _place(entry.filename, inner)
            new.writestr(entry, body)
    return Rewritten(
        written.getvalue() if rows or edited else data, tuple(rows), tuple(edited), tuple(within)
    )


def _place(name: str, inner: Rewritten) -> Iterator[Within]:
    """Parts of a member, by its name."""
    if inner.within:
        yield from (replace(part, name=f"{name}, {part.name}") for part in inner.within)
    elif inner.rows or inner.edited:
        yield Within(name, inner.rows, inner.edited)


def _describe(data: bytes, judged: Judged) -> Rewritten:
    edited = sorted({row for cells in judged.edits.values() for row in cells})
    return Rewritten(data, tuple(n + 1 for n in sorted(judged.gone)), tuple(n + 1 for n in edited))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
