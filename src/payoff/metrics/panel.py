"""Query answers → cohort and panels: units × periods, nothing invented, nobody lost uncounted.

Missing   exclude    an absent cell stays empty (NaN, weight 0)
          zero       an absent cell of a unit of the cohort is 0 in the windows, from the first period
                     with data to the last; a row whose value is null stays empty
          drop_unit  a unit without a value in a period that others have one for leaves the panel
          Whatever the rule, a unit without a single value leaves it: there is nothing of it to see.
Periods   as `cells` lists them: between the windows and where nobody has data a column is empty.
Launch    rct: the first follow-up period, for the program arm. did: the period in which the unit
          launched, in the windows or between them; a unit that launched before anything was observed
          leaves the panel.
Proof     tests/metrics
"""

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.metrics.calendar import truncate
from payoff.metrics.cells import Cells, read_cells
from payoff.metrics.cohort import build_cohort
from payoff.metrics.complaint import complain
from payoff.metrics.plan import list_metrics
from payoff.nouns.arrays import Array, Bools, Dates, Floats, Ints, frozen
from payoff.nouns.cohort import Cohort, Exclusion
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.metric import Metric
from payoff.nouns.panel import Panel
from payoff.nouns.study import Design, Study


def build_panel(
    study: Study, tables: dict[str, pa.Table], inputs: tuple[str, ...] = ()
) -> tuple[Cohort, tuple[Panel, ...]]:
    """Cohort, and one panel for each metric of the outcome, the primary first.

    tables: answers of `plan_queries` by name. inputs: fingerprints of what they were read from.
    Raises PayoffError (exit code 4) with the keys of the rows at fault.
    """
    cohort = build_cohort(study, tables["cohort"], inputs)
    panels = tuple(_build(study, m, cohort, tables[f"metric:{m.name}"], inputs) for m in list_metrics(study))
    return cohort, panels


def _build(study: Study, metric: Metric, cohort: Cohort, table: pa.Table, inputs: tuple[str, ...]) -> Panel:
    cells = read_cells(metric, study.design, cohort, table)
    values, weights = _spread(metric, cells, cohort.n_units)
    launch = _find_launch(study.design, cohort, cells.periods, cells.post)
    keep, exclusions = _exclude(study, metric, cells, values, launch)
    _check_rows(study, metric, cells, values[keep])
    rows = np.flatnonzero(keep)
    n_program = int(cohort.in_program.sum())
    n_assigned = (cohort.n_units - n_program, n_program)
    launch, values, weights = launch[keep], values[keep], weights[keep]
    parts = (cells.periods, cells.pre, cells.post, values, weights, launch, rows, n_assigned, exclusions)
    return Panel(
        metric=metric,
        unit=tuple(cohort.unit[n] for n in rows),
        periods=frozen(cells.periods),
        values=frozen(values),
        weights=frozen(weights),
        pre=frozen(cells.pre),
        post=frozen(cells.post),
        in_program=frozen(cohort.in_program[keep]),
        launch=frozen(launch),
        n_assigned=n_assigned,
        exclusions=(*cohort.exclusions, *exclusions),
        fingerprint=fingerprint("panel", metric, *parts, inputs=(cohort.fingerprint, *inputs)),
        **_columns(cohort, keep),
    )


def seat_everybody(study: Study, cohort: Cohort, panel: Panel) -> Panel:
    """The panel with an empty row for each of the cohort whom nobody has measured yet: new hires, say.

    Who started before anything was observed stays out, and so does everyone a `drop_unit` metric dropped.
    """
    if panel.metric.missing == "drop_unit":
        return panel
    launch = _find_launch(study.design, cohort, panel.periods, panel.post)
    seen = np.isfinite(panel.values).any(axis=0)
    late = study.design.type != "did" or ~((launch >= 0) & (launch <= int(np.argmax(seen))))
    row = {unit: n for n, unit in enumerate(panel.unit)}
    at = np.array([row.get(unit, -1) for unit in cohort.unit], dtype=np.int64)
    keep: Bools = (at >= 0) | late
    at = at[keep]
    new = (at < 0)[:, None]
    rows = np.flatnonzero(keep)
    return replace(
        panel,
        unit=tuple(cohort.unit[n] for n in rows),
        values=frozen(np.where(new, np.nan, panel.values[at])),
        weights=frozen(np.where(new, 0.0, panel.weights[at])),
        in_program=frozen(cohort.in_program[keep]),
        launch=frozen(launch[keep]),
        **_columns(cohort, keep),
    )


