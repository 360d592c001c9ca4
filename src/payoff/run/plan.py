"""Hop 1: the study file of a workspace, with its lock, as a Study."""

from payoff.metrics.catalogue import SHIPPED
from payoff.nouns.study import Study
from payoff.run.privacy.closed_folders import refuse_closed
from payoff.run.workspace import Workspace
from payoff.study import read_study


def read(workspace: Workspace) -> Study:
    """The plan as written. Raises PayoffError: 3 with every problem of the study file, 6 where a source is
    in a folder that is closed to sources (N105).
    """
    study = read_study(
        workspace.read_study_bytes(),
        str(workspace.study_path),
        workspace.read_lock_bytes(),
        str(workspace.study_path.parent),
        SHIPPED,
    )
    refuse_closed(study, workspace)
    return study
