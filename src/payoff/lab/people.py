"""Who works in the firm, and what they would bring in each month without any program.

Model     result = level × (1 + lasting + passing + season + firm's shocks + growth), lasting and passing
          parts each with a share that the team has in common; passing parts follow AR(1).
Identity  The variance between people in one month is spread² (level and log metrics), of which icc is
          between teams: tests/lab.
"""

from dataclasses import dataclass

import numpy as np

from payoff.lab.world import LEAST_OBSERVED, Firm, World
from payoff.nouns.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class People:
    """Arrays are (n_people,), people in order of team. tenure in years at launch.

    ability: lasting part, own and team's, as a share of the level. first, gone: index of the first month
    there and of the first month no longer there. gone reaches n_periods for those who stay.
    """

    team: Ints
    manager: Ints
    region: Ints
    role: Ints
    tenure: Floats
    ability: Floats
    first: Ints
    gone: Ints

    @property
    def n_people(self) -> int:
        return len(self.team)


def draw_people(world: World, rng: np.random.Generator) -> People:
    """Everybody on the payroll in the last month before launch."""
    firm, n_before = world.firm, world.rollout.n_before
    low, high = firm.team_size
    team = np.repeat(np.arange(firm.n_teams), rng.integers(low, high + 1, firm.n_teams))
    if world.rollout.n_people is not None:
        team = np.sort(rng.permutation(team)[: world.rollout.n_people])
    n = len(team)
    manager = team // firm.teams_per_manager
    own = np.sqrt(firm.lasting * (1 - firm.icc)) * rng.standard_normal(n)
    shared = np.sqrt(firm.lasting * firm.icc) * rng.standard_normal(firm.n_teams)[team]
    months_there = rng.geometric(firm.hired, n) if firm.hired > 0 else np.full(n, n_before)
    months_to_come = rng.geometric(firm.left, n) if firm.left > 0 else np.full(n, world.n_periods)
    return People(
        team=team,
        manager=manager,
        region=manager % firm.n_regions,
        role=rng.integers(0, firm.n_roles, n),
        tenure=np.minimum(months_there / 12, rng.gamma(2.0, 2.5, n)),
        ability=firm.spread * (own + shared),
        first=np.maximum(n_before - months_there, 0),
        gone=np.minimum(n_before + months_to_come, world.n_periods),
    )


def draw_course(world: World, people: People, rng: np.random.Generator) -> Floats:
    """(n_people, n_periods): the expected result without the program, as a share of the level above it."""
    firm, n_periods = world.firm, world.n_periods
    passing = firm.spread * np.sqrt(1 - firm.lasting)
    own = passing * np.sqrt(1 - firm.icc) * _autoregress(rng, people.n_people, n_periods, firm.memory_person)
    team = passing * np.sqrt(firm.icc) * _autoregress(rng, firm.n_teams, n_periods, firm.memory_team)
    region = firm.region_shock * rng.standard_normal((firm.n_regions, n_periods))
    lasting = people.ability + firm.tenure * (people.tenure - people.tenure.mean())
    course: Floats = (
        lasting[:, None] + own + team[people.team] + region[people.region] + _calendar(world, rng)
    )
    return course


def draw_results(firm: Firm, course: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """(values, weights), each (n_people, n_periods), from `course` above the level.

    Numbers are drawn in an order that does not depend on the course: worlds that differ in the effect
    alone share all other luck.
    """
    weights: Floats = np.ones_like(course)
    if firm.kind == "log":
        return firm.level * np.exp(course), weights
    mean: Floats = firm.level * np.maximum(1.0 + course, 0.02)
    if firm.kind == "count":
        return _count(mean, rng), weights
    if firm.kind == "ratio":
        counted: Floats = rng.poisson(LEAST_OBSERVED, course.shape).astype(np.float64) + 1.0
        noise = firm.level * rng.standard_normal(course.shape) / np.sqrt(counted)
        return np.add(mean, noise), counted
    return firm.level * (1 + course), weights


def is_there(people: People, n_periods: int) -> Bools:
    """(n_people, n_periods): on the payroll."""
    month = np.arange(n_periods)[None, :]
    there: Bools = (month >= people.first[:, None]) & (month < people.gone[:, None])
    return there


def _count(mean: Floats, rng: np.random.Generator) -> Floats:
    """Poisson counts: one uniform number each, so that a larger mean never gives a smaller count."""
    chance = rng.random(mean.shape)
    term = np.exp(-mean)
    below, count, k = term.copy(), np.zeros_like(mean), 0
    most = mean.max() + 12 * np.sqrt(mean.max()) + 12  # the last bit of a chance near one ends there
    while k < most and (more := chance > below).any():
        k += 1
        count += more
        term = term * mean / k
        below = below + term
    return count


def _calendar(world: World, rng: np.random.Generator) -> Floats:
    """(n_periods,): season, December, shocks to everyone, growth. Launch is in January."""
    firm = world.firm
    since = np.arange(world.n_periods) - world.rollout.n_before
    wave = firm.season * np.sin(2 * np.pi * since / 12) + firm.december * (since % 12 == 11)
    shocks: Floats = wave + firm.shock * rng.standard_normal(world.n_periods) + firm.growth * since
    return shocks


def _autoregress(rng: np.random.Generator, n: int, n_periods: int, memory: float) -> Floats:
    """(n, n_periods): AR(1) with variance 1 from the first month on."""
    noise: Floats = rng.standard_normal((n, n_periods))
    noise[:, 1:] *= np.sqrt(1 - memory**2)
    for t in range(1, n_periods):
        noise[:, t] += memory * noise[:, t - 1]
    return noise
