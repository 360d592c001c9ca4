"""Arrow columns → arrays: keys as text, numbers as float64, dates as days."""

import datetime as dt
import math
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.nouns.arrays import Bools, Dates, Floats, Ints

_DATE_FORMATS = (
    (re.compile(r"\d{1,2}/(1[3-9]|2\d|3[01])/\d{4}"), "%m/%d/%Y"),
    (re.compile(r"(1[3-9]|2\d|3[01])/\d{1,2}/\d{4}"), "%d/%m/%Y"),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}"), "%m/%d/%Y"),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}"), "%d.%m.%Y"),
    (re.compile(r"\d{1,2}-\d{1,2}-\d{4}"), "%d-%m-%Y"),
    (re.compile(r"\d{4}/\d{1,2}/\d{1,2}"), "%Y/%m/%d"),
    (re.compile(r"\d{4}-\d{2}"), "%Y-%m"),
)
NEVER = np.datetime64("NaT", "D")


def read_keys(column: pa.ChunkedArray) -> pa.StringArray:
    """Keys as text, null where blank: 410032.0 is "410032", as in a file that stores it as a whole number."""
    array = flatten(column)
    if pa.types.is_floating(array.type) or pa.types.is_decimal(array.type):
        texts = [_name_number(value) for value in array.to_pylist()]
        return pa.array(texts, pa.string())
    return array.cast(pa.string())


def _name_number(value: Any) -> str | None:
    if value is None or value != value:
        return None
    return str(int(value)) if math.isfinite(value) and value == int(value) else str(value)


def encode_keys(column: pa.ChunkedArray, units: pa.StringArray) -> Ints:
    """Index into `units` of each row's key, -1 where it is not among them; one look-up per distinct key."""
    encoded = pc.dictionary_encode(flatten(column))
    found = pc.index_in(read_keys(encoded.dictionary), value_set=units)
    place = np.append(_to_numpy(found, -1).astype(np.int64), -1)  # the last for rows without a key
    places: Ints = place[_to_numpy(encoded.indices, -1)]
    return places


def read_numbers(column: pa.ChunkedArray) -> Floats | None:
    """float64 with NaN where null; None when the column does not hold numbers."""
    array = flatten(column)
    kind = array.type
    if pa.types.is_null(kind):
        return np.full(len(array), np.nan)
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        if not pa.types.is_boolean(kind):
            return None
        array = array.cast(pa.int8())
    numbers: Floats = _to_numpy(array.cast(pa.float64()), np.nan)
    return numbers


def read_dates(column: pa.ChunkedArray) -> tuple[Dates, Bools]:
    """(days, unreadable): NaT where null or unreadable; a whole number is a year."""
    array = flatten(column)
    if pa.types.is_timestamp(array.type) or pa.types.is_date(array.type):
        days = pc.cast(array, pa.date32(), safe=False)
        dates = _to_numpy(days.cast(pa.int32()), 0).astype("datetime64[D]")
        dates[_to_numpy(pc.is_null(days), True)] = NEVER
        return dates, np.zeros(len(dates), dtype=bool)
    encoded = pc.dictionary_encode(array)
    known = [_read_date(value) for value in encoded.dictionary.to_pylist()]
    place = _to_numpy(encoded.indices, -1)
    table = np.array([*(NEVER if day is None else np.datetime64(day, "D") for day in known), NEVER])
    wrong = np.array([*(day is None for day in known), False])
    return table.astype("datetime64[D]")[place], wrong[place]


def _read_date(value: Any) -> dt.date | None:
    if isinstance(value, str):
        try:
            return dt.datetime.fromisoformat(value.strip()).date()
        except ValueError:
            return None
    if isinstance(value, (int, float)) and 1000 <= value <= 9999 and value == int(value):
        return dt.date(int(value), 1, 1)
    return None


def say_dates(column: pa.ChunkedArray, wrong: Bools, name: str) -> str:
    """How to read the first unreadable dates of a column, "" to prepend nothing where all are blank."""
    texts = [
        str(value) for value in flatten(column).filter(pa.array(wrong)).drop_null().slice(0, 3).to_pylist()
    ]
    if not texts:
        return f"cast {name} to a date, such as date_trunc('month', closed_on), and "
    parsed = next((f for pattern, f in _DATE_FORMATS if all(pattern.fullmatch(t) for t in texts)), "")
    how = f"strptime({name}, '{parsed or '%d %b %Y'}') reads text in {'this' if parsed else 'such a'} form"
    return f"the first are {', '.join(map(repr, texts))}; {how}, and "


def flatten(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One array of plain values."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _to_numpy(array: pa.Array, blank: Any) -> Any:
    """A writable array with `blank` where null."""
    filled = pc.fill_null(array, blank) if array.null_count else array
    return np.array(filled.to_numpy(zero_copy_only=False))
