"""Did it work? One of six verdicts, from the interval of the locked effect and the threshold.

Rule      With a threshold t above zero and a 95 % interval (low, high) as lift:
          low > t worked; high < 0 harmed; 0 < low ≤ t ≤ high helped, size unclear;
          0 ≤ high < t no meaningful effect; low ≤ 0 and high ≥ t cannot tell. Every interval falls in
          exactly one. A failed gate or a refusal: blocked.
Words     Certainty verbs by locks; a lift is turned so that better is positive, and said as better or
          worse. `product` reference, section "Words".
Proof     tests/causal/test_causal_verdict.py: property test over all intervals.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from payoff.causal.protocol import Answer
from payoff.causal.words import better_or_worse, in_sentence, percent, plural, two_figures
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, EffectVerdict, Verdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

LONGEST_WAIT_WEEKS = 520  # more weeks than this is no advice
OUT_OF_REACH = 1_000.0  # thresholds in the interval: a million times the data is no advice either
CERTAINTY = {4: "", 3: "probably ", 2: "may have "}


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The interval and the threshold as lifts; `pays`: the threshold is the break-even lift."""

    point: float
    low: float
    high: float
    threshold: float
    pays: bool


def judge_effect(
    study: Study, effect: Answer, threshold_lift: float | Refusal, checks: Sequence[Check], locks: int
) -> EffectVerdict:
    """The verdict in one of six words, the rule that fired, and a sentence.

    threshold_lift: max(break-even lift, smallest useful); a Refusal falls back on the smallest useful
        lift alone, and the sentence then speaks of what is worth having, not of what pays back.
    locks: the evidence grade, which sets how sure the verb sounds.
    """
    gate = next((c for c in checks if c.blocks and c.verdict is Verdict.FAIL), None)
    threshold = _threshold(study, threshold_lift)
    if gate is not None:
        return _blocked(study, f"{gate.name}: {gate.text}", gate.owner, "a gate failed", threshold)
    if isinstance(effect, Refusal):
        return _blocked(study, effect.reason, "", "the locked method refused", threshold)
    if threshold is None:
        reason = threshold_lift.reason if isinstance(threshold_lift, Refusal) else "it is not a number"
        return _blocked(study, f"no threshold for worth it: {reason}", "", "no threshold", None)
    low, high = effect.lift_interval()
    hypothesis = study.primary_hypothesis
    useful = hypothesis.smallest_useful if hypothesis.in_unit is None else -math.inf
    pays = hypothesis.break_even and not isinstance(threshold_lift, Refusal) and threshold > useful
    numbers = _Numbers(float(effect.lift(effect.estimate)), low, high, threshold, pays)
    word, rule = classify(low, high, threshold)
    text = _WORDS[word](study, effect, numbers, locks)
    return EffectVerdict(word, rule, threshold, text)


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


def _threshold(study: Study, threshold_lift: float | Refusal) -> float | None:
    if isinstance(threshold_lift, Refusal):
        hypothesis = study.primary_hypothesis
        return (
            hypothesis.smallest_useful
            if hypothesis.in_unit is None and hypothesis.smallest_useful > 0
            else None
        )
    return None if math.isnan(threshold_lift) else max(threshold_lift, 0.0)


def _blocked(study: Study, gate: str, owner: str, rule: str, threshold: float | None) -> EffectVerdict:
    who = owner or study.people.get("analyst", "")
    text = f"No result: {gate.rstrip('.')}." + (f" Owner {who}." if who else "")
    return EffectVerdict("blocked", rule, threshold, text)


def _change(study: Study, effect: Effect, numbers: _Numbers, locks: int) -> str:
    """ "Drills probably raised closed deals by 12% (4.0% to 20%)", as sure as the locks allow."""
    label = in_sentence(study.metric(effect.metric).label)
    relative = " of its level" if study.metric(effect.metric).unit_text in ("%", "pp") else ""
    size = f"{percent(numbers.point)}{relative} ({percent(numbers.low)} to {percent(numbers.high)})"
    if locks <= 1:
        return f"We saw {label} {'fall' if effect.better == 'lower' else 'rise'} by {size}"
    verb = "lowered" if effect.better == "lower" else "raised"
    return f"{study.program} {CERTAINTY.get(locks, '')}{verb} {label} by {size}"


def _credit(locks: int) -> str:
    return ", but cannot credit the program" if locks <= 1 else ""


def _bar(numbers: _Numbers) -> str:
    return (
        f"the {percent(numbers.threshold)} {'needed to pay back' if numbers.pays else 'set as worth having'}"
    )


def _worked(study: Study, effect: Effect, numbers: _Numbers, locks: int) -> str:
    return f"{_change(study, effect, numbers, locks)}, above {_bar(numbers)}{_credit(locks)}."


def _helped(study: Study, effect: Effect, numbers: _Numbers, locks: int) -> str:
    covers = "it covers its cost" if numbers.pays else f"it reaches {_bar(numbers)}"
    return f"{_change(study, effect, numbers, locks)}{_credit(locks)}; we cannot yet say {covers}."


def _nothing(study: Study, effect: Effect, numbers: _Numbers, locks: int) -> str:
    label = study.metric(effect.metric).label
    span = f"{better_or_worse(numbers.low)} to {better_or_worse(numbers.high)}"
    if numbers.low < -numbers.threshold:
        return f"No worthwhile gain in {in_sentence(label)} ({span}); harm not ruled out."
    small = "too small to pay back" if numbers.pays else f"below {_bar(numbers)}"
    return f"{label} barely changed ({span}); any gain is {small}."


def _harmed(study: Study, effect: Effect, numbers: _Numbers, locks: int) -> str:
    size = f"{percent(-numbers.point)} ({percent(-numbers.high)} to {percent(-numbers.low)})"
    return f"{study.metric(effect.metric).label} got worse by {size}. Pause and review."


def _unsettled(study: Study, effect: Effect, numbers: _Numbers, locks: int) -> str:
    span = f"{better_or_worse(numbers.low)} to {better_or_worse(numbers.high)}"
    return f"We cannot tell. Data fit anything from {span}. {_remedy(study, effect, numbers)}"


def _remedy(study: Study, effect: Effect, numbers: _Numbers) -> str:
    """How many more units, or weeks, make the interval no wider than the threshold.

    Such an interval cannot span both zero and the threshold, wherever it falls. Units needed grow with
    (standard error ÷ error needed)²; weeks do too, where weeks are independent.
    """
    width = numbers.high - numbers.low
    if width >= OUT_OF_REACH * numbers.threshold:
        return "Name a larger smallest useful effect, one that data can settle."
    more = max((width / numbers.threshold) ** 2 - 1.0, 0.0)
    people = f"{two_figures(math.ceil(more * effect.n_units))} more {plural(study.design.unit_label)}"
    weeks = math.ceil(more * study.design.follow_up.days / 7)
    if weeks > LONGEST_WAIT_WEEKS:
        return f"{people} would settle it, and no wait would: find an outcome closer to the program."
    return f"{people} or {two_figures(weeks)} more weeks should settle it."


_WORDS = {
    "worked": _worked,
    "helped, size unclear": _helped,
    "no meaningful effect": _nothing,
    "harmed": _harmed,
    "cannot tell": _unsettled,
}
