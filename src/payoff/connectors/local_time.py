"""Dates and times as exports write them → days, and instants in UTC.

Question  Which day or instant does this text name, under the format, language and time zone that were said?
Zone      Of an offset in the text (Z, +01:00), else of `timezone`, an IANA name. In the hour that comes
          twice when summer time ends, the first is taken and counted in a warning; an hour that never was
          is refused.
Refuses   Text in another format than was said; a date that does not exist; an instant without a zone.
          03/04/2025 is never taken for either.
"""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.connectors.cells import Cells, read_text
from payoff.connectors.complaint import complain
from payoff.nouns.date_pattern import month_number, pattern_regex
from payoff.nouns.profile import Field, Layout
from payoff.nouns.wording import counted

ISO = (
    r"^\s*(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[T ]+(?P<hour>\d{2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?\s*$"
)
OFTEN = ("DD/MM/YYYY", "MM/DD/YYYY", "D/M/YYYY", "M/D/YYYY", "DD.MM.YYYY", "D.M.YYYY", "DD.MM.YY",
         "DD/MM/YY", "MM/DD/YY", "DD-MM-YYYY", "YYYY/MM/DD", "DD/MMM/YY", "D MMM YYYY", "MMM D, YYYY",
         "D. MMMM YYYY")  # fmt: skip
TIMES = ("", " HH:mm", " HH:mm:ss", " H:mm", " h:mm A", ", HH:mm", ", h:mm A", " h:mm:ss A")
_ONE = re.compile(r"(?<![DMHh])([DMHh])(?![DMHh])")  # D fits wherever DD does
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class _Moments:
    """local: microseconds since 1970 on the wall clock; offset: minutes east, where the text says.

    One entry a cell; `valid` marks cells that hold a date, `bad` those that hold something else.
    """

    local: np.ndarray[tuple[int], np.dtype[np.int64]]
    offset: np.ndarray[tuple[int], np.dtype[np.float64]]
    valid: np.ndarray[tuple[int], np.dtype[np.bool_]]
    bad: np.ndarray[tuple[int], np.dtype[np.bool_]]


def read_day(cells: Cells, field: Field, layout: Layout) -> pa.Array:
    """Days as they are written, whatever the zone. Raises PayoffError D122."""
    values = cells.values
    if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
        return values.cast(pa.timestamp("us")).cast(pa.date32(), safe=False).combine_chunks()
    moments = _read(cells, field, layout)
    days = np.floor_divide(moments.local, _DAY_US).astype(np.int32)
    return pa.array(days, mask=~moments.valid).cast(pa.date32())


def read_instant(cells: Cells, field: Field, layout: Layout) -> tuple[pa.Array, tuple[str, ...]]:
    """Instants in UTC, and a warning where an hour came twice. Raises PayoffError D122."""
    values = cells.values
    if pa.types.is_timestamp(values.type) and values.type.tz is not None:
        return values.cast(pa.timestamp("us", "UTC")).combine_chunks(), ()
    if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
        return _place(cells, values.cast(pa.timestamp("us")).combine_chunks(), layout)
    moments = _read(cells, field, layout)
    said = moments.valid & ~np.isnan(moments.offset)
    told: tuple[str, ...] = ()
    if moments.valid.any() and not (moments.local[moments.valid] % _DAY_US).any():
        told = (f"column {cells.name} has days only: each stands for its midnight",)
    wall = pa.array(moments.local, mask=~moments.valid | said).cast(pa.timestamp("us"))
    placed, warnings = _place(cells, wall, layout)
    shifted = moments.local - np.nan_to_num(moments.offset).astype(np.int64) * 60_000_000
    fixed = pa.array(shifted, mask=~said).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    return pc.coalesce(fixed, placed), (*told, *warnings)


def fitting_patterns(texts: pa.ChunkedArray, language: str) -> tuple[str, ...]:
    """The patterns under which every one of these texts is a date; several when the file cannot tell."""
    some = read_text(texts).drop_null().unique()
    if len(some) == 0:
        return ()
    days = [day for day in OFTEN if _fits(some, day, language, whole=False)]
    fitting = [day + time for day in days for time in TIMES if _fits(some, day + time, language)]
    return tuple(p for p in fitting if (padded := _ONE.sub(r"\1\1", p)) == p or padded not in fitting)


def is_iso(texts: pa.ChunkedArray) -> bool:
    """Whether every text that is there is an ISO 8601 date or time."""
    some = read_text(texts).drop_null()
    return len(some) > 0 and bool(pc.all(pc.match_substring_regex(some, ISO)).as_py())


def _fits(texts: pa.Array, pattern: str, language: str, whole: bool = True) -> bool:
    regex = pattern_regex(pattern)
    assert regex is not None, pattern
    regex = regex if whole else regex.removesuffix(r"\s*$")
    texts = pa.chunked_array([texts]) if isinstance(texts, pa.Array) else texts
    return not _parse(texts, regex, language).bad.any()


def _read(cells: Cells, field: Field, layout: Layout) -> _Moments:
    pattern = layout.date_format or field.dates
    texts = read_text(cells.values)
    regex = pattern_regex(pattern) if pattern else ISO
    assert regex is not None, pattern
    moments = _parse(texts, regex, layout.language)
    if moments.bad.any() and pattern:  # a system may write one column its own way and another as ISO
        iso = _parse(texts, ISO, layout.language)
        moments = moments if iso.bad.any() else iso
    if moments.bad.any():
        fitting = fitting_patterns(texts.slice(0, 10_000), layout.language)
        what = f"are no dates written {pattern}" if pattern else "are no dates written 2025-10-09 13:42"
        fits = (
            f"; all of them could be {' or '.join(fitting[:3])}: which it is, you must say" if fitting else ""
        )
        raise cells.complain(
            "D122", pa.array(moments.bad), what, "3/4 is a day in March or in April, a month apart",
            f"write `date_format:` as the file has it, such as DD/MM/YYYY HH:mm{fits}",
        )  # fmt: skip
    return moments


