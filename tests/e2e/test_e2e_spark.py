"""A bundled study under `engine: spark`: every output as under DuckDB, to the byte."""

import os
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from payoff.run.progress import Silent
from payoff.run.running import run_study
from payoff.run.workspace import find_workspace

pytestmark = pytest.mark.spark
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
OUTPUTS = ("result.json", "story.html", "audit.xlsx", "brief.pdf")


def test_a_bundled_study_gives_the_same_outputs_on_spark(tmp_path: Path) -> None:
    made = {}
    for engine in ("duckdb", "spark"):
        home = tmp_path / engine
        home.mkdir()
        for item in files("payoff.demos").joinpath("illinois-wellness").iterdir():
            if item.is_file():
                (home / item.name).write_bytes(item.read_bytes())
        (home / "payoff.yml").write_text(f"payoff: 1\nengine: {engine}\nspark_master: local[2]\n")
        workspace = find_workspace(home / "illinois-wellness.yml")
        done = run_study(workspace, None, False, "a4", Silent())
        made[engine] = {name: (done.folder / name).read_bytes() for name in OUTPUTS}
        assert (workspace.warehouse / ".spark" / "driver.log").exists() == (engine == "spark")
        shutil.rmtree(workspace.out)
    assert made["spark"] == made["duckdb"]
