"""One row per unit: its mean outcome over a window, its arm, weight and cluster.

Question  Who is compared with whom in a randomised design?
Refuses   No such window; what `outcome` refuses; an arm below the floor of clusters.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.floors import compact, floor_refusal, smaller_arm
from payoff.causal.outcome import analysed_values, observed_cells, unit_means
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study


@dataclass(frozen=True, slots=True)
class UnitSample:
    """Arrays are (n,), one row per unit with an outcome. index: into the panel.

    outcome: mean over the window on the analysed scale. raw: the same in the metric's own unit.
    arm: the group whose difference is asked. n_cells: periods the unit was seen in.
    """

    outcome: Floats
    raw: Floats
    weight: Floats
    arm: Bools
    cluster: Ints
    index: Ints
    n_cells: Ints

    @property
    def n_units(self) -> int:
        return len(self.index)

    @property
    def n_clusters(self) -> int:
        return int(self.cluster.max()) + 1

    @property
    def smaller_arm(self) -> int:
        return smaller_arm(self.cluster, self.arm)

    @property
    def n_observations(self) -> int:
        return int(self.n_cells.sum())

    @property
    def level(self) -> float:
        """Mean of the other group in the metric's unit, as the comparison itself weighs units."""
        return float(np.average(self.raw[~self.arm], weights=self.weight[~self.arm]))

    def only(self, kept: Bools) -> "UnitSample":
        """The units `kept` (n,)."""
        return UnitSample(
            outcome=self.outcome[kept],
            raw=self.raw[kept],
            weight=self.weight[kept],
            arm=self.arm[kept],
            cluster=compact(self.cluster[kept]),
            index=self.index[kept],
            n_cells=self.n_cells[kept],
        )


def unit_sample(
    study: Study, panel: Panel, window: Bools, arm: Bools, among: Bools, method: str
) -> UnitSample | Refusal:
    """Units `among` (n_units,) with an outcome in `window` (n_periods,), compared by `arm` (n_units,)."""
    values = analysed_values(study, panel, window, method)
    if isinstance(values, Refusal):
        return values
    cells = observed_cells(panel, window) & among[:, None]
    means, weight = unit_means(values, panel.weights, cells)
    raw = unit_means(panel.values, panel.weights, cells)[0]
    index = np.flatnonzero(~np.isnan(means))
    refusal = floor_refusal(study, panel.cluster[index], arm[index], method)
    if refusal is not None:
        return refusal
    return UnitSample(
        outcome=means[index],
        raw=raw[index],
        weight=weight[index],
        arm=arm[index],
        cluster=compact(panel.cluster[index]),
        index=index,
        n_cells=cells.sum(axis=1)[index],
    )


def verdict_groups(study: Study, panel: Panel) -> tuple[Bools, Bools]:
    """(arm, among), each (n_units,): the two groups whose difference carries the verdict.

    One program arm: it and the rest. Several: the verdict's arm and the comparison, others left aside.
    Factors: the verdict's factor given or not.
    """
    design, everyone = study.design, np.ones(panel.n_units, dtype=np.bool_)
    factors = [factor.name for factor in design.factors]
    if design.verdict_term in factors and panel.factors is not None:
        return panel.factors[:, factors.index(design.verdict_term)], everyone
    if design.verdict_term in design.arms and panel.arm is not None:
        arm: Bools = panel.arm == design.arms.index(design.verdict_term)
        return arm, arm | (panel.arm == 0)
    return panel.in_program, everyone


def program_sample(study: Study, panel: Panel, window: Bools, method: str) -> UnitSample | Refusal:
    """The randomised comparison that carries the verdict, as assigned."""
    return unit_sample(study, panel, window, *verdict_groups(study, panel), method)


def trial_sample(study: Study, panel: Panel, window: Bools, method: str) -> UnitSample | Refusal:
    """Everyone in the trial, whichever arm; `arm` is any program arm, or the verdict's factor."""
    arm = verdict_groups(study, panel)[0] if study.design.factors else panel.in_program
    return unit_sample(study, panel, window, arm, np.ones(panel.n_units, dtype=np.bool_), method)
