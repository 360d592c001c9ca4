"""What a person at a terminal sees: problems in the one style, progress, wrapped answers.

Results go to stdout, narration to stderr; bars only where stderr is a terminal.
"""

import json
import shutil
import sys
import textwrap
import time
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as RichProgress
from rich.text import Text

from payoff.nouns.problem import Problem, Severity

stderr = Console(stderr=True, highlight=False, soft_wrap=True)
MAX_WIDTH = 100
MAX_EXCERPT = 100
_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def print_json(document: Mapping[str, Any]) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_lines(pairs: Sequence[tuple[str, str]]) -> None:
    """Label and text in two columns on stdout, the text wrapped under itself."""
    width = min(shutil.get_terminal_size((MAX_WIDTH, 24)).columns, MAX_WIDTH)
    column = max((len(label) for label, _ in pairs), default=0) + 2
    for label, text in pairs:
        wrapped = textwrap.wrap(text, max(width - column, 30)) or [""]
        sys.stdout.write(f"{label:<{column}}{wrapped[0]}\n")
        for line in wrapped[1:]:
            sys.stdout.write(f"{'':<{column}}{line}\n")
    sys.stdout.flush()  # who follows a log reads it now, not at the end


def terminal_width() -> int | None:
    """How wide text may run on this terminal; None where stdout is none, so that lines stay whole."""
    if not sys.stdout.isatty():
        return None
    return min(shutil.get_terminal_size((MAX_WIDTH, 24)).columns, MAX_WIDTH)


def print_problems(problems: Sequence[Problem]) -> None:
    """Every problem on stderr: what, where, the excerpt, why it matters, how to mend it."""
    for problem in problems:
        _print_problem(problem)


def count_problems(problems: Sequence[Problem]) -> str:
    """For example "2 errors, 1 warning"."""
    parts = []
    for severity in Severity:
        n = sum(p.severity is severity for p in problems)
        if n:
            parts.append(f"{n} {severity.name.lower()}{'s' if n > 1 else ''}")
    return ", ".join(parts) or "no problem"


def problem_document(problem: Problem) -> dict[str, Any]:
    """A problem as JSON."""
    place = problem.place
    return {
        "code": problem.code,
        "severity": problem.severity.name.lower(),
        "what": problem.what,
        "why": problem.why,
        "fix": problem.fix,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "keys": list(problem.keys),
    }


def _print_problem(problem: Problem) -> None:
    place = problem.place
    head = Text(f"{place.file}:{place.line}:{place.column}  " if place else "")
    head.append(f"{problem.severity.name.lower()} {problem.code}", _STYLE[problem.severity])
    head.append(f"  {problem.what}")
    stderr.print(head)
    if place and place.excerpt:
        stderr.print(Text(_excerpt(problem), "dim"))
    for label, text in (("why", problem.why), ("fix", problem.fix)):
        stderr.print(Text(f"  {label}  {text}"))
    if problem.keys:
        stderr.print(Text(f"  rows {', '.join(problem.keys)}"))
    stderr.print()


def _excerpt(problem: Problem) -> str:
    """The offending line with carets under the piece; a long line is cut around it."""
    place = problem.place
    assert place is not None
    start = max(place.column - MAX_EXCERPT * 2 // 3, 0) if len(place.excerpt) > MAX_EXCERPT else 0
    line = place.excerpt[start : start + MAX_EXCERPT].replace("\t", " ")
    margin = f"{place.line:>5} | "
    room = max(len(line) - (place.column - 1 - start), 1)
    carets = "^" * max(min(place.width, room), 1)
    return f"{margin}{line}\n{'':<{len(margin)}}{'':<{place.column - 1 - start}}{carets}"


class Narrator:
    """Progress on stderr: a bar on a terminal, one closing line elsewhere; nothing when quiet."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._started = time.monotonic()
        self._done: dict[str, tuple[int, int]] = {}
        self._bar: RichProgress | None = None
        if not quiet and stderr.is_terminal:
            columns = (TextColumn("  {task.description:<9}"), BarColumn(30), MofNCompleteColumn())
            self._bar = RichProgress(*columns, console=stderr, transient=True)

    def __enter__(self) -> "Narrator":
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._bar:
            self._bar.stop()
        if self._done and not self._quiet and kind is None:
            steps = "  ".join(f"{name} {done}/{total}" for name, (done, total) in self._done.items())
            stderr.print(Text(f"  {steps}  {time.monotonic() - self._started:.1f} s", "dim"))

    def step(self, name: str, done: int, total: int) -> None:
        """See `payoff.run.progress.Progress`."""
        self._done[name] = (done, total)
        if self._bar:
            known = {task.description: task.id for task in self._bar.tasks}
            task = known.get(name)
            if task is None:
                task = self._bar.add_task(name, total=total)
            self._bar.update(task, completed=done)
