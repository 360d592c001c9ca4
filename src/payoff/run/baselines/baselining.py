"""The baseline of every metric in use, before anybody is assigned and blind to what comes after.

Question  Where did each metric stand, which way did it move, does it turn with the seasons, and what else
          happened then?
Method    The panels of `read_baseline`, described by `payoff.signals`. A follow-up is matched with the same
          periods one year earlier, where the baseline reaches so far: what the season does by itself then
          shows before launch.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from payoff.metrics.pooled import Pooled, pool_windows
from payoff.nouns.arrays import Bools, Dates
from payoff.nouns.baseline import BaselineFigures, Level, hash_definition, hash_units
from payoff.nouns.cohort import Cohort
from payoff.nouns.evidence import Check
from payoff.nouns.panel import Panel
from payoff.nouns.people import people_floor
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.refusal import Refusal
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Event, Study, Window
from payoff.nouns.wording import counted
from payoff.run.before_launch import read_baseline
from payoff.run.designing import design_study
from payoff.run.main_path import Prepared, decide_state
from payoff.run.plan import read
from payoff.run.privacy.privacy_gate import refuse_few
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace
from payoff.signals import (
    compare_season,
    fit_trend,
    lag_one,
    measure_season,
    period_course,
    split_spread,
    weighted_level,
)

YEAR_DAYS = 365
_NO_COUNTS = np.zeros(1), np.zeros(1)
NEAR_DAYS = 3  # weeks, leap years and months of unequal length never lie exactly a year apart


@dataclass(frozen=True, slots=True)
class BaselineReport:
    """figures: primary first. events: of the plan, inside the window. units: hash of who was in it."""

    study: Study
    figures: tuple[BaselineFigures, ...]
    events: tuple[Event, ...]
    health: tuple[Check, ...]
    units: str
    sources: tuple[SourceFile, ...]


def measure_baseline(workspace: Workspace, progress: Progress, after: bool = False) -> BaselineReport:
    """Everything above; `after`: the same of the follow-up window, once the plan is locked.

    Raises PayoffError on a bad study (3), bad sources or queries (4, 7), no lock or a broken one (5), fewer
    people than may be told of (6).
    """
    study = read(workspace)
    if after:
        study = _moved(study, workspace)
    found = read_baseline(study, workspace, progress)
    refuse_few(study, found.cohort.n_units)
    pooled = pool_windows(study, found.panels, found.tables)
    figures = [describe_panel(study, found.cohort, panel, pooled) for panel in found.panels]
    if not after:
        figures[0] = replace(figures[0], visible=_visible(workspace, progress))
    units = hash_units(found.cohort.unit)
    return BaselineReport(study, tuple(figures), _events(study), found.health, units, found.sources)


def describe_run(prepared: Prepared) -> BaselineReport:
    """The baseline of the people of a run, who may be others than all who could have been assigned."""
    study, cohort = prepared.study, prepared.cohort
    figures = tuple(describe_panel(study, cohort, panel, prepared.pooled) for panel in prepared.panels)
    units = hash_units(cohort.unit)
    return BaselineReport(study, figures, _events(study), prepared.health, units, prepared.sources)


def _events(study: Study) -> tuple[Event, ...]:
    window = study.design.baseline
    return tuple(e for e in study.events if e.on <= window.end_on and e.until_on >= window.start_on)


def _moved(study: Study, workspace: Workspace) -> Study:
    """The study with follow-up in the place of the baseline. Raises PayoffError (5) before the lock."""
    if decide_state(workspace, study, exploratory=False) != "final":
        why = "levels after launch that are seen before the plan is promised could shape it"
        raise PayoffError([Problem("U225", "the plan is not locked", why, "payoff lock STUDY")], exit_code=5)
    window = study.design.follow_up
    next_one = Window(window.end_on + dt.timedelta(1), window.end_on + dt.timedelta(window.days))
    return replace(study, design=replace(study.design, baseline=window, follow_up=next_one))


def describe_panel(study: Study, cohort: Cohort, panel: Panel, pooled: Pooled) -> BaselineFigures:
    """One metric over the baseline window alone; of too few people who were seen, why it is not told."""
    inside = panel.pre
    values, weights = panel.values[:, inside], panel.weights[:, inside]
    periods, period, window = panel.periods[inside], study.design.period, study.design.baseline
    same = same_periods(periods, panel.periods[panel.post], period)
    seen = weights > 0
    n_units, n_seen, floor = cohort.n_units, int(seen.any(axis=1).sum()), people_floor(study)
    small = 0 < n_seen < floor
    figures = BaselineFigures(
        metric=panel.metric.name,
        label=panel.metric.label,
        unit_text=panel.metric.unit_text,
        definition=hash_definition(panel.metric),
        period=period,
        first_on=window.start_on,
        last_on=window.end_on,
        n_units=n_units,
        n_seen=None if small or 0 < n_units - n_seen < floor else n_seen,
        n_periods=int(periods.size),
        n_values=int(seen.sum()),
        n_cells=n_units * int(periods.size),
        level=_level(panel, pooled),
        trend=fit_trend(values, weights, panel.cluster),
        spread=split_spread(values),
        memory=lag_one(values, weights),
        season=measure_season(period_course(values, weights), period),
        year_before=compare_season(values, weights, same, panel.cluster),
    )
    few = f"Fewer than {counted(floor, study.design.unit_label)} were seen."
    return withhold(figures, Refusal("baseline", few)) if small else figures


def withhold(figures: BaselineFigures, why: Refusal) -> BaselineFigures:
    """A metric whose figures may not be told."""
    return replace(figures, level=why, trend=why, spread=why, memory=why, season=why, year_before=why)


def _level(panel: Panel, pooled: Pooled) -> Level | Refusal:
    above, below = (float(each.sum()) for each in pooled.get((panel.metric.name, "baseline"), _NO_COUNTS))
    if below:
        return Level(above / below, above, below)
    return weighted_level(panel.values[:, panel.pre], panel.weights[:, panel.pre])


def same_periods(periods: Dates, later: Dates, period: str) -> Bools:
    """(n_periods,) whether a period of `later` begins one year after it, to within three days."""
    back = np.timedelta64(364 if period == "day" else YEAR_DAYS, "D")  # 364: the same weekday
    near = np.timedelta64(0 if period == "day" else NEAR_DAYS, "D")
    wanted = later - back
    return np.asarray((np.abs(periods[:, None] - wanted[None, :]) <= near).any(axis=1), dtype=np.bool_)


def _visible(workspace: Workspace, progress: Progress) -> float | Refusal:
    try:
        return design_study(workspace, progress).power.smallest_visible_lift
    except PayoffError as error:
        return Refusal("smallest visible lift", f"{error.problems[0].what}.")
