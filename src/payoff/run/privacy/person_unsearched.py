"""Files of a workspace in which nobody can be looked for: a look that finds nothing says nothing of them.

Question  Which files were not searched, and why?
Names     Old .xls and workbooks with a password, PDF files that payoff did not render, pictures, archives
          with a password or of a kind that is not opened, damaged tables, mails, databases and whatever else
          is neither text nor a table that is read; alone, or within an archive.
Told      With what was found (`privacy find`), in the certificate of an erasure and when it is verified.
Proof     tests/run/test_run_person_unsearched.py
"""

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from payoff.nouns.source_file import format_of
from payoff.run.privacy.person_places import Known, list_places
from payoff.run.privacy.person_published import version_of
from payoff.run.workspace import Workspace

OLD_OFFICE = "an old .xls or other old Office file, or a workbook with a password"
PDF = "a PDF that payoff did not render"
PICTURE = "a picture"
LOCKED = "an archive or table with a password"
OTHER_ARCHIVE = "an archive of a kind that is not opened"
DAMAGED = "a damaged archive or table"
NAMELESS = "a table under a name without its ending"
TOO_DEEP = "an archive within too many others"
MAIL = "a mail, whose parts may be packed"
DATABASE = "a database"
BINARY = "neither text nor a table that is read"

_MARKS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE), (b"%PDF-", PDF), (b"PARE", LOCKED),
    (b"\x89PNG\r\n", PICTURE), (b"\xff\xd8\xff", PICTURE), (b"GIF8", PICTURE), (b"II*\0", PICTURE),
    (b"MM\0*", PICTURE), (b"7z\xbc\xaf\x27\x1c", OTHER_ARCHIVE), (b"Rar!", OTHER_ARCHIVE),
    (b"BZh", OTHER_ARCHIVE), (b"\xfd7zXZ\0", OTHER_ARCHIVE), (b"\x28\xb5\x2f\xfd", OTHER_ARCHIVE),
    (b"SQLite format 3\0", DATABASE),
)  # fmt: skip
_MAILS = (".eml", ".mbox", ".mbx")
_MARKS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_HEAD = 4096
_MOST_DEEP = 5


@dataclass(frozen=True, slots=True)
class Unsearched:
    """why: what it is, or what the first such member of an archive is."""

    path: Path
    why: str


def list_unsearched(home: Workspace, known: Known) -> tuple[Unsearched, ...]:
    """Every file that cannot be searched, in the order of places. Our own tables and versions always can."""
    found = []
    for place in list_places(home, known):
        if place.kind in ("package", "statements", "identity map") or version_of(place.path) is not None:
            continue
        why = explain_unsearched(place.path.name, place.path)
        if why is not None:
            found.append(Unsearched(place.path, why))
    return tuple(found)


def explain_unsearched(name: str, file: Path | bytes, depth: int = 0) -> str | None:
    """Why this file, or member of an archive, cannot be searched; None: it can."""
    head = _read_head(file)
    marked = next((why for mark, why in _MARKS if head.startswith(mark)), None)
    if marked is not None or (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or head[4:8] == b"ftyp":
        return marked or PICTURE
    if depth > _MOST_DEEP:
        return TOO_DEEP if head[:4] == b"PK\x03\x04" or head[:2] == b"\x1f\x8b" else None
    if head[:4] == b"PK\x03\x04":
        return _explain_archive(file, depth)
    if head[:2] == b"\x1f\x8b":
        try:
            inner = gzip.decompress(file if isinstance(file, bytes) else file.read_bytes())
        except (OSError, EOFError, zlib.error):
            return DAMAGED
        return explain_unsearched(name.removesuffix(".gz"), inner, depth + 1)
    return _explain_table(name, file, head)


def _explain_table(name: str, file: Path | bytes, head: bytes) -> str | None:
    """Parquet is packed: what is not read as a table is not read at all."""
    expected = format_of(name)
    if head[:4] == b"PAR1":
        try:
            pq.read_metadata(pa.BufferReader(file) if isinstance(file, bytes) else file)
        except (OSError, pa.ArrowException):
            return DAMAGED
        return None if expected == "parquet" else NAMELESS
    if expected in ("parquet", "excel", "zip") and head:
        return DAMAGED
    if name.lower().endswith(_MAILS):
        return MAIL
    if head[8:12] == b"DUCK":
        return DATABASE
    return BINARY if expected is None and is_binary(head) else None


def is_binary(data: bytes) -> bool:
    """Whether bytes are no text: a NUL, but for the halves of letters in UTF-16."""
    head = data[:_HEAD]
    if b"\0" not in head or head.startswith(_MARKS_OF_UTF16):
        return False
    letters = head[: len(head) // 2 * 2].decode("utf-16-le", "replace")
    return not all(letter.isprintable() or letter.isspace() for letter in letters)


def _explain_archive(file: Path | bytes, depth: int) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file) as archive:
            for entry in archive.infolist():
                if entry.flag_bits & 1:
                    return LOCKED
                if entry.is_dir():
                    continue
                why = explain_unsearched(entry.filename, archive.read(entry), depth + 1)
                if why is not None:
                    return f"{why} within it: {entry.filename}"
    except RuntimeError:  # packed in a way that Python does not unpack
        return OTHER_ARCHIVE
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error):
        return DAMAGED
    return None


def _read_head(file: Path | bytes) -> bytes:
    if isinstance(file, bytes):
        return file[:_HEAD]
    with file.open("rb") as opened:
        return opened.read(_HEAD)
