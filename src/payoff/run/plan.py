"""Hop 1: the study file of a workspace, with its lock, as a Study."""

from payoff.metrics.catalogue import SHIPPED
from payoff.nouns.study import Study
from payoff.run.workspace import Workspace
from payoff.study import read_study


def read(workspace: Workspace) -> Study:
    """The plan as written. Raises PayoffError (exit code 3) with every problem of the study file."""
    return read_study(
        workspace.read_study_bytes(),
        str(workspace.study_path),
        workspace.read_lock_bytes(),
        str(workspace.study_path.parent),
        SHIPPED,
    )
