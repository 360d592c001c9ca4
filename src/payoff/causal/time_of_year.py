"""Which period before launch was the same time of year as each one after it?

Rule      Months and quarters: the same one in the nearest year before. Weeks and days: 52 weeks before, which
          keeps the day of the week; a week that the baseline lacks by a few days gives way to its neighbour.
          Years hold every season: there is nothing to match.
"""

import numpy as np

from payoff.nouns.arrays import Bools, Dates, Ints
from payoff.nouns.study import Study

YEAR_MONTHS = 12
YEAR_DAYS = 364
NEIGHBOURS = {"week": (0, -7, 7)}  # days by which a week may lie off
NONE = -1


def match_year_before(study: Study, dates: Dates, before: Bools, after: Bools) -> Ints:
    """(T,) index of the match of each period `after` among those `before`; NONE where there is none.

    dates (T,): first days of the periods. before, after (T,): periods seen on either side of launch.
    """
    by_month = study.design.period in ("month", "quarter")
    unit, year = ("M8[M]", YEAR_MONTHS) if by_month else ("M8[D]", YEAR_DAYS)
    time = dates.astype(unit).astype(np.int64)
    known = {int(time[period]): period for period in np.flatnonzero(before)}
    years = range(1, int(np.ptp(time)) // year + 2) if len(time) else range(0)
    near = NEIGHBOURS.get(study.design.period, (0,))
    match = np.full(len(dates), NONE, dtype=np.int64)
    for period in np.flatnonzero(after):
        wanted = (int(time[period]) - year * n + off for n in years for off in near)
        match[period] = next((known[day] for day in wanted if day in known), NONE)
    return match


def pair_with_year_before(
    study: Study, dates: Dates, before: Bools, after: Bools
) -> tuple[Ints, Ints] | None:
    """(late, early): each period `after` and its match; None where one has none, or periods are years."""
    late = np.flatnonzero(after)
    early = match_year_before(study, dates, before, after)[late]
    return None if study.design.period == "year" or (early == NONE).any() else (late, early)
