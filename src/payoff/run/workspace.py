"""Where things lie: the study file, its workspace, the warehouse, the outputs.

A workspace is the nearest folder at or above the study file that holds `payoff.yml`;
without one, the study's own folder. What `payoff.yml` may say: `payoff.run.settings`.
"""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from payoff.nouns.problem import PayoffError, Place, Problem
from payoff.records.owner_only import make_folder, refuse_shared, write_new
from payoff.run.settings import IDENTITY, WORKSPACE_FILE, Settings, read_settings

KEY = "pseudonym.key"


@dataclass(frozen=True, slots=True)
class Workspace:
    """root: the workspace folder. study_path: the study file. out: where outputs go."""

    root: Path
    study_path: Path
    out: Path
    settings: Settings = field(default_factory=Settings)

    @property
    def warehouse(self) -> Path:
        return self.root / ".payoff" / "warehouse"

    @property
    def identity(self) -> Path:
        """Folder of the identity map."""
        return self.root / self.settings.identity

    @property
    def statements(self) -> Path:
        """Segments of the statements that were fed from a record store."""
        return self.root / ".payoff" / "statements"

    @property
    def lock_path(self) -> Path:
        return self.study_path.with_suffix(".lock")

    def read_study_bytes(self) -> bytes:
        """The study file's bytes. Raises PayoffError (usage) when it cannot be read."""
        try:
            return self.study_path.read_bytes()
        except OSError as error:
            raise PayoffError([_unreadable(self.study_path, error)], exit_code=2) from None

    def read_lock_bytes(self) -> bytes | None:
        """The lock file's bytes, None while the study is unlocked."""
        return self.lock_path.read_bytes() if self.lock_path.exists() else None

    def read_secret(self) -> bytes:
        """The key that pseudonyms are made with: made once, its owner's alone.

        It lies with the identity map where that has a folder of its own, and moves there once it has one.
        Raises PayoffError I102 (6) when others may read it.
        """
        path = usual = self.root / ".payoff" / KEY
        if self.settings.identity != IDENTITY:
            path = make_folder(self.identity) / KEY
            if usual.exists() and not path.exists():
                write_new(path, usual.read_bytes())
                usual.unlink()
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_new(path, secrets.token_bytes(32))
        refuse_shared(path)
        return path.read_bytes()


def find_workspace(study: str | Path, out: str | Path | None = None) -> Workspace:
    """The workspace of a study file. `out` overrides the output folder."""
    path = Path(study)
    if path.is_dir():
        path = _only_study(path)
    folder = path.resolve().parent
    root = _find_root(folder)
    settings = read_settings(root)
    found = Path(out) if out is not None else root / settings.out
    return Workspace(root, path, Path(os.path.normpath(found)), settings)


def find_home(folder: str | Path) -> Workspace:
    """The workspace a folder is in, whether or not it holds a study."""
    path = Path(folder).resolve()
    root = _find_root(path)
    settings = read_settings(root)
    return Workspace(root, path, Path(os.path.normpath(root / settings.out)), settings)


def _find_root(folder: Path) -> Path:
    return next((p for p in (folder, *folder.parents) if (p / WORKSPACE_FILE).exists()), folder)


def _only_study(folder: Path) -> Path:
    studies = sorted(p for p in folder.glob("*.yml") if p.name != WORKSPACE_FILE)
    if len(studies) == 1:
        return studies[0]
    names = ", ".join(p.name for p in studies) or "none"
    raise PayoffError(
        [
            Problem(
                "U101",
                f"{folder} holds {len(studies)} studies ({names})",
                "payoff runs one study at a time",
                "name the study file",
            )
        ],
        exit_code=2,
    )


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(
        "U100",
        f"{path} cannot be read: {error.strerror or error}",
        "the study file is where everything starts",
        "give the path of a .yml file, or make one: payoff init --template sales",
        Place(str(path), 1, 1),
    )
