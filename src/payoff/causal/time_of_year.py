"""Which period before launch was the same time of year as each one after it?

Rule      Months and quarters: the same one in the nearest year before. Weeks and days: 52 weeks before, which
          keeps the day of the week; a week that the baseline lacks by a few days gives way to its neighbour.
          Years hold every season: there is nothing to match.
"""

import numpy as np

from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study

YEAR_MONTHS = 12
YEAR_DAYS = 364
NEIGHBOURS = {"week": (0, -7, 7)}  # days by which a week may lie off
NONE = -1


def match_year_before(study: Study, panel: Panel, before: Bools, after: Bools) -> Ints:
    """(n_periods,) index of the match of each period `after` among those `before`; NONE where there is none.

    before, after (n_units, n_periods): the cells that were observed on either side of launch.
    """
    by_month = study.design.period in ("month", "quarter")
    unit, year = ("M8[M]", YEAR_MONTHS) if by_month else ("M8[D]", YEAR_DAYS)
    time = panel.periods.astype(unit).astype(np.int64)
    known = {int(time[period]): period for period in np.flatnonzero(before.any(axis=0))}
    years = range(1, int(np.ptp(time)) // year + 2) if len(time) else range(0)
    near = NEIGHBOURS.get(study.design.period, (0,))
    match = np.full(panel.n_periods, NONE, dtype=np.int64)
    for period in np.flatnonzero(after.any(axis=0)):
        wanted = (int(time[period]) - year * n + off for n in years for off in near)
        match[period] = next((known[day] for day in wanted if day in known), NONE)
    return match
