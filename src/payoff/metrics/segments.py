"""What is measured of whom, by which column: the people behind each cell of a segment table, and which show.

Question  Of a study's declared columns, measures and windows, which cells may be told beside all counts of
          the run?
Method    One system with the counts of the run (`people_shown`), so that brief and segments together give no
          small group away. Those with a value, then of a yes-or-no measure also those who say yes.
Measures  A rate whose query says its counts is each one's numerators summed over denominators summed, and
          weighs by these: the mean of a segment is sum over sum. Any other metric is each one's mean over the
          window, by the `weight` of its query where it gives one. Taking part is yes or no, of those who were
          to take part.
Proof     tests/metrics/test_metrics_segments.py
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from payoff.metrics.people_shown import list_groups
from payoff.metrics.pooled import Pooled
from payoff.metrics.suppression import choose_shown
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.cohort import Cohort
from payoff.nouns.panel import Panel
from payoff.nouns.people import people_floor
from payoff.nouns.study import Study

TAKE_UP = "took_part"
WINDOWS = ("follow_up", "baseline")
Key = tuple[str, str, str, str]  # measure, window, column, level; "" for everybody


@dataclass(frozen=True, slots=True)
class Measure:
    """sums, weights (n_units,): what each adds above and below the line, 0 where nothing is known.

    counted (n_units,): who is told to stand behind the mean: everybody analysed, whichever window is asked,
        so that two windows do not tell how many lack one.
    """

    name: str
    label: str
    unit: str
    window: str
    sums: Floats
    weights: Floats
    counted: Bools

    @property
    def values(self) -> Floats:
        """(n_units,): NaN where nothing is known."""
        values: Floats = np.full(len(self.sums), np.nan)
        np.divide(self.sums, self.weights, out=values, where=self.weights > 0)
        return values

    @property
    def yes_no(self) -> bool:
        """Is each one's value 0 or 1?"""
        values = self.values
        return bool(np.isin(values[np.isfinite(values)], (0.0, 1.0)).all())

    @property
    def tells_parts(self) -> bool:
        """May numerator and denominator be told? Where the denominator counts people, n does."""
        return self.name == TAKE_UP or bool(((self.weights != 0) & (self.weights != 1)).any())


def list_measures(cohort: Cohort, panels: Sequence[Panel], pooled: Pooled) -> tuple[Measure, ...]:
    """Every metric in both windows, then taking part where the study knows it. pooled: `pool_windows`."""
    found = [_measured(cohort, panel, window, pooled) for panel in panels for window in WINDOWS]
    if cohort.take_up is not None:
        known = cohort.in_program & np.isfinite(cohort.take_up)
        took = np.where(known, cohort.take_up, 0.0)
        found.append(
            Measure(TAKE_UP, "Took part", "share", "follow_up", took, known.astype(np.float64), known)
        )
    return tuple(measure for measure in found if (measure.weights > 0).any())


def choose_segments(
    study: Study, cohort: Cohort, panels: Sequence[Panel], measures: Sequence[Measure]
) -> frozenset[Key]:
    """The cells that may be told, of every declared column, measure and window."""
    groups, weights = list_groups(study, cohort, panels)
    n_out = len(weights) - cohort.n_units
    keys: list[Key] = []
    masks: list[list[Bools]] = []
    known: list[Floats] = []
    for measure in measures:
        for column, level, inside in _levels(study, cohort):
            cell = inside & measure.counted
            keys.append((measure.name, measure.window, column, level))
            known.append(measure.values)
            masks.append([cell, cell & (measure.values == 1)] if measure.yes_no else [cell])
    floor = people_floor(study)
    if not floor:
        return frozenset(keys)
    order = sorted(range(len(keys)), key=lambda n: (keys[n][2] != "", -int(masks[n][0].sum())))
    rows = [np.concatenate([m, np.zeros(n_out, dtype=np.bool_)]) for n in order for m in masks[n]]
    shown = iter(choose_shown(np.array([*groups.values(), *rows]), floor, weights)[len(groups) :])
    told = [(keys[n], [next(shown) for _ in masks[n]]) for n in order]
    behind = [int((parts[0] & np.isfinite(x)).sum()) for parts, x in zip(masks, known, strict=True)]
    seen = dict(zip(keys, behind, strict=True))
    return frozenset(key for key, parts in told if all(parts) and not 0 < seen[key] < floor)


def _levels(study: Study, cohort: Cohort) -> list[tuple[str, str, Bools]]:
    """(column, level, who is in it): everybody, then each level of each declared column."""
    found = [("", "", np.ones(cohort.n_units, dtype=np.bool_))]
    if cohort.subgroups is not None:
        for n, column in enumerate(study.design.subgroups):
            for code, level in enumerate(cohort.subgroup_levels[n]):
                found.append((column.name, level, np.asarray(cohort.subgroups[:, n] == code)))
    return found


def _measured(cohort: Cohort, panel: Panel, window: str, pooled: Pooled) -> Measure:
    metric = panel.metric
    above, below = pooled.get((metric.name, window)) or _weighted(panel, window)
    place = {unit: n for n, unit in enumerate(cohort.unit)}
    at = [place[unit] for unit in panel.unit]
    sums, weights = np.zeros(cohort.n_units), np.zeros(cohort.n_units)
    sums[at], weights[at] = above, below
    analysed = np.zeros(cohort.n_units, dtype=np.bool_)
    analysed[at] = True
    return Measure(metric.name, metric.label, metric.unit_text, window, sums, weights, analysed)


def _weighted(panel: Panel, window: str) -> tuple[Floats, Floats]:
    """What a metric without counts adds above and below the line: by its weights, or one each."""
    periods = panel.post if window == "follow_up" else panel.pre
    weight: Floats = np.where(periods[None, :], panel.weights, 0.0)
    total = weight.sum(axis=1)
    sums = (weight * np.nan_to_num(panel.values)).sum(axis=1)
    if (panel.weights[panel.weights > 0] != 1).any():
        return sums, total
    return np.divide(sums, total, out=np.zeros(len(total)), where=total > 0), (total > 0).astype(np.float64)
