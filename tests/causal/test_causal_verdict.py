"""The six effect verdicts: product reference, section "Words"."""

import dataclasses

import numpy as np
import pytest
from causal_worlds import make_metric, make_study
from hypothesis import given
from hypothesis import strategies as st

from payoff.causal import judge_effect
from payoff.causal.verdict import classify
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, EffectVerdict, Verdict
from payoff.nouns.metric import Better
from payoff.nouns.refusal import Refusal

VERDICTS = {"worked", "helped, size unclear", "no meaningful effect", "cannot tell", "harmed"}


def effect(low: float, high: float, better: Better = "higher") -> Effect:
    """An effect whose lift interval is (low, high)."""
    sign = -1.0 if better == "lower" else 1.0
    ends = sorted((sign * low * 50, sign * high * 50))
    middle = (ends[0] + ends[1]) / 2
    return Effect(
        metric="deals",
        terms=("effect",),
        estimand="e",
        method="m",
        unit="deals/rep/month",
        scale="level",
        better=better,
        estimates=np.array([middle]),
        covariance=np.array([[((ends[1] - ends[0]) / 3.92) ** 2]]),
        df=np.array([np.inf]),
        intervals=np.array([ends]),
        n_units=80,
        n_clusters=80,
        role="locked",
        baseline=50.0,
        headline=0,
        fingerprint="f",
    )


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.06, 0.2, "worked"),
        (0.05, 0.2, "helped, size unclear"),
        (0.001, 0.2, "helped, size unclear"),
        (0.01, 0.04, "no meaningful effect"),
        (-0.02, 0.04, "no meaningful effect"),
        (-0.2, 0.04, "no meaningful effect"),
        (0.0, 0.05, "cannot tell"),
        (-0.2, 0.2, "cannot tell"),
        (-0.2, -0.01, "harmed"),
        (-0.2, 0.0, "no meaningful effect"),
    ],
)
def test_each_rule(low: float, high: float, verdict: str) -> None:
    assert classify(low, high, 0.05)[0] == verdict


@given(
    ends=st.tuples(st.floats(-2, 2), st.floats(-2, 2)).map(sorted),
    threshold=st.floats(1e-6, 2),
)
def test_every_interval_falls_in_exactly_one_verdict(ends: list[float], threshold: float) -> None:
    low, high = ends
    rules = {
        "worked": low > threshold,
        "harmed": high < 0,
        "no meaningful effect": high < threshold and not high < 0,
        "helped, size unclear": low > 0 and low <= threshold <= high,
        "cannot tell": low <= 0 and high >= threshold,
    }
    assert sum(rules.values()) == 1
    assert rules[classify(low, high, threshold)[0]]


def judge(low: float, high: float, threshold: float = 0.05, better: Better = "higher") -> EffectVerdict:
    study = make_study(metric=make_metric(better))
    return judge_effect(study, effect(low, high, better), threshold, 0.0, ())


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_the_verdict_looks_at_what_is_better(better: Better) -> None:
    found = judge(0.06, 0.18, better=better)
    assert (found.verdict, found.threshold_lift, found.pays) == ("worked", 0.05, True)
    assert found.rule == "whole interval above the threshold: interval 6% to 18%, threshold 5%"
    assert (found.more_units, found.more_weeks, found.reason, found.owner) == (None, None, "", "")


def test_cannot_tell_says_what_would_settle_it() -> None:
    found = judge(-0.05, 0.10)
    # the interval is three times the threshold: nine times the people, or the weeks (184 days)
    assert (found.verdict, found.more_units) == ("cannot tell", 640)
    assert found.more_weeks == 211  # 8 × 184 ÷ 7 = 210.3
    endless = judge(-0.5, 0.5)
    assert (endless.more_units, endless.more_weeks) == (31_920, None)
    worthless = judge(-0.5, 0.5, threshold=0.0)
    assert (worthless.verdict, worthless.more_units, worthless.more_weeks) == ("cannot tell", None, None)


def test_a_threshold_that_is_not_break_even_is_not_called_so() -> None:
    study, found = make_study(), effect(0.06, 0.1)
    assert judge_effect(study, found, 0.05, 0.02, ()).pays
    assert not judge_effect(study, found, 0.05, 0.05, ()).pays
    assert not judge_effect(study, found, 0.1 + 0.2, 0.3, ()).pays  # but for its last bit


def test_blocked_by_gate_refusal_or_missing_threshold() -> None:
    study, found = make_study(), effect(0.06, 0.1)
    gate = Check("sample ratio", "assignment", Verdict.FAIL, "800 of 1,000.", blocks=True, owner="it")
    blocked = judge_effect(study, found, 0.05, 0.0, (gate,))
    assert (blocked.verdict, blocked.rule) == ("blocked", "a gate failed")
    assert (blocked.reason, blocked.owner) == ("800 of 1,000.", "it")
    refused = judge_effect(study, Refusal("fixed_effects", "Only one period."), 0.05, 0.0, ())
    assert (refused.verdict, refused.reason, refused.owner) == ("blocked", "Only one period.", "ana")
    nothing = judge_effect(study, found, Refusal("break-even", "no cost"), 0.0, ())
    assert (nothing.verdict, nothing.reason) == ("blocked", "no threshold for worth it: no cost")
    assert judge_effect(study, found, float("nan"), 0.0, ()).verdict == "blocked"
    passing = dataclasses.replace(gate, verdict=Verdict.PASS)
    assert judge_effect(study, found, 0.05, 0.0, (passing,)).verdict == "worked"


@given(
    low=st.floats(-0.9, 0.9),
    width=st.floats(1e-4, 1),
    threshold=st.floats(0, 0.5),
    better=st.sampled_from(["higher", "lower"]),
)
def test_any_effect_gets_a_verdict(low: float, width: float, threshold: float, better: Better) -> None:
    found = judge(low, low + width, threshold, better)
    assert found.verdict in VERDICTS
    assert found.verdict == "cannot tell" or found.more_units is None
    assert (found.more_units or 0) >= 0
    assert "nan" not in found.rule
