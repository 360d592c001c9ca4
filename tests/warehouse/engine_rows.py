"""Two invented sources with the values on which engines part, landed for both."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa

from payoff.nouns.batch import Batch
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source
from payoff.warehouse import land

UTC = dt.UTC
NAN, INFINITE = float("nan"), float("inf")
# clocks in Berlin go forward on 2026-03-29 and back on 2026-10-25, at 1:00 UTC
INSTANTS = [
    dt.datetime(2026, 3, 29, 0, 59, 59, 999_999, UTC), dt.datetime(2026, 3, 29, 1, 0, 0, 1, UTC),
    dt.datetime(2026, 10, 24, 23, 30, tzinfo=UTC), dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    dt.datetime(2026, 10, 25, 1, 30, tzinfo=UTC), dt.datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
    dt.datetime(2027, 1, 3, 22, 59, tzinfo=UTC), dt.datetime(2027, 1, 3, 23, 0, tzinfo=UTC),
    dt.datetime(1969, 12, 31, 23, 59, 59, 500_000, UTC), None, dt.datetime(2024, 2, 29, 12, tzinfo=UTC), None,
]  # fmt: skip
DAYS = [
    dt.date(2027, 1, 3), dt.date(2027, 1, 4), dt.date(2024, 2, 29), dt.date(2026, 1, 31),
    dt.date(2026, 12, 31),
    dt.date(1969, 12, 31), None, dt.date(2025, 12, 29), dt.date(2026, 3, 29), dt.date(2026, 7, 1), None,
    dt.date(2020, 12, 31),
]  # fmt: skip
NAMES = [
    "Straße", "STRASSE", "ΟΔΟΣ", "İstanbul", "Zoë", "zoe", "", "  pad ", "a-b-c", "it's 50%", None, "Ärger_1",
]  # fmt: skip


def local(fineness: str) -> pa.Array:
    """The instants as times of a clock without a zone."""
    return pa.array([None if i is None else i.replace(tzinfo=None) for i in INSTANTS], pa.timestamp(fineness))


def land_rows(root: Path) -> list[SourceFile]:
    """`t`, twelve rows of which team c has one and no number, and `teams`, of which one has nobody."""
    t = pa.table(
        {
            "id": pa.array(range(1, 13), pa.int64()),
            "team": ["a", "a", "b", "B", "b", "a", None, "c", "B", "a", "b", None],
            "flag": [True, False, None, True, True, False, True, None, False, True, None, False],
            "n": pa.array([7, -7, 2, None, 3, 10, 1, None, 5, 5, -2, 9], pa.int64()),
            "m": pa.array([2, 2, 0, 3, None, -3, 1, 4, 5, 5, 7, 0], pa.int64()),
            "x": [1.005, 2.5, -2.5, 0.5, NAN, None, 3.5, None, 1e17, -0.0, INFINITE, 2.675],
            "y": [1.0, 2.25, 3.5, 0.125, 8.0, 2.0, 4.0, None, 6.5, 1.0, 3.0, 7.75],
            "price": pa.array(
                [None if n == 3 else Decimal(125 * n - 600) / 100 for n in range(12)], pa.decimal128(10, 2)
            ),
            "name": NAMES,
            "digits": ["1", "02", "-3", "4", None, "6", "7", "8", "9", "10", "11", "12"],
            "day": DAYS,
            "wall": local("us"),
            "seen": pa.array(INSTANTS, pa.timestamp("us", tz="UTC")),
            "fine": local("ns"),
            "blank": pa.nulls(12),
            "small": pa.array(range(12), pa.uint8()),
            "clock": pa.array([dt.time(n) for n in range(12)]),
        }
    )  # fmt: skip
    teams = pa.table(
        {"team": ["a", "b", "c", "d", None], "region": ["north", "south", "north", "east", "west"]}
    )
    return [_land(root, "t", t), _land(root, "teams", teams)]


def _land(root: Path, name: str, table: pa.Table) -> SourceFile:
    numbered = table.append_column("_row", pa.array(np.arange(1, table.num_rows + 1)))
    batch = Batch(numbered, "0" * 64, f"{name}.parquet", (), f"as it is: {name}")
    return land(batch, Source(name, "parquet", f"{name}.parquet"), root)
