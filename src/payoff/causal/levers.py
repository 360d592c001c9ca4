"""What would let a study see more, each lever pulled and the power computed again.

Question  More people, more weeks, a longer baseline, adjustment, whole groups, another metric: which
          helps most, and how many people would it take?
Method    The design's own planner on the changed plan: doubled units in new clusters, more periods, the
          baseline taken into account, clusters as units. Nothing after the baseline is read.
Refuses   A lever that the design cannot pull is left out.
Proof     tests/causal/test_causal_levers.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from payoff.causal.design_factors import cuped_factor
from payoff.causal.floors import cluster_noun, compact
from payoff.causal.outcome import observed_cells
from payoff.causal.power import AS_PLANNED, chance_to_see, plan_error, raw_change, visible_lift
from payoff.causal.power_error import PlannedError, Stretch
from payoff.causal.power_randomised import PLAIN
from payoff.causal.sample_size import POWER, visible_shift
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, plural

ADJUSTED = "covariate_adjusted"
OUT_OF_REACH = 1_000.0  # times the people there are: no advice


@dataclass(frozen=True, slots=True)
class Lever:
    """what: as advice. visible: smallest lift seen 8 times in 10 with it. chance: to see the lift asked."""

    name: str
    what: str
    visible: float
    chance: float


def pull_levers(study: Study, panel: Panel, lift: float, others: Sequence[Panel] = ()) -> tuple[Lever, ...]:
    """Every lever the design has, the one that sees most first; `lift` is the one hoped for.

    others: panels of further declared metrics, nearer to the behaviour perhaps.
    """
    planned = plan_error(study, panel)
    if isinstance(planned, Refusal):
        return ()
    span = max(int(panel.post.sum()), 1)
    past = max(int(observed_cells(panel, panel.pre).any(axis=0).sum()), 1)
    units = plural(cluster_noun(study))
    doubled = double_units(panel)
    options: list[tuple[str, str, Study, Panel | Refusal, Stretch]] = [
        ("people", f"twice the {units} ({count(2 * panel.n_clusters)})", study, doubled, AS_PLANNED),
        ("weeks", f"{_more(study, span)} of follow-up", study, panel, Stretch(after=span)),
        ("baseline", f"{_more(study, past)} of baseline", study, panel, Stretch(before=past)),
    ]
    if study.design.type == "rct" and study.design.method == PLAIN:
        adjusted = replace(study, design=replace(study.design, method=ADJUSTED))
        options.append(("adjust", "adjust for the value before launch", adjusted, panel, AS_PLANNED))
    if panel.n_clusters < panel.n_units:
        options.append(("aggregate", f"compare {units} as wholes", study, by_cluster(panel), AS_PLANNED))
    found = [_pull(*option, lift) for option in options]
    found += [
        _pull("metric", f"decide on {p.metric.label} instead", study, p, AS_PLANNED, lift) for p in others
    ]
    now = visible_lift(panel, planned)
    helpful = [lever for lever in found if lever is not None and lever.visible < 0.995 * now]
    return tuple(sorted(helpful, key=lambda lever: (lever.visible, lever.name)))


def units_needed(panel: Panel, planned: PlannedError, lift: float, power: float = POWER) -> int | Refusal:
    """Units in all that see a true `lift`: arms in the same proportion, more clusters, not larger ones."""
    raw = raw_change(panel, planned, lift)
    if not raw > 0:
        return Refusal("units needed", "No number of units sees a lift of zero.")
    times = 1.0
    for _ in range(30):  # degrees of freedom grow with the clusters: a few steps settle it
        times = (visible_shift(planned.df * times, power) * planned.std_error / raw) ** 2
        if not 1 / OUT_OF_REACH < times < OUT_OF_REACH:
            break
    if not times < OUT_OF_REACH:
        return Refusal("units needed", "It would take more than a thousand times the units there are.")
    return math.ceil(times * panel.n_units * (1 - 1e-9))


def see_per_arm(n_per_arm: int, correlation: float = 0.6) -> tuple[float, float]:
    """What `n_per_arm` people an arm see 8 times in 10, in standard deviations: alone, and adjusted."""
    alone = visible_shift(2.0 * n_per_arm - 2) / math.sqrt(n_per_arm / 2)
    return alone, alone * cuped_factor(correlation)


def double_units(panel: Panel) -> Panel:
    """Everybody twice, the second time in clusters of their own: twice as many of the same kind."""
    twice = np.concatenate([np.arange(panel.n_units)] * 2)
    second = np.arange(2 * panel.n_units) >= panel.n_units
    names = tuple(f"{panel.unit[i]}{'+' * int(s)}" for i, s in zip(twice, second, strict=True))
    doubled = panel.take(twice, names)
    cluster = doubled.cluster + panel.n_clusters * second
    return replace(doubled, cluster=cluster, n_assigned=(2 * panel.n_assigned[0], 2 * panel.n_assigned[1]))


def by_cluster(panel: Panel) -> Panel | Refusal:
    """Clusters as units, each the mean of its members, all counting alike (EXP-15)."""
    code = compact(panel.cluster)
    first = np.unique(code, return_index=True)[1]
    if (panel.in_program != panel.in_program[first][code]).any() or (
        panel.launch != panel.launch[first][code]
    ).any():
        return Refusal("whole groups", "Members of one group are in different arms.")
    weights = np.where(np.isnan(panel.values), 0.0, panel.weights)
    totals, sums = np.zeros((len(first), panel.n_periods)), np.zeros((len(first), panel.n_periods))
    np.add.at(totals, code, weights)
    np.add.at(sums, code, np.where(weights > 0, weights * panel.values, 0.0))
    means = np.divide(sums, totals, out=np.full_like(sums, np.nan), where=totals > 0)
    merged = panel.take(first, tuple(f"group {n}" for n in range(len(first))))
    n_program = int(merged.in_program.sum())
    return replace(
        merged,
        values=means,
        weights=(totals > 0).astype(np.float64),
        cluster=np.arange(len(first), dtype=np.int64),
        n_assigned=(len(first) - n_program, n_program),
        covariates=None,
        take_up=None if panel.take_up is None else _share_by(code, panel.take_up),
    )


def _share_by(code: Ints, took: Floats) -> Floats:
    """(n_clusters,) share who took part among those known of, (n_units,) by cluster; NaN where of nobody."""
    known = np.isfinite(took)
    total = np.bincount(code[known], minlength=int(code.max()) + 1)
    sums = np.bincount(code[known], weights=took[known], minlength=len(total))
    share: Floats = np.divide(sums, total, out=np.full(len(total), np.nan), where=total > 0)
    return share


def _pull(
    name: str, what: str, study: Study, panel: Panel | Refusal, stretch: Stretch, lift: float
) -> Lever | None:
    planned = panel if isinstance(panel, Refusal) else plan_error(study, panel, stretch)
    if isinstance(planned, Refusal) or isinstance(panel, Refusal):
        return None
    return Lever(name, what, visible_lift(panel, planned), chance_to_see(panel, planned, lift))


def _more(study: Study, n_periods: int) -> str:
    return f"{n_periods} more {plural(study.design.period, n_periods)}"
