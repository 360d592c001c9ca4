"""The effects of one rollout, whichever way they are computed, with both kinds of errors.

Question  What are the averages of a study's rollout, and how far off may each be?
Assumes   As `group_time_effects` and `group_time_units`: moments where every unit has every period and no
          covariates are declared, unit rows elsewhere.
Refuses   Covariates that tell the program's units from all others.
Cites     Callaway & Sant'Anna (2021); Bell & McCaffrey (2002).
Proof     tests/causal/test_causal_group_time_study.py.
"""

from dataclasses import dataclass, replace

import numpy as np

from payoff.causal.cluster_errors import Inference, t_inference
from payoff.causal.floors import MIN_CLUSTERS_PER_ARM
from payoff.causal.group_time_average import Average
from payoff.causal.group_time_cells import Base, Cells, find_cells, keep_cells
from payoff.causal.group_time_effects import GroupTime, plain_effects
from payoff.causal.group_time_gaps import mean_effects
from payoff.causal.group_time_rollout import Rollout
from payoff.causal.group_time_trusted import trusted_errors
from payoff.causal.group_time_units import UnitEffects, Units, unit_effects
from payoff.causal.moments import build_moments, build_paths
from payoff.nouns.arrays import Floats
from payoff.nouns.refusal import Refusal


@dataclass(frozen=True, slots=True)
class RolloutFit:
    """Effects of every cell, and the rollout they come from."""

    rollout: Rollout
    effects: GroupTime | UnitEffects

    @property
    def cells(self) -> Cells:
        return self.effects.cells

    def plain(self, average: Average) -> Inference:
        """Errors as the article and R print them: influence functions over n, normal intervals."""
        estimates, covariance = self.effects.average(average)
        return t_inference("plain", estimates, covariance, np.full(len(estimates), np.inf))

    def trusted(self, average: Average) -> Inference:
        """CR2 errors with Satterthwaite degrees of freedom, cohort sizes as they are."""
        rollout = self.rollout
        if isinstance(self.effects, UnitEffects):
            scores = self.effects.adjusted @ average.weights / rollout.n_units
            working = _own_spread(scores, rollout)
            adjusted = True
        else:
            scores, working = _path_scores(self.effects, average, rollout)
            adjusted = False
        return trusted_errors(
            average.estimates,
            scores,
            working,
            rollout.code,
            rollout.cluster,
            rollout.weight,
            adjusted=adjusted,
        )


def fit_rollout(rollout: Rollout, base: Base, method: str) -> RolloutFit | Refusal:
    """All cells of the rollout."""
    cells = find_cells(rollout.times, rollout.cohorts, rollout.control, base, rollout.anticipation)
    if rollout.control == "not_yet":
        rollout, cells = _stop_when_thin(rollout, cells)
    if rollout.whole and rollout.x.shape[1] == 1:
        moments = build_moments(
            rollout.values,
            rollout.launch,
            rollout.times,
            cluster=rollout.cluster if rollout.clustered else None,
            weights=rollout.weight,
        )
        return RolloutFit(rollout, plain_effects(moments, cells))
    units = Units(rollout.values, rollout.code, rollout.weight, rollout.cluster, rollout.x)
    if rollout.x.shape[1] == 1:
        return RolloutFit(rollout, mean_effects(units, cells, len(rollout.cohorts)))
    found = unit_effects(units, cells, len(rollout.cohorts), "dr")
    if isinstance(found, int):
        reason = (
            "The declared covariates tell the units that started together from all others, or one another: "
            "nobody is left to compare like with like; declare fewer covariates."
        )
        return Refusal(method, reason)
    return RolloutFit(rollout, found)


def _stop_when_thin(rollout: Rollout, cells: Cells) -> tuple[Rollout, Cells]:
    """Comparisons end when too few clusters are left untreated, as they do when none is."""
    pools, of = np.unique(cells.controls, axis=0, return_inverse=True)
    held = np.array([len(np.unique(rollout.cluster[pool[rollout.code]])) for pool in pools])
    enough = held[of.ravel()] >= MIN_CLUSTERS_PER_ARM if cells.size else np.zeros(0, dtype=np.bool_)
    if enough.all() or not enough.any():
        return rollout, cells
    note = f"{rollout.note}; comparisons end when fewer than {MIN_CLUSTERS_PER_ARM} are left untreated"
    return replace(rollout, note=note), keep_cells(cells, enough)


def _path_scores(effects: GroupTime, average: Average, rollout: Rollout) -> tuple[Floats, Floats]:
    """(n, q): deviation of each unit's score from its cohort's mean; (K, q): its working variance."""
    moments = effects.moments
    slopes = effects.influence[:, :-1, :] @ average.weights / rollout.n_units  # (K, T, q)
    centred = build_paths(rollout.values, None) - moments.mean[rollout.code]
    scores = np.empty((rollout.n_units, slopes.shape[2]))
    for k in range(len(rollout.cohorts)):
        rows = rollout.code == k
        scores[rows] = rollout.weight[rows, None] * (centred[rows] @ slopes[k])
    spread = (centred * rollout.weight[:, None]).T @ centred / max(rollout.n_units - len(slopes), 1)
    return scores, np.einsum("ktq,ts,ksq->kq", slopes, spread, slopes, optimize=True)


def _own_spread(scores: Floats, rollout: Rollout) -> Floats:
    """(K, q): variance of scores per unit weight, by cohort."""
    size = len(rollout.cohorts)
    squares = [np.bincount(rollout.code, weights=c, minlength=size) for c in (scores**2).T]
    mass = np.bincount(rollout.code, weights=rollout.weight, minlength=size)
    return np.stack(squares, axis=1) / mass[:, None]
