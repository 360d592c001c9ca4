"""One series before and after launch, and the columns that could explain it without the program.

Question  What would the series have done anyway: trend, season, chance?
Series    Mean over the program's units seen in every period, by their weights; periods after launch that no
          declared term covers, and those in which the program may already have shown, are left out.
Season    The waves of `season_waves`.
Refuses   Fewer than 8 periods on either side; launches at several dates; more than a fifth of the units with
          gaps; a term nobody was observed in; fewer than 3 periods more than columns.
Cites     Lopez Bernal, Cummins & Gasparrini (2017), doi:10.1093/ije/dyw098.
"""

from dataclasses import dataclass, replace

import numpy as np

from payoff.causal.outcome import MAX_SHARE_DROPPED, analysed_values, baseline_refusal, observed_cells
from payoff.causal.season_waves import count_pairs, season_waves
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, named, plural

MIN_POINTS = 8  # on either side (Wagner et al. 2002; Lopez Bernal et al. 2017)
SPARE = 3  # periods beyond the columns of the regression


@dataclass(frozen=True, slots=True)
class Series:
    """Arrays are (n,) in time order. time: period on the calendar, 0 at launch.

    value: analysed scale; raw: metric's unit; total: value × weight summed; weight: weights summed.
    terms (n, k): the period belongs to the term. after: since launch. baseline: mean before launch.
    """

    time: Ints
    value: Floats
    raw: Floats
    total: Floats
    weight: Floats
    terms: Bools
    term_names: tuple[str, ...]
    after: Bools
    season: Floats
    baseline: float
    n_units: int
    n_lost: int
    n_cells: int

    @property
    def n(self) -> int:
        return len(self.time)

    def rows(self, *more: Floats, season: bool = True) -> Floats:
        """Columns: the terms, then a constant, a straight trend, `more`, the season."""
        parts = [self.terms.astype(np.float64), np.ones((self.n, 1)), self.trend[:, None]]
        parts += [column[:, None] for column in more]
        return np.concatenate([*parts, self.season] if season else parts, axis=1)

    @property
    def counts_events(self) -> bool:
        """Are the totals numbers of events, not rates of unknown scale?"""
        return bool(np.allclose(self.total, np.round(self.total), rtol=1e-9, atol=1e-6))

    @property
    def trend(self) -> Floats:
        """Time, centred and scaled to 1 at the far end."""
        centred = self.time - self.time.mean()
        scaled: Floats = centred / np.abs(centred).max()
        return scaled

    @property
    def bend(self) -> Floats:
        """The square of the trend, centred: a course that bends once."""
        square = self.trend**2
        centred: Floats = square - square.mean()
        return centred


def read_series(study: Study, panel: Panel, method: str, *, counts: bool = False) -> Series | Refusal:
    """The series and its terms, or why there is none. counts: in levels whatever the metric's scale."""
    dates = np.unique(panel.launch[panel.in_program & (panel.launch >= 0)])
    if len(dates) != 1:
        have = "No launch date" if not len(dates) else f"{counted(len(dates), 'launch date')}"
        return Refusal(method, f"{have}: one series needs one date that parts before from after.")
    if counts:
        panel = replace(panel, metric=replace(panel.metric, scale="level"))
    window = _window(study, panel, int(dates[0]))
    values = analysed_values(study, panel, window, method)
    if isinstance(values, Refusal):
        return values
    whole = (observed_cells(panel, window) | ~window[None, :]).all(axis=1) & panel.in_program
    n_program = int(panel.in_program.sum())
    lost = n_program - int(whole.sum())
    if lost > MAX_SHARE_DROPPED * n_program:
        noun = study.design.unit_label
        who = f"{count(lost)} of {counted(n_program, noun)}"
        return Refusal(method, f"{who} have gaps in their series: their mean would jump without any change.")
    series = _series(study, panel, values[whole], panel.weights[whole], whole, window, int(dates[0]), lost)
    return _refusal(study, panel, series, method) or series


def _window(study: Study, panel: Panel, launch: int) -> Bools:
    """(n_periods,): before launch and what the terms cover, without periods of declared anticipation."""
    at = np.arange(panel.n_periods)
    quiet = panel.pre & (at < launch - study.design.anticipation)
    covered = panel.post & (at >= launch) & terms_at(study, at - launch).any(axis=1)
    window: Bools = quiet | covered
    return window


def terms_at(study: Study, time: Ints) -> Bools:
    """(n, n_terms): the period `time` (n,) after launch belongs to the term."""
    ends = [np.inf if term.last is None else term.last for term in study.design.terms]
    parts = [
        (time >= max(term.first, 0)) & (time <= end)
        for term, end in zip(study.design.terms, ends, strict=True)
    ]
    return np.column_stack(parts)


def _series(
    study: Study,
    panel: Panel,
    values: Floats,
    weights: Floats,
    whole: Bools,
    window: Bools,
    launch: int,
    lost: int,
) -> Series:
    time = np.flatnonzero(window) - launch
    values, weights, raw = values[:, window], weights[:, window], panel.values[np.ix_(whole, window)]
    weight = weights.sum(axis=0)
    mean = (raw * weights).sum(axis=0) / weight
    before = time < 0
    return Series(
        time=time,
        value=(values * weights).sum(axis=0) / weight,
        raw=mean,
        total=raw.sum(axis=0) if _whole_numbers(raw) else (raw * weights).sum(axis=0),
        weight=weight,
        terms=terms_at(study, time),
        term_names=tuple(term.name for term in study.design.terms),
        after=~before,
        season=season_waves(study.design, time, count_pairs(study.design, int(before.sum()))),
        baseline=float(np.average(mean[before], weights=weight[before])) if before.any() else float("nan"),
        n_units=int(whole.sum()),
        n_lost=lost,
        n_cells=int(values.size),
    )


def _whole_numbers(raw: Floats) -> bool:
    """Counts come as whole numbers with their exposure as weight, rates as anything else."""
    return bool((raw == np.round(raw)).all())


def _refusal(study: Study, panel: Panel, series: Series, method: str) -> Refusal | None:
    period = study.design.period
    for side, n in (("before", int((~series.after).sum())), ("after", int(series.after.sum()))):
        if n < MIN_POINTS:
            reason = f"Only {counted(n, period)} {side} launch; {MIN_POINTS} are needed on either side."
            return Refusal(method, reason)
    empty = [name for j, name in enumerate(series.term_names) if not series.terms[:, j].any()]
    if empty:
        return Refusal(method, f"Nothing was observed in the term {named(empty)}.")
    n_columns = series.rows().shape[1]
    if series.n < n_columns + SPARE:
        have = f"{counted(series.n, period)} for {n_columns} numbers to find"
        return Refusal(method, f"{have}: too few {plural(period)} to say how far off they may be.")
    return baseline_refusal(panel, series.baseline, method)
