"""Did other people leave one group than the other?

Question  Equal shares may be lost and the groups still part: the weak leave one, anybody the other.
Estimand  How far those lost moved the gap between the groups in what they had before launch, in standard
          deviations of it. Lost: not seen in the last period of follow-up that anybody was seen in.
Method    The chance is that of the slope of being lost on the baseline differing as much between the
          groups, from CR2 errors with Satterthwaite's t. Leaving may hang on the baseline in both alike.
Assumes   What people had before launch tells something of what they would have had.
Refuses   Nothing: None where fewer than FEWEST_LOST were lost, the baseline is unknown or never varies,
          or a group has too few clusters for an error.
Cites     What Works Clearinghouse (2022), Standards Handbook 5.0: a gap up to 0.05 standard deviations
          before launch needs no adjustment.
Proof     tests/causal/test_causal_who_left.py: false alarms, weak leavers, brute force.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from payoff.causal.cluster_errors import trusted
from payoff.causal.covariate_adjusted import mean_before
from payoff.causal.floors import compact, floor_refusal, smaller_arm
from payoff.causal.outcome import observed_cells
from payoff.causal.regression import fit_rows
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study

FEWEST_LOST = 5  # below, one person decides
HARMLESS = 0.05  # standard deviations
CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class WhoLeft:
    """gap: how far the losses moved program minus comparison before launch, in standard deviations.

    lost (2,): mean baseline of those lost less that of their whole group, comparison then program; NaN
    where none was. chance: of slopes as far apart if leaving hung on the baseline alike in both.
    """

    gap: float
    lost: tuple[float, float]
    chance: float

    @property
    def is_odd(self) -> bool:
        return abs(self.gap) > HARMLESS and self.chance < CHANCE


def who_left(study: Study, panel: Panel) -> WhoLeft | None:
    """The losses of a panel, of those with a baseline; None where nothing can be said."""
    cells = observed_cells(panel, panel.post)
    periods = np.flatnonzero(cells.any(axis=0))
    known = mean_before(study, panel, panel.pre)
    if not periods.size or not known.shape[1]:
        return None
    measured = np.isfinite(known[:, 0])
    lost, before = ~cells[measured, periods[-1]], known[measured, 0]
    arm, cluster = panel.in_program[measured], panel.cluster[measured]
    if floor_refusal(study, cluster, arm, "attrition") is not None or np.ptp(before) == 0:
        return None
    return compare_lost(lost, (before - before.mean()) / before.std(), arm, cluster)


def compare_lost(lost: Bools, before: Floats, arm: Bools, cluster: Ints) -> WhoLeft | None:
    """lost, before, arm, cluster (n,), before in standard deviations; both groups still hold somebody."""
    if lost.sum() < FEWEST_LOST or lost[arm].all() or lost[~arm].all():
        return None
    rows = np.column_stack([arm * before, arm.astype(np.float64), np.ones(len(arm)), before])
    fit = fit_rows(
        rows, lost.astype(np.float64), np.ones(len(arm)), compact(cluster), smaller_arm(cluster, arm)
    )
    errors = trusted(fit, 1)
    error, slope = float(np.sqrt(errors.covariance[0, 0])), float(fit.coefficients[0])
    if not (fit.identified[0] and error > 0 and errors.df[0] > 0):
        return None
    moved = [float(before[group & ~lost].mean() - before[group].mean()) for group in (~arm, arm)]
    lost_from = [
        float(before[group & lost].mean() - before[group].mean()) if lost[group].any() else float("nan")
        for group in (~arm, arm)
    ]
    chance = 2 * float(stdtr(errors.df[0], -abs(slope) / error))
    return WhoLeft(moved[1] - moved[0], (lost_from[0], lost_from[1]), chance)