def _columns(cohort: Cohort, keep: Bools) -> dict[str, Any]:
    """What a panel carries of each of its units beside arm and outcome."""
    rows = np.flatnonzero(keep)
    return {
        "cluster": frozen(_encode([cohort.cluster[n] for n in rows])),
        "take_up": _kept(cohort.take_up, keep),
        "strata": None if cohort.strata is None else frozen(_encode([cohort.strata[n] for n in rows])),
        "covariates": _kept(cohort.covariates, keep),
        "arm": _kept(cohort.arm, keep),
        "factors": _kept(cohort.factors, keep),
        "dose": _kept(cohort.dose, keep),
        "exposed": _kept(cohort.exposed, keep),
        "subgroups": _kept(cohort.subgroups, keep),
        "subgroup_levels": cohort.subgroup_levels,
    }


def _kept(rows: Array | None, keep: Bools) -> Array | None:
    if rows is None:
        return None
    return frozen(cast(Array, rows[keep]))


def _spread(metric: Metric, cells: Cells, n_units: int) -> tuple[Floats, Floats]:
    """(values, weights), each (n_units, n_periods): NaN and 0 where nothing was observed."""
    shape = (n_units, cells.periods.size)
    values, weights = np.full(shape, np.nan), np.ones(shape)
    if metric.missing == "zero":
        values[:, cells.covered] = 0.0
    values[cells.unit, cells.period] = cells.value
    weights[cells.unit, cells.period] = cells.weight
    empty = ~(np.isfinite(values) & (weights > 0))
    values[empty], weights[empty] = np.nan, 0.0
    return values, weights


def _find_launch(design: Design, cohort: Cohort, periods: Dates, post: Bools) -> Ints:
    """(n_units,) index of the first treated period, -1 when there is none in the panel."""
    if design.type != "did":
        first = int(np.argmax(post)) if post.any() else -1
        return np.where(cohort.in_program, first, -1).astype(np.int64)
    launch = cohort.launch_on.astype("datetime64[D]")
    if np.array_equal(truncate(periods, design.period, design.calendar), periods):
        at = np.searchsorted(periods, truncate(launch, design.period, design.calendar))
    else:  # periods that begin elsewhere than the calendar's: the one that holds the launch
        at = np.maximum(np.searchsorted(periods, launch, side="right") - 1, 0)
    never = ~cohort.in_program | np.isnat(launch) | (at >= periods.size)
    return np.where(never, -1, at).astype(np.int64)


def _exclude(
    study: Study, metric: Metric, cells: Cells, values: Floats, launch: Ints
) -> tuple[Bools, list[Exclusion]]:
    """(units to keep, steps). Rows left unused are told in a step that removes nobody."""
    n_units = values.shape[0]
    seen = np.isfinite(values)
    filled = seen.any(axis=0)
    lost: Bools = np.logical_not(seen.any(axis=1))
    short: Bools = np.logical_not(seen[:, filled].all(axis=1))
    first_filled = int(np.argmax(filled)) if filled.any() else 0
    steps: list[tuple[str, Bools]] = []
    nobody = np.zeros(n_units, dtype=bool)
    if cells.n_strangers:
        steps.append((f"rows of {metric.name} of nobody in the cohort: {cells.n_strangers:,}", nobody))
    if cells.n_outside:
        steps.append((f"rows of {metric.name} outside both windows: {cells.n_outside:,}", nobody))
    if study.design.type == "did":
        steps.append(("no period before the launch", (launch >= 0) & (launch <= first_filled)))
    steps.append((f"no {metric.name} in either window", lost))
    if metric.missing == "drop_unit":
        steps.append((f"{metric.name} missing in at least one {study.design.period}", short))
    keep = ~nobody
    exclusions = []
    for reason, out in steps:
        removed = int((keep & out).sum())
        keep &= ~out
        if removed or out is nobody:
            exclusions.append(Exclusion(reason, removed, int(keep.sum())))
    return keep, exclusions


def _check_rows(study: Study, metric: Metric, cells: Cells, values: Floats) -> None:
    """Raises PayoffError when nobody is left, or the primary metric has no baseline (BAS-07)."""
    if values.shape[0] == 0:
        raise complain(
            "D306",
            f"metric {metric.name}: nobody in the cohort has a value in the baseline or the follow-up",
            "there is nothing to compare",
            f"check that the metric and the cohort name {study.design.unit} alike, and the windows' dates",
        )
    comparable = study.design.type in ("rct", "matched")  # two groups after launch can be compared
    lacks_baseline = metric.name == study.outcome.primary and not np.isfinite(values[:, cells.pre]).any()
    if lacks_baseline and not comparable:
        window = study.design.baseline
        raise complain(
            "D307",
            f"metric {metric.name}: not one value in the baseline ({window.start_on} to {window.end_on})",
            "a result without a baseline to compare with is a guess",
            "add the rows from before launch, or correct design.baseline",
        )


def _encode(texts: list[str]) -> Ints:
    """Codes 0..n-1 in order of first appearance."""
    codes: Ints = pc.dictionary_encode(pa.array(texts, pa.string())).indices.to_numpy().astype(np.int64)
    return codes
