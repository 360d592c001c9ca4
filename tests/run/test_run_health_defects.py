"""A clean firm has no finding; a defect of each kind is found by its own finding alone, row for row."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from health_firm import LAST, STUDY, Firm, findings, invent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payoff.nouns.source_health import HealthRules
from payoff.run.health.health_files import read_rows_at_fault
from payoff.study import read_study

Seeded = set[int] | None  # numbers of the rows at fault; None: the finding is about no rows


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_a_clean_firm_has_no_finding(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    health = invent(seed).look(tmp_path_factory.mktemp("clean"))
    assert {f.id: f.text for f in findings(health).values()} == {}
    assert [one.score for one in health] == [100, 100, 100, 100]
    assert all(one.marks for one in health)


@dataclass(frozen=True)
class Defect:
    """finding: its id. seed: damages the firm and says which rows. earlier: a clean load goes before."""

    finding: str
    seed: Callable[[Firm, np.random.Generator], Seeded]
    blocks: bool
    earlier: bool = False


def pick(firm: Firm, source: str, rng: np.random.Generator, n: int = 7) -> list[int]:
    """Some rows of a source, from 0."""
    size = len(next(iter(firm.tables[source].values())))
    return sorted(rng.choice(size, n, replace=False).tolist())


def put(source: str, column: str, change: Callable[[Any], Any], n: int = 7) -> Callable[..., Seeded]:
    """A defect that changes one column in some rows."""

    def seed(firm: Firm, rng: np.random.Generator) -> Seeded:
        cells, rows = firm.cells(source, column), pick(firm, source, rng, n)
        for row in rows:
            cells[row] = change(cells[row])
        return {row + 1 for row in rows}

    return seed


def local_day(moment: Any) -> dt.date:
    day: dt.date = (moment + dt.timedelta(hours=1)).date()
    return day  # exact enough: nobody works near midnight


def drop(firm: Firm, source: str, gone: Callable[[int], bool]) -> None:
    """Takes rows out."""
    table = firm.tables[source]
    kept = [n for n in range(len(next(iter(table.values())))) if not gone(n)]
    firm.tables[source] = {name: [cells[n] for n in kept] for name, cells in table.items()}


def copy_rows(firm: Firm, rng: np.random.Generator, new_key: bool) -> Seeded:
    table, rows = firm.tables["tickets"], pick(firm, "tickets", rng)
    n = len(table["ticket_id"])
    for name, cells in table.items():
        cells.extend([cells[row] for row in rows])
        if name == "ticket_id" and new_key:
            cells[n:] = [f"X{k}" for k in range(len(rows))]
    return set(range(n + 1, n + len(rows) + 1))


def solved_before(firm: Firm, rng: np.random.Generator) -> Seeded:
    rows = pick(firm, "tickets", rng, 300)
    for row in rows:
        created: Any = firm.cells("tickets", "created_at")[row]
        firm.cells("tickets", "solved_at")[row] = created - dt.timedelta(minutes=5)
    return {row + 1 for row in rows}


def in_future(firm: Firm, rng: np.random.Generator) -> Seeded:
    return put("tickets", "solved_at", lambda _: dt.datetime.now(dt.UTC) + dt.timedelta(days=40))(firm, rng)


def ahead_of_load(firm: Firm, rng: np.random.Generator) -> Seeded:
    return put("tickets", "solved_at", lambda _: dt.datetime.now(dt.UTC) + dt.timedelta(hours=2))(firm, rng)


def long_ago(firm: Firm, rng: np.random.Generator) -> Seeded:
    rows = pick(firm, "telephony", rng)
    for row in rows:
        firm.cells("telephony", "started_at")[row] = dt.datetime(1970, 1, 1, 9, 0, 7, tzinfo=dt.UTC)
    return {row + 1 for row in rows}


def stale(firm: Firm, rng: np.random.Generator) -> None:
    created: list[Any] = firm.cells("tickets", "created_at")
    drop(firm, "tickets", lambda n: local_day(created[n]) > LAST - dt.timedelta(days=14))


def missing_days(firm: Firm, rng: np.random.Generator) -> None:
    days = {dt.date(2025, 8, 12), dt.date(2025, 8, 13)}
    created: list[Any] = firm.cells("tickets", "created_at")
    drop(firm, "tickets", lambda n: local_day(created[n]) in days)


def thin_week(firm: Firm, rng: np.random.Generator) -> None:
    created: list[Any] = firm.cells("tickets", "created_at")
    drop(
        firm,
        "tickets",
        lambda n: dt.date(2025, 8, 11) <= local_day(created[n]) < dt.date(2025, 8, 18) and n % 4 > 0,
    )


def doubled_week(firm: Firm, rng: np.random.Generator) -> None:
    table = firm.tables["tickets"]
    week = [
        n
        for n, created in enumerate(table["created_at"])
        if dt.date(2025, 8, 11) <= local_day(created) < dt.date(2025, 8, 18)
    ]
    for name, cells in table.items():
        again: list[Any] = [cells[row] for _ in range(2) for row in week]
        if name == "ticket_id":
            again = [f"W{k}" for k in range(len(again))]
        if name == "elapsed_minutes":
            again = [minutes + float(rng.random()) for minutes in again]
        cells.extend(again)


def cut_last_day(firm: Firm, rng: np.random.Generator) -> Seeded:
    """The export was made early on a working day."""
    last = dt.date(2026, 3, 27)
    created: list[Any] = firm.cells("tickets", "created_at")
    early = [n for n, c in enumerate(created) if local_day(c) == last][:4]
    drop(firm, "tickets", lambda n: local_day(created[n]) >= last and n not in early)
    n = len(firm.cells("tickets", "created_at"))
    return set(range(n - 3, n + 1))


def halved_load(firm: Firm, rng: np.random.Generator) -> None:
    drop(firm, "contacts", lambda n: n % 3 > 0)


def doubled_load(firm: Firm, rng: np.random.Generator) -> None:
    table = firm.tables["contacts"]
    for name, cells in table.items():
        again: list[Any] = list(cells) * 2
        if name == "interaction_id":
            again = [f"D{k}" for k in range(len(again))]
        if name == "handle_seconds":
            again = [seconds + float(rng.random()) for seconds in again]
        cells.extend(again)


def vanished_month(firm: Firm, rng: np.random.Generator) -> None:
    started: list[Any] = firm.cells("contacts", "started_at")
    drop(firm, "contacts", lambda n: started[n].month == 7 and n % 3 == 0)


def an_hour_off(firm: Firm, rng: np.random.Generator) -> Seeded:
    cells: list[Any] = firm.cells("telephony", "started_at")
    cells[:] = [moment + dt.timedelta(hours=2) for moment in cells]
    return set(range(1, len(cells) + 1))


def at_midnight(firm: Firm, rng: np.random.Generator) -> Seeded:
    cells: list[Any] = firm.cells("contacts", "ended_at")
    for n, moment in enumerate(cells):  # the next midnight of Berlin
        day = local_day(moment) + dt.timedelta(days=1)
        summer = dt.date(2025, 3, 30) < day <= dt.date(2025, 10, 26)
        cells[n] = dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(hours=2 if summer else 1)
    return set(range(1, len(cells) + 1))


def at_night(firm: Firm, rng: np.random.Generator) -> None:
    """Told in Tokyo's time: both sources of contacts, so that they agree with each other."""
    for source in ("contacts", "telephony"):
        for column in ("started_at", "ended_at"):
            cells: list[Any] = firm.tables[source].get(column, [])
            cells[:] = [moment + dt.timedelta(hours=13) for moment in cells]
    drop(firm, "telephony", lambda n: True)


