"""Why the dashboard misleads: those who chose to take part were different before the program began.

Question  How far apart were participants and the rest before launch, and after?
Assumes   Nothing causal: weighted means of people in the program arm, by whether they took part.
Refuses   None (no claim) where take-up is unknown or one of the groups is empty before launch.
"""

from dataclasses import dataclass

import numpy as np

from payoff.report.reading import Reading
from payoff.report.words import lowered, measure


@dataclass(frozen=True, slots=True)
class Gap:
    """Participants minus the rest of the program arm, in the metric's unit."""

    before: float
    after: float


def participation_gap(reading: Reading) -> Gap | None:
    """The raw difference before and after launch."""
    panel = reading.panel
    if panel is None or panel.take_up is None or not reading.shows_effects:
        return None
    took, not_took = panel.in_program & (panel.take_up == 1), panel.in_program & (panel.take_up == 0)

    def mean(units: np.ndarray[tuple[int], np.dtype[np.bool_]], periods: np.ndarray) -> float:  # type: ignore[type-arg]
        values = panel.values[np.ix_(units, periods)]
        weights = np.where(np.isnan(values), 0.0, panel.weights[np.ix_(units, periods)])
        total = float(weights.sum())
        return float((np.nan_to_num(values) * weights).sum() / total) if total > 0 else float("nan")

    before = mean(took, panel.pre) - mean(not_took, panel.pre)
    after = mean(took, panel.post) - mean(not_took, panel.post)
    return Gap(before, after) if np.isfinite([before, after]).all() else None


def dashboard_sentences(reading: Reading) -> tuple[str, ...]:
    """The naive figure, what it was before launch, and what the fair comparison says."""
    naive, effect, gap = reading.naive, reading.effect, participation_gap(reading)
    if naive is None or effect is None or effect.scale == "log" or naive.scale == "log":
        return ()
    unit, currency = effect.unit, reading.currency
    more = measure(abs(naive.estimate), unit, currency)
    low, high = (measure(x, unit, currency, signed=True) for x in naive.interval)
    found = [
        f"A dashboard would show {reading.topic} {more} {_side(naive.estimate)} among those who took part "
        f"(95%: {low} to {high}). That is not an effect of the program."
    ]
    if gap is not None and np.sign(gap.before) == np.sign(naive.estimate):
        found.append(
            f"Before the program began, the same people were already {measure(abs(gap.before), unit, currency)} "
            f"{_side(gap.before)}: different people chose to take part."
        )
    low, high = (measure(x, unit, currency, signed=True) for x in effect.interval)
    how = (
        "Random assignment" if reading.result.study.design.randomised else lowered(effect.label or "the plan")
    )
    found.append(
        f"{how} says {measure(effect.estimate, unit, currency, signed=True)} (95%: {low} to {high})."
    )
    return tuple(found)


def _side(difference: float) -> str:
    return "lower" if difference < 0 else "higher"
