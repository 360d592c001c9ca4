"""May this study start? Everything that cannot be mended once the program has begun.

Question  Is the outcome defined, are its data there, observations scheduled, controls and plan locked?
Rule      Each item that is missing and blocks keeps the study from starting, with its reason and its
          remedy; the others are told. Nothing after the baseline is read.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.problem import PayoffError
from payoff.nouns.result import LARGE_ENOUGH
from payoff.nouns.study import Study, Window
from payoff.nouns.wording import count, counted, lowered, percent
from payoff.run.before_launch import read_baseline
from payoff.run.designing import DesignReport, design_study
from payoff.run.draw_record import allocation_paths
from payoff.run.freshness import find_stale
from payoff.run.main_path import prepare
from payoff.run.plan import read
from payoff.run.progress import Progress
from payoff.run.randomising import NO_LOT, PROGRAM
from payoff.run.workspace import Workspace
from payoff.study import find_drift

NEEDED_DAYS = 90
CARRIES_SCALING = "worked"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist. ok None: told, neither good nor bad. blocks: missing, it stops the start."""

    name: str
    ok: bool | None
    text: str
    fix: str = ""
    blocks: bool = True

    @property
    def stops(self) -> bool:
        return self.ok is False and self.blocks


def check_readiness(workspace: Workspace, progress: Progress, today: dt.date) -> tuple[Item, ...]:
    """The checklist, in the order things are done. Raises PayoffError on an invalid study (3)."""
    study = read(workspace)
    return tuple(_items(study, workspace, progress, today))


def _items(study: Study, workspace: Workspace, progress: Progress, today: dt.date) -> Iterator[Item]:
    yield _outcome(study)
    try:
        report = design_study(workspace, progress)
        health = _health(study, workspace, progress)
    except PayoffError as error:
        first = error.problems[0]
        yield Item("data available", False, f"{first.what}: {first.why}", first.fix)
    else:
        yield from _data(health)
        yield _answerable(report)
        yield _size(report)
    stale = find_stale(study, workspace, today)
    if stale:
        yield Item("sources fresh", False, "; ".join(stale), "export them again", blocks=False)
    yield from _observations(study)
    yield _controls(study, workspace, progress)
    yield from _exit(study)
    yield _plan(study, workspace)
    yield from _scaling(study, workspace)


def _outcome(study: Study) -> Item:
    hypothesis = study.primary_hypothesis
    label = study.metric(study.outcome.primary).label
    if not hypothesis.source:
        text = f"{label}, but nobody says where the expected lift comes from"
        return Item("primary outcome", False, text, "add source: to its hypothesis")
    return Item("primary outcome", True, f"{label}; expected as in {hypothesis.source}")


def _health(study: Study, workspace: Workspace, progress: Progress) -> tuple[Check, ...]:
    """Checks of the data over ninety days before launch at least, however short the plan's baseline is."""
    baseline = study.design.baseline
    earliest = baseline.end_on - dt.timedelta(days=NEEDED_DAYS - 1)
    window = Window(min(baseline.start_on, earliest), baseline.end_on)
    longer = replace(study, design=replace(study.design, baseline=window))
    return read_baseline(longer, workspace, progress).health


def _data(health: tuple[Check, ...]) -> Iterator[Item]:
    named = {check.name: check for check in health}
    days, twice = named["baseline of 90 days"], named["two baseline observations"]
    fix = "wait, or export an earlier part of the history"
    yield Item("data for 90 days", days.verdict is not Verdict.FAIL, days.text, fix)
    yield Item("observed twice before", twice.verdict is not Verdict.FAIL, twice.text, fix)


def _answerable(report: DesignReport) -> Item:
    """Blocks: what the method refuses for plan, cohort and baseline, no outcome will mend."""
    name, method = "design can answer", report.study.design.method
    if report.hopeless is not None:
        fix = "payoff check STUDY names the line; payoff design STUDY lists what is possible"
        return Item(name, False, f"{method} could not: {lowered(report.hopeless.reason).rstrip('.')}", fix)
    return Item(name, True, f"{method} has all that it needs, if nobody leaves")


def _size(report: DesignReport) -> Item:
    """Never blocks: a small pilot may still be a reasonable bet, as long as it is called one."""
    visible = report.power.smallest_visible_lift
    if not isinstance(visible, float):
        return Item("large enough", None, lowered(visible.reason), blocks=False)
    text = f"it sees a lift of {percent(visible)} and up, 8 times in 10: {report.verdict}"
    return Item(
        "large enough", report.verdict == LARGE_ENOUGH, text, "payoff design STUDY says what helps", False
    )


def _observations(study: Study) -> Iterator[Item]:
    if study.pilot is None:
        return
    days = study.pilot.observations
    if not days:
        text = "no day on which behaviour is observed"
        yield Item("observations scheduled", False, text, "add pilot.observations: [dates]")
    else:
        yield Item("observations scheduled", True, f"{counted(len(days), 'day')}, the first on {days[0]}")


