"""The Python API as a notebook uses it."""

import datetime as dt
from pathlib import Path

import pytest
from firm import write_deals, write_firm

import payoff as po
from payoff.nouns.effect import Effect
from payoff.nouns.problem import PayoffError
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> po.Run:
    path = write_firm(tmp_path_factory.mktemp("api"))
    study = po.Study(path)
    write_deals(path.parent, 6)
    study.lock("a.ruiz", "p.okoro", on=dt.date(2025, 12, 15))
    write_deals(path.parent, 12)
    return study.run(version="board")


def test_check_lists_problems_without_raising(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_firm(tmp_path)
    study = po.Study(path)
    assert len(study.check()) == 0
    path.write_text(path.read_text().replace("steward: hr-data", "stewart: hr-data"))
    problems = study.check()
    problems.show()
    assert "steward" in capsys.readouterr().out


def test_design_knows_its_power(tmp_path: Path) -> None:
    curve = po.Study(write_firm(tmp_path)).design().power_curve()
    assert not isinstance(curve, Refusal)
    chances = [float(row[1]) for row in curve.rows if row[1] is not None]
    assert chances == sorted(chances)
    assert chances[-1] > 0.9


def test_verdict_effect_and_money(run: po.Run) -> None:
    assert run.version == "board"
    assert run.verdict is not None
    assert run.verdict.verdict == "worked"
    assert isinstance(run.effect.locked, Effect)
    assert run.effect.estimators().table.rows
    assert "<svg" in run.effect.estimators()._repr_html_()
    assert isinstance(run.money.roi, Figure)
    assert run.money.figure("irr") == run.money.valuation.further["irr"]
    assert run.money.waterfall().alt


def test_what_if_keeps_the_published_figures(run: po.Run) -> None:
    """FIN-30."""
    published = run.money.roi
    lower = run.money.what_if(margin=0.2).roi
    assert isinstance(published, Figure)
    assert isinstance(lower, Figure)
    assert published.point is not None
    assert lower.point is not None
    assert (lower.point + 1) == pytest.approx((published.point + 1) / 2)  # half the margin, half the benefit
    assert run.money.roi == published
    with pytest.raises(PayoffError, match="margine"):
        run.money.what_if(margine=0.2)


def test_trace_and_files(run: po.Run, tmp_path: Path) -> None:
    trace = run.trace("roi")
    assert trace.rows("deals")
    assert "deals.csv" in str(trace)
    assert run.brief(tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")
    assert run.workbook(tmp_path / "a.xlsx").stat().st_size > 5_000
    assert b"<html" in run.story(tmp_path / "s.html").read_bytes()


def test_a_published_version_opens_again(run: po.Run) -> None:
    again = po.open_result(run.workspace.study_path, "board")
    assert again.document == run.document
    with pytest.raises(PayoffError, match="no estimates"):
        _ = again.verdict
