"""The landed rows themselves, by number: what an auditor compares with the file."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from payoff.nouns.batch import LINEAGE
from payoff.nouns.source_file import SourceFile
from payoff.warehouse.sandbox import find_rows


def read_rows(file: SourceFile, numbers: Sequence[int], root: Path) -> pa.Table:
    """Rows with these `_row` numbers, in their order in the file; `_row` is the first column.

    Of a source of several files `_file` and `_file_row` come next: where each row stands.
    """
    path = find_rows(file, root)
    lineage = LINEAGE if file.parts else LINEAGE[:1]
    table = pq.read_table(
        path, columns=[*lineage, *file.columns], filters=[("_row", "in", list(numbers) or [0])]
    )
    return table.sort_by("_row")
