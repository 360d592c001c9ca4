"""When did the effect set in, and does it fade? Effects by time since launch of a randomised design.

Question  What changed in each period after launch, from which period on, and for how long?
Estimand  Intention to treat in each period of follow-up, adjusted for the mean before launch.
Assumes   As `randomised`. One launch date: event time is calendar time.
Refuses   Fewer than MIN_PERIODS periods of follow-up; a period in which an arm is below the floor.
Proof     tests/causal/test_causal_explore.py: seeded onset found within one period (CAU-11).
"""

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.arms import simultaneous_band
from payoff.causal.cluster_errors import Inference, trusted
from payoff.causal.covariate_adjusted import mean_before
from payoff.causal.floors import cluster_noun, compact, floor_refusal
from payoff.causal.funnel import joint_covariance
from payoff.causal.onset_fit import describe_course
from payoff.causal.outcome import MAX_SHARE_DROPPED, analysed_values, baseline_refusal, observed_cells
from payoff.causal.protocol import Answer
from payoff.causal.regression import ClusterFit, fit_rows
from payoff.causal.unit_sample import verdict_groups
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

METHOD = "effect_by_period"
MIN_PERIODS = 3


def explore_onset(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """One effect a period with joint covariance and band; the label tells onset and fading."""
    values = analysed_values(study, panel, panel.post, METHOD)
    if isinstance(values, Refusal):
        return (values,)
    cells = observed_cells(panel, panel.post)
    periods = np.flatnonzero(cells.any(axis=0))
    if len(periods) < MIN_PERIODS:
        reason = f"Fewer than {MIN_PERIODS} periods of follow-up: no course of time to tell."
        return (Refusal(METHOD, reason),)
    arm, among = verdict_groups(study, panel)
    before = _usable(mean_before(study, panel, panel.pre), cells, among)
    among = among & np.isfinite(before).all(axis=1)
    fits = []
    for t in periods:
        seen = among & cells[:, t]
        refusal = floor_refusal(study, panel.cluster[seen], arm[seen], METHOD)
        if refusal is not None:
            return (refusal,)
        fits.append(_fit(values[:, t], panel, arm, before, seen, int(t)))
    errors = [trusted(fit, 1) for fit, _ in fits]
    covariance = joint_covariance(
        np.column_stack([influence for _, influence in fits]),
        np.array([float(e.covariance[0, 0]) for e in errors]),
    )
    rest = cells & (among & ~arm)[:, None]
    level = float(np.average(panel.values[rest], weights=panel.weights[rest]))
    refusal = baseline_refusal(panel, level, METHOD)
    if refusal is not None:
        return (refusal,)
    estimates = np.array([float(fit.coefficients[0]) for fit, _ in fits])
    df = np.array([float(e.df[0]) for e in errors])
    since = periods - int(np.flatnonzero(panel.post)[0])
    sound = bool((np.diag(covariance) > 0).all() and (df > 0).all())
    story = (
        describe_course(since, estimates, covariance, float(df.min()), study.design.period) if sound else ""
    )
    short = f"Effect by {study.design.period} since launch"
    effect = compose_effect(
        study,
        panel,
        method=METHOD,
        role="reference",
        terms=tuple(f"e{int(t)}" for t in since),
        estimates=estimates,
        inference=Inference("CR2", covariance, df, np.concatenate([e.intervals for e in errors])),
        estimand=f"effect of being assigned, in each {study.design.period} since launch (intention to treat)",
        label=f"{short}, errors by {cluster_noun(study)}{story}",
        short=short,
        baseline=level,
        n_units=int((among & cells.any(axis=1)).sum()),
        n_clusters=len(np.unique(panel.cluster[among])),
        n_observations=int(cells[among].sum()),
        bands=simultaneous_band(estimates, covariance, df, study.seed) if sound else None,
        shows="course",
    )
    return (effect,)


def _usable(before: Floats, cells: Bools, among: Bools) -> Floats:
    """The mean before launch, unless too many lack one: then nothing to adjust for, nobody left out."""
    seen = among & cells.any(axis=1)
    lost = seen & ~np.isfinite(before).all(axis=1)
    return before[:, :0] if lost.sum() > MAX_SHARE_DROPPED * seen.sum() else before


def _fit(
    values: Floats, panel: Panel, arm: Bools, before: Floats, seen: Bools, period: int
) -> tuple[ClusterFit, Floats]:
    """Outcome of one period on (arm, 1, before), and what each cluster adds to the arm's coefficient."""
    known = before[seen] - before[seen].mean(axis=0)
    rows = np.column_stack([arm[seen].astype(np.float64), np.ones(int(seen.sum())), known])
    cluster = compact(panel.cluster[seen])
    fit = fit_rows(rows, values[seen], panel.weights[seen, period], cluster)
    influence = np.zeros(int(panel.cluster.max()) + 1)
    influence[np.unique(panel.cluster[seen])] = fit.scores @ fit.bread[:, 0]
    return fit, influence
