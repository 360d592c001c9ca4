"""Which effect carries the money: the lower of the locked one and a causal second opinion.

Question  Two methods answered: whose lift is turned into money?
Rule      The locked effect gives the verdict. Where the declared second method gives a lower lift, its
          terms weighed by the money they carry at mid values, the lower one caps the money. It takes the
          wider doubt of the two with it: a cap must not make the money surer than either answer is.
Refuses   An effect that is not causal, or no number; a design without a comparison (BAS-07, CAU-08).
"""

from dataclasses import replace

import numpy as np

from payoff.finance.draws import draw_lifts
from payoff.finance.money_model import Inputs, build_model, constant_lift, mid_inputs
from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Grade
from payoff.nouns.money_plan import Assumption
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.valuation import LOCKED, SECOND, SECOND_WIDENED

WIDTH_DRAWS = 4_000
LOWEST_COMPARED_GRADE = 2  # evidence starts at 2 where there is a comparison, at 1 before and after

NO_COMPARISON = (
    "no comparison: before against after alone cannot tell the program's part from everything else "
    "that changed; add a comparison group or a staggered launch"
)


def refuse_design(study: Study, effect: Effect, grade: Grade | None) -> Refusal | None:
    """Why this effect may not be turned into money, None when it may."""
    alone = grade is not None and grade.start < LOWEST_COMPARED_GRADE
    if study.design.type == "before_after" or alone:
        return Refusal("return on investment", NO_COMPARISON)
    if not effect.causal:
        reason = f"{effect.method} is not a causal comparison: it is shown only to explain why it misleads"
        return Refusal("return on investment", reason)
    if not _is_number(effect):
        known = bool(np.isfinite(effect.estimates).all())
        why = "has no bounds: the data fit any effect" if known else "is no number"
        return Refusal("return on investment", f"the answer by {effect.method} {why}")
    return None


def _is_number(effect: Effect) -> bool:
    """Whether estimates, errors and intervals are finite, and the baseline of a level above zero."""
    parts = (effect.estimates, effect.covariance, effect.intervals)
    whole = all(np.isfinite(part).all() for part in parts)
    return whole and (effect.scale == "log" or 0 < effect.baseline < np.inf)


def choose_effect(
    study: Study,
    locked: Effect,
    second: Effect | None,
    assumptions: tuple[Assumption, ...],
    counts: Counts,
) -> tuple[Effect, str]:
    """The effect that carries the money, and which one it is in words.

    Between answers over different terms no doubt can be passed on: the second then keeps its own.
    """
    if second is None or not second.causal or second.metric != locked.metric or not _is_number(second):
        return locked, LOCKED
    lifts = [_point_lift(study, effect, assumptions, counts) for effect in (locked, second)]
    if lifts[1] >= lifts[0]:
        return locked, LOCKED
    widths = [_lift_width(study, effect, assumptions, counts) for effect in (locked, second)]
    if locked.terms == second.terms and widths[0] > widths[1]:
        return second.with_doubt_of(locked), SECOND_WIDENED
    return second, SECOND


def at_baseline(effect: Effect, counts: Counts) -> Counts:
    """Counts with the baseline that the effect's own lift was divided by.

    lift × baseline is then the estimate itself, in the metric's unit. A proportional (log) effect was
    not divided by anything: the mean before launch stays.
    """
    return replace(counts, baseline=effect.baseline) if effect.scale == "level" else counts


def _point_lift(study: Study, effect: Effect, assumptions: tuple[Assumption, ...], counts: Counts) -> float:
    """Lift at the estimates, one for all terms."""
    model = build_model(study, assumptions, counts, len(effect.terms))
    return float(constant_lift(model, mid_inputs(assumptions, effect.lift(effect.estimates)))[0])


def _lift_width(study: Study, effect: Effect, assumptions: tuple[Assumption, ...], counts: Counts) -> float:
    """Width of the middle 80 % of the lift that is worth what the terms' are, all else at mid values."""
    model = build_model(study, assumptions, counts, len(effect.terms))
    mids = {a.name: np.full(WIDTH_DRAWS, a.mid) for a in assumptions}
    drawn = constant_lift(model, Inputs(draw_lifts(effect, study.seed, WIDTH_DRAWS), mids))
    low, high = np.quantile(drawn, [0.1, 0.9])
    return float(high - low)
