"""Numbers and verdict sentences."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_texts import sentences_of, study_texts
from report_variants import VARIANTS

from payoff.nouns.brief import Brief
from payoff.nouns.valuation import Figure, Valuation
from payoff.nouns.wording import (
    MINUS,
    number,
    rounded,
    unit_noun,
)
from payoff.report import compose
from payoff.report.money_sentences import money_sentence
from payoff.report.reading import Reading
from payoff.report.sentences import effect_sentence
from payoff.report.words import amount, back_per_one, figure_text, in_ten, measure, money, months, unit_word


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (1_234_567, "USD", "$1.2m"),
        (140_400, "USD", "$140k"),
        (-72_000, "USD", "−$72k"),
        (999_600, "USD", "$1m"),
        (9_487, "USD", "$9,500"),
        (457, "USD", "$460"),
        (3.7, "USD", "$3.70"),
        (0, "USD", "$0"),
        (140_000, "EUR", "EUR 140k"),
        (-5_200_000_000, "EUR", "−EUR 5.2bn"),
    ],
)
def test_money_has_two_figures_and_a_true_minus(value: float, currency: str, text: str) -> None:
    assert money(value, currency) == text


def test_small_words() -> None:
    assert months(1) == "1 month"
    assert months(10.4166) == "10 months"
    assert months(0.5) == "0.50 months"
    assert in_ten(0.69) == "6 in 10"  # never flattered
    assert in_ten(0.7) == "7 in 10"
    assert back_per_one(3.7, "USD") == "$3.70 back per $1"
    assert back_per_one(3.7, "EUR") == "EUR 3.70 back per EUR 1"
    assert measure(-137.31, "USD/employee/month", "USD") == "−$137 per employee per month"
    assert measure(10.8, "USD/employee/month", "USD", signed=True) == "+$10.8 per employee per month"
    assert measure(3.841, "%", "USD") == "3.84%"
    assert amount(460, "USD/worker", "USD") == "$460 per worker"


def test_a_figure_never_loses_its_range_or_horizon() -> None:
    """CAU-03, FIN-27, FIN-32."""
    roi = Figure("roi", 2.7, -1.4, 7.2, "ratio", 12, "basis")
    assert figure_text(roi, "USD") == "270% (80%: −140% to 720%) over 12 months"
    never = Figure("payback_months", None, 3.0, None, "months", 12, "basis")
    assert figure_text(never, "USD") == "never (80%: 3 months to never) over 12 months"


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False))
def test_any_amount_can_be_said(value: float) -> None:
    text = money(value, "USD")
    assert "-" not in text
    assert "e+" not in text
    assert text.startswith(MINUS) == (rounded(value) < 0)


VERDICTS = {
    "worked": ("lowered scrap rate by 30% of its level (95%: 21% to 38%)", "above the 9% needed to pay back"),
    "helped": ("probably lowered scrap rate by 18%", "we cannot yet say it covers its cost"),
    "no_effect": ("barely changed", "too small to pay back"),
    "no_gain_harm_open": ("No worthwhile gain", "harm not ruled out"),
    "harmed": ("got worse by 35% (95%: 10% to 65%)", "Pause and review"),
    "michigan_result": (
        "We cannot tell",
        "2.9% worse to 41% better. 1,200 more firms would settle it; waiting would not.",
    ),
    "blocked": ("No result: 2,900 of 4,834", "Owner: demo analyst"),
    "refused": ("No result:", "only 4 firms have a grant"),
    "health": ("The plan is not locked", "no effect is shown"),
}


@pytest.mark.parametrize("name", sorted(VERDICTS))
def test_effect_verdicts_read_as_the_rules_say(name: str) -> None:
    text = effect_sentence(Reading(VARIANTS[name]())).lower()
    for part in VERDICTS[name]:
        assert part.lower() in text


def test_certainty_follows_the_grade() -> None:
    """GRADE 26: raised, probably raised, may have raised, seen but not credited."""
    from report_variants import helped, with_grade

    said = [effect_sentence(Reading(with_grade(helped(), n))) for n in (4, 3, 2, 1)]
    assert "grants lowered" in said[0]
    assert "grants probably lowered" in said[1]
    assert "grants may have lowered" in said[2]
    assert "we cannot credit training grants" in said[3]


def test_money_leads_with_the_ceiling_where_cost_is_assumed() -> None:
    text = money_sentence(Reading(VARIANTS["michigan_result"]()))
    assert text.startswith("Delivery must cost less than $460 per worker (80%: −$110 to $1,000) to pay back")
    assert "over 24 months" in text


def test_a_good_bet_is_called_a_bet() -> None:
    assert "A reasonable bet, not a proven result." in money_sentence(Reading(VARIANTS["good_bet"]()))
    assert "reasonable bet" not in money_sentence(Reading(VARIANTS["worked"]()))


def test_a_range_many_times_the_cost_is_no_bet() -> None:
    """Who bets risks the stake: a low end beyond it, in a range of any size, is not reasonable."""
    for low, high, bold in ((-300.0, 900.0, False), (-1.4, 7.2, True), (-0.8, 40.0, True)):
        result = VARIANTS["good_bet"]()
        money = result.valuation
        assert isinstance(money, Valuation)
        roi = money.figures["roi"]
        assert isinstance(roi, Figure)
        figures = {**money.figures, "roi": replace(roi, low=low, high=high)}
        text = money_sentence(Reading(replace(result, valuation=replace(money, figures=figures))))
        assert ("A reasonable bet" in text) is bold
        assert (
            "Too wide to bet on: the range of the net spans 1,200 times what the program" in text
        ) is not bold


def test_unusually_high_returns_carry_a_warning() -> None:
    brief = compose(VARIANTS["unusually_high"]())
    assert any("unusually high: check margin and horizon" in t.note for t in brief.page.tiles)
    assert not any("unusually high" in text for _, text in sentences_of(compose(VARIANTS["worked"]())))


JARGON = ("significant", "proves", "p-value", "statistically", "counterfactual", "heteroskedastic")


def test_plain_language(any_brief: Brief) -> None:
    """BRF-02: no jargon outside the appendix."""
    own = study_texts(any_brief)
    for where, text in sentences_of(any_brief):
        for word in JARGON:
            assert word not in text.lower() or text in own, f"{where}: {text}"
        assert " -" not in text.replace("<script>", ""), f"a hyphen for a minus in {where}: {text}"


@pytest.mark.parametrize(
    ("symbol", "value", "word"),
    [
        ("calls", 150, "calls"),
        ("reps", 1, "rep"),
        ("week", 11.9, "weeks"),
        ("companies", 3, "companies"),
        ("min", 7.05, "min"),
        ("score", 4.2, "score"),
        ("FTE", 2, "FTE"),
    ],
)
def test_units_are_counted_however_the_plan_writes_them(symbol: str, value: float, word: str) -> None:
    assert unit_word(symbol, value) == word


def test_a_plural_unit_is_not_made_plural_again() -> None:
    assert amount(150, "calls/agent/month", "USD") == "150 calls per agent per month"
    assert measure(11.9, "week/hire", "USD") == "11.9 weeks per hire"


def test_huge_amounts_fit_a_tile() -> None:
    assert money(1.4e13, "USD") == "$14tn"
    assert money(1.4e16, "USD") == "$1.4 × 10^16"
    assert number(-2.5e20) == f"{MINUS}2.5 × 10^20"


def test_money_back_agrees_with_the_return_beside_it() -> None:
    assert back_per_one(1.34, "USD") == "$1.34 back per $1"


def test_a_column_of_ids_is_called_by_what_it_counts() -> None:
    assert [unit_noun(c) for c in ("team_id", "teamId", "site", "cost_centre_id")] == [
        "team",
        "team",
        "site",
        "cost centre",
    ]


def test_a_payback_of_days_and_an_endless_rate_are_said_in_words() -> None:
    payback = Figure("payback_months", 0.12, 0.1, 1.4, "months", 12, "by hand")
    assert (
        figure_text(payback, "USD")
        == "less than 1 month (80%: less than 1 month to 1.4 months) over 12 months"
    )
    rate = Figure("irr", 3e9, 0.4, 4e9, "ratio", 12, "by hand")
    assert figure_text(rate, "USD").startswith("more than 1,000,000% (80%: 40% to more than 1,000,000%)")
