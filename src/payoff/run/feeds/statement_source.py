"""Fed statements as a study's source: the rows that count, by the time they were stored.

Question  Which rows do a study's queries see, and which statements do they come from?
Lineage   `_row` counts rows in the order of `stored`, and `statement_id` is always there: a figure is traced
          to rows, and a row to its statement.
Columns   Where the study names columns, only they (and the statement's id) are landed.
Kept      The package is a copy: what a result was computed from stays as it was, whatever is fed later.
"""

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa

from payoff.connectors.columns import check_columns
from payoff.connectors.complaint import complain
from payoff.connectors.identified import Naming, name_identifiers
from payoff.connectors.keys import check_keys
from payoff.nouns.batch import Batch
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.identifying import Identifying
from payoff.nouns.study import Source
from payoff.warehouse.statement_columns import EVENT_SCHEMA
from payoff.warehouse.statement_segments import find_segments
from payoff.warehouse.statement_view import read_statements

_ALWAYS = ("statement_id", "stored")


def hash_statements(source: Source, folder: Path, naming: Naming | None = None) -> tuple[str, str]:
    """(sha256, reading) that `read_fed_statements` would give, without reading a row.

    Raises PayoffError (exit code 4) where nothing was fed or segments do not fit.
    """
    segments = find_segments(folder / source.path)
    if not segments:
        raise complain(
            source,
            "D102",
            f"no statements have been {'fed' if source.origin is None else 'pulled'} into {source.path}",
            "the study has no rows to measure from",
            "run payoff lrs feed --store STORE, or correct the path"
            if source.origin is None
            else "run payoff load STUDY",
        )
    digest = hashlib.sha256()
    for segment in segments:
        digest.update(segment.path.name.encode())
        with segment.path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    said = (repr(source.identifying), naming.version) if source.identifying and naming else ()
    return digest.hexdigest(), fingerprint("reading", "statements", source.key, source.columns, *said)


def read_fed_statements(source: Source, folder: Path, naming: Naming | None = None) -> Batch:
    """The rows and their hash; people under their one key where the source has identifiers.

    Raises PayoffError (exit code 4) when a column or key is not as declared, or too many are nobody's.
    """
    sha256, reading = hash_statements(source, folder, naming)
    wanted = {name.lower() for name in (*_ALWAYS, *source.key, *source.columns)}
    asked = wanted | (_needed(source.identifying) if source.identifying else set())
    picked = [name for name in EVENT_SCHEMA.names if name in asked] if source.columns else []
    table = read_statements(folder / source.path, picked)
    told: tuple[str, ...] = ()
    if naming is not None:
        table, told = name_identifiers(source, table, naming)
    table = table.select([name for name in table.column_names if name in wanted or not source.columns])
    table = table.append_column("_row", pa.array(np.arange(1, table.num_rows + 1)))
    check_columns(source, table)
    check_keys(source, table)
    return Batch(table, sha256, source.path, told, reading)


def read_agents(source: Source, folder: Path) -> pa.Table:
    """The columns that people are looked for in."""
    needed = _needed(source.identifying) if source.identifying else set()
    return read_statements(folder / source.path, [name for name in EVENT_SCHEMA.names if name in needed])


def _needed(said: Identifying) -> set[str]:
    """Columns that people are looked for in, landed or not."""
    return {"actor", "timestamp", (said.dated_by or "").lower(), *(column for column, _ in said.columns)}
