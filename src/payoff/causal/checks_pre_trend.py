"""Did the groups move together before launch?

Scope     baseline. Not rejecting is no proof: the text says how wide a departure could hide.
Compares  Only with units never or not yet treated: whatever earlier waves' effects do after their launch,
          it is no departure.
Fails     Joint Wald test that every gap before launch, against the last period before it, is zero:
          p < 0.05. CR2 covariance; Hotelling's F with the smallest Satterthwaite degrees of freedom.
Silent    Fewer than half of the program's units have two periods before launch; too few clusters for
          the number of gaps; gaps that cannot be told apart.
Cites     Pustejovsky & Tipton (2018), doi:10.1080/07350015.2016.1247004: Wald tests with CR2.
"""

from dataclasses import replace

import numpy as np
from scipy.special import fdtrc

from payoff.causal.cluster_errors import trusted
from payoff.causal.event_time import EventCells, event_cells
from payoff.causal.fixed_effects import fit_within
from payoff.causal.protocol import Answer
from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import number, percent, plural

NAME = "pre-trend"
MAX_LEADS = 4  # periods before launch tested one by one; all earlier ones are pooled into the last
LEVEL = 0.05


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Add a dummy per period before the last one before launch, and test them together."""
    cells = event_cells(study, panel, NAME)
    if isinstance(cells, Refusal):
        return _check(Verdict.SILENT, f"Cannot be tested: {cells.reason}")
    cells = _untreated(study, cells)
    before = cells.program[:, None] & (cells.weights > 0)
    able, n_program = int((before.sum(axis=1) >= 2).sum()), int(cells.program.sum())
    if 2 * able < n_program:
        people, periods = plural(study.design.unit_label), plural(study.design.period)
        text = (
            f"Cannot be tested: {able} of {n_program} program {people} have two {periods} before launch; "
            "whether the groups moved together beforehand is taken on trust."
        )
        return _check(Verdict.SILENT, text)
    return _wald(panel, cells, _lead_dummies(cells.event, before))


def _untreated(study: Study, cells: EventCells) -> EventCells:
    """Only cells before launch, and before any term declared to begin earlier; all of the never treated."""
    first = min([0, *(term.first for term in study.design.terms)])
    weights = np.where(cells.event < first, cells.weights, 0.0)  # NEVER is below any launch
    return replace(cells, weights=weights, terms=cells.terms[:, :, :0], term_names=())


def _lead_dummies(event: Ints, before: Bools) -> Bools:
    """(n, T, q): one dummy per event time before the last one observed, the earliest ones pooled."""
    times = sorted({int(t) for t in np.unique(event[before])}, reverse=True)[1:]
    single, pooled = times[: MAX_LEADS - 1], times[MAX_LEADS - 1 :]
    columns = [before & (event == t) for t in single]
    if pooled:
        columns.append(before & (event <= pooled[0]))
    return np.stack(columns, axis=2)


def _wald(panel: Panel, cells: EventCells, leads: Bools) -> Check:
    q = leads.shape[2]
    fit = fit_within(cells, leads)
    if not fit.identified[:q].all():
        return _check(Verdict.SILENT, "Cannot be tested: no group is left untreated beside every wave.")
    if fit.df_residual <= 0:
        return _check(Verdict.SILENT, "Cannot be tested: too few observations.")
    errors = trusted(fit, q)
    covariance, gaps = errors.covariance, fit.coefficients[:q]
    df = float(errors.df.min()) - q + 1
    if not df >= 1 or np.linalg.matrix_rank(covariance, hermitian=True) < q:
        return _check(Verdict.SILENT, "Cannot be tested: too few clusters for the periods before launch.")
    wald = float(gaps @ np.linalg.solve(covariance, gaps))
    p_value = float(fdtrc(q, df, wald * df / (q * (df + q - 1))))
    worst = int(np.abs(gaps).argmax())
    width = float((errors.intervals[worst, 1] - errors.intervals[worst, 0]) / 2)
    size = f"the widest gap is {_size(panel, gaps[worst])}, give or take {_size(panel, width)}"
    size += f" (p = {p_value:.2f})"
    if p_value < LEVEL:
        text = f"The groups moved apart before launch: {size}, so a gap after launch may be more of the same."
        return _check(Verdict.FAIL, text)
    return _check(
        Verdict.PASS, f"The groups moved together before launch: {size}; a slow drift could still hide."
    )


def _size(panel: Panel, value: float) -> str:
    if panel.metric.scale == "log":
        return percent(abs(float(np.expm1(value))))
    return f"{number(abs(float(value)))} {panel.metric.unit_text}"


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "baseline", verdict, text, costs=1)
