"""Leavers: what if those lost were the best, or the worst?

Question  More outcomes are missing in one group than in the other. How far could that alone move the result?
Estimand  Effect on those whose outcome would have been seen in either group: between the bounds.
Method    The group that kept more is cut by the excess share, once from the top and once from the bottom.
Assumes   The lot decided the group; being in the program moves everybody's staying the same way.
Refuses   Nobody lost; the same share lost in both groups, as far as one person can tell; whole teams drawn
          (the errors are for single units); an arm below the floor.
Cites     Lee (2009), doi:10.1111/j.1467-937X.2009.00536.x: bounds, and errors of proposition 3.
Proof     tests/causal/test_causal_lee_bounds.py: a world where those who leave are known; brute force.
"""

import math
from dataclasses import dataclass

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference
from payoff.causal.outcome import baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.unit_sample import UnitSample, program_sample
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import percent

METHOD = "lee_bounds"
ESTIMAND = "effect on those who would have been seen in either group"
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class LeeBounds:
    """lower, upper: bounds of the effect, with their errors. cut: share cut from the group that kept more."""

    lower: float
    upper: float
    lower_error: float
    upper_error: float
    cut: float


def lee_bounds(outcome: Floats, treated: Bools, assigned: tuple[int, int]) -> LeeBounds | Refusal:
    """Bounds from outcomes seen (n,), their group (n,), and the numbers assigned (comparison, program)."""
    seen = (int((~treated).sum()), int(treated.sum()))
    if min(seen) < 2 or any(n > all_ for n, all_ in zip(seen, assigned, strict=True)):
        return Refusal(METHOD, "Too few outcomes were seen in one of the groups to bound the effect.")
    kept = [n / all_ for n, all_ in zip(seen, assigned, strict=True)]
    sign = 1.0 if kept[1] >= kept[0] else -1.0  # the group that kept more plays the treated
    fuller, other = (
        (outcome[treated], outcome[~treated]) if sign > 0 else (outcome[~treated], outcome[treated])
    )
    more, fewer = max(kept), min(kept)
    cut = 1 - fewer / more
    share_fuller = assigned[1 if sign > 0 else 0] / sum(assigned)
    top = _cut_mean(fuller, cut, more, fewer, share_fuller, sum(assigned))
    low = _cut_mean(-fuller, cut, more, fewer, share_fuller, sum(assigned))
    centre, spread = float(other.mean()), float(other.var(ddof=1)) / len(other)
    ends = ((-low[0] - centre, low[1]), (top[0] - centre, top[1]))
    (lower, lower_v), (upper, upper_v) = (
        ends if sign > 0 else ((-ends[1][0], ends[1][1]), (-ends[0][0], ends[0][1]))
    )
    return LeeBounds(lower, upper, math.sqrt(lower_v + spread), math.sqrt(upper_v + spread), cut)


def _cut_mean(
    values: Floats, cut: float, more: float, fewer: float, share: float, n_all: int
) -> tuple[float, float]:
    """(mean of the highest 1 − cut of `values`, its variance): the last one kept counts in part."""
    ordered = np.sort(values)[::-1]
    weight = np.clip(len(ordered) * (1 - cut) - np.arange(len(ordered)), 0.0, 1.0)
    mean = float(np.average(ordered, weights=weight))
    edge = float(ordered[np.flatnonzero(weight > 0)[-1]])
    inside = float(np.average((ordered - mean) ** 2, weights=weight))
    kept = len(ordered) * (1 - cut)
    of_cut = (1 - cut) ** 2 * ((1 - more) / (share * more) + (1 - fewer) / ((1 - share) * fewer)) / n_all
    return mean, inside / kept + (edge - mean) ** 2 * (cut / kept + of_cut / (1 - cut) ** 2)


def references(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """Two rows beside the answer of a trial that lost more from one group; nothing where nobody was lost."""
    sample = program_sample(study, panel, panel.post, METHOD)
    if isinstance(sample, Refusal) or not study.design.randomised or sample.n_units >= sum(panel.n_assigned):
        return ()
    if sample.n_clusters < sample.n_units:
        return (
            Refusal(METHOD, "Whole teams were drawn; bounds for leavers are stated for single people only."),
        )
    found = lee_bounds(sample.outcome, sample.arm, panel.n_assigned)
    if isinstance(found, Refusal):
        return (found,)
    refusal = baseline_refusal(panel, sample.level, METHOD)
    if refusal is not None:
        return (refusal,)
    who = f"{percent(found.cut)} of the group that kept more people set aside"
    ends = (
        (found.lower, found.lower_error, "Leavers: the least the effect can be"),
        (found.upper, found.upper_error, "Leavers: the most the effect can be"),
    )
    return tuple(_row(study, panel, sample, value, error, short, who) for value, error, short in ends)


def _row(
    study: Study, panel: Panel, sample: UnitSample, value: float, error: float, short: str, who: str
) -> Answer:
    return compose_effect(
        study,
        panel,
        method=METHOD,
        role="reference",
        terms=(study.design.verdict_term,),
        estimates=np.array([value]),
        inference=Inference(
            "Lee",
            np.array([[error**2]]),
            np.array([math.inf]),
            np.array([[value - Z * error, value + Z * error]]),
        ),
        estimand=ESTIMAND,
        label=f"{short}, {who}",
        short=short,
        shows="detail",
        baseline=sample.level,
        n_units=sample.n_units,
        n_clusters=sample.n_clusters,
        n_observations=sample.n_observations,
    )
