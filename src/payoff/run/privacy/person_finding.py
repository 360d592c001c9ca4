"""What a workspace holds of one person, file by file.

Question  Where does this person stand, in which rows, and how else do exports and tables write them?
Looks     Rows of tables as an erasure would judge them; texts, archives, pages of databases and streams of
          PDFs as bytes in any encoding. Changes nothing.
Spellings A pseudonym depends on every letter: spellings found in the exports, and the whole identifiers of
          statements whose person matched, give pseudonyms to look for as well.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from payoff.connectors.erasable_file import erase_from_file
from payoff.connectors.pseudonym import name_text
from payoff.connectors.rewritten import Within
from payoff.identity.personal_rows import Judged, judge_rows
from payoff.identity.sought import Sought
from payoff.run.privacy.forgotten_statements import judge_statements
from payoff.run.privacy.person_places import Known, Place, list_places
from payoff.run.workspace import Workspace
from payoff.warehouse.package import read_load
from payoff.warehouse.package_erasing import ROWS, judge_package

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """rows: numbers of the records that are theirs, as `_row` has them; edited: of those that name them.

    Where a file is no table both are empty. files: what an erasure changes here, as far as that is known.
    within: the rows by sheet of a workbook or member of an archive.
    """

    place: Place
    rows: tuple[int, ...] = ()
    edited: tuple[int, ...] = ()
    files: tuple[Path, ...] = ()
    within: tuple[Within, ...] = ()


def find_in_workspace(home: Workspace, known: Known, sought: Sought) -> list[Finding]:
    """Every place that holds something of the person."""
    return [found for place in list_places(home, known) if (found := look(place, sought)) is not None]


def learn_pseudonyms(home: Workspace, known: Known, sought: Sought) -> frozenset[str]:
    """More pseudonyms of the person: of the spellings in exports, and of whole identifiers in statements."""
    learning, found = _Learning(sought), set[str]()
    secret = home.read_secret()
    for place in list_places(home, known):
        if place.kind == "source":
            data = place.path.read_bytes()
            judge = lambda table, columns=place.columns: judge_rows(table, learning, columns)  # noqa: E731
            erase_from_file(place.path.name, data, judge, place.encoding)
        elif place.kind == "statements":
            people = pq.read_table(place.path, columns=["actor", "person"]).to_pylist()
            found |= {p["actor"] for p in people if p["actor"] and p["person"] in sought.pseudonyms}
    return frozenset(found | {name_text(text, secret) for text in learning.spellings})


def look(place: Place, sought: Sought) -> Finding | None:
    """What a place holds of the person; None: nothing."""
    if place.kind == "package":
        return _look_at_package(place, sought)
    if place.kind == "statements":
        table = pq.read_table(place.path)
        return _describe(place, judge_statements(table, sought), None)
    data = place.path.read_bytes()
    if place.kind == "source":
        judge = lambda table: judge_rows(table, sought, place.columns)  # noqa: E731
        rewritten = erase_from_file(place.path.name, data, judge, place.encoding)
        if rewritten is not None and (rewritten.rows or rewritten.edited):
            return Finding(place, rewritten.rows, rewritten.edited, within=rewritten.within)
    return Finding(place) if names_person(data, sought) else None


def names_person(data: bytes, sought: Sought) -> bool:
    """Whether bytes name the person, in any encoding, in an archive, in a stream of a PDF."""
    return any(sought.names(text) for text in _read_texts(data))


def _look_at_package(place: Place, sought: Sought) -> Finding | None:
    load = read_load(place.path)
    judged = judge_package(place.path, sought, place.columns)
    if judged is not None and not judged.is_empty:
        return _describe(place, judged, place.path / ROWS)
    quoted = load is not None and any(sought.names(text) for text in load.warnings)
    return Finding(place) if quoted else None


def _describe(place: Place, judged: Judged, rows: Path | None) -> Finding | None:
    """Numbers as `_row` has them; of segments, places within."""
    if judged.is_empty:
        return None
    edited = {row for cells in judged.edits.values() for row in cells}
    numbers = None if rows is None else pq.read_table(rows, columns=["_row"])["_row"].to_pylist()
    name = (lambda n: n + 1) if numbers is None else numbers.__getitem__
    return Finding(place, tuple(name(n) for n in sorted(judged.gone)), tuple(name(n) for n in sorted(edited)))


class _Learning:
    """A Finder that notes how the person is written."""

    def __init__(self, sought: Sought) -> None:
        self._sought = sought
        self.spellings: set[str] = set()

    def find_word(self, cell: str, *, in_person_column: bool) -> str | None:
        """See payoff.identity.sought.Finder."""
        word = self._sought.find_word(cell, in_person_column=in_person_column)
        if word is not None:
            self.spellings |= {cell, cell.strip(), cell.strip().removeprefix("mailto:")}
        return word

    def redact(self, text: str) -> str:
        """See payoff.identity.sought.Finder."""
        return self._sought.redact(text)


def _read_texts(data: bytes) -> Iterator[str]:
    yield data.decode("utf-8", "replace")
    yield data.decode("cp1252", "replace")
    if b"\0" in data[:4096]:
        yield data.decode("utf-16-le", "replace")
        yield data[1:].decode("utf-16-le", "replace")
    if data[:4] == b"PK\x03\x04":
        yield from _read_members(data)
    elif data[:2] == b"\x1f\x8b":
        yield from _read_texts(_inflate(data, 31))
    elif data[:5] == b"%PDF-":
        for match in _STREAM.finditer(data):
            yield _inflate(match[1], 15).decode("utf-8", "replace")


def _read_members(data: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                yield entry.filename
                if not entry.flag_bits & 1 and entry.file_size < _MOST_BYTES:
                    yield from _read_texts(archive.read(entry))
    except (zipfile.BadZipFile, zlib.error, RuntimeError):
        return


def _inflate(data: bytes, window: int) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(data, _MOST_BYTES)
    except zlib.error:
        return b""
