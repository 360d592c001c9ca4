"""One series that breaks at launch: everybody took part, so nobody is left to compare with.

Question  By how much did the series leave the course it was on?
Estimand  Per term, the mean distance of follow-up from the straight trend and season of before.
Assumes   The trend would have gone on straight; nothing else happened at launch. Neither can be shown: the
          rows beside it let the trend change its slope, or bend, and a bend can swallow a break (a smoking
          ban's 0.95 became 1.01: Gasparrini et al. 2009, doi:10.1136/oem.2008.044180).
Errors    AR(1), averaged over how strong it may be (`interrupted_noise`). Newey-West beside it.
Refuses   What `interrupted_series` refuses.
Cites     Wagner et al. (2002), doi:10.1046/j.1365-2710.2002.00430.x; Lopez Bernal, Cummins & Gasparrini
          (2017), doi:10.1093/ije/dyw098; Harvey (1989) for `structural_series`, the second opinion: the
          trend's level may wander.
Proof     tests/causal/test_causal_interrupted.py; tests/reference/test_reference_series.py.
"""

from collections.abc import Iterator

import numpy as np

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import t_inference
from payoff.causal.interrupted_noise import (
    SeriesFit,
    fit_autocorrelated,
    fit_local_level,
    newey_west,
    usual_lags,
)
from payoff.causal.interrupted_series import SPARE, Series, read_series
from payoff.causal.protocol import Answer
from payoff.nouns.effect import Effect, Role
from payoff.nouns.metric import Scale
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, number

METHOD = "interrupted_time_series"
STRUCTURAL = "structural_series"
ESTIMAND = "distance of the series from the course it was on before launch"
NOBODY = "nobody to compare with"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """The break, and where it is the locked answer the same with other trends and errors beside it."""
    series = read_series(study, panel, METHOD)
    if isinstance(series, Refusal):
        return (series,)
    fit = fit_straight(series)
    label = (
        f"Follow-up against the straight course of before, {NOBODY}; errors hang together "
        f"(correlation {number(fit.parameter)}){_note(study, series)}"
    )
    short = "Against the straight course of before"
    locked = name_fit(study, panel, series, fit, METHOD, role, label, short)
    if isinstance(locked, Refusal) or role != "locked":
        return (locked,)
    return (locked, *_beside(study, panel, series))


def answer_structural(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """The break in a series whose level may wander: a structural time series."""
    series = read_series(study, panel, STRUCTURAL)
    if isinstance(series, Refusal):
        return (series,)
    fit = fit_local_level(series.rows(), series.value, series.time)
    label = f"Follow-up against the course of before, whose level may wander; {NOBODY}{_note(study, series)}"
    short = "Against a course that may wander"
    return (name_fit(study, panel, series, fit, STRUCTURAL, role, label, short),)


def fit_straight(series: Series) -> SeriesFit:
    """The break against a straight trend."""
    return fit_autocorrelated(series.rows(), series.value, series.time)


def fit_bending(series: Series) -> SeriesFit:
    """The break when the trend may bend once over the whole series."""
    return fit_autocorrelated(series.rows(series.bend), series.value, series.time)


def name_fit(
    study: Study,
    panel: Panel,
    series: Series,
    fit: SeriesFit,
    method: str,
    role: Role,
    label: str,
    short: str,
    scale: Scale | None = None,
) -> Effect | Refusal:
    """The declared terms of a fit as an effect."""
    k = len(series.term_names)
    return compose_effect(
        study,
        panel,
        method=method,
        role=role,
        terms=series.term_names,
        estimates=fit.coefficients[:k],
        inference=t_inference("AR(1)", fit.coefficients[:k], fit.covariance[:k, :k], np.full(k, fit.df)),
        estimand=ESTIMAND,
        label=label,
        short=short,
        baseline=series.baseline,
        n_units=series.n_units,
        n_clusters=series.n,
        n_observations=series.n_cells,
        scale=scale,
    )


def _beside(study: Study, panel: Panel, series: Series) -> Iterator[Answer]:
    """Other trends, and the errors most articles print."""
    since = np.where(series.after, series.time - series.time[series.after].mean(), 0.0)
    for name, fit, why, short in (
        (
            "slope may change",
            fit_autocorrelated(series.rows(since), series.value, series.time),
            "The trend may also change its slope at launch: the mean distance over follow-up",
            "The slope may change at launch",
        ),
        (
            "trend may bend",
            fit_bending(series),
            "The trend may bend over the whole series: what is left of the break",
            "The trend may bend",
        ),
    ):
        if series.n >= series.rows().shape[1] + 1 + SPARE:
            yield name_fit(study, panel, series, fit, f"{METHOD}, {name}", "reference", why, short)
    lags = usual_lags(series.n)
    coefficients, covariance = newey_west(series.rows(), series.value, lags)
    plain = SeriesFit(
        coefficients, covariance, float(series.n - len(coefficients)), 0.0, series.value, series.value
    )
    why = f"Newey-West errors, {counted(lags, 'lag')}, as articles print them: too narrow on a short series"
    yield name_fit(
        study, panel, series, plain, f"{METHOD}, Newey-West errors", "reference", why, "The same, Newey-West"
    )


def _note(study: Study, series: Series) -> str:
    """What a label says of season and units left out."""
    season = "" if series.season.shape[1] else "; season not taken out"
    lost = f"; {counted(series.n_lost, study.design.unit_label)} with gaps left out" if series.n_lost else ""
    return season + lost
