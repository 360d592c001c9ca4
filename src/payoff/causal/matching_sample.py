"""Who may be compared in a matched design, and what was known of each before launch.

Question  Which units have an outcome, and which columns must the comparison be alike in?
Columns   The outcome before launch (one mean, or an early and a late one, so that a trend counts), then
          the declared covariates; all as 64-bit floats: a narrow integer squared overflows silently.
Refuses   What `unit_sample` refuses; nothing known; more than a fifth of the units without it. The others
          are left out and counted: nothing is imputed.
"""

from dataclasses import dataclass, replace

import numpy as np

from payoff.causal.covariate_adjusted import covariate_names
from payoff.causal.floors import floor_refusal
from payoff.causal.outcome import MAX_SHARE_DROPPED, analysed_values, observed_cells, unit_means
from payoff.causal.unit_sample import UnitSample, program_sample
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted


@dataclass(frozen=True, slots=True)
class KnownSample:
    """sample: rows (n,). known (n, k), finite, never constant; names (k,).

    before, before_raw, before_weight (n,): mean outcome before launch on the analysed scale, in the
        metric's own unit, and its weight; NaN and 0 where there was no baseline.
    n_lost: units with an outcome but without something known.
    """

    sample: UnitSample
    known: Floats
    names: tuple[str, ...]
    before: Floats
    before_raw: Floats
    before_weight: Floats
    n_lost: int

    def changes(self) -> UnitSample:
        """The same units with their change since before launch as outcome, weighted as a difference is."""
        w0, w1 = self.before_weight, self.sample.weight
        return replace(self.sample, outcome=self.sample.outcome - self.before, weight=2 * w0 * w1 / (w0 + w1))

    def note(self, study: Study) -> str:
        """What a label says of units left out."""
        if not self.n_lost:
            return ""
        return f"; {counted(self.n_lost, study.design.unit_label)} without everything known left out"


def known_sample(
    study: Study, panel: Panel, method: str, *, halves: bool, needs_baseline: bool = False
) -> KnownSample | Refusal:
    """halves: the outcome before launch as an early and a late mean; needs_baseline: refuse without one."""
    sample = program_sample(study, panel, panel.post, method)
    if isinstance(sample, Refusal):
        return sample
    windows = _windows(panel, halves)
    columns, names = _path(study, panel, windows, method)
    if needs_baseline and not columns:
        return Refusal(method, "Nothing was measured before launch: there is no change to compare.")
    covariates, covariate_names = _covariates(study, panel)
    known = np.column_stack([*columns, covariates])[sample.index]
    refusal = _missing_refusal(study, known, method)
    complete = np.asarray(np.isfinite(known).all(axis=1))
    refusal = refusal or floor_refusal(study, sample.cluster[complete], sample.arm[complete], method)
    if refusal is not None:
        return refusal
    lost = int((~complete).sum())
    sample, known = sample.only(complete), known[complete]
    varying = np.ptp(known, axis=0) > 1e-12 * np.abs(known).max(axis=0)
    before, weight, raw = _before(study, panel, method)
    return KnownSample(
        sample,
        known[:, varying],
        tuple(n for n, v in zip((*names, *covariate_names), varying, strict=True) if v),
        before[sample.index],
        raw[sample.index],
        weight[sample.index],
        lost,
    )


def _windows(panel: Panel, halves: bool) -> list[Bools]:
    """Baseline periods (n_periods,) taken together: all, or the earlier and the later half."""
    pre = np.flatnonzero(panel.pre)
    parts = np.array_split(pre, 2) if halves and len(pre) > 1 else [pre]
    return [np.isin(np.arange(panel.n_periods), part) for part in parts if len(part)]


def _path(
    study: Study, panel: Panel, windows: list[Bools], method: str
) -> tuple[list[Floats], tuple[str, ...]]:
    """One column (n_units,) for each window of the baseline."""
    values = analysed_values(study, panel, panel.pre, method)
    if isinstance(values, Refusal):
        return [], ()
    columns = [unit_means(values, panel.weights, observed_cells(panel, w))[0] for w in windows]
    label = panel.metric.label
    early_late = (f"{label} early before launch", f"{label} late before launch")
    return columns, early_late if len(columns) == 2 else (f"{label} before launch",)


def _covariates(study: Study, panel: Panel) -> tuple[Floats, tuple[str, ...]]:
    if panel.covariates is None:
        return np.empty((panel.n_units, 0)), ()
    columns = panel.covariates.astype(np.float64)
    return columns, covariate_names(study, columns.shape[1])


def _before(study: Study, panel: Panel, method: str) -> tuple[Floats, Floats, Floats]:
    """(n_units,) mean before launch, its weight, and the mean in the metric's own unit."""
    values = analysed_values(study, panel, panel.pre, method)
    if isinstance(values, Refusal):
        nothing = np.full(panel.n_units, np.nan)
        return nothing, np.zeros(panel.n_units), nothing
    cells = observed_cells(panel, panel.pre)
    means, weight = unit_means(values, panel.weights, cells)
    return means, weight, unit_means(panel.values, panel.weights, cells)[0]


def _missing_refusal(study: Study, known: Floats, method: str) -> Refusal | None:
    if known.shape[1] == 0:
        reason = "Nothing is known of anybody before launch: declare covariates or a baseline to match on."
        return Refusal(method, reason)
    lost = int((~np.isfinite(known).all(axis=1)).sum())
    if lost > MAX_SHARE_DROPPED * len(known):
        who = f"{count(lost)} of {counted(len(known), study.design.unit_label)}"
        return Refusal(method, f"{who} lack a covariate or a value before launch: too many to leave out.")
    return None
