"""The installed command on real data, once per session and process."""

import json
from pathlib import Path
from typing import Any

import pytest
from e2e_support import run_payoff


@pytest.fixture(scope="session")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `payoff demo run --all` was run."""
    folder = tmp_path_factory.mktemp("demos")
    done = run_payoff("demo", "run", "--all", cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "stdout.txt").write_text(done.stdout)
    return folder


def read_document(folder: Path, study: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "out" / study / "latest" / "result.json").read_text())
    return document


@pytest.fixture(scope="session")
def michigan(demos: Path) -> dict[str, Any]:
    return read_document(demos, "michigan-training-grants")


@pytest.fixture(scope="session")
def illinois(demos: Path) -> dict[str, Any]:
    return read_document(demos, "illinois-wellness")
