"""What the lift, or any other number, would have to be for the program to cost exactly what it brings.

Question  At which constant lift is undiscounted ROI zero?
Meaning   The lift holds over the measured months; after them it decays as the study declares, if it
          does. So a program whose measured lift is the break-even lift has an ROI of exactly zero.
Method    Closed form where net money is affine in the unknown (checked at the root), else bisection.
Refuses   No program cost, no benefit that counts as cash, or no lift in reach that pays.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from payoff.finance.gaps import find_gaps
from payoff.finance.money_model import (
    Inputs,
    MoneyModel,
    build_model,
    cut_gains,
    mid_inputs,
    net_of,
    straight_net,
)
from payoff.nouns.arrays import Floats
from payoff.nouns.counts import Counts
from payoff.nouns.money_plan import Assumption
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

HIGHEST_LIFT = 100.0  # the bisection's upper end: a hundredfold improvement
NO_LIFT_PAYS = "no lift pays for this program at the mid values"
_BISECTIONS = 80  # 100 × 2 ** −80 is below the precision of a float

ByRow = Callable[[Floats], Floats]


def break_even_lift(study: Study, assumptions: tuple[Assumption, ...], counts: Counts) -> float | Refusal:
    """The constant lift at which undiscounted ROI is zero, everything else at mid values. 0.1 = 10 %."""
    gaps = find_gaps(study, assumptions, counts)
    if gaps:
        return Refusal("break-even lift", "; ".join(gaps))
    measured = counts.term_months or ((1, study.horizon_months),)
    model = build_model(study, assumptions, replace(counts, term_months=measured), len(measured))
    lift = float(break_even_by_draw(model, mid_inputs(assumptions, np.zeros(len(measured))))[0])
    if not np.isfinite(lift):
        return Refusal("break-even lift", NO_LIFT_PAYS)
    return lift


def break_even_by_draw(model: MoneyModel, inputs: Inputs) -> Floats:
    """Break-even lift of each draw, (n_draws,); inf where no lift pays. inputs.lifts is not used."""
    line = straight_net(model, inputs)
    if line is not None:
        start, rise = line
        root: Floats = np.divide(-start, rise, out=np.full(inputs.n_draws, np.inf), where=rise > 0)
        return root + 0.0  # no minus before a zero

    def net(lift: Floats) -> Floats:
        spread = np.broadcast_to(lift[:, np.newaxis], inputs.lifts.shape)
        return net_of(model, replace(inputs, lifts=spread))

    return rising_root(net, inputs.n_draws)


def break_even_haircut(model: MoneyModel, inputs: Inputs) -> Floats:
    """Share of the gains that is enough for ROI zero, (n_draws,); inf where no share is."""

    def net(share: Floats) -> Floats:
        return net_of(model, replace(inputs, lifts=cut_gains(inputs.lifts, share[:, np.newaxis])))

    return rising_root(net, inputs.n_draws)


def rising_root(net: ByRow, n_rows: int) -> Floats:
    """Where a function that rises crosses zero, row by row, (n_rows,); inf where it never does."""
    root = affine_root(net, n_rows)
    return _bisect(net, n_rows) if root is None else np.where(_rises(net, n_rows), root, np.inf)


def affine_root(function: ByRow, n_rows: int) -> Floats | None:
    """The root of a straight line, row by row; inf where it is flat; None when it is not straight."""
    at_zero, at_one = function(np.zeros(n_rows)), function(np.ones(n_rows))
    slope = at_one - at_zero
    root: Floats = np.divide(-at_zero, slope, out=np.full(n_rows, np.inf), where=slope != 0)
    probes = (np.full(n_rows, 0.5), np.where(np.isfinite(root), root, 0.0))
    size = np.abs(at_zero) + np.abs(at_one)
    for x in probes:
        if not (
            np.abs(function(x) - (at_zero + slope * x)) <= 1e-9 * size * np.maximum(1.0, np.abs(x))
        ).all():
            return None
    return root


def _rises(net: ByRow, n_rows: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    rises: np.ndarray[tuple[int], np.dtype[np.bool_]] = net(np.ones(n_rows)) > net(np.zeros(n_rows))
    return rises


def _bisect(net: ByRow, n_rows: int) -> Floats:
    low, high = np.zeros(n_rows), np.full(n_rows, HIGHEST_LIFT)
    never = ~(net(high) >= 0)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        pays = net(middle) >= 0
        high = np.where(pays, middle, high)
        low = np.where(pays, low, middle)
    return np.where(never, np.inf, high)
