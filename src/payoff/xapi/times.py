"""Moments as microseconds since 1970 in UTC, and as ISO 8601 text.

Question  Which moment does this text name, and how is a moment written?
Reads     Date and time of day as RFC 3339 and ISO 8601 write them, extended or basic, seconds and offset
          optional, any offset; a comma or a point before the fraction. Digits past the microsecond are cut,
          not rounded: the order of two moments never turns over.
Refuses   -00, -0000 and -00:00 (an offset that says it is unknown), dates the calendar has not, 24:00, and a
          second 60 anywhere but at the end of a day in UTC.
Cites     xAPI 1.0.3 Data 4.5; xAPI 2.0 (IEEE 9274.1.1) 4.2.7; RFC 3339 5.6.
"""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

MICROS = 1_000_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FIRST_DAY = date.min.toordinal() - _EPOCH_DAY
_LAST_DAY = date.max.toordinal() - _EPOCH_DAY
_FRACTION = r"(?:[.,](\d{1,40}))?"
_OFFSET = r"(Z|z|[+-]\d{2}(?::?\d{2})?)?"
_EXTENDED = re.compile(
    rf"(\d{{4}})-(\d{{2}})-(\d{{2}})[Tt ](\d{{2}}):(\d{{2}})(?::(\d{{2}}){_FRACTION})?{_OFFSET}", re.ASCII
)
_BASIC = re.compile(
    rf"(\d{{4}})(\d{{2}})(\d{{2}})[Tt](\d{{2}})(\d{{2}})(?:(\d{{2}}){_FRACTION})?{_OFFSET}", re.ASCII
)


def read_time(text: str) -> int:
    """Microseconds since 1970 in UTC; ValueError says what is wrong. Without an offset it is UTC."""
    found = _EXTENDED.fullmatch(text) or _BASIC.fullmatch(text)
    if found is None:
        raise ValueError("is no date and time of ISO 8601 such as 2026-11-22T07:00:00.123Z")
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH_DAY
    except ValueError:
        raise ValueError(f"has no such day: {text[:10]}") from None
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second or 0) - _read_offset(offset)
    is_leap = second == "60" and seconds % 86_400 == 0
    if int(hour) > 23 or int(minute) > 59 or (int(second or 0) > 59 and not is_leap):
        raise ValueError("has no such time of day")
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    return (days * 86_400 + seconds) * MICROS + micros


def _read_offset(offset: str | None) -> int:
    """Seconds east of Greenwich."""
    if offset is None or offset in "Zz":
        return 0
    hours, minutes = int(offset[1:3]), int(offset[-2:]) if len(offset) > 3 else 0
    if hours > 23 or minutes > 59:
        raise ValueError("has no such offset from UTC")
    if offset[0] == "-" and not (hours or minutes):
        raise ValueError("has the offset -00:00, which xAPI refuses; UTC is Z")
    return (hours * 60 + minutes) * (60 if offset[0] == "+" else -60)


@lru_cache(maxsize=4096)
def _write_second(second: int) -> str:
    """Up to the fraction; statements of one page share few seconds."""
    days, rest = divmod(second, 86_400)
    if not _FIRST_DAY <= days <= _LAST_DAY:
        raise ValueError("lies outside the years 1 to 9999")
    day = date.fromordinal(days + _EPOCH_DAY).isoformat()
    return f"{day}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"


def write_time(us: int) -> str:
    """The moment as text in UTC with six digits: 2026-11-22T07:00:00.123456Z."""
    return f"{_write_second(us // MICROS)}.{us % MICROS:06d}Z"


def write_http_date(us: int) -> str:
    """The moment as HTTP's headers want it, whole seconds: Sun, 22 Nov 2026 07:00:00 GMT (RFC 9110 5.6.7)."""
    moment = datetime.fromtimestamp(us // MICROS, UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[
        moment.month - 1
    ]
    return f"{day}, {moment.day:02d} {month} {moment.year:04d} {moment:%H:%M:%S} GMT"
