"""The error a randomised comparison will have, from the baseline.

Method    The comparison is run on the baseline itself, as if it were follow-up, so that teams, weights,
          unequal arms and few clusters count as they will; the adjusted method on the later half of the
          baseline, adjusted for the earlier half. What remains is a matter of time alone: how much the
          planned numbers of periods change the spread, by the model of `noise`.
Take-up   An effect on those who took part is planned on their scale: the error over the share whom the
          offer moved, as recorded; before anything is recorded everybody is taken to take part, and the
          plan says so.
Arms      The verdict's arm against the comparison; a factor with against without, over everybody.
Proof     tests/causal/test_causal_power.py, test_causal_power_designs.py.
"""

import numpy as np

from payoff.causal.cluster_errors import trusted
from payoff.causal.complier import METHOD as COMPLIER
from payoff.causal.complier import UNMOVED
from payoff.causal.covariate_adjusted import fit_interacted, known_before
from payoff.causal.floors import floor_refusal
from payoff.causal.noise import find_noise
from payoff.causal.outcome import analysed_values, observed_cells
from payoff.causal.power_error import METHOD, PlannedError, Stretch, planned_periods
from payoff.causal.regression import ClusterFit
from payoff.causal.unit_sample import UnitSample, unit_sample, verdict_groups
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

PLAIN = "difference_in_means"
ASSUMED_TAKE_UP = (
    "Who takes part is not known yet: everybody offered the program is taken to; if half do, only twice the "
    "lift can be seen."
)
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
    used = noise.of_mean(np.flatnonzero(later), np.flatnonzero(seen & ~later) if halves else None)
    planned = noise.of_mean(period[is_post], period[~is_post] if adjusts else None)
    as_planned = np.sqrt(planned / used) if used > 0 and is_post.any() else 1.0
    error = float(np.sqrt(errors.covariance[0, 0]) * as_planned)
    short = adjusts or len(period[is_post]) != int(later.sum())
    moved, told = _share_moved(study, panel, arm, among)
    if moved <= 0:
        return Refusal(METHOD, UNMOVED)
    assumed = " ".join(text for text in (noise.assumed if short else "", told) if text)
    return PlannedError(error / moved, float(errors.df[0]), sample.level, assumed)


def _share_moved(study: Study, panel: Panel, arm: Bools, among: Bools) -> tuple[float, str]:
    """(share whom the offer makes take part, what had to be assumed of it); 1 where everybody counts.

    An effect on those who took part is the difference between the arms over that share, and so is its error.
    """
    if study.design.method != COMPLIER:
        return 1.0, ""
    took = np.full(panel.n_units, np.nan) if panel.take_up is None else panel.take_up
    ours, theirs = took[arm & among], np.nan_to_num(took[~arm & among])  # as the method: unknown is no
    known = np.isfinite(ours)
    if not known.any():
        return 1.0, ASSUMED_TAKE_UP
    return float(ours[known].mean() - (theirs.mean() if theirs.size else 0.0)), ""


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


def _last(seen: Bools, n_periods: int) -> Bools:
    """The last `n_periods` of the periods `seen` (all, where there are no more)."""
    last = np.zeros_like(seen)
    last[np.flatnonzero(seen)[-max(n_periods, 1) :]] = True
    return last
