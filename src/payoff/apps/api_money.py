"""The Python API, money: what a what-if gives back, and two programs compared.

run.money.what_if("draft budget", margin=0.35).roi     payoff.compare("drills.yml", "course.yml").statement
"""

from pathlib import Path

from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure
from payoff.run.comparing import Compared, compare_studies
from payoff.run.money_words import comparison_lines, what_if_lines
from payoff.run.progress import Silent
from payoff.run.what_if import WhatIf
from payoff.run.workspace import find_workspace


class Changed:
    """The figures with changed assumptions, the published ones beside them; those stay as they are."""

    def __init__(self, found: WhatIf) -> None:
        self.found, self.valuation, self.original = found, found.changed, found.original

    @property
    def reason(self) -> str:
        return self.found.reason

    @property
    def roi(self) -> Figure | Refusal:
        return self.valuation.figures["roi"]

    @property
    def npv(self) -> Figure | Refusal:
        return self.valuation.figures["npv"]

    def figure(self, name: str) -> tuple[Figure | Refusal, Figure | Refusal]:
        """A figure by name: as published, and with the changes."""
        return self.original.all_figures[name], self.valuation.all_figures[name]

    def __str__(self) -> str:
        return "\n".join(f"{label:<14}{text}" for label, text in what_if_lines(self.found))


class Versus:
    """Two programs held against each other."""

    def __init__(self, found: Compared) -> None:
        self.found, self.comparison = found, found.comparison

    @property
    def statement(self) -> str:
        """ "A beats B in 71 of 100 simulations", or that there is no clear winner."""
        return self.comparison.statement

    def __str__(self) -> str:
        return "\n".join(f"{label:<14}{text}" for label, text in comparison_lines(self.found))


def compare(first: str | Path, second: str | Path, exploratory: bool = False) -> Versus:
    """Two studies by finance's rules. Raises PayoffError as `payoff compare` does."""
    spaces = find_workspace(first), find_workspace(second)
    return Versus(compare_studies(*spaces, exploratory, Silent()))
