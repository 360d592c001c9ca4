"""Guardrails: did what must not suffer suffer more than the plan allows?

Question  Faster, but at what price? Asked of the locked answer for each guardrail metric.
Rule      Broken where the estimate is worse than the margin and the 95 % interval excludes no change;
          kept where the whole interval stays within the margin (non-inferiority); else silent, with what
          cannot be ruled out.
Says      How the metric moved, beside the verdict: it changes neither grade nor verdict.
Cites     Piaggio et al. (2012), doi:10.1001/jama.2012.87802: non-inferiority by the interval's worse end.
Proof     tests/causal/test_causal_guardrail.py
"""

from collections.abc import Mapping, Sequence

import numpy as np

from payoff.causal.protocol import Answer
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.metric import Metric
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Guardrail, Study
from payoff.nouns.wording import lowered, number, percent, plain, sentence

SCOPE = "guardrail"


def check_guardrails(
    study: Study, effects: Mapping[str, Answer], checks: Sequence[Check]
) -> tuple[Check, ...]:
    """One check for each guardrail, in the plan's order; never blocks, never costs a step of grade.

    effects: the locked method's answer by metric name. checks: of the design; where one of them blocks,
    the groups cannot be compared on this metric either.
    """
    gate = next((c for c in checks if c.blocks and c.verdict is Verdict.FAIL), None)
    blocked = None if gate is None else Refusal(gate.name, "the groups cannot be compared")
    return tuple(_check(study, r, blocked or effects[r.metric]) for r in study.outcome.guardrails)


def _check(study: Study, rail: Guardrail, answer: Answer) -> Check:
    metric = study.metric(rail.metric)
    name = f"guardrail {plain(rail.metric)}"
    if isinstance(answer, Refusal):
        text = f"Whether {metric.label} got worse is not known: {lowered(sentence(answer.reason))}"
        return Check(name, SCOPE, Verdict.SILENT, text, owner=metric.owner)
    low, worse, high = _worsening(answer, rail)
    limit = "not worse at all" if rail.margin == 0 else f"{_said(rail, metric, rail.margin)} worse at most"
    found = (
        f"{metric.label}: {_side(rail, metric, worse)} "
        f"(95%: {_side(rail, metric, low)} to {_side(rail, metric, high)}); the plan allows {limit}"
    )
    if worse > rail.margin and low > 0:
        return Check(name, SCOPE, Verdict.FAIL, f"{found}.", owner=metric.owner)
    if high <= rail.margin:
        return Check(name, SCOPE, Verdict.PASS, f"{found}.", owner=metric.owner)
    text = f"{found}, and {_side(rail, metric, high)} cannot be ruled out."
    return Check(name, SCOPE, Verdict.SILENT, text, owner=metric.owner)


def _worsening(effect: Effect, rail: Guardrail) -> tuple[float, float, float]:
    """(low, estimate, high) of how much worse it got: as a lift, or in the metric's own unit."""
    if rail.kind == "relative":
        worst, best = effect.lift_interval()
        return -best, -float(effect.lift(effect.estimate)), -worst
    worst, best = np.sort(effect.gain(np.array(effect.interval)))
    return -float(best), -float(effect.gain(effect.estimate)), -float(worst)


def _side(rail: Guardrail, metric: Metric, worse: float) -> str:
    """'1.2 pp worse', '0.30 pp better', 'no change'."""
    return f"{_said(rail, metric, abs(worse))} {'worse' if worse > 0 else 'better'}" if worse else "no change"


def _said(rail: Guardrail, metric: Metric, amount: float) -> str:
    """'5.0%', '1.2 pp', '0.40 min/call': percentages and shares in points, unless relative."""
    unit = metric.unit_text
    if rail.kind == "relative":
        return percent(amount)
    if rail.kind == "points":
        return f"{number(amount if unit in ('%', 'pp') else 100 * amount)} pp"
    return f"{number(amount)} {'pp' if unit == '%' else unit}".strip()
