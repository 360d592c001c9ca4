"""One series of counts that breaks at launch: segmented regression in proportions.

Question  By what share did the number of events leave the course it was on, given how many could occur?
Estimand  Log rate ratio per term: follow-up against the trend and season of before.
Counts    A value that is a whole number throughout is a count and its weight the exposure; any other value is
          a rate, and the count is value × weight. The offset is the logarithm of the exposure.
Assumes   As `interrupted_time_series`, in proportions.
Errors    Quasi-Poisson (variance φ × mean) with AR(1) between neighbouring standardised counts, averaged
          over how strong it may be. Poisson without a season, and quasi-Poisson taking periods for
          independent, stand beside it as articles print them.
Refuses   What `interrupted_series` refuses; negative values; no events on one side.
Cites     Lopez Bernal, Cummins & Gasparrini (2017), doi:10.1093/ije/dyw098; Zeger (1988),
          doi:10.1093/biomet/75.4.621: counts with dependent errors.
Proof     tests/reference/test_reference_series.py (Sicily: 0.894; seasonal 0.885); statsmodels' GLM.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from payoff.causal.interrupted_noise import SeriesFit, fit_autocorrelated
from payoff.causal.interrupted_series import Series, read_series
from payoff.causal.interrupted_time_series import NOBODY, name_fit
from payoff.causal.protocol import Answer
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import number

METHOD = "interrupted_counts"
MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class CountFit:
    """coefficients (k,); covariance (k, k) of a Poisson model; fitted (n,); dispersion: Pearson's φ."""

    coefficients: Floats
    covariance: Floats
    fitted: Floats
    dispersion: float


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """The break in proportion, and where it is the locked answer what articles print beside it."""
    series = read_series(study, panel, METHOD, counts=True)
    if isinstance(series, Refusal):
        return (series,)
    refusal = _refusal(series)
    if refusal is not None:
        return (refusal,)
    rows = series.rows()
    fit = fit_counts(rows, series.total, series.weight)
    if fit is None:
        return (Refusal(METHOD, "The counts leave the break undetermined: too many of them are zero."),)
    dependent = _fit_dependent(series, rows, fit)
    label = f"Events per exposure against the course of before, {NOBODY}"
    if series.counts_events:
        label += f"; they vary {number(fit.dispersion)} times as much as chance alone would make them"
    locked = name_fit(
        study, panel, series, dependent, METHOD, role, label, "Events against the course of before", "log"
    )
    if isinstance(locked, Refusal) or role != "locked":
        return (locked,)
    return (locked, *_beside(study, panel, series, fit))


def fit_counts(rows: Floats, total: Floats, exposure: Floats) -> CountFit | None:
    """Poisson regression of counts total (n,) on rows (n, k), offset log exposure (n,), by IRLS."""
    offset = np.log(exposure)
    fitted = np.maximum(total, 0.5)
    coefficients = np.zeros(rows.shape[1])
    for _ in range(MOST_STEPS):
        working = np.log(fitted) - offset + (total - fitted) / fitted
        bread = np.linalg.pinv(rows.T @ (rows * fitted[:, None]), hermitian=True)
        found = bread @ (rows.T @ (fitted * working))
        moved, coefficients = float(np.abs(rows @ (found - coefficients)).max()), found
        index = rows @ coefficients + offset
        if not np.isfinite(index).all() or index.max() > 700:
            return None
        fitted = np.exp(index)
        if moved < 1e-10:
            inverse = np.linalg.pinv(rows.T @ (rows * fitted[:, None]), hermitian=True)
            covariance = np.asarray(inverse, dtype=np.float64)
            pearson = float(((total - fitted) ** 2 / fitted).sum())
            return CountFit(coefficients, covariance, fitted, pearson / (len(total) - rows.shape[1]))
    return None


def fit_series_counts(series: Series, *, bending: bool) -> SeriesFit | None:
    """The locked model, its trend straight or bending once; None where counts leave it undetermined."""
    rows = series.rows(series.bend) if bending else series.rows()
    fit = fit_counts(rows, series.total, series.weight)
    return None if fit is None else _fit_dependent(series, rows, fit)


def _fit_dependent(series: Series, rows: Floats, fit: CountFit) -> SeriesFit:
    """The last step of the regression again, standardised counts hanging together from one to the next."""
    scale = np.sqrt(fit.fitted)
    working = rows @ fit.coefficients + (series.total - fit.fitted) / fit.fitted
    return fit_autocorrelated(rows * scale[:, None], working * scale, series.time)


def _beside(study: Study, panel: Panel, series: Series, fit: CountFit) -> Iterator[Answer]:
    normal = float("inf")
    plain = fit_counts(series.rows(season=False), series.total, series.weight)
    if plain is not None and series.counts_events and series.season.shape[1]:
        why = "Poisson, no season, as articles print it: counts that vary by chance alone; not trusted"
        yield name_fit(
            study,
            panel,
            series,
            SeriesFit(plain.coefficients, plain.covariance, normal, 0.0, series.value, series.value),
            f"{METHOD}, Poisson without season",
            "reference",
            why,
            "Poisson, no season",
            "log",
        )
    errors = (("Poisson", 1.0), ("quasi-Poisson", fit.dispersion))
    for name, factor in errors if series.counts_events else errors[1:]:
        why = f"{name}, every period taken for independent, as articles print it; not trusted"
        yield name_fit(
            study,
            panel,
            series,
            SeriesFit(fit.coefficients, fit.covariance * factor, normal, 0.0, series.value, series.value),
            f"{METHOD}, {name}",
            "reference",
            why,
            name,
            "log",
        )


def _refusal(series: Series) -> Refusal | None:
    if (series.total < 0).any():
        return Refusal(METHOD, "Some values are negative: they are no counts of events.")
    if not series.total[series.after].sum() or not series.total[~series.after].sum():
        return Refusal(METHOD, "No event happened on one side of launch: no proportion can be taken.")
    return None
