"""Draw the lot: who starts, who waits; a list to act on and a record to check it by.

Question  Which arm or wave is each one in, drawn so that anybody can draw it again?
Writes    `<study>.allocation.csv`: a row for each unit, keys as in the sources, for those who must act on
          it. `<study>.allocation.json`: seed, plan hash, fingerprints of what was drawn from, balance, and
          the list's own hash.
Once      A list that is there and differs is not overwritten: a second draw would let somebody choose.
Privacy   Keys are read as they stand in the sources, in a folder that is gone afterwards; the warehouse
          keeps its pseudonyms.
"""

import csv
import datetime as dt
import hashlib
import io
import json
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from payoff.causal import group_time
from payoff.causal.randomiser import Allocation, Known, draw_lot, name_cells
from payoff.causal.schedule import MAX_WAVES, Schedule, plan_waves, tabulate_exposure
from payoff.metrics.calendar import list_periods
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.fingerprint import CODE_VERSION
from payoff.nouns.panel import Panel
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Design, Study
from payoff.run.answerable import find_hopeless_lot, refuse_hopeless
from payoff.run.before_launch import Baseline, read_baseline
from payoff.run.draw_record import allocation_paths
from payoff.run.plan import read
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace

COMPARISON, PROGRAM = "comparison", "program"
NO_LOT = ("matched", "synthetic", "its", "before_after")


@dataclass(frozen=True, slots=True)
class Drawn:
    """launch_on: by arm; None where one never starts. exposure (n_waves, n_periods); periods: first days."""

    study: Study
    allocation: Allocation
    launch_on: tuple[dt.date | None, ...]
    schedule: Schedule | None
    periods: tuple[dt.date, ...]
    exposure: Bools | None
    rows: str
    record: dict[str, Any]
    csv_path: Path
    record_path: Path
    was_there: bool


def randomise_study(
    workspace: Workspace,
    progress: Progress,
    n_waves: int | None = None,
    every: int = 1,
    seed: int | None = None,
) -> Drawn:
    """Draw, and write list and record beside the study.

    n_waves, every: waves to plan where a staggered study's own are not meant. Raises PayoffError: the
    study is invalid or no data could answer it (3), its data fail (4), the design has no lot (2), another
    list is there (5).
    """
    study = read(workspace)
    design = study.design
    if design.type in NO_LOT:
        raise PayoffError([_no_lot(design)], exit_code=2)
    schedule = _schedule(study, n_waves, every)
    with tempfile.TemporaryDirectory() as folder:
        open_keys = replace(study, privacy=replace(study.privacy, pseudonymise=()))
        baseline = read_baseline(open_keys, replace(workspace, root=Path(folder)), progress)
    arms, shares = _arms(design, schedule)
    drawn = draw_lot(
        _known(study, baseline), arms, study.seed if design.lot_seed is None else design.lot_seed, shares
    )
    if isinstance(drawn, Refusal):
        raise PayoffError([_refused(drawn, schedule)], exit_code=4)
    _refuse_hopeless(workspace, study, baseline, schedule)
    launch_on = _launches(study, arms, schedule)
    rows = _rows(study, drawn, launch_on)
    record = _record(study, baseline, drawn, launch_on, rows)
    paths = allocation_paths(workspace)
    was_there = _write(paths, rows, record)
    days = _period_days(study)
    exposure = None if schedule is None else tabulate_exposure(schedule.launch_on, days)
    periods = tuple(day.astype(object) for day in days[:-1])
    return Drawn(study, drawn, launch_on, schedule, periods, exposure, rows, record, *paths, was_there)


def _refuse_hopeless(
    workspace: Workspace, study: Study, baseline: Baseline, schedule: Schedule | None
) -> None:
    """No lot is drawn that nothing could be learned from. Waves tried out are read as waves are."""
    declared, method = tuple(sorted(study.design.waves, key=lambda wave: wave[1])), None
    if schedule is not None and schedule.pairs != declared:
        study, method = replace(study, design=replace(study.design, waves=schedule.pairs)), group_time.METHOD
    panel = baseline.panels[0]
    refusal = find_hopeless_lot(study, baseline.cohort, panel, method)
    refuse_hopeless(workspace, study, panel, refusal)


def _schedule(study: Study, n_waves: int | None, every: int) -> Schedule | None:
    """Declared waves in order of launch, or `n_waves` planned from the first day of follow-up."""
    design = study.design
    if design.type != "did":
        return None
    if n_waves is None:
        ordered = sorted(design.waves, key=lambda wave: wave[1])
        if ordered:
            return Schedule(tuple(name for name, _ in ordered), tuple(day for _, day in ordered))
        return None
    planned = plan_waves(design.follow_up.start_on, n_waves, every, design.period)
    if isinstance(planned, Refusal):
        raise PayoffError([_no_schedule(planned)], exit_code=2)
    return planned


def _arms(design: Design, schedule: Schedule | None) -> tuple[tuple[str, ...], tuple[float, ...] | None]:
    """Names in order, the comparison first (waves: by launch), and their shares; None: equal."""
    if schedule is not None:
        return schedule.waves, None
    if design.factors:
        return name_cells([factor.name for factor in design.factors])[0], None
    if design.arms:
        return design.arms, None
    share = design.expected_share
    return (COMPARISON, PROGRAM), None if share is None else (1 - share, share)


