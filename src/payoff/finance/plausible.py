"""Slips that a unit cannot show: volumes no job has, millions for billions, the same row claimed twice.

Question  Could these numbers be true of one workplace, and is each counted once?
Rules     Occupancy: handling time per person against a full-time month (W7); no more can be freed. Totals:
          a stated total against the one its parts give. Claims: one row, one claim (FIN-34).
Proof     tests/finance/test_finance_converters.py
"""

import math
from collections.abc import Hashable, Iterable, Mapping

from payoff.finance.bad_input import bad_input, require_amount, require_positive
from payoff.nouns.refusal import Refusal
from payoff.nouns.wording import exact, named, number, percent

FULL_TIME_HOURS = 160.0  # a month of full-time work; what a study states instead goes first
LOWEST_OCCUPANCY, HIGHEST_OCCUPANCY = 0.3, 0.95


def handling_hours(minutes_each: float, volume_per_month: float) -> float:
    """Hours a person spends on this work in a month."""
    return require_amount("minutes_each", minutes_each) * require_amount("volume", volume_per_month) / 60


def check_occupancy(hours_per_month: float, full_time_hours: float = FULL_TIME_HOURS) -> str | None:
    """A caution when the work fills too little or too much of a full-time month to be true; else None."""
    share = hours_per_month / require_positive("full_time_hours", full_time_hours)
    if LOWEST_OCCUPANCY <= share <= HIGHEST_OCCUPANCY:
        return None
    size = "implausibly low" if share < LOWEST_OCCUPANCY else "more than anyone can sustain"
    return (
        f"{number(hours_per_month)} handling hours per person and month are {percent(share)} of a full-time "
        f"month, {size}: check volume and period"
    )


def check_freed(hours_per_month: float, full_time_hours: float = FULL_TIME_HOURS) -> str | None:
    """A caution when more hours are freed than a full-time month has; else None."""
    share = abs(hours_per_month) / require_positive("full_time_hours", full_time_hours)
    if share <= 1:
        return None
    return (
        f"{number(hours_per_month)} hours freed per person and month are {percent(share)} of a full-time "
        "month: check the unit of the gain and the period"
    )


def check_total(stated: float, computed: float, tolerance: float = 0.02) -> Refusal | None:
    """None when a stated total is what its parts come to; else by how much it is off, and the likely slip."""
    if stated == computed or (computed and abs(stated / computed - 1) <= tolerance):
        return None
    reason = f"the parts come to {exact(computed)}, the total is stated as {exact(stated)}"
    if stated and computed and stated * computed > 0:
        power = math.log10(computed / stated)
        if abs(power) > 0.5 and abs(power - round(power)) < 0.05:
            times, size = 10 ** abs(round(power)), "small" if power > 0 else "large"
            reason += f": {times:,} times too {size}, a slip of the unit"
    return Refusal("total", reason)


def reject_overlaps(claims: Mapping[str, Iterable[Hashable]]) -> None:
    """Raise PayoffError when two benefits claim the same row (a minute, a deal, a leaver).

    claims: benefit → the rows its money rests on.
    """
    owner: dict[Hashable, str] = {}
    twice: dict[tuple[str, str], list[str]] = {}
    for benefit, rows in claims.items():
        for row in dict.fromkeys(rows):
            first = owner.setdefault(row, benefit)
            if first != benefit:
                twice.setdefault((first, benefit), []).append(str(row))
    if twice:
        (first, second), rows = next(iter(twice.items()))
        what = f"{first} and {second} both claim {named(sorted(rows))}"
        fix = f"give each row to one of the two, or state the share of {second} that {first} claims already"
        raise bad_input("P412", what, "the same money would be counted twice", fix)
