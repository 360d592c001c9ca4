"""No source reads the identity map or what payoff keeps, whatever its path looks like."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from loading_firm import export, load, refused, workspace, write_study

from payoff.run.checking import check_everything
from payoff.run.plan import read
from payoff.run.progress import Silent

NAME = "ada.abel@firm.example"


def write_map(folder: Path, identity: str = ".payoff/identity") -> Path:
    """A map of one address, in SQLite and as an export beside it."""
    place = folder / identity
    place.mkdir(parents=True)
    with sqlite3.connect(place / "people.sqlite") as connection:
        connection.execute("create table deals (rep_id text, month text, deals int)")
        connection.execute("insert into deals values (?, '2026-01-01', 1)", [NAME])
    connection.close()
    (place / "list.csv").write_text(f"rep_id,month,deals\n{NAME},2026-01-01,1\n")
    return place


def link_file(folder: Path) -> None:
    (folder / "crm.db").symlink_to(folder / ".payoff/identity/people.sqlite")
    (folder / "list.csv").symlink_to(folder / ".payoff/identity/list.csv")


def link_folder(folder: Path) -> None:
    (folder / "exports").symlink_to(folder / ".payoff/identity")


def link_hard(folder: Path) -> None:
    os.link(folder / ".payoff/identity/people.sqlite", folder / "crm.db")


def move_map(folder: Path) -> None:
    """The folder itself is a link, to where the source reads."""
    (folder / ".payoff/identity").rename(folder / "elsewhere")
    (folder / ".payoff/identity").symlink_to(folder / "elsewhere")


def leave(folder: Path) -> None:
    """Nothing but the map."""


MAP = "database: '{url}', table: deals"
SOURCES: list[tuple[str, Callable[[Path], None]]] = [
    (MAP.format(url="sqlite:////{folder}/.payoff/identity/people.sqlite"), leave),
    (MAP.format(url="sqlite:///.payoff/identity/people.sqlite"), leave),
    (MAP.format(url="SQLite:///x/../.payoff/./identity/people.sqlite"), leave),
    (MAP.format(url="sqlite+pysqlite:///.payoff/identity/people.sqlite?timeout=5"), leave),
    (MAP.format(url="sqlite:///file:.payoff/identity/people.sqlite?uri=true"), leave),
    (MAP.format(url="sqlite:///file://{folder}/.payoff/identity/people.sqlite?uri=true"), leave),
    (MAP.format(url="sqlite:///crm.db"), link_file),
    (MAP.format(url="sqlite:///crm.db"), link_hard),
    (MAP.format(url="sqlite:///elsewhere/people.sqlite"), move_map),
    ("csv: .payoff/identity/list.csv", leave),
    ("csv: ./.PAYOFF/identity/list.csv", leave),
    ("csv: list.csv", link_file),
    ("folder: '.payoff/identity/*.csv'", leave),
    ("folder: '{folder}/.payoff/identity/*.csv'", leave),
    ("folder: 'exports/*.csv'", link_folder),
    ("folder: '*.csv'", link_file),
    ("csv: .payoff/warehouse/deals/rows.csv", leave),
]


@pytest.mark.parametrize(("source", "arrange"), SOURCES)
def test_a_source_in_a_closed_folder_is_refused(
    source: str, arrange: Callable[[Path], None], tmp_path: Path
) -> None:
    write_map(tmp_path)
    arrange(tmp_path)
    study = write_study(tmp_path, "{" + source.replace("{folder}", str(tmp_path)) + ", steward: sales-ops}")
    error = refused(study)
    assert ({p.code for p in error.problems}, error.exit_code) == ({"N105"}, 6)
    assert "source deals reads from" in error.problems[0].what
    told = check_everything(workspace(study), Silent())
    assert (told.problems[0].code, told.exit_code) == ("N105", 6)
    assert not (tmp_path / ".payoff/warehouse/deals").exists()


def test_a_folder_of_the_map_elsewhere_is_closed_too(tmp_path: Path) -> None:
    write_map(tmp_path, "hr/who")
    study = write_study(tmp_path, "{database: 'sqlite:///hr/who/people.sqlite', table: deals, steward: it}")
    (tmp_path / "payoff.yml").write_text("payoff: 1\nidentity: hr/who\n")
    assert [p.what for p in refused(study).problems] == [
        "source deals reads from who, which is closed to sources"
    ]


def test_an_address_that_is_a_secret_is_refused_when_it_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_map(tmp_path)
    study = write_study(tmp_path, "{database: CRM, table: deals, steward: sales-ops}")
    monkeypatch.setenv("PAYOFF_SECRET_CRM", f"sqlite:///{tmp_path}/.payoff/identity/people.sqlite")
    read(workspace(study))
    error = refused(study)
    assert ([p.code for p in error.problems], error.exit_code) == (["N105"], 6)
    assert NAME.encode() not in b"".join(p.read_bytes() for p in tmp_path.rglob("*.parquet"))


def test_what_lies_beside_a_closed_folder_is_read(tmp_path: Path) -> None:
    write_map(tmp_path)
    study = write_study(tmp_path, "{folder: 'exports/*.csv', steward: sales-ops}")
    export(tmp_path, "payoff.csv", [("a", "2026-01-01", 1)])
    assert load(study).n_rows == 1
