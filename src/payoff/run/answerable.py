"""A plan that no data could answer, said before it is promised and at its line in the study file.

Question  Can this design answer at all, given plan, cohort and baseline? (`causal.rehearsal`)
Used by   check, lock, ready, design and randomise; `run` says what the method itself says.
Rule      Who is in the cohort but was never measured may still come: only a plan that answers neither
          without nor with them is refused.
"""

from collections.abc import Iterator

from payoff.causal import rehearse, rehearse_subgroups
from payoff.causal.feasible import lay_out
from payoff.causal.interrupted_series import MIN_POINTS
from payoff.causal.synthetic_study import MIN_BEFORE
from payoff.metrics import seat_everybody
from payoff.nouns.cohort import Cohort
from payoff.nouns.panel import Panel
from payoff.nouns.problem import PayoffError, Problem, Severity
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import lowered, plural
from payoff.run.before_launch import unassigned
from payoff.run.workspace import Workspace
from payoff.study import find_place

WHY = "the run would refuse once follow-up is over, when nothing can be mended any more"
LISTS = "payoff design STUDY lists what these data allow"


def find_hopeless(study: Study, cohort: Cohort, panel: Panel, method: str | None = None) -> Refusal | None:
    """Why the locked method cannot answer, whatever is observed; `panel` has its arms."""
    refusal = rehearse(study, panel, method)
    if refusal is None:
        return None
    seated = seat_everybody(study, cohort, panel)
    waiting = seated.n_units > panel.n_units
    return None if waiting and rehearse(study, seated, method) is None else refusal


def find_hopeless_lot(
    study: Study, cohort: Cohort, panel: Panel, method: str | None = None
) -> Refusal | None:
    """The same before anybody is assigned: the units are split as the plan says."""
    for units in (panel, seat_everybody(unassigned(study), cohort, panel)):
        laid = lay_out(study, units)
        refusal = None if isinstance(laid, Refusal) else rehearse(study, laid, method)
        if refusal is None:
            return None
    return refusal


def list_obstacles(workspace: Workspace, study: Study, cohort: Cohort, panel: Panel) -> Iterator[Problem]:
    """An error where the locked method cannot answer; warnings where less than all that was promised can."""
    refusal = find_hopeless(study, cohort, panel)
    if refusal is not None:
        yield obstacle(workspace, study, panel, refusal)
        return
    second = study.design.second
    refusal = None if second is None else find_hopeless(study, cohort, panel, second)
    if refusal is not None:
        what = f"the second opinion {second} cannot answer: {_clause(refusal)}"
        why = "the brief would show one method where the plan promises two"
        yield _warning(workspace, "P721", what, why, "another `second`, or second: none", "design", "second")
    for name, level, refused in rehearse_subgroups(study, panel):
        what = f"subgroup {name}: {level} cannot be answered for: {_clause(refused)}"
        why = "it would be left out of the brief, named as too small to tell"
        yield _warning(
            workspace, "P722", what, why, "merge it with another level", "design", "subgroups", name
        )


def refuse_hopeless(workspace: Workspace, study: Study, panel: Panel, refusal: Refusal | None) -> None:
    """Raises PayoffError (3) with the refusal as an error of the study file."""
    if refusal is not None:
        raise PayoffError([obstacle(workspace, study, panel, refusal)], exit_code=3)


def obstacle(workspace: Workspace, study: Study, panel: Panel, refusal: Refusal) -> Problem:
    """The refusal as an error, at the line that decides it."""
    key, fix = _remedy(study, panel)
    what = f"{refusal.method} could not answer, whatever follow-up shows: {_clause(refusal)}"
    place = find_place(workspace.read_study_bytes(), str(workspace.study_path), "design", key)
    return Problem("P720", what, WHY, f"{fix}; {LISTS}", place)


def _warning(workspace: Workspace, code: str, what: str, why: str, fix: str, *path: str) -> Problem:
    place = find_place(workspace.read_study_bytes(), str(workspace.study_path), *path)
    return Problem(code, what, why, fix, place, Severity.WARNING)


def _remedy(study: Study, panel: Panel) -> tuple[str, str]:
    """(key of `design` that decides, what to change there)."""
    design, period = study.design, plural(study.design.period)
    n_before, n_after = int(panel.pre.sum()), int(panel.post.sum())
    before = {"its": MIN_POINTS, "synthetic": MIN_BEFORE}.get(design.type, 0)
    if n_before < before:
        return "baseline", f"a baseline of {before} {period} or more"
    if design.type == "its" and n_after < MIN_POINTS:
        return "follow_up", f"a follow_up of {MIN_POINTS} {period} or more"
    if design.type == "before_after" and design.chosen in ("worst", "best"):
        return "chosen", "keep some of those chosen waiting, as a comparison"
    if design.waves:
        return "waves", "fewer waves with more in each, or one that starts after follow_up"
    if design.cluster is not None:
        return "cluster", "more groups, or a lot of single people where none can pick it up from another"
    return "type", f"more {plural(design.unit_label)}, or some that wait"


def _clause(refusal: Refusal) -> str:
    return lowered(refusal.reason).rstrip(".")
