"""Which sources are older than their study allows: told on the screen, never part of a result.

Age is a fact about today, and a result must come out the same tomorrow.
"""

import datetime as dt

from payoff.nouns.study import Study
from payoff.nouns.wording import counted
from payoff.run.workspace import Workspace


def find_stale(study: Study, workspace: Workspace, today: dt.date) -> tuple[str, ...]:
    """One sentence a source whose file is older than `stale_after_days`."""
    return tuple(
        text
        for source in study.sources
        if source.stale_after_days is not None
        and (text := _describe(workspace, source.path, source.stale_after_days, today))
    )


def _describe(workspace: Workspace, path: str, allowed: int, today: dt.date) -> str:
    file = workspace.study_path.parent / path
    if not file.exists():
        return ""
    age = (today - dt.date.fromtimestamp(file.stat().st_mtime)).days
    return f"{path} is {counted(age, 'day')} old, stale after {allowed}" if age > allowed else ""
