"""One source file → one checked batch, or every reason why not.

Question  Are these the rows the study was promised, each of them whole and there once?
Memory    CSV and Parquet are read in a stream, without the file's bytes beside the table; what is packed, or
          of another form or encoding, is read whole.
Refuses   A file that is missing, empty, cut off, ragged, of mixed encodings, without its columns,
          or with a key that is blank or there twice. Nothing is guessed and nothing is dropped.
Proof     tests/connectors; what each message means: docs/reference/data.md.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

from payoff.connectors.columns import check_columns, check_names, rename_columns, widen
from payoff.connectors.complaint import complain, list_names
from payoff.connectors.csv_file import read_csv, read_csv_file, read_csv_texts
from payoff.connectors.excel_file import read_excel
from payoff.connectors.identified import Naming, name_identifiers
from payoff.connectors.jsonl_file import read_jsonl
from payoff.connectors.keys import check_keys
from payoff.connectors.layout import fit_mapping
from payoff.connectors.looked import Looked, hash_file, look_through
from payoff.connectors.packed import unpack
from payoff.connectors.parquet_file import read_parquet, read_parquet_file
from payoff.connectors.profiled import personal_columns, read_profiled
from payoff.connectors.pseudonym import pseudonymise_columns
from payoff.nouns.batch import Batch
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.origin import Service
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
    source: Source,
    folder: Path,
    secret: bytes | None = None,
    pseudonymise: tuple[str, ...] = (),
    naming: Naming | None = None,
) -> Batch:
    """Read and check a source; `source.path` is relative to `folder`.

    secret: key of the pseudonyms that replace the columns `pseudonymise`; None leaves them as they are.
    naming: who is who, where the source has identifiers.
    Raises PayoffError: exit code 7 when the file cannot be opened, 4 when its contents are wrong.
    """
    looked = _look(source, folder)
    batch = read_batch(source, looked, secret, pseudonymise, naming)
    if not looked.is_same():
        raise _changed(source)
    return batch


def read_batch(
    source: Source,
    data: bytes | Looked,
    secret: bytes | None = None,
    pseudonymise: tuple[str, ...] = (),
    naming: Naming | None = None,
) -> Batch:
    """The same of bytes that are here already; one of many files may hold no row, a whole source may not.

    Raises PayoffError (exit code 4) when the contents are wrong.
    """
    table, warnings, headers = _read_rows(source, data)
    if source.identifying is not None:
        assert naming is not None, "identifiers are never landed as they are"
        table, told = name_identifiers(source, table, naming)
        warnings = (*warnings, *told)
    if secret is not None:
        table = pseudonymise_columns(table, _all_personal(source, pseudonymise), secret)
    check_columns(source, table)
    check_keys(source, table, once=source.version is None and not isinstance(source.origin, Service))
    digest = data.sha256 if isinstance(data, Looked) else hashlib.sha256(data).hexdigest()
    reading = name_reading(source, secret, pseudonymise, naming)
    return Batch(table, digest, source.path, warnings, reading, headers=headers)


def read_in_clear(source: Source, folder: Path) -> pa.Table:
    """The rows with their identifiers as the file has them: to be looked at, never to be kept.

    Raises PayoffError as `read_source` does.
    """
    return _read_rows(source, _look(source, folder))[0]


def _read_rows(source: Source, data: bytes | Looked) -> tuple[pa.Table, tuple[str, ...], tuple[str, ...]]:
    """The table under our names, warnings, and the headers of the file."""
    if data.is_blank if isinstance(data, Looked) else not data.strip():
        raise complain(
            source,
            "D102",
            "the file is empty",
            "an empty export would look like a program without outcomes",
            "export it again",
        )
    table, warnings = read_table(source, data)
    if table.num_rows == 0 and source.origin is None:
        raise complain(
            source,
            "D102",
            "there is a header but not one row",
            "an empty export would look like a program without outcomes",
            "export it again, and look at the filter of the export",
        )
    headers = tuple(name for name in table.column_names if name != "_row")
    if source.renames:
        table = rename_columns(source, table)
    if source.layout is not None:
        table, told = read_profiled(source, fit_mapping(source, source.layout, headers), table)
        warnings = (*warnings, *told)
    check_names(source, [name for name in table.column_names if name != "_row"], source.origin is not None)
    if "_row" not in table.column_names:
        table = table.append_column("_row", pa.array(np.arange(1, table.num_rows + 1)))
    return widen(table), warnings, headers


def read_table(source: Source, data: bytes | Looked) -> Reading:
    """The file's own columns, under a layout as text wherever the file holds text; headers may repeat."""
    if isinstance(data, Looked):
        read = _read_in_stream(source, data)
        if read is not None:
            return read
        data = data.path.read_bytes()
    unpacked, form = unpack(source, data)
    if source.layout is not None and form == "csv":
        return read_csv_texts(source, unpacked)
    return READERS[form](source, unpacked)


