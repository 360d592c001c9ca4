"""The fewest clusters with which an error can be stated at all."""

import numpy as np

from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, plural, unit_noun

MIN_CLUSTERS_PER_ARM = 3
FEW_CLUSTERS = 20  # below, one way of judging the error is not enough
FEW_IN_ARM = 10
MIN_CLUSTERS_PER_LAUNCH = 2  # on average; below, a team's own luck and the effect of its date are one


def cluster_noun(study: Study) -> str:
    """What a cluster is called: the unit itself, or the column that names it."""
    cluster = study.design.cluster
    if cluster is None or cluster == study.design.unit:
        return study.design.unit_label
    return unit_noun(cluster) if cluster.isidentifier() else "cluster"


def compact(codes: Ints) -> Ints:
    """The same clusters coded 0..n-1 without gaps, in the order of their codes."""
    dense: Ints = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    return dense


def smaller_arm(cluster: Ints, program: Bools) -> int:
    """How many clusters the smaller of two arms holds; cluster and program are (n,)."""
    return min(len(np.unique(cluster[program])), len(np.unique(cluster[~program])))


def floor_refusal(study: Study, cluster: Ints, program: Bools, method: str) -> Refusal | None:
    """Refuse below MIN_CLUSTERS_PER_ARM clusters in an arm; cluster and program are (n_units,)."""
    noun = cluster_noun(study)
    for arm, inside in (("program", program), ("comparison", ~program)):
        seen = len(np.unique(cluster[inside]))
        missing = MIN_CLUSTERS_PER_ARM - seen
        if missing > 0:
            have = (
                f"Only {counted(seen, noun)} in the {arm} group" if seen else f"No {noun} in the {arm} group"
            )
            need = f"at least {MIN_CLUSTERS_PER_ARM} {plural(noun)} in each are needed to state an error"
            return Refusal(method, f"{have}; {need}: {missing} more.")
    return None


def waves_refusal(study: Study, launch: Ints, cluster: Ints, method: str) -> Refusal | None:
    """Refuse too few clusters a launch date; launch (n_units,), −1 never, and cluster (n_units,)."""
    treated = launch >= 0
    n_dates, n_clusters = len(np.unique(launch[treated])), len(np.unique(cluster[treated]))
    if n_dates < 2 or n_clusters >= MIN_CLUSTERS_PER_LAUNCH * n_dates:
        return None
    noun, fewest = cluster_noun(study), MIN_CLUSTERS_PER_LAUNCH
    reason = (
        f"{counted(n_clusters, noun)} started at {n_dates} dates, fewer than {fewest} a date: a {noun}'s own "
        f"luck cannot be told from what the program did; start more {plural(noun)} together."
    )
    return Refusal(method, reason)
