"""`payoff health`: land what there is, look at it, and write down which rows are at fault.

Question  Can the data carry a result today, what would have to be mended, and by whom?
Writes    `out/<study>/health/<finding>.csv`, one file a finding that is about rows.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from payoff.nouns.source_health import Acceptance, HealthReport, SourceHealth
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, listed
from payoff.run.arrival import land_sources
from payoff.run.asking import choose_engine
from payoff.run.health.health_files import keys_of, read_rows_at_fault, render_rows, write_rows
from payoff.run.health.health_gate import Stood, accept, report_health, stand
from payoff.run.health.judging import look_at_sources
from payoff.run.plan import read
from payoff.run.progress import Progress
from payoff.run.published import shown
from payoff.run.workspace import Workspace

FOLDER = "health"
MOST_KEYS = 3  # of rows at fault on the screen


@dataclass(frozen=True, slots=True)
class Inspection:
    """lines: what to print. exit_code: 4 when a finding stops a final result that nobody answers for."""

    study: Study
    report: HealthReport
    lines: tuple[tuple[str, str], ...]

    @property
    def exit_code(self) -> int:
        return 4 if self.report.stopping() else 0


def inspect_study(workspace: Workspace, progress: Progress, today: dt.date) -> Inspection:
    """Look at every source. Raises PayoffError: study invalid (3), data that cannot be read (4, 7)."""
    study, health, stood, keys = _look(workspace, progress, today)
    report = report_health(health, stood, today, draft=False)
    folder = workspace.out / study.name / FOLDER
    lines = [line for one in health for line in _say_source(one, stood, keys, folder)]
    lines += _say_measures(study, health)
    return Inspection(study, report, (*lines, ("Gate", _say_gate(report))))


def accept_finding(
    workspace: Workspace,
    finding: str,
    steward: str,
    reason: str,
    until: dt.date,
    progress: Progress,
    today: dt.date,
) -> Acceptance:
    """Record that a steward answers for one finding. Raises PayoffError D402, D403 (2), D404 (4)."""
    study, _, stood, _ = _look(workspace, progress, today)
    return accept(study, stood, workspace, finding, steward, reason, until, today)


def _look(
    workspace: Workspace, progress: Progress, today: dt.date
) -> tuple[Study, tuple[SourceHealth, ...], tuple[Stood, ...], dict[str, tuple[str, ...]]]:
    study = read(workspace)
    files = land_sources(study, workspace, progress)
    engine = choose_engine(workspace)
    health = look_at_sources(study, files, workspace.warehouse, today, engine)
    tables = read_rows_at_fault(study, files, health, workspace.warehouse, engine=engine)
    write_rows(workspace.out / study.name / FOLDER, render_rows(tables, workspace))
    keys = {id_: keys_of(table, MOST_KEYS) for id_, table in tables.items()}
    return study, health, stand(study, health, workspace, today), keys


def _say_source(
    one: SourceHealth, stood: tuple[Stood, ...], keys: dict[str, tuple[str, ...]], folder: Path
) -> list[tuple[str, str]]:
    newest = f", the newest of {one.last_on}" if one.last_on else ""
    steward = f"steward {one.steward}" if one.steward else "no steward"
    if not one.marks:
        text = f"{counted(one.n_rows, 'row')}, {steward}: nothing is declared of it, so nothing was asked"
        return [(one.source, text)]
    found = counted(len(one.findings), "finding") if one.findings else "no finding"
    lines = [(one.source, f"{one.score} of 100, {found}; {count(one.n_rows)} rows{newest}; {steward}")]
    for kind, why in one.off:
        lines.append(("", f"{kind} not asked: {why}"))
    for mine in (s for s in stood if s.finding.source == one.source):
        lines += _say_finding(mine, keys.get(mine.finding.id, ()), folder)
    return lines


def _say_finding(one: Stood, keys: tuple[str, ...], folder: Path) -> list[tuple[str, str]]:
    finding = one.finding
    label = "  stops" if one.stops else "  accepted" if one.accepted else "  told"
    lines = [(label, f"{finding.id}: {finding.text}"), ("", finding.means)]
    if keys:
        more = ", …" if (finding.n_rows or 0) > len(keys) else ""
        lines.append(("", f"{', '.join(keys)}{more}: {shown(folder / f'{finding.id}.csv')}"))
    if one.accepted is not None:
        made = one.accepted
        lines.append(("", f"{made.steward} answers for it until {made.until}: {made.reason}"))
    return lines


def _say_measures(study: Study, health: tuple[SourceHealth, ...]) -> list[tuple[str, str]]:
    """How far each measure's data reach: as far as the oldest of its sources."""
    newest = {one.source: one.last_on for one in health if one.last_on is not None}
    lines = []
    for metric in study.metrics:
        known = {source: newest[source] for source in metric.sources if source in newest}
        if known:
            oldest = min(known.values())
            behind = listed(sorted(source for source, day in known.items() if day == oldest))
            lines.append((metric.label, f"data up to {oldest} ({behind})"))
    return lines


def _say_gate(report: HealthReport) -> str:
    stopping = report.stopping()
    if not stopping:
        return "open: no finding keeps a final result back"
    return (
        f"closed: {counted(len(stopping), 'finding')} {'keeps' if len(stopping) == 1 else 'keep'} a final "
        "result back. Mend the exports, or let the steward accept: payoff health accept --help"
    )
