"""Are two saved baselines far enough apart, that nobody can subtract one from the other?

Question  Would the sums of one version less those of another be the sums of fewer people than may be shown?
Rule      Versions of windows that overlap stand on the same people, or on at least `floor` more or fewer; of
          each metric as many people were seen, or at least `floor` more or fewer; and where windows or
          values differ, by more values than fewer than `floor` people can have in the periods that are not
          common. Else the later one is not saved; in a record of an earlier release its levels are not told.
Why       Two groups differ by no fewer people than their sizes do, so sizes alone keep every pair apart; who
          they are is not in the record. A person has one value a period at most.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from payoff.metrics.calendar import list_periods
from payoff.nouns.people import people_floor
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import count
from payoff.run.baselines.baselining import BaselineReport, withhold
from payoff.run.baselines.saved_baseline import Saved, as_version

_FIGURES = ("level", "numerator", "denominator")


def check_apart(made: Saved, earlier: Iterable[Saved], floor: int) -> None:
    """Raises PayoffError N121 (6) where an earlier version is too near."""
    near = next((one for one in earlier if are_near(one, made, floor)), None)
    if near is not None:
        raise PayoffError([_near(near, made, floor)], exit_code=6)


def tell_apart(saved: Iterable[Saved], floor: int, first: Saved | None = None) -> tuple[Saved, ...]:
    """The versions, without levels where one is too near `first` or a version told before it."""
    told = [] if first is None else [first]
    found = []
    for one in saved:
        if any(are_near(other, one, floor) for other in told):
            found.append(replace(one, metrics=tuple(_without(metric) for metric in one.metrics)))
        else:
            told.append(one)
            found.append(one)
    return tuple(found)


def are_near(one: Saved, two: Saved, floor: int) -> bool:
    """Could what they differ by be of fewer than `floor` people? Never of units that are none (floor 0)."""
    if not floor or one.last_on < two.first_on or two.last_on < one.first_on:
        return False
    if one.units != two.units and abs(one.n_units - two.n_units) < floor:
        return True
    before = {metric["metric"]: metric for metric in one.metrics}
    told = [(before[m["metric"]], m) for m in two.metrics if m["metric"] in before]
    told = [(a, b) for a, b in told if None not in (a["level"], b["level"]) and not _is_same(a, b)]
    return any(_seen_near(a, b, floor) or _may_be_few(one, a, two, b, floor) for a, b in told)


def beside_saved(report: BaselineReport, saved: Sequence[Saved]) -> tuple[BaselineReport, tuple[Saved, ...]]:
    """The baseline as it is now and the versions, of which none can be subtracted from another.

    A version was told when it was saved: near one, the figures of now are withheld.
    """
    floor, now = people_floor(report.study), as_version(report)
    told = tell_apart(saved, floor)
    near = next((one for one in told if are_near(one, now, floor)), None)
    return (report, told) if near is None else (_withheld(report, near.version), told)


def _withheld(report: BaselineReport, version: str) -> BaselineReport:
    why = Refusal(
        "baseline", f"{version} may stand on all but a few of these people: the two would tell of them."
    )
    return replace(report, figures=tuple(withhold(figures, why) for figures in report.figures))


def _is_same(one: dict[str, Any], two: dict[str, Any]) -> bool:
    return all(one[name] == two[name] for name in _FIGURES)


def _seen_near(one: dict[str, Any], two: dict[str, Any], floor: int) -> bool:
    if one["n_seen"] is None or two["n_seen"] is None:
        return True  # withheld: all but a few were seen
    apart: int = abs(one["n_seen"] - two["n_seen"])
    return 0 < apart < floor


def _may_be_few(one: Saved, a: dict[str, Any], two: Saved, b: dict[str, Any], floor: int) -> bool:
    """Could the values that are in one of the two alone be of fewer than `floor` people?"""
    first, second = _periods(one), _periods(two)
    apart = abs(a["n_values"] - b["n_values"])
    if first == second:
        return bool(0 < apart <= (floor - 1) * len(first))
    values = (a["n_values"], one.n_units), (b["n_values"], two.n_units)
    few = [  # neither side's own periods hold more values than fewer people than the floor can have
        _least_alone(*values[0], first, values[1][0], second) <= (floor - 1) * len(first - second),
        _least_alone(*values[1], second, values[0][0], first) <= (floor - 1) * len(second - first),
    ]
    return all(few)


def _least_alone(n: int, n_units: int, own: frozenset[Any], n_other: int, other: frozenset[Any]) -> int:
    """At least so many values lie in periods that the other version has not."""
    if own <= other:
        return 0
    return n - n_other if other < own else n - n_units * len(own & other)


def _periods(saved: Saved) -> frozenset[Any]:
    first, last = (np.datetime64(day, "D") for day in (saved.first_on, saved.last_on))
    return frozenset(list_periods(first, last, saved.period).tolist())


def _without(metric: dict[str, Any]) -> dict[str, Any]:
    return {**metric, **dict.fromkeys(_FIGURES)}


def _near(one: Saved, two: Saved, floor: int) -> Problem:
    return Problem(
        "N121",
        f"{two.version} and {one.version} of the baseline may differ by fewer than {count(floor)} people",
        "the sums of one less those of the other would tell of these few",
        f"measure the same people as {one.version}, or wait until {count(floor)} or more have come or gone",
    )
