"""One table of exposure, HR facts, scores and outcomes by period: joined once, for whoever analyses further.

Question  What did each team (or unit that is no person) do, where did its people stand, what came of it?
People    Rows of single people are put together by team: the design's cluster, else the team that HR says for
          the period. Teams of fewer people than the floor stay out, with what would give them away.
Locked    Before the plan is locked no outcome after the baseline is in it.
Report    For each side, which rows found their cell and which did not.
Refuses   People without teams, a grain that is not the study's, a file that is there, an unknown ending.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from payoff.metrics import build_panel, plan_queries
from payoff.metrics.columns import read_dates
from payoff.metrics.people_shown import list_groups
from payoff.metrics.person_period import JoinReport, PersonPeriod, Side, join_sides
from payoff.metrics.person_sides import plan_sides
from payoff.metrics.plan import list_metrics
from payoff.metrics.team_cells import ToldAlready
from payoff.metrics.team_period import group_people
from payoff.nouns.arrays import Dates
from payoff.nouns.cohort import Cohort
from payoff.nouns.panel import Panel
from payoff.nouns.people import people_floor
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Study
from payoff.run.arrival import land_sources
from payoff.run.asking import ask
from payoff.run.main_path import decide_state
from payoff.run.plan import read
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace
from payoff.study.profiles import PROFILES
from payoff.warehouse.package import replace_file

_TEAMS = ("team_id", "team", "department")
_CLUSTER = "cluster"


@dataclass(frozen=True, slots=True)
class Tabulated:
    """table: as written. n_withheld: teams left out; n_cells: sums of other teams that are null instead.

    locked: outcomes after launch are in it.
    """

    table: pa.Table
    reports: tuple[JoinReport, ...]
    n_withheld: int
    n_nowhere: int
    locked: bool
    n_cells: int = 0


def write_table(workspace: Workspace, grain: str | None, file: Path, progress: Progress) -> Tabulated:
    """Join, group where rows are people, write. Raises PayoffError; nothing is written then."""
    form = find_form(file)
    study = read(workspace)
    check_grain(study, grain)
    joined, cohort, panels, locked = join_all(workspace, study, progress)
    found = _show(study, joined, cohort, panels, locked)
    replace_file(file, lambda draft: _write(found.table, draft, form))
    return found


def check_grain(study: Study, grain: str | None) -> None:
    """Raises PayoffError U230 (2) on a period that is not the study's."""
    if grain is not None and grain != study.design.period:
        raise PayoffError([_other_grain(study, grain)], exit_code=2)


def join_all(
    workspace: Workspace, study: Study, progress: Progress
) -> tuple[PersonPeriod, Cohort, tuple[Panel, ...], bool]:
    """(rows by unit and period, cohort, panels, whether the plan is locked), before anything is withheld."""
    locked = decide_state(workspace, study, exploratory=False) == "final"
    sources = land_sources(study, workspace, progress)
    tables = ask(plan_queries(study), sources, workspace)
    cohort, panels = build_panel(study, tables, tuple(s.sha256 for s in sources))
    periods = panels[0].periods
    plans = plan_sides(study, sources, kinds_of(study), periods)
    answers = ask([plan.query for plan in plans], sources, workspace) if plans else {}
    sides = [Side(p.name, answers[p.query.name], f"{p.name}_", p.counts) for p in plans]
    for metric in list_metrics(study):
        rows = _name_outcome(study, metric.name, tables[f"metric:{metric.name}"])
        sides.append(Side(metric.name, rows if locked else _before(rows, periods[panels[0].pre])))
    return join_sides(cohort.unit, periods, sides), cohort, panels, locked


def kinds_of(study: Study) -> dict[str, str]:
    """What each source holds: a canonical table, or statements."""
    return {s.name: s.format if s.layout is None else PROFILES[s.layout.profile].kind for s in study.sources}


def _name_outcome(study: Study, metric: str, rows: pa.Table) -> pa.Table:
    """A metric's answer with its value under the metric's name, its counts beside it."""
    there = {name.lower(): name for name in rows.column_names}
    period = next(there[n] for n in ("period", study.design.period, "day", "week", "month") if n in there)
    named = {"unit": rows[there[study.design.unit.lower()]], "period": rows[period]}
    for ours, theirs in (("", "value"), ("_numerator", "numerator"), ("_denominator", "denominator")):
        if theirs in there:
            named[f"{metric}{ours}"] = rows[there[theirs]]
    return pa.table(named)


def _before(rows: pa.Table, baseline: Dates) -> pa.Table:
    days, _ = read_dates(rows["period"])
    return rows.filter(pa.array(np.isin(days, baseline)))


def _show(
    study: Study, joined: PersonPeriod, cohort: Cohort, panels: tuple[Panel, ...], locked: bool
) -> Tabulated:
    """Units that are no people as they are, people by team."""
    floor = people_floor(study)
    n_periods = joined.table.num_rows // max(1, cohort.n_units)
    arm = pa.array(np.repeat(np.asarray(cohort.in_program), n_periods))
    if not floor:
        table = joined.table.add_column(2, "in_program", arm)
        return Tabulated(table, joined.reports, 0, 0, locked)
    if study.design.cluster is not None:
        clusters = pa.array(cohort.cluster, pa.string())
        placed = joined.table.append_column(
            _CLUSTER, clusters.take(pa.array(np.repeat(np.arange(cohort.n_units), n_periods)))
        )
        team = _CLUSTER
    else:
        ends = tuple(f"_{name}" for name in _TEAMS)
        found = [name for name in joined.table.column_names if name.endswith(ends)]
        if not found:
            raise PayoffError([_no_teams(study)], exit_code=6)
        placed, team = joined.table, found[0]
    placed = placed.append_column("in_program", pc.cast(arm, pa.int64()))
    groups, weights = list_groups(study, cohort, panels)
    told = ToldAlready(np.array(list(groups.values())), weights)
    windows = dict(zip(panels[0].periods.tolist(), panels[0].pre.astype(int).tolist(), strict=True))
    outcomes = [f"{m.name}{end}" for m in list_metrics(study) for end in ("", "_numerator", "_denominator")]
    grouped = group_people(placed, team, floor, told, windows, outcomes)
    return Tabulated(
        grouped.table, joined.reports, grouped.n_withheld, grouped.n_nowhere, locked, grouped.n_cells
    )


def find_form(file: Path) -> str:
    """The ending of a new file. Raises PayoffError U132, U231 (2)."""
    if file.exists():
        why, fix = "nothing is overwritten", "name another file with --out"
        raise PayoffError([Problem("U132", f"{file} is already there", why, fix)], exit_code=2)
    if file.suffix not in (".csv", ".parquet"):
        why, fix = "the ending says how the table is written", "--out table.parquet or --out table.csv"
        raise PayoffError([Problem("U231", f"{file.name} ends in neither", why, fix)], exit_code=2)
    return file.suffix


def _write(table: pa.Table, draft: Path, form: str) -> None:
    if form == ".csv":
        pa_csv.write_csv(table, draft)
    else:
        pq.write_table(table, draft, compression="zstd")


def _other_grain(study: Study, grain: str) -> Problem:
    return Problem(
        "U230",
        f"the metrics of {study.name} are by {study.design.period}, not by {grain}",
        "a rate by month is not the mean of its weeks",
        f"leave --grain out, or write a study whose design.period is {grain}",
    )


def _no_teams(study: Study) -> Problem:
    return Problem(
        "U232",
        f"rows of {study.name} are single people, and nothing says their teams",
        "rows of people leave a workspace only for a declared purpose",
        "name design.cluster, add a source with profile: people, or name --purpose, --role and --by",
    )
