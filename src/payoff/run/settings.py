"""What a workspace file says: where outputs go, and what else holds for every study of the workspace.

A setting that nobody knows is an error: a misspelt one would silently not hold.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from payoff.nouns.problem import PayoffError, Place, Problem
from payoff.run.privacy.export_purposes import Purpose, build_purposes
from payoff.study.suggest import suggestion

WORKSPACE_FILE = "payoff.yml"
VERSION = "payoff"
IDENTITY = ".payoff/identity"
ENGINES = ("duckdb", "spark")


_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}


@dataclass(frozen=True, slots=True)
class Retention:
    """Days after which something may go; None: it stays. rows: landed rows, in use or not.

    packages: load packages not in use. outputs: published versions but the latest. exports: learner-level
    ones. backups: how long copies made elsewhere are kept.
    """

    packages: int | None = None
    rows: int | None = None
    outputs: int | None = None
    exports: int | None = None
    backups: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """out: the output folder, identity: the folder of the identity map; relative to the workspace.

    engine: what answers the queries. spark_master: where Spark runs, this machine or a cluster's address.
    exports: what rows of people may leave for.
    """

    out: str = "out"
    identity: str = IDENTITY
    retention: Retention = field(default_factory=Retention)
    engine: str = "duckdb"
    spark_master: str = "local[*]"
    exports: Mapping[str, Purpose] = field(default_factory=dict)


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
        if name in ("retention", "exports"):
            continue
        if not isinstance(value, str) or not value:
            raise PayoffError([_bad(path, f"says {name}: {value!r}, which is no text")], exit_code=2)
    engine = values.get("engine", ENGINES[0])
    if engine not in ENGINES:
        fix = f"one of: {', '.join(ENGINES)}"
        raise PayoffError([_bad(path, f"says engine: {engine}", fix)], exit_code=2)
    retention = _build_retention(values.pop("retention", {}), path)
    exports = build_purposes(values.pop("exports", {}))
    if isinstance(exports, str):
        fix = "exports: {PURPOSE: {columns: [region], roles: [analyst]}}"
        raise PayoffError([_bad(path, exports, fix)], exit_code=2)
    texts = {name: str(value) for name, value in values.items()}
    return Settings(**texts, retention=retention, exports=exports)


def _build_retention(said: object, path: Path) -> Retention:
    """Each kind with its time: `24 months`, `90 days`.

    Months and years at their longest: nothing goes early.
    """
    known = list(Retention.__dataclass_fields__)
    if not isinstance(said, dict):
        raise PayoffError([_bad(path, "says retention, but no times", "retention: {rows: 24 months}")], 2)
    days: dict[str, int] = {}
    for name, value in said.items():
        if name not in known:
            fix = suggestion(str(name), known) or f"one of: {', '.join(known)}"
            raise PayoffError([_bad(path, f"says retention.{name}, which is none", fix)], exit_code=2)
        match = re.fullmatch(r"([1-9]\d{0,4}) ?(day|week|month|year)s?", str(value).strip())
        if match is None:
            what = f"says retention.{name}: {value}, which is no time"
            raise PayoffError([_bad(path, what, "90 days, 24 months or 2 years")], exit_code=2)
        days[str(name)] = int(match[1]) * _DAYS[match[2]]
    return Retention(**days)


def _bad(path: Path, what: str, fix: str = "write `payoff: 1` and, if you like, `out: FOLDER`") -> Problem:
    return Problem(
        "U102",
        f"{path} {what}",
        "it says what holds for every study beside it",
        fix,
        Place(str(path), 1, 1),
    )
