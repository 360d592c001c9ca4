"""The smallest lift the design can see, from the baseline alone.

Question  If the program works, how large must its effect be for this study to show it?
Estimand  The lift detected with 80 % power by a two-sided 5 % test of the locked estimator.
Identity  smallest = (t(0.975) + t(0.80)) × standard error expected from the baseline.
Assumes   Follow-up varies as the baseline did, and nobody drops out.
          rct: the comparison is run on the baseline itself, as if it were follow-up; the adjusted
          method on its later half, adjusted for the earlier half, where there are two periods.
          did: the error of fixed effects on the planned periods, launches and terms, with the serial
          correlation of `noise`; degrees of freedom those CR2 has on this design, so that few
          clusters in one arm count as few. Other methods of the design are taken to see as much.
Refuses   No baseline; fewer clusters than the floor; a baseline without spread; terms that pool periods
          over several launch dates.
Blind     Values after the baseline window are never read: tests/causal/test_causal_power.py.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import stdtrit

from payoff.causal.cluster_errors import trusted
from payoff.causal.covariate_adjusted import METHOD as ADJUSTED
from payoff.causal.covariate_adjusted import fit_interacted, known_before
from payoff.causal.event_time import (
    EventCells,
    comparison_refusal,
    event_times,
    pooled_refusal,
    term_dummies,
)
from payoff.causal.fixed_effects import find_contrasts, fit_within
from payoff.causal.floors import compact, floor_refusal
from payoff.causal.noise import find_noise
from payoff.causal.outcome import analysed_values, baseline_refusal, mean_level, observed_cells
from payoff.causal.randomised import fit_means
from payoff.causal.unit_sample import program_sample
from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import DesignType, Study

METHOD = "smallest visible lift"
POWER = 0.80

Expected = tuple[float, float, float]  # standard error, degrees of freedom, baseline level


def smallest_visible_lift(study: Study, panel: Panel) -> float | Refusal:
    """Lift (0.1 = 10 %) seen with 80 % power; reads nothing after the baseline window."""
    expected = _BY_DESIGN[study.design.type](study, panel)
    if isinstance(expected, Refusal):
        return expected
    error, df, level = expected
    if not (error > 0 and df > 0):
        return Refusal(METHOD, "The baseline does not vary: what the study could see cannot be said.")
    refusal = baseline_refusal(panel, level, METHOD)
    if refusal is not None:
        return refusal
    visible = float(stdtrit(df, 0.975) + stdtrit(df, POWER)) * error
    if panel.metric.scale == "level":
        return visible / level
    return float(-np.expm1(-visible) if panel.metric.better == "lower" else np.expm1(visible))


def _randomised(study: Study, panel: Panel) -> Expected | Refusal:
    seen = np.asarray(observed_cells(panel, panel.pre).any(axis=0))
    n_pre, n_post = int(seen.sum()), int(panel.post.sum())
    adjusts = study.design.method == ADJUSTED and n_pre >= 2
    later = _last(seen, min(n_post, n_pre // 2 if adjusts else n_pre))
    sample = program_sample(study, panel, later, METHOD)
    if isinstance(sample, Refusal):
        return sample
    fit = fit_means(sample)
    if adjusts:
        known = known_before(study, panel, seen & ~later)[sample.index]
        complete = np.asarray(np.isfinite(known).all(axis=1))
        refusal = floor_refusal(study, sample.cluster[complete], sample.arm[complete], METHOD)
        if refusal is not None:
            return refusal
        sample = sample.only(complete)
        fit = fit_interacted(sample, known[complete])
    errors = trusted(fit, 1)
    return float(np.sqrt(errors.covariance[0, 0])), float(errors.df[0]), sample.level


def _differences(study: Study, panel: Panel) -> Expected | Refusal:
    values = pooled_refusal(study, panel, METHOD) or analysed_values(study, panel, panel.pre, METHOD)
    if isinstance(values, Refusal):
        return values
    program = panel.launch >= 0
    quiet = observed_cells(panel, panel.pre) & (event_times(panel) < 0)
    index = np.flatnonzero(quiet.any(axis=1))
    refusal = comparison_refusal(study, panel, index, METHOD)
    if refusal is not None:
        return refusal
    cells = _full_cells(study, panel, index, quiet.any(axis=0) | panel.post)
    fit = fit_within(cells, cells.terms)
    column = cells.term_names.index(study.design.verdict_term)
    if not fit.identified[column]:
        return Refusal(METHOD, f"The term {study.design.verdict_term} cannot be told apart from the others.")
    noise = find_noise(values, quiet, program, panel.cluster)
    variance = sum(
        len(units) * noise.of_contrast(contrast, cells.period)
        for units, contrast in find_contrasts(cells, fit.bread[column])
    )
    df = float(trusted(fit, column + 1).df[column])
    return float(np.sqrt(variance)), df, mean_level(panel, quiet & program[:, None])


def _paired(study: Study, panel: Panel) -> Expected | Refusal:
    values = analysed_values(study, panel, panel.pre, METHOD)
    if isinstance(values, Refusal):
        return values
    quiet = observed_cells(panel, panel.pre) & panel.in_program[:, None]
    n_units = int(quiet.any(axis=1).sum())
    if n_units < 3 or not panel.post.any():
        return Refusal(METHOD, "Too few were measured before launch to say what the study could see.")
    noise = find_noise(values, quiet, panel.in_program, panel.cluster)
    seen = quiet.any(axis=0)
    contrast = panel.post / panel.post.sum() - seen / seen.sum()
    variance = noise.of_contrast(contrast, np.arange(panel.n_periods)) / n_units
    clusters = len(np.unique(panel.cluster[quiet.any(axis=1)]))
    return float(np.sqrt(variance)), clusters - 1.0, mean_level(panel, quiet)


_BY_DESIGN: dict[DesignType, Callable[[Study, Panel], Expected | Refusal]] = {
    "rct": _randomised,
    "did": _differences,
    "before_after": _paired,
}


def _last(seen: Bools, n_periods: int) -> Bools:
    """The last `n_periods` of the periods `seen` (all, where there are no more)."""
    last = np.zeros_like(seen)
    last[np.flatnonzero(seen)[-max(n_periods, 1) :]] = True
    return last


def _full_cells(study: Study, panel: Panel, index: Ints, planned: Bools) -> EventCells:
    """The design with every cell of the `planned` periods observed: timing only, no value of follow-up."""
    periods = np.flatnonzero(planned)
    use = np.ix_(index, periods)
    event = event_times(panel)
    terms = term_dummies(study, event)
    covered = ((event < 0) | terms.any(axis=2))[use]
    return EventCells(
        values=np.zeros(covered.shape),
        weights=covered.astype(np.float64),
        event=event[use],
        terms=terms[use],
        term_names=tuple(t.name for t in study.design.terms),
        program=(panel.launch >= 0)[index],
        cluster=compact(panel.cluster[index]),
        index=index,
        note="",
        period=periods,
    )
