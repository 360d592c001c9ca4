"""payoff baseline: a known firm has the level, season and gaps it was given; nothing later is read."""

import csv
import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from baseline_firm import write_calls

from payoff.nouns.baseline import Level, Season, Spread, Trend, YearBefore
from payoff.nouns.people import FLOOR
from payoff.nouns.problem import PayoffError
from payoff.nouns.refusal import Refusal
from payoff.run.baselines.baseline_compare import check_comparable, compare_document, compare_lines
from payoff.run.baselines.baseline_record import compare_saved, read_saved, record_path, save_baseline
from payoff.run.baselines.baseline_words import baseline_document, baseline_lines
from payoff.run.baselines.baselining import BaselineReport, measure_baseline, same_periods
from payoff.run.locking import lock_study
from payoff.run.plan import read
from payoff.run.progress import Silent
from payoff.run.workspace import find_workspace

NOVEMBER, YEAR_END = dt.date(2025, 11, 30), dt.date(2025, 12, 31)
TODAY = dt.date(2025, 12, 1)


def measure(path: Path) -> BaselineReport:
    return measure_baseline(find_workspace(path), Silent())


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_calls(tmp_path_factory.mktemp("calls"), NOVEMBER)


@pytest.fixture(scope="module")
def report(study: Path) -> BaselineReport:
    return measure(study)


def test_the_level_is_the_sum_of_minutes_over_the_sum_of_calls(study: Path, report: BaselineReport) -> None:
    with (study.parent / "calls.csv").open() as file:
        seconds = [float(row["handle_seconds"]) for row in csv.DictReader(file)]
    (aht,) = report.figures
    assert isinstance(aht.level, Level)
    assert aht.level.numerator == pytest.approx(sum(seconds) / 60)
    assert aht.level.denominator == len(seconds)
    assert aht.level.value == pytest.approx(np.mean(seconds) / 60)


def test_gaps_and_sizes_are_counted(report: BaselineReport) -> None:
    (aht,) = report.figures
    assert (aht.n_units, aht.n_seen, aht.n_periods) == (8, 8, 23)
    assert (aht.n_values, aht.n_missing) == (183, 1)
    assert (aht.first_on, aht.last_on) == (dt.date(2024, 1, 1), dt.date(2025, 11, 30))


def test_a_december_spike_shows_before_launch_as_the_season_it_is(report: BaselineReport) -> None:
    """The follow-up is a December: a year earlier it was six minutes above the rest without any program."""
    (aht,) = report.figures
    assert isinstance(aht.year_before, YearBefore)
    assert aht.year_before.n_periods == 1
    assert aht.year_before.low < 6 < aht.year_before.high
    assert aht.year_before.difference == pytest.approx(6, abs=0.2)
    assert isinstance(aht.trend, Trend)
    assert isinstance(aht.spread, Spread)
    assert not isinstance(aht.season, Season)  # 23 months are less than two years
    assert "24 months (two years) are needed" in aht.season.reason


def test_what_comes_after_the_baseline_changes_nothing(tmp_path: Path, report: BaselineReport) -> None:
    later = measure(write_calls(tmp_path, YEAR_END))
    assert later.figures == report.figures


def test_of_fewer_than_five_people_nothing_is_told(tmp_path: Path) -> None:
    path = write_calls(tmp_path, NOVEMBER)
    calls = (tmp_path / "calls.csv").read_text().splitlines(keepends=True)
    (tmp_path / "calls.csv").write_text("".join(line for line in calls if line[:2] not in ("a6", "a7")))
    assert measure(path).figures[0].n_seen is None  # 8 in the cohort: two who were not seen
    few = ("ag", "a0", "a1", "a2", "a3")
    (tmp_path / "calls.csv").write_text("".join(line for line in calls if line[:2] in few))
    (figures,) = measure(path).figures
    assert isinstance(figures.level, Refusal)
    assert "Fewer than 5 agents" in figures.level.reason
    (tmp_path / "people.csv").write_text("agent_id,arm\na1,program\na2,waits\na3,program\na4,waits\n")
    with pytest.raises(PayoffError, match="N100 fewer than 5 agents in calls"):
        measure(path)


def test_events_of_the_window_are_told_and_no_others(report: BaselineReport) -> None:
    said = baseline_lines(report, ())
    assert ("Event", "2025-03-03 to 2025-03-07: telephone outage") in said
    assert [e.what for e in report.events] == ["telephone outage"]
    assert any("planned 7.5" in text for _, text in said)
    document = baseline_document(report, ())
    assert json.loads(json.dumps(document))["metrics"][0]["season"]["refused"].startswith("It cannot be seen")


def test_a_year_earlier_is_the_same_weekday_of_days_and_the_same_week_of_weeks() -> None:
    days = np.arange("2024-01-01", "2026-01-01", dtype="datetime64[D]")
    wanted = days[same_periods(days, np.array(["2025-12-24"], dtype="datetime64[D]"), "day")]
    assert [str(d) for d in wanted] == ["2024-12-25"]  # Wednesdays both
    mondays = np.arange("2024-01-01", "2026-01-01", 7, dtype="datetime64[D]")
    wanted = mondays[same_periods(mondays, np.array(["2025-12-22"], dtype="datetime64[D]"), "week")]
    assert [str(d) for d in wanted] == ["2024-12-23"]
    months = np.array(["2024-02-01", "2024-03-01"], dtype="datetime64[D]")
    wanted = months[same_periods(months, np.array(["2025-03-01"], dtype="datetime64[D]"), "month")]
    assert [str(d) for d in wanted] == ["2024-03-01"]


