"""Which sources are older than their study allows: told on the screen, never part of a result.

Age is a fact about today, and a result must come out the same tomorrow.
"""

import datetime as dt

from payoff.nouns.origin import Folder
from payoff.nouns.study import Source, Study
from payoff.nouns.wording import counted
from payoff.run.loads.load_log import last_load_at
from payoff.run.workspace import Workspace


def find_stale(study: Study, workspace: Workspace, today: dt.date) -> tuple[str, ...]:
    """One sentence a source whose newest file or last load is older than `stale_after_days`."""
    return tuple(
        text
        for source in study.sources
        if source.stale_after_days is not None
        and (text := _describe(workspace, source, source.stale_after_days, today))
    )


def _describe(workspace: Workspace, source: Source, allowed: int, today: dt.date) -> str:
    on = _find_day(workspace, source)
    if on is None:
        return ""
    age = (today - on).days
    return f"{source.path} is {counted(age, 'day')} old, stale after {allowed}" if age > allowed else ""


def _find_day(workspace: Workspace, source: Source) -> dt.date | None:
    """Of the newest file, or of the last load that asked the other system; None: there is none yet."""
    folder = workspace.study_path.parent
    if source.origin is None or isinstance(source.origin, Folder):
        files = [folder / source.path] if source.origin is None else list(folder.glob(source.path))
        times = [file.stat().st_mtime for file in files if file.exists()]
        return dt.date.fromtimestamp(max(times)) if times else None
    at = last_load_at(workspace.warehouse, source.name)
    return at.date() if at is not None else None