def _read_in_stream(source: Source, looked: Looked) -> Reading | None:
    """None for what must be read whole."""
    if source.path.lower().endswith(".gz"):
        return None
    if source.format == "parquet":
        table = read_parquet_file(looked.path)
        return None if table is None else (table, ())
    if source.format == "csv" and source.encoding is None and looked.is_plain:
        return read_csv_file(source, looked, texts=source.layout is not None)
    return None


def read_headers(source: Source, data: bytes) -> tuple[str, ...]:
    """The columns as a file names them; none where it cannot be read."""
    try:
        return tuple(name for name in read_table(source, data)[0].column_names if name != "_row")
    except PayoffError:
        return ()


def _all_personal(source: Source, pseudonymise: tuple[str, ...]) -> tuple[str, ...]:
    """Names and addresses of a canonical table are replaced, asked for or not; named identifiers are keys."""
    named = [column.lower() for column, _ in source.identifying.columns] if source.identifying else []
    columns = pseudonymise if source.layout is None else (*pseudonymise, *personal_columns(source.layout))
    return tuple(column for column in columns if column.lower() not in named)


def hash_source(
    source: Source,
    folder: Path,
    secret: bytes | None = None,
    pseudonymise: tuple[str, ...] = (),
    naming: Naming | None = None,
) -> tuple[str, str]:
    """(sha256, reading) that `read_source` would give, without reading the rows.

    Raises PayoffError (exit code 7) when the file cannot be opened.
    """
    try:
        digest = hash_file(folder / source.path)
    except OSError as error:
        raise _unreadable(source, folder, error) from None
    return digest, name_reading(source, secret, pseudonymise, naming)


def name_reading(
    source: Source, secret: bytes | None, pseudonymise: tuple[str, ...], naming: Naming | None = None
) -> str:
    """Fingerprint of all but the bytes that decides what the table holds and what was checked."""
    pseudonyms = None if secret is None else (hashlib.sha256(secret).hexdigest(), sorted(pseudonymise))
    options: tuple[object, ...] = (source.format, source.sheet, source.key, source.columns, pseudonyms)
    if source.encoding is not None or source.layout is not None:
        profile = None if source.layout is None else repr(PROFILES[source.layout.profile])
        options = (*options, source.encoding, repr(source.layout), profile)
    if source.renames or source.origin is not None:
        options = (*options, source.renames, repr(source.origin), source.cursor, source.version)
    if source.identifying is not None:
        options = (*options, repr(source.identifying), naming.version if naming is not None else None)
    return fingerprint("reading", READER_VERSION, options)


def read_bytes(source: Source, folder: Path) -> bytes:
    """The file as it is. Raises PayoffError D101 (exit code 7) when it cannot be opened."""
    try:
        return (folder / source.path).read_bytes()
    except OSError as error:
        raise _unreadable(source, folder, error) from None


def _look(source: Source, folder: Path) -> Looked:
    try:
        return look_through(folder / source.path)
    except OSError as error:
        raise _unreadable(source, folder, error) from None


def _changed(source: Source) -> PayoffError:
    problem = Problem(
        "D101",
        f"source {source.name}: {source.path} changed while it was read",
        "rows of two versions would stand under one name",
        "run again once the export is written",
    )
    return PayoffError([problem], exit_code=7)


def _unreadable(source: Source, folder: Path, error: OSError) -> PayoffError:
    path = folder / source.path
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
    return PayoffError([problem], exit_code=7)
