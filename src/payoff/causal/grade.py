"""The evidence grade: how far the design and its checks let a result be trusted, 0 to 4 locks.

Rule      Start from the design; diagnostics lose at most two steps in all; a plan locked after
          follow-up began loses one more; never below 0, never up.
Blind     No estimate is read: a null result can earn four.
Cites     `product` reference, section "Evidence locks".
"""

from collections.abc import Sequence

from payoff.causal.floors import cluster_noun
from payoff.nouns.evidence import Check, Grade, Verdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import percent, plural

MOST_LOST = 2
TOGETHER = ("comparison", "data")  # scopes whose failures cost one step together, not each
PASSED = {
    "pre-trend": "groups moved together beforehand",
    "baseline balance": "groups alike beforehand",
}
FAILED = {
    "sample ratio": "groups did not come out as drawn",
    "baseline balance": "groups differed beforehand",
    "attrition": "more were lost from one group than from the other",
    "pre-trend": "groups moved apart beforehand",
    "few clusters": "few clusters, and two ways of judging the error disagree",
}


def grade(study: Study, checks: Sequence[Check], smallest_visible: float | Refusal) -> Grade:
    """Locks and their reasons in words, the best first.

    smallest_visible: lift the design sees with 80 % power; compared with the primary hypothesis'
        expected lift (not when that is stated in the metric's unit). A Refusal costs nothing.
    """
    start, opening = _start(study)
    lost = sum(_steps(checks).values())
    size_cost, size_reason = _size(study, smallest_visible)
    retrospective = study.lock is not None and study.lock.retrospective
    passed = [PASSED[c.name] for c in checks if c.verdict is Verdict.PASS and c.name in PASSED]
    failed = [FAILED.get(c.name, c.text.rstrip(".")) for c in checks if _costs(c)]
    late = ["the plan was locked after follow-up began"] if retrospective else []
    kept = start - min(lost + size_cost, MOST_LOST) - int(retrospective)
    return Grade(max(kept, 0), start, (opening, *passed, *size_reason, *failed, *late))


def _start(study: Study) -> tuple[int, str]:
    design = study.design
    if design.type == "before_after":
        return 1, "before and after only, nobody to compare with"
    if design.randomised:
        drawn = plural(cluster_noun(study))
        return 4, f"{'launch order of ' if design.type == 'did' else ''}{drawn} drawn by lot"
    if design.type == "did":
        return 3, "groups chosen, compared before and after"
    return 2, "groups chosen, not drawn by lot"


def _steps(checks: Sequence[Check]) -> dict[str, int]:
    """Steps lost, by what they are lost for: failures of one shared scope cost once."""
    steps: dict[str, int] = {}
    for check in filter(_costs, checks):
        cause = check.scope if check.scope in TOGETHER else check.name
        steps[cause] = max(steps.get(cause, 0), check.costs)
    return steps


def _costs(check: Check) -> bool:
    return check.verdict is Verdict.FAIL and check.costs > 0


def _size(study: Study, smallest_visible: float | Refusal) -> tuple[int, tuple[str, ...]]:
    """Steps lost to a design too small for the effect it expects, and the reason in words."""
    if isinstance(smallest_visible, Refusal):
        return 0, ("what it could have seen beforehand is unknown",)
    hypothesis = study.primary_hypothesis
    if hypothesis.in_unit is not None or not smallest_visible > hypothesis.expected_high:
        return 0, ()
    expected = f"{percent(hypothesis.expected_low)} to {percent(hypothesis.expected_high)}"
    reason = f"small sample: the smallest lift it can see is {percent(smallest_visible)}, expected {expected}"
    return (2 if smallest_visible > 2 * hypothesis.expected_high else 1), (reason,)
