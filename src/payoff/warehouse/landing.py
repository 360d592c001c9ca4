"""Batch → load package, in use only once it is whole.

Landing the same file again changes nothing; a package left half-written by a kill is written again.
"""

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from payoff.nouns.batch import LINEAGE, Batch
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source
from payoff.warehouse.package import (
    Erased,
    Load,
    find_folder,
    is_whole,
    name_package,
    read_load,
    replace_file,
    write_load,
)


def land(batch: Batch, source: Source, root: Path, erased: tuple[Erased, ...] = ()) -> SourceFile:
    """Put a batch into the warehouse at `root` and make it the version in use.

    erased: what was taken out of the batch because people in it had been erased.
    Raises PayoffError (exit code 4) when the disk refuses; the version in use then stays.
    """
    folder = find_folder(root, source.name)
    try:
        package, load = land_piece(batch, source, root, erased)
        _put_in_use(folder, package)
    except OSError as error:
        raise refuse_disk(error, source, root) from None
    return _describe(load, package, source)


def land_piece(batch: Batch, source: Source, root: Path, erased: tuple[Erased, ...] = ()) -> tuple[str, Load]:
    """(package, its note) of a batch on disk, which is not in use by itself. Raises OSError."""
    package = find_folder(root, source.name) / name_package(batch.sha256, batch.reading)
    load = read_load(package)
    if load is None or not is_whole(package, load):
        load = _write(package, batch, source, erased)
    return package.name, load


def refuse_disk(error: OSError, source: Source, root: Path) -> PayoffError:
    """The disk took no rows: D201, saying which version stays in use."""
    problem = Problem(
        "D201",
        f"source {source.name}: its rows cannot be written to {source.name} ({error.strerror})",
        "the study has no rows to measure from",
        "free space or make the workspace's .payoff folder writable",
    )
    return keep_last_good(PayoffError([problem], exit_code=4), source, root)


def find_landed(source: Source, sha256: str, reading: str, root: Path) -> SourceFile | None:
    """The landed package of a file that was read this way before, put in use; None: it must be read."""
    folder = find_folder(root, source.name)
    package = folder / name_package(sha256, reading)
    load = read_load(package)
    if load is None or not is_whole(package, load):
        return None
    _put_in_use(folder, package.name)
    return _describe(load, package.name, source)


def last_good(source: Source, root: Path) -> SourceFile | None:
    """The version in use; None when nothing whole was ever landed."""
    found = _read_current(source, root)
    return None if found is None else _describe(found[1], found[0], source)


def keep_last_good(error: PayoffError, source: Source, root: Path) -> PayoffError:
    """The same error, its reasons saying which version stays in use (unchanged when there is none)."""
    found = _read_current(source, root)
    if found is None:
        return error
    load = found[1]
    note = f"; the version landed on {load.landed_at[:10]} with {load.n_rows:,} rows stays in use"
    return PayoffError([replace(p, why=p.why + note) for p in error.problems], error.exit_code)


def _read_current(source: Source, root: Path) -> tuple[str, Load] | None:
    folder = find_folder(root, source.name)
    try:
        name = (folder / "current").read_text("utf-8").strip()
    except OSError:
        return None
    load = read_load(folder / name)
    return (name, load) if load is not None and is_whole(folder / name, load) else None


def _write(package: Path, batch: Batch, source: Source, erased: tuple[Erased, ...]) -> Load:
    """Staged note, rows, landed note: in this order on disk."""
    package.mkdir(parents=True, exist_ok=True)
    columns = tuple((f.name, str(f.type)) for f in batch.table.schema if f.name not in LINEAGE)
    staged = Load(
        status="staged",
        source=source.name,
        file=batch.path,
        sha256=batch.sha256,
        reading=batch.reading,
        n_rows=batch.table.num_rows,
        columns=columns,
        warnings=batch.warnings,
        erased=erased,
        parts=batch.parts,
    )
    write_load(package, staged)
    rows = package / "rows.parquet"
    replace_file(rows, lambda draft: _write_rows(batch.table, draft))
    with rows.open("rb") as file:
        rows_sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    landed = replace(staged, status="landed", rows_sha256=rows_sha256, landed_at=now)
    write_load(package, landed)
    return landed


def _write_rows(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd")


def _put_in_use(folder: Path, package: str) -> None:
    current = folder / "current"
    if not current.is_file() or current.read_text("utf-8").strip() != package:
        replace_file(current, lambda draft: draft.write_text(package + "\n", "utf-8"))


def _describe(load: Load, package: str, source: Source) -> SourceFile:
    return SourceFile(
        source=source.name,
        path=source.path,
        sha256=load.sha256,
        n_rows=load.n_rows,
        columns=tuple(name for name, _ in load.columns),
        package=package,
        licence=source.licence,
        warnings=load.warnings,
        parts=load.parts,
    )
