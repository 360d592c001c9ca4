"""Freeze the plan before looking, and amend it in the open afterwards."""

import datetime as dt

import numpy as np

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import PlanLock
from payoff.run.answerable import find_hopeless, refuse_hopeless
from payoff.run.main_path import prepare
from payoff.run.plan import read
from payoff.run.progress import Progress
from payoff.run.threshold import threshold_to_lock
from payoff.run.workspace import Workspace
from payoff.study import find_drift, read_lock, write_amendment, write_lock


def lock_study(
    workspace: Workspace, analyst: str, finance: str, on: dt.date, progress: Progress | None = None
) -> PlanLock:
    """Write `<study>.lock`: plan hash, date, two approvers, and the threshold fixed from the baseline.

    Raises PayoffError: the study is invalid, or no data could answer it (3), its data fail (4), or it is
    already locked (5).
    """
    if workspace.read_lock_bytes() is not None:
        raise PayoffError([_already(workspace)], exit_code=5)
    prepared = prepare(workspace, progress)
    study, primary = prepared.study, prepared.panels[0]
    refuse_hopeless(workspace, study, primary, find_hopeless(study, prepared.cohort, primary))
    lift, gain = threshold_to_lock(study, prepared.power, prepared.counts)
    saw_outcomes = bool(np.isfinite(primary.values[:, primary.post]).any())
    data = write_lock(study, analyst, finance, on, lift, gain, saw_outcomes)
    workspace.lock_path.write_bytes(data)
    return read_lock(data, str(workspace.lock_path))


def amend_study(workspace: Workspace, reason: str, by: str, on: dt.date) -> PlanLock:
    """Record the plan as it now stands as a dated amendment of its lock; the threshold stays.

    Raises PayoffError (5) when there is no lock or nothing changed.
    """
    study, lock = read(workspace), workspace.read_lock_bytes()
    if lock is None:
        raise PayoffError([_unlocked(workspace)], exit_code=5)
    if not find_drift(study, lock):
        raise PayoffError([_unchanged(workspace)], exit_code=5)
    data = write_amendment(study, lock, reason, by, on)
    workspace.lock_path.write_bytes(data)
    return read_lock(data, str(workspace.lock_path))


def _already(workspace: Workspace) -> Problem:
    return Problem(
        "L100",
        f"{workspace.study_path.name} is already locked ({workspace.lock_path.name})",
        "a second lock would hide what was promised first",
        'edit the plan and record the change: payoff amend STUDY --reason "…" --by NAME',
    )


def _unlocked(workspace: Workspace) -> Problem:
    return Problem(
        "L101",
        f"{workspace.study_path.name} has no lock to amend",
        "an amendment changes a promise, and nothing was promised yet",
        "lock it first: payoff lock STUDY --analyst A --finance F",
    )


def _unchanged(workspace: Workspace) -> Problem:
    return Problem(
        "L102",
        f"{workspace.study_path.name} is exactly as it was locked",
        "an amendment without a change would only add noise to every output",
        "edit the plan first; data, comments and layout are not part of it",
    )
