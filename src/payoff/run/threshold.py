"""What lift is worth it: fixed in the lock, held against the effect on the effect's own scale.

At the lock the only mean there is is the one before launch, and lifts are relative to it. An effect on
the level is divided by the mean without the program, which may have moved since. What is fixed is
therefore the gain in the metric's unit; the lift it means for an effect follows from that effect.
"""

import math

from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power
from payoff.nouns.study import Study


def useful_lift(study: Study, counts: Counts) -> float:
    """The smallest useful effect, declared beforehand, as a lift over the mean before launch."""
    hypothesis = study.primary_hypothesis
    return hypothesis.smallest_useful / (1.0 if hypothesis.in_unit is None else counts.baseline)


def find_threshold(study: Study, power: Power, counts: Counts) -> float | Refusal:
    """The larger of break-even and the smallest useful effect, over the mean before launch."""
    if study.lock is not None and study.lock.threshold_lift is not None:
        return study.lock.threshold_lift
    useful = useful_lift(study, counts)
    if not study.primary_hypothesis.break_even:
        return useful
    if isinstance(power.break_even, Refusal):
        return useful if useful > 0 else power.break_even
    return max(power.break_even, useful)


def threshold_to_lock(study: Study, power: Power, counts: Counts) -> tuple[float | None, float | None]:
    """(lift, gain in the metric's unit) as the lock fixes them; None where it cannot be told yet.

    Where nothing was measured before launch there is no mean to turn one into the other.
    """
    hypothesis, scale = study.primary_hypothesis, study.metric(study.outcome.primary).scale
    if math.isnan(counts.baseline):
        useful = hypothesis.smallest_useful
        if hypothesis.break_even:
            return None, None
        return (useful, None) if hypothesis.in_unit is None else (None, useful)
    found = find_threshold(study, power, counts)
    lift = None if isinstance(found, Refusal) else found
    return lift, lift * counts.baseline if scale == "level" and lift is not None else None


def lift_for(effect: Effect | Refusal, lift: float, counts: Counts) -> float:
    """The same gain as a lift of this effect; counts hold the mean before launch."""
    if isinstance(effect, Refusal) or effect.scale == "log":
        return lift
    return lift * counts.baseline / effect.baseline


def threshold_for(study: Study, effect: Effect | Refusal, power: Power, counts: Counts) -> float | Refusal:
    """The threshold as a lift of this effect; from the locked gain where the lock has one."""
    gain = study.lock.threshold_gain if study.lock is not None else None
    if gain is not None and isinstance(effect, Effect):
        return gain / effect.baseline
    lift = find_threshold(study, power, counts)
    return lift if isinstance(lift, Refusal) else lift_for(effect, lift, counts)
