"""How many units the money is for, from which level they started, and how long the effect was measured."""

import numpy as np

from payoff.metrics.calendar import MONTHS_PER_PERIOD
from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.cohort import Cohort
from payoff.nouns.counts import Counts
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study, Term

_WHOLE_FOLLOW_UP = (Term("effect", 0, None),)


def count_units(study: Study, cohort: Cohort, panel: Panel) -> Counts:
    """Counts for the primary metric's panel; the plan's own while no outcome has come.

    analysed: program units with a value after launch and, but for a randomised comparison, one before;
    by term, those of them with a value in its periods since launch.
    baseline: weighted mean of program units before launch; NaN when none was observed.
    """
    before = find_before(panel)
    observed = panel.weights > 0
    if not observed[:, panel.post].any():
        observed = observed | panel.post[None, :]  # before launch: as planned, everybody will be seen
    usable = panel.in_program & (panel.launch >= 0) & _find_verdict_arm(study, panel)
    if study.design.type not in ("rct", "matched"):
        usable &= (observed & before).any(axis=1)
    event = np.arange(panel.n_periods)[None, :] - panel.launch[:, None]
    used = observed & usable[:, None] & (panel.pre | panel.post)[None, :]
    weights = np.where(before & observed & panel.in_program[:, None], panel.weights, 0.0)
    total = float(weights.sum())
    baseline = float((weights * np.nan_to_num(panel.values)).sum() / total) if total else float("nan")
    terms = study.design.terms or _WHOLE_FOLLOW_UP
    return Counts(
        int((used & panel.post & (event >= 0)).any(axis=1).sum()),
        int((cohort.in_program & _find_verdict_arm(study, cohort)).sum()),
        baseline,
        tuple(_count_months(term, event[used], study.design.period) for term in terms),
        tuple(int((used & _covers(term, event)).any(axis=1).sum()) for term in terms),
    )


def _find_verdict_arm(study: Study, who: Panel | Cohort) -> Bools:
    """(n_units,) in the arm or factor that carries the verdict; everybody where there is one program arm."""
    design = study.design
    if who.arm is not None:
        return np.asarray(who.arm == design.arms.index(design.verdict_term))
    if who.factors is not None:
        names = [factor.name for factor in design.factors]
        return np.asarray(who.factors[:, names.index(design.verdict_term)])
    return np.ones(len(who.unit), dtype=bool)


def find_before(panel: Panel) -> Bools:
    """(n_units, n_periods): in the baseline window, and before the unit's own launch."""
    period = np.arange(panel.n_periods)[None, :]
    started = (panel.launch[:, None] >= 0) & (period >= panel.launch[:, None])
    before: Bools = panel.pre[None, :] & ~started
    return before


def _covers(term: Term, event: Ints) -> Bools:
    """Which periods since launch the term is about."""
    covers: Bools = event >= term.first
    return covers if term.last is None else covers & (event <= term.last)


def _count_months(term: Term, observed: Ints, period: str) -> tuple[int, int]:
    """First and last month, from 1, of the term's periods since launch that were observed.

    As declared where none was yet; an open end then is the term's first period.
    """
    if term.last is not None and term.last < 0:
        return 0, 0
    length = MONTHS_PER_PERIOD[period]
    seen = observed[_covers(term, observed) & (observed >= 0)]
    declared = (term.first, term.first if term.last is None else term.last)
    ends = (int(seen.min()), int(seen.max())) if seen.size else declared
    first = max(1, round(ends[0] * length) + 1)
    return first, max(first, round((ends[1] + 1) * length))
