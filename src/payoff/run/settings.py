"""What a workspace file says: where outputs go, and what else holds for every study of the workspace.

A setting that nobody knows is an error: a misspelt one would silently not hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from payoff.nouns.problem import PayoffError, Place, Problem
from payoff.study.suggest import suggestion

WORKSPACE_FILE = "payoff.yml"
VERSION = "payoff"


@dataclass(frozen=True, slots=True)
class Settings:
    """out: the output folder, relative to the workspace."""

    out: str = "out"


def read_settings(root: Path) -> Settings:
    """What `payoff.yml` in `root` says; without one, the defaults.

    Raises PayoffError U102 (2): not a mapping, an unknown setting, a value of the wrong kind.
    """
    path = root / WORKSPACE_FILE
    if not path.exists():
        return Settings()
    try:
        said = YAML(typ="safe", pure=True).load(path.read_bytes())
    except YAMLError:
        raise PayoffError([_bad(path, "is not YAML")], exit_code=2) from None
    if said is None:
        return Settings()
    if not isinstance(said, dict):
        raise PayoffError([_bad(path, "is not a list of settings")], exit_code=2)
    return _build(said, path)


def _build(said: Mapping[object, object], path: Path) -> Settings:
    values = {str(name): value for name, value in said.items() if name != VERSION}
    known = list(Settings.__dataclass_fields__)
    for name, value in values.items():
        if name not in known:
            fix = suggestion(name, known)
            raise PayoffError([_bad(path, f"says {name}, which is no setting", fix)], exit_code=2)
        if not isinstance(value, str) or not value:
            raise PayoffError([_bad(path, f"says {name}: {value!r}, which is no text")], exit_code=2)
    return Settings(**{name: str(value) for name, value in values.items()})


def _bad(path: Path, what: str, fix: str = "write `payoff: 1` and, if you like, `out: FOLDER`") -> Problem:
    return Problem(
        "U102",
        f"{path} {what}",
        "it says what holds for every study beside it",
        fix,
        Place(str(path), 1, 1),
    )
