"""The fewest clusters with which an error can be stated at all."""

import numpy as np

from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, plural, unit_noun

MIN_CLUSTERS_PER_ARM = 3


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
