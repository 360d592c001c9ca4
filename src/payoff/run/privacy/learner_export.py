"""Rows of people out of the workspace: for a declared purpose, in a declared role, on record.

Question  May this person take these columns out for this, and what do the rows still tell of single people?
Gives     One row per unit of the cohort under a pseudonym of the purpose: two purposes cannot be joined.
          Columns of the cohort's table, and by metric each one's mean before and since the first follow-up.
Blanks    Columns that tell people apart, in rows that fewer than the floor share.
Refuses   A purpose or role that payoff.yml does not declare, a column that is not there or holds addresses,
          a study whose units are no people. Nothing is written then.
Order     The record first, then the file: rows may be on record that never left, none leaves off record.
"""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from payoff.metrics import plan_table, pool_each
from payoff.metrics.alike import choose_blanked, group_alike
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.panel import Panel
from payoff.nouns.people import people_floor
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Study
from payoff.nouns.wording import listed
from payoff.records.export_log import Export, add_export
from payoff.records.owner_only import write_new
from payoff.run.asking import ask
from payoff.run.csv_text import write_csv
from payoff.run.main_path import Prepared, prepare
from payoff.run.privacy.export_purposes import Purpose
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace

Values = dict[str, Sequence[object]]

PERSON, KEY = "person", "payoff_key"
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What for, in which role, by whom, to which file."""

    purpose: str
    role: str
    by: str
    file: Path


def log_path(workspace: Workspace) -> Path:
    """Where exports are on record."""
    return workspace.root / ".payoff" / "exports.jsonl"


def export_learners(workspace: Workspace, asked: Asked, progress: Progress) -> Export:
    """Write the rows and put them on record. Raises PayoffError N101–N104 (6), U132 (2)."""
    purpose = permit(workspace, asked)
    if asked.file.exists():
        raise PayoffError([_there(asked.file)], exit_code=2)
    prepared = prepare(workspace, progress)
    floor = people_floor(prepared.study)
    if not floor:
        raise PayoffError([no_people(prepared.study)], exit_code=6)
    telling, measured = _columns(prepared, workspace, purpose)
    alike = group_alike(list(telling.values()), prepared.cohort.n_units)
    blanked = choose_blanked(alike, floor)
    data = _write(_pseudonyms(workspace, prepared, asked.purpose), telling, measured, blanked)
    groups = (alike, blanked) if telling else None
    columns = (PERSON, *telling, *measured)
    return put_on_record(workspace, asked, prepared.study.name, columns, len(blanked), groups, data)


def put_on_record(
    workspace: Workspace,
    asked: Asked,
    study: str,
    columns: Sequence[str],
    n_rows: int,
    groups: tuple[Ints, Bools] | None,
    data: bytes,
) -> Export:
    """Record the export, then write its file. groups: (alike, blanked) by person; None: nothing tells."""
    alike, blanked = groups or (np.zeros(1, np.int64), np.zeros(1, np.bool_))
    kept = np.bincount(np.where(blanked, alike.max() + 1, alike))
    made = Export(
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        study=study,
        by=asked.by,
        role=asked.role,
        purpose=asked.purpose,
        columns=tuple(columns),
        n_rows=n_rows,
        n_blanked=int(blanked.sum()),
        smallest=int(kept[kept > 0].min()) if groups else None,
        file=shown_path(workspace, asked.file),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    add_export(log_path(workspace), made)
    write_new(asked.file, data)
    return made


def shown_path(workspace: Workspace, file: Path) -> str:
    """From the workspace's folder where it lies in it, else in full: what the record keeps."""
    home, there = workspace.root.resolve(), file.resolve()
    return there.relative_to(home).as_posix() if there.is_relative_to(home) else str(there)


def permit(workspace: Workspace, asked: Asked) -> Purpose:
    """The declared purpose. Raises PayoffError N101, N102 (6) where it, the role or the name is not there."""
    purposes = workspace.settings.exports
    found = purposes.get(asked.purpose)
    if found is None:
        known = listed(sorted(purposes)) if purposes else "none"
        raise PayoffError([_undeclared(asked.purpose, known)], exit_code=6)
    if asked.role not in found.roles:
        raise PayoffError([_wrong_role(asked, found)], exit_code=6)
    if not asked.by.strip():
        raise PayoffError([_nobody()], exit_code=6)
    return found


