"""A firm whose deals come from elsewhere: a study, exports in a folder, and what a load made of them."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from firm import write_firm

from payoff.nouns.problem import PayoffError
from payoff.run.loads.load_all import load_study
from payoff.run.loads.load_log import Came
from payoff.run.progress import Silent
from payoff.run.workspace import Workspace, find_workspace

DEALS = "{csv: deals.csv, key: [rep_id, month], columns: [rep_id, month, deals], steward: sales-ops}"
HEADER = ("rep_id", "month", "deals")

Row = tuple[object, ...]


def write_study(folder: Path, source: str, sql: str | None = None) -> Path:
    """The study with its deals from `source`, a block of YAML; its people from a file."""
    study = write_firm(folder, n_reps=16)
    text = (
        study.read_text()
        .replace(DEALS, source)
        .replace("privacy: {pseudonymise: [rep_id], min_cell: 5}\n", "")
    )
    if sql is not None:
        text = text.replace("select rep_id, month, deals as value from deals", sql)
    study.write_text(text)
    return study


def export(folder: Path, name: str, rows: Sequence[Row], header: Sequence[str] = HEADER) -> Path:
    """A file as an export writes it, a minute ago."""
    path = folder / "exports" / name
    path.parent.mkdir(exist_ok=True)
    lines = [",".join(header), *(",".join("" if c is None else str(c) for c in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    os.utime(path, (time.time() - 60,) * 2)
    return path


def load(study: Path, *names: str) -> Came:
    """One load of one source; what it did."""
    entry = load_study(find_workspace(study), names, Silent())
    return entry.sources[0]


def refused(study: Path) -> PayoffError:
    """The error of a load that must fail."""
    try:
        load(study)
    except PayoffError as error:
        return error
    raise AssertionError("the load did not fail")


def table(study: Path, source: str = "deals") -> pa.Table:
    """The rows in use."""
    folder = find_workspace(study).warehouse / source
    return pq.read_table(folder / (folder / "current").read_text().strip() / "rows.parquet")


def rows(study: Path, *columns: str, source: str = "deals") -> list[tuple[Any, ...]]:
    """The rows in use, in order, as tuples of these columns."""
    found: list[Mapping[str, Any]] = table(study, source).select(list(columns)).to_pylist()
    return [tuple(row.values()) for row in found]


def workspace(study: Path) -> Workspace:
    return find_workspace(study)
