"""Health of sources that come in pieces, and of columns that hold keys of the identity map."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from health_firm import findings, invent
from loading_firm import Row, export, load, workspace, write_study

from payoff.nouns.identifying import Identifying
from payoff.nouns.source_file import SourceFile
from payoff.nouns.source_health import Finding
from payoff.nouns.study import Study
from payoff.run.arrival import land_sources
from payoff.run.health.health_files import keys_of, read_rows_at_fault, render_rows
from payoff.run.health.health_gate import accept, stand
from payoff.run.health.judging import look_at_sources
from payoff.run.plan import read
from payoff.run.progress import Silent

TODAY = dt.date(2026, 3, 1)
FOLDER = (
    "{folder: 'exports/*.csv', key: [rep_id, month], steward: sales-ops,\n"
    "          health: {when: month, ranges: {deals: 0..100}}}"
)


def month(n: int, deals: int = 5, n_reps: int = 30) -> list[Row]:
    return [(f"r{rep:02d}", f"2026-{n:02d}-01", deals) for rep in range(n_reps)]


def look(study: Path) -> tuple[Study, tuple[SourceFile, ...], dict[str, Finding]]:
    """What a run would find in the loads as they are; that people.csv has addresses is no matter here."""
    place = workspace(study)
    plan = read(place)
    files = land_sources(plan, place, Silent())
    found = findings(look_at_sources(plan, files, place.warehouse, TODAY))
    return plan, files, {id: finding for id, finding in found.items() if finding.kind != "privacy"}


def test_a_finding_names_file_and_row_of_the_piece(tmp_path: Path) -> None:
    study = write_study(tmp_path, FOLDER)
    export(tmp_path, "w1.csv", month(1))
    export(tmp_path, "w2.csv", [*month(2)[:3], ("r99", "2026-02-01", -4)])
    load(study)
    plan, files, found = look(study)
    assert set(found) == {"deals.range.deals"}
    place = workspace(study)
    health = look_at_sources(plan, files, place.warehouse, TODAY)
    tables = read_rows_at_fault(plan, files, health, place.warehouse)
    assert keys_of(tables["deals.range.deals"], 5) == ("r99, 2026-02-01 (row 4 of exports/w2.csv)",)
    told = render_rows(tables, place)["deals.range.deals.csv"].decode()
    assert told == "file,row,rep_id,month\nexports/w2.csv,4,r99,2026-02-01\n"


def test_a_row_in_two_files_is_a_copy_where_no_key_is_declared(tmp_path: Path) -> None:
    study = write_study(tmp_path, FOLDER.replace("key: [rep_id, month], ", ""))
    export(tmp_path, "w1.csv", month(1))
    export(tmp_path, "w2.csv", [*month(2), *month(1)[:2]])
    load(study)
    _, _, found = look(study)
    assert found["deals.copies"].n_rows == 2


def test_a_load_is_held_against_the_merged_load_before_and_never_against_a_piece(tmp_path: Path) -> None:
    study = write_study(tmp_path, FOLDER)
    for n in (1, 2, 3):
        export(tmp_path, f"w{n}.csv", month(n))
    load(study)
    _, _, first = look(study)
    assert first == {}
    export(tmp_path, "w4.csv", month(4))
    load(study)
    _, _, grown = look(study)
    assert grown == {}
    for n in (5, 6, 7, 8, 9, 10, 11, 12):
        export(tmp_path, f"w{n}.csv", month(n))
    load(study)
    _, _, doubled = look(study)
    assert "deals.load_doubled" in doubled
    assert doubled["deals.load_doubled"].text.count("120")


def test_an_acceptance_is_of_the_load_and_not_of_the_next(tmp_path: Path) -> None:
    study = write_study(tmp_path, FOLDER)
    export(tmp_path, "w1.csv", [*month(1), ("r99", "2026-01-01", -4)])
    load(study)
    plan, files, found = look(study)
    place = workspace(study)
    health = look_at_sources(plan, files, place.warehouse, TODAY)
    assert health[0].load == files[0].sha256
    assert found["deals.range.deals"].blocks
    stood = stand(plan, health, place, TODAY)
    accept(plan, stood, place, "deals.range.deals", "sales-ops", "returns", dt.date(2999, 12, 31), TODAY)
    assert [one.stops for one in stand(plan, health[:1], place, TODAY)] == [False]
    export(tmp_path, "w2.csv", month(2))
    load(study)
    plan, files, _ = look(study)
    later = look_at_sources(plan, files, place.warehouse, TODAY)
    assert [one.stops for one in stand(plan, later[:1], place, TODAY)] == [True]


@pytest.mark.parametrize(
    ("told_of", "orphans"),
    [((), True), (("telephony",), False), (("people",), False), (("telephony", "people"), True)],
)
def test_agents_are_looked_up_in_people_only_where_both_hold_the_same_keys(
    told_of: tuple[str, ...], orphans: bool, tmp_path: Path
) -> None:
    firm = invent(3)
    agents = firm.cells("telephony", "agent_id")
    agents[:] = [f"genesys-{agent}" for agent in agents]
    columns = {"telephony": "agent_id", "people": "person_id"}
    firm.study = replace(
        firm.study,
        sources=tuple(
            replace(s, identifying=Identifying(((columns[s.name], "any"),))) if s.name in told_of else s
            for s in firm.study.sources
        ),
    )
    assert ("telephony.orphan.agent_id" in findings(firm.look(tmp_path))) is orphans
