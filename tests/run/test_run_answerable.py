"""A plan that no data could answer stops at check, lock, ready and randomise, with its line and a remedy."""

import datetime as dt
from pathlib import Path

import pytest
from firm import write_deals, write_firm
from pilot_firm import write_pilot

from payoff.nouns.problem import PayoffError, Problem, Severity
from payoff.run.checking import check_everything
from payoff.run.designing import design_study
from payoff.run.draw_record import allocation_paths
from payoff.run.locking import lock_study
from payoff.run.progress import Silent
from payoff.run.randomising import randomise_study
from payoff.run.readiness import check_readiness
from payoff.run.workspace import find_workspace

ON = dt.date(2025, 12, 15)
SERIES = "  type: its\n  unit: rep_id\n  period: month\n"
DESIGN = "  type: did\n  unit: rep_id\n  period: month\n  cluster: team\n  launch: launch\n"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Six months before launch, six planned after it."""
    path = write_firm(tmp_path)
    write_deals(tmp_path, 6)
    return path


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new))


def stopped(path: Path) -> Problem:
    """The one error, said alike by check and by lock, which writes nothing."""
    workspace = find_workspace(path)
    checked = check_everything(workspace, Silent())
    error = checked.problems[0]
    assert (error.code, error.severity, checked.exit_code, checked.ok) == ("P720", Severity.ERROR, 3, False)
    with pytest.raises(PayoffError) as caught:
        lock_study(workspace, "ana", "fin", ON)
    assert (caught.value.problems, caught.value.exit_code) == ((error,), 3)
    assert not workspace.lock_path.exists()
    item = next(i for i in check_readiness(workspace, Silent(), ON) if i.name == "design can answer")
    assert item.stops
    assert "payoff design STUDY" in error.fix
    return error


def line(path: Path, error: Problem) -> str:
    assert error.place is not None
    return path.read_text().splitlines()[error.place.line - 1].strip()


def test_a_plan_that_can_be_answered_is_locked(study: Path) -> None:
    assert check_everything(find_workspace(study), Silent()).exit_code == 0
    assert lock_study(find_workspace(study), "ana", "fin", ON).threshold_lift is not None


def test_six_of_the_eight_months_a_series_needs(study: Path) -> None:
    rewrite(study, DESIGN, SERIES)
    error = stopped(study)
    assert "6 months before launch; 8 are needed" in error.what
    assert line(study, error).startswith("baseline:")
    assert error.fix.startswith("a baseline of 8 months or more")


def test_the_worst_with_nobody_to_compare(study: Path) -> None:
    rewrite(study, DESIGN, SERIES.replace("its", "before_after") + "  chosen: worst\n")
    assert line(study, stopped(study)) == "chosen: worst"


def test_six_of_the_fifteen_months_a_synthetic_control_needs(study: Path) -> None:
    design = SERIES.replace("its", "synthetic") + "  arm: drilled\n"
    rewrite(study, DESIGN, design)
    rewrite(
        study,
        "select rep_id, team, region, case when drilled then date '2026-01-01' end as launch",
        "select *",
    )
    assert "only 6 months before launch" in stopped(study).what


def test_one_team_an_arm(study: Path) -> None:
    rewrite(study, "  cluster: team\n", "  cluster: drilled\n")
    rewrite(study, "select rep_id, team, region,", "select rep_id, drilled, region,")
    error = stopped(study)
    assert line(study, error).startswith("cluster:")


def test_everybody_starts_at_once_and_nobody_later(study: Path) -> None:
    rewrite(study, "case when drilled then date '2026-01-01' end as", "date '2026-01-01' as")
    assert "none is left to compare with" in stopped(study).what


def test_a_level_of_a_handful_is_a_warning_and_the_plan_is_locked(study: Path) -> None:
    small = "case when team < 'team02' then 'few' else 'many' end"
    rewrite(study, "  launch: launch\n", "  launch: launch\n  subgroups: {size: grp}\n")
    rewrite(study, "select rep_id, team, region,", f"select rep_id, team, {small} as grp,")
    problems = check_everything(find_workspace(study), Silent()).problems
    warned = next(p for p in problems if p.code == "P722")
    assert warned.severity is Severity.WARNING
    assert "few cannot be answered for" in warned.what
    assert line(study, warned).startswith("subgroups:")
    assert lock_study(find_workspace(study), "ana", "fin", ON)


def test_those_nobody_has_measured_yet_may_still_come(study: Path) -> None:
    """Ten reps of two teams have a history; the rest are hired for launch. Nothing says it must fail."""
    deals = study.parent / "deals.csv"
    head, *rows = deals.read_text().splitlines()
    known = [row for row in rows if int(row[3:7]) % 16 in (0, 2)]
    deals.write_text("\n".join([head, *known]) + "\n")
    design = "  type: rct\n  unit: rep_id\n  period: month\n  cluster: team\n  arm: launch is not null\n"
    rewrite(study, DESIGN, design + "  method: difference_in_means\n  second: none\n")
    assert check_everything(find_workspace(study), Silent()).exit_code == 0


def test_no_lot_is_drawn_that_nothing_could_be_learned_from(tmp_path: Path) -> None:
    path = write_pilot(tmp_path)
    workspace = find_workspace(path)
    text = path.read_text()
    path.write_text(text.replace("  type: rct\n", "  type: rct\n  cluster: (tenure_months % 2)\n"))
    with pytest.raises(PayoffError) as caught:
        randomise_study(workspace, Silent())
    assert caught.value.exit_code in (3, 4)
    assert not allocation_paths(workspace)[0].exists()


def test_the_design_report_says_why(study: Path) -> None:
    rewrite(study, DESIGN, SERIES)
    report = design_study(find_workspace(study), Silent())
    assert report.hopeless is not None
    assert report.planned == report.hopeless
    found = {option.kind: option for option in report.options}
    visible = found["did"].visible
    assert isinstance(visible, float)
    assert visible < 1
