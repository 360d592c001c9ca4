"""The bundled studies: real data, real licences, one command."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from payoff.nouns.problem import PayoffError, Problem
from payoff.run.settings import WORKSPACE_FILE

_DEMOS = files("payoff") / "demos"


def demo_names() -> tuple[str, ...]:
    """Names of the bundled studies, in the order in which to show them."""
    names = sorted(p.name for p in _DEMOS.iterdir() if p.is_dir() and (p / f"{p.name}.yml").is_file())
    return tuple(sorted(names, key=lambda n: n != "michigan-training-grants"))


def copy_demo(name: str, out: Path) -> Path:
    """Copy a bundled study, data and licence to `out/demos/<name>`; the path of its study file.

    Raises PayoffError (usage) on an unknown name.
    """
    if name not in demo_names():
        raise PayoffError([_unknown(name)], exit_code=2)
    target = out / "demos" / name
    target.mkdir(parents=True, exist_ok=True)
    with as_file(_DEMOS / name) as folder:
        for file in sorted(folder.iterdir()):
            if file.is_file():
                shutil.copyfile(file, target / file.name)
    (target / WORKSPACE_FILE).write_text("payoff: 1\nout: ../..\n", encoding="utf-8")
    return target / f"{name}.yml"


def _unknown(name: str) -> Problem:
    return Problem(
        "U110",
        f"there is no demo called {name}",
        "only bundled studies run as demos",
        f"one of: {', '.join(demo_names())}; your own study: payoff run STUDY",
    )
