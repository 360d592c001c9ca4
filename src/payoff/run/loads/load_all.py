"""One load: every source of a study that comes from elsewhere or in several files, one after the other.

Question  What has come, what did it change, and what failed?
Holds     A source that fails keeps its last good version, and the others are loaded nevertheless.
"""

import time
from collections.abc import Sequence

from payoff.connectors.identified import Naming
from payoff.connectors.secrets import Secrets
from payoff.nouns.origin import RecordStore
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source, Study
from payoff.run.feeds.pull_statements import pull_statements
from payoff.run.identities.identifying import read_naming
from payoff.run.loads.load_log import Came, LoadBook, LoadEntry, idle_entry, keep_log
from payoff.run.loads.loading import Reader, load_source
from payoff.run.plan import read
from payoff.run.privacy.privacy_folder import find_privacy_folder, hold_arrival, hold_privacy
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace
from payoff.study.suggest import suggestion
from payoff.warehouse import keep_last_good


def load_study(workspace: Workspace, names: Sequence[str], progress: Progress) -> LoadEntry:
    """Load the sources named, else all. Raises PayoffError with the problems of all that failed.

    Of a study of single files there is nothing to load, and nothing is logged.
    """
    study = read(workspace)
    chosen = _choose(study, names)
    if not chosen:
        return idle_entry(study.name)
    problems: list[Problem] = []
    exit_code = 0
    with keep_log(workspace.warehouse, study.name) as book:
        for n, source in enumerate(chosen, start=1):
            try:
                book.add(_load(study, source, workspace))
            except PayoffError as error:
                told = keep_last_good(error, source, workspace.warehouse)
                problems.extend(told.problems)
                exit_code = exit_code or told.exit_code
                book.add(Came(source.name, "failed", reason="; ".join(p.what for p in told.problems)))
            progress.step("load", n, len(chosen))
        if problems:
            raise PayoffError(problems, exit_code)
    return book.entry


def load_folder(study: Study, source: Source, workspace: Workspace, reader: Reader) -> SourceFile:
    """A watched folder, as every run looks at it; only what came is written into the log."""
    began = time.monotonic()
    found, came = load_source(study, source, workspace, reader)
    if came.status == "loaded":
        book = LoadBook(workspace.warehouse, study.name, began)
        book.add(came)
        book.close("done")
    return found


def read_reader(study: Study, source: Source, workspace: Workspace, known: Naming | None = None) -> Reader:
    """How the rows of a source are read in this workspace. known: who is who, where it was read already."""
    hidden = bool(study.privacy.pseudonymise) or source.layout is not None
    secret = workspace.read_secret() if hidden else None
    naming = known or read_naming(study, workspace) if source.identifying else None
    return Reader(secret, study.privacy.pseudonymise, naming)


def _load(study: Study, source: Source, workspace: Workspace) -> Came:
    if isinstance(source.origin, RecordStore):
        folder = workspace.study_path.parent / source.path
        secrets = Secrets(workspace.root / ".payoff" / "secrets.yml")
        with hold_arrival(workspace) as forgotten:
            n = pull_statements(source, source.origin, folder, secrets, workspace.read_secret(), forgotten)
        return Came(source.name, "loaded" if n else "unchanged", n_new=n)
    with hold_privacy(find_privacy_folder(workspace), alone=False):
        return load_source(study, source, workspace, read_reader(study, source, workspace))[1]


def _choose(study: Study, names: Sequence[str]) -> tuple[Source, ...]:
    """The sources there is something to load of. Raises PayoffError U250 (exit code 2)."""
    there = {source.name: source for source in study.sources if source.origin is not None}
    for name in names:
        if name not in there:
            what = f"{name} is no source that is loaded"
            why = "folders, databases, services and record stores are; a single file is read by every run"
            raise PayoffError([Problem("U250", what, why, suggestion(name, list(there)))], exit_code=2)
    return tuple(there[name] for name in dict.fromkeys(names)) if names else tuple(there.values())
