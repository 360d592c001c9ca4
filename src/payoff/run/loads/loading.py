"""Loading: a source of many files or pulls, brought up to date and put in use as one table.

Question  What has come since the last load, does it fit, and which rows stand now?
Steps     Each new file or pull is read, checked against the one before (`run.loads.schema_drift`), and landed
          as a package of its own; then the rows that stand (`warehouse.merging`) become the package in use.
Holds     Killed anywhere, the next load goes on behind the last piece that is whole and ends in the same
          bytes; an error leaves the version in use. Two loads of a source wait for each other.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from payoff.connectors.database import pull_database
from payoff.connectors.extract import Extract
from payoff.connectors.identified import Naming
from payoff.connectors.read import name_reading, read_batch, read_headers
from payoff.connectors.secrets import Secrets
from payoff.connectors.service import pull_service
from payoff.nouns.batch import Batch
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.origin import Database, Folder, Service
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.source_file import Part, SourceFile
from payoff.nouns.study import Source, Study
from payoff.run.loads.file_watch import Found, find_files
from payoff.run.loads.load_log import Came
from payoff.run.loads.schema_drift import describe_columns_of, find_drift_of_columns, find_unit_drift
from payoff.run.privacy.closed_folders import find_closed
from payoff.run.privacy.forgetting import describe_columns, forget_erased
from payoff.run.privacy.in_clear import watch_for_people
from payoff.run.privacy.privacy_folder import find_forgotten
from payoff.run.workspace import Workspace
from payoff.warehouse import find_landed, land, last_good
from payoff.warehouse.landing import land_piece, refuse_disk
from payoff.warehouse.load_lock import hold_source
from payoff.warehouse.merging import Changes, count_changes, drop_known, merge_pieces
from payoff.warehouse.package import find_folder, is_whole, read_load
from payoff.warehouse.package_erasing import ROWS
from payoff.warehouse.pieces import Piece, Pieces, read_pieces, write_pieces

MERGE_VERSION = 1  # raise it when the same pieces would be merged differently


@dataclass(frozen=True, slots=True)
class Reader:
    """How rows are read. secret: of pseudonyms. naming: who is who, where a source has identifiers."""

    secret: bytes | None = None
    pseudonymise: tuple[str, ...] = ()
    naming: Naming | None = None

    def name(self, source: Source) -> str:
        """Fingerprint of this way of reading."""
        return name_reading(source, self.secret, self.pseudonymise, self.naming)


@dataclass(slots=True)
class Loading:
    """One source under way. pieces: as on disk. notes: told to whoever loads."""

    study: Study
    source: Source
    workspace: Workspace
    reader: Reader
    pieces: Pieces
    came: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def root(self) -> Path:
        return self.workspace.warehouse

    @property
    def folder(self) -> Path:
        return self.workspace.study_path.parent

    @property
    def rule(self) -> Source:
        """The source as its pieces are merged: without a key, each pull is the whole list."""
        pulled = not isinstance(self.source.origin, Folder)
        return replace(self.source, snapshot=self.source.snapshot or (pulled and not self.source.key))


def load_source(
    study: Study, source: Source, workspace: Workspace, reader: Reader
) -> tuple[SourceFile, Came]:
    """Bring one source up to date. Raises PayoffError: 4 where rows or columns do not fit, 7 unreachable."""
    root = workspace.warehouse
    with hold_source(root, source):
        had = _drop_expired(read_pieces(root, source.name), source, root)
        reading = reader.name(source)
        kept = had if had.reading == reading else Pieces(reading)
        loading = Loading(study, source, workspace, reader, kept)
        before = last_good(source, root)
        try:
            if isinstance(source.origin, Folder):
                _take_files(loading, source.origin, had)
            else:
                _take_pulls(loading)
            if loading.problems:
                raise PayoffError(loading.problems, exit_code=4)
            return _put_in_use(loading, before)
        except OSError as error:
            raise refuse_disk(error, source, root) from None


def _drop_expired(had: Pieces, source: Source, root: Path) -> Pieces:
    """Without pieces whose rows retention took; what is asked for and still elsewhere comes again."""
    folder = find_folder(root, source.name)
    there = tuple(piece for piece in had.pieces if (folder / piece.package / ROWS).exists())
    return replace(had, pieces=there)


def find_loaded(source: Source, workspace: Workspace, reader: Reader) -> SourceFile:
    """What the last load put in use, for whoever does not load. Raises PayoffError U251 (exit code 7)."""
    reading = reader.name(source)
    found = last_good(source, workspace.warehouse)
    if found is None or read_pieces(workspace.warehouse, source.name).reading != reading:
        said = "has not been loaded yet" if found is None else "was loaded under another description"
        problem = Problem(
            "U251",
            f"source {source.name} ({source.path}) {said}",
            "a run asks no other system: what it computes from is what a load has brought",
            f"payoff load {workspace.study_path}",
        )
        raise PayoffError([problem], exit_code=7)
    return found


def _take_files(loading: Loading, origin: Folder, had: Pieces) -> None:
    """Every file that is new or was replaced; one that is gone keeps its rows."""
    found, waiting = find_files(loading.folder, origin.pattern)
    loading.notes += [f"{name} is still being written: it is taken at the next load" for name in waiting]
    there = {file.path for file in found} | set(waiting)
    for piece in had.pieces:
        if piece.path not in there:
            loading.notes.append(f"{piece.path} is no longer there; its rows stay")
            loading.pieces = loading.pieces.put(replace(piece, gone=True))
    if not loading.pieces.pieces and not found:
        raise _nothing(loading)
    seen: dict[str, str] = {}
    for file in found:
        if file.sha256 in seen:
            loading.notes.append(f"{file.path} is the same file as {seen[file.sha256]}: its rows count once")
            loading.pieces = replace(
                loading.pieces, pieces=tuple(p for p in loading.pieces.pieces if p.path != file.path)
            )
            continue
        seen[file.sha256] = file.path
        try:
            _take_file(loading, file)
        except PayoffError as error:
            loading.problems += error.problems
    write_pieces(loading.root, loading.source.name, loading.pieces)


def _take_file(loading: Loading, file: Found) -> None:
    known = loading.pieces.find(file.path)
    if known is not None and known.sha256 == file.sha256 and _is_there(loading, known):
        loading.pieces = loading.pieces.put(replace(known, gone=False))
        return
    if known is not None and known.sha256 != file.sha256:
        loading.notes.append(f"{file.path} was replaced: its rows are those of the new file")
    source = replace(loading.source, path=file.path)
    batch = _read(loading, source, file.data)
    _land(loading, source, batch, None)
    write_pieces(loading.root, source.name, loading.pieces)


def _take_pulls(loading: Loading) -> None:
    """What is new since the last pull, a piece at a time."""
    before = loading.pieces
    ends = (piece.path.rpartition("@")[2] for piece in before.pieces)
    n = max((int(end) for end in ends if end.isdigit()), default=0)
    for extract in _pull(loading, before):
        source = replace(loading.source, path=f"{loading.source.path}@{n + 1:06}")
        if (
            loading.rule.snapshot
            and n
            and before.pieces[-1].sha256 == hashlib.sha256(extract.data).hexdigest()
        ):
            continue
        batch = _read(loading, source, extract.data)
        if not loading.rule.snapshot and loading.pieces.pieces:
            batch = replace(batch, table=_drop_known(loading, batch.table))
        if batch.table.num_rows or loading.rule.snapshot:
            batch = replace(batch, reading=fingerprint("piece", batch.reading, source.path))
            _land(loading, source, batch, extract.reached)
            loading.pieces = replace(loading.pieces, open=True)
            write_pieces(loading.root, source.name, loading.pieces)
            n += 1
    if not loading.pieces.pieces:
        raise _nothing(loading)
    loading.pieces = replace(loading.pieces, open=False)
    write_pieces(loading.root, loading.source.name, loading.pieces)


def _pull(loading: Loading, pieces: Pieces) -> Iterator[Extract]:
    secrets = Secrets(loading.workspace.root / ".payoff" / "secrets.yml")
    since = pieces.reached if loading.source.cursor is not None else None
    match loading.source.origin:
        case Database() as origin:
            refuse = partial(_refuse_closed, loading)
            return pull_database(
                loading.source, origin, loading.folder, secrets, since, pieces.open, refuse=refuse
            )
        case Service() as origin:
            return pull_service(loading.source, origin, secrets, since)
    raise AssertionError(f"{loading.source.origin} is not pulled piece by piece")


def _refuse_closed(loading: Loading, path: Path) -> None:
    """Of an address that is a secret only a pull knows the file."""
    problem = find_closed(loading.source, path, loading.workspace)
    if problem is not None:
        raise PayoffError([problem], exit_code=6)


def _read(loading: Loading, source: Source, data: bytes) -> Batch:
    """Rows that fit those before. Raises PayoffError, with what changed since the file before."""
    before = _before(loading, source.path)
    try:
        reader = loading.reader
        batch = read_batch(source, data, reader.secret, reader.pseudonymise, reader.naming)
    except PayoffError as error:
        raise _explain(loading, source, error, before, data) from None
    if before is not None:
        columns = describe_columns_of(batch.table)
        drift = find_drift_of_columns(loading.study, source, before, batch.headers, columns)
        if drift.breaking:
            raise PayoffError([_drifted(source, before, drift.breaking, drift.cure)], exit_code=4)
        loading.notes += [f"{source.path}: {text}, since {before.path}" for text in drift.told]
        loading.notes += _units(loading, source, before, batch)
    return batch


def _land(loading: Loading, source: Source, batch: Batch, reached: str | None) -> None:
    study = loading.study
    told = watch_for_people(study, source, batch.table)
    left, erased = forget_erased(batch, describe_columns(study, source), find_forgotten(loading.workspace))
    package, load = land_piece(left, source, loading.root, erased)
    piece = Piece(
        path=source.path,
        sha256=batch.sha256,
        package=package,
        n_rows=load.n_rows,
        columns=describe_columns_of(left.table),
        headers=batch.headers,
        reached=reached,
    )
    loading.pieces = loading.pieces.put(piece)
    loading.came.append(Part(piece.path, piece.sha256, piece.n_rows))
    loading.notes += [f"{source.path}: {text}" for text in (*told, *batch.warnings) if "trap:" not in text]


def _put_in_use(loading: Loading, before: SourceFile | None) -> tuple[SourceFile, Came]:
    """Merge the pieces, unless that was done; and say what changed."""
    source, root, pieces = loading.source, loading.root, loading.pieces.pieces
    counting = pieces[-1:] if loading.rule.snapshot else pieces
    digest = hashlib.sha256("".join(f"{p.path}\0{p.sha256}\n" for p in counting).encode()).hexdigest()
    packages = tuple(p.package for p in counting)
    reading = fingerprint(
        "merge", MERGE_VERSION, packages, source.key, source.version or "", loading.rule.snapshot
    )
    found = find_landed(source, digest, reading, root)
    changes = Changes(0, 0, 0)
    if found is None or before is None or found.package != before.package:
        old = _rows_of(before, root) if before is not None else None
        if found is None:
            table = merge_pieces(loading.rule, pieces, root)
            parts = tuple(Part(p.path, p.sha256, p.n_rows) for p in counting)
            found = land(Batch(table, digest, source.path, _warn(loading), reading, parts), source, root)
        new = _rows_of(found, root)
        assert new is not None
        changes = count_changes(source, old, new)
    status = "loaded" if loading.came or changes.any else "unchanged"
    told = (changes.n_new, changes.n_changed, changes.n_gone, found.n_rows)
    came = Came(
        source.name, status, tuple(loading.came), *told, found.package, digest, changes.keys, _once(loading)
    )
    return found, came


def _warn(loading: Loading) -> tuple[str, ...]:
    """Warnings of the pieces, each once, for every run from these rows."""
    folder = find_folder(loading.root, loading.source.name)
    loads = (read_load(folder / piece.package) for piece in loading.pieces.pieces)
    return tuple(dict.fromkeys(text for load in loads if load is not None for text in load.warnings))


def _once(loading: Loading) -> tuple[str, ...]:
    return tuple(dict.fromkeys(loading.notes))


def _rows_of(file: SourceFile | None, root: Path) -> pa.Table | None:
    if file is None:
        return None
    return pq.read_table(find_folder(root, file.source) / file.package / "rows.parquet")


def _drop_known(loading: Loading, table: pa.Table) -> pa.Table:
    """The rows of a pull that are not there already just so."""
    return drop_known(table, merge_pieces(loading.rule, loading.pieces.pieces, loading.root))


def _is_there(loading: Loading, piece: Piece) -> bool:
    package = find_folder(loading.root, loading.source.name) / piece.package
    return is_whole(package, read_load(package))


def _before(loading: Loading, path: str) -> Piece | None:
    """The piece that a new one is held against: the one before it in order, else the first there is."""
    others = [piece for piece in loading.pieces.pieces if piece.path != path and piece.n_rows]
    earlier = loading.pieces.put(Piece(path, "", "", 0, ())).pieces
    order = [piece.path for piece in earlier]
    ahead = [piece for piece in others if order.index(piece.path) < order.index(path)]
    return ahead[-1] if ahead else others[0] if others else None


def _units(loading: Loading, source: Source, before: Piece, batch: Batch) -> tuple[str, ...]:
    path = find_folder(loading.root, source.name) / before.package / "rows.parquet"
    told = find_unit_drift(pq.read_table(path), batch.table, source, before.path)
    return tuple(f"{source.path}: {text}" for text in told)


def _explain(
    loading: Loading, source: Source, error: PayoffError, before: Piece | None, data: bytes
) -> PayoffError:
    """The error, its fix with the columns that changed since the file before."""
    headers = read_headers(source, data) if before is not None else ()
    if before is None or not headers:
        return error
    kinds = [(name, kind) for name, kind in before.columns if name in headers]
    drift = find_drift_of_columns(loading.study, source, before, headers, kinds)
    gone = [h for h in before.headers if h not in headers]
    new = [h for h in headers if h not in before.headers]
    if not gone and not new:
        return error
    said = f"; since {before.path}: gone {', '.join(gone) or 'none'}; new {', '.join(new) or 'none'}"
    cure = f"; {'; '.join(drift.cure)}" if drift.cure else ""
    return PayoffError([replace(p, fix=p.fix + said + cure) for p in error.problems], error.exit_code)


def _drifted(source: Source, before: Piece, breaking: Sequence[str], cure: Sequence[str]) -> Problem:
    return Problem(
        "U252",
        f"source {source.name} ({source.path}): its columns are not those of {before.path}: "
        + "; ".join(breaking),
        "the study would read nothing where it used to read something",
        "; ".join(cure) or "export it as before, or correct the study",
    )


def _nothing(loading: Loading) -> PayoffError:
    source = loading.source
    problem = Problem(
        "D102",
        f"source {source.name} ({source.path}): there is nothing there yet",
        "an empty source would look like a program without outcomes",
        "correct the pattern, table or path, or wait for the first export",
    )
    return PayoffError([problem], exit_code=7)
