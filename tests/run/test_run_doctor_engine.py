"""The doctor looks whether the engine of the workspace is installed."""

from pathlib import Path

import pytest

from payoff.run.doctor import Finding, examine


def engine(folder: Path) -> list[Finding]:
    return [finding for finding in examine(folder) if finding.name == "engine"]


def test_duckdb_needs_no_line_of_its_own(tmp_path: Path) -> None:
    assert engine(tmp_path) == []


def test_spark_without_java_must_be_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "payoff.yml").write_text("payoff: 1\nengine: spark\n")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    (found,) = engine(tmp_path)

    assert found.ok is False
    assert "no Java" in found.text
    assert "openjdk-17-jre-headless" in found.fix


def test_a_spark_that_is_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "payoff.yml").write_text("payoff: 1\nengine: spark\nspark_master: local[2]\n")
    monkeypatch.delenv("JAVA_HOME", raising=False)

    (found,) = engine(tmp_path)

    assert found == Finding("engine", True, "spark under local[2] is installed")
