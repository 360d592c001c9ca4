"""Who went how far, by arm: stages, conversion from one to the next, drop-off.

Question  At which stage does the program make a difference, and where do people drop off?
Estimand  Of everyone assigned, the share that reached each stage, program arm less comparison: as
          causal as the design. Conversion from one stage to the next is among those who got so far, whom
          the program may have changed: a description.
Identity  A stage counts as reached when all before it were. Shares multiply: reached = Π conversions.
Assumes   As `randomised`.
Refuses   Stages unknown for more than a fifth; fewer clusters in an arm than the floor; a stage nobody
          or everybody reached in both arms (for that difference alone).
Cites     Wilson (1927), doi:10.1080/01621459.1927.10502953: interval of a share; with teams, at the
          sample size their errors amount to.
Proof     tests/causal/test_causal_explore.py: a golden funnel by hand (CAU-04).
"""

import math

import numpy as np
from scipy.special import stdtrit

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference, trusted
from payoff.causal.floors import cluster_noun, compact, floor_refusal
from payoff.causal.outcome import MAX_SHARE_DROPPED
from payoff.causal.protocol import Answer
from payoff.causal.regression import fit_rows
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.cohort import Cohort
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, percent

METHOD = "funnel"


def explore_funnel(study: Study, cohort: Cohort, panel: Panel) -> tuple[Answer, ...]:
    """Shares reached, arm against arm; then each arm's conversions. panel: lends metric and fingerprint."""
    if cohort.funnel is None:
        return (Refusal(METHOD, "Which stages people reached is not recorded."),)
    known: Bools = np.asarray(~np.isnan(cohort.funnel).any(axis=1))
    lost = int((~known).sum())
    if lost > MAX_SHARE_DROPPED * len(known):
        who = f"{count(lost)} of {counted(len(known), study.design.unit_label)}"
        return (Refusal(METHOD, f"It is not known which stages {who} reached."),)
    arm = cohort.in_program[known]
    cluster = compact(np.unique(np.array(cohort.cluster)[known], return_inverse=True)[1])
    refusal = floor_refusal(study, cluster, arm, METHOD)
    if refusal is not None:
        return (refusal,)
    stages = tuple(stage.name for stage in study.explore.funnel)
    reached = np.cumprod(cohort.funnel[known] > 0, axis=1).astype(np.float64)
    rows = [_gaps(study, panel, stages, reached, arm, cluster)]
    rows += [
        _arm(study, panel, stages, reached[inside], cluster[inside], name)
        for inside, name in ((arm, "program"), (~arm, "comparison"))
    ]
    return tuple(rows)


def _gaps(
    study: Study, panel: Panel, stages: tuple[str, ...], reached: Floats, arm: Bools, cluster: Ints
) -> Answer:
    """Difference of shares reached, with the joint covariance of the stages."""
    rows = np.column_stack([arm.astype(np.float64), np.ones(len(arm))])
    moving = [s for s in range(len(stages)) if np.ptp(reached[:, s]) > 0]
    if not moving:
        return Refusal(METHOD, "Everybody reached the same stage: there is no drop-off to compare.")
    fits = [fit_rows(rows, reached[:, s], np.ones(len(arm)), cluster) for s in moving]
    errors = [trusted(fit, 1) for fit in fits]
    influence = np.column_stack([fit.scores @ fit.bread[:, 0] for fit in fits])
    covariance = joint_covariance(influence, np.array([float(e.covariance[0, 0]) for e in errors]))
    level = float(reached[~arm][:, moving[-1]].mean())
    if not level > 0:
        return Refusal(METHOD, f"Nobody in the comparison group reached {stages[moving[-1]]}.")
    short = "Share of everyone assigned that reached each stage, program less comparison"
    return compose_effect(
        study,
        panel,
        method=METHOD,
        role="reference",
        terms=tuple(stages[s] for s in moving),
        estimates=np.array([float(fit.coefficients[0]) for fit in fits]),
        inference=Inference(
            "CR2",
            covariance,
            np.array([float(e.df[0]) for e in errors]),
            np.concatenate([e.intervals for e in errors]),
        ),
        estimand="difference in the share that reached a stage (intention to treat)",
        label=f"{short}, errors by {cluster_noun(study)}",
        short=short,
        shows="exploration",
        baseline=level,
        n_units=len(arm),
        n_clusters=fits[0].n_clusters,
        n_observations=reached.size,
        causal=study.design.randomised,
    )


