"""What lists say, out of the identity map's file and into arrays.

Question  Which identifiers stand in the rows of one list, when millions are asked for?
Method    SQLite glues a stretch of rows into one text a column, and the lengths of the values beside them say
          where each ends, whatever is in it: no object is made for an identifier.
Proof     tests/records/test_records_identity_claims.py holds it against one record at a time.
"""

from collections.abc import Iterator
from typing import Any

import apsw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.identity.claims import SCHEMA
from payoff.nouns.arrays import Ints

STRETCH = 20_000  # rows of a list
ROWS = 1 << 32  # more than a list has: list * ROWS + row is a row's own number
_GLUED = """
select group_concat(row), group_concat(system, char(10)), group_concat(octet_length(value)),
    cast(group_concat(value, '') as blob), group_concat(is_person),
    group_concat(max(first, :first)), group_concat(min(last, :last))
from claim where list = :list and row > :after and row <= :after + :stretch
"""


def read_list(
    connection: apsw.Connection, number: int, n_rows: int, days: tuple[int, int]
) -> Iterator[pa.RecordBatch]:
    """The claims of a list of `n_rows` rows, between the first and last day that it can speak of."""
    said = {"list": number, "first": days[0], "last": days[1], "stretch": STRETCH}
    for after in range(0, n_rows, STRETCH):
        [glued] = connection.execute(_GLUED, {**said, "after": after})
        if glued[0] is not None:
            yield _batch(number, glued)


def _batch(number: int, glued: tuple[Any, ...]) -> pa.RecordBatch:
    rows, systems, lengths, values, is_person, first, last = glued
    ends = np.concatenate(([0], np.cumsum(_numbers(lengths)))).astype(np.int32)
    arrays = [
        pa.array(number * ROWS + _numbers(rows)),
        pc.split_pattern(pa.array([systems]), "\n").flatten().dictionary_encode(),
        pa.StringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(values)),
        pa.array(_numbers(is_person) == 1),
        *(pa.array(_numbers(days), pa.int32()) for days in (first, last)),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _numbers(glued: str) -> Ints:
    return np.fromstring(glued, dtype=np.int64, sep=",")
