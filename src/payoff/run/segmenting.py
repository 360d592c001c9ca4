"""Segment tables of a study: who stands where, which gaps are more than chance, what may be told.

Question  How do the measures differ by region, role or tenure, of as many people as may be shown?
Rule      Columns are those declared under design.subgroups: all their cells are decided together, whichever
          is asked for, so that asking again with another column or window gives nothing away.
Refuses   A column that is not declared; follow-up before the plan is locked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from payoff.causal.segment_gaps import Gap, allow_for_many, segment_gap
from payoff.metrics.segments import TAKE_UP, Key, Measure, choose_segments, list_measures
from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.cohort import Cohort
from payoff.nouns.people import people_floor
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import State
from payoff.nouns.segments import Segment, SegmentTable
from payoff.nouns.study import Study
from payoff.nouns.wording import listed
from payoff.run.admission import admit
from payoff.run.main_path import Prepared, prepare
from payoff.run.privacy.privacy_gate import refuse_small_arms
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace


def segment_study(
    workspace: Workspace, columns: Sequence[str], window: str, progress: Progress
) -> tuple[SegmentTable, ...]:
    """A table for each measure and column, all columns where none is named.

    Raises PayoffError N120 (2) on a column or window that may not be asked, N100 (6), and as `prepare`; as
    `admit` too where follow-up is asked for.
    """
    prepared = prepare(workspace, progress)
    refuse_small_arms(prepared)
    declared = [column.name for column in prepared.study.design.subgroups]
    unknown = [name for name in columns if name not in declared]
    if unknown or not declared:
        raise PayoffError([_undeclared(unknown, declared)], exit_code=2)
    if window == "follow_up" and admit(prepared, workspace, exploratory=False)[0] == "health":
        raise PayoffError([_unlocked()], exit_code=2)
    return build_segments(prepared, columns or declared, window)


def build_segments(prepared: Prepared, columns: Sequence[str], window: str) -> tuple[SegmentTable, ...]:
    """Tables of the window, and of taking part; gaps adjusted over every one that is told in them."""
    study, cohort = prepared.study, prepared.cohort
    measures = list_measures(cohort, prepared.panels, prepared.pooled)
    shown = choose_segments(study, cohort, prepared.panels, measures)
    tables = [
        _table(study, cohort, measure, column, shown)
        for measure in measures
        if measure.window == window or measure.name == TAKE_UP
        for column in columns
    ]
    gaps = [row for table in tables for row in table.rows if row.chance is not None]
    chances = [Gap(0.0, (0.0, 0.0), row.chance) for row in gaps if row.chance is not None]
    adjusted = iter(allow_for_many(chances).tolist() if chances else [])
    return tuple(
        replace(table, rows=tuple(_adjusted(row, adjusted) for row in table.rows)) for table in tables
    )


def segments_of(prepared: Prepared, state: State) -> tuple[SegmentTable, ...]:
    """What a run tells by itself: follow-up, where effects may be shown."""
    declared = [column.name for column in prepared.study.design.subgroups]
    return build_segments(prepared, declared, "follow_up") if declared and state != "health" else ()


def _adjusted(row: Segment, chances: Iterator[float]) -> Segment:
    return row if row.chance is None else replace(row, chance=float(next(chances)))


def _table(
    study: Study, cohort: Cohort, measure: Measure, column: str, shown: frozenset[Key]
) -> SegmentTable:
    cluster: Ints = np.unique(np.array(cohort.cluster), return_inverse=True)[1].astype(np.int64)
    known = np.isfinite(measure.values) & (measure.weights > 0)
    n = [c.name for c in study.design.subgroups].index(column)
    assert cohort.subgroups is not None
    all_told = (measure.name, measure.window, "", "") in shown
    everybody = _segment(measure, "everybody", measure.counted, all_told)
    rows = []
    for code, level in enumerate(cohort.subgroup_levels[n]):
        inside = np.asarray(cohort.subgroups[:, n] == code)
        told = (measure.name, measure.window, column, level) in shown and all_told
        row = _segment(measure, level, inside, told)
        rows.append(_tested(row, measure, cluster, known, inside) if told else row)
    floor = people_floor(study)
    window = measure.window
    return SegmentTable(
        column, measure.name, measure.label, measure.unit, window, floor, everybody, tuple(rows)
    )


def _segment(measure: Measure, level: str, who: Bools, told: bool) -> Segment:
    if not told:
        return Segment(level, None, None, None, None, None, None, None, "hidden")
    seen = who & np.isfinite(measure.values) & (measure.weights > 0)
    n_units = int((who & measure.counted).sum())
    if not seen.any():
        return Segment(level, n_units, None, None, None, None, None, None, "nobody was observed")
    numerator = float(measure.sums[seen].sum())
    denominator = float(measure.weights[seen].sum())
    row = Segment(level, n_units, numerator / denominator, None, None, None, None, None)
    return replace(row, numerator=numerator, denominator=denominator) if measure.tells_parts else row


def _tested(row: Segment, measure: Measure, cluster: Ints, known: Bools, inside: Bools) -> Segment:
    if row.mean is None:
        return row
    found = segment_gap(measure.values[known], measure.weights[known], cluster[known], inside[known])
    if isinstance(found, Refusal):
        return replace(row, untested=found.reason)
    return replace(row, gap=found.difference, interval=found.interval, chance=found.chance)


def _undeclared(unknown: Sequence[str], declared: Sequence[str]) -> Problem:
    what = f"{listed(unknown)} is not declared" if unknown else "the study declares no column to split by"
    return Problem(
        "N120",
        what,
        "which cells may be shown is decided for all columns together, so that no question undoes another",
        f"one of: {', '.join(declared)}" if declared else "design.subgroups: {region: region}",
    )


def _unlocked() -> Problem:
    return Problem(
        "N120",
        "follow-up may not be seen before the plan is locked",
        "who has seen outcomes plans differently",
        "--window baseline, or payoff lock first",
    )
