"""What the program gives to whom, month by month, and the course on which flaws lead a group astray.

Model     gain = lift × how far it is built up × how much of it is left × the person's own measure.
          The person's own measure has mean 1; half of its variance is shared within the team.
"""

import numpy as np

from payoff.lab.assignment import Assignment
from payoff.lab.people import People
from payoff.lab.world import Program, World
from payoff.nouns.arrays import Floats, Ints

EARLY_MONTHS = 2


def draw_gains(world: World, people: People, given: Assignment, rng: np.random.Generator) -> Floats:
    """(n_people, n_periods): gain of everyone, had they launched with their group and taken part.

    As a share of the level, turned the way the metric points; those never launched count from the first
    launch. Two factors add up; the second arm brings `second_lift`.
    """
    program = world.program
    luck = np.sqrt(0.5) * rng.standard_normal(people.n_people)
    luck += np.sqrt(0.5) * rng.standard_normal(world.firm.n_teams)[people.team]
    start = np.where(given.launch >= 0, given.launch, world.rollout.n_before)
    since = np.arange(world.n_periods)[None, :] - start[:, None]
    gains: Floats = (1 + program.differs * luck)[:, None] * _course(program, since)
    gains += world.flaws.early * ((since < 0) & (since >= -EARLY_MONTHS))
    turned: Floats = -gains if world.firm.better == "lower" else gains
    return turned


def lifts(world: World, given: Assignment) -> Floats:
    """(n_people,): plateau of the gain of what each person is assigned, as a share of the level."""
    program = world.program
    if given.factors is not None:
        both: Floats = given.factors @ np.array([program.lift, program.second_lift])
        return both
    return np.where(given.arm == 2, program.second_lift, program.lift)


def astray(world: World, given: Assignment) -> Floats:
    """(n_people, n_periods): the program group's own course away from the other group's."""
    flaws, rollout = world.flaws, world.rollout
    since_last = np.arange(world.n_periods) - (rollout.n_before - 1.0)
    start = since_last[: rollout.n_before].mean() if flaws.departs_from == "baseline" else 0.0
    line = since_last / (since_last[rollout.n_before :].mean() - start)
    if flaws.departs_at_launch:
        line = np.maximum(line, 0.0)
    away: Floats = flaws.departure * line[None, :] * given.program[:, None]
    return away


def _course(program: Program, since: Ints) -> Floats:
    """Share of the plateau reached `since` months after launch; 0 before."""
    after = np.maximum(since, 0)
    built = (
        1 - np.exp(-(after + 1) / program.build_months) if program.build_months > 0 else np.ones_like(after)
    )
    kept = 0.5 ** (after / program.half_life_months) if program.half_life_months is not None else 1.0
    shape: Floats = np.where(since >= 0, built * kept, 0.0)
    return shape
