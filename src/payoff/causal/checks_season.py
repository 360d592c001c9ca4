"""Could the time of year look like the program, where nobody is compared with?

Scope     baseline. Reads dates only. With a comparison group the season falls on both and is taken out.
Fails     Calendar months of follow-up that the baseline does not hold (BAS-05).
Omitted   Years as periods: then seasons are inside of them.
"""

import numpy as np

from payoff.causal.protocol import Answer
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study, Window
from payoff.nouns.wording import listed

NAME = "time of year"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def look(study: Study, panel: Panel, answer: Answer) -> Check | None:
    """Months of the year in follow-up and in the baseline."""
    if study.design.period == "year":
        return None
    before, after = _months(study.design.baseline), _months(study.design.follow_up)
    new = sorted(after - before)
    if new:
        what = listed([MONTHS[month] for month in new])
        text = (
            f"The baseline holds no {what}: what those months always bring cannot be told from the program."
        )
        return Check(NAME, "baseline", Verdict.FAIL, text, costs=1)
    text = "Every month of the year that follow-up holds is in the baseline too."
    return Check(NAME, "baseline", Verdict.PASS, text, costs=1)


def _months(window: Window) -> set[int]:
    """Months of the year, 0 to 11, that a window touches."""
    first, last = (np.datetime64(day, "M").astype(np.int64) for day in (window.start_on, window.end_on))
    return {int(month) % 12 for month in range(int(first), int(last) + 1)}
