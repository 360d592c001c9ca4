"""Parquet, as bytes or as a file → table."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from payoff.connectors.complaint import complain
from payoff.nouns.study import Source


def read_parquet_file(path: Path) -> pa.Table | None:
    """The table, a row group at a time, without the file's bytes beside it; None where it cannot be read."""
    try:
        with pq.ParquetFile(str(path)) as file:
            groups = [file.read_row_group(n) for n in range(file.num_row_groups)]
            return pa.concat_tables(groups) if groups else file.schema_arrow.empty_table()
    except (pa.ArrowException, OSError):
        return None


def read_parquet(source: Source, data: bytes) -> tuple[pa.Table, tuple[str, ...]]:
    """The table as it is stored. Raises PayoffError on bytes that are not whole Parquet."""
    whole = data[:4] == b"PAR1" and data[-4:] == b"PAR1"
    try:
        return pq.read_table(pa.BufferReader(data)), ()
    except (pa.ArrowException, OSError) as error:
        cut = data[:4] == b"PAR1" and not whole
        raise complain(
            source,
            "D109",
            "the Parquet file is cut off: its end is missing"
            if cut
            else "the Parquet file is damaged"
            if whole
            else "this is not a Parquet file",
            f"no row of it can be trusted ({str(error).splitlines()[0][:120]})",
            "copy or export it again, and compare the file sizes",
        ) from None