def _launches(study: Study, arms: tuple[str, ...], schedule: Schedule | None) -> tuple[dt.date | None, ...]:
    if schedule is not None:
        return schedule.launch_on
    return (None, *(study.design.follow_up.start_on for _ in arms[1:]))


def _known(study: Study, baseline: Baseline) -> Known:
    """What the lot is stratified by, and what it is balanced on: baseline means and declared covariates."""
    cohort = baseline.cohort
    strata = cohort.strata or ("",) * cohort.n_units
    names = [panel.metric.name for panel in baseline.panels]
    columns = [_means(cohort.unit, panel) for panel in baseline.panels]
    if cohort.covariates is not None:
        names += list(cohort.covariate_names)
        columns += list(cohort.covariates.T)
    return Known(cohort.unit, cohort.cluster, strata, tuple(names), np.column_stack(columns))


def _means(units: tuple[str, ...], panel: Panel) -> Floats:
    """(n_units,) each one's mean over the baseline; NaN where nothing was measured."""
    seen = np.isfinite(panel.values)
    totals = np.where(seen, panel.values, 0.0).sum(axis=1)
    means = np.divide(totals, seen.sum(axis=1), out=np.full(len(totals), np.nan), where=seen.any(axis=1))
    found = dict(zip(panel.unit, means, strict=True))
    return np.array([found.get(unit, np.nan) for unit in units])


def _rows(study: Study, drawn: Allocation, launch_on: tuple[dt.date | None, ...]) -> str:
    """The list as CSV, sorted by key: unit, cluster, stratum, arm or wave, factors, first day."""
    design = study.design
    factors = [factor.name for factor in design.factors]
    held = name_cells(factors)[1] if factors else np.empty((len(drawn.arms), 0))
    column = "arm" if PROGRAM in drawn.arms or design.type != "did" else "wave"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [design.unit, *(["cluster"] if design.cluster else []), "stratum", column, *factors, "launch_on"]
    )
    for n, unit in enumerate(drawn.unit):
        arm = int(drawn.arm[n])
        group = [drawn.cluster[n]] if design.cluster else []
        given = [int(on) for on in held[arm]]
        writer.writerow([unit, *group, drawn.stratum[n], drawn.arms[arm], *given, launch_on[arm] or ""])
    return text.getvalue()


def _record(
    study: Study, baseline: Baseline, drawn: Allocation, launch_on: tuple[dt.date | None, ...], rows: str
) -> dict[str, Any]:
    counts = np.bincount(drawn.arm, minlength=len(drawn.arms))
    return {
        "schema_version": 1,
        "study": study.name,
        "plan_lock": study.plan_lock,
        "seed": drawn.seed,
        "lots_drawn": drawn.n_draws,
        "alike_enough": drawn.alike,
        "code_version": CODE_VERSION,
        "inputs": {source.source: source.sha256 for source in baseline.sources},
        "list_sha256": hashlib.sha256(rows.encode()).hexdigest(),
        "arms": [
            {"name": name, "n_units": int(n), "launch_on": None if day is None else day.isoformat()}
            for name, n, day in zip(drawn.arms, counts, launch_on, strict=True)
        ],
        "balance": [
            {"name": b.name, "means": list(b.means), "standardised_difference": b.difference}
            for b in drawn.balance
        ],
    }


def _write(paths: tuple[Path, Path], rows: str, record: dict[str, Any]) -> bool:
    """Write both files; True when the same list was there already: then only its record is renewed."""
    list_path, record_path = paths
    was_there = list_path.exists()
    if was_there and list_path.read_text(encoding="utf-8") != rows:
        raise PayoffError([_other_list(list_path)], exit_code=5)
    list_path.write_text(rows, encoding="utf-8", newline="")
    record_path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return was_there


def _period_days(study: Study) -> Any:
    """First days of the periods of follow-up, and of the one after it."""
    window = study.design.follow_up
    last = np.datetime64(window.end_on, "D")
    first, design = np.datetime64(window.start_on, "D"), study.design
    days = list_periods(first, last, design.period, design.calendar)
    return np.append(days, last + np.timedelta64(1, "D"))


def _no_lot(design: Design) -> Problem:
    return Problem(
        "U170",
        f"a {design.type} design has no lot to draw",
        "who starts is chosen, or everybody does",
        "set design.type to rct (arms) or staggered (waves) where a lot is possible: payoff design STUDY",
    )


def _no_schedule(refusal: Refusal) -> Problem:
    fix = f"--waves from 2 to {MAX_WAVES} and --every 1 or more, as in --waves 4 --every 2"
    return Problem("U171", "the waves cannot be planned", refusal.reason, fix)


def _refused(refusal: Refusal, schedule: Schedule | None) -> Problem:
    fix = "fewer arms, smaller groups drawn together, or more units"
    if schedule is not None:
        fix = "fewer waves, smaller groups drawn together, or more units"
    return Problem("U171", "the lot cannot be drawn", refusal.reason, fix)


def _other_list(path: Path) -> Problem:
    return Problem(
        "U172",
        f"{path.name} holds another allocation",
        "a lot that is drawn again until it pleases is no lot",
        "keep it; had the plan to change before launch, move both files away and say why under `notes`",
    )
