"""Is there a record of the draw, and are people in the groups they were drawn into?

Scope     assignment. Reads the list and the record that `payoff randomise` wrote beside the study, or the
          place that the plan names (`design.draw_record`); no outcome.
Fails     The list is not the one recorded, or units are not in the group they were drawn into.
Silent    No record anywhere: that a lot decided is then taken at the plan's word. It costs no step, for the
          sample ratio and the baseline look for what a broken draw leaves behind; but it is said.
Omitted   The plan does not claim a lot.
"""

import csv
import hashlib
import io
import json
from pathlib import Path

from payoff.nouns.cohort import Cohort
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, plural
from payoff.run.workspace import Workspace

NAME = "record of the draw"


def allocation_paths(workspace: Workspace) -> tuple[Path, Path]:
    """(list, record) beside the study."""
    stem = workspace.study_path.with_suffix("")
    return Path(f"{stem}.allocation.csv"), Path(f"{stem}.allocation.json")


def look_for_record(study: Study, workspace: Workspace, cohort: Cohort) -> tuple[Check, ...]:
    """One check where the plan says that a lot decided."""
    if not study.design.randomised:
        return ()
    list_path, record_path = allocation_paths(workspace)
    if list_path.exists() and record_path.exists():
        return (_held_against(study, cohort, list_path, record_path),)
    if study.design.draw_record:
        return (_check(Verdict.PASS, f"The draw is on record: {study.design.draw_record.rstrip('.')}."),)
    text = (
        "No record of the draw: that a lot decided is taken at the plan's word. Draw with payoff randomise, "
        "or say in design.draw_record where the draw is recorded."
    )
    return (_check(Verdict.SILENT, text),)


def _held_against(study: Study, cohort: Cohort, list_path: Path, record_path: Path) -> Check:
    rows, record = list_path.read_bytes(), json.loads(record_path.read_text(encoding="utf-8"))
    if hashlib.sha256(rows).hexdigest() != record.get("list_sha256"):
        return _check(Verdict.FAIL, f"{list_path.name} is not the list that was recorded when it was drawn.")
    drawn = {row[0]: bool(row[-1]) for row in list(csv.reader(io.StringIO(rows.decode("utf-8"))))[1:] if row}
    pairs = zip(cohort.unit, cohort.in_program.tolist(), strict=True)
    known = [(drawn[unit], inside) for unit, inside in pairs if unit in drawn]
    when = f"drawn by payoff randomise with seed {record.get('seed')}"
    if not known:  # keys are hidden in the warehouse, not in the list
        return _check(Verdict.PASS, f"The draw is on record: {when}.")
    units, elsewhere = plural(study.design.unit_label), sum(one != other for one, other in known)
    if elsewhere:
        text = f"{count(elsewhere)} of {counted(len(known), study.design.unit_label)} on the list {when}"
        return _check(Verdict.FAIL, f"{text} are not in the group they were drawn into.")
    return _check(Verdict.PASS, f"The draw is on record: {when}, and all {units} are where it put them.")


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "assignment", verdict, text, costs=1)
