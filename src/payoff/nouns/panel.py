"""One metric, units × periods: what every estimator sees."""

from dataclasses import dataclass, replace

from payoff.nouns.arrays import Bools, Dates, Floats, Ints
from payoff.nouns.cohort import Exclusion
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.metric import Metric


@dataclass(frozen=True, slots=True)
class Panel:
    """Axis 0 units (ordered by key), axis 1 periods (in time order).

    values, weights: (n_units, n_periods); NaN = not observed; weights 0 there. Level scale always:
        an estimator takes logs itself where `metric.scale` says so.
    periods: (n_periods,) datetime64[D], first day of each.
    pre, post: (n_periods,) period lies in the baseline / follow-up window.
    in_program: (n_units,). launch: (n_units,) index into `periods` of the first treated period,
        -1 when never. cluster: (n_units,) codes 0..n_clusters-1.
    take_up: (n_units,) 1, 0 or NaN; strata: (n_units,) codes; covariates (n_units, k).
    n_assigned: units per arm (comparison, program) before any was lost for missing outcomes:
        the sample-ratio and attrition checks need them.
    arm: (n_units,) index into `design.arms` where a trial has several. factors: (n_units, n_factors).
    dose, exposed: (n_units,) NaN unknown. subgroups: (n_units, n_subgroups) codes into
        `subgroup_levels`, one tuple of level names per declared subgroup.
    """

    metric: Metric
    unit: tuple[str, ...]
    periods: Dates
    values: Floats
    weights: Floats
    pre: Bools
    post: Bools
    in_program: Bools
    launch: Ints
    cluster: Ints
    n_assigned: tuple[int, int]
    exclusions: tuple[Exclusion, ...]
    fingerprint: str
    take_up: Floats | None = None
    strata: Ints | None = None
    covariates: Floats | None = None
    arm: Ints | None = None
    factors: Bools | None = None
    dose: Floats | None = None
    exposed: Floats | None = None
    subgroups: Ints | None = None
    subgroup_levels: tuple[tuple[str, ...], ...] = ()

    @property
    def n_units(self) -> int:
        return int(self.values.shape[0])

    @property
    def n_periods(self) -> int:
        return int(self.values.shape[1])

    @property
    def n_clusters(self) -> int:
        return int(self.cluster.max()) + 1 if self.cluster.size else 0

    def take(self, index: Ints, unit: tuple[str, ...] | None = None) -> "Panel":
        """The units at `index` (n,), any of them more than once, under new names where these are given.

        Cluster codes, `n_assigned` and exclusions stay those of the whole.
        """
        optional = ("take_up", "strata", "covariates", "arm", "factors", "dose", "exposed", "subgroups")
        taken = {name: rows[index] for name in optional if (rows := getattr(self, name)) is not None}
        return replace(
            self,
            unit=tuple(self.unit[i] for i in index) if unit is None else unit,
            values=self.values[index],
            weights=self.weights[index],
            in_program=self.in_program[index],
            launch=self.launch[index],
            cluster=self.cluster[index],
            fingerprint=fingerprint("rows", index, inputs=(self.fingerprint,)),
            **taken,
        )
