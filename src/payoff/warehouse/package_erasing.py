"""Load packages without a person: rows that go, cells that lose a word, and a note that says so.

Question  How does a package forget, so that whoever reads it sees one state or the other, whole?
How       The new rows' hash goes into `load.json` first (`next_sha256`), then the rows are replaced, then the
          note says "n rows erased by tombstone id": a reader finds rows that one of the two hashes knows at
          every moment. Broken off, the same erasure ends in the same bytes.
Lineage   The package keeps its name, the file's own hash and every `_row` number: what a version published
          still leads to its rows, and the same file arriving again finds this package, without the person.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from payoff.identity.personal_rows import Columns, Judged, apply_judgement, judge_rows
from payoff.identity.sought import Finder
from payoff.warehouse.package import Erased, Load, read_load, replace_file, write_load

ROWS = "rows.parquet"


def list_packages(root: Path) -> Iterator[Path]:
    """Every package of every source, in use or not, whole or not."""
    yield from sorted({path.parent for name in ("load.json", ROWS) for path in root.glob(f"*/*/{name}")})


def find_unfinished(root: Path) -> list[Path]:
    """Packages that a landing or an erasure left half-written."""
    return [package for package in list_packages(root) if _is_unfinished(package)]


def _is_unfinished(package: Path) -> bool:
    load = read_load(package)
    drafts = any(path.name.startswith(".") for path in package.iterdir())
    return drafts or load is None or load.status == "staged" or bool(load.next_sha256)


def judge_package(package: Path, finder: Finder, columns: Columns) -> Judged | None:
    """What an erasure would do to a package; None where it has no rows."""
    if not (package / ROWS).exists():
        return None
    return judge_rows(pq.read_table(package / ROWS), finder, columns)


def erase_from_package(package: Path, finder: Finder, columns: Columns, tombstone: str, word: str) -> bool:
    """Take a person out of a package; whether anything changed. Done again, it changes nothing.

    A package that a killed landing left half-written goes: the next landing writes it anew.
    """
    drafts = [path for path in package.iterdir() if path.name.startswith(".")]
    for draft in drafts:
        draft.unlink(missing_ok=True)
    load = read_load(package)
    if load is None or load.status == "staged":
        (package / ROWS).unlink(missing_ok=True)
        return True
    begun, load = load, _finish(package, load)
    judged = judge_package(package, finder, columns)
    note = replace(load, warnings=tuple(map(finder.redact, load.warnings)))
    if judged is not None and not judged.is_empty:
        write_load(package, _rewrite(package, note, judged, tombstone, word))
        return True
    if note != begun:
        write_load(package, note)
    return note != begun


def _rewrite(package: Path, load: Load, judged: Judged, tombstone: str, word: str) -> Load:
    path, draft = package / ROWS, package / ".rows.erased"
    table = apply_judgement(pq.read_table(path), judged)
    replace_file(draft, lambda place: pq.write_table(table, place, compression="zstd"))
    after = hash_rows(draft)
    told = Erased(tombstone, *judged.count(word))
    done = replace(load, n_rows=table.num_rows, rows_sha256=after, erased=(*load.erased, told))
    write_load(package, replace(done, rows_sha256=load.rows_sha256, next_sha256=after))
    draft.replace(path)
    return done


def _finish(package: Path, load: Load) -> Load:
    """The note after a rewriting that was broken off: done where the rows are in place, else not begun."""
    if not load.next_sha256:
        return load
    if hash_rows(package / ROWS) == load.next_sha256:
        return replace(load, rows_sha256=load.next_sha256, next_sha256="")
    n_rows = pq.read_metadata(package / ROWS).num_rows
    return replace(load, next_sha256="", n_rows=n_rows, erased=load.erased[:-1])


def hash_rows(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
