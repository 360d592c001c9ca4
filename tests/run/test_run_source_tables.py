"""The workbook has rows of things without whose they are, and of people only how many and how to get them."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pyarrow as pa
import pytest
from health_firm import invent

from payoff.nouns.batch import Batch
from payoff.nouns.brief import Table
from payoff.nouns.identifying import Identifying
from payoff.nouns.people import people_floor
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Source, Study
from payoff.run.main_path import Prepared
from payoff.run.source_tables import WITHHELD, read_source_tables
from payoff.warehouse import land


def read_tables(study: Study, files: tuple[SourceFile, ...], root: Path) -> dict[str, Table]:
    prepared = cast(Prepared, SimpleNamespace(study=study, sources=files))
    return {table.id: table for table in read_source_tables(prepared, root)}


def of_teams(study: Study) -> Study:
    """The same study about teams: no unit and no pseudonym says that rows are of people."""
    found = replace(study, design=replace(study.design, unit="team_id", unit_label="team"))
    assert people_floor(found) == 0
    return found


def read_plain(root: Path, columns: dict[str, list[object]], **said: object) -> Table:
    """The table of one plain source with these columns, in a study about teams."""
    table = pa.table(columns).append_column("_row", pa.array(np.arange(1, len(columns["team_id"]) + 1)))
    source = Source("plain", "csv", "plain.csv", **said)  # type: ignore[arg-type]
    file = land(Batch(table, "ab" * 32, "plain.csv", (), "test"), source, root)
    study = replace(of_teams(invent(1).study), sources=(source,))
    return read_tables(study, (file,), root)["plain"]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Table]:
    root, firm = tmp_path_factory.mktemp("tables"), invent(1)
    return read_tables(of_teams(firm.study), firm.land(root), root)


def test_people_of_a_profile_are_withheld_whatever_the_unit_is(tables: dict[str, Table]) -> None:
    people = tables["people"]
    assert people.columns == WITHHELD
    assert len(people.rows) == 1
    n_rows, file, sha256, package, _, how = people.rows[0]
    assert file == "people.csv"
    assert isinstance(n_rows, int)
    assert n_rows > 60
    assert len(str(sha256)) == 64
    assert package
    assert "payoff learners export" in str(how)
    assert "payoff explain" in str(how)


def test_tickets_stay_without_whose_they_are(tables: dict[str, Table]) -> None:
    tickets = tables["tickets"]
    assert "ticket_id" in tickets.columns
    assert "agent_id" not in tickets.columns
    assert "without columns of persons: agent_id" in tickets.note
    assert len(tickets.rows) == 5_000


def test_a_source_with_identifiers_or_of_statements_is_withheld(tmp_path: Path) -> None:
    rows: dict[str, list[object]] = {"team_id": ["a", "b", "b"], "login_of": ["k1", "k2", "k2"]}
    named = read_plain(tmp_path / "1", rows, identifying=Identifying((("login_of", "hr"),)))
    assert named.columns == WITHHELD
    source = Source("plain", "statements", ".payoff/statements")
    file = SourceFile("plain", ".payoff/statements", "ab" * 32, 3, ("statement_id", "person"), "p")
    study = replace(of_teams(invent(1).study), sources=(source,))
    assert read_tables(study, (file,), tmp_path)["plain"].columns == WITHHELD


def test_a_plain_list_of_people_is_known_by_a_person_in_each_row(tmp_path: Path) -> None:
    people: dict[str, list[object]] = {
        "team_id": ["a", "a", "b"],
        "employee_no": [7, 8, 9],
        "site": ["x"] * 3,
    }
    assert read_plain(tmp_path / "1", people).columns == WITHHELD
    deals: dict[str, list[object]] = {
        "team_id": ["a", "a", "b"],
        "owner": ["k", "k", "l"],
        "users": [1, 2, 3],
    }
    assert read_plain(tmp_path / "2", deals).columns == ("row", "team_id", "users")


def test_capitals_do_not_bring_a_pseudonym_into_the_workbook(tmp_path: Path) -> None:
    firm = invent(1)
    study = of_teams(firm.study)
    study = replace(study, privacy=replace(study.privacy, pseudonymise=("AGENT_ID",)))
    assert read_tables(study, firm.land(tmp_path), tmp_path)["telephony"].columns == WITHHELD