def _parse(texts: pa.ChunkedArray, regex: str, language: str) -> _Moments:
    parts = pc.extract_regex(texts, regex).combine_chunks() if len(texts) else None
    n = len(texts)
    if parts is None:
        empty = np.zeros(0, np.int64)
        return _Moments(empty, empty.astype(float), empty.astype(bool), empty.astype(bool))
    there = np.asarray(pc.is_valid(parts))
    names = {parts.type.field(i).name for i in range(parts.type.num_fields)}

    def part(name: str, otherwise: int = 0) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        if name not in names:
            return np.full(n, otherwise, np.int64)
        digits = pc.struct_field(parts, [name])
        filled = pc.if_else(pc.equal(pc.fill_null(digits, ""), ""), str(otherwise), digits)
        return np.asarray(filled.cast(pa.int64()).to_numpy(zero_copy_only=False))

    year = part("year", 1970)
    year = np.where(year < 100, year + 2000, year)
    month = _months(pc.struct_field(parts, ["word"]), language) if "word" in names else part("month", 1)
    day, hour, minute, second = part("day", 1), part("hour"), part("minute"), part("second")
    if "half" in names:
        after = np.asarray(
            pc.fill_null(pc.equal(pc.utf8_lower(pc.struct_field(parts, ["half"])), "p"), False)
        )
        sane = (hour >= 1) & (hour <= 12)
        hour = np.where(sane, hour % 12 + 12 * after, 99)
    exists = (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24) & (minute < 60) & (second < 60)
    first = (year - 1970).astype("M8[Y]").astype("M8[M]") + (np.clip(month, 1, 12) - 1).astype("m8[M]")
    date = first.astype("M8[D]") + (day - 1).astype("m8[D]")
    exists &= date.astype("M8[M]") == first
    local = date.astype(np.int64) * _DAY_US + ((hour * 60 + minute) * 60 + second) * 1_000_000
    if "fraction" in names:
        local += _fraction(pc.struct_field(parts, ["fraction"]))
    valid = there & exists
    offset = _offsets(pc.struct_field(parts, ["zone"])) if "zone" in names else np.full(n, np.nan)
    bad = np.asarray(pc.is_valid(texts)) & ~valid
    return _Moments(local, offset, valid, bad)


def _months(words: pa.Array, language: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    encoded = pc.dictionary_encode(pc.fill_null(words, ""))
    numbers = [month_number(word, language) or 0 for word in encoded.dictionary.to_pylist()]
    named = np.asarray(numbers, np.int64)
    return np.take(named, np.asarray(encoded.indices))


def _fraction(digits: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Microseconds of the digits behind the point."""
    padded = pc.utf8_rpad(pc.fill_null(digits, ""), 6, "0")
    return np.asarray(padded.cast(pa.int64()))


def _offsets(zones: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Minutes east of UTC; not a number where the text names no zone."""
    encoded = pc.dictionary_encode(pc.fill_null(zones, ""))
    minutes = [_minutes_east(zone) for zone in encoded.dictionary.to_pylist()]
    east = np.asarray(minutes, float)
    return np.take(east, np.asarray(encoded.indices))


def _minutes_east(zone: str) -> float:
    if zone in ("Z", "UTC"):
        return 0.0
    if not zone:
        return float("nan")
    return (-1 if zone[0] == "-" else 1) * (int(zone[1:3]) * 60.0 + int(zone[-2:]))


def _place(cells: Cells, wall: pa.Array, layout: Layout) -> tuple[pa.Array, tuple[str, ...]]:
    """Wall-clock times as instants in UTC."""
    if wall.null_count == len(wall):
        return wall.cast(pa.timestamp("us", "UTC")), ()
    if layout.timezone is None:
        raise complain(
            cells.source, "D122", f"column {cells.name} has times without a time zone",
            "an evening here is another day elsewhere, and weeks begin at other hours",
            "write `timezone:` as the export's settings have it, such as Europe/Berlin or UTC",
        )  # fmt: skip
    try:
        first = pc.assume_timezone(wall, layout.timezone, ambiguous="earliest", nonexistent="raise")
        last = pc.assume_timezone(wall, layout.timezone, ambiguous="latest", nonexistent="earliest")
    except pa.ArrowInvalid as error:
        raise _misplaced(cells, wall, layout.timezone, str(error)) from None
    twice = pc.sum(pc.not_equal(first, last)).as_py() or 0
    told = f"column {cells.name}: {counted(twice, 'time')} in the hour that comes twice: the first was taken"
    return first.cast(pa.timestamp("us", "UTC")), (told,) if twice else ()


def _misplaced(cells: Cells, wall: pa.Array, timezone: str, error: str) -> Exception:
    if "Cannot locate timezone" in error or "not found" in error:
        return complain(
            cells.source, "D122", f"{timezone!r} is no time zone", "times could be hours off",
            "write an IANA name, such as Europe/Berlin, America/New_York or UTC",
        )  # fmt: skip
    early = pc.assume_timezone(wall, timezone, ambiguous="earliest", nonexistent="earliest")
    late = pc.assume_timezone(wall, timezone, ambiguous="earliest", nonexistent="latest")
    never = pc.fill_null(pc.not_equal(early, late), False)
    return cells.complain(
        "D122", never, f"never were in {timezone}: the clock went forward over them",
        "the file was written in another time zone than was said", "correct `timezone:`",
    )  # fmt: skip
