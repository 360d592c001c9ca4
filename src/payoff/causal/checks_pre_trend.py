"""Did the groups move together before launch?

Scope     baseline. Not rejecting is no proof: the text says how wide a departure could hide, and how often
          a steady drift that makes up half of the expected gain would have shown.
Compares  Only with units never or not yet treated: whatever earlier waves' effects do after their launch,
          it is no departure.
Fails     Joint Wald test that every gap before launch, against the last period before it, is zero (p < 0.01,
          Hotelling's F with the smallest Satterthwaite degrees of freedom), or one straight drift over the
          whole baseline (p < 0.02): the departure that matters most and that a joint test is weakest
          against. So a sound study is accused about three times in a hundred.
Silent    Fewer than half of the program's units have two periods before launch; too few clusters for
          the number of gaps; gaps that cannot be told apart; a drift that makes up half of the expected
          gain would have shown in fewer than 8 of 10 studies. Where groups were chosen, silence costs what a
          failure costs: that they moved together is then taken on trust.
Cites     Pustejovsky & Tipton (2018), doi:10.1080/07350015.2016.1247004: Wald tests with CR2;
          Roth (2022), doi:10.1257/aeri.20210236: what such tests cannot see, and the power against a line.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import fdtrc, ndtr, stdtr, stdtrit

from payoff.causal import doubly_robust, first_difference, group_time
from payoff.causal.cluster_errors import Inference, trusted
from payoff.causal.event_time import EventCells, event_cells, event_times
from payoff.causal.fixed_effects import fit_within
from payoff.causal.floors import compact
from payoff.causal.outcome import mean_level, observed_cells
from payoff.causal.protocol import Answer
from payoff.causal.regression import ClusterFit
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import number, percent, plural, tenths

NAME = "pre-trend"
MAX_LEADS = 4  # periods before launch tested one by one; all earlier ones are pooled into the last
JOINT_LEVEL, DRIFT_LEVEL = 0.01, 0.02
SHOWN = 0.8  # the power a design is planned with, asked of its test before launch too
FROM_LAST = (group_time.METHOD, doubly_robust.METHOD, first_difference.METHOD)  # measure from the last period


@dataclass(frozen=True, slots=True)
class Leads:
    """Gaps before launch against the last period before it, nearest first.

    reference: periods since launch of that last one, negative. gaps (q,), inference of the same.
    drift: by how much the groups part a period (1,), one straight line over the whole baseline, and its
        inference; None where nobody is left untreated: then a line for all cannot be told from time.
    """

    reference: float
    gaps: Floats
    inference: Inference
    drift: tuple[Floats, Inference] | None

    def p_value(self, weights: Floats) -> float:
        """Chance of so large a combination `weights` (q,) of gaps when all of them are zero."""
        error = math.sqrt(max(float(weights @ self.inference.covariance @ weights), 0.0))
        df = float(self.inference.df.min())
        return float(2 * stdtr(df, -abs(float(weights @ self.gaps)) / error)) if error > 0 else 1.0


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Pre-trend alone."""
    return judge_trend(study, panel, read_leads(study, panel))


def judge_trend(study: Study, panel: Panel, leads: Leads | str) -> Check:
    """Test the gaps before launch together, and a straight drift in them; a text says why there are none."""
    return _check(Verdict.SILENT, leads) if isinstance(leads, str) else _judge(study, panel, leads)


def read_leads(study: Study, panel: Panel) -> Leads | str:
    """A dummy per period before the last one before launch; or why there is none to test."""
    cells = event_cells(study, panel, NAME)
    if isinstance(cells, Refusal):
        return f"Cannot be tested: {cells.reason}"
    cells = _untreated(study, cells)
    before = cells.program[:, None] & (cells.weights > 0)
    able, n_program = int((before.sum(axis=1) >= 2).sum()), int(cells.program.sum())
    if 2 * able < n_program:
        people, periods = plural(study.design.unit_label), plural(study.design.period)
        return (
            f"Cannot be tested: {able} of {n_program} program {people} have two {periods} before launch; "
            "whether the groups moved together beforehand is taken on trust."
        )
    return _fit_leads(cells, before)


def _untreated(study: Study, cells: EventCells) -> EventCells:
    """Only cells before launch, and before any term declared to begin earlier.

    All of the never treated, in the periods that the program's units were still seen untreated.
    """
    first = min([0, *(term.first for term in study.design.terms)])
    weights = np.where(cells.event < first, cells.weights, 0.0)  # NO_EVENT is below any launch
    periods = np.flatnonzero((weights[cells.program] > 0).any(axis=0))
    units = np.flatnonzero((weights[:, periods] > 0).any(axis=1))
    use = np.ix_(units, periods)
    return replace(
        cells,
        values=cells.values[use],
        weights=weights[use],
        event=cells.event[use],
        terms=cells.terms[use][:, :, :0],
        term_names=(),
        program=cells.program[units],
        cluster=compact(cells.cluster[units]),
        index=cells.index[units],
        period=cells.period[periods],
    )


def _lead_dummies(event: Ints, before: Bools) -> tuple[Bools, Ints]:
    """(n, T, s) a dummy per event time before the last one seen, nearest first; all times, the last first."""
    times = np.unique(event[before])[::-1]
    dummies: Bools = before[:, :, None] & (event[:, :, None] == times[1:])
    return dummies, times


def _pooling(n_leads: int) -> Floats:
    """(s, q): each lead by itself, the earliest together."""
    mixing = np.zeros((n_leads, min(n_leads, MAX_LEADS)))
    mixing[np.arange(n_leads), np.minimum(np.arange(n_leads), MAX_LEADS - 1)] = 1.0
    return mixing


