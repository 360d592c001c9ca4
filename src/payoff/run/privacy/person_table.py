"""Rows of single people by period: the table of `tabulating`, out through the gate of learner exports.

Question  What did each person do, where did they stand, what came of it, for a purpose that was declared?
Gives     One row per person and period under a pseudonym of the purpose, with the purpose's columns alone.
Blanks    Facts of HR and the arm, where fewer than the floor share them in all periods.
Locked    Before the plan is locked no outcome after the baseline is in it.
Refuses   As `learner_export`: nothing is written then. The record comes first, then the file.
"""

import io

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from payoff.metrics.alike import choose_blanked, group_alike
from payoff.metrics.person_period import PersonPeriod
from payoff.nouns.arrays import Bools, Ints
from payoff.nouns.cohort import Cohort
from payoff.nouns.people import people_floor
from payoff.nouns.problem import PayoffError
from payoff.nouns.study import Study
from payoff.records.export_log import Export
from payoff.run.plan import read
from payoff.run.privacy.export_purposes import Purpose
from payoff.run.privacy.learner_export import (
    PERSON,
    Asked,
    check_addresses,
    name_exported,
    no_column,
    no_people,
    permit,
    put_on_record,
)
from payoff.run.progress import Progress
from payoff.run.tabulating import Tabulated, check_grain, find_form, join_all, kinds_of
from payoff.run.workspace import Workspace

ARM = "in_program"
_KEYS = ("unit", "period")


def export_person_table(
    workspace: Workspace, grain: str | None, asked: Asked, progress: Progress
) -> tuple[Tabulated, Export]:
    """Join, keep what the purpose names, blank who is too few, record, write. Raises PayoffError."""
    form, purpose, study = find_form(asked.file), permit(workspace, asked), read(workspace)
    check_grain(study, grain)
    floor = people_floor(study)
    if not floor:
        raise PayoffError([no_people(study)], exit_code=6)
    joined, cohort, _, locked = join_all(workspace, study, progress)
    table = _choose(joined, cohort, purpose)
    telling = _telling(study, table)
    table, alike, blanked = _blank(table, telling, cohort.n_units, floor)
    secret = workspace.read_secret()
    people = [name_exported(study.name, asked.purpose, unit, secret) for unit in table["unit"].to_pylist()]
    table = table.set_column(0, PERSON, pa.array(people, pa.string()))
    table = table.sort_by([(PERSON, "ascending"), ("period", "ascending")])
    groups, columns = (alike, blanked) if telling else None, table.column_names
    made = put_on_record(workspace, asked, study.name, columns, table.num_rows, groups, _bytes(table, form))
    return Tabulated(table, joined.reports, 0, 0, locked), made


def _choose(joined: PersonPeriod, cohort: Cohort, purpose: Purpose) -> pa.Table:
    """Person, period and the columns the purpose names. The rows are cohort × periods, in that order."""
    n_periods = joined.table.num_rows // max(1, cohort.n_units)
    arm = pa.array(np.repeat(np.asarray(cohort.in_program), n_periods))
    table = joined.table.append_column(ARM, arm)
    known = [name for name in table.column_names if name not in _KEYS]
    for name in purpose.columns:
        if name not in known:
            raise PayoffError([no_column(name, known)], exit_code=6)
        check_addresses(name, table[name].to_pylist())
    return table.select([*_KEYS, *purpose.columns])


def _telling(study: Study, table: pa.Table) -> list[str]:
    """Columns by which an outsider could know somebody: the arm, and what HR says."""
    staff = tuple(f"{name}_" for name, kind in kinds_of(study).items() if kind == "people")
    return [name for name in table.column_names if name == ARM or (staff and name.startswith(staff))]


def _blank(table: pa.Table, telling: list[str], n_people: int, floor: int) -> tuple[pa.Table, Ints, Bools]:
    """(table, group by person, blanked by person): alike are people with the same facts in every period."""
    n_periods = table.num_rows // max(1, n_people)
    facts = [table[name].to_pylist() for name in telling]
    lives = [
        [tuple(column[n * n_periods : (n + 1) * n_periods]) for n in range(n_people)] for column in facts
    ]
    alike = group_alike(lives, n_people)
    blanked = choose_blanked(alike, floor)
    gone = pa.array(np.repeat(blanked, n_periods))
    for name in telling:
        place = table.column_names.index(name)
        table = table.set_column(place, name, pc.if_else(gone, None, table[name]))
    return table, alike, blanked


def _bytes(table: pa.Table, form: str) -> bytes:
    data = io.BytesIO()
    if form == ".csv":
        pa_csv.write_csv(table, data)
    else:
        pq.write_table(table, data, compression="zstd")
    return data.getvalue()
