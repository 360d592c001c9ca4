"""Did it work? One of six verdicts, from the interval of the locked effect and the threshold.

Rule      With a threshold t above zero and a 95 % interval (low, high) as lift:
          low > t worked; high < 0 harmed; 0 < low ≤ t ≤ high helped, size unclear;
          0 ≤ high < t no meaningful effect; low ≤ 0 and high ≥ t cannot tell. Every interval falls in
          exactly one. A failed gate or a refusal: blocked.
Words     None: the report says it, from the verdict and its numbers.
Proof     tests/causal/test_causal_verdict.py: property test over all intervals.
"""

import math
from collections.abc import Sequence

from payoff.causal.protocol import Answer
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, EffectVerdict, Verdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import percent

LONGEST_WAIT_WEEKS = 520  # more weeks than this is no advice
OUT_OF_REACH = 1_000.0  # thresholds in the interval: a million times the data is no advice either


def judge_effect(
    study: Study, effect: Answer, threshold_lift: float | Refusal, useful_lift: float, checks: Sequence[Check]
) -> EffectVerdict:
    """The verdict in one of six words, the rule that fired, and the numbers its sentence needs.

    threshold_lift: max(break-even lift, smallest useful), or why there is none.
    useful_lift: the smallest useful effect as a lift; a threshold above it is the break-even lift.
    """
    gate = next((c for c in checks if c.blocks and c.verdict is Verdict.FAIL), None)
    threshold = None if isinstance(threshold_lift, Refusal) else _not_negative(threshold_lift)
    if gate is not None:
        return _blocked(study, "a gate failed", gate.text, gate.owner, threshold)
    if isinstance(effect, Refusal):
        return _blocked(study, "the locked method refused", effect.reason, "", threshold)
    if threshold is None:
        why = threshold_lift.reason if isinstance(threshold_lift, Refusal) else "it is not a number"
        return _blocked(study, "no threshold", f"no threshold for worth it: {why}", "", None)
    low, high = effect.lift_interval()
    word, rule = classify(low, high, threshold)
    pays = threshold > useful_lift and not math.isclose(threshold, useful_lift, rel_tol=1e-6)
    more = _more_to_settle(study, effect, high - low, threshold) if word == "cannot tell" else (None, None)
    return EffectVerdict(word, rule, threshold, pays, *more)


def classify(low: float, high: float, threshold: float) -> tuple[str, str]:
    """The verdict and the rule, for an interval and a threshold in lifts (low ≤ high, threshold ≥ 0)."""
    ends = f"interval {percent(low)} to {percent(high)}, threshold {percent(threshold)}"
    if high < 0:
        return "harmed", f"whole interval below zero: {ends}"
    if low > threshold:
        return "worked", f"whole interval above the threshold: {ends}"
    if high < threshold:
        return "no meaningful effect", f"upper end below the threshold: {ends}"
    if low > 0:
        return "helped, size unclear", f"above zero, spans the threshold: {ends}"
    return "cannot tell", f"spans zero and the threshold: {ends}"


def _not_negative(threshold: float) -> float | None:
    return None if math.isnan(threshold) else max(threshold, 0.0)


def _blocked(study: Study, rule: str, reason: str, owner: str, threshold: float | None) -> EffectVerdict:
    owner = owner or study.people.get("analyst", "")
    return EffectVerdict("blocked", rule, threshold, reason=reason, owner=owner)


def _more_to_settle(
    study: Study, effect: Effect, width: float, threshold: float
) -> tuple[int | None, int | None]:
    """How many more units, or weeks, make the interval no wider than the threshold.

    Such an interval cannot span both zero and the threshold, wherever it falls. Units needed grow with
    (standard error ÷ error needed)²; weeks do too, where weeks are independent.
    """
    if width >= OUT_OF_REACH * threshold:
        return None, None
    more = max((width / threshold) ** 2 - 1.0, 0.0)
    weeks = _whole(more * study.design.follow_up.days / 7)
    return _whole(more * effect.n_units), weeks if weeks <= LONGEST_WAIT_WEEKS else None


def _whole(value: float) -> int:
    """Rounded up, but not for the last bit."""
    return math.ceil(value * (1 - 1e-12))
