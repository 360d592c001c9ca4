"""Before launch at the command line: design, randomise, check, lock, ready; then the pilot runs."""

import datetime as dt
import json
from pathlib import Path

import pytest
from e2e_support import run_payoff
from pilot_firm import write_pilot, write_weeks

import payoff
from payoff.nouns.refusal import Refusal

STUDY = "pilot-90-days.yml"
LOCK = ("--analyst", "ana", "--finance", "fin", "--on", "2026-03-30")


def test_from_a_starter_to_a_running_pilot(tmp_path: Path) -> None:
    write_pilot(tmp_path)
    done = run_payoff("design", STUDY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "nobody is assigned yet" in done.stdout
    assert "draw reps by lot: sees" in done.stdout
    done = run_payoff("ready", STUDY, cwd=tmp_path)
    assert done.returncode == 4
    assert "STOP  controls locked" in done.stdout
    done = run_payoff("randomise", STUDY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "seed 20260105" in done.stdout
    done = run_payoff("lock", STUDY, *LOCK, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Retrospective" not in done.stdout
    done = run_payoff("ready", STUDY, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("Ready to start.\n")
    write_weeks(tmp_path, 60, dt.date(2026, 6, 30), lift=0.4)
    done = run_payoff("run", STUDY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Did it work?" in done.stdout


def test_documents_for_programs(tmp_path: Path) -> None:
    write_pilot(tmp_path, n_reps=24)
    design = json.loads(run_payoff("design", STUDY, "--json", cwd=tmp_path).stdout)
    assert design["power"]["verdict"] in ("large enough", "best case only", "too small to tell")
    lot = json.loads(run_payoff("randomise", STUDY, "--json", cwd=tmp_path).stdout)
    assert [arm["n_units"] for arm in lot["arms"]] == [12, 12]
    ready = json.loads(run_payoff("ready", STUDY, "--json", cwd=tmp_path).stdout)
    assert not ready["ready"]
    ranked = json.loads(run_payoff("rank", STUDY, "--json", cwd=tmp_path).stdout)
    assert ranked["candidates"][0]["reach"] == 400


def test_the_python_api_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = payoff.Study(write_pilot(tmp_path, n_reps=24))
    design = study.design()
    assert design.document == json.loads(run_payoff("design", STUDY, "--json", cwd=tmp_path).stdout)
    curve = design.power_curve((0.05, 0.5))
    assert not isinstance(curve, Refusal)
    assert float(str(curve.rows[0][1])) < float(str(curve.rows[1][1]))
    lot = study.randomise()
    assert sorted(lot.arm_of.values()) == ["comparison"] * 12 + ["program"] * 12
    assert not study.ready()
    assert {item.name for item in study.ready().missing} == {"plan locked"}
    design.show()
    lot.show()
    assert "Verdict" in capsys.readouterr().out


def test_errors_in_the_one_style(tmp_path: Path) -> None:
    write_pilot(tmp_path)
    path = tmp_path / STUDY
    path.write_text(path.read_text().replace("verdict is harmed", "it feels wrong"))
    done = run_payoff("design", STUDY, cwd=tmp_path)
    assert done.returncode == 3
    assert "P804" in done.stderr
    assert "  fix  " in done.stderr
    assert run_payoff("help", "P804", cwd=tmp_path).stdout.startswith("P804  An exit rule")
