"""How many units the money is for, from which level they started, and how long the effect was measured."""

import numpy as np

from payoff.metrics.calendar import MONTHS_PER_PERIOD
from payoff.nouns.arrays import Bools
from payoff.nouns.cohort import Cohort
from payoff.nouns.counts import Counts
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study, Term

_WHOLE_FOLLOW_UP = (Term("effect", 0, None),)


def count_units(study: Study, cohort: Cohort, panel: Panel) -> Counts:
    """Counts for the primary metric's panel.

    analysed: program units with a value after launch and, but for a randomised comparison, one before.
    baseline: weighted mean of program units before launch; NaN when none was observed.
    """
    program = panel.in_program
    before = find_before(panel)
    observed = panel.weights > 0
    after = panel.post[None, :] & (np.arange(panel.n_periods)[None, :] >= panel.launch[:, None])
    used = program & (panel.launch >= 0) & (observed & after).any(axis=1)
    if study.design.type != "rct":
        used &= (observed & before).any(axis=1)
    weights = np.where(before & observed & program[:, None], panel.weights, 0.0)
    total = float(weights.sum())
    baseline = float((weights * np.nan_to_num(panel.values)).sum() / total) if total else float("nan")
    return Counts(int(used.sum()), int(cohort.in_program.sum()), baseline, _count_months(study, panel))


def find_before(panel: Panel) -> Bools:
    """(n_units, n_periods): in the baseline window, and before the unit's own launch."""
    period = np.arange(panel.n_periods)[None, :]
    started = (panel.launch[:, None] >= 0) & (period >= panel.launch[:, None])
    before: Bools = panel.pre[None, :] & ~started
    return before


def _count_months(study: Study, panel: Panel) -> tuple[tuple[int, int], ...]:
    """First and last month, from 1, of each term's periods since launch; an open end is that of follow-up."""
    length = MONTHS_PER_PERIOD[study.design.period]
    launched = panel.launch[panel.launch >= 0]
    n_after = panel.n_periods - int(launched.min()) if launched.size else int(panel.post.sum())
    months = []
    for term in study.design.terms or _WHOLE_FOLLOW_UP:
        end = n_after if term.last is None else term.last + 1
        first = max(1, round(term.first * length) + 1)
        months.append((first, max(first, round(end * length))))
    return tuple(months)
