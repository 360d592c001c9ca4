"""Two programs side by side: which one wins, how often, from which month on, and at what.

Question  Micro-sessions or the long program, for the same outcome, people and horizon?
Estimand  Net benefit per person of each, draw by draw; the difference; the share of draws with A ahead.
Assumes   The two effects were estimated independently: draws are paired as they come.
Refuses   Pairs that answer different questions: other metric, unit, population, horizon, currency, prices,
          estimand, or a cost line that only one of them states (a blank is not zero).
Verdict   Under a two-to-one chance: no clear winner. Unlike grades of evidence are both shown.
Proof     tests/finance/test_finance_comparison.py (CMP-01 to CMP-04, CMP-09)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from payoff.finance.figures import spread
from payoff.finance.time_off_work import SeatTime
from payoff.nouns.arrays import Floats
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import listed, tenths

CLEAR = 2.0  # a winner is clear when it wins at least so many times as often as it loses
_SAME = {
    "metric": "the outcome",
    "unit": "the outcome's unit",
    "population": "the population",
    "horizon_months": "the horizon",
    "currency": "the currency",
    "price_base": "the price base",
    "estimand": "whose effect is meant",
}


@dataclass(frozen=True, slots=True)
class Contender:
    """One program as it enters a comparison.

    benefits: (n_draws, horizon_months) cash of months 1..horizon. costs: the same, and before: month 0 and
    earlier in `cost_before` (n_draws,). cost_lines: item category → total at mid. people: assigned.
    lift: (n_draws,). first_behaviour_days: median time to the first observed behaviour; None: not measured.
    seats: time off work. grade: evidence, 0 to 4. kept_months: half-life of the lift; None: not measured.
    """

    name: str
    metric: str
    unit: str
    population: str
    horizon_months: int
    currency: str
    price_base: str
    estimand: str
    people: int
    benefits: Floats
    costs: Floats
    cost_before: Floats
    lift: Floats
    grade: int
    cost_lines: Mapping[str, float] = field(default_factory=dict)
    seats: SeatTime | None = None
    first_behaviour_days: float | None = None
    kept_months: float | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One program's own figures, per person: median and 10th to 90th percentile of the draws."""

    name: str
    net: tuple[float, float, float]
    cost: float
    lift: tuple[float, float, float]
    grade: int
    cumulative: Floats  # (horizon + 1,) median net per person from launch on


@dataclass(frozen=True, slots=True)
class Comparison:
    """share_first: of draws in which the first is ahead. crossover_month: first month from which the order of
    the median cumulative nets is the final one; 0: from launch; None: they end level.
    stronger: what each program is better at, the long form's merits included.
    """

    first: Side
    second: Side
    share_first: float
    difference: tuple[float, float, float]
    crossover_month: int | None
    winner: str
    statement: str
    stronger: Mapping[str, tuple[str, ...]]
    cautions: tuple[str, ...]


def compare_programs(first: Contender, second: Contender) -> Comparison | Refusal:
    """The two programs held against each other, per person assigned."""
    problems = find_mismatches(first, second)
    if problems:
        return Refusal("comparison of programs", "; ".join(problems))
    nets = [_net_per_person(one) for one in (first, second)]
    ahead = float((nets[0] > nets[1]).mean())
    behind = float((nets[0] < nets[1]).mean())
    winner, statement = _verdict(first.name, second.name, ahead, behind)
    sides = _side(first, nets[0]), _side(second, nets[1])
    return Comparison(
        *sides,
        share_first=ahead,
        difference=_three(nets[0] - nets[1]),
        crossover_month=crossover(sides[0].cumulative, sides[1].cumulative),
        winner=winner,
        statement=statement,
        stronger={
            first.name: _stronger(first, second, *sides),
            second.name: _stronger(second, first, *reversed(sides)),
        },
        cautions=_cautions(first, second),
    )


