"""Everything that can be known before anything is estimated: the file, its data, the power."""

import datetime as dt
from dataclasses import dataclass

from payoff.metrics import list_short_baselines
from payoff.metrics.catalogue import SHIPPED
from payoff.nouns.cohort import Exclusion
from payoff.nouns.problem import PayoffError, Problem, Severity
from payoff.nouns.wording import counted, named
from payoff.report import describe_power
from payoff.run.answerable import list_obstacles
from payoff.run.freshness import find_stale
from payoff.run.main_path import Prepared, prepare
from payoff.run.privacy.in_clear import tell_in_clear
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace
from payoff.study import check_study, find_drift

MOST_KEYS = 5  # of rows at fault on one line
MOST_SHORT = 10  # keys of units hardly seen before launch


@dataclass(frozen=True, slots=True)
class Checked:
    """problems worst first; summary: label and text lines about the data, when they could be read."""

    problems: tuple[Problem, ...]
    summary: tuple[tuple[str, str], ...]
    exit_code: int

    @property
    def ok(self) -> bool:
        return all(p.severity is not Severity.ERROR for p in self.problems)


def check_everything(workspace: Workspace, progress: Progress) -> Checked:
    """Problems of the study file; when it has no errors, of its sources and queries, and of what they allow.

    Raises PayoffError only when the study file cannot be opened at all.
    """
    study, problems = check_study(
        workspace.read_study_bytes(),
        str(workspace.study_path),
        workspace.read_lock_bytes(),
        str(workspace.study_path.parent),
        SHIPPED,
    )
    if study is None:
        return Checked(problems, (), 3)
    lock = workspace.read_lock_bytes()
    drift = find_drift(study, lock) if lock is not None else ()
    if drift:
        return Checked((*drift, *problems), (), 5)
    try:
        prepared = prepare(workspace, progress)
    except PayoffError as error:
        return Checked((*error.problems, *problems), (), error.exit_code)
    found = tuple(list_obstacles(workspace, study, prepared.cohort, prepared.panels[0]))
    stale = find_stale(study, workspace, dt.date.today())
    summary = (*(("Stale", text) for text in stale), *describe(prepared))
    hopeless = any(p.severity is Severity.ERROR for p in found)
    return Checked((*found, *problems), summary, 3 if hopeless else 0)


def describe(prepared: Prepared) -> tuple[tuple[str, str], ...]:
    """Who is in, what the baseline looks like, what the design can see."""
    panel = prepared.panels[0]
    comparison, program = prepared.cohort.n_units - panel.n_assigned[1], panel.n_assigned[1]
    lines = [(s.source, f"{s.path}: {s.n_rows:,} rows, {s.sha256[:12]}") for s in prepared.sources]
    lines += [(s.source, f"look: {warning}") for s in prepared.sources for warning in s.warnings]
    lines += [(source, f"look: {text}") for source, text in tell_in_clear(prepared.source_health)]
    lines.append(
        (
            "Cohort",
            f"{counted(prepared.cohort.n_units, prepared.study.design.unit_label)}: "
            f"{program:,} program, {comparison:,} comparison; {panel.n_units:,} with outcomes",
        )
    )
    lines += [("Left out", say_left_out(e)) for e in panel.exclusions if e.n_removed]
    lines += [(c.name.capitalize(), f"{c.verdict.word}: {c.text}") for c in prepared.health]
    short = list_short_baselines(panel)
    if short:
        lines.append(("Seen less than twice before", named(short, MOST_SHORT)))
    return (*lines, ("Power", describe_power(prepared.power)))


def say_left_out(step: Exclusion) -> str:
    """How many and why; whose rows, where those want mending."""
    keys = ", ".join(step.keys[:MOST_KEYS]) + (", …" if len(step.keys) > MOST_KEYS else "")
    return f"{step.n_removed:,}: {step.reason}" + (f" ({keys})" if keys else "")
