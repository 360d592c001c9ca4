"""What power rests on: the error a design will have, foreseen from the baseline.

`PlannedError` is what each design's planner returns; `Stretch` asks what a longer study would have.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.outcome import observed_cells
from payoff.causal.schedule import add_periods
from payoff.nouns.arrays import Bools, Dates, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study

METHOD = "smallest visible lift"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Periods added to the plan: before the first of the baseline, and after the last of follow-up."""

    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class PlannedError:
    """std_error: on the analysed scale. level: the baseline mean by which a change becomes a lift.

    assumed: what had to be assumed because the baseline is too short to show it; "" where nothing was.
    """

    std_error: float
    df: float
    level: float
    assumed: str = ""


def planned_periods(panel: Panel, quiet: Bools, stretch: Stretch) -> tuple[Ints, Bools]:
    """Calendar positions (T,) of the plan's periods, and which of them are follow-up (T,).

    quiet (n_units, n_periods): baseline cells that hold a value. Positions may be negative: earlier than
    the panel's first period.
    """
    seen = np.flatnonzero(quiet.any(axis=0))
    post = np.flatnonzero(panel.post)
    first = int(seen[0]) if seen.size else 0
    last = int(post[-1]) if post.size else panel.n_periods - 1
    earlier = np.arange(first - stretch.before, first)
    later = np.arange(last + 1, last + 1 + stretch.after)
    period = np.concatenate([earlier, seen, post, later]).astype(np.int64)
    is_post = np.concatenate([np.zeros(len(earlier) + len(seen)), np.ones(len(post) + len(later))]) > 0
    return period, is_post


def planned_dates(study: Study, panel: Panel, period: Ints) -> Dates:
    """(T,) first days of the periods at calendar positions `period` (T,), also outside of the panel."""
    known = dict(enumerate(panel.periods.astype("datetime64[D]").tolist()))
    first, last = known[0], known[panel.n_periods - 1]
    days = []
    for at in period.tolist():
        off, edge = (at, first) if at < 0 else (at - panel.n_periods + 1, last)
        days.append(known[at] if at in known else add_periods(edge, off, study.design.period))
    return np.array(days, dtype="datetime64[D]")


def before_after_contrast(is_post: Bools) -> Floats:
    """(T,): mean of follow-up less mean of the baseline."""
    contrast: Floats = is_post / max(int(is_post.sum()), 1) - ~is_post / max(int((~is_post).sum()), 1)
    return contrast


def quiet_cells(panel: Panel, among: Bools) -> Bools:
    """Baseline cells with a value, of units `among` (n_units,), before each unit's own launch."""
    since = np.arange(panel.n_periods)[None, :] - panel.launch[:, None]
    started = (panel.launch[:, None] >= 0) & (since >= 0)
    quiet: Bools = observed_cells(panel, panel.pre) & ~started & among[:, None]
    return quiet


def pooled_df(variances: Floats, df: Floats) -> float:
    """Satterthwaite: degrees of freedom of a sum of independent variances (k,), each with its own df (k,)."""
    used = (variances > 0) & (df > 0)
    if not used.any() or (variances > 0)[df <= 0].any():
        return 0.0
    return float(variances[used].sum() ** 2 / (variances[used] ** 2 / df[used]).sum())
