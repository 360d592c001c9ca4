"""Who gets the program, when, and whether they take part.

By lot: complete randomisation of people or teams. Not by lot: teams by a rule that has nothing to do
with results; the worst performers; volunteers who are ahead; people like those a manager would pick
(matched), from what is known before launch.
"""

from dataclasses import dataclass

import numpy as np

from payoff.lab.people import People
from payoff.lab.world import World
from payoff.nouns.arrays import Bools, Floats, Ints

HALVES_APART = 2 * np.sqrt(2 / np.pi)  # between the means of the upper and lower half of a normal
MONTHS_JUDGED = 3  # months before launch by which the worst are chosen


@dataclass(frozen=True, slots=True)
class Assignment:
    """Arrays are (n_people,).

    launch: index of the first month with the program, -1 never. willing: would take part if assigned.
    exposed: of the comparison, meets the program all the same. arm: 0 comparison. factors:
    (n_people, 2) or None.
    """

    program: Bools
    launch: Ints
    willing: Bools
    exposed: Bools
    arm: Ints
    factors: Bools | None = None

    def reached(self) -> Bools:
        """Who in fact meets the program, from the launch on."""
        met: Bools = (self.program & self.willing) | self.exposed
        return met


def assign(world: World, people: People, before: Floats, rng: np.random.Generator) -> Assignment:
    """before: (n_people, n_before) results before launch, NaN where somebody was not there."""
    n, setup = people.n_people, world.rollout.setup
    willing = rng.random(n) < world.program.take_up
    if setup == "staggered":
        dealt = _waves(world, rng)[people.team]
        started: Bools = np.asarray(dealt >= 0)
        nobody = np.zeros(n, dtype=np.bool_)
        return Assignment(started, dealt, willing, nobody, started.astype(np.int64))
    factors = _factors(n, rng) if setup == "factorial" else None
    arm = _arms(world, people, before, rng) if factors is None else _any(factors)
    program: Bools = np.asarray(arm > 0)
    launch: Ints = np.full(n, -1)
    launch[program] = world.rollout.n_before
    exposed: Bools = np.logical_not(program) & (rng.random(n) < world.flaws.exposed)
    return Assignment(program, launch, willing, exposed, arm, factors)


def _factors(n: int, rng: np.random.Generator) -> Bools:
    """(n, 2): half the people have each, drawn independently."""
    half = np.arange(n) % 2 == 0
    return np.stack([rng.permutation(half), rng.permutation(half)], axis=1)


def _any(factors: Bools) -> Ints:
    some: Bools = np.asarray(factors.any(axis=1))
    return some.astype(np.int64)


def _arms(world: World, people: People, before: Floats, rng: np.random.Generator) -> Ints:
    """(n_people,): 0 comparison, 1 (or more) program."""
    setup, flaws = world.rollout.setup, world.flaws
    if setup in ("series", "before_after"):
        return np.ones(people.n_people, dtype=np.int64)
    if setup == "several_arms":
        arms: Ints = rng.permutation(np.arange(people.n_people) % 3).astype(np.int64)
        return arms
    if flaws.worst:
        return _first(np.nanmean(before[:, -MONTHS_JUDGED:], axis=1), _how_many(world, people.n_people))
    if flaws.ability_gap > 0:
        lead = flaws.ability_gap / HALVES_APART
        keen = lead * _standard(people.ability) + np.sqrt(1 - lead**2) * rng.standard_normal(people.n_people)
        return _first(-keen, _how_many(world, people.n_people))
    if setup == "matched":
        known = 0.6 * _standard(np.nanmean(before, axis=1)) + 0.4 * _standard(people.tenure)
        return _first(-known - 1.2 * rng.standard_normal(people.n_people), _how_many(world, people.n_people))
    if world.by_team:
        n_teams = world.firm.n_teams
        return _first(rng.random(n_teams), _how_many(world, n_teams))[people.team]
    return _first(rng.random(people.n_people), _how_many(world, people.n_people))


def _waves(world: World, rng: np.random.Generator) -> Ints:
    """(n_teams,): launch of each team; waves and the group without are of equal size, in any order."""
    waves = world.rollout.waves
    launches = np.array([world.rollout.n_before + wave for wave in waves] + [-1])
    dealt: Ints = launches[rng.permutation(world.firm.n_teams) % len(launches)]
    return dealt


def _how_many(world: World, n: int) -> int:
    fixed = world.rollout.n_program
    return round(world.rollout.share * n) if fixed is None else fixed


def _first(order: Floats, n_program: int) -> Ints:
    """1 for the `n_program` smallest of `order` (n,), 0 for the rest."""
    arm = np.zeros(len(order), dtype=np.int64)
    arm[np.argsort(order, kind="stable")[:n_program]] = 1
    return arm


def _standard(column: Floats) -> Floats:
    filled = np.where(np.isfinite(column), column, np.nanmean(column))
    scaled: Floats = (filled - filled.mean()) / filled.std()
    return scaled
