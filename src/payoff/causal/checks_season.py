"""Could the time of year look like the program, where nobody is compared with?

Scope     baseline. Reads dates only. With a comparison group the season falls on both and is taken out.
Fails     Before and after: a period of follow-up without the same time of year in the baseline, so that
          unlike months are compared. One series: a month of follow-up that the baseline does not hold, or a
          season that its harmonics do not take out (BAS-05).
Omitted   Years as periods: then seasons are inside of them.
"""

import numpy as np

from payoff.causal.before_after import program_cells
from payoff.causal.protocol import Answer
from payoff.causal.season_waves import count_pairs
from payoff.causal.time_of_year import NONE, match_year_before
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study, Window
from payoff.nouns.wording import listed, plural

NAME = "time of year"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def look(study: Study, panel: Panel, answer: Answer) -> Check | None:
    """Is like held against like, as far as the time of year goes?"""
    period = study.design.period
    if period == "year":
        return None
    if study.design.type == "before_after":
        new, alike = _unmatched(study, panel), f"Each {period} is held against the same one a year before."
    else:
        before, after = _months(study.design.baseline), _months(study.design.follow_up)
        new, alike = after - before, "The season is taken out, and every month of follow-up was seen before."
    if new:
        what = listed([MONTHS[month] for month in sorted(new)])
        text = (
            f"The baseline holds no {what}: what those months always bring cannot be told from the program."
        )
        return Check(NAME, "baseline", Verdict.FAIL, text, costs=1)
    if study.design.type == "its" and not _season_taken_out(study, panel):
        text = (
            f"The season of the year is not taken out of this series of {plural(period)}: what those months "
            "always bring cannot be told from the program. Use months with a year of baseline, or harmonics."
        )
        return Check(NAME, "baseline", Verdict.FAIL, text, costs=1)
    return Check(NAME, "baseline", Verdict.PASS, alike, costs=1)


def _unmatched(study: Study, panel: Panel) -> set[int]:
    """Months of the year of follow-up, as far as it was seen, without the same time of year before."""
    before, after = program_cells(panel)
    after = after if after.any() else panel.post[None, :]
    seen = np.asarray(after.any(axis=0))
    match = match_year_before(study, panel.periods, np.asarray(before.any(axis=0)), seen)
    alone = panel.periods[seen & (match == NONE)].astype("M8[M]").astype(np.int64)
    return {int(month) % 12 for month in alone}


def _season_taken_out(study: Study, panel: Panel) -> bool:
    """Do the series' harmonics run over a year? Those of days run over the week."""
    return study.design.period != "day" and count_pairs(study.design, int(panel.pre.sum())) > 0


def _months(window: Window) -> set[int]:
    """Months of the year, 0 to 11, that a window touches."""
    first, last = (np.datetime64(day, "M").astype(np.int64) for day in (window.start_on, window.end_on))
    return {int(month) % 12 for month in range(int(first), int(last) + 1)}
