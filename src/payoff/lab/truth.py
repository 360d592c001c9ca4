"""What an estimator should have found in this very world.

Estimand  rct: mean gain of everybody seen in follow-up, had everyone been assigned (each person's own
          months weigh alike, as an outcome per person does). Others: mean gain of those in the program
          over the months of the term in which they were seen. compliers: of those who would take part.
Unit      The metric's own; log points for a log metric.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from payoff.lab.assignment import Assignment
from payoff.lab.people import People
from payoff.lab.plan import terms_of
from payoff.lab.world import World
from payoff.nouns.arrays import Bools, Floats


@dataclass(frozen=True, slots=True)
class Truth:
    """terms: by name, the effect of being assigned. compliers: on those who take part when assigned.

    by_event: gain by months since launch, averaged over those seen in that month.
    """

    terms: Mapping[str, float]
    compliers: float
    by_event: Mapping[int, float]


def find_truth(world: World, people: People, given: Assignment, own: Floats, weights: Floats) -> Truth:
    """own: (n_people, n_periods) gain per unit of lift. weights: 0 where somebody was not seen."""
    scale = 1.0 if world.firm.kind == "log" else world.firm.level
    since = np.arange(world.n_periods)[None, :] - given.launch[:, None]
    follow_up = np.broadcast_to(np.arange(world.n_periods) >= world.rollout.n_before, own.shape)
    everybody = world.design == "rct"
    cells = follow_up if everybody else (given.launch[:, None] >= 0) & (since >= 0)
    seen = cells & (weights > 0)
    gain = scale * own * np.where(given.willing, 1.0, 0.0)[:, None]
    average = _per_person if everybody else _per_cell
    names = [term.name for term in terms_of(world)]
    plateaus = (world.program.lift, world.program.second_lift)
    terms = {n: lift * average(gain, seen, weights) for n, lift in zip(names, plateaus, strict=False)}
    takers = seen & given.willing[:, None]
    launched = seen & (given.launch[:, None] >= 0)
    return Truth(
        terms=terms,
        compliers=world.program.lift * average(scale * own, takers, weights),
        by_event={
            int(k): world.program.lift * _per_cell(gain, launched & (since == k), weights)
            for k in np.unique(since[launched])
        },
    )


def _per_person(gain: Floats, seen: Bools, weights: Floats) -> float:
    """Mean over people of their weighted mean, by their mean weight per month seen."""
    months = seen.sum(axis=1)
    there = months > 0
    mass = np.where(seen, weights, 0.0)
    mean = (mass * gain).sum(axis=1)[there] / mass.sum(axis=1)[there]
    return (
        float(np.average(mean, weights=(mass.sum(axis=1) / np.maximum(months, 1))[there]))
        if there.any()
        else np.nan
    )


def _per_cell(gain: Floats, seen: Bools, weights: Floats) -> float:
    return float(np.average(gain[seen], weights=weights[seen])) if seen.any() else float("nan")
