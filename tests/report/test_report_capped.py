"""A lower second answer under a headline that names a gain: said where the reader would stumble."""

from dataclasses import replace

from report_michigan import grant_effect
from report_valued import grants, valued

from payoff.nouns.effect import Effect
from payoff.nouns.evidence import EffectVerdict
from payoff.report.money_sentences import capped_sentence, carried_sentence, money_sentence
from payoff.report.reading import Reading


def capped(later: float, verdict: str = "worked") -> Reading:
    """The grants with a second answer of `later` log points in both years, and surer than the locked one."""
    base = grants()
    assert isinstance(base.locked, Effect)
    second = grant_effect("first_difference", "First differences", "second", [later, later], [0.02, 0.03])
    made = valued(base.locked, base.assumptions, base.counts, second)
    return Reading(replace(made, verdict=EffectVerdict(verdict, "rule", 0.10)))


def test_a_cap_below_the_threshold_is_said_beside_the_headline() -> None:
    reading = capped(-0.05)
    said = "The money counts 4.9%, the lower answer of the second method, not the headline's"
    assert capped_sentence(reading).startswith(said)
    assert capped_sentence(reading) in money_sentence(reading)


def test_nothing_is_said_where_the_headline_names_no_gain_or_nothing_is_capped() -> None:
    assert capped_sentence(capped(-0.05, "cannot tell")) == ""
    assert capped_sentence(capped(-0.60)) == ""


def test_the_range_that_came_along_is_named() -> None:
    said = carried_sentence(capped(-0.05))
    assert said.startswith("The money uses the more cautious second method: 4.9% (95%: ")
    assert said.endswith(", with the locked method's wider range.")
    assert "−" in said  # the locked answer's doubt reaches below zero, the second's own would not
