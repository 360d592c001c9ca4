"""Saved baselines stand in the appendix: every version, with who, why and what it was."""

import dataclasses
import datetime as dt
from pathlib import Path

from baseline_firm import write_calls

from payoff.nouns.brief import Brief, Table
from payoff.nouns.result import Result
from payoff.run.baselines.baseline_record import read_saved, save_baseline
from payoff.run.baselines.baselines_told import with_baselines
from payoff.run.baselines.baselining import measure_baseline
from payoff.run.baselines.saved_baseline import as_version
from payoff.run.progress import Silent
from payoff.run.running import Done, run_study
from payoff.run.workspace import find_workspace

NOVEMBER = dt.date(2025, 11, 30)


def told(brief: Brief) -> Table | None:
    return next((t for t in brief.appendix if t.id == "saved-baselines"), None)


def run(path: Path) -> Done:
    return run_study(find_workspace(path), None, False, "a4", Silent())


def as_people(done: Done) -> Result:
    """The result as of a study of people, whose floor is five, after the lock."""
    assert done.result is not None
    design = dataclasses.replace(done.result.study.design, unit_label="agent")
    study = dataclasses.replace(done.result.study, design=design)
    return dataclasses.replace(done.result, study=study, state="final")


def test_every_version_is_told_with_its_reason_and_nothing_of_later_before_the_lock(tmp_path: Path) -> None:
    """BAS-09."""
    path = write_calls(tmp_path, NOVEMBER)
    path.write_text(path.read_text().replace("unit_label: agent", "unit_label: site"))
    assert told(run(path).brief) is None
    workspace = find_workspace(path)
    report = measure_baseline(workspace, Silent())
    save_baseline(workspace, report, "Ana Lind", "", dt.date(2025, 12, 1))
    (figures,) = report.figures
    later = dataclasses.replace(figures, last_on=dt.date(2025, 12, 31), n_values=1)
    save_baseline(
        workspace, dataclasses.replace(report, figures=(later,)), "Ana Lind", "", dt.date(2026, 1, 2)
    )
    done = run(path)
    table = told(done.brief)
    assert table is not None
    (row,) = table.rows
    assert row[:5] == ("v1", "2025-12-01", "Ana Lind", "2024-01-01 to 2025-11-30", "Average handle time")
    assert str(row[5]).startswith("8.79")
    assert row[7:] == ("8", "first saved")
    of_people = as_people(done)
    bare = dataclasses.replace(done.brief, appendix=())
    again = with_baselines(bare, of_people, as_version(report), read_saved(workspace))
    both = told(again)
    assert both is not None
    assert [(r[0], r[7]) for r in both.rows] == [("v1", "not told"), ("v2", "not told")]


def test_a_version_from_which_the_run_could_be_subtracted_has_no_level(tmp_path: Path) -> None:
    path = write_calls(tmp_path, NOVEMBER)
    path.write_text(path.read_text().replace("unit_label: agent", "unit_label: site"))
    done, workspace = run(path), find_workspace(path)
    report = measure_baseline(workspace, Silent())
    save_baseline(workspace, report, "Ana Lind", "", dt.date(2025, 12, 1))
    of_people = as_people(done)
    own = as_version(report)
    one_more = dataclasses.replace(own, n_units=own.n_units + 1, units="others")
    levels = []
    for run_itself in (own, one_more):
        table = told(with_baselines(done.brief, of_people, run_itself, read_saved(workspace)))
        assert table is not None
        levels.append(str(table.rows[0][5]))
    assert levels[0].startswith("8.79")
    assert levels[1] == "not told"
