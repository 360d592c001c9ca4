"""Sentences from a verdict's numbers, and the names a reader sees."""

import dataclasses
import datetime as dt
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_texts import charts_of, sentences_of
from report_variants import VARIANTS, with_effect, with_grade

from payoff.causal import grade
from payoff.nouns.effect import Effect
from payoff.nouns.pilot import ExitVerdict, Override, Scaling
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import LARGE_ENOUGH, Power, Result
from payoff.nouns.study import PLACEHOLDER_ASK, Amendment
from payoff.nouns.valuation import Figure, Valuation
from payoff.report import compose, describe_power
from payoff.report.ask import ask_of
from payoff.report.brief_pdf import page_data
from payoff.report.compose_page import constraints
from payoff.report.reading import Reading
from payoff.report.sentences import (
    effect_sentence,
    exit_sentences,
    power_sentence,
    scaled_sentences,
    second_origin,
)

replace = dataclasses.replace
STARTERS = ("coaching", "onboarding", "safety", "sales", "support")
MICHIGAN = VARIANTS["michigan_result"]()


def judged(result: Result, **changes: Any) -> str:
    """The sentence of the same result with other numbers in its verdict."""
    assert result.verdict is not None
    return effect_sentence(Reading(replace(result, verdict=replace(result.verdict, **changes))))


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ((641, 211), "640 more firms or 210 more weeks should settle it."),
        ((1, 1), "1 more firm or 1 more week should settle it."),
        ((31_920, None), "32,000 more firms would settle it; waiting would not."),
        ((None, None), "No amount of data within reason would settle it."),
    ],
)
def test_cannot_tell_says_what_would_settle_it(more: tuple[int | None, int | None], text: str) -> None:
    assert judged(MICHIGAN, more_units=more[0], more_weeks=more[1]).endswith(f"41% better. {text}")


