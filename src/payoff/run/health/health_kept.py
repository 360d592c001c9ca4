"""Health of a version: judged before anything is estimated, kept with its evidence, printed from there.

Kept      `evidence/health.json`, and `evidence/health/<finding>.csv` with the rows at fault.
"""

import datetime as dt
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from payoff.nouns.source_health import HealthReport
from payoff.run.asking import choose_engine
from payoff.run.health.health_files import read_rows_at_fault, render_rows
from payoff.run.health.health_gate import check_gate, report_health, stand
from payoff.run.main_path import Prepared
from payoff.run.workspace import Workspace

KEPT = "evidence/health.json"
_REPORT = TypeAdapter(HealthReport)


def judge_health(
    prepared: Prepared, workspace: Workspace, today: dt.date, *, final: bool, draft: bool
) -> HealthReport:
    """What is printed of the data's health. Raises PayoffError D401 (4) when it keeps a final result back."""
    stood = stand(prepared.study, prepared.source_health, workspace, today)
    if final and not draft:
        check_gate(stood, workspace)
    return report_health(prepared.source_health, stood, today, draft)


def keep_health(health: HealthReport, prepared: Prepared, workspace: Workspace) -> dict[str, bytes]:
    """Files of a version: the report, and the rows of each finding."""
    sources, engine = prepared.sources, choose_engine(workspace)
    tables = read_rows_at_fault(prepared.study, sources, health.sources, workspace.warehouse, engine=engine)
    rows = {f"evidence/health/{name}": data for name, data in render_rows(tables, workspace).items()}
    return {KEPT: _REPORT.dump_json(health, indent=2) + b"\n", **rows}


def read_health(folder: Path) -> HealthReport | None:
    """The report a version was published with; None of versions of earlier releases, or of a damaged one."""
    try:
        return _REPORT.validate_json((folder / KEPT).read_bytes())
    except (OSError, ValidationError):
        return None