def _columns(prepared: Prepared, workspace: Workspace, purpose: Purpose) -> tuple[Values, Values]:
    """(columns that tell people apart, measures of them), by name, in the order of the cohort's units."""
    asked = [plan_table(prepared.study, KEY)]
    asked += [q for q in prepared.queries if q.name in {f"metric:{name}" for name in purpose.columns}]
    tables = ask(asked, prepared.sources, workspace)
    table = tables["columns"]
    at = {key: n for n, key in enumerate(table[KEY].to_pylist())}
    rows = table.take(pa.array([at[unit] for unit in prepared.cohort.unit]))
    panels = {panel.metric.name: panel for panel in prepared.panels}
    hidden = {KEY, prepared.study.design.unit, *prepared.study.privacy.pseudonymise}
    known = [name for name in rows.column_names if name not in hidden] + list(panels)
    telling: Values = {}
    measured: Values = {}
    for name in purpose.columns:
        if name not in known:
            raise PayoffError([no_column(name, known)], exit_code=6)
        if name in panels:
            panel = panels[name]
            counts = tables[f"metric:{name}"]
            measured[f"{name}_before"] = _levels(prepared, panel, panel.pre, counts)
            measured[f"{name}_since"] = _levels(prepared, panel, panel.post, counts)
            continue
        values = rows[name].to_pylist()
        check_addresses(name, values)
        telling[name] = values
    return telling, measured


def check_addresses(name: str, values: Sequence[object]) -> None:
    """Raises PayoffError N103 (6) on a column that names people."""
    if any(isinstance(value, str) and _ADDRESS.search(value) for value in values):
        raise PayoffError([_addresses(name)], exit_code=6)


def _levels(prepared: Prepared, panel: Panel, periods: Bools, table: pa.Table) -> list[float | None]:
    """Each one's level over the periods: a sum over a sum where the query says both, else the weighted mean.

    None where nothing was observed.
    """
    weight: Floats = np.where(periods[None, :], panel.weights, 0.0)
    sums, total = (weight * np.nan_to_num(panel.values)).sum(axis=1), weight.sum(axis=1)
    seen = panel.periods[periods]
    counts = pool_each(table, prepared.study.design.unit, panel.unit, seen)
    if counts is not None:
        sums, total = counts
    known = {unit: float(s / w) for unit, s, w in zip(panel.unit, sums, total, strict=True) if w > 0}
    return [known.get(unit) for unit in prepared.cohort.unit]


def _pseudonyms(workspace: Workspace, prepared: Prepared, purpose: str) -> list[str]:
    """Of one purpose: the same at every export for it, another for any other."""
    secret, study = workspace.read_secret(), prepared.study.name
    return [name_exported(study, purpose, unit, secret) for unit in prepared.cohort.unit]


def name_exported(study: str, purpose: str, unit: str, secret: bytes) -> str:
    """What stands for a unit in exports of one study for one purpose."""
    text = f"payoff export\0{study}\0{purpose}\0{unit}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:20]


def _write(
    people: list[str],
    telling: Values,
    measured: Values,
    blanked: Bools,
) -> bytes:
    """CSV, ordered by pseudonym: the order of the source would tell who is who."""
    blank: list[object] = [None] * len(telling)
    rows = (
        [people[n], *(blank if blanked[n] else _at(telling, n)), *_at(measured, n)]
        for n in sorted(range(len(people)), key=people.__getitem__)
    )
    return write_csv([PERSON, *telling, *measured], rows)


def _at(columns: Values, n: int) -> list[object]:
    return [values[n] for values in columns.values()]


def _undeclared(purpose: str, known: str) -> Problem:
    return Problem(
        "N101",
        f"{purpose!r} is no declared purpose; declared: {known}",
        "rows of people leave only for what was agreed before",
        "declare it in payoff.yml: exports: {PURPOSE: {columns: [region], roles: [analyst]}}",
    )


def _wrong_role(asked: Asked, purpose: Purpose) -> Problem:
    return Problem(
        "N102",
        f"role {asked.role!r} may not export for {asked.purpose!r}",
        "who may see rows of people was agreed with the purpose",
        f"ask one who may: {listed(purpose.roles)}",
    )


def _nobody() -> Problem:
    return Problem("N102", "--by names nobody", "somebody answers for every export", "--by p.okoro")


def no_column(name: str, known: list[str]) -> Problem:
    """N103: a column that is not there to be taken out."""
    return Problem(
        "N103",
        f"the purpose names {name}, which the cohort does not have or which is a key",
        "a column that nobody checked could be anything",
        f"one of: {', '.join(known)}",
    )


def _addresses(name: str) -> Problem:
    return Problem(
        "N103",
        f"{name} holds addresses of people",
        "an export under pseudonyms would name them",
        "leave it out of the purpose, or list it under privacy.pseudonymise of the study",
    )


def no_people(study: Study) -> Problem:
    """N104: there is nobody."""
    return Problem(
        "N104",
        f"the units of {study.name} are no people but {study.design.unit_label}s",
        "there are no learners to export",
        "payoff export gives the workbook with its rows",
    )


def _there(path: Path) -> Problem:
    return Problem(
        "U132", f"{path} is already there", "nothing is overwritten", "name another file with --out"
    )