def find_mismatches(first: Contender, second: Contender) -> list[str]:
    """Why a single ranking of the two would mislead; [] when nothing stands in its way."""
    found = [
        f"{words} differs: {getattr(first, name)} against {getattr(second, name)}"
        for name, words in _SAME.items()
        if getattr(first, name) != getattr(second, name)
    ]
    for one, other in ((first, second), (second, first)):
        lacking = sorted(other.cost_lines.keys() - one.cost_lines.keys())
        if lacking:
            said = f"{one.name} states no cost for {listed(lacking)}, {other.name} does"
            found.append(f"{said}: write 0 if it is free")
    for one in (first, second):
        if one.people <= 0:
            found.append(f"{one.name} has nobody assigned")
        if not all(np.isfinite(a).all() for a in (one.benefits, one.costs, one.cost_before, one.lift)):
            found.append(f"{one.name} has draws that are no numbers")
    if first.benefits.shape != second.benefits.shape and not found:
        found.append(f"draws differ: {first.benefits.shape} against {second.benefits.shape}")
    return found


def crossover(first: Floats, second: Floats) -> int | None:
    """First month from which the order of two cumulative curves stays what it is at the end."""
    sign = np.sign(first - second)
    if sign[-1] == 0:
        return None
    other = np.flatnonzero(sign != sign[-1])
    return int(other[-1]) + 1 if other.size else 0


def _net_per_person(one: Contender) -> Floats:
    net: Floats = (one.benefits.sum(axis=1) - one.costs.sum(axis=1) - one.cost_before) / one.people
    return net


def _side(one: Contender, net: Floats) -> Side:
    by_month = np.concatenate([-one.cost_before[:, np.newaxis], one.benefits - one.costs], axis=1)
    cumulative = np.median(np.cumsum(by_month, axis=1), axis=0) / one.people
    cost = float(np.median(one.costs.sum(axis=1) + one.cost_before)) / one.people
    return Side(one.name, _three(net), cost, _three(one.lift), one.grade, cumulative)


def _three(draws: Floats) -> tuple[float, float, float]:
    low, high = spread(draws)
    return float(np.median(draws)), low, high


def _verdict(first: str, second: str, ahead: float, behind: float) -> tuple[str, str]:
    name, other, share = (first, second, ahead) if ahead >= behind else (second, first, behind)
    times = f"{name} beats {other} in {int(share * 100 + 1e-9)} of 100 simulations"
    if max(ahead, behind) < CLEAR * min(ahead, behind) or tenths(share) < 1:
        return "", f"No clear winner: {times}"
    return name, times


def _stronger(one: Contender, other: Contender, own: Side, its: Side) -> tuple[str, ...]:
    """What `one` is better at, whoever wins: cost, lift, time to behaviour, staying power, time off work.

    own, its: the figures of `one` and of `other`.
    """
    found = []
    if own.lift[0] > its.lift[0]:
        found.append("larger lift")
    if own.net[0] > its.net[0]:
        found.append("more net benefit per person")
    if own.cost < its.cost:
        found.append("lower cost per person")
    if _less(one.first_behaviour_days, other.first_behaviour_days):
        found.append("behaviour seen sooner")
    if _less(other.kept_months, one.kept_months):
        found.append("the lift lasts longer")
    if one.seats and other.seats:
        if one.seats.hours / one.people < other.seats.hours / other.people:
            found.append("less time off work, getting back into it included")
        if one.seats.hours_switching / one.people < other.seats.hours_switching / other.people:
            found.append("fewer interruptions")
    if one.grade > other.grade:
        found.append("stronger evidence")
    return tuple(found)


def _less(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and a < b


def _cautions(first: Contender, second: Contender) -> tuple[str, ...]:
    said = []
    if first.grade != second.grade:
        said.append(
            f"Evidence differs: {first.name} {first.grade} of 4, {second.name} {second.grade} of 4; part of "
            "the difference may be the way they were measured"
        )
    for one in (first, second):
        if one.first_behaviour_days is None:
            said.append(f"{one.name}: time to the first behaviour was not measured")
    return tuple(said)