def test_where_teams_went_together_it_takes_teams() -> None:
    effect = MICHIGAN.locked
    assert isinstance(effect, Effect)
    grouped = replace(effect, n_clusters=effect.n_units // 5)
    design = replace(MICHIGAN.study.design, cluster="plant_id")
    made = replace(
        MICHIGAN,
        study=replace(MICHIGAN.study, design=design),
        effects=(grouped, *MICHIGAN.effects[1:]),
    )
    said = judged(made, more_units=640, more_weeks=None)
    assert said.endswith("120 more plants (640 more firms) would settle it; waiting would not.")


def test_a_second_answer_narrow_enough_is_said_to_settle_it() -> None:
    effect = MICHIGAN.locked
    assert isinstance(effect, Effect)
    fine = replace(effect, role="second", intervals=effect.estimates[:, None] + np.array([[-0.01, 0.01]]))
    fine = replace(fine, lift_intervals=None)
    drawn = replace(MICHIGAN.study, design=replace(MICHIGAN.study.design, randomised=True))
    made = replace(MICHIGAN, effects=(effect, fine))
    said = "Locking the second method would do so without more: it is as narrow as that already."
    assert judged(replace(made, study=drawn), more_units=640, more_weeks=None).endswith(said)
    assert said not in judged(made, more_units=640, more_weeks=None)


@pytest.mark.parametrize(
    ("name", "pays", "text"),
    [
        ("worked", True, "above the 9% needed to pay back."),
        ("worked", False, "above the 9% set as worth having."),
        ("helped", True, "we cannot yet say it covers its cost."),
        ("helped", False, "we cannot yet say it reaches the 9% set as worth having."),
        ("no_effect", True, "any gain is too small to pay back."),
        ("no_effect", False, "any gain is below the 9% set as worth having."),
    ],
)
def test_only_the_break_even_lift_is_said_to_pay_back(name: str, pays: bool, text: str) -> None:
    assert judged(VARIANTS[name](), pays=pays).endswith(text)


def test_a_weak_grade_credits_nobody_last() -> None:
    said = effect_sentence(Reading(with_grade(VARIANTS["worked"](), 1)))
    assert said == (
        "Scrap rate was 30% better (95%: 21% to 38%), above the 9% needed to pay back, "
        "but we cannot credit training grants."
    )


@given(
    estimate=st.floats(-1, 1),
    error=st.floats(0.01, 1),
    locks=st.integers(0, 4),
    verdict=st.sampled_from(
        ["worked", "helped, size unclear", "no meaningful effect", "cannot tell", "harmed"]
    ),
)
def test_any_effect_gets_a_clean_sentence(estimate: float, error: float, locks: int, verdict: str) -> None:
    said = effect_sentence(Reading(with_grade(with_effect(MICHIGAN, verdict, estimate, error), locks)))
    assert said.endswith(".")
    assert said[0].isupper()
    for word in ("-", "nan", "None", "significant", "proves", "p-value"):
        assert word not in said


def test_power_is_said_in_one_way() -> None:
    power = Power(0.25, 0.05, 0.1, 0.028)
    brief = power_sentence(power)
    assert brief == "Too small to tell: it sees changes of 25% and up 8 times in 10; 5% to 10% was expected."
    assert describe_power(power) == f"{brief} It breaks even at 2.8%."
    assert describe_power(Power(0.04, 0.05, 0.1, 0.028)).startswith("Large enough: ")
    best = describe_power(Power(0.09, 0.05, 0.1, 0.028))
    assert best.startswith("Large enough for the best case only: it sees changes of 9% and up")
    assert describe_power(Power(0.09, float("nan"), 0.1, 0.028)).startswith("It sees changes of 9%")
    assert describe_power(Power(0.25, None, None, Refusal("break-even", "no cost"))) == (
        "It sees changes of 25% and up 8 times in 10. Break-even not known: No cost."
    )
    assert describe_power(Power(Refusal("power", "too few firms"), 0.1, 0.2, 0.1)) == "Too few firms."


def test_a_reader_sees_an_assumptions_label_everywhere() -> None:
    label = "Vendor's price per head"
    named = tuple(
        replace(a, label=label) if a.name == "delivery_per_worker" else a for a in MICHIGAN.assumptions
    )
    brief = compose(replace(MICHIGAN, assumptions=named))
    texts = [text for where, text in sentences_of(brief) if where != "ceiling"]  # says "per worker" itself
    assert any("vendor's price per head near its high end" in text for text in texts)
    assert any(text.startswith(f"{label}: $300") for text in brief.page.assumptions)
    tables = [
        *brief.appendix,
        *(t for s in brief.sections for t in s.tables),
        *(c.table for c in charts_of(brief)),
    ]
    where = {t.id for t in tables for row in t.rows for cell in row if str(cell).startswith(label)}
    assert {"assumptions", "switching", "tornado-table"} <= where
    assert brief.workbook is not None
    assert label in {entry.label for entry in brief.workbook.inputs}
    assert not any("delivery per worker" in text.lower() for text in texts)


def test_the_expose_is_told_by_its_period_not_by_its_name() -> None:
    illinois = VARIANTS["illinois_result"]()
    renamed = tuple(replace(e, method="gap") if not isinstance(e, Refusal) else e for e in illinois.effects)
    reading = Reading(replace(illinois, effects=renamed))
    assert reading.naive is not None
    assert reading.naive_before is not None
    assert (reading.naive.estimate, reading.naive_before.estimate) == (-137.3, -115.3)


@pytest.mark.parametrize(
    ("pays", "bar"), [(True, "needed to pay back"), (False, "set as worth having")], ids=["pays", "worth"]
)
def test_a_sure_gain_below_the_bar_is_not_called_nothing(pays: bool, bar: str) -> None:
    """4.5% to 15% better is a change, only too little of one: nobody is told flatly to stop."""
    study = replace(VARIANTS["no_effect"]().study, ask="")
    result = with_effect(replace(VARIANTS["no_effect"](), study=study), "no meaningful effect", -0.1, 0.02)
    assert "barely" not in judged(result, pays=pays, threshold_lift=0.2)
    assert f", less than the 20% {bar}, but we cannot" in judged(result, pays=pays, threshold_lift=0.2)
    assert ask_of(Reading(result)).startswith("A gain, but too small as it is")


@pytest.mark.parametrize("template", STARTERS)
def test_the_ask_of_a_starter_is_nobodys_ask(template: str) -> None:
    written = (files("payoff") / "templates" / f"{template}.yml").read_text(encoding="utf-8")
    assert f"ask: {PLACEHOLDER_ASK}" in written
    study = replace(VARIANTS["harmed"]().study, ask=PLACEHOLDER_ASK)
    assert ask_of(Reading(replace(VARIANTS["harmed"](), study=study))) == "Pause the program and review."


def test_a_blocked_result_shows_no_locks_as_evidence() -> None:
    brief = compose(VARIANTS["blocked"]())
    assert [(t.value, t.label) for t in brief.page.tiles] == [("Blocked", "Evidence")]
    assert all("of 4" not in claim.text for claim in brief.page.how_we_know)
    assert [tile["locks"] for tile in page_data(brief)["tiles"]] == [None]


def test_freed_time_alone_has_its_figure_and_no_return() -> None:
    result = VARIANTS["good_bet"]()
    assert isinstance(result.valuation, Valuation)
    freed = Figure("freed_time", 49_530.0, 39_187.0, 72_198.0, "USD", 24, "not cash")
    benefits = tuple(replace(b, cash=False) for b in result.valuation.benefits)
    money = replace(result.valuation, benefits=benefits, freed_time=freed, figures={}, tornado=())
    brief = compose(replace(result, valuation=money))
    assert "kept apart from cash: worth $50k (80%: $39k to $72k) over 24 months" in brief.page.money.text
    assert "Freed time, not cash" in {tile.label for tile in brief.page.tiles}
    assert not {c.id for s in brief.sections for c in s.charts} & {"waterfall", "chance", "payback"}


def test_a_pilots_own_rule_is_said_and_so_is_scaling_without_one() -> None:  # EXP-08, EXP-18
    result = VARIANTS["illinois_result"]()
    assert exit_sentences(Reading(result)) == ()
    fired = replace(result, exit=ExitVerdict("stop", "verdict is harmed", "the effect verdict is harmed"))
    assert exit_sentences(Reading(fired)) == (
        "The pilot's own rule says stop: the effect verdict is harmed.",
    )
    waiting = replace(result, exit=ExitVerdict("continue", "", "no exit rule has been met"))
    assert "continue" in exit_sentences(Reading(waiting))[0]
    override = Override("vp-sales", dt.date(2026, 3, 1), "the season cannot wait")
    scaled = replace(result, study=replace(result.study, scaling=Scaling("pilot-north", override)))
    said = scaled_sentences(Reading(scaled))
    assert said == (
        "Scaled without the verdict of the pilot pilot-north (vp-sales, 2026-03-01): the season cannot wait.",
    )
    assert said[0] in constraints(Reading(scaled))


def test_a_second_method_is_called_what_the_lock_makes_it() -> None:
    """A default is nobody's promise; only what stands in the locked plan was fixed beforehand."""
    study, named = MICHIGAN.study, '{"design": {"second": "imputation"}}'
    assert study.lock is not None
    assert second_origin(replace(study, plan='{"design": {}}')) == "the usual one beside this design"
    assert second_origin(replace(study, plan=named)) == "fixed in the lock"
    assert second_origin(replace(study, plan=named, lock=None)) == "named in the plan, which is not locked"
    change = Amendment(study.lock.on, "a check", "a", "0" * 64, ('design.second: nothing → "imputation"',))
    amended = replace(study.lock, amendments=(change,))
    assert second_origin(replace(study, plan=named, lock=amended)) == "named in an amendment"


@pytest.mark.parametrize("visible", [0.05, 0.0749, 0.0751, 0.1, 0.15, 0.3])
def test_size_is_said_as_the_grade_counts_it(visible: float) -> None:
    """One rule, the middle of what is expected: no page says "large enough" beside "small sample"."""
    power = Power(visible, 0.05, 0.1, 0.028)
    study = replace(MICHIGAN.study, lock=None)
    small = any("small sample" in reason for reason in grade(study, (), power).reasons)
    assert (power.size == LARGE_ENOUGH) == (not small)
    said = power_sentence(power)
    assert said is not None
    assert said.startswith("Large enough: ") == (not small)
