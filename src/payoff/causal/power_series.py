"""The error of an interrupted time series, from its baseline: the locked regression on the planned periods.

Model     The columns the method will have (its terms, a straight line, the waves of `season_waves`), and
          errors that hang together as the method takes them to: AR(1), or a level that wanders for
          `structural_series`. How much they do, and how large they are, the baseline says: each strength
          counts by its restricted likelihood there, as in the method itself.
Refuses   Fewer than eight baseline periods, or no more than the course has parameters.
Assumes   A method of counts errs as the same series in levels does.
Cites     Wagner et al. (2002), doi:10.1046/j.1365-2710.2002.00430.x; Lopez Bernal et al. (2017),
          doi:10.1093/ije/dyw098: eight points a side at the least.
Proof     tests/causal/test_causal_power_designs.py, test_causal_power_reported.py: predicted against
          simulated and reported errors.
"""

import numpy as np

from payoff.causal.interrupted_noise import foresee_variances
from payoff.causal.interrupted_series import MIN_POINTS, terms_at
from payoff.causal.interrupted_time_series import STRUCTURAL
from payoff.causal.outcome import analysed_values, mean_level
from payoff.causal.power_error import METHOD, PlannedError, Stretch, planned_periods, quiet_cells
from payoff.causal.season_waves import count_pairs, season_waves
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted


def plan_series(study: Study, panel: Panel, stretch: Stretch) -> PlannedError | Refusal:
    """The error of the verdict's term on the planned periods."""
    values = analysed_values(study, panel, panel.pre, METHOD)
    if isinstance(values, Refusal):
        return values
    quiet = _quiet(study, panel)
    seen = np.flatnonzero(quiet.any(axis=0))
    if len(seen) < MIN_POINTS:
        have = counted(len(seen), study.design.period)
        return Refusal(
            METHOD, f"A series needs {MIN_POINTS} periods before launch to show its course: {have}."
        )
    period, is_post = planned_periods(panel, quiet, stretch)
    launch = _launch(panel, period, is_post)
    terms = terms_at(study, period - launch) & is_post[:, None]
    kept = ~is_post | terms.any(axis=1)
    verdict = [term.name for term in study.design.terms].index(study.design.verdict_term)
    if not terms[:, verdict].any():
        return Refusal(METHOD, "The plan has no period after launch.")
    pairs = count_pairs(study.design, len(seen))
    course, planned = (_course(study, time - launch, pairs) for time in (seen, period[kept]))
    if len(seen) <= course.shape[1]:
        return Refusal(METHOD, "The baseline has no more periods than its course has parameters.")
    weights = np.where(quiet, panel.weights, 0.0)[:, seen]
    mean = (weights * np.where(quiet, values, 0.0)[:, seen]).sum(axis=0) / weights.sum(axis=0)
    rows = np.column_stack([terms[kept].astype(np.float64), planned])
    wanders = study.design.method == STRUCTURAL
    variances = foresee_variances(course, mean, seen, rows, period[kept], wanders=wanders)
    df = float(len(rows) - rows.shape[1])
    return PlannedError(float(np.sqrt(variances[verdict])), df, mean_level(panel, quiet))


def _quiet(study: Study, panel: Panel) -> Bools:
    """Baseline cells of the program's units, without periods in which it may already show."""
    cells = quiet_cells(panel, panel.in_program)
    since = np.arange(panel.n_periods)[None, :] - panel.launch[:, None]
    early = (panel.launch[:, None] >= 0) & (since >= -study.design.anticipation)
    quiet: Bools = cells & ~early
    return quiet


def _launch(panel: Panel, period: Ints, is_post: Bools) -> int:
    """The period the program starts in: its units' own, or the first of follow-up."""
    known = panel.launch[panel.in_program & (panel.launch >= 0)]
    if known.size:
        return int(known.min())
    return int(period[is_post].min()) if is_post.any() else int(period[-1]) + 1


def _course(study: Study, time: Ints, pairs: int) -> Floats:
    """(T, 2 + waves): constant, line, season, at periods `time` (T,) since launch."""
    line = time / max(float(np.abs(time).max()), 1.0)
    return np.column_stack([np.ones(len(time)), line, season_waves(study.design, time, pairs)])
