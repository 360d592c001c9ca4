"""How long a measured lift lasts: which term of the effect carries each month, and its decay.

Question  What lift stands behind the benefit of month m?
Identity  benefit(m) = formula(lift = lift_of_term(m) × decay(m), months = 1).
Assumes   A term's lift is constant over the months it was measured in. After the last measured
          month the last term carries on, halved every `half_life` months where one is declared,
          unchanged where none is (a warning says so). A refresher restores the measured lift and fading
          starts anew. Beyond the first year only what was measured counts, unless evidence is named.
Proof     tests/finance/test_finance_persistence.py: closed form against numerical integration.
"""

import math

import numpy as np

from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.counts import Counts
from payoff.nouns.money_plan import Assumption, Sustain

MonthTerm = tuple[int | None, int]


def term_schedule(
    counts: Counts, n_terms: int, horizon: int, refreshes: tuple[int, ...] = (), credited: int | None = None
) -> tuple[MonthTerm, ...]:
    """For months 1..horizon: (index of the term that carries it, months since measurement ended).

    The second number is 0 inside the measured months and 1, 2, … after them. A term of None means
    no term covers the month or an earlier one: nothing was measured yet, so nothing is credited.
    A gap between two terms is carried by the one that began last. The order in which terms are
    declared plays no part; a term before launch carries nothing. A refresher after measurement ended
    starts the second number anew.
    refreshes: months from launch. credited: the last month that counts without having been measured.
    """
    spans = counts.term_months[:n_terms]
    in_time = sorted((term for term, (_, last) in enumerate(spans) if last > 0), key=lambda term: spans[term])
    last_measured = max((spans[term][1] for term in in_time), default=0)
    schedule: list[MonthTerm] = []
    for month in range(1, horizon + 1):
        started = [term for term in in_time if spans[term][0] <= month]
        covering = [term for term in started if month <= spans[term][1]]
        term = covering[0] if covering else started[-1] if started else None
        if credited is not None and month > max(credited, last_measured):
            term = None
        fresh = max([last_measured, *(r for r in refreshes if r < month)])
        schedule.append((term, max(0, month - fresh) if term is not None else 0))
    return tuple(schedule)


FIRST_YEAR = 12


def last_credited_month(sustain: Sustain, assumptions: tuple[Assumption, ...]) -> int | None:
    """The last month whose benefit may be extrapolated; None: no such limit.

    The first year only, unless evidence is named or the half-life itself was measured. (FIN-35)
    """
    measured = any(a.name == "half_life" and a.sql is not None for a in assumptions)
    return None if sustain.beyond_first_year or measured else FIRST_YEAR


def decay_factor(months_since: Ints, half_life: Floats) -> Floats:
    """Average of 0.5 ** (t / half_life) over each month, (n_draws, n_months).

    months_since: (n_months,), 0 inside the measured months (factor 1), k for the k-th month after
    them, over which t runs from k − 1 to k. half_life: (n_draws,), in months, > 0.
    """
    return np.take(fading(int(months_since.max(initial=0)), half_life), months_since, axis=1)


def fading(longest: int, half_life: Floats) -> Floats:
    """The average of each month after measurement, (n_draws, longest + 1); column 0 is the measured time."""
    by_age = np.empty((half_life.size, longest + 1))
    by_age[:, 0] = 1.0
    if longest:
        # the first month's average, then each month what is left of the one before: no power per month
        by_age[:, 1] = half_life / math.log(2) * -np.expm1(-math.log(2) / half_life)
        by_age[:, 2:] = np.exp2(-1.0 / half_life)[:, np.newaxis]
        np.multiply.accumulate(by_age[:, 1:], axis=1, out=by_age[:, 1:])
    return by_age


def lift_by_month(schedule: tuple[MonthTerm, ...], lifts: Floats, half_life: Floats | None) -> Floats:
    """Lift of months 1..horizon, (n_draws, horizon). lifts: (n_draws, n_terms); half_life: (n_draws,)."""
    term = np.array([-1 if t is None else t for t, _ in schedule], dtype=np.int64)
    since = np.array([months for _, months in schedule], dtype=np.int64)
    if (term == 0).all() and half_life is not None:  # the usual case, without laying the lift out first
        return decay_factor(since, half_life) * lifts[:, :1]
    lift: Floats = np.where(term >= 0, np.take(lifts, np.maximum(term, 0), axis=1), 0.0)
    if half_life is not None and since.any():
        lift *= decay_factor(since, half_life)
    return lift
