"""From a regression to the Effect a reader sees: one way to name numbers for every method."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from payoff.causal.cluster_errors import Inference
from payoff.nouns.arrays import Floats, frozen
from payoff.nouns.effect import Effect, Period, Role, Shows
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.metric import Scale
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Design, Study


def compose_effect(
    study: Study,
    panel: Panel,
    *,
    method: str,
    role: Role,
    terms: tuple[str, ...],
    estimates: Floats,
    inference: Inference,
    estimand: str,
    label: str,
    short: str,
    baseline: float,
    n_units: int,
    n_clusters: int,
    n_observations: int,
    causal: bool = True,
    period: Period = "follow_up",
    bands: Floats | None = None,
    lift_intervals: Floats | None = None,
    scale: Scale | None = None,
    shows: Shows = "answer",
) -> Effect | Refusal:
    """Name the numbers, or refuse when they are none (an error of zero, no degrees of freedom).

    scale: "log" where the method itself answers in log points, whatever the metric's scale.
    """
    level = abs(baseline) if (scale or panel.metric.scale) == "level" else 1.0
    if not _is_sound(estimates, inference, level):
        return Refusal(
            method, "The data leave no variation from which to state how far off the estimate may be."
        )
    verdict_term = study.design.verdict_term
    scale = scale or panel.metric.scale
    effect = Effect(
        metric=panel.metric.name,
        terms=terms,
        estimand=estimand,
        method=method,
        unit="log points" if scale == "log" else panel.metric.unit_text,
        scale=scale,
        better=panel.metric.better,
        estimates=frozen(np.array(estimates)),
        covariance=frozen(np.array(inference.covariance)),
        df=frozen(np.array(inference.df)),
        intervals=frozen(np.array(inference.intervals)),
        n_units=n_units,
        n_clusters=n_clusters,
        role=role,
        baseline=baseline,
        headline=terms.index(verdict_term) if verdict_term in terms else 0,
        fingerprint="",
        label=label,
        short=short,
        period=period,
        causal=causal,
        n_observations=n_observations,
        shows=shows,
        bands=None if bands is None else frozen(np.array(bands)),
        lift_intervals=None if lift_intervals is None else frozen(np.array(lift_intervals)),
    )
    return replace(
        effect, fingerprint=fingerprint("effect", effect, inputs=(_mark(study.design), panel.fingerprint))
    )


@lru_cache(maxsize=64)
def _mark(design: Design) -> str:
    """The design's fingerprint: the same for every row of a study, and there are many."""
    return fingerprint("design", design)


def _is_sound(estimates: Floats, inference: Inference, level: float) -> bool:
    """Finite intervals, positive degrees of freedom, errors above the rounding at the metric's level."""
    variances = np.diag(inference.covariance)
    finite = np.isfinite(inference.intervals).all() and (inference.df > 0).all()
    if not finite or not (variances > 0).all():
        return False
    rounding = 1e-13 * (level if np.isfinite(level) else 0.0)
    smallest = np.maximum(1e-12 * np.abs(estimates), max(rounding, 1e-300))
    return bool((np.sqrt(variances) > smallest).all())
