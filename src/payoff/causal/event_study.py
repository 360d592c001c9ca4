"""What happened by time since launch: before it, from it on, and when it began to show.

Question  When does the program's effect set in, and does it last? Did the groups differ before?
Estimand  ATT(e): mean of ATT(g, g + e) over cohorts by size, for every event time e.
Assumes   As `group_time`; before launch the estimates show departures from it.
Refuses   What `group_time_rollout` refuses; a cohort or comparison with too few clusters.
Cites     Callaway & Sant'Anna (2021), section 3.1.1; bands: `group_time_band`.
Proof     tests/reference/test_reference_group_time.py; onset in tests/causal.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.cluster_errors import Inference
from payoff.causal.group_time_average import average_each_exposure
from payoff.causal.group_time_band import find_band
from payoff.causal.group_time_cells import Base
from payoff.causal.group_time_fit import RolloutFit, fit_rollout
from payoff.causal.group_time_floors import thin_refusal
from payoff.causal.group_time_rollout import Rollout, read_rollout
from payoff.nouns.arrays import Floats, Ints, frozen
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

METHOD = "event_study"


@dataclass(frozen=True, slots=True)
class EventStudy:
    """event_times (q,) increasing; estimates (q,), covariance (q, q), df (q,), bands (q, 2): trusted errors.

    plain: covariance (q, q) as the article prints it. n_before: how many event times lie before launch.
    With the universal base the base itself (event time −1 less anticipation) has no row: it is zero.
    """

    event_times: Ints
    estimates: Floats
    covariance: Floats
    df: Floats
    bands: Floats
    plain: Floats
    n_before: int
    inference: Inference
    rollout: Rollout

    @property
    def onset(self) -> int | None:
        """The first event time from launch on whose band leaves zero out (CAU-11); None: none does."""
        shows = (self.event_times >= 0) & ((self.bands[:, 0] > 0) | (self.bands[:, 1] < 0))
        return int(self.event_times[shows][0]) if shows.any() else None


def event_study(study: Study, panel: Panel, base: Base = "universal") -> EventStudy | Refusal:
    """Estimates by time since launch with their covariance, from a study and its panel."""
    rollout = read_rollout(study, panel, METHOD)
    if isinstance(rollout, Refusal):
        return rollout
    fit = fit_rollout(rollout, base, METHOD)
    if isinstance(fit, Refusal):
        return fit
    cells = fit.cells
    if not (cells.event >= 0).any():
        reason = "No period after a launch has anyone untreated to compare with: let a group start later."
        return Refusal(METHOD, reason)
    used = np.ones(cells.size, dtype=np.bool_)
    refusal = thin_refusal(study, panel, fit.rollout, cells, used, METHOD)
    return refusal or study_by_exposure(fit, study.seed)


def study_by_exposure(fit: RolloutFit, seed: int) -> EventStudy:
    """The event study of a fit."""
    average = average_each_exposure(fit.cells, fit.effects.estimates, fit.effects.share)
    times = np.unique(fit.cells.event)
    trusted = fit.trusted(average)
    band = find_band(average.estimates, trusted.covariance, trusted.df, np.random.default_rng(seed))
    return EventStudy(
        event_times=frozen(times),
        estimates=frozen(average.estimates),
        covariance=frozen(trusted.covariance),
        df=frozen(trusted.df),
        bands=frozen(band.ends),
        plain=frozen(fit.plain(average).covariance),
        n_before=int((times < 0).sum()),
        inference=trusted,
        rollout=fit.rollout,
    )
