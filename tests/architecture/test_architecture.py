"""The house as built: import rule, tables of ARCHITECTURE.md, file sizes."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "payoff"


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading of ARCHITECTURE.md."""
    text = (ROOT / "ARCHITECTURE.md").read_text().split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    rows = [
        [c.strip() for c in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    return rows[2:]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter on the package below `folder`, under the project's own rule."""
    lint_imports = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [lint_imports, "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_rooms_in_the_table_are_the_rooms_of_the_package() -> None:
    named = {row[1] for row in table("Floors")}
    there = {p.name for p in PACKAGE.iterdir() if (p / "__init__.py").exists()}
    assert named == there


def test_floors_in_the_table_are_the_layers_of_the_import_rule() -> None:
    floors: dict[str, set[str]] = {}
    for floor, room, _ in table("Floors"):
        floors.setdefault(floor, set()).add(room)
    rule = re.search(r"layers = \[(.*?)\]", (ROOT / "pyproject.toml").read_text(), re.S)
    assert rule is not None
    layers = [set(re.split(r"\s*\|\s*", line)) for line in re.findall(r'"([^"]+)"', rule.group(1))]
    assert [floors[str(n)] for n in range(5, 0, -1)] == layers


def test_nouns_in_the_table_are_frozen_dataclasses_in_their_files() -> None:
    for noun, file, _ in table("Nouns"):
        tree = ast.parse((PACKAGE / "nouns" / file).read_text())
        found = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == noun)
        assert "frozen=True" in ast.unparse(found.decorator_list[0]), noun


def test_hops_in_the_table_are_called_by_the_run_in_that_order() -> None:
    calls = [row[1].strip("`").split(".")[1] for row in table("The main path (`payoff.run.main_path`)")]
    files = ("plan.py", "main_path.py", "running.py", "outputs.py")
    source = "".join((PACKAGE / "run" / file).read_text() for file in files)
    places = [re.search(rf"(?<!import )\b{call}\((?!\))", source) for call in calls]
    assert all(places), calls
    starts = [p.start() for p in places if p]
    assert starts == sorted(starts), calls


def test_folders_in_the_table_exist() -> None:
    for folder, _ in table("Around the package"):
        assert (ROOT / folder).is_dir(), folder


def test_the_import_rule_holds() -> None:
    result = lint(ROOT / "src")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "violation"),
    [
        ("nouns/refusal.py", "import payoff.finance"),  # upwards
        ("finance/__init__.py", "import payoff.causal"),  # sideways
        ("causal/__init__.py", "import duckdb"),  # a database below the line
    ],
)
def test_a_deliberate_violation_breaks_the_import_rule(tmp_path: Path, file: str, violation: str) -> None:
    shutil.copytree(PACKAGE, tmp_path / "payoff", ignore=shutil.ignore_patterns("*.parquet", "__pycache__"))
    target = tmp_path / "payoff" / file
    target.write_text(target.read_text() + f"\n{violation}\n")
    result = lint(tmp_path)
    assert result.returncode != 0
    assert "BROKEN" in result.stdout


def test_no_junk_drawers() -> None:
    names = {p.stem for p in PACKAGE.rglob("*.py")}
    assert not names & {"utils", "util", "common", "helpers", "base", "manager", "misc"}


def test_files_stay_small() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in PACKAGE.rglob("*.py")
        if (n := len(p.read_text().splitlines())) > 400
    }
    assert not long


def test_files_named_in_the_code_are_there() -> None:
    path = re.compile(r"\b(?:tests|docs)/[\w/.-]+\.(?:py|md|json)\b")
    named = {(f.name, found) for f in PACKAGE.rglob("*.py") for found in path.findall(f.read_text())}
    assert not {pair for pair in named if not (ROOT / pair[1]).is_file()}


def test_no_code_waits_to_be_written() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    waiting = [str(p.relative_to(ROOT)) for p in PACKAGE.rglob("*.py") if marks.search(p.read_text())]
    assert not waiting
