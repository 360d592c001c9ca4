"""How much would trends have to part for the result to be nothing?

Scope     baseline. Reads the result's size, so it warns by its words and never costs or fails.
Asks      Of the average effect over the verdict's periods: what is left if the groups' trends part after
          launch by as much, from one period to the next, as they parted at most before it (relative
          magnitudes)? And the bend of a straight drift that would take the result away (smoothness).
Passes    The effect stands with departures as large as any before launch.
Silent    It does not stand that; fewer clusters than periods, whose covariance then promises combinations
          without any error; nothing to defend (the result leaves no effect possible); no period before
          launch besides the base.
Cites     Rambachan & Roth (2023), doi:10.1093/restud/rdad018. Errors are widened to the t distribution of
          the event study's fewest degrees of freedom.
"""

import numpy as np
from scipy.special import ndtri, stdtrit

from payoff.causal.checks_pre_trend import say_size
from payoff.causal.event_study import EventStudy, event_study
from payoff.causal.honest_did import LEVEL, honest_breakdown
from payoff.causal.honest_did_relative import rejected_ratios
from payoff.causal.protocol import Answer
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import lowered, sentence

NAME = "honest trends"
RATIOS = (0.5, 1.0, 2.0)
SAID = ("half as much as", "as much as", "twice as much as")


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """What the event study leaves of the result when trends may part."""
    if isinstance(answer, Refusal):
        return _check(Verdict.SILENT, "There is no result that a parting of trends could take away.")
    found = event_study(study, panel)
    if isinstance(found, Refusal):
        return _check(Verdict.SILENT, f"Cannot be said: {lowered(sentence(found.reason))}")
    inputs = _inputs(study, found)
    if isinstance(inputs, str):
        return _check(Verdict.SILENT, inputs)
    return _judge(study, panel, answer, inputs)


def _judge(study: Study, panel: Panel, answer: Effect, inputs: tuple[Floats, Floats, int, Floats]) -> Check:
    low, high = answer.interval
    if low <= 0 <= high:
        return _check(
            Verdict.SILENT, "The result leaves no effect possible as it is: there is nothing to take away."
        )
    estimates, covariance, n_pre, weights = inputs
    stands = rejected_ratios(estimates, covariance, n_pre, weights, np.array(RATIOS), LEVEL)
    before = f"the groups parted at most before launch, from one {study.design.period} to the next"
    bend = honest_breakdown(estimates, covariance, n_pre, kind="smoothness", target=tuple(weights))
    straight = (
        f"; a drift that bends by {say_size(panel, bend)} a {study.design.period} would take it away"
        if bend > 0
        else "; a straight drift, as far as it can be ruled out, already would"
    )
    if not stands[0]:
        text = f"If trends parted after launch even {SAID[0]} {before}, there might be no effect{straight}."
        return _check(Verdict.SILENT, text)
    most = int(np.flatnonzero(np.cumprod(stands))[-1])
    text = f"The effect stands if trends part after launch {SAID[most]} {before}{straight}."
    return _check(Verdict.PASS if most >= 1 else Verdict.SILENT, text)


def _inputs(study: Study, found: EventStudy) -> tuple[Floats, Floats, int, Floats] | str:
    """(estimates, covariance, periods before, weights of those after) over event times without a gap."""
    term = next(t for t in study.design.terms if t.name == study.design.verdict_term)
    base = -1 - study.design.anticipation
    times = found.event_times
    used = (times < base) | (times > base)
    lacking = np.setdiff1d(np.arange(times.min(), times.max() + 1), times)
    if found.n_before == 0 or not (times < base).any():
        return "Cannot be said: only the base was seen before launch, so departures have no yardstick."
    if np.setdiff1d(lacking, [base]).size:
        return "Cannot be said: periods around launch are missing."
    after = times[times > base]
    last = int(after.max()) if term.last is None else term.last
    asked = ((after >= term.first) & (after <= last)).astype(np.float64)
    if not asked.any():
        return "Cannot be said: the verdict's periods are not in the event study."
    df = max(float(found.df[used].min()), 1.0)
    widened = found.covariance * (float(stdtrit(df, LEVEL / 2)) / float(ndtri(LEVEL / 2))) ** 2
    keep = np.flatnonzero(used)
    if not np.isfinite(widened[np.ix_(keep, keep)]).all():
        return "Cannot be said: the effects around launch have no error to judge a departure by."
    if np.linalg.matrix_rank(widened[np.ix_(keep, keep)], hermitian=True) < len(keep):
        return "Cannot be said: too few clusters for so many periods around launch."
    return found.estimates[keep], widened[np.ix_(keep, keep)], int((times < base).sum()), asked / asked.sum()


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "baseline", verdict, text)
