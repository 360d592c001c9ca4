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
from payoff.connectors.keys import check_keys
from payoff.nouns.batch import Batch
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.study import Source
from payoff.warehouse.statement_columns import EVENT_SCHEMA
from payoff.warehouse.statement_segments import find_segments
from payoff.warehouse.statement_view import read_statements

_ALWAYS = ("statement_id", "stored")


def hash_statements(source: Source, folder: Path) -> tuple[str, str]:
    """(sha256, reading) that `read_fed_statements` would give, without reading a row.

    Raises PayoffError (exit code 4) where nothing was fed or segments do not fit.
    """
    segments = find_segments(folder / source.path)
    if not segments:
        raise complain(
            source,
            "D102",
            f"no statements have been fed into {source.path}",
            "the study has no rows to measure from",
            "run payoff lrs feed --store STORE, or correct the path",
        )
    digest = hashlib.sha256()
    for segment in segments:
        digest.update(segment.path.name.encode())
        with segment.path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest(), fingerprint("reading", "statements", source.key, source.columns)


def read_fed_statements(source: Source, folder: Path) -> Batch:
    """The rows and their hash. Raises PayoffError (exit code 4) when a column or key is not as declared."""
    sha256, reading = hash_statements(source, folder)
    wanted = {name.lower() for name in (*_ALWAYS, *source.key, *source.columns)}
    picked = [name for name in EVENT_SCHEMA.names if name in wanted] if source.columns else []
    table = read_statements(folder / source.path, picked)
    table = table.append_column("_row", pa.array(np.arange(1, table.num_rows + 1)))
    check_columns(source, table)
    check_keys(source, table)
    return Batch(table, sha256, source.path, (), reading)
