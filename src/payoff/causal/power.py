"""The smallest lift the design can see, from the baseline alone.

Question  If the program works, how large must its effect be for this study to show it?
Estimand  The lift detected with 80 % power by a two-sided 5 % test of the locked estimator.
Identity  smallest = (t(0.975) + t(0.80)) × standard error expected from the baseline.
Assumes   Follow-up varies as the baseline did, and nobody drops out.
          rct: the comparison is run on the baseline itself, as if it were follow-up; the adjusted
          method on its later half, adjusted for the earlier half, where there are two periods.
          did: noise of one unit-period from the change between the two halves of the baseline (so that
          slow noise counts in full); with one baseline period, from the spread between units with an
          assumed correlation within a unit of 0.5.
Refuses   No baseline; fewer clusters than the floor; a baseline without spread.
Blind     Values after the baseline window are never read: tests/causal/test_causal_power.py.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import stdtrit

from payoff.causal.cluster_errors import trusted
from payoff.causal.covariate_adjusted import METHOD as ADJUSTED
from payoff.causal.covariate_adjusted import fit_interacted, known_before
from payoff.causal.event_time import EventCells, event_times, term_dummies
from payoff.causal.fixed_effects import fit_within
from payoff.causal.floors import compact, floor_refusal
from payoff.causal.outcome import analysed_values, baseline_refusal, mean_level, observed_cells, unit_means
from payoff.causal.randomised import fit_means
from payoff.causal.unit_sample import program_sample
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import DesignType, Study

METHOD = "smallest visible lift"
POWER = 0.80
ASSUMED_CORRELATION = 0.5  # of one unit's outcomes, where one baseline period cannot show it

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
    n_pre, n_post = int(panel.pre.sum()), int(panel.post.sum())
    adjusts = study.design.method == ADJUSTED and n_pre >= 2
    later = _last(panel.pre, min(n_post, n_pre // 2 if adjusts else n_pre))
    earlier = panel.pre & ~later
    sample = program_sample(study, panel, later, METHOD)
    if isinstance(sample, Refusal):
        return sample
    fit = fit_means(sample)
    if adjusts:
        known = known_before(study, panel, earlier)[sample.index]
        complete = np.asarray(np.isfinite(known).all(axis=1))
        refusal = floor_refusal(study, sample.cluster[complete], sample.arm[complete], METHOD)
        if refusal is not None:
            return refusal
        sample = sample.only(complete)
        fit = fit_interacted(sample, known[complete])
    errors = trusted(fit, 1)
    return float(np.sqrt(errors.covariance[0, 0])), float(errors.df[0]), sample.level


def _differences(study: Study, panel: Panel) -> Expected | Refusal:
    values = analysed_values(study, panel, panel.pre, METHOD)
    if isinstance(values, Refusal):
        return values
    program = panel.launch >= 0
    quiet = observed_cells(panel, panel.pre) & (event_times(panel) < 0)
    index = np.flatnonzero(quiet.any(axis=1))
    refusal = floor_refusal(study, panel.cluster[index], program[index], METHOD)
    if refusal is not None:
        return refusal
    noise = _noise(values, panel, quiet, program)
    terms = [t.name for t in study.design.terms]
    cells = _full_cells(study, panel, index)
    fit = fit_within(cells, cells.terms)
    column = terms.index(study.design.verdict_term)
    if not fit.identified[column]:
        return Refusal(METHOD, f"The term {study.design.verdict_term} cannot be told apart from the others.")
    error = float(np.sqrt(fit.bread[column, column] * noise))
    return error, fit.n_clusters - 2.0, mean_level(panel, quiet & program[:, None])


def _paired(study: Study, panel: Panel) -> Expected | Refusal:
    values = analysed_values(study, panel, panel.pre, METHOD)
    if isinstance(values, Refusal):
        return values
    quiet = observed_cells(panel, panel.pre) & panel.in_program[:, None]
    index = np.flatnonzero(quiet.any(axis=1))
    if len(index) < 3 or not panel.post.any():
        return Refusal(METHOD, "Too few were measured before launch to say what the study could see.")
    noise = _noise(values, panel, quiet, panel.in_program)
    variance = noise * (1 / panel.pre.sum() + 1 / panel.post.sum()) / len(index)
    clusters = len(np.unique(panel.cluster[index]))
    return float(np.sqrt(variance)), clusters - 1.0, mean_level(panel, quiet)


_BY_DESIGN: dict[DesignType, Callable[[Study, Panel], Expected | Refusal]] = {
    "rct": _randomised,
    "did": _differences,
    "before_after": _paired,
}


def _last(pre: Bools, n_periods: int) -> Bools:
    """The last `n_periods` periods of the baseline (all, where it has no more)."""
    last = np.zeros_like(pre)
    last[np.flatnonzero(pre)[-max(n_periods, 1) :]] = True
    return last


def _noise(values: Floats, panel: Panel, quiet: Bools, program: Bools) -> float:
    """Variance of one unit-period beyond unit and period means, times the clusters' design effect.

    values, quiet (n_units, n_periods): the cells of the baseline that may be read.
    """
    later = _last(panel.pre, (int(panel.pre.sum()) + 1) // 2)
    ones = np.ones_like(panel.weights)
    cells_before, cells_after = quiet & ~later, quiet & later
    n_before, n_after = cells_before.sum(axis=1), cells_after.sum(axis=1)
    both, seen = (n_before > 0) & (n_after > 0), quiet.any(axis=1)
    if 2 * both.sum() < seen.sum():
        levels = unit_means(values, ones, quiet)[0][seen]
        return (1.0 - ASSUMED_CORRELATION) * _variance_within(levels, program[seen], panel.cluster[seen])
    change = unit_means(values, ones, cells_after)[0] - unit_means(values, ones, cells_before)[0]
    length = float(np.mean(1 / n_before[both] + 1 / n_after[both]))
    return _variance_within(change[both], program[both], panel.cluster[both]) / length


def _variance_within(column: Floats, program: Bools, cluster: Ints) -> float:
    """Variance within groups, times 1 + (cluster size − 1) × intracluster correlation (n,) → number."""
    groups = [part for part in (program, ~program) if part.any()]
    centred = column.copy()
    for part in groups:
        centred[part] -= column[part].mean()
    variance = float(centred @ centred) / max(len(column) - len(groups), 1)
    code = compact(cluster)
    sizes = np.bincount(code)
    pairs = float((sizes * (sizes - 1)).sum())
    if pairs == 0 or variance == 0:
        return variance
    shared = float((np.bincount(code, weights=centred) ** 2).sum() - centred @ centred)
    correlation = max(shared / (pairs * variance), 0.0)
    return variance * (1 + (float((sizes**2).sum()) / len(column) - 1) * correlation)


def _full_cells(study: Study, panel: Panel, index: Ints) -> EventCells:
    """The planned design with every cell observed: timing only, no value of follow-up."""
    periods = np.flatnonzero(panel.pre | panel.post)
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
    )