def _fit_leads(cells: EventCells, before: Bools) -> Leads | str:
    dummies, times = _lead_dummies(cells.event, before)
    line = (times[1:] - times[0]).astype(np.float64)[:, None]
    pooled = _pooling(len(line))
    gaps = _inference(fit_within(cells, dummies, pooled), pooled.shape[1])
    if isinstance(gaps, str):
        return gaps
    drift = _inference(fit_within(cells, dummies, line), 1)
    return Leads(float(times[0]), *gaps, None if isinstance(drift, str) else drift)


def _inference(fit: ClusterFit, n_terms: int) -> tuple[Floats, Inference] | str:
    """The first coefficients (n_terms,) and their errors, or why there are none."""
    if not fit.identified[:n_terms].all():
        return "Cannot be tested: no group is left untreated beside every wave."
    if fit.df_residual <= 0:
        return "Cannot be tested: too few observations."
    errors = trusted(fit, n_terms)
    if not np.isfinite(errors.intervals).all() or not (np.diag(errors.covariance) > 0).all():
        return "Cannot be tested: the data leave no variation from which to state an error."
    return fit.coefficients[:n_terms], errors


def _judge(study: Study, panel: Panel, leads: Leads) -> Check:
    joint = _joint_p_value(leads)
    if joint is None:
        return _check(Verdict.SILENT, "Cannot be tested: too few clusters for the periods before launch.")
    drift, _, _, steady = _read_drift(leads)
    worst = int(np.abs(leads.gaps).argmax())
    low, high = leads.inference.intervals[worst]
    width = say_size(panel, float(high - low) / 2)
    size = f"the widest gap is {say_size(panel, leads.gaps[worst])}, give or take {width} (p = {joint:.2f})"
    if joint < JOINT_LEVEL:
        text = f"The groups moved apart before launch: {size}, so a gap after launch may be more of the same."
        return _check(Verdict.FAIL, text)
    if steady < DRIFT_LEVEL:
        slope = f"{say_size(panel, drift)} a {study.design.period}"
        text = (
            f"The groups drifted apart before launch, by {slope} (p = {steady:.3f}), "
            "so a gap after launch may be more of the same."
        )
        return _check(Verdict.FAIL, text)
    shown = _chance_to_show(study, panel, leads)
    if shown is None:
        return _check(Verdict.PASS, f"The groups moved together before launch: {size}.")
    hidden = f"a steady drift that makes up half of the expected gain would have shown {_often(shown)}"
    if shown < SHOWN:
        text = f"No gap opened before launch ({size}), yet {hidden}: that there was none is taken on trust."
        return _check(Verdict.SILENT, text)
    return _check(Verdict.PASS, f"The groups moved together before launch: {size}; {hidden}.")


def _read_drift(leads: Leads) -> tuple[float, float, float, float]:
    """(drift a period, its error, degrees of freedom, chance of so steep a one when there is none)."""
    if leads.drift is None:
        return 0.0, 0.0, 0.0, 1.0
    slope, errors = float(leads.drift[0][0]), leads.drift[1]
    error, df = math.sqrt(float(errors.covariance[0, 0])), float(errors.df[0])
    return slope, error, df, float(2 * stdtr(df, -abs(slope) / error))


def _joint_p_value(leads: Leads) -> float | None:
    """Hotelling's F of all gaps; None without degrees of freedom enough."""
    covariance, q = leads.inference.covariance, len(leads.gaps)
    df = float(leads.inference.df.min()) - q + 1
    if not df >= 1 or np.linalg.matrix_rank(covariance, hermitian=True) < q:
        return None
    wald = float(leads.gaps @ np.linalg.solve(covariance, leads.gaps))
    return float(fdtrc(q, df, wald * df / (q * (df + q - 1))))


def _chance_to_show(study: Study, panel: Panel, leads: Leads) -> float | None:
    """Chance that the test of drift sees a line which makes up half of the expected gain (Roth 2022).

    The line is measured as the locked method measures: from the last period before launch, or from the mean
    of the baseline, to the mean of follow-up. None where the plan expects no gain of this metric; zero where
    a line for all cannot be told from time.
    """
    expected, (_, error, df, _) = _expected_gain(study, panel), _read_drift(leads)
    event = event_times(panel)
    seen = event[observed_cells(panel, panel.pre | panel.post) & (panel.launch >= 0)[:, None]]
    before, after = seen[seen < 0], seen[seen >= 0]
    if expected is None or not (after.size and before.size):
        return None
    base = leads.reference if study.design.method in FROM_LAST else float(before.mean())
    slope = abs(expected) / 2 / (float(after.mean()) - base)
    return float(ndtr(slope / error + stdtrit(df, DRIFT_LEVEL / 2))) if error > 0 else 0.0


def _often(chance: float) -> str:
    times = tenths(chance)
    return f"{times} times in 10" if times > 1 else "once in 10" if times else "less than once in 10"


def _expected_gain(study: Study, panel: Panel) -> float | None:
    """Middle of the expected range, on the analysed scale; None where the plan has none for this metric."""
    found = next((h for h in study.hypotheses if h.metric == panel.metric.name), None)
    if found is None:
        return None
    middle = (found.expected_low + found.expected_high) / 2
    if found.in_unit is not None or panel.metric.scale == "log":
        return middle
    level = mean_level(panel, observed_cells(panel, panel.pre))
    return middle * level if math.isfinite(level) else None


def say_size(panel: Panel, value: float) -> str:
    """A gap without its sign: '1.2 deals/rep/month', on a log metric '4.0%'."""
    if panel.metric.scale == "log":
        return percent(abs(float(np.expm1(value))))
    return f"{number(abs(float(value)))} {panel.metric.unit_text}"


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "baseline", verdict, text, costs=1)
