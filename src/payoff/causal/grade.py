"""The evidence grade: how far the design and its checks let a result be trusted, 0 to 4 locks.

Rule      Start from the design; diagnostics lose at most two steps in all; a plan locked after
          follow-up began loses one more; never below 0, never up.
Small     The smallest visible lift is held against the middle of the expected range: a study that
          sees only the best case expected is too small for what it expects.
Together  Failures of one scope cost once: whatever sets the groups apart (imbalance, losses, contact with
          the program, outside events, choice by outcome); whatever shows before launch (pre-trend, last
          period, pretended launch); whatever is amiss with the data.
Unseen    Groups that were chosen must be seen to move together before launch: a check of it that cannot say
          costs what a failure costs. Groups drawn by lot need no such look.
Blind     No estimate is read: a null result can earn four. Checks that read one cost nothing; those that may
          cost read assignments, dates and outcomes before launch, and after it only whether a value is
          there, or how the errors agree.
Says      docs/reference/causal.md, section "Evidence grade".
"""

import math
import re
from collections.abc import Sequence

from payoff.causal.floors import cluster_noun
from payoff.nouns.evidence import Check, Grade, Verdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power
from payoff.nouns.study import Study
from payoff.nouns.wording import listed, percent, plural

MOST_LOST = 2
TOGETHER = ("comparison", "baseline", "data")  # scopes whose failures cost one step together, not each
DEFINITIONS = ("metrics", "outcome", "cohort", "design", "hypotheses")  # parts of a plan an answer hangs on
PASSED = {
    "pre-trend": "groups moved together beforehand",
    "baseline balance": "groups alike beforehand",
}
AGAINST = {  # failures beside which a passed check is no reason: both would speak of the same thing
    "pre-trend": ("anticipation", "placebo date"),
    "baseline balance": ("sample ratio", "regression to the mean", "overlap"),
}
UNSEEN = {"pre-trend": "too little before launch to show a drift worth half the expected gain"}
FAILED = {
    "sample ratio": "groups did not come out as drawn",
    "baseline balance": "groups unlike at the start",
    "attrition": "more were lost from one group than from the other",
    "one launch date": "several launch dates, which mislead where effects change with time",
    "pre-trend": "groups moved apart beforehand",
    "anticipation": "the program group stood out just before launch",
    "placebo date": "a pretended launch shows a change too",
    "placebo outcomes": "something moved that the program cannot move",
    "contamination": "part of the comparison met the program",
    "outside events": "something else happened to one group",
    "regression to the mean": "people look chosen by the outcome itself",
    "self-selection": "volunteers, who may get better by themselves",
    "time of year": "the baseline lacks months of the year that follow-up holds",
    "overlap": "hardly anybody to compare with is like the program's people",
    "fit before launch": "the weighted comparison did not follow the program before launch",
    "peeking": "looked at before the planned day",
    "series errors": "errors hang together more than the interval counts",
    "extreme values": "the answer hangs on a value that can hardly be true",
}


def grade(study: Study, checks: Sequence[Check], power: Power) -> Grade:
    """Locks and their reasons in words, the best first.

    power: what the design sees with 80 % power and what was expected of it, both as lifts, in whichever
        terms the hypothesis states them. What is not known costs a step: a study cannot gain by it.
    """
    start, opening = _start(study)
    weak = [c for c in checks if _costs(study, c)]
    steps = _steps(weak)
    late = _late_definitions(study)
    if late:
        steps["data"] = max(steps.get("data", 0), 1)
    size_cost, size_reason = _size(power)
    retrospective = study.lock is not None and study.lock.retrospective
    passed = _passed(checks)
    failed = [_say(check) for check in weak]
    if late:
        failed.append(f"{listed(late)} changed after follow-up began")
    if retrospective:
        failed.append("the plan was locked when outcomes could already be seen")
    kept = start - min(sum(steps.values()) + size_cost, MOST_LOST) - int(retrospective)
    return Grade(max(kept, 0), start, (opening, *passed, *size_reason, *failed))


def _start(study: Study) -> tuple[int, str]:
    design = study.design
    if design.type == "before_after":
        return 1, "before and after only, nobody to compare with"
    if design.type == "its":
        return 2, "a series before and after, nobody to compare with"
    if design.randomised:
        drawn = plural(cluster_noun(study))
        return 4, f"{'launch order of ' if design.type == 'did' else ''}{drawn} drawn by lot"
    if design.type == "did":
        return 3, "groups chosen, compared before and after"
    if design.type == "matched":
        return 2, "groups chosen, made alike on what is known"
    if design.type == "synthetic":
        return 2, "groups chosen, compared with a weighted mean of others"
    return 2, "groups chosen, not drawn by lot"


def _passed(checks: Sequence[Check]) -> list[str]:
    """What speaks for the design; nothing that a failure of its kind contradicts."""
    failed = {c.name for c in checks if c.verdict is Verdict.FAIL}
    kept = [c for c in checks if c.verdict is Verdict.PASS and c.name in PASSED]
    return [c.reason or PASSED[c.name] for c in kept if failed.isdisjoint(AGAINST[c.name])]


def _steps(weak: Sequence[Check]) -> dict[str, int]:
    """Steps lost, by what they are lost for: failures of one shared scope cost once."""
    steps: dict[str, int] = {}
    for check in weak:
        cause = check.scope if check.scope in TOGETHER else check.name
        steps[cause] = max(steps.get(cause, 0), check.costs)
    return steps


def _costs(study: Study, check: Check) -> bool:
    unseen = check.verdict is Verdict.SILENT and check.name in UNSEEN and not study.design.randomised
    return (check.verdict is Verdict.FAIL or unseen) and check.costs > 0


def _say(check: Check) -> str:
    words = UNSEEN if check.verdict is Verdict.SILENT else FAILED
    return words.get(check.name, check.text.rstrip("."))


def _late_definitions(study: Study) -> tuple[str, ...]:
    """Parts of the plan that amendments changed on or after the first day of follow-up, in plan order.

    A change is a text that begins with its path: `metrics.aht.unit: "min" → "min/call"`.
    """
    if study.lock is None:
        return ()
    begins = study.design.follow_up.start_on
    changes = [change for a in study.lock.amendments if a.on >= begins for change in a.changes]
    roots = {re.split(r"[.:\[]", change, maxsplit=1)[0] for change in changes}
    return tuple(part for part in DEFINITIONS if part in roots)


def _size(power: Power) -> tuple[int, tuple[str, ...]]:
    """Steps lost to a design too small for the effect it expects, and the reason in words."""
    visible, low, high = power.smallest_visible_lift, power.expected_low, power.expected_high
    if isinstance(visible, Refusal) or low is None or high is None or not math.isfinite(low + high):
        return 1, ("what it can see is not known",)
    middle = (low + high) / 2
    if visible <= middle:
        return 0, ()
    reason = (
        f"small sample: the smallest lift it can see is {percent(visible)}, "
        f"expected {percent(low)} to {percent(high)}"
    )
    return (2 if visible > 2 * middle else 1), (reason,)
