"""The error a difference in differences will have, from the baseline and the planned launches.

Method    fixed_effects and its kin: the error of that regression on the planned periods, launches and
          terms, with the serial correlation of `noise`; degrees of freedom those CR2 has on this design.
          group_time, and every method where terms pool periods over several launch dates: the contrast of
          Callaway & Sant'Anna's averages, cohort by cohort, with Satterthwaite degrees of freedom over
          cohorts.
Assumes   Everybody is measured in every planned period. Other methods of the design see as much.
Cites     Callaway & Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001.
Proof     tests/causal/test_causal_power.py, test_causal_power_designs.py: predicted against real errors.
"""

import numpy as np

from payoff.causal import first_difference, imputation
from payoff.causal.cluster_errors import trusted
from payoff.causal.event_time import (
    EventCells,
    comparison_refusal,
    pooled_refusal,
    term_dummies,
)
from payoff.causal.fixed_effects import find_contrasts, fit_within
from payoff.causal.floors import compact
from payoff.causal.imputation_fit import answerable, fit_imputation, pool_waves
from payoff.causal.never import NEVER_LAUNCHED, NO_EVENT
from payoff.causal.noise import Noise, find_noise
from payoff.causal.outcome import analysed_values, mean_level
from payoff.causal.power_error import (
    METHOD,
    PlannedError,
    Stretch,
    planned_periods,
    pooled_df,
    quiet_cells,
)
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

GROUP_TIME = "group_time"
NEVER_SHARE = 0.05  # with fewer never launched, those not yet launched are the comparison too


def plan_changes(study: Study, panel: Panel, stretch: Stretch) -> PlannedError | Refusal:
    """The error of the verdict's term on the planned periods and launches."""
    values = analysed_values(study, panel, panel.pre, METHOD)
    if isinstance(values, Refusal):
        return values
    program = panel.launch >= 0
    quiet = quiet_cells(panel, np.ones(panel.n_units, dtype=np.bool_))
    index = np.flatnonzero(quiet.any(axis=1))
    refusal = comparison_refusal(study, panel, index, METHOD)
    if refusal is not None:
        return refusal
    period, is_post = planned_periods(panel, quiet, stretch)
    noise = find_noise(values, quiet, program, panel.cluster)
    by_cohort = study.design.method == GROUP_TIME or pooled_refusal(study, panel, METHOD) is not None
    plan = _regression
    if by_cohort:
        plan = _imputation if study.design.method == imputation.METHOD else _group_time
    found = plan(study, panel, noise, index, period, is_post)
    if isinstance(found, Refusal):
        return found
    level = mean_level(panel, quiet & program[:, None])
    return PlannedError(float(np.sqrt(found[0])), found[1], level, noise.assumed)


def _regression(
    study: Study, panel: Panel, noise: Noise, index: Ints, period: Ints, is_post: Bools
) -> tuple[float, float] | Refusal:
    """(variance, degrees of freedom) of the regression's coefficient: on changes, or within units."""
    cells = _full_cells(study, panel, index, period)
    on_changes = study.design.method == first_difference.METHOD
    fit = first_difference.fit_changes(cells) if on_changes else fit_within(cells, cells.terms)
    column = cells.term_names.index(study.design.verdict_term)
    if not fit.identified[column]:
        return Refusal(METHOD, f"The term {study.design.verdict_term} cannot be told apart from the others.")
    contrasts = first_difference.find_contrasts if on_changes else find_contrasts
    variance = sum(
        len(units) * noise.of_contrast(contrast, cells.period)
        for units, contrast in contrasts(cells, fit.bread[column])
    )
    return float(variance), float(trusted(fit, column + 1).df[column])


def _full_cells(study: Study, panel: Panel, index: Ints, period: Ints) -> EventCells:
    """The design with every cell of the planned periods observed: timing only, no value of follow-up."""
    launch = panel.launch[index]
    event = np.where(launch[:, None] >= 0, period[None, :] - launch[:, None], NO_EVENT).astype(np.int64)
    terms = term_dummies(study, event)
    covered = (event < -study.design.anticipation) | terms.any(axis=2)
    return EventCells(
        values=np.zeros(covered.shape),
        weights=covered.astype(np.float64),
        event=event,
        terms=terms,
        term_names=tuple(t.name for t in study.design.terms),
        program=launch >= 0,
        cluster=compact(panel.cluster[index]),
        index=index,
        note="",
        period=period,
    )