def test_a_saved_baseline_stays_and_a_later_one_replaces_it_with_a_reason(tmp_path: Path) -> None:
    path = write_calls(tmp_path, NOVEMBER)
    workspace = find_workspace(path)
    first, new = save_baseline(workspace, measure(path), " Ana  Lind ", "", TODAY)
    assert new
    assert (first.version, first.by, first.n_units) == ("v1", "Ana Lind", 8)
    assert save_baseline(workspace, measure(path), "Ana Lind", "", TODAY) == (first, False)
    before = record_path(workspace).read_bytes()
    write_calls(tmp_path, NOVEMBER, seed=6)
    with pytest.raises(PayoffError, match="U223"):
        save_baseline(workspace, measure(path), "Ana Lind", "", TODAY)
    second, _ = save_baseline(workspace, measure(path), "Ana Lind", "measured again in the pilot", TODAY)
    assert record_path(workspace).read_bytes().startswith(before)
    assert [s.version for s in read_saved(workspace)] == ["v1", "v2"]
    (compared,) = compare_saved(read_saved(workspace), "v1", "v2", FLOOR)
    assert compared.change == pytest.approx(second.metrics[0]["level"] - first.metrics[0]["level"])
    lines = baseline_lines(measure(path), read_saved(workspace))
    assert [text for label, text in lines if label == "Saved" and "measured again in the pilot" in text]


def test_other_definitions_and_other_units_are_not_compared(tmp_path: Path) -> None:
    path = write_calls(tmp_path, NOVEMBER)
    path.write_text(path.read_text().replace("unit_label: agent", "unit_label: site"))
    workspace = find_workspace(path)
    save_baseline(workspace, measure(path), "ana", "", TODAY)
    doubled = "source: calls, columns: {handle_seconds: handle_seconds * 2},"
    path.write_text(path.read_text().replace("source: calls,", doubled))
    (tmp_path / "people.csv").write_text(
        "agent_id,arm\na1,program\na2,waits\na3,program\na4,waits\na5,program\n"
    )
    save_baseline(workspace, measure(path), "ana", "new wrap-up codes", TODAY)
    compared = compare_saved(read_saved(workspace), "v1", "v2", 0)
    with pytest.raises(PayoffError) as error:
        check_comparable(compared, "v1", "v2")
    assert error.value.exit_code == 5
    assert "it is defined differently" in str(error.value)
    assert "8 then, 5 now" in str(error.value)
    assert compared[0].change is None
    told = dict(compare_lines(read(workspace), compared, "v1", "v2"))
    assert "not comparable" in told["Average handle time"]
    assert compare_document(compared, "v1", "v2")["metrics"][0]["change"] is None


def test_a_snapshot_after_is_of_the_same_definition_and_units_and_waits_for_the_lock(tmp_path: Path) -> None:
    workspace = find_workspace(write_calls(tmp_path, YEAR_END))
    with pytest.raises(PayoffError, match="U225"):
        measure_baseline(workspace, Silent(), after=True)
    save_baseline(workspace, measure(workspace.study_path), "ana", "", TODAY)
    lock_study(workspace, "ana", "fin", TODAY)
    report = measure_baseline(workspace, Silent(), after=True)
    after, new = save_baseline(workspace, report, "ana", "", YEAR_END)
    assert new
    assert (after.first_on, after.last_on, after.metrics[0]["denominator"]) == (
        "2025-12-01",
        "2025-12-31",
        16,
    )
    (compared,) = compare_saved(read_saved(workspace), "v1", "v2", FLOOR)
    assert compared.reasons == ()
    assert compared.change is not None
    assert compared.change > 4  # December, and no program: a snapshot is no effect


def test_another_window_is_no_other_definition(study: Path, report: BaselineReport) -> None:
    from payoff.nouns.baseline import hash_definition

    metric = report.study.metrics[0]
    values = "(values (date '{}', date '{}')) as p(starts_on, ends_before)"
    spine = f"with periods as (select starts_on, ends_before from {values}) select 1"
    one, two = (
        replace(metric, sql=spine.format(*days))
        for days in (("2025-01-01", "2025-02-01"), ("2026-01-01", "2026-02-01"))
    )
    assert hash_definition(one) == hash_definition(two)
    assert hash_definition(one) != hash_definition(replace(one, version=2))


def test_a_record_that_was_edited_is_told(tmp_path: Path) -> None:
    path = write_calls(tmp_path, NOVEMBER)
    workspace = find_workspace(path)
    save_baseline(workspace, measure(path), "ana", "", TODAY)
    write_calls(tmp_path, NOVEMBER, seed=6)
    save_baseline(workspace, measure(path), "ana", "again", TODAY)
    record = record_path(workspace)
    record.write_text(record.read_text().replace('"by": "ana"', '"by": "eve"', 1))
    with pytest.raises(PayoffError, match="line 2 was edited, or one before it"):
        read_saved(workspace)
    with pytest.raises(PayoffError, match="U220"):
        compare_saved((), "v1", "v2", FLOOR)
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(PayoffError, match="U222"):
        save_baseline(find_workspace(write_calls(other, NOVEMBER)), measure(path), " ", "", TODAY)
