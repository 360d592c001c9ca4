"""Does the answer hang on a value that can hardly be true?

Scope     data.
Extreme   A value of the primary metric that is TIMES as large as nearly all others and lies further from what
          its group usually had in that period than the tail of all such distances lets expect once in a
          thousand studies. Levels are measured on an inverse hyperbolic sine, a logarithm for large values
          and a straight line near zero; log metrics on their logs. So deals with a long tail, counts, and
          shares full of zeros do not look absurd: the longer the tail, the wider the limit.
Fails     When the locked answer, with those values put back to what their group usually had, moves by more
          than the error it has then. An absurd value that changes nothing is told, and passes.
Blind     A value is held against its own group in its own period, so an effect makes none; the answer's move
          counts alike up and down. Neither the direction nor the size of the effect is read.
Costs     One step with the data, and the money: no return can rest on a typing error.
Silent    Fewer than LEAST values; no answer either way.
Proof     tests/causal/test_causal_extreme_values.py: sound worlds of every kind of metric stay silent.
"""

from dataclasses import replace

import numpy as np

from payoff.causal.outcome import observed_cells
from payoff.causal.protocol import Answer
from payoff.causal.registry import ESTIMATORS
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, exact

NAME = "extreme values"
HIGH = 0.95  # where the tail begins
TIMES = 3.0  # times what 95 of 100 values stay below
CHANCE = 0.001  # that a true value of all lies further, if the tail goes on as it began
LEAST = 20  # values from which a tail can be told
SHOWN = 3  # values that are named
LEAST_PEERS = 5  # in a group and period; fewer are held against the unit's own course


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Values that can hardly be true, and whether the answer hangs on them."""
    cells = observed_cells(panel, panel.pre | panel.post) & np.isfinite(panel.values)
    if cells.sum() < LEAST:
        return _check(
            Verdict.SILENT, f"Only {counted(int(cells.sum()), 'value')}: none can be called extreme."
        )
    extreme, usual = find_extremes(panel, cells)
    if not extreme.any():
        return _check(Verdict.PASS, f"No value of {panel.metric.label} lies absurdly far from the rest.")
    found, them = _describe(study, panel, extreme), "it" if extreme.sum() == 1 else "them"
    sound = replace(panel, values=np.where(extreme, usual, panel.values))
    mended = ESTIMATORS[study.design.method].answer(study, sound, "reference")[0]
    if isinstance(answer, Refusal) and isinstance(mended, Refusal):
        return _check(Verdict.SILENT, f"{found}; there is no answer with {them} or without.")
    if not _differ(answer, mended):
        return _check(Verdict.PASS, f"{found}; without {them} the answer stays within its own error.")
    text = (
        f"{found}; the answer hangs on {them}. Correct {them} at the source, or where true write a limit "
        f"into the definition of {panel.metric.name}, as least(value, limit) in its sql, and lock it."
    )
    return _check(Verdict.FAIL, text)


def find_extremes(panel: Panel, cells: Bools) -> tuple[Bools, Floats]:
    """(cells that can hardly be true, what is usual there in the metric's unit), (n_units, n_periods)."""
    size = np.abs(panel.values[cells])
    if panel.metric.scale == "log":
        bent = np.log(panel.values, where=cells & (panel.values > 0), out=np.full_like(panel.values, np.nan))
        centre = _usual(bent, panel.in_program)
        away = np.abs(bent - centre)
        seen = away[np.isfinite(away)]
        return away > max(_furthest(seen), np.log(TIMES) + _quantile(seen, HIGH)), np.exp(centre)
    if not (size > 0).any() or size.max() <= TIMES * _quantile(size[size > 0], HIGH):
        return np.zeros_like(cells), panel.values  # the common case, told without looking further
    step = float(np.median(size[size > 0]))
    bent = np.where(cells, np.arcsinh(panel.values / step), np.nan)
    centre = _usual(bent, panel.in_program)
    away = np.abs(bent - centre)
    large = np.abs(np.where(cells, panel.values, 0.0)) > TIMES * _quantile(size[size > 0], HIGH)
    return large & (away > _furthest(away[np.isfinite(away)])), step * np.sinh(centre)


def _furthest(away: Floats) -> float:
    """How far from its group a true value may lie, by the tail of all distances (n,), exact agreement aside.

    The tail falls off from HIGH on as it did from the median to there: exponentially, which is slower than a
    normal tail, and on a logarithm a power law.
    """
    some = away[away > 0]
    if not len(some):
        return float("inf")
    middle, high = _quantile(some, 0.5), _quantile(some, HIGH)
    beyond = np.log((1 - HIGH) * len(some) / CHANCE) / np.log(0.5 / (1 - HIGH))
    return high + (high - middle) * max(float(beyond), 0.0)


def _usual(values: Floats, program: Bools) -> Floats:
    """(n_units, n_periods): the group's median of the period; the unit's own where it has too few peers."""
    centre = np.empty_like(values)
    for group in (program, ~program):
        if not group.any():
            continue
        middle, n = _medians(values[group].T)
        centre[group] = middle
        alone = n < LEAST_PEERS
        if alone.any():
            own = _medians(values[group])[0][:, None]
            centre[group] = np.where(alone, own, centre[group])
    return centre


def _medians(values: Floats) -> tuple[Floats, Ints]:
    """Median of each row (k, n), NaN left aside and NaN where there is nothing else; how many it had."""
    n = (~np.isnan(values)).sum(axis=1)
    ordered = np.sort(np.ascontiguousarray(values), axis=1)
    at = np.arange(len(values))
    return (ordered[at, np.maximum(n - 1, 0) // 2] + ordered[at, n // 2]) / 2, n


def _quantile(values: Floats, share: float) -> float:
    """What `share` of the values (n,) stay below: of few values never the largest."""
    at = int(share * (len(values) - 1))
    return float(np.partition(values, at)[at])


def _differ(answer: Answer, mended: Answer) -> bool:
    """Are the two further apart than the error of the second, or is one of them none?"""
    if isinstance(answer, Refusal) or isinstance(mended, Refusal):
        return True
    return abs(answer.estimate - mended.estimate) > mended.std_error


def _describe(study: Study, panel: Panel, extreme: Bools) -> str:
    """'1 value of Closed deals lies absurdly far from the rest (rep 7 in 2025-08: 1,000,000)'"""
    cells = np.argwhere(extreme)
    worst = cells[np.argsort(-np.abs(panel.values[extreme]), kind="stable")]
    noun, grain = study.design.unit_label, "M" if study.design.period == "month" else "D"
    where = [
        f"{noun} {panel.unit[unit]} in {panel.periods[period].astype(f'M8[{grain}]')}: "
        f"{exact(float(panel.values[unit, period]))}"
        for unit, period in worst
    ]
    what = f"{counted(len(cells), 'value')} of {panel.metric.label} {'lies' if len(cells) == 1 else 'lie'}"
    return f"{what} absurdly far from the rest ({'; '.join(where[:SHOWN])}{_more(len(where))})"


def _more(n: int) -> str:
    return f" and {count(n - SHOWN)} more" if n > SHOWN else ""


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "data", verdict, text, costs=1, stops_money=True)
