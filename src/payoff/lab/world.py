"""What an invented firm is like: its people, its program, how the program came to it, what is broken.

Sizes are shares of the firm's usual level (`Firm.level`) unless a name says otherwise, so that a lift of
0.08 and a spread of 0.3 can be read side by side. A log metric takes the same numbers as log points.
"""

from dataclasses import dataclass, field
from typing import Literal

from payoff.nouns.metric import Better
from payoff.nouns.study import Chosen, DesignType

Kind = Literal["level", "count", "log", "ratio"]
Setup = Literal[
    "person_randomised",
    "team_randomised",
    "staggered",
    "one_launch",
    "several_arms",
    "factorial",
    "matched",
    "synthetic",
    "series",
    "before_after",
]
DESIGNS: dict[Setup, DesignType] = {
    "person_randomised": "rct",
    "team_randomised": "rct",
    "staggered": "did",
    "one_launch": "did",
    "several_arms": "rct",
    "factorial": "rct",
    "matched": "matched",
    "synthetic": "synthetic",
    "series": "its",
    "before_after": "before_after",
}
LEAST_OBSERVED = 40  # what a person's ratio is counted over in a month, on average


@dataclass(frozen=True, slots=True)
class Firm:
    """Who works there, and how results move without any program.

    team_size: fewest and most people in a team. spread: standard deviation of people's results in one
    month. lasting: share of that variance that stays with a person or team for good. icc: share of either
    part that a team has in common. memory_person, memory_team: correlation of the passing part between
    neighbouring months. season, december: yearly wave and a spike in one month. shock: standard deviation
    of what hits the whole firm in a month; region_shock: of what hits one region. growth: per month.
    tenure: how much a year with the firm adds. hired, left: chance per month, before and after launch.
    """

    n_teams: int = 30
    team_size: tuple[int, int] = (8, 12)
    teams_per_manager: int = 1
    n_regions: int = 4
    n_roles: int = 3
    kind: Kind = "level"
    better: Better = "higher"
    level: float = 20.0
    spread: float = 0.30
    lasting: float = 0.5
    icc: float = 0.10
    memory_person: float = 0.4
    memory_team: float = 0.4
    season: float = 0.08
    december: float = 0.05
    shock: float = 0.03
    region_shock: float = 0.0
    growth: float = 0.002
    tenure: float = 0.005
    hired: float = 0.005
    left: float = 0.005


@dataclass(frozen=True, slots=True)
class Program:
    """What the program does to those it reaches.

    lift: gain once built up, always an improvement. build_months: months until 63 % of it is there (0: at
    once). half_life_months: how fast it fades; None: never. differs: standard deviation of people's gains,
    as a share of the mean gain. take_up: share of those assigned who take part.
    second_lift: of the second arm or factor. expected, useful: what the plan says beforehand.
    """

    lift: float = 0.09
    build_months: float = 0.5
    half_life_months: float | None = None
    differs: float = 0.3
    take_up: float = 1.0
    second_lift: float = 0.04
    expected: tuple[float, float] = (0.05, 0.10)
    useful: float = 0.02


@dataclass(frozen=True, slots=True)
class Rollout:
    """How the program comes to the firm.

    share: of people or teams in the program. waves: launches in months after the first one; staggered
    leaves one further group of equal size without the program. method, second: estimators the plan names;
    empty: the lab's defaults. by_lot: staggered or one launch drawn by lot, and the plan says so.
    n_program: people or teams in the program, in place of the share; n_people: people in all, drawn
    from all teams; None: everybody. declared: how the plan says that the program's people were chosen.
    """

    setup: Setup = "person_randomised"
    n_before: int = 12
    n_after: int = 6
    share: float = 0.5
    waves: tuple[int, ...] = (0, 2, 4)
    by_lot: bool = False
    n_program: int | None = None
    n_people: int | None = None
    method: str = ""
    second: str | None = None
    declared: Chosen = "unknown"


@dataclass(frozen=True, slots=True)
class Flaws:
    """What is wrong with the world; all zero: nothing.

    departure: how far the program group's own course leads it away from the other's, on average over
        follow-up; a straight line. departs_from: as against the last month before launch, which is what a
        group-time effect is measured from, or the whole baseline, from which methods with unit effects are.
    departs_at_launch: the line begins at launch, so that nothing before launch shows it.
    worst: the people with the worst three months before launch get the program.
    ability_gap: volunteers; by how many standard deviations of lasting ability they are ahead.
    exposed: share of the comparison group that meets the program all the same; exposure_logged: the
        data say who.
    leavers: how much likelier, per month, the weaker half of the program group is to leave.
    early: share of the effect that shows in the two months before launch.
    """

    departure: float = 0.0
    departs_from: Literal["last_month", "baseline"] = "last_month"
    departs_at_launch: bool = False
    worst: bool = False
    ability_gap: float = 0.0
    exposed: float = 0.0
    exposure_logged: bool = True
    leavers: float = 0.0
    early: float = 0.0


@dataclass(frozen=True, slots=True)
class World:
    """Everything that decides an invented firm but the seed."""

    firm: Firm = field(default_factory=Firm)
    program: Program = field(default_factory=Program)
    rollout: Rollout = field(default_factory=Rollout)
    flaws: Flaws = field(default_factory=Flaws)

    @property
    def n_periods(self) -> int:
        return self.rollout.n_before + self.rollout.n_after

    @property
    def design(self) -> DesignType:
        return DESIGNS[self.rollout.setup]

    @property
    def by_team(self) -> bool:
        """The program comes to whole teams."""
        chosen_one_by_one = self.flaws.worst or self.flaws.ability_gap > 0
        return self.rollout.setup not in (
            "person_randomised",
            "several_arms",
            "factorial",
            "matched",
        ) and not (chosen_one_by_one and self.rollout.setup == "one_launch")

    @property
    def unit(self) -> Literal["person", "team"]:
        """What a row of the panel is."""
        return "team" if self.rollout.setup in ("synthetic", "series") else "person"
