"""May a final result rest on these data? Findings that stop it, unless their steward answers for them.

Rule      A finding that blocks keeps `payoff run` from publishing a final result (exit code 4) until its
          steward accepts it for this load, or the data are mended. A draft says so on its first line.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.source_health import Acceptance, Finding, HealthReport, SourceHealth
from payoff.nouns.study import Study
from payoff.records.acceptances import ENDING, add_acceptance, in_force, read_acceptances
from payoff.run.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Stood:
    """A finding as it stands today: open, or accepted by its steward."""

    finding: Finding
    steward: str | None
    load: str
    accepted: Acceptance | None

    @property
    def stops(self) -> bool:
        return self.finding.blocks and self.accepted is None


def stand(
    study: Study, health: Sequence[SourceHealth], workspace: Workspace, today: dt.date
) -> tuple[Stood, ...]:
    """Every finding and who answers for it. Raises PayoffError D404 (4) on a changed record."""
    record = read_acceptances(workspace.study_path.with_suffix(ENDING))
    return tuple(
        Stood(
            finding,
            one.steward,
            one.load,
            in_force(record, study.name, finding, one.load, today.isoformat()),
        )
        for one in health
        for finding in one.findings
    )


def check_gate(stood: Sequence[Stood], workspace: Workspace) -> None:
    """Raises PayoffError D401 (4) when a finding stops a final result."""
    stopping = [one for one in stood if one.stops]
    if stopping:
        raise PayoffError([_stopped(one, workspace) for one in stopping], exit_code=4)


def accept(
    study: Study,
    stood: Sequence[Stood],
    workspace: Workspace,
    finding: str,
    steward: str,
    reason: str,
    until: dt.date,
    today: dt.date,
) -> Acceptance:
    """Add an acceptance to the record. Raises PayoffError D402 or D403 (2)."""
    one = next((s for s in stood if s.finding.id == finding), None)
    if one is None:
        raise PayoffError([_unknown(finding, stood)], exit_code=2)
    name, why = " ".join(steward.split()), " ".join(reason.split())
    problem = _check(one, name, why, until, today)
    if problem is not None:
        raise PayoffError([problem], exit_code=2)
    made = Acceptance(
        study=study.name,
        finding=one.finding.id,
        fingerprint=one.finding.fingerprint,
        load=one.load,
        steward=name,
        reason=why,
        on=today.isoformat(),
        until=until.isoformat(),
    )
    add_acceptance(workspace.study_path.with_suffix(ENDING), made)
    return made


def report_health(
    health: Sequence[SourceHealth], stood: Sequence[Stood], today: dt.date, draft: bool
) -> HealthReport:
    """What is printed beside the result and kept with its evidence."""
    accepted = tuple(one.accepted for one in stood if one.accepted is not None)
    return HealthReport(today.isoformat(), tuple(health), accepted, draft)


def _check(one: Stood, name: str, why: str, until: dt.date, today: dt.date) -> Problem | None:
    source = one.finding.source
    if one.steward is None:
        what, fix = f"source {source} has no steward", f"add steward: … under sources.{source}"
    elif name.casefold() != one.steward.casefold():
        what, fix = f"{name or 'nobody'} is not the steward of {source}", f"--steward '{one.steward}'"
    elif not why:
        what, fix = "an acceptance without a reason", '--reason "…"'
    elif until < today:
        what, fix = f"--until {until} is over", "name the last day on which the acceptance holds"
    else:
        return None
    return Problem("D403", what, "somebody has to answer for data a result is published in spite of", fix)


def _stopped(one: Stood, workspace: Workspace) -> Problem:
    finding, study = one.finding, workspace.study_path
    who = f"--steward '{one.steward}'" if one.steward else "after naming a steward in the study"
    return Problem(
        "D401",
        f"{finding.source}: {finding.text} ({finding.id})",
        finding.means,
        f"mend the export; or payoff health accept {study} {finding.id} {who} --reason … --until DATE; "
        f"payoff run {study} --draft shows figures that are not for publication",
    )


def _unknown(finding: str, stood: Sequence[Stood]) -> Problem:
    there = ", ".join(one.finding.id for one in stood) or "there is none"
    return Problem(
        "D402",
        f"there is no finding {finding} in the data as they are now",
        "an acceptance is of one finding of one load",
        f"findings: {there}",
    )