def minutes_now(firm: Firm, rng: np.random.Generator) -> Seeded:
    started: list[Any] = firm.cells("contacts", "started_at")
    cells: list[Any] = firm.cells("contacts", "handle_seconds")
    late = [n for n, moment in enumerate(started) if local_day(moment) >= dt.date(2025, 12, 1)]
    for n in late:
        cells[n] /= 60
    return {n + 1 for n in late}


def all_minutes(firm: Firm, rng: np.random.Generator) -> None:
    cells: list[Any] = firm.cells("contacts", "handle_seconds")
    cells[:] = [seconds / 60 for seconds in cells]


def renamed_channel(firm: Firm, rng: np.random.Generator) -> Seeded:
    started: list[Any] = firm.cells("contacts", "started_at")
    cells = firm.cells("contacts", "channel")
    late = [n for n, c in enumerate(cells) if c == "voice" and local_day(started[n]) >= dt.date(2025, 12, 1)]
    for n in late:
        cells[n] = "telephone"
    return {n + 1 for n in late}


def new_status(firm: Firm, rng: np.random.Generator) -> Seeded:
    return put("tickets", "status", lambda _: "done", 2500)(firm, rng)


def blanks_jumped(firm: Firm, rng: np.random.Generator) -> Seeded:
    return put("tickets", "priority", lambda _: None, 2000)(firm, rng)


def leavers_missing(firm: Firm, rng: np.random.Generator) -> None:
    cells: list[Any] = firm.cells("people", "left_on")
    cells[:] = [None if day is not None and day >= dt.date(2025, 12, 1) else day for day in cells]


def no_column(firm: Firm, rng: np.random.Generator) -> None:
    del firm.tables["tickets"]["agent_id"]


def columns_gone(firm: Firm, rng: np.random.Generator) -> None:
    del firm.tables["contacts"]["hold_seconds"]


