"""Zipped exports → the one file within.

Refuses   An archive with several files or none, one with a password, a damaged one, and one that unpacks
          to more than MAX_BYTES: nobody exports that, but somebody may send it.
"""

import gzip
import io
import zipfile
import zlib
from pathlib import PurePosixPath

from payoff.connectors.complaint import complain
from payoff.nouns.source_file import format_of
from payoff.nouns.study import Source

MAX_BYTES = 4 << 30


def unpack(source: Source, data: bytes) -> tuple[bytes, str]:
    """(bytes, format) of the file that is meant. Raises PayoffError D127."""
    if source.path.lower().endswith(".gz"):
        return _gunzip(source, data), source.format
    if source.format != "zip":
        return data, source.format
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [entry for entry in archive.infolist() if _is_data(entry)]
            if len(inside) != 1:
                names = ", ".join(entry.filename for entry in inside[:5])
                raise _refuse(source, f"it holds {len(inside)} files{': ' if names else ''}{names}")
            form = format_of(inside[0].filename)
            if form in (None, "zip"):
                raise _refuse(source, f"it holds {inside[0].filename}, which is no table")
            if inside[0].file_size > MAX_BYTES:
                raise _refuse(source, f"it unpacks to {inside[0].file_size:,} bytes")
            return archive.read(inside[0]), str(form)
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise _refuse(source, f"the archive cannot be opened ({str(error)[:80]})") from None


def _gunzip(source: Source, data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            unpacked = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _refuse(source, f"the archive cannot be opened ({str(error)[:80]})") from None
    if len(unpacked) > MAX_BYTES:
        raise _refuse(source, f"it unpacks to more than {MAX_BYTES:,} bytes")
    return unpacked


def _is_data(entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    return not entry.is_dir() and not path.name.startswith(".") and path.parts[0] != "__MACOSX"


def _refuse(source: Source, what: str) -> Exception:
    why = "which rows are meant must not depend on how an archive was packed"
    return complain(source, "D127", what, why, "pack one file, without a password, or unpack it and name it")
