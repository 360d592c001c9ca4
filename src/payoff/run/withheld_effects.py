"""Which effects of parts of the program may be told: by wave, by time since launch, by subgroup?

Question  Does an effect, or its difference from others that are told, rest on fewer people than may be shown?
Waves     A wave's effect is told where its size is (`people_shown`), so the next smallest goes with a small
          one. Where one is withheld, averages that weigh waves in other ways are withheld too: two of them
          would give two unknown waves away. By time since launch, a term stands on the waves that were seen
          so late: it is told where these, and those withheld among them, are enough people.
Subgroups A level is told where its people on either side are, in one system with the run's counts.
Rule      Applied before a result leaves hops 5 and 6: brief, story, workbook, JSON and API have the same. The
          locked answer itself stays: it is about arms, which are never small (N100).
Proof     tests/run/test_run_withheld_effects.py
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from payoff.causal.group_time_references import BY_LAUNCH, MIXED
from payoff.causal.subgroups import METHOD as SUBGROUPS
from payoff.metrics.people_shown import count_people, list_groups
from payoff.metrics.suppression import choose_shown
from payoff.nouns.arrays import Bools, frozen
from payoff.nouns.cohort import Cohort
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.people import people_floor
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count

Answer = Effect | Refusal
_MIXED = tuple(f", {name}" for name in MIXED)


def withhold_effects(
    study: Study, cohort: Cohort, panels: Sequence[Panel], effects: Sequence[Answer]
) -> tuple[Answer, ...]:
    """The same rows; terms of few people are left out, a row without a term left is a Refusal."""
    floor = people_floor(study)
    if not floor:
        return tuple(effects)
    by_name = {panel.metric.name: panel for panel in panels}
    told = {name: _told_waves(study, cohort, panels, panel, floor) for name, panel in by_name.items()}
    levels = _told_levels(study, cohort, panels, floor)
    found: list[Answer] = []
    for effect in effects:
        if isinstance(effect, Refusal) or effect.role == "locked" or effect.metric not in by_name:
            found.append(effect)
            continue
        panel = by_name[effect.metric]
        keep = _by_level(study, effect, levels) & _by_wave(effect, panel, told[effect.metric], floor)
        found.append(_kept(effect, keep, floor))
    return tuple(found)


def _told_waves(
    study: Study, cohort: Cohort, panels: Sequence[Panel], panel: Panel, floor: int
) -> dict[int, bool]:
    """By period of launch: may the wave be told of, in the run and among those the metric knows?"""
    sizes = count_people(study, cohort, panels).sizes
    waves = [int(at) for at in np.unique(panel.launch[panel.launch >= 0])]
    run = {at: sizes.get(f"launch: {panel.periods[at]}") is not None for at in waves}
    return {at: run[at] and int((panel.launch == at).sum()) >= floor for at in waves}


def _by_wave(effect: Effect, panel: Panel, told: dict[int, bool], floor: int) -> Bools:
    """(n_terms,) which stay."""
    keep = np.ones(len(effect.terms), dtype=np.bool_)
    if effect.method.endswith(f", {BY_LAUNCH}"):
        ends = {int(at): str(panel.periods[at]) for at in told}
        return np.array([any(told[at] and ends[at].startswith(term) for at in told) for term in effect.terms])
    if len(told) > 1 and not all(told.values()) and effect.method.endswith(_MIXED):
        return ~keep
    if all(term.startswith("e") and term[1:].lstrip("-").isdigit() for term in effect.terms):
        last = int(np.flatnonzero(panel.pre | panel.post)[-1])
        return np.array([_enough(panel, told, int(term[1:]), last, floor) for term in effect.terms])
    return keep


def _enough(panel: Panel, told: dict[int, bool], event: int, last: int, floor: int) -> bool:
    """Are those seen so long since launch enough people, and those of withheld waves among them?"""
    seen = [at for at in told if 0 <= at + event <= last]
    sizes = {at: int((panel.launch == at).sum()) for at in seen}
    hidden = sum(sizes[at] for at in seen if not told[at])
    return sum(sizes.values()) >= floor and (hidden == 0 or hidden >= floor)


def _told_levels(
    study: Study, cohort: Cohort, panels: Sequence[Panel], floor: int
) -> dict[tuple[str, str, str], bool]:
    """(metric, column, level) → told, the largest first."""
    groups, weights = list_groups(study, cohort, panels)
    asked = list(_list_levels(study, cohort, panels))
    asked.sort(key=lambda one: -int(one[1].sum()))
    outside = np.zeros(len(weights) - cohort.n_units, dtype=np.bool_)
    rows = [np.concatenate([part, outside]) for _, part in asked]
    shown = choose_shown(np.array([*groups.values(), *rows]), floor, weights)[len(groups) :]
    told: dict[tuple[str, str, str], bool] = {}
    for (key, _), ok in zip(asked, shown, strict=True):
        told[key] = told.get(key, True) and bool(ok)
    return told


def _list_levels(
    study: Study, cohort: Cohort, panels: Sequence[Panel]
) -> Iterator[tuple[tuple[str, str, str], Bools]]:
    """Each level of each declared column on each side, among those each metric knows."""
    if cohort.subgroups is None:
        return
    for panel in panels:
        seen = np.isin(np.array(cohort.unit), np.array(panel.unit))
        for n, column in enumerate(study.design.subgroups):
            for code, level in enumerate(cohort.subgroup_levels[n]):
                inside = seen & (cohort.subgroups[:, n] == code)
                key = (panel.metric.name, column.name, level)
                yield key, inside & cohort.in_program
                yield key, inside & ~cohort.in_program


def _by_level(study: Study, effect: Effect, told: dict[tuple[str, str, str], bool]) -> Bools:
    columns = {f"{SUBGROUPS}, {column.name}": column.name for column in study.design.subgroups}
    column = columns.get(effect.method)
    if column is None:
        return np.ones(len(effect.terms), dtype=np.bool_)
    return np.array([told.get((effect.metric, column, term), False) for term in effect.terms])


def _kept(effect: Effect, keep: Bools, floor: int) -> Answer:
    """The terms that stay; the fingerprint stays, it leads to where the estimates come from."""
    if keep.all():
        return effect
    if not keep.any():
        few = f"fewer than {count(floor)} people"
        return Refusal(effect.method, f"Withheld: {few}, or a figure from which theirs could be worked out.")
    at = np.flatnonzero(keep)
    words = effect.short if effect.shows == "group" else effect.label  # a group's label names what stands
    return replace(
        effect,
        terms=tuple(effect.terms[n] for n in at),
        estimates=frozen(effect.estimates[at]),
        covariance=frozen(effect.covariance[np.ix_(at, at)]),
        df=frozen(effect.df[at]),
        intervals=frozen(effect.intervals[at]),
        draws=None if effect.draws is None else frozen(effect.draws[:, at]),
        bands=None if effect.bands is None else frozen(effect.bands[at]),
        lift_intervals=None if effect.lift_intervals is None else frozen(effect.lift_intervals[at]),
        headline=int(np.searchsorted(at, effect.headline)) if keep[effect.headline] else 0,
        label=f"{words}; some withheld, of few people",
    )
