"""The worlds of the truth benchmark: clean designs, and broken ones of fixed size.

Sizes are shares of the firm's usual monthly level. The effect builds up to PLATEAU in about a month and
averages close to 9 % of the level over six months; half of it is HALF.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from payoff.lab import Firm, Flaws, Program, Rollout, World

TEAMS = (10, 30, 100)
PLATEAU = 0.09
HALF = PLATEAU / 2
WORKS, NONE, FIRM = Program(lift=PLATEAU), Flaws(), Firm()
MAIN = ("person_randomised", "team_randomised", "staggered", "two_waves", "one_launch")


@dataclass(frozen=True, slots=True)
class Setting:
    """A design or a flaw by name. main: the method that is locked in a study of that kind.

    methods: estimators beside it that are asked about the same worlds. broken: what is wrong, in words.
    harmless: the flaw biases nothing, so that "worked" may be right.
    """

    name: str
    rollout: Rollout
    main: str
    methods: tuple[str, ...] = ()
    program: Program = WORKS
    flaws: Flaws = NONE
    firm: Firm = FIRM
    broken: str = ""
    truth: str = "post"


DID = ("group_time", "fixed_effects", "first_difference", "lagged_outcome")
CLEAN = (
    Setting(
        "person_randomised",
        Rollout("person_randomised"),
        "covariate_adjusted",
        ("difference_in_means", "cuped"),
    ),
    Setting(
        "team_randomised", Rollout("team_randomised"), "covariate_adjusted", ("difference_in_means", "cuped")
    ),
    Setting(
        "staggered",
        Rollout("staggered", by_lot=True),
        "group_time",
        ("imputation", "efficient_staggered"),
    ),
    Setting(
        "two_waves",
        Rollout("staggered", waves=(0, 3), by_lot=True),
        "group_time",
        ("imputation", "efficient_staggered"),
    ),
    Setting("one_launch", Rollout("one_launch", declared="rule"), "imputation", DID),
    Setting(
        "complier",
        Rollout("person_randomised"),
        "complier_effect",
        program=Program(lift=PLATEAU, take_up=0.7),
        truth="compliers",
    ),
    Setting("several_arms", Rollout("several_arms"), "covariate_adjusted", truth="long"),
    Setting("factorial", Rollout("factorial"), "covariate_adjusted", truth="content"),
    Setting(
        "matched",
        Rollout("matched", share=0.3, declared="rule"),
        "matched_did",
        ("propensity_matching", "weighting", "regression", "regression_adjustment"),
    ),
    Setting(
        "synthetic", Rollout("synthetic", n_before=24, n_program=1), "synthetic_did", ("synthetic_control",)
    ),
    Setting(
        "series",
        Rollout("series", n_before=36, n_after=12),
        "interrupted_time_series",
        ("structural_series",),
    ),
    Setting("before_after", Rollout("before_after"), "before_after"),
    Setting(
        "team_randomised, counts",
        Rollout("team_randomised"),
        "covariate_adjusted",
        firm=Firm(kind="count", level=10.0),
    ),
    Setting(
        "team_randomised, ratio", Rollout("team_randomised"), "covariate_adjusted", firm=Firm(kind="ratio")
    ),
    Setting("one_launch, log", Rollout("one_launch", declared="rule"), "imputation", firm=Firm(kind="log")),
)
_WORST = Rollout("one_launch", share=0.25)
_VOLUNTEERS = Rollout("one_launch")
BROKEN = (
    Setting(
        "trend, one launch",
        Rollout("one_launch", declared="rule"),
        "imputation",
        flaws=Flaws(departure=HALF),
        broken="the program group drifts away in a straight line, all along; half the effect from the last "
        "month before launch to the mean of follow-up",
    ),
    Setting(
        "trend, staggered",
        Rollout("staggered"),
        "group_time",
        flaws=Flaws(departure=HALF),
        broken="the same with three waves chosen by rule",
    ),
    Setting(
        "slow trend, one launch",
        Rollout("one_launch", declared="rule"),
        "imputation",
        flaws=Flaws(departure=HALF, departs_from="baseline"),
        broken="a straight line less than half as steep: half the effect from the mean before launch to the "
        "mean after, which is what a method with unit effects is off by",
    ),
    Setting(
        "trend from launch",
        Rollout("one_launch", declared="rule"),
        "imputation",
        flaws=Flaws(departure=HALF, departs_at_launch=True),
        broken="half the effect, drifting from launch on: nothing before launch shows it",
    ),
    Setting(
        "worst quartile, told",
        Rollout("one_launch", share=0.25, declared="worst"),
        "imputation",
        flaws=Flaws(worst=True),
        broken="the quarter of people with the worst three months before launch; the plan says so",
    ),
    Setting(
        "worst quartile, untold",
        _WORST,
        "imputation",
        flaws=Flaws(worst=True),
        broken="the same; the plan does not say how they were chosen",
    ),
    Setting(
        "volunteers, told",
        Rollout("one_launch", declared="volunteers"),
        "imputation",
        flaws=Flaws(ability_gap=0.5),
        broken="volunteers half a standard deviation of lasting ability ahead; the plan says so",
    ),
    Setting(
        "volunteers, untold",
        _VOLUNTEERS,
        "imputation",
        flaws=Flaws(ability_gap=0.5),
        broken="the same; the plan does not say so",
    ),
    Setting(
        "keen volunteers, told",
        Rollout("one_launch", declared="volunteers"),
        "imputation",
        flaws=Flaws(ability_gap=0.5, departure=HALF, departs_at_launch=True),
        broken="the same gap, and from launch on volunteers pull away by half the effect by themselves",
    ),
    Setting(
        "volunteers, matched",
        Rollout("matched", share=0.3, declared="volunteers"),
        "matched_did",
        flaws=Flaws(ability_gap=0.5),
        broken="volunteers half a standard deviation ahead, matched on tenure and the baseline",
    ),
    Setting(
        "arms of ten",
        Rollout("person_randomised", n_people=20),
        "covariate_adjusted",
        broken="ten people in each arm",
    ),
    Setting(
        "exposed, logged",
        Rollout("person_randomised"),
        "covariate_adjusted",
        flaws=Flaws(exposed=0.2),
        broken="one in five of the comparison meets the program; the data say who",
    ),
    Setting(
        "exposed, not logged",
        Rollout("person_randomised"),
        "covariate_adjusted",
        flaws=Flaws(exposed=0.2, exposure_logged=False),
        broken="the same; the data do not say who",
    ),
    Setting(
        "weak people leave",
        Rollout("team_randomised"),
        "covariate_adjusted",
        flaws=Flaws(leavers=0.04),
        broken="each month one in 25 of the weaker half of the program group leaves beside the usual",
    ),
    Setting(
        "early effect",
        Rollout("one_launch", declared="rule"),
        "imputation",
        flaws=Flaws(early=0.5),
        broken="half the effect shows in the two months before launch",
    ),
)
NO_GOAL = (  # for information: the first three leave no mark in the data, nobody set a goal for the others
    "trend from launch",
    "exposed, not logged",
    "keen volunteers, told",
    "weak people leave",
    "early effect",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One setting, size of firm and effect (True: the program works)."""

    setting: Setting
    n_teams: int
    works: bool

    @property
    def name(self) -> str:
        return f"{self.setting.name} | {self.n_teams} | {'works' if self.works else 'null'}"

    @property
    def world(self) -> World:
        program = (
            self.setting.program if self.works else replace(self.setting.program, lift=0.0, second_lift=0.0)
        )
        return World(
            replace(self.setting.firm, n_teams=self.n_teams),
            program,
            self.setting.rollout,
            self.setting.flaws,
        )


def list_cells() -> Iterator[Cell]:
    """Every cell, the four main designs first."""
    for setting in (*CLEAN, *BROKEN):
        for n_teams in TEAMS:
            yield from (Cell(setting, n_teams, works) for works in (False, True))
