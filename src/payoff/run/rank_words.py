"""What `payoff rank` says: candidates for a pilot, the one most worth trying first."""

from collections.abc import Sequence
from typing import Any

from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import counted, lowered, percent, sentence
from payoff.report.words import money
from payoff.run.ranking import Candidate


def rank_lines(ranked: Sequence[Candidate]) -> tuple[tuple[str, str], ...]:
    """One line each: what the pilot is worth, what would be decided without it, how often that is wrong."""
    return tuple((f"{n}  {c.study.name}", _say(c)) for n, c in enumerate(ranked, start=1))


def rank_document(ranked: Sequence[Candidate]) -> dict[str, Any]:
    """The ranking as JSON, money in each study's currency over its horizon."""
    return {"schema_version": 1, "candidates": [_document(c) for c in ranked]}


def _say(candidate: Candidate) -> str:
    value, study = candidate.value, candidate.study
    if isinstance(value, Refusal):
        return f"no value: {lowered(sentence(value.reason))}"
    unit, months = study.currency, study.horizon_months
    where = f" ({study.pilot.workflow})" if study.pilot is not None else ""
    people = counted(candidate.reach, study.design.unit_label)
    today = f"rolling it out to {people}" if value.scale_now else f"leaving {people} without it"
    return (
        f"a pilot{where} is worth {money(value.pilot, unit)} over {months} months, because it can change the "
        f"decision; {money(value.net, unit)} after what it costs. Certainty would be worth "
        f"{money(value.perfect, unit)}. Deciding today would mean {today}, a mistake in "
        f"{percent(value.chance_wrong)} of cases."
    )


def _document(candidate: Candidate) -> dict[str, Any]:
    value, study = candidate.value, candidate.study
    document: dict[str, Any] = {
        "study": study.name,
        "currency": study.currency,
        "horizon_months": study.horizon_months,
        "reach": candidate.reach,
        "workflow": study.pilot.workflow if study.pilot is not None else None,
    }
    if isinstance(value, Refusal):
        return {**document, "refusal": value.reason}
    return {
        **document,
        "refusal": None,
        "value_of_pilot": value.pilot,
        "value_of_pilot_net": value.net,
        "value_of_perfect_information": value.perfect,
        "net_benefit_now": value.decide_now,
        "scale_now": value.scale_now,
        "chance_wrong_now": value.chance_wrong,
    }
