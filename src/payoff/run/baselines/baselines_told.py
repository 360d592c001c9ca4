"""Saved baselines in the appendix of a brief: what stood when, who said so, and what replaced it.

Question  Which level was the program held against at each time, and why is it another now (BAS-09)?
Blind     Before the plan is locked, versions that reach past the baseline are left out.
Rule      Told as they were saved, but for versions from which others, or the run itself, could be
          subtracted (`baseline_apart`); a version's figures are its own and are never computed again. How
          many people were seen is told in one place of a brief, not here.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from payoff.nouns.brief import Brief, Cell, Table
from payoff.nouns.people import people_floor
from payoff.nouns.result import Result
from payoff.nouns.wording import count
from payoff.report.words import measure, per
from payoff.run.baselines.baseline_apart import tell_apart
from payoff.run.baselines.saved_baseline import Saved

NOTE = "A later version of the same window replaces the one before it; a change between two is no effect."
_COLUMNS = ("Version", "Saved on", "By", "Window", "Measure", "Level", "Unit", "Units seen", "Reason")


def with_baselines(brief: Brief, result: Result, own: Saved, saved: Iterable[Saved]) -> Brief:
    """The brief with a row for each version and measure; unchanged where none was saved.

    own: the baseline of the run itself, which the brief tells of.
    """
    until = result.study.design.baseline.end_on if result.state == "health" else dt.date.max
    known = [one for one in saved if one.last_on <= until.isoformat()]
    told = tell_apart(known, people_floor(result.study), own)
    rows = tuple(_row(result, one, metric) for one in told for metric in one.metrics)
    if not rows:
        return brief
    table = Table("saved-baselines", "Saved baselines", _COLUMNS, rows, NOTE)
    return replace(brief, appendix=(*brief.appendix, table))


def _row(result: Result, saved: Saved, metric: dict[str, object]) -> tuple[Cell, ...]:
    level, seen, unit = metric["level"], metric["n_seen"], str(metric["unit"])
    told = measure(level, unit, result.study.currency) if isinstance(level, float) else "not told"
    return (
        saved.version,
        saved.on,
        saved.by,
        f"{saved.first_on} to {saved.last_on}",
        str(metric["label"]),
        told,
        per(unit) or "pure number",
        count(seen) if isinstance(seen, int) and not people_floor(result.study) else "not told",
        saved.reason or "first saved",
    )
