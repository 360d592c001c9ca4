"""The error a randomised comparison will have, from the baseline.

Method    The comparison is run on the baseline itself, as if it were follow-up, so that teams, weights,
          unequal arms and few clusters count as they will; the adjusted method on the later half of the
          baseline, adjusted for the earlier half. What remains is a matter of time alone: how much the
          planned numbers of periods change the spread, by the model of `noise`.
Arms      The verdict's arm against the comparison; a factor with against without, over everybody.
Proof     tests/causal/test_causal_power.py, test_causal_power_designs.py.
"""

import numpy as np

from payoff.causal.cluster_errors import trusted
from payoff.causal.covariate_adjusted import fit_interacted, known_before
from payoff.causal.floors import floor_refusal
from payoff.causal.noise import Noise, find_noise
from payoff.causal.outcome import analysed_values, observed_cells
from payoff.causal.power_error import METHOD, PlannedError, Stretch, planned_periods
from payoff.causal.regression import ClusterFit
from payoff.causal.unit_sample import UnitSample, unit_sample, verdict_groups
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

PLAIN = "difference_in_means"
UNADJUSTED = (PLAIN, "ratio_of_totals")  # every other method adjusts for the baseline


def plan_randomised(study: Study, panel: Panel, stretch: Stretch) -> PlannedError | Refusal:
    """The error of the verdict's comparison over the planned follow-up."""
    arm, among = verdict_groups(study, panel)
    cells = observed_cells(panel, panel.pre)
    seen = np.asarray(cells.any(axis=0))
    period, is_post = _in_rhythm(seen, *planned_periods(panel, cells, stretch))
    n_pre, n_post = int(seen.sum()), int((is_post & (period < panel.n_periods)).sum())
    adjusts = study.design.method not in UNADJUSTED
    halves = adjusts and n_pre >= 2
    later = _last(seen, min(n_post, n_pre // 2 if halves else n_pre))
    sample = unit_sample(study, panel, later, arm, among, METHOD)
    if isinstance(sample, Refusal):
        return sample
    fit: ClusterFit | Refusal = fit_interacted(sample, np.empty((sample.n_units, 0)))
    if halves or (adjusts and panel.covariates is not None):
        earlier = seen & ~later if halves else np.zeros_like(seen)
        fit = _adjusted(study, sample, known_before(study, panel, earlier)[sample.index])
    if isinstance(fit, Refusal):
        return fit
    errors = trusted(fit, 1)
    values = analysed_values(study, panel, panel.pre, METHOD)
    if isinstance(values, Refusal):
        return values
    noise = find_noise(values, cells & among[:, None], arm, panel.cluster)
    used = _spread(noise, np.flatnonzero(later), np.flatnonzero(seen & ~later) if halves else None)
    planned = _spread(noise, period[is_post], period[~is_post] if adjusts else None)
    as_planned = np.sqrt(planned / used) if used > 0 and is_post.any() else 1.0
    error = float(np.sqrt(errors.covariance[0, 0]) * as_planned)
    short = adjusts or len(period[is_post]) != int(later.sum())
    return PlannedError(error, float(errors.df[0]), sample.level, noise.assumed if short else "")


def _in_rhythm(seen: Bools, period: Ints, is_post: Bools) -> tuple[Ints, Bools]:
    """The planned periods without those of follow-up that will be as empty as the baseline's were.

    A calendar of days whose weekends hold no data goes on so: the baseline, from its first to its last
    period with data, is repeated. seen (n_periods,); period, is_post (T,) as planned.
    """
    held, post = np.flatnonzero(seen), period[is_post]
    if not (len(held) and len(post)):
        return period, is_post
    rhythm = seen[held[0] : held[-1] + 1]
    kept = ~is_post
    kept[is_post] = rhythm[(post - post[0]) % len(rhythm)]
    return period[kept], is_post[kept]


def _adjusted(study: Study, sample: UnitSample, known: Floats) -> ClusterFit | Refusal:
    complete = np.asarray(np.isfinite(known).all(axis=1))
    refusal = floor_refusal(study, sample.cluster[complete], sample.arm[complete], METHOD)
    return refusal or fit_interacted(sample.only(complete), known[complete])


def _spread(noise: Noise, after: Ints, before: Ints | None) -> float:
    """Variance of one unit's mean over the periods `after`, less what the mean over `before` explains."""
    if not len(after):
        return 0.0
    earlier = np.empty(0, dtype=np.int64) if before is None else before
    period = np.concatenate([earlier, after])
    is_after = np.arange(len(period)) >= len(earlier)
    late = is_after / len(after)
    variance = noise.of_contrast(late, period)
    if len(earlier):
        early = ~is_after / len(earlier)
        own = noise.of_contrast(early, period)
        variance -= noise.between(early, late, period) ** 2 / own if own > 0 else 0.0
    return max(variance, 0.0)


def _last(seen: Bools, n_periods: int) -> Bools:
    """The last `n_periods` of the periods `seen` (all, where there are no more)."""
    last = np.zeros_like(seen)
    last[np.flatnonzero(seen)[-max(n_periods, 1) :]] = True
    return last
