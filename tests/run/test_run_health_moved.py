"""Times moved by whole or half hours are found: since the load before by row, within a load by the day."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from health_firm import Firm, findings, invent

from payoff.run.health.health_files import read_rows_at_fault

SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def move(firm: Firm, hours: float, since: dt.datetime = SINCE, until: dt.datetime | None = None) -> set[int]:
    """All times of contacts that began then are told so many hours later. Numbers of their rows."""
    started: list[Any] = firm.cells("contacts", "started_at")
    rows = [n for n, moment in enumerate(started) if since <= moment and (until is None or moment < until)]
    for column in ("started_at", "ended_at"):
        cells: list[Any] = firm.cells("contacts", column)
        for n in rows:
            cells[n] += dt.timedelta(hours=hours)
    return {n + 1 for n in rows}


@pytest.mark.parametrize(("hours", "words"), [(3, "3 h later"), (-1, "1 h earlier"), (0.5, "0.5 h later")])
def test_times_moved_since_the_load_before_are_found_row_for_row(
    hours: float, words: str, tmp_path: Path
) -> None:
    firm = invent(7)
    firm.land(tmp_path)
    rows = move(firm, hours)
    files = firm.land(tmp_path)
    health = firm.look(tmp_path, files)
    found = findings(health)
    assert set(found) == {"contacts.moved"}
    assert found["contacts.moved"].blocks
    assert found["contacts.moved"].rests_on == "loads"
    assert found["contacts.moved"].n_rows == len(rows)
    assert words in found["contacts.moved"].text
    listed = read_rows_at_fault(firm.study, files, health, tmp_path, 1_000_000)
    assert set(listed["contacts.moved"]["_row"].to_pylist()) == rows


def test_what_is_less_than_half_of_every_month_is_told_and_stops_nothing(tmp_path: Path) -> None:
    firm = invent(8)
    firm.land(tmp_path)
    rows = move(firm, 3, SINCE, SINCE + dt.timedelta(days=14))
    found = findings(firm.look(tmp_path, firm.land(tmp_path)))
    assert set(found) == {"contacts.moved"}
    assert (found["contacts.moved"].n_rows, found["contacts.moved"].blocks) == (len(rows), False)


def test_two_zones_of_one_summer_time_are_one_finding_with_all_its_rows(tmp_path: Path) -> None:
    firm = invent(9)
    firm.land(tmp_path)
    summer = dt.datetime(2025, 10, 26, tzinfo=dt.UTC)
    rows = move(firm, 2, summer - dt.timedelta(days=60), summer) | move(firm, 1, summer)
    found = findings(firm.look(tmp_path, firm.land(tmp_path)))
    assert found["contacts.moved"].n_rows == len(rows)
    assert "1 h later and 2 h later" in found["contacts.moved"].text


@pytest.mark.parametrize("change", [dt.timedelta(minutes=17), dt.timedelta(days=1), dt.timedelta(days=7)])
def test_corrected_times_are_no_moved_clock(change: dt.timedelta, tmp_path: Path) -> None:
    firm = invent(10)
    firm.land(tmp_path)
    cells: list[Any] = firm.cells("contacts", "ended_at")
    cells[-2_000:] = [moment + change for moment in cells[-2_000:]]
    found = findings(firm.look(tmp_path, firm.land(tmp_path)))
    assert "contacts.moved" not in found


def test_few_rows_of_one_shift_are_no_moved_clock(tmp_path: Path) -> None:
    firm = invent(11)
    firm.land(tmp_path)
    cells: list[Any] = firm.cells("contacts", "ended_at")
    cells[500::1_000] = [moment + dt.timedelta(hours=1) for moment in cells[500::1_000]]
    assert findings(firm.look(tmp_path, firm.land(tmp_path))) == {}


@pytest.mark.parametrize(("seed", "hours"), [(1, 7), (2, -6), (3, 4), (4, 9)])
def test_hours_that_jump_within_one_load_are_a_suspicion_with_its_day(
    seed: int, hours: int, tmp_path: Path
) -> None:
    firm = invent(seed)
    firm.tables["telephony"] = {name: [] for name in firm.tables["telephony"]}
    move(firm, hours)
    found = findings(firm.look(tmp_path))
    jumped = found["contacts.hours_jumped"]
    assert not jumped.blocks
    way = f"{abs(hours)} h {'later' if hours > 0 else 'earlier'}"
    assert jumped.text.startswith(f"From 2026-01-01 on the hours of work stand {way} than before")


@pytest.mark.parametrize("seed", range(20, 24))
def test_summer_time_is_no_jump_where_no_zone_is_declared(seed: int, tmp_path: Path) -> None:
    firm = invent(seed)
    sources = tuple(
        replace(s, layout=replace(s.layout, timezone="UTC"))
        if s.layout is not None and s.layout.timezone and s.name != "tickets"
        else s
        for s in firm.study.sources
    )
    firm.study = replace(firm.study, sources=sources)
    assert findings(firm.look(tmp_path)) == {}
