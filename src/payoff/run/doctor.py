"""Is this machine, and this workspace, fit to run? One line each, with the way to mend it."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from payoff.nouns.problem import PayoffError
from payoff.run.settings import WORKSPACE_FILE
from payoff.run.workspace import find_home, find_workspace


@dataclass(frozen=True, slots=True)
class Finding:
    """ok: True fine, False must be mended, None only worth knowing."""

    name: str
    ok: bool | None
    text: str
    fix: str = ""


def examine(folder: Path) -> tuple[Finding, ...]:
    """Python, libraries, a PDF and a chart made for real, disk, and the studies in `folder`."""
    findings = [_python(), *_libraries(), _try("brief", _make_pdf), _try("charts", _make_chart)]
    findings += [_try("warehouse", _ask_duckdb), *_engine(folder), _disk(folder)]
    return (*findings, *_studies(folder))


def _python() -> Finding:
    ok = sys.version_info >= (3, 11)
    text = f"Python {sys.version.split()[0]}"
    return Finding("python", ok, text, "" if ok else "install Python 3.11 or later")


def _libraries() -> Iterator[Finding]:
    for module in ("numpy", "scipy", "pyarrow", "duckdb", "typst", "vl_convert", "xlsxwriter"):
        try:
            version = getattr(import_module(module), "__version__", "")
        except ImportError as error:
            yield Finding(module, False, f"cannot be imported: {error}", "run ./demo again: it installs it")
        else:
            yield Finding(module, True, f"{module} {version}".strip())


def _try(name: str, probe: Callable[[], str]) -> Finding:
    """A probe that fails is a finding: whatever went wrong is told, not raised."""
    try:
        return Finding(name, True, probe())
    except Exception as error:
        return Finding(name, False, f"failed: {error}", "run ./demo again; if it stays, report it")


def _make_pdf() -> str:
    import typst

    size = len(typst.compile(b"Fine."))
    return f"a PDF was made ({size:,} bytes)"


def _make_chart() -> str:
    import vl_convert

    svg = vl_convert.vegalite_to_svg({"data": {"values": [{"x": 1}]}, "mark": "point"})
    return f"a chart was drawn ({len(svg):,} characters)"


def _ask_duckdb() -> str:
    import duckdb

    with duckdb.connect(config={"autoinstall_known_extensions": False}) as store:
        answer = store.execute("select 6 * 7").fetchone()
    return f"the store answers ({answer[0] if answer else 'nothing'})"


def _engine(folder: Path) -> Iterator[Finding]:
    """Whether what `payoff.yml` names is installed; nothing where that is DuckDB."""
    from payoff.warehouse import find_engine

    try:
        settings = find_home(folder).settings
        find_engine(settings.engine, settings.spark_master)
    except PayoffError as error:
        problem = error.problems[0]
        yield Finding("engine", False, problem.what, problem.fix)
    else:
        if settings.engine != "duckdb":
            yield Finding("engine", True, f"{settings.engine} under {settings.spark_master} is installed")


def _disk(folder: Path) -> Finding:
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(
            "disk", False, f"{folder} cannot be written: {error.strerror}", "choose another folder"
        )
    stat = os.statvfs(folder)
    free = stat.f_bavail * stat.f_frsize / 2**30
    return Finding("disk", free > 1, f"{free:.0f} GiB free", "" if free > 1 else "free at least 1 GiB")


def _studies(folder: Path) -> Iterator[Finding]:
    from payoff.run.plan import read

    paths = sorted(p for p in folder.glob("*.yml") if p.name != WORKSPACE_FILE)
    if not paths:
        yield Finding("studies", None, f"no study file in {folder}", "payoff init --template sales")
    for path in paths:
        try:
            study = read(find_workspace(path))
        except PayoffError as error:
            n = len(error.problems)
            yield Finding(path.name, False, f"{n} problem{'s' if n > 1 else ''}", f"payoff check {path}")
            continue
        missing = [s.path for s in study.sources if s.origin is None and not (path.parent / s.path).exists()]
        locked = "locked" if study.lock else "not locked yet"
        if missing:
            yield Finding(path.name, False, f"{locked}; missing {', '.join(missing)}", "put the files there")
        else:
            yield Finding(path.name, True, locked)
