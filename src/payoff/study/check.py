"""Bytes → Study, or every problem at once, worst first."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from payoff.nouns.definition import Catalogue
from payoff.nouns.problem import PayoffError, Place, Problem, Severity
from payoff.nouns.study import Study
from payoff.study.build import build_study
from payoff.study.check_assumptions import check_assumptions
from payoff.study.check_catalogue import check_catalogue
from payoff.study.check_design import check_design, check_hypotheses
from payoff.study.check_frame import check_frame
from payoff.study.check_health import check_health
from payoff.study.check_identifying import check_identifying
from payoff.study.check_layouts import check_layouts
from payoff.study.check_metrics import check_metrics, check_outcome
from payoff.study.check_money import check_money_terms
from payoff.study.check_origins import check_origins
from payoff.study.check_pilot import check_pilot
from payoff.study.check_sql import check_sql
from payoff.study.check_value import check_value
from payoff.study.lock import read_lock
from payoff.study.structure import Draft, read_document
from payoff.study.study_text import read_text
from payoff.study.tree import read_tree

_CHECKS: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    check_frame,
    check_origins,
    check_layouts,
    check_health,
    check_identifying,
    check_metrics,
    check_outcome,
    check_catalogue,
    check_sql,
    check_design,
    check_hypotheses,
    check_pilot,
    check_assumptions,
    check_value,
    check_money_terms,
)


def check_study(
    data: bytes,
    file: str,
    lock: bytes | None = None,
    folder: str = ".",
    catalogue: Catalogue | None = None,
) -> tuple[Study | None, tuple[Problem, ...]]:
    """The study, None when there is any error, and all problems: errors first, then by line.

    file: name shown in places. lock: bytes of the `.lock` beside it. folder: sources are relative to it.
    catalogue: measures that metrics may use. Never raises on any bytes.
    """
    try:
        draft, problems = _read(data, file, catalogue or Catalogue())
    except PayoffError as error:
        return None, _sorted(error.problems)
    found = [*problems, *(problem for check in _CHECKS for problem in check(draft))]
    plan_lock = None
    if lock is not None:
        try:
            plan_lock = read_lock(lock, f"{file.rpartition('.')[0] or file}.lock")
        except PayoffError as error:
            found += error.problems
    if any(problem.severity is Severity.ERROR for problem in found):
        return None, _sorted(found)
    return replace(build_study(draft, folder), lock=plan_lock), _sorted(found)


def read_study(
    data: bytes,
    file: str,
    lock: bytes | None = None,
    folder: str = ".",
    catalogue: Catalogue | None = None,
) -> Study:
    """The study; raises PayoffError (3), or (5) when only its lock is wrong, with every problem."""
    study, problems = check_study(data, file, lock, folder, catalogue)
    if study is None:
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        only_lock = all(problem.code.startswith("L") for problem in errors)
        raise PayoffError(problems, exit_code=5 if only_lock else 3)
    return study


def find_place(data: bytes, file: str, *path: str | int) -> Place:
    """Where the value at `path` stands in a study file that has been read before."""
    return read_tree(read_text(data, file))[0].place(*path)


def _read(data: bytes, file: str, catalogue: Catalogue) -> tuple[Draft, list[Problem]]:
    tree, tree_problems = read_tree(read_text(data, file))
    draft, document_problems = read_document(tree, catalogue)
    return draft, [*tree_problems, *document_problems]


def _sorted(problems: list[Problem] | tuple[Problem, ...]) -> tuple[Problem, ...]:
    def rank(problem: Problem) -> tuple[int, int, int, str]:
        place = problem.place
        return (problem.severity, place.line if place else 0, place.column if place else 0, problem.code)

    return tuple(sorted(dict.fromkeys(problems), key=rank))
