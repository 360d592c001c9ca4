"""Arrival of data: pull → validate → land, for every source of a study."""

from payoff.connectors import hash_source, read_source
from payoff.connectors.identified import Naming
from payoff.nouns.batch import Batch
from payoff.nouns.origin import Folder
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source, Study
from payoff.run.feeds.statement_source import hash_statements, read_fed_statements
from payoff.run.identities.identifying import read_naming
from payoff.run.loads.load_all import load_folder
from payoff.run.loads.loading import Reader, find_loaded
from payoff.run.privacy.forgetting import describe_columns, forget_erased
from payoff.run.privacy.in_clear import watch_for_people
from payoff.run.privacy.privacy_folder import find_forgotten, find_privacy_folder, hold_privacy
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace
from payoff.warehouse import find_landed, keep_last_good, land


def land_sources(study: Study, workspace: Workspace, progress: Progress) -> tuple[SourceFile, ...]:
    """Land every source; a source that fails keeps its last good version and is reported.

    Raises PayoffError with the problems of all failing sources; the exit code is the first one's.
    """
    landed: list[SourceFile] = []
    problems: list[Problem] = []
    exit_code = 0
    personal = any(source.layout is not None for source in study.sources)
    secret = workspace.read_secret() if study.privacy.pseudonymise or personal else None
    naming = read_naming(study, workspace)
    with hold_privacy(find_privacy_folder(workspace), alone=False):
        for n, source in enumerate(study.sources, start=1):
            try:
                key = secret if study.privacy.pseudonymise or source.layout is not None else None
                landed.append(_land(source, workspace, key, study, naming if source.identifying else None))
            except PayoffError as error:
                told = keep_last_good(error, source, workspace.warehouse)
                problems.extend(told.problems)
                exit_code = exit_code or told.exit_code
            progress.step("read", n, len(study.sources))
    if problems:
        raise PayoffError(problems, exit_code)
    return tuple(landed)


def _land(
    source: Source,
    workspace: Workspace,
    secret: bytes | None,
    study: Study,
    naming: Naming | None = None,
) -> SourceFile:
    """A file that was landed before is not read again: its bytes name the package."""
    folder, pseudonymise = workspace.study_path.parent, study.privacy.pseudonymise
    if source.origin is not None and source.format != "statements":
        reader = Reader(secret, pseudonymise, naming)
        if isinstance(source.origin, Folder):
            return load_folder(study, source, workspace, reader)
        return find_loaded(source, workspace, reader)
    if source.format == "statements":
        return _land_statements(source, workspace, study, naming)
    sha256, reading = hash_source(source, folder, secret, pseudonymise, naming)
    found = find_landed(source, sha256, reading, workspace.warehouse)
    if found is not None:
        return found
    return _land_batch(read_source(source, folder, secret, pseudonymise, naming), source, workspace, study)


def _land_batch(batch: Batch, source: Source, workspace: Workspace, study: Study) -> SourceFile:
    """Nobody who was erased comes back with an old file, and nobody is named under a promise."""
    watch_for_people(study, source, batch.table)
    left, erased = forget_erased(batch, describe_columns(study, source), find_forgotten(workspace))
    return land(left, source, workspace.warehouse, erased)


def _land_statements(source: Source, workspace: Workspace, study: Study, naming: Naming | None) -> SourceFile:
    """Statements as they have been fed so far; they are pseudonymous already."""
    folder = workspace.study_path.parent
    sha256, reading = hash_statements(source, folder, naming)
    found = find_landed(source, sha256, reading, workspace.warehouse)
    if found is not None:
        return found
    return _land_batch(read_fed_statements(source, folder, naming), source, workspace, study)
