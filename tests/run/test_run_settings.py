"""The workspace file: what it may say, and that a misspelt setting is told."""

from pathlib import Path

import pytest

from payoff.nouns.problem import PayoffError
from payoff.run.settings import Retention, Settings, read_settings


def test_a_workspace_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings(out="out")


def test_the_output_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "payoff.yml").write_text("payoff: 1\nout: results\n")

    assert read_settings(tmp_path).out == "results"


def test_times_of_retention_are_days_and_never_too_few(tmp_path: Path) -> None:
    (tmp_path / "payoff.yml").write_text("retention: {rows: 24 months, packages: 90 days, backups: 1 year}\n")

    said = read_settings(tmp_path).retention

    assert said == Retention(packages=90, rows=24 * 31, backups=366)


def test_the_engine_and_its_master_are_said(tmp_path: Path) -> None:
    assert read_settings(tmp_path).engine == "duckdb"
    (tmp_path / "payoff.yml").write_text("payoff: 1\nengine: spark\nspark_master: spark://host:7077\n")

    settings = read_settings(tmp_path)

    assert (settings.engine, settings.spark_master) == ("spark", "spark://host:7077")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "list of settings"),
        ("a: [", "is not YAML"),
        ("ouT: x\n", "did you mean out?"),
        ("out: 3\n", "which is no text"),
        ("engine: polars\n", "one of: duckdb, spark"),
        ("retention: {row: 24 months}\n", "did you mean rows?"),
        ("retention: {rows: soon}\n", "90 days, 24 months"),
        ("retention: 3\n", "but no times"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_cure(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "payoff.yml").write_text(text)

    with pytest.raises(PayoffError) as caught:
        read_settings(tmp_path)

    problem = caught.value.problems[0]
    assert problem.code == "U102"
    assert said in f"{problem.what} {problem.fix}"