def strangers(firm: Firm, rng: np.random.Generator) -> Seeded:
    return put("tickets", "agent_id", lambda _: "nobody")(firm, rng)


def words_for_times(firm: Firm, rng: np.random.Generator) -> None:
    """A source whose declared time came as words."""
    source = next(s for s in firm.study.sources if s.name == "people")
    rules = HealthRules(when="team_id", orders=(("hired_on", "left_on"),))
    told = replace(source, health=rules)
    sources = tuple(told if s is source else s for s in firm.study.sources)
    firm.study = replace(firm.study, sources=sources)


DEFECTS = [
    Defect("people.not_a_time.team_id", words_for_times, True),
    Defect("tickets.blank.agent_id", put("tickets", "agent_id", lambda _: None, 400), True),
    Defect("tickets.blank.created_at", put("tickets", "created_at", lambda _: None), False),
    Defect("tickets.no_column.agent_id", no_column, True),
    Defect("contacts.columns_gone", columns_gone, False, earlier=True),
    Defect("people.leavers_missing", leavers_missing, True),
    Defect("tickets.blanks_jumped.priority", blanks_jumped, False, earlier=True),
    Defect("tickets.copies", lambda firm, rng: copy_rows(firm, rng, False), False),
    Defect("tickets.same_under_another_key", lambda firm, rng: copy_rows(firm, rng, True), False),
    Defect("contacts.range.handle_seconds", put("contacts", "handle_seconds", lambda s: -s), False),
    Defect("contacts.range.hold_seconds", put("contacts", "hold_seconds", lambda _: 100_000.0, 900), True),
    Defect("tickets.order.created_at.solved_at", solved_before, True),
    Defect("tickets.future.solved_at", in_future, False),
    Defect("telephony.long_ago.started_at", long_ago, False),
    Defect("tickets.orphan.agent_id", strangers, False),
    Defect("tickets.orphan.agent_id", put("tickets", "agent_id", lambda _: "nobody", 2000), True),
    Defect("tickets.stale", stale, False),
    Defect("tickets.missing_days", missing_days, False),
    Defect("tickets.weeks_halved", thin_week, False),
    Defect("tickets.weeks_doubled", doubled_week, False),
    Defect("tickets.partial_last_day", cut_last_day, False),
    Defect("contacts.load_halved", halved_load, True, earlier=True),
    Defect("contacts.load_doubled", doubled_load, False, earlier=True),
    Defect("contacts.rows_vanished", vanished_month, True, earlier=True),
    Defect("tickets.ahead.solved_at", ahead_of_load, False),
    Defect("telephony.shifted.contacts", an_hour_off, True),
    Defect("contacts.midnight.ended_at", at_midnight, False),
    Defect("contacts.at_night", at_night, False),
    Defect("contacts.unit.handle_seconds", minutes_now, True),
    Defect("contacts.unit_of_load.handle_seconds", all_minutes, True, earlier=True),
    Defect("contacts.words.channel", renamed_channel, False),
    Defect("tickets.words_of_load.status", new_status, False, earlier=True),
]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: f"{d.finding}{'!' if d.blocks else ''}")
def test_a_seeded_defect_is_found_alone_and_row_for_row(defect: Defect, tmp_path: Path) -> None:
    seed = sum(map(ord, defect.finding))
    firm = invent(seed)
    if defect.earlier:
        firm.land(tmp_path)
    rows = defect.seed(firm, np.random.default_rng(seed))
    files = firm.land(tmp_path)
    health = firm.look(tmp_path, files)
    found = findings(health)
    assert {f.id: f.text for f in found.values()}.keys() == {defect.finding}
    finding = found[defect.finding]
    assert finding.blocks is defect.blocks
    assert finding.n_rows == (None if rows is None else len(rows))
    assert finding.means.endswith(tuple("abcdefghijklmnopqrstuvwxyz0123456789"))
    listed = read_rows_at_fault(firm.study, files, health, tmp_path, 1_000_000)
    assert {id_: set(table["_row"].to_pylist()) for id_, table in listed.items()} == (
        {} if rows is None else {defect.finding: rows}
    )
    own = next(one for one in health if one.source == finding.source)
    assert own.score < 100
    assert [one.score for one in health if one is not own] == [100, 100, 100]


def test_the_number_of_a_row_may_be_the_key_and_copies_are_still_found(tmp_path: Path) -> None:
    firm = invent(1)
    text = STUDY.replace("  contacts: {csv: contacts.csv, ", "  contacts: {csv: contacts.csv, key: _row, ")
    firm.study = read_study(text.encode(), "care.yml")
    for cells in firm.tables["contacts"].values():
        cells.append(cells[7])
    ((name, found),) = findings(firm.look(tmp_path)).items()
    assert (name, found.n_rows) == ("contacts.copies", 1)
