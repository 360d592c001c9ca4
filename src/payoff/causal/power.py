"""The smallest lift the design can see, from the baseline alone.

Question  If the program works, how large must its effect be for this study to show it?
Estimand  The lift detected with 80 % power by a two-sided 5 % test of the locked estimator.
Identity  smallest = the shift that a noncentral t sees 8 times in 10 × the standard error expected.
Assumes   Follow-up varies as the baseline did, and nobody drops out. How the error is foreseen is each
          design's own: `power_randomised`, `power_changes`, `power_matched`, `power_pairs`, `power_series`.
Refuses   No baseline; fewer clusters than the floor; a baseline without spread.
Blind     Values after the baseline window are never read: tests/causal/test_causal_power.py.
"""

from collections.abc import Callable

import numpy as np

from payoff.causal.outcome import baseline_refusal
from payoff.causal.power_changes import plan_changes
from payoff.causal.power_error import METHOD, PlannedError, Stretch
from payoff.causal.power_matched import plan_matched
from payoff.causal.power_pairs import plan_before_after, plan_synthetic
from payoff.causal.power_randomised import plan_randomised
from payoff.causal.power_series import plan_series
from payoff.causal.sample_size import POWER, power_of_t, visible_shift
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import DesignType, Study

AS_PLANNED = Stretch()

_PLANNERS: dict[DesignType, Callable[[Study, Panel, Stretch], PlannedError | Refusal]] = {
    "rct": plan_randomised,
    "did": plan_changes,
    "matched": plan_matched,
    "synthetic": plan_synthetic,
    "its": plan_series,
    "before_after": plan_before_after,
}


def smallest_visible_lift(study: Study, panel: Panel) -> float | Refusal:
    """Lift (0.1 = 10 %) seen with 80 % power; reads nothing after the baseline window."""
    planned = plan_error(study, panel)
    return planned if isinstance(planned, Refusal) else visible_lift(panel, planned)


def plan_error(study: Study, panel: Panel, stretch: Stretch = AS_PLANNED) -> PlannedError | Refusal:
    """The error the study's design will have, with `stretch` more periods than planned."""
    planned = _PLANNERS[study.design.type](study, panel, stretch)
    if isinstance(planned, Refusal):
        return planned
    if not (0 < planned.std_error < np.inf and planned.df > 0):
        return Refusal(METHOD, "The baseline does not vary: what the study could see cannot be said.")
    return baseline_refusal(panel, planned.level, METHOD) or planned


def visible_lift(panel: Panel, planned: PlannedError, power: float = POWER) -> float:
    """The lift seen with the given power."""
    visible = visible_shift(planned.df, power) * planned.std_error
    if panel.metric.scale == "level":
        return visible / planned.level
    return float(-np.expm1(-visible) if panel.metric.better == "lower" else np.expm1(visible))


def chance_to_see(panel: Panel, planned: PlannedError, lift: float) -> float:
    """Chance (0 to 1) that a true lift is told from nothing, two-sided 5 %."""
    return power_of_t(raw_change(panel, planned, lift) / planned.std_error, planned.df)


def chance_to_show(panel: Panel, planned: PlannedError, lift: float, threshold: float) -> float:
    """Chance that the whole interval lies above `threshold` when the true lift is `lift`: "worked"."""
    above = raw_change(panel, planned, lift) - raw_change(panel, planned, threshold)
    return power_of_t(above / planned.std_error, planned.df, alpha=0.025, sides=1)


def raw_change(panel: Panel, planned: PlannedError, lift: float) -> float:
    """A lift as a change on the analysed scale, towards better."""
    if panel.metric.scale == "level":
        return lift * planned.level
    if panel.metric.better == "lower":
        return float(-np.log1p(-lift)) if lift < 1 else float("inf")
    return float(np.log1p(lift)) if lift > -1 else float("-inf")
