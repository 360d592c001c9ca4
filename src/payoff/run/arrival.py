"""Arrival of data: pull → validate → land, for every source of a study."""

from payoff.connectors import read_source
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Study
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace
from payoff.warehouse import land


def land_sources(study: Study, workspace: Workspace, progress: Progress) -> tuple[SourceFile, ...]:
    """Land every source; a source that fails keeps its last good version and is reported.

    Raises PayoffError with the problems of all failing sources; the exit code is the first one's.
    """
    landed: list[SourceFile] = []
    problems: list[Problem] = []
    exit_code = 0
    secret = workspace.read_secret() if study.privacy.pseudonymise else None
    for n, source in enumerate(study.sources, start=1):
        try:
            batch = read_source(source, workspace.study_path.parent, secret, study.privacy.pseudonymise)
            landed.append(land(batch, source, workspace.warehouse))
        except PayoffError as error:
            problems.extend(error.problems)
            exit_code = exit_code or error.exit_code
        progress.step("read", n, len(study.sources))
    if problems:
        raise PayoffError(problems, exit_code)
    return tuple(landed)