def _imputation(
    study: Study, panel: Panel, noise: Noise, index: Ints, period: Ints, is_post: Bools
) -> tuple[float, float] | Refusal:
    """(variance, degrees of freedom) of the mean over treated cells less what untreated ones impute."""
    cells = _full_cells(study, panel, index, period)
    treated: Bools = np.asarray(cells.terms.any(axis=2))
    untreated = ~treated & (cells.weights > 0)
    usable = answerable(cells.weights, treated, untreated)
    terms, weights = cells.terms & usable[:, :, None], np.where(untreated | usable, cells.weights, 0.0)
    column = cells.term_names.index(study.design.verdict_term)
    if not terms[:, :, column].any():
        return Refusal(METHOD, f"No period of {study.design.verdict_term} has anyone to compare with.")
    launch = panel.launch[index]
    cohorts, code, sizes = np.unique(launch, return_inverse=True, return_counts=True)
    holder = np.arange(len(index))
    wave = pool_waves(launch, cells.cluster)
    fit = fit_imputation(cells.values, weights, terms, untreated, holder, code, wave)
    contrasts = fit.design[column, :, : cells.n_periods]  # (n_cohorts, T), summed over a cohort's units
    clusters = np.array([len(np.unique(panel.cluster[index[code == c]])) for c in range(len(cohorts))])
    variances = np.array([noise.of_contrast(row, cells.period) for row in contrasts]) / sizes
    return float(variances.sum()), pooled_df(variances, clusters - 1.0)


def _group_time(
    study: Study, panel: Panel, noise: Noise, index: Ints, period: Ints, is_post: Bools
) -> tuple[float, float] | Refusal:
    """(variance, degrees of freedom) of the average over cohorts and periods that the term covers."""
    launch = np.where(panel.launch[index] >= 0, panel.launch[index], NEVER_LAUNCHED)
    cohorts, code, sizes = np.unique(launch, return_inverse=True, return_counts=True)
    contrasts = _average_contrasts(study, cohorts, sizes, period, is_post)
    if contrasts is None:
        return Refusal(METHOD, f"No period of {study.design.verdict_term} has anyone to compare with.")
    clusters = np.array([len(np.unique(panel.cluster[index[code == c]])) for c in range(len(cohorts))])
    variances = np.array([noise.of_contrast(row, period) for row in contrasts]) / sizes
    return float(variances.sum()), pooled_df(variances, clusters - 1.0)


def _average_contrasts(
    study: Study, cohorts: Ints, sizes: Ints, period: Ints, is_post: Bools
) -> Floats | None:
    """(n_cohorts, T): the estimate is the sum over cohorts of row × the cohort's mean outcomes."""
    design = study.design
    term = next(t for t in design.terms if t.name == design.verdict_term)
    never = sizes[cohorts == NEVER_LAUNCHED].sum() >= NEVER_SHARE * sizes.sum()
    only_never = design.control == "never" or (design.control == "auto" and never)
    rows, total = np.zeros((len(cohorts), len(period))), 0.0
    for k, start in enumerate(cohorts):
        quiet = (
            np.flatnonzero(period < start - design.anticipation) if start != NEVER_LAUNCHED else np.empty(0)
        )
        if not len(quiet):
            continue
        base = int(quiet[-1])
        for t in np.flatnonzero(is_post):
            since = period[t] - start
            if since < max(term.first, 0) or (term.last is not None and since > term.last):
                continue
            waiting = cohorts == NEVER_LAUNCHED
            if not only_never:
                waiting = waiting | (cohorts - design.anticipation > period[t])
            if not waiting.any():
                continue
            share = np.where(waiting, sizes, 0) / sizes[waiting].sum()
            change = -share
            change[k] += 1.0
            rows[:, t] += sizes[k] * change
            rows[:, base] -= sizes[k] * change
            total += float(sizes[k])
    return rows / total if total else None
