"""Are two saved baselines far enough apart, that nobody can subtract one from the other?

Question  Would the sums of one version less those of another be the sums of fewer people than may be shown?
Rule      Versions of windows that overlap stand on the same people, or on at least `floor` more or fewer; of
          each metric as many people were seen, or at least `floor` more or fewer. Else the later one is
          not saved; in a record of an earlier release its levels are not told.
Why       Two groups differ by no fewer people than their sizes do, so sizes alone keep every pair apart; who
          they are is not in the record.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.wording import count
from payoff.run.baselines.saved_baseline import Saved

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
    return any(_seen_near(before[m["metric"]], m, floor) for m in two.metrics if m["metric"] in before)


def _seen_near(one: dict[str, Any], two: dict[str, Any], floor: int) -> bool:
    if one["level"] is None or two["level"] is None or all(one[name] == two[name] for name in _FIGURES):
        return False
    if one["n_seen"] is None or two["n_seen"] is None:
        return True  # withheld: all but a few were seen
    apart: int = abs(one["n_seen"] - two["n_seen"])
    return 0 < apart < floor


def _without(metric: dict[str, Any]) -> dict[str, Any]:
    return {**metric, **dict.fromkeys(_FIGURES)}


def _near(one: Saved, two: Saved, floor: int) -> Problem:
    return Problem(
        "N121",
        f"{two.version} and {one.version} of the baseline may differ by fewer than {count(floor)} people",
        "the sums of one less those of the other would tell of these few",
        f"measure the same people as {one.version}, or wait until {count(floor)} or more have come or gone",
    )
