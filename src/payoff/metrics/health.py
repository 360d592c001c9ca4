"""Are the data fit to carry a result?  Blind to what the program did.

Limits    90 days before launch (BAS-03), two observations before launch (BAS-04), one year for
          seasons (BAS-05). A unit or two short is life: a check fails when more than one in ten is.
          Of all these only the 90 days cost a step of grade; the others are told.
"""

import numpy as np

from payoff.metrics.calendar import list_periods, split_windows, truncate
from payoff.metrics.counting import find_before
from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.cohort import Cohort
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.people import people_floor, say_analysed, say_few, say_few_units
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, percent, plural, raised

MIN_BASELINE_DAYS = 90
MIN_OBSERVATIONS = 2
SEASON_DAYS = 365
TOLERATED_SHARE = 0.1


def describe_health(study: Study, cohort: Cohort, panel: Panel) -> tuple[Check, ...]:
    """Checks of the primary metric's panel, in a fixed order."""
    return (
        _check_days(study, panel),
        _check_observations(study, panel),
        _check_leakage(study, cohort),
        _check_season(study, panel),
        _check_periods(study, panel),
        _check_outcomes(study, cohort, panel),
    )


def list_short_baselines(panel: Panel) -> tuple[str, ...]:
    """Keys of units with fewer than two observations before launch (BAS-04)."""
    short = _count_before(panel) < MIN_OBSERVATIONS
    return tuple(panel.unit[n] for n in np.flatnonzero(short))


def _count_before(panel: Panel) -> Ints:
    """Observations before launch, (n_units,)."""
    counts: Ints = ((panel.weights > 0) & find_before(panel)).sum(axis=1)
    return counts


def _judge(short: Bools) -> Verdict:
    return Verdict.FAIL if short.mean() > TOLERATED_SHARE else Verdict.PASS


def _check_days(study: Study, panel: Panel) -> Check:
    """From each unit's first observation to the end of the baseline, among units that have one."""
    window = study.design.baseline
    seen = (panel.weights > 0) & panel.pre[None, :]
    has_one = seen.any(axis=1)
    if not has_one.any():
        return Check("baseline of 90 days", "data", Verdict.SILENT, _unmeasured(study), costs=1)
    begins = np.maximum(panel.periods, np.datetime64(window.start_on, "D"))
    days = (np.datetime64(window.end_on, "D") - begins).astype(np.int64) + 1
    unit_days = days[np.argmax(seen[has_one], axis=1)]
    short = unit_days < MIN_BASELINE_DAYS
    text = f"The baseline has {window.days} days before launch; {MIN_BASELINE_DAYS} are needed."
    if short.any() and window.days >= MIN_BASELINE_DAYS:
        who = f"{raised(say_few(study, int(short.sum())))} of the {say_analysed(study, short.size)}"
        text = f"{who} were seen for fewer than {MIN_BASELINE_DAYS} days before launch."
    return Check("baseline of 90 days", "data", _judge(short), text, costs=1)


def _unmeasured(study: Study) -> str:
    return (
        f"No {study.design.unit_label} was observed in the baseline of {study.design.baseline.days} days: "
        "whether groups were alike, and how small a change can be seen, rests on covariates or is not known."
    )


def _check_observations(study: Study, panel: Panel) -> Check:
    short = _count_before(panel) < MIN_OBSERVATIONS
    who = say_analysed(study, short.size)
    text = f"All {who} were observed at least twice before launch."
    if short.any():
        few = raised(say_few(study, int(short.sum())))
        text = (
            f"{few} of the {who} analysed were observed fewer than twice before launch: whether "
            "they were already changing cannot be seen."
        )
    return Check("two baseline observations", "data", _judge(short), text)


def _check_leakage(study: Study, cohort: Cohort) -> Check:
    """Nobody starts while the baseline is still being measured (BAS-06)."""
    early = cohort.launch_on <= np.datetime64(study.design.baseline.end_on, "D")
    verdict = Verdict.FAIL if early.any() else Verdict.PASS
    text = "The baseline ends before anyone starts."
    if early.any():
        who = raised(say_few_units(study, int(early.sum())))
        text = (
            f"{who} started before the baseline ended on {study.design.baseline.end_on}: that baseline "
            "already holds the program."
        )
    return Check("baseline ends before launch", "data", verdict, text, blocks=True)


def _check_season(study: Study, panel: Panel) -> Check:
    days = study.design.baseline.days
    if not (panel.weights > 0)[:, panel.pre].any():
        return Check("a year of seasons", "data", Verdict.SILENT, _unmeasured(study))
    if days >= SEASON_DAYS:
        text = "The baseline spans a year, so every season is in it."
        return Check("a year of seasons", "data", Verdict.PASS, text)
    text = (
        f"The baseline spans {days} days, less than a year: a season of the business cannot be told from "
        "a change, except by the comparison group."
    )
    return Check("a year of seasons", "data", Verdict.FAIL, text)


def _check_periods(study: Study, panel: Panel) -> Check:
    period, calendar = study.design.period, study.design.calendar
    name = "every period has data"
    if panel.n_periods == 0 or not np.array_equal(truncate(panel.periods, period, calendar), panel.periods):
        text = (
            f"The periods do not begin where the calendar's {plural(period)} do, so gaps cannot be counted."
        )
        return Check(name, "data", Verdict.SILENT, text)
    first, last = study.design.baseline.start_on, study.design.follow_up.end_on
    planned = list_periods(np.datetime64(first, "D"), np.datetime64(last, "D"), period, calendar)
    planned = planned[np.logical_or(*split_windows(planned, study.design))]
    filled = panel.periods[(panel.weights > 0).any(axis=0)]
    due = planned[planned <= filled.max()] if filled.size else planned
    gaps = int(np.isin(due, filled, invert=True).sum())
    verdict = Verdict.FAIL if gaps else Verdict.PASS
    text = f"Missing from the windows: {counted(gaps, period)}." if gaps else f"No {period} is without data."
    if due.size < planned.size:
        text += f" {counted(planned.size - due.size, period)} still to come."
    return Check(name, "data", verdict, text)


def _check_outcomes(study: Study, cohort: Cohort, panel: Panel) -> Check:
    """Units of the cohort without any value after launch, both arms together."""
    name = "outcomes present"
    if not (panel.weights > 0)[:, panel.post].any():
        return Check(name, "data", Verdict.SILENT, "There is no follow-up yet.")
    present = int(((panel.weights > 0) & panel.post[None, :]).any(axis=1).sum())
    share = 1 - present / cohort.n_units
    who = counted(cohort.n_units, study.design.unit_label)
    verdict = Verdict.FAIL if share > TOLERATED_SHARE else Verdict.PASS
    text = (
        f"{count(present)} of {who} in the cohort have an outcome after launch; {percent(share)} have none."
    )
    if 0 < cohort.n_units - present < people_floor(study):
        few = say_few_units(study, cohort.n_units - present)
        text = f"All but {few} of the cohort have an outcome after launch."
    return Check(name, "data", verdict, text)
