"""One written value → one number, date range or range; nothing converted silently.

Question  Is `140%`, `18,000` or `2026-02-30..2026-03-31` a value, and which?
Refuses   With a `FindingError` that says what to write instead. Percent signs are divided out, so that
          `30%` and `0.30` are the same plan.
"""

import datetime as dt
import math
import re

from payoff.nouns.study import Window
from payoff.study.codes import FindingError

LARGEST = 1e15
_PLAIN = re.compile(r"[-+\u2212]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d{1,4})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}([,_ '\u00a0]\d{3})+(\.\d+)?")
_MONEY = re.compile(r"[$€£]\s*([\d.,]+)|([\d.,]+)\s*[$€£]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_number(value: object) -> float:
    """`5`, `0.5`, `50%` and `3300/4834` as a float; raises FindingError P105 or P106."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise FindingError(
            "P105", f"{_shown(value)} is not a number", "write a number such as 0.3, 30% or 4500"
        )
    if isinstance(value, str):
        return _within(_read_text(value.strip()), value)
    return _within(float(value), value)


def _read_text(text: str) -> float:
    scale = 1.0
    if text.endswith("%"):
        text, scale = text[:-1].rstrip(), 0.01
    if _PLAIN.fullmatch(text):
        # Divided rather than multiplied by 0.01: 7% is then the float nearest to 0.07.
        number = float(text.replace("\u2212", "-"))
        return number if scale == 1.0 else number / 100
    over, slash, under = text.partition("/")
    if slash and _PLAIN.fullmatch(over.strip()) and _PLAIN.fullmatch(under.strip()) and scale == 1.0:
        if float(under) == 0:
            raise FindingError("P105", f"{text} divides by zero", "write the share as a number")
        return float(over) / float(under)
    raise FindingError("P105", f"{_shown(text)} is not a number", _number_fix(text))


def _number_fix(text: str) -> str:
    if _GROUPED.fullmatch(text):
        return f"write {re.sub('[^-+0-9.]', '', text)} without separators"
    money = _MONEY.fullmatch(text)
    if money:
        return f"write {(money.group(1) or money.group(2)).replace(',', '')}; the currency stands in `unit`"
    return "write a number such as 0.3, 30% or 4500"


def _within(number: float, value: object) -> float:
    if not math.isfinite(number):
        raise FindingError("P106", f"{_shown(value)} is not a finite number", "write the number itself")
    if abs(number) > LARGEST:
        raise FindingError("P106", f"{_shown(value)} is beyond {LARGEST:g}", "check the zeros and the unit")
    return number


def read_range(value: object) -> tuple[float, float]:
    """`80%..120%` as its two ends; raises FindingError P105, P106 or P118."""
    low, dots, high = str(value).partition("..")
    if not isinstance(value, str) or not dots:
        raise FindingError("P118", f"{_shown(value)} is not a range", "write low..high, such as 80%..120%")
    ends = read_number(low), read_number(high)
    if ends[0] > ends[1]:
        raise FindingError("P118", f"{value} runs backwards", f"write {high.strip()}..{low.strip()}")
    return ends


def read_date(value: object) -> dt.date:
    """`2026-04-01`; raises FindingError P107 for anything else, the thirtieth of February included."""
    text = value.strip() if isinstance(value, str) else value
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise FindingError(
            "P107", f"{_shown(value)} is not a date", "write year-month-day, such as 2026-04-01"
        )
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        raise FindingError("P107", f"{text} is not in the calendar", _calendar_fix(text)) from None
    if not 1900 <= date.year <= 2200:
        raise FindingError("P107", f"{text} is not a year this study can run in", "check the year")
    return date


def _calendar_fix(text: str) -> str:
    year, month = int(text[:4]), int(text[5:7])
    if not 1 <= month <= 12 or year == 0:
        return "write year-month-day, such as 2026-04-01"
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)) if year < 9999 else None
    return f"the last day of that month is {last}" if last else "check the year"


def read_window(value: object) -> Window:
    """`2026-01-01..2026-03-31`, both ends included; raises FindingError P107 or P108."""
    start, dots, end = str(value).partition("..")
    if not isinstance(value, str) or not dots:
        fix = "write first..last day, such as 2026-01-01..2026-03-31"
        raise FindingError("P108", f"{_shown(value)} is not a window", fix)
    window = Window(read_date(start), read_date(end))
    if window.end_on < window.start_on:
        raise FindingError("P108", f"{value} ends before it starts", f"write {end.strip()}..{start.strip()}")
    return window


def read_expectation(value: object) -> tuple[float, float, str | None]:
    """`10%..30%` → (0.1, 0.3, None); `5..40 USD/employee/month` → (5, 40, "USD/employee/month").

    None means relative lifts. A bare number is neither: raises FindingError P501; also P105, P106, P118.
    """
    if not isinstance(value, str):
        raise _ambiguous(value)
    ends, _, unit = value.strip().partition(" ")
    unit = unit.strip()
    low, dots, high = ends.partition("..")
    high = high if dots else low
    relative = high.endswith("%")
    if not relative and not unit:
        raise _ambiguous(value)
    if relative and not low.endswith("%"):
        low += "%"
    numbers = read_number(low), read_number(high)
    if relative and unit:
        raise FindingError("P501", f"{value!r} is both a percentage and in {unit}", "keep one of the two")
    if numbers[0] > numbers[1]:
        raise FindingError("P118", f"{value} runs backwards", "write low..high")
    return (*numbers, unit or None)


def _ambiguous(value: object) -> FindingError:
    what = f"{_shown(value)}: better by a share, or in the metric's own unit?"
    return FindingError(
        "P501", what, "write 5%..10% for a relative gain, or 2..4 deals/rep/month in the unit"
    )


def read_threshold(value: object) -> tuple[float, bool, str | None]:
    """`max(break_even, 5%)` → (0.05, True, None); `break_even` → (0, True, None); `2 min/call`."""
    text = value.strip() if isinstance(value, str) else value
    if text == "break_even":
        return 0.0, True, None
    match = re.fullmatch(r"max\(\s*break_even\s*,\s*(.+?)\s*\)", text) if isinstance(text, str) else None
    low, high, unit = read_expectation(match.group(1) if match else text)
    if low != high or low < 0:
        what = f"{value} is not a threshold"
        raise FindingError("P502", what, "write max(break_even, 5%), break_even, or one number such as 5%")
    return low, match is not None, unit


def read_term(value: object) -> tuple[int, int | None]:
    """`0` → (0, 0); `1..3` → (1, 3); `2..` → (2, None): periods since launch; FindingError P117."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    match = re.fullmatch(r"(\d{1,4})(\.\.(\d{1,4})?)?", text) if isinstance(text, str) else None
    if match is None:
        fix = "write 0, 1..3 or 2.. : periods since launch, 0 is the launch period"
        raise FindingError("P117", f"{_shown(value)} is not a span of periods", fix)
    first = int(match.group(1))
    last = (int(match.group(3)) if match.group(3) else None) if match.group(2) else first
    if last is not None and last < first:
        raise FindingError("P117", f"{text} runs backwards", f"write {last}..{first}")
    return first, last


def _shown(value: object) -> str:
    text = repr(value) if not isinstance(value, (dict, list)) else "a list of values"
    return text if len(text) <= 60 else text[:57] + "…'"
