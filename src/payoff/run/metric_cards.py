"""Definitions of the catalogue as cards: everything a person must know before quoting the number.

Question  What is counted over what, who is it for, when does it move, and which trap has it?
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from payoff.metrics.catalogue import SHIPPED
from payoff.nouns.definition import Definition
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.wording import listed


def list_cards() -> tuple[Definition, ...]:
    """Every definition: those that lead, then those that follow, by family within each."""
    return tuple(sorted(SHIPPED.definitions.values(), key=lambda definition: not definition.leading))


def find_card(reference: str) -> Definition:
    """The definition of an id, with or without its version. Raises PayoffError (2)."""
    found = SHIPPED.find(reference)
    if found is None:
        what = f"there is no measure {reference[:60]!r} in the catalogue"
        why = "a measure nobody defined cannot be compared with anybody's"
        raise PayoffError([Problem("U210", what, why, "payoff metrics list names them")], 2)
    return found


def say_moves(definition: Definition) -> str:
    """Leading or lagging, and the weeks in which a program is expected to show."""
    low, high = definition.onset_weeks
    return f"{'leading' if definition.leading else 'lagging'}, {low} to {high} weeks"


def describe_card(definition: Definition) -> tuple[tuple[str, str], ...]:
    """Label and text, in the order a reader asks."""
    lines = [
        ("Measure", f"{definition.label} ({definition.reference})"),
        ("Formula", definition.formula),
        ("Unit", f"{definition.unit}; {definition.better} is better"),
        ("Missing", definition.missing_rule),
        ("Told by", listed(definition.grains)),
        ("Level", f"{definition.level}, {definition.tier}{', a volume' if definition.vanity else ''}"),
        ("Moves", f"{say_moves(definition)} after launch"),
        ("For", listed(definition.audience)),
        ("Owner", "named by each study"),
    ]
    lines += [("Window", f"each case is watched for {definition.window_days} days")] * bool(
        definition.window_days
    )
    lines += [("Reads", f"{table}: {', '.join(columns)}") for table, columns in definition.needs]
    lines += [("Trap", definition.trap)] if definition.trap else []
    lines += [("Rows", " ".join(definition.rows.split())), ("Numerator", definition.numerator)]
    return (*lines, ("Denominator", definition.denominator)) if definition.denominator else tuple(lines)


def card_document(definition: Definition) -> Mapping[str, Any]:
    """The definition as JSON."""
    return {**asdict(definition), "needs": {table: list(columns) for table, columns in definition.needs}}
