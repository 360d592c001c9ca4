"""An invented firm: its plan, its panel, and the truth that no firm ever knows.

Question  What would an estimator have said, had we known the answer beforehand?
Truth     The estimand of each declared term in that very world: the mean gain over the people and months
          the term is about, not the mean of the world it was drawn from. Contamination, departures and
          early effects are no part of it.
Luck      One seed, four independent streams (people, calendar, assignment, gains): two worlds that
          differ in the effect alone share everything else.
"""

from dataclasses import dataclass

import numpy as np

from payoff.lab.assignment import Assignment, assign
from payoff.lab.gains import astray, draw_gains, lifts
from payoff.lab.people import People, draw_course, draw_people, draw_results, is_there
from payoff.lab.plan import has_clusters, periods_of, write_plan
from payoff.lab.truth import Truth, find_truth
from payoff.lab.world import World
from payoff.nouns.arrays import Bools, Floats, frozen
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study


@dataclass(frozen=True, slots=True)
class Invented:
    """values, weights: (n_people, n_periods) as the firm's systems hold them, before they become a panel."""

    world: World
    study: Study
    panel: Panel
    truth: Truth
    people: People
    given: Assignment
    values: Floats
    weights: Floats


def invent(world: World, seed: int) -> Invented:
    """The same world and seed give the same firm, to the last bit."""
    hiring, calendar, lot, luck = np.random.default_rng(seed).spawn(4)
    people = draw_people(world, hiring)
    course = draw_course(world, people, calendar)
    results = calendar.spawn(1)[0]
    quiet, _ = draw_results(world.firm, course, _again(results))
    there = is_there(people, world.n_periods)
    before = np.where(there, quiet, np.nan)[:, : world.rollout.n_before]
    given = assign(world, people, before, lot)
    own = draw_gains(world, people, given, luck)
    there &= ~_driven_out(world, people, given, luck)
    met = own * (lifts(world, given) * given.reached())[:, None]
    values, weights = draw_results(world.firm, course + met + astray(world, given), _again(results))
    values, weights = np.where(there, values, np.nan), np.where(there, weights, 0.0)
    study = write_plan(world)
    return Invented(
        world=world,
        study=study,
        panel=_build_panel(world, study, people, given, values, weights),
        truth=find_truth(world, people, given, own, weights),
        people=people,
        given=given,
        values=frozen(values),
        weights=frozen(weights),
    )


def _again(rng: np.random.Generator) -> np.random.Generator:
    """A generator in the same state, so that results are drawn twice with the same luck."""
    state = type(rng.bit_generator)()
    state.state = rng.bit_generator.state
    return np.random.Generator(state)


def _driven_out(world: World, people: People, given: Assignment, rng: np.random.Generator) -> Bools:
    """(n_people, n_periods): gone, because the weaker half of the program group is likelier to leave."""
    n_periods, first = world.n_periods, world.rollout.n_before
    if not world.flaws.leavers:
        return np.zeros((people.n_people, n_periods), dtype=np.bool_)
    weaker = given.program & (people.ability < np.median(people.ability))
    if world.firm.better == "lower":
        weaker = given.program & (people.ability > np.median(people.ability))
    month = first + rng.geometric(world.flaws.leavers, people.n_people)
    gone: Bools = weaker[:, None] & (np.arange(n_periods)[None, :] >= month[:, None])
    return gone


def _build_panel(
    world: World, study: Study, people: People, given: Assignment, values: Floats, weights: Floats
) -> Panel:
    launch, program, cluster = given.launch, given.program, people.team
    unit = tuple(name_person(i) for i in range(people.n_people))
    covariates: Floats | None = people.tenure[:, None] if study.design.covariates else None
    if world.unit == "team":
        values, weights = _team_means(people, values, weights, world.firm.n_teams)
        firsts = np.unique(people.team, return_index=True)[1]
        launch, program = launch[firsts], program[firsts]
        unit = tuple(name_team(i) for i in range(world.firm.n_teams))
    codes = np.unique(cluster, return_inverse=True)[1] if has_clusters(world) else np.arange(len(unit))
    pre = np.arange(world.n_periods) < world.rollout.n_before
    design = study.design
    return Panel(
        metric=study.metrics[0],
        unit=unit,
        periods=frozen(periods_of(world)),
        values=frozen(values),
        weights=frozen(weights),
        pre=frozen(pre),
        post=frozen(~pre),
        in_program=frozen(program),
        launch=frozen(launch),
        cluster=frozen(codes.astype(np.int64)),
        n_assigned=(int((~program).sum()), int(program.sum())),
        exclusions=(),
        fingerprint=fingerprint("invented panel", values),
        take_up=frozen(_took_part(given)) if design.take_up is not None else None,
        covariates=None if covariates is None else frozen(covariates),
        arm=frozen(given.arm) if design.arms else None,
        factors=frozen(given.factors) if given.factors is not None else None,
        exposed=frozen(given.exposed.astype(np.float64)) if design.exposed is not None else None,
    )


def _team_means(people: People, values: Floats, weights: Floats, n_teams: int) -> tuple[Floats, Floats]:
    """(values, weights), each (n_teams, n_periods): weighted means; NaN and 0 where nobody is there."""
    total, mass = np.zeros((n_teams, values.shape[1])), np.zeros((n_teams, values.shape[1]))
    np.add.at(total, people.team, np.where(weights > 0, values, 0.0) * weights)
    np.add.at(mass, people.team, weights)
    return np.divide(total, mass, out=np.full_like(total, np.nan), where=mass > 0), mass


def name_person(i: int) -> str:
    """Keys that sort as people do."""
    return f"p{i:05d}"


def name_team(i: int) -> str:
    """Keys that sort as teams do."""
    return f"t{i:04d}"


def _took_part(given: Assignment) -> Floats:
    return (given.program & given.willing).astype(np.float64)
