"""Days, weeks, months, quarters and years as first days; which of them lie in the study's windows.

Weeks begin on Monday (ISO 8601) unless the firm's calendar says otherwise. A period that lies partly
in the baseline and partly in the follow-up belongs to neither: some of it is before launch and some after.
"""

import numpy as np

from payoff.nouns.arrays import Bools, Dates
from payoff.nouns.fiscal_calendar import FiscalCalendar
from payoff.nouns.study import Design, Window

PLAIN = FiscalCalendar()
_MONDAY = np.datetime64("1970-01-05", "D")
MONTHS_PER_PERIOD = {"day": 12 / 365, "week": 12 / 52, "month": 1.0, "quarter": 3.0, "year": 12.0}


def truncate(dates: Dates, period: str, calendar: FiscalCalendar = PLAIN) -> Dates:
    """First day of the period each date lies in; NaT stays NaT."""
    days = dates.astype("datetime64[D]")
    if not calendar.is_plain:
        found, at = np.unique(days, return_inverse=True)
        starts = [d if d is None else calendar.start(d, period) for d in found.tolist()]
        return np.array(starts, dtype="datetime64[D]")[at].reshape(days.shape)
    if period == "day":
        return days
    if period == "week":
        mondays: Dates = np.subtract(days, (days - _MONDAY) % np.timedelta64(7, "D"))
        return mondays
    months = days.astype("datetime64[M]")
    if period == "quarter":
        months = months - (months - np.datetime64("1970-01", "M")) % np.timedelta64(3, "M")
    if period == "year":
        return days.astype("datetime64[Y]").astype("datetime64[D]")
    return months.astype("datetime64[D]")


def list_periods(
    first: np.datetime64, last: np.datetime64, period: str, calendar: FiscalCalendar = PLAIN
) -> Dates:
    """Every period from the one that holds `first` to the one that holds `last`."""
    days = np.arange(first, last + np.timedelta64(1, "D"), dtype="datetime64[D]")
    return np.unique(truncate(days, period, calendar))


def split_windows(periods: Dates, design: Design) -> tuple[Bools, Bools]:
    """(pre, post): the period, by its first day, lies in the baseline or in the follow-up window."""
    pre = _lies_in(periods, design.baseline, design)
    post = _lies_in(periods, design.follow_up, design)
    return pre & ~post, post & ~pre


def _lies_in(periods: Dates, window: Window, design: Design) -> Bools:
    starts = np.array([window.start_on], dtype="datetime64[D]")
    first = truncate(starts, design.period, design.calendar)[0]
    inside: Bools = (periods >= first) & (periods <= np.datetime64(window.end_on, "D"))
    return inside
