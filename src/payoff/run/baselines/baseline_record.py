"""Saved baselines: which level was measured when, by whom, over which units, data and definition.

Question  What was the baseline said to be, what replaced it, and may two of them be compared?
Record    One line per version in `<study>.baselines.jsonl` beside the study file (`records.chain`).
History   A later version of the same window replaces an earlier one, and the study file's planning value; all
          stay readable. Versions of two windows are a snapshot before and one after.
Refuses   Comparing what was defined differently or measured on other units: the difference would be one of
          definition, not of time. Told with --force, both levels, never a change between them.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from payoff.nouns.people import people_floor
from payoff.nouns.problem import PayoffError, Problem
from payoff.records.chain import BrokenChainError, add_line, read_chain
from payoff.run.baselines.baseline_apart import check_apart, tell_apart
from payoff.run.baselines.baselining import BaselineReport
from payoff.run.baselines.saved_baseline import Saved, as_version
from payoff.run.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions of one metric. reasons: why no change between them may be told; empty: it may."""

    metric: str
    label: str
    unit: str
    earlier: float | None
    later: float | None
    n_earlier: int
    n_later: int
    reasons: tuple[str, ...]

    @property
    def change(self) -> float | None:
        """Later less earlier; None where they are not comparable or one is not known."""
        if self.reasons or self.earlier is None or self.later is None:
            return None
        return self.later - self.earlier


def record_path(workspace: Workspace) -> Path:
    """Where the versions of a study stand."""
    return workspace.study_path.with_suffix(".baselines.jsonl")


def read_saved(workspace: Workspace) -> tuple[Saved, ...]:
    """Every version, oldest first. Raises PayoffError (2) when the record was edited or cut."""
    path = record_path(workspace)
    try:
        return read_chain(path, _build)
    except BrokenChainError as broken:
        raise PayoffError([_damaged(path, broken.line)], exit_code=2) from None


def _build(said: dict[str, Any]) -> Saved:
    return Saved(**{**said, "metrics": tuple(said["metrics"])})


def save_baseline(
    workspace: Workspace, report: BaselineReport, by: str, reason: str, on: dt.date
) -> tuple[Saved, bool]:
    """Add the baseline as it is now; (version, whether it is new: the same one is not written twice).

    Raises PayoffError: no name, no reason for replacing a version, a damaged record (2); an earlier version
    too near to be subtracted from (6).
    """
    earlier = read_saved(workspace)
    name, why = " ".join(by.split()), " ".join(reason.split())
    made = as_version(report, f"v{len(earlier) + 1}", name, why, on)
    kept = next((s for s in reversed(earlier) if _content(s) == _content(made)), None)
    if kept is not None:
        return kept, False
    problems = [] if name else [_nameless()]
    same = [s for s in earlier if (s.first_on, s.last_on) == (made.first_on, made.last_on)]
    problems += [_unexplained(same[-1].version)] if same and not why else []
    if problems:
        raise PayoffError(problems, exit_code=2)
    check_apart(made, earlier, people_floor(report.study))
    path = record_path(workspace)
    try:
        add_line(path, asdict(made))
    except BrokenChainError as broken:
        raise PayoffError([_damaged(path, broken.line)], exit_code=2) from None
    return made, True


def compare_saved(saved: Sequence[Saved], earlier: str, later: str, floor: int) -> tuple[Compared, ...]:
    """Every metric of both, in the later one's order, as far as it may be told.

    Raises PayoffError: an unknown version (2), two from which few people could be subtracted (6).
    """
    one, two = (_find(saved, version) for version in (earlier, later))
    check_apart(two, [one], floor)
    one, two = (_find(tell_apart(saved, floor), version) for version in (earlier, later))
    there = {m["metric"]: m for m in one.metrics}
    return tuple(_compare(one, two, there[m["metric"]], m) for m in two.metrics if m["metric"] in there)


def _compare(one: Saved, two: Saved, before: dict[str, Any], after: dict[str, Any]) -> Compared:
    return Compared(
        after["metric"], after["label"], after["unit"], before["level"], after["level"],
        before["n_values"], after["n_values"], tuple(_differences(one, two, before, after)),
    )  # fmt: skip


def _differences(one: Saved, two: Saved, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    if before["definition"] != after["definition"]:
        yield "it is defined differently"
    if before["unit"] != after["unit"]:
        yield f"it is in {after['unit']}, and was in {before['unit']}"
    if one.units != two.units:
        same = " others" if one.n_units == two.n_units else f": {one.n_units:,} then, {two.n_units:,} now"
        yield f"the units are not the same{',' if same == ' others' else ''}{same}"
    if one.period != two.period:
        yield f"it is told by {two.period}, and was by {one.period}"


def _content(saved: Saved) -> dict[str, Any]:
    """What was measured, whoever saved it when and why."""
    said = ("version", "on", "by", "reason")
    return {name: value for name, value in asdict(saved).items() if name not in said}


def _find(saved: Sequence[Saved], version: str) -> Saved:
    found = next((s for s in saved if s.version == version), None)
    if found is None:
        known = ", ".join(s.version for s in saved) or "none"
        why = "only what was saved can be compared"
        fix = f"saved are: {known}; payoff baseline save STUDY --by NAME"
        raise PayoffError([Problem("U220", f"no baseline {version[:30]!r} was saved", why, fix)], 2)
    return found


def _damaged(path: Path, line: int) -> Problem:
    what = f"{path}: line {line} was edited, or one before it was taken out"
    why = "a baseline that can be rewritten afterwards is none"
    return Problem("U221", what, why, "restore the file from version control")


def _nameless() -> Problem:
    return Problem("U222", "nobody is named", "somebody has to stand behind a baseline", "--by NAME")


def _unexplained(version: str) -> Problem:
    why = "readers of the earlier one must learn why it no longer holds"
    fix = '--reason "the pilot measured it"'
    return Problem("U223", f"it replaces {version}, and no reason is given", why, fix)
