"""One source file → one checked batch, or every reason why not.

Question  Are these the rows the study was promised, each of them whole and there once?
Refuses   A file that is missing, empty, cut off, ragged, of mixed encodings, without its columns,
          or with a key that is blank or there twice. Nothing is guessed and nothing is dropped.
Proof     tests/connectors; what each message means: docs/reference/data.md.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from payoff.connectors.columns import check_columns, check_names, widen
from payoff.connectors.complaint import complain, list_names
from payoff.connectors.csv_file import read_csv, read_csv_texts
from payoff.connectors.excel_file import read_excel
from payoff.connectors.jsonl_file import read_jsonl
from payoff.connectors.keys import check_keys
from payoff.connectors.packed import unpack
from payoff.connectors.parquet_file import read_parquet
from payoff.connectors.profiled import personal_columns, read_profiled
from payoff.connectors.pseudonym import pseudonymise_columns
from payoff.nouns.batch import Batch
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import LIST_SUFFIX, Source
from payoff.study.profiles import PROFILES

READER_VERSION = 2  # raise it when the same bytes would be read differently

Reading = tuple[pa.Table, tuple[str, ...]]
READERS: dict[str, Callable[[Source, bytes], Reading]] = {
    "csv": read_csv,
    "parquet": read_parquet,
    "excel": read_excel,
    "jsonl": read_jsonl,
}


def read_source(
    source: Source, folder: Path, secret: bytes | None = None, pseudonymise: tuple[str, ...] = ()
) -> Batch:
    """Read and check a source; `source.path` is relative to `folder`.

    secret: key of the pseudonyms that replace the columns `pseudonymise`; None leaves them as they are.
    Raises PayoffError: exit code 7 when the file cannot be opened, 4 when its contents are wrong.
    """
    data = read_bytes(source, folder)
    if not data.strip():
        raise complain(
            source,
            "D102",
            "the file is empty",
            "an empty export would look like a program without outcomes",
            "export it again",
        )
    table, warnings = read_table(source, data)
    if table.num_rows == 0:
        raise complain(
            source,
            "D102",
            "there is a header but not one row",
            "an empty export would look like a program without outcomes",
            "export it again, and look at the filter of the export",
        )
    if source.layout is not None:
        table, told = read_profiled(source, source.layout, table)
        warnings = (*warnings, *told)
    check_names(source, [name for name in table.column_names if name != "_row"])
    if "_row" not in table.column_names:
        table = table.append_column("_row", pa.array(np.arange(1, table.num_rows + 1)))
    table = widen(table)
    if secret is not None:
        table = pseudonymise_columns(table, _all_personal(source, pseudonymise), secret)
    check_columns(source, table)
    check_keys(source, table)
    digest = hashlib.sha256(data).hexdigest()
    return Batch(table, digest, source.path, warnings, _name_reading(source, secret, pseudonymise))


def read_table(source: Source, data: bytes) -> Reading:
    """The file's own columns, under a layout as text wherever the file holds text; headers may repeat."""
    unpacked, form = unpack(source, data)
    if source.layout is not None and form == "csv":
        return read_csv_texts(source, unpacked)
    return READERS[form](source, unpacked)


def _all_personal(source: Source, pseudonymise: tuple[str, ...]) -> tuple[str, ...]:
    """Names and addresses of a canonical table are replaced, asked for or not."""
    return pseudonymise if source.layout is None else (*pseudonymise, *personal_columns(source.layout))


def hash_source(
    source: Source, folder: Path, secret: bytes | None = None, pseudonymise: tuple[str, ...] = ()
) -> tuple[str, str]:
    """(sha256, reading) that `read_source` would give, without reading the rows.

    Raises PayoffError (exit code 7) when the file cannot be opened.
    """
    data = read_bytes(source, folder)
    return hashlib.sha256(data).hexdigest(), _name_reading(source, secret, pseudonymise)


def _name_reading(source: Source, secret: bytes | None, pseudonymise: tuple[str, ...]) -> str:
    """Fingerprint of all but the bytes that decides what the table holds and what was checked."""
    pseudonyms = None if secret is None else (hashlib.sha256(secret).hexdigest(), sorted(pseudonymise))
    options: tuple[object, ...] = (source.format, source.sheet, source.key, source.columns, pseudonyms)
    if source.encoding is not None or source.layout is not None:
        profile = None if source.layout is None else repr(PROFILES[source.layout.profile])
        options = (*options, source.encoding, repr(source.layout), profile)
    return fingerprint("reading", READER_VERSION, options)


def read_bytes(source: Source, folder: Path) -> bytes:
    """The file as it is. Raises PayoffError D101 (exit code 7) when it cannot be opened."""
    path = folder / source.path
    try:
        return path.read_bytes()
    except OSError as error:
        there = sorted(p.name for p in path.parent.iterdir() if p.is_file()) if path.parent.is_dir() else []
        fix = f"put the file there or correct its path{list_names(path.name, there, 'in that folder')}"
        if source.path.endswith(LIST_SUFFIX):
            fix = "run payoff randomise STUDY: it draws the lot and writes this list, named after the study"
        problem = Problem(
            "D101",
            f"source {source.name}: {source.path} cannot be opened ({error.strerror or 'unreadable'})",
            "the study has no rows to measure from",
            fix,
        )
        raise PayoffError([problem], exit_code=7) from None
