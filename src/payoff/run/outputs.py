"""The output folder of one version: written whole or not at all, and never rewritten differently.

`out/<study>/<version>/` holds brief.pdf, story.html, audit.xlsx, result.json and evidence/.
Versions are pinned: the same result finds its own version again, a different one gets the next.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from payoff.nouns.brief import Brief
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.result import Result
from payoff.report import render
from payoff.run.lineage import BRIEF
from payoff.run.main_path import Prepared
from payoff.run.progress import Progress

LATEST, DRAFT = "latest", "draft"  # folders that are no versions
FILES = {"pdf": "brief.pdf", "html": "story.html", "xlsx": "audit.xlsx", "json": "result.json"}


def choose_version(folder: Path, fingerprint: str, wanted: str | None) -> str:
    """The version a result goes to: `wanted`, the one that already holds it, or the next number.

    Raises PayoffError: (2) `wanted` cannot name a folder; (5) it is pinned to another result.
    """
    if wanted is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", wanted):
        raise PayoffError([_bad_name(wanted)], exit_code=2)
    pinned = {p.parent.parent.name: p.read_text().strip() for p in folder.glob("*/evidence/fingerprint")}
    for name in (LATEST, DRAFT):
        pinned.pop(name, None)
    if wanted is not None:
        if wanted in (LATEST, DRAFT) or pinned.get(wanted, fingerprint) != fingerprint:
            raise PayoffError([_pinned(folder / wanted)], exit_code=5)
        return wanted
    same = [name for name, print_ in pinned.items() if print_ == fingerprint]
    if same:
        return sorted(same)[0]
    numbers = [int(n[1:]) for n in pinned if n.startswith("v") and n[1:].isdigit()]
    return f"v{max(numbers, default=0) + 1}"


def find_version(folder: Path, fingerprint: str) -> str:
    """The published version that holds this result; "" when none does."""
    same = [
        p.parent.parent.name
        for p in folder.glob("*/evidence/fingerprint")
        if p.parent.parent.name not in (LATEST, DRAFT) and p.read_text().strip() == fingerprint
    ]
    return min(same, default="")


def render_all(brief: Brief, progress: Progress, paper: str = "a4") -> dict[str, bytes]:
    """Hop 8: every output of a brief, by path in the version's folder."""
    files: dict[str, bytes] = {}
    for n, (format_, path) in enumerate(FILES.items(), start=1):
        if format_ != "xlsx" or brief.workbook is not None:
            files[path] = render(brief, format_, paper)
        progress.step("write", n, len(FILES))
    files[BRIEF] = render(brief, "brief-json", paper)
    return files


def write_version(folder: Path, prepared: Prepared, result: Result, files: Mapping[str, bytes]) -> None:
    """Publish `files` as `folder`, then point `latest` beside it there, unless it is the draft."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
    try:
        write_files(staging, files)
        write_evidence(staging / "evidence", prepared, result)
        staging.chmod(0o755)
        _replace(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    if folder.name == DRAFT:
        return
    link = folder.parent / ".latest"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.name)
    os.replace(link, folder.parent / "latest")


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write each file whole: a reader sees the old one or the new one."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.new")
        draft.write_bytes(data)
        os.replace(draft, target)


def write_evidence(folder: Path, prepared: Prepared, result: Result) -> None:
    """The chain of fingerprints, and the files and queries behind it."""
    folder.mkdir(exist_ok=True)
    (folder / "fingerprint").write_text(result.fingerprint + "\n")
    chain = [{"what": what, "fingerprint": print_} for what, print_ in result.evidence.chain]
    lineage = {
        "unit": result.study.design.unit,
        "unit_label": result.study.design.unit_label,
        "queries": [asdict(query) for query in prepared.queries],
        "sources": [asdict(source) for source in result.sources],
    }
    _write_json(folder / "chain.json", chain)
    _write_json(folder / "lineage.json", lineage)


def _write_json(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _replace(staging: Path, folder: Path) -> None:
    """A folder cannot replace a folder in one step: the old one steps aside first."""
    aside = folder.with_name(f".old-{folder.name}")
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        folder.rename(aside)
    staging.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)


def _pinned(folder: Path) -> Problem:
    return Problem(
        "L110",
        f"version {folder.name} already holds another result",
        "a published version never changes: readers may have it",
        "leave --version out to get the next one, or name a new one",
    )


def _bad_name(version: str) -> Problem:
    return Problem(
        "U142",
        f"{version!r} cannot name a version",
        "the name becomes a folder",
        "use letters, digits, dots, hyphens and underscores, starting with a letter or digit",
    )
