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
from payoff.nouns.evidence import Check, Verdict
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


@pytest.mark.parametrize(
    ("locks", "better", "start"),
    [
        (
            4,
            "higher",
            "Discovery drills raised closed deals by 12% (6.0% to 18%), above the 5.0% needed to pay back.",
        ),
        (3, "higher", "Discovery drills probably raised closed deals by 12%"),
        (2, "higher", "Discovery drills may have raised closed deals by 12%"),
        (
            1,
            "higher",
            "We saw closed deals rise by 12% (6.0% to 18%), above the 5.0% needed to pay back, but cannot",
        ),
        (4, "lower", "Discovery drills lowered closed deals by 12% (6.0% to 18%)"),
        (0, "lower", "We saw closed deals fall by 12%"),
    ],
)
def test_certainty_follows_the_locks(locks: int, better: Better, start: str) -> None:
    study = make_study(metric=make_metric(better))
    found = judge_effect(study, effect(0.06, 0.18, better), 0.05, (), locks)
    assert found.verdict == "worked"
    assert found.text.startswith(start)
    assert found.threshold_lift == 0.05


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.01, 0.2, "; we cannot yet say it covers its cost."),
        (
            -0.02,
            0.04,
            "Closed deals barely changed (2.0% worse to 4.0% better); any gain is too small to pay back.",
        ),
        (-0.2, 0.04, "No worthwhile gain in closed deals (20% worse to 4.0% better); harm not ruled out."),
        (-0.2, -0.1, "Closed deals got worse by 15% (10% to 20%). Pause and review."),
    ],
)
def test_texts(low: float, high: float, text: str) -> None:
    assert text in judge_effect(make_study(), effect(low, high), 0.05, (), 4).text


def test_cannot_tell_says_what_would_settle_it() -> None:
    found = judge_effect(make_study(), effect(-0.05, 0.10), 0.05, (), 4)
    # the interval is three times the threshold: nine times the people, or the weeks (184 days)
    expected = "640 more reps or 210 more weeks"
    assert (
        found.text
        == f"We cannot tell. Data fit anything from 5.0% worse to 10% better. {expected} should settle it."
    )
    hopeless = judge_effect(make_study(), effect(-0.5, 0.5), 0.05, (), 4)
    assert "32,000 more reps would settle it, and no wait would" in hopeless.text
    worthless = judge_effect(make_study(), effect(-0.5, 0.5), 0.0, (), 4)
    assert worthless.verdict == "cannot tell"
    assert "smallest useful effect" in worthless.text


def test_a_threshold_that_is_not_break_even_is_not_called_so() -> None:
    useful = make_study(smallest_useful=0.05)
    assert "set as worth having" in judge_effect(useful, effect(0.06, 0.1), 0.05, (), 4).text
    refused = judge_effect(
        make_study(smallest_useful=0.05), effect(0.06, 0.1), Refusal("break-even", "no cost"), (), 4
    )
    assert refused.verdict == "worked"
    assert "set as worth having" in refused.text
    assert refused.threshold_lift == 0.05


def test_blocked_by_gate_refusal_or_missing_threshold() -> None:
    gate = Check("sample ratio", "assignment", Verdict.FAIL, "800 of 1,000.", blocks=True, owner="it")
    blocked = judge_effect(make_study(), effect(0.06, 0.1), 0.05, (gate,), 4)
    assert blocked.verdict == "blocked"
    assert blocked.text == "No result: sample ratio: 800 of 1,000. Owner it."
    refused = judge_effect(make_study(), Refusal("fixed_effects", "Only one period."), 0.05, (), 4)
    assert refused.text == "No result: Only one period. Owner ana."
    nothing = judge_effect(make_study(smallest_useful=0.0), effect(0.06, 0.1), Refusal("b", "no cost"), (), 4)
    assert nothing.verdict == "blocked"
    passing = dataclasses.replace(gate, verdict=Verdict.PASS)
    assert judge_effect(make_study(), effect(0.06, 0.1), 0.05, (passing,), 4).verdict == "worked"


@given(
    low=st.floats(-0.9, 0.9),
    width=st.floats(1e-4, 1),
    threshold=st.floats(0, 0.5),
    locks=st.integers(0, 4),
    better=st.sampled_from(["higher", "lower"]),
)
def test_any_effect_gets_a_verdict_and_a_clean_sentence(
    low: float, width: float, threshold: float, locks: int, better: Better
) -> None:
    study = make_study(metric=make_metric(better))
    found = judge_effect(study, effect(low, low + width, better), threshold, (), locks)
    assert found.verdict in VERDICTS
    assert found.text.endswith(".")
    assert "-" not in found.text
    assert "nan" not in found.text
    for word in ("significant", "proves", "p-value"):
        assert word not in found.text