def _controls(study: Study, workspace: Workspace, progress: Progress) -> Item:
    """Who waits is fixed: by a recorded lot that the data follow, or by groups that are in the data."""
    name, design = "controls locked", study.design
    if design.type in ("its", "before_after"):
        text = "nobody is left to compare with: nothing will be credited to the program"
        return Item(name, False, text, "payoff design STUDY lists what is possible", blocks=False)
    try:
        panel = prepare(workspace, progress).panels[0]
    except PayoffError as error:
        text = f"who is in which group is not in the data yet: {error.problems[0].what}"
        fix = (
            "payoff randomise STUDY, then read its list as a source"
            if design.randomised
            else error.problems[0].fix
        )
        return Item(name, False, text, fix)
    if not design.randomised or design.type in NO_LOT:
        waiting = int((~panel.in_program).sum())
        text = f"{counted(waiting, design.unit_label)} without the program, by choice"
        return Item(name, waiting > 0, text, "keep some of them without it")
    return _lot(study, workspace, panel)


def _lot(study: Study, workspace: Workspace, panel: Panel) -> Item:
    """The list is the one that was recorded, drawn for this plan, and the data follow it."""
    name, fix = "controls locked", "payoff randomise STUDY"
    list_path, record_path = allocation_paths(workspace)
    if not (list_path.exists() and record_path.exists()):
        return Item(name, False, "no record of the lot beside the study", fix)
    record: dict[str, Any] = json.loads(record_path.read_text(encoding="utf-8"))
    rows = list_path.read_bytes()
    if hashlib.sha256(rows).hexdigest() != record["list_sha256"]:
        return Item(
            name,
            False,
            f"{list_path.name} is not the list that was recorded",
            "restore it from version control",
        )
    drawn = {arm["name"]: arm["n_units"] for arm in record["arms"]}
    program = sum(n for arm, n in drawn.items() if _starts(study, arm, record))
    found = panel.n_assigned[1]
    if found != program:
        text = f"the lot gave the program to {count(program)}, the data to {count(found)}"
        return Item(name, False, text, "let the study read the list; nobody swaps")
    when = f"seed {record['seed']}, {counted(sum(drawn.values()), study.design.unit_label)}"
    return Item(name, True, f"drawn by lot and recorded ({when}), and the data follow it")


def _starts(study: Study, arm: str, record: dict[str, Any]) -> bool:
    """The arm starts before follow-up ends."""
    launch = next(a["launch_on"] for a in record["arms"] if a["name"] == arm)
    started = launch is not None and dt.date.fromisoformat(launch) <= study.design.follow_up.end_on
    return started or arm == PROGRAM


def _exit(study: Study) -> Iterator[Item]:
    if study.pilot is not None or study.exit:
        decisions = sorted({rule.decision for rule in study.exit})
        text = f"rules to {', '.join(decisions)}" if decisions else "nothing says when the pilot ends"
        ends = bool({"stop", "scale"} & set(decisions))
        yield Item("exit rules", ends, text, "add exit: with rules to stop and to scale")


def _plan(study: Study, workspace: Workspace) -> Item:
    lock = workspace.read_lock_bytes()
    if lock is None or study.lock is None:
        fix = "payoff lock STUDY --analyst A --finance F"
        return Item("plan locked", False, "nothing is promised yet", fix)
    if find_drift(study, lock):
        return Item(
            "plan locked", False, "the plan has changed since", "payoff amend STUDY, or undo the change"
        )
    if study.lock.retrospective:
        text = f"on {study.lock.on}, when outcomes could already be seen: retrospective"
        return Item("plan locked", True, text, blocks=False)
    return Item("plan locked", True, f"on {study.lock.on} by {study.lock.analyst} and {study.lock.finance}")


def _scaling(study: Study, workspace: Workspace) -> Iterator[Item]:
    """A larger rollout rests on a pilot that worked, or on somebody's recorded word (EXP-18)."""
    if study.scaling is None:
        return
    pilot, override = study.scaling.pilot, study.scaling.override
    found = pilot_verdict(workspace, pilot)
    said = (
        f"the pilot {pilot} says: {found}" if found else f"the pilot {pilot} has no result in {workspace.out}"
    )
    if found == CARRIES_SCALING:
        yield Item("pilot carries it", True, said)
    elif override is not None:
        text = f"{said}; {override.by} decided on {override.on} all the same: {override.reason}"
        yield Item("pilot carries it", None, text, blocks=False)
    else:
        yield Item(
            "pilot carries it", False, said, "run the pilot first, or record who overrides it: scale.override"
        )


def pilot_verdict(workspace: Workspace, pilot: str) -> str:
    """The effect verdict of the pilot's latest result; "" where there is none."""
    path = workspace.out / pilot / "latest" / "result.json"
    try:
        verdict = json.loads(path.read_text(encoding="utf-8"))["verdict"]
    except (OSError, ValueError, KeyError):
        return ""
    return str(verdict["effect"]) if isinstance(verdict, dict) else ""