def _arm(
    study: Study, panel: Panel, stages: tuple[str, ...], reached: Floats, cluster: Ints, name: str
) -> Answer:
    """Conversion of each stage from the one before, among those of one arm who got there."""
    method = f"{METHOD}, {name}"
    parts, said = [], []
    before = np.ones(len(reached), dtype=np.bool_)
    for s, stage in enumerate(stages):
        if not before.any():
            return Refusal(method, f"Nobody in the {name} group got as far as {stages[s - 1]}.")
        converted = reached[before, s]
        parts.append(share_interval(converted, compact(cluster[before])))
        share, among = parts[-1][0], count(int(before.sum()))
        said.append(f"{stage} {percent(share)} of {among}, {percent(1 - share)} lost")
        before = reached[:, s] > 0
    estimates = np.array([p[0] for p in parts])
    intervals = np.array([p[1:] for p in parts])
    errors = (intervals[:, 1] - intervals[:, 0]) / (2 * stdtrit(np.inf, 0.975))
    short = f"Conversion from stage to stage, {name} group"
    return compose_effect(
        study,
        panel,
        method=method,
        role="reference",
        terms=stages,
        estimates=estimates,
        inference=Inference("Wilson", np.diag(errors**2), np.full(len(stages), np.inf), intervals),
        estimand="share of those at one stage who reached the next",
        label=f"{short}: {'; '.join(said)}. A description: who gets so far may differ between the groups",
        short=short,
        shows="exploration",
        baseline=1.0,
        n_units=len(reached),
        n_clusters=len(np.unique(cluster)),
        n_observations=reached.size,
        causal=False,
    )


def share_interval(reached: Floats, cluster: Ints) -> tuple[float, float, float]:
    """A share with Wilson's 95 % interval; in clusters, at the number of independent people they amount to.

    reached (n,) 0 or 1; cluster (n,) codes 0..G-1.
    """
    n, share = len(reached), float(reached.mean())
    alone = share * (1 - share) / n
    n_clusters = int(cluster.max()) + 1
    if 1 < n_clusters < n and alone > 0:
        sums = np.bincount(cluster, weights=reached - share)
        moved = float((sums**2).sum()) / n**2 * n_clusters / (n_clusters - 1)
        n_effective = n / max(moved / alone, 1.0)
    else:
        n_effective = float(n)
    z = float(stdtrit(max(n_clusters - 1, 1), 0.975)) if n_clusters < n else 1.959963984540054
    centre = (share + z**2 / (2 * n_effective)) / (1 + z**2 / n_effective)
    spread = share * (1 - share) / n_effective + (z / n_effective) ** 2 / 4
    reach = z / (1 + z**2 / n_effective) * math.sqrt(spread)
    return share, max(centre - reach, 0.0), min(centre + reach, 1.0)


def joint_covariance(influence: Floats, variances: Floats) -> Floats:
    """(k, k): the `variances` (k,) joined by the correlations of what each cluster adds, influence (G, k)."""
    raw = influence.T @ influence
    scale = np.sqrt(np.diag(raw))
    correlation = raw / np.outer(np.where(scale > 0, scale, 1.0), np.where(scale > 0, scale, 1.0))
    np.fill_diagonal(correlation, 1.0)
    errors = np.sqrt(np.maximum(variances, 0.0))
    joint: Floats = correlation * np.outer(errors, errors)
    return joint
