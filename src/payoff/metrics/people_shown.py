"""Which counts of a run's people may be shown: everybody, arms, waves, samples, and who was left out.

Question  What may every output say of how many there are, so that no small group can be worked out?
Method    One system of groups for the whole run (`suppression`), the most wanted first: those the costs are
          counted by, who is analysed, the arms, who was assigned, waves; then each step of exclusion and
          what it left.
Assumes   Which arm those without an outcome were in is known; through which of several later steps each of
          them left is not, so they are taken in the order of the steps.
Proof     tests/metrics/test_metrics_people_shown.py
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from payoff.metrics.suppression import choose_shown
from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.cohort import Cohort, Exclusion
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.people import PeopleShown, left_name, people_floor, rest_name
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

Named = dict[str, Bools]


def count_people(
    study: Study, cohort: Cohort, panels: Sequence[Panel], effects: Iterable[Effect | Refusal] = ()
) -> PeopleShown:
    """What may be shown of the run's counts; nothing is withheld where units are no people."""
    floor = people_floor(study)
    if not floor:
        return PeopleShown()
    groups, weights = list_groups(study, cohort, panels)
    rows = np.array(list(groups.values()))
    shown = choose_shown(rows, floor, weights)
    sizes = {
        name: int(weights[row].sum()) if ok else None
        for (name, row), ok in zip(groups.items(), shown, strict=True)
    }
    return PeopleShown(floor, sizes, _samples(panels, effects, sizes, floor))


def find_small_arms(study: Study, panel: Panel) -> tuple[str, ...]:
    """Arms of people too few to show anything of; every figure of a run is about its arms."""
    floor = people_floor(study)
    arms = {"program": panel.in_program, "comparison": ~panel.in_program}
    if panel.arm is not None:
        arms = {name: panel.arm == n for n, name in enumerate(study.design.arms)}
    return tuple(name for name, inside in arms.items() if 0 < inside.sum() < floor)


def list_groups(study: Study, cohort: Cohort, panels: Sequence[Panel]) -> tuple[Named, Ints]:
    """(who is in each group, people a column stands for): the cohort's units, then those left out of it."""
    primary, n = panels[0], cohort.n_units
    steps = [step for step in cohort.exclusions if step.n_removed]
    weights: Ints = np.array([1] * n + [step.n_removed for step in steps], dtype=np.int64)
    place = {unit: at for at, unit in enumerate(cohort.unit)}

    def within(inside: Bools) -> Bools:
        return np.concatenate([inside, np.zeros(len(steps), dtype=np.bool_)])

    def seen(panel: Panel) -> Bools:
        found = np.zeros(n, dtype=np.bool_)
        found[[place[unit] for unit in panel.unit]] = True
        return found

    analysed = seen(primary)
    everybody = np.ones(n, dtype=np.bool_)
    groups = {"assigned, program": within(cohort.in_program)}  # costs are counted by them: always told
    groups |= _arms(cohort, "analysed", within, analysed) | _arms(cohort, "assigned", within, everybody)
    if cohort.arm is not None:
        groups |= {f"arm: {a}": within(analysed & (cohort.arm == k)) for k, a in enumerate(study.design.arms)}
    if cohort.factors is not None:
        factors = enumerate(study.design.factors)
        for k, factor in factors:
            groups[f"factor: {factor.name}"] = within(analysed & cohort.factors[:, k])
            groups[f"not {factor.name}"] = within(analysed & ~cohort.factors[:, k])
    groups |= {f"sample: {p.metric.name}": within(seen(p)) for p in panels[1:]}
    groups |= {name: within(inside) for name, inside in _starts(cohort, primary, place).items()}
    return groups | _steps(cohort, primary, analysed, len(steps)), weights


def _arms(cohort: Cohort, name: str, within: Callable[[Bools], Bools], units: Bools) -> Named:
    """Some of the cohort's units, and those of each arm among them."""
    return {
        name: within(units),
        f"{name}, program": within(units & cohort.in_program),
        f"{name}, comparison": within(units & ~cohort.in_program),
    }


def _starts(cohort: Cohort, panel: Panel, place: dict[str, int]) -> Named:
    """Who starts on each day, and who of the analysed starts in each period; the largest first."""
    on = cohort.launch_on.astype("datetime64[D]")
    days = {f"start: {day}": on == day for day in np.unique(on[~np.isnat(on)])}
    at = np.full(cohort.n_units, -1)
    at[[place[unit] for unit in panel.unit]] = panel.launch
    days |= {f"launch: {panel.periods[k]}": at == k for k in np.unique(panel.launch[panel.launch >= 0])}
    return dict(sorted(days.items(), key=lambda item: -int(item[1].sum())))


def _steps(cohort: Cohort, panel: Panel, analysed: Bools, n_out: int) -> Named:
    """Each step of exclusion, and what remained after it."""
    n = cohort.n_units
    removed: list[tuple[Exclusion, Bools]] = []
    for k, step in enumerate(step for step in cohort.exclusions if step.n_removed):
        removed.append((step, np.arange(n + n_out) == n + k))
    lost = np.flatnonzero(~analysed)
    for step in panel.exclusions:
        if step not in cohort.exclusions:
            removed.append((step, np.isin(np.arange(n + n_out), lost[: step.n_removed])))
            lost = lost[step.n_removed :]
    left = np.ones(n + n_out, dtype=np.bool_)
    rest: Named = {}
    for step, row in removed:
        left = left & ~row
        rest[rest_name(step)] = left
    by_size = sorted((pair for pair in removed if pair[0].n_removed), key=lambda pair: -pair[0].n_removed)
    return {left_name(step): row for step, row in by_size} | rest


def _samples(
    panels: Sequence[Panel], effects: Iterable[Effect | Refusal], sizes: dict[str, int | None], floor: int
) -> frozenset[tuple[str, int]]:
    """(metric, size) of the samples that lie far enough from each other, larger ones first."""
    shown: dict[str, list[int]] = {}
    hidden: dict[str, list[int]] = {}
    for k, panel in enumerate(panels):
        group = "analysed" if k == 0 else f"sample: {panel.metric.name}"
        side = shown if sizes[group] is not None else hidden
        side.setdefault(panel.metric.name, []).append(panel.n_units)
    asked = {(e.metric, e.n_units) for e in effects if isinstance(e, Effect)}
    for metric, size in sorted(asked, key=lambda pair: (pair[0], -pair[1])):
        near = (*shown.get(metric, ()), *hidden.get(metric, ()))
        if size >= floor and all(abs(size - other) >= floor for other in near):
            shown.setdefault(metric, []).append(size)
    return frozenset((metric, size) for metric, found in shown.items() for size in found)
