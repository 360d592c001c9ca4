"""A guardrail rule says how much worse a metric may get, in one of three ways."""

import pytest

from payoff.nouns.metric import Better
from payoff.study.codes import FindingError
from payoff.study.guardrails import read_guardrail


@pytest.mark.parametrize(
    ("rule", "unit", "better", "margin", "kind"),
    [
        ("-1 pp at most", "%", "higher", 1.0, "points"),
        ("\u22121 pp at most", "%", "higher", 1.0, "points"),
        ("1pp at most", "share", "lower", 0.01, "points"),
        ("+5% at most", "min/call", "lower", 0.05, "relative"),
        ("at most 2 minutes worse", "min/call", "lower", 2.0, "unit"),
        ("At most 2 min/call", "min/call", "lower", 2.0, "unit"),
        ("-0.2 at most", "score", "higher", 0.2, "unit"),
        ("0 at most", "deals/rep/month", "higher", 0.0, "unit"),
        (".5 deals/rep/month worse at most", "deals/rep/month", "higher", 0.5, "unit"),
    ],
)
def test_a_rule_is_read(rule: str, unit: str, better: Better, margin: float, kind: str) -> None:
    rail = read_guardrail("m", rule, unit, better)
    assert (rail.rule, rail.kind) == (rule, kind)
    assert rail.margin == pytest.approx(margin)


@pytest.mark.parametrize(
    ("rule", "unit", "better", "fix"),
    [
        ("no worse", "%", "higher", "5% at most"),
        ("at most 2 at most", "min/call", "lower", "5% at most"),
        ("+1 pp at most", "%", "higher", '"-1 pp at most"'),
        ("-1 pp at most", "%", "lower", '"+1 pp at most"'),
        ("2 hours at most", "min/call", "lower", '"2 min/call at most"'),
        ("1 pp at most", "min/call", "lower", '"1 min/call at most"'),
        ("2 ! at most", "min/call", "lower", '"2 min/call at most"'),
    ],
)
def test_another_rule_is_refused_with_one_to_write(rule: str, unit: str, better: Better, fix: str) -> None:
    with pytest.raises(FindingError) as caught:
        read_guardrail("m", rule, unit, better)
    assert caught.value.code == "P213"
    assert fix in caught.value.fix
