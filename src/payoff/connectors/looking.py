"""A file nobody has described yet: what it is and what stands in it.

Question  In which encoding, with which separator, under which headers, holding what?
Limits    What is found here is shown to a person. Reading for a study uses what the study says.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from payoff.connectors.cells import read_text
from payoff.connectors.complaint import complain
from payoff.connectors.csv_file import read_header
from payoff.connectors.encoding import check_encoding
from payoff.connectors.local_time import fitting_patterns, is_iso
from payoff.connectors.packed import unpack
from payoff.connectors.read import read_bytes, read_table
from payoff.nouns.profile import Layout
from payoff.nouns.study import Source

MOST_SAMPLES = 3
_NAMED = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is. dialect: "" where it has none. encoding: None is UTF-8. table: as text where it is."""

    source: Source
    form: str
    encoding: str | None
    dialect: str
    table: pa.Table


def look_at(path: Path, form: str, profile: str, encoding: str | None) -> Look:
    """Read a file as it is. `profile` only says that headers may repeat; it need not be the right one.

    Raises PayoffError as reading does; D102 when there is nothing in it.
    """
    source = Source("file", form, path.name, encoding=encoding, layout=Layout(profile))  # type: ignore[arg-type]
    data = read_bytes(source, path.parent)
    if not data.strip():
        raise complain(source, "D102", "the file is empty", "there is nothing to map", "export it again")
    unpacked, inner = unpack(source, data)
    dialect = ""
    if inner in ("csv", "jsonl"):
        encoding = encoding or guess_encoding(unpacked)
        source = replace(source, encoding=encoding)
        if inner == "csv":
            dialect = _NAMED[read_header(check_encoding(source, unpacked))[0]]
    return Look(source, inner, encoding, dialect, read_table(source, data)[0])


def guess_encoding(data: bytes) -> str | None:
    """None for UTF-8, UTF-16 by its mark, else the encoding that Windows gives exports in the West."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return None if error.reason == "unexpected end of data" else "windows-1252"
    return None


def sample_cells(column: pa.ChunkedArray) -> tuple[str, ...]:
    """A few different cells, as text."""
    seen = read_text(column.slice(0, 500)).drop_null().unique().slice(0, MOST_SAMPLES)
    return tuple(" ".join(str(text).split())[:40] for text in seen.to_pylist())


def list_patterns(column: pa.ChunkedArray, language: str = "en") -> tuple[str, ...]:
    """Date patterns that all cells of a text column fit; none for ISO dates and for what is typed already."""
    if not pa.types.is_string(column.type) or is_iso(column):
        return ()
    return fitting_patterns(column.slice(0, 10_000), language)


def has_commas(column: pa.ChunkedArray) -> bool:
    """Whether numbers in it can be read in two ways, so that `decimal` must be said."""
    if not pa.types.is_string(column.type):
        return False
    texts = read_text(column).drop_null()
    either = r"^[+-]?\d{1,3}([.' ]\d{3})*,\d+$|^[+-]?\d+,\d+$|^[+-]?[1-9]\d{0,2}([.,]\d{3})+(\.\d+)?$"
    return len(texts) > 0 and pc.any(pc.match_substring_regex(texts, either)).as_py() is True
