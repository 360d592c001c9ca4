"""The Python API before launch: what a study can see, what would help, who starts, whether it may.

design = payoff.Study("sales.yml").design()
design.power_curve()   design.levers   design.options   design.show()
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from payoff.causal.feasible import FeasibleDesign
from payoff.causal.levers import Lever
from payoff.causal.power import chance_to_see
from payoff.nouns.brief import Table
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power
from payoff.report import describe_power
from payoff.run.design_words import design_document, design_lines
from payoff.run.designing import DesignReport
from payoff.run.randomise_words import randomise_document, randomise_lines
from payoff.run.randomising import Drawn
from payoff.run.readiness import Item

LIFTS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)


class Design:
    """The design before launch, from the baseline alone."""

    def __init__(self, report: DesignReport) -> None:
        self.report = report

    @property
    def power(self) -> Power:
        """Smallest visible, expected and break-even lift."""
        return self.report.power

    @property
    def verdict(self) -> str:
        """ "large enough", "best case only" or "too small to tell"; "" where it is not known."""
        return self.report.verdict

    @property
    def levers(self) -> tuple[Lever, ...]:
        """What would let it see more, the strongest first."""
        return self.report.levers

    @property
    def options(self) -> tuple[FeasibleDesign, ...]:
        """Every design on these data, best evidence first; those that are impossible with the reason."""
        return self.report.options

    def power_curve(self, lifts: tuple[float, ...] = LIFTS) -> Table | Refusal:
        """Chance to see each true lift (two-sided 5 %), as a table; refused where power is unknown."""
        planned, panel = self.report.planned, self.report.panel
        if isinstance(planned, Refusal):
            return planned
        rows = tuple((lift, chance_to_see(panel, planned, lift)) for lift in lifts)
        return Table(
            "power", "Chance to see a true lift", ("lift", "power"), rows, describe_power(self.power)
        )

    @property
    def document(self) -> Mapping[str, Any]:
        """What `payoff design --json` prints."""
        return design_document(self.report)

    def show(self) -> None:
        """Print it."""
        for label, text in design_lines(self.report):
            print(f"{label}: {text}")


class Lot:
    """A lot that was drawn, with where its list lies."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn

    @property
    def arm_of(self) -> Mapping[str, str]:
        """Unit → name of its arm or wave."""
        lot = self.drawn.allocation
        return {unit: lot.arms[arm] for unit, arm in zip(lot.unit, lot.arm, strict=True)}

    @property
    def document(self) -> Mapping[str, Any]:
        """What `payoff randomise --json` prints."""
        return randomise_document(self.drawn)

    def show(self) -> None:
        """Print groups, balance and schedule."""
        for label, text in randomise_lines(self.drawn):
            print(f"{label}: {text}")


class Readiness:
    """The checklist before the start; truthy when the study may start."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        self.items = items

    def __bool__(self) -> bool:
        return not self.missing

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    @property
    def missing(self) -> tuple[Item, ...]:
        """What keeps the study from starting."""
        return tuple(item for item in self.items if item.stops)

    @property
    def document(self) -> Mapping[str, Any]:
        """The checklist as plain data."""
        return {"ready": bool(self), "items": [dataclasses.asdict(item) for item in self.items]}
