"""What the study could conclude, before anything is launched: power, levers, designs.

Question  Is this plan large enough for what is hoped of it, and if not, what would help most?
Blind     Only the baseline is read (`before_launch`).
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from payoff.causal.feasible import FeasibleDesign, lay_out, list_designs
from payoff.causal.levers import Lever, pull_levers, see_per_arm, units_needed
from payoff.causal.power import chance_to_see, chance_to_show, plan_error, visible_lift
from payoff.causal.power_error import PlannedError
from payoff.metrics import count_units
from payoff.nouns.arrays import frozen
from payoff.nouns.counts import Counts
from payoff.nouns.money_plan import Assumption
from payoff.nouns.panel import Panel
from payoff.nouns.problem import PayoffError
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power
from payoff.nouns.study import Study
from payoff.run.answerable import find_hopeless, find_hopeless_lot
from payoff.run.before_launch import Baseline, blind, read_baseline
from payoff.run.main_path import Prepared, find_power, prepare
from payoff.run.plan import read
from payoff.run.progress import Progress
from payoff.run.threshold import find_threshold
from payoff.run.workspace import Workspace

PER_ARM = (30, 50)


@dataclass(frozen=True, slots=True)
class Chance:
    """To see a true lift at all, and to show that it is worth it; None without a threshold."""

    lift: float
    to_see: float
    to_show: float | None


@dataclass(frozen=True, slots=True)
class DesignReport:
    """assigned: arms or launches are in the data already; else they are planned, drawn for the occasion.
    hopeless: why the locked method could not answer, whatever is observed; None where it can.

    verdict: one of three, or "" where what it can see is not known. needed: units in all that see the
    middle of the expected range. spread: of units' baseline means, as a share of their mean.
    """

    study: Study
    panel: Panel
    counts: Counts
    assumptions: tuple[Assumption, ...]
    assigned: bool
    hopeless: Refusal | None
    power: Power
    planned: PlannedError | Refusal
    threshold: float | Refusal
    chances: tuple[Chance, ...]
    verdict: str
    needed: int | Refusal
    levers: tuple[Lever, ...]
    options: tuple[FeasibleDesign, ...]
    spread: float


def design_study(workspace: Workspace, progress: Progress) -> DesignReport:
    """Everything above. Raises PayoffError on a bad study (3) or bad sources and queries (4, 7)."""
    study = read(workspace)
    baseline = read_baseline(study, workspace, progress)
    progress.step("check", 1, 2)
    prepared = _assigned(workspace, progress)
    if prepared is None:
        panel = lay_out(study, baseline.panels[0])
        hopeless = find_hopeless_lot(study, baseline.cohort, baseline.panels[0])
    else:
        panel = blind(prepared.panels[0])
        hopeless = find_hopeless(study, prepared.cohort, panel)
    report = _report(study, baseline, panel, prepared is not None, hopeless)
    progress.step("check", 2, 2)
    return report


def _assigned(workspace: Workspace, progress: Progress) -> Prepared | None:
    """With the arms that were really drawn or chosen; None before they are in the data."""
    try:
        return prepare(workspace, progress)
    except PayoffError:
        return None  # what is wrong with sources and cohort, `read_baseline` has told already


def _report(
    study: Study, baseline: Baseline, laid: Panel | Refusal, assigned: bool, hopeless: Refusal | None
) -> DesignReport:
    panel = baseline.panels[0] if isinstance(laid, Refusal) else laid
    counts = _count(study, baseline, panel)
    power = find_power(study, panel, baseline.assumptions, counts)
    planned = laid if isinstance(laid, Refusal) else hopeless or plan_error(study, laid)
    visible = planned if isinstance(planned, Refusal) else visible_lift(panel, planned)
    power = replace(power, smallest_visible_lift=visible)
    threshold = find_threshold(study, power, counts)
    middle = power.expected_middle or 0.0
    needed: int | Refusal = Refusal("units needed", "What the study can see is not known.")
    levers: tuple[Lever, ...] = ()
    if not isinstance(planned, Refusal):
        needed = units_needed(panel, planned, middle)
        levers = pull_levers(study, panel, middle, _others(study, baseline, panel))
    return DesignReport(
        study=study,
        panel=panel,
        counts=counts,
        assumptions=baseline.assumptions,
        assigned=assigned,
        hopeless=hopeless,
        power=power,
        planned=planned,
        threshold=threshold,
        chances=_chances(panel, planned, power, threshold),
        verdict=power.size,
        needed=needed,
        levers=levers,
        options=list_designs(study, baseline.panels[0], power, baseline.health),
        spread=_spread(baseline.panels[0]),
    )


def _count(study: Study, baseline: Baseline, panel: Panel) -> Counts:
    """Units the money is for, as the plan has them."""
    inside = dict(zip(panel.unit, panel.in_program, strict=True))
    program = np.array([inside.get(unit, False) for unit in baseline.cohort.unit], dtype=np.bool_)
    cohort = replace(baseline.cohort, in_program=frozen(program))
    plain = replace(study, design=replace(study.design, arms=(), factors=()))
    return count_units(plain, cohort, replace(panel, arm=None, factors=None))


def _others(study: Study, baseline: Baseline, laid: Panel) -> tuple[Panel, ...]:
    """Further declared metrics, laid out as the primary one is; those with other units left out."""
    return tuple(
        replace(other, in_program=laid.in_program, launch=laid.launch, arm=laid.arm, factors=laid.factors)
        for other in baseline.panels[1:]
        if other.unit == laid.unit and other.metric.name not in study.outcome.placebo
        if np.array_equal(other.periods, laid.periods)
    )


def _chances(
    panel: Panel, planned: PlannedError | Refusal, power: Power, threshold: float | Refusal
) -> tuple[Chance, ...]:
    low, high = power.expected_low, power.expected_high
    if isinstance(planned, Refusal) or low is None or high is None or not math.isfinite(low + high):
        return ()
    show = None if isinstance(threshold, Refusal) else threshold
    return tuple(
        Chance(
            lift,
            chance_to_see(panel, planned, lift),
            None if show is None else chance_to_show(panel, planned, lift, show),
        )
        for lift in dict.fromkeys((low, high))
    )


def _spread(panel: Panel) -> float:
    """Standard deviation of units' baseline means ÷ their mean; NaN where it cannot be said."""
    seen = np.isfinite(panel.values)
    rows = seen.any(axis=1)
    if rows.sum() < 2:
        return math.nan
    means = np.nansum(panel.values[rows], axis=1) / seen[rows].sum(axis=1)
    return float(means.std(ddof=1) / means.mean()) if means.mean() > 0 else math.nan


def per_arm_lifts(report: DesignReport) -> tuple[tuple[int, float, float], ...]:
    """(people in each group, standard deviations, lift): what so many see 8 times in 10 (EXP-14)."""
    return tuple((n, d, d * report.spread) for n in PER_ARM for d in (see_per_arm(n)[0],))
