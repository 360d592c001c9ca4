"""Databases by URL: only what is new, every digit and every offset kept, no secret in sight."""

import datetime as dt
import sqlite3
from decimal import Decimal
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from loading_firm import load, refused, rows, table, workspace, write_study

from payoff.connectors import database
from payoff.run.freshness import find_stale
from payoff.run.loads.loading import Reader, find_loaded
from payoff.run.plan import read

SQLITE = "{database: 'sqlite:///crm.db', table: deals, cursor: n, key: [rep_id, month], steward: sales-ops}"


def write_sqlite(folder: Path, told: list[tuple[str, str, float, int | None]]) -> None:
    with sqlite3.connect(folder / "crm.db") as connection:
        connection.execute(
            "create table if not exists deals (rep_id text, month text, deals real, n integer)"
        )
        connection.executemany("insert into deals values (?, ?, ?, ?)", told)
    connection.close()


def test_only_rows_from_the_cursor_on_come_and_corrections_stand(tmp_path: Path) -> None:
    study = write_study(tmp_path, SQLITE)
    write_sqlite(
        tmp_path, [("a", "2026-01-01", 1, 9), ("b", "2026-01-01", 2, 10), ("z", "2026-01-01", 0, None)]
    )
    first = load(study)
    assert (first.n_new, first.n_rows) == (3, 3)
    assert (load(study).status, load(study).status) == ("unchanged", "unchanged")
    write_sqlite(
        tmp_path, [("a", "2026-01-01", 5, 11), ("c", "2026-01-01", 3, 10), ("d", "2026-01-01", 0, 8)]
    )
    second = load(study)
    assert [part.path for part in second.came] == ["sqlite:///crm.db: deals@000002"]
    assert (second.n_new, second.n_changed, second.n_gone) == (1, 1, 0)  # c bears the last cursor again
    assert rows(study, "rep_id", "deals", "_file") == [
        ("z", 0, "sqlite:///crm.db: deals@000001"),
        ("b", 2, "sqlite:///crm.db: deals@000001"),
        ("c", 3, "sqlite:///crm.db: deals@000002"),
        ("a", 5, "sqlite:///crm.db: deals@000002"),
    ]


def test_pulls_end_where_the_cursor_changes_and_join_without_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = write_study(tmp_path, SQLITE)
    write_sqlite(tmp_path, [(f"r{n}", "2026-01-01", n, n // 3) for n in range(20)])
    pull = database.pull_database
    monkeypatch.setattr("payoff.run.loads.loading.pull_database", partial(pull, rows=4))
    came = load(study)
    assert [part.n_rows for part in came.came] == [6, 6, 6, 2]
    assert rows(study, "rep_id") == [(f"r{n}",) for n in range(20)]


def test_without_a_key_each_pull_is_the_whole_list(tmp_path: Path) -> None:
    study = write_study(tmp_path, "{database: 'sqlite:///crm.db', table: deals, steward: sales-ops}")
    write_sqlite(tmp_path, [("a", "2026-01-01", 1, 1), ("a", "2026-01-01", 1, 1)])
    assert load(study).n_rows == 2
    assert load(study).status == "unchanged"
    with sqlite3.connect(tmp_path / "crm.db") as connection:
        connection.execute("delete from deals where rowid = 1")
    connection.close()
    came = load(study)
    assert (came.n_new, came.n_gone, came.n_rows) == (0, 1, 1)


def test_a_run_asks_no_database_and_reads_what_a_load_has_brought(tmp_path: Path) -> None:
    study = write_study(tmp_path, SQLITE)
    write_sqlite(tmp_path, [("a", "2026-01-01", 1, 9)])
    place = workspace(study)
    source = next(s for s in read(place).sources if s.name == "deals")
    with pytest.raises(Exception, match=r"U251 source deals .* has not been loaded yet"):
        find_loaded(source, place, Reader())
    load(study)
    (tmp_path / "crm.db").unlink()
    assert find_loaded(source, place, Reader()).n_rows == 1
    assert refused(study).exit_code == 7


def test_a_cursor_that_is_not_there_is_named(tmp_path: Path) -> None:
    study = write_study(tmp_path, SQLITE.replace("cursor: n", "cursor: N2"))
    write_sqlite(tmp_path, [("a", "2026-01-01", 1, 9)])
    problem = refused(study).problems[0]
    assert problem.code == "D137"
    assert "did you mean n?" in problem.fix


def test_postgres_keeps_decimals_and_time_zones_exactly(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("set timezone = 'America/New_York'")
        connection.execute(
            "create table deals (rep_id text, month date, deals numeric(20,4), at timestamptz,"
            " wall timestamp, big numeric, gone text)"
        )
        connection.execute(
            "insert into deals values"
            " ('a', '2026-01-01', 0.1, '2026-03-08 01:30:00.123456-05', '2026-03-08 02:30:00', 1e20, null),"
            " ('b', '2026-01-01', 1234567890123456.7891, '2026-03-08 08:30:00+02', null, 0.1, null)"
        )
    monkeypatch.setenv("PAYOFF_SECRET_CRM", postgres_url)
    study = write_study(
        tmp_path,
        "{database: CRM, query: \"select * from deals where rep_id <> 'x:y' and deals::text <> ''\", "
        "cursor: at, key: [rep_id, month], steward: sales-ops}",
    )
    came = load(study)
    assert came.n_rows == 2
    found = rows(study, "rep_id", "month", "deals", "at", "wall", "big")
    assert found == [
        ("b", dt.date(2026, 1, 1), Decimal("1234567890123456.7891"),
         dt.datetime(2026, 3, 8, 6, 30, tzinfo=dt.UTC), None, Decimal("0.1")),
        ("a", dt.date(2026, 1, 1), Decimal("0.1000"), dt.datetime(2026, 3, 8, 6, 30, 0, 123456, dt.UTC),
         dt.datetime(2026, 3, 8, 2, 30), Decimal("100000000000000000000.0")),
    ]  # fmt: skip
    assert load(study).status == "unchanged"
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "update deals set deals = 0.3, at = at + interval '1 microsecond' where rep_id = 'a'"
        )
    again = load(study)
    assert (again.n_new, again.n_changed, again.keys) == (0, 1, ("a, 2026-01-01",))
    assert table(study).schema.field("at").type.tz == "UTC"


def test_no_secret_is_printed_or_written(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = urlsplit(postgres_url)
    login = "nobody:hunter2-and-more"
    secrets = tmp_path / ".payoff" / "secrets.yml"
    secrets.parent.mkdir()
    secrets.write_text(f"CRM_LOGIN: {login}\n")
    address = (
        f"postgresql://{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}?connect_timeout=3"
    )
    study = write_study(
        tmp_path, f"{{database: '{address}', login: CRM_LOGIN, table: deals, key: [rep_id], steward: ops}}"
    )
    assert [p.code for p in refused(study).problems] == ["D132"]  # others may read the file
    secrets.chmod(0o600)
    error = refused(study)
    assert [p.code for p in error.problems] == ["D133"]
    told = str(error) + "".join(p.why + p.fix for p in error.problems)
    written = b"".join(p.read_bytes() for p in (tmp_path / ".payoff" / "warehouse").rglob("*") if p.is_file())
    assert "hunter2" not in told
    assert b"hunter2" not in written
    monkeypatch.setenv("HOME_SECRET", "x")
    study.write_text(study.read_text().replace("CRM_LOGIN", "HOME_SECRET"))
    assert [p.code for p in refused(study).problems] == ["D132"]  # no other variable can be named


def test_a_source_is_stale_from_its_last_load_on(tmp_path: Path) -> None:
    study = write_study(tmp_path, SQLITE.replace("steward", "stale_after_days: 3, steward"))
    write_sqlite(tmp_path, [("a", "2026-01-01", 1, 9)])
    place = workspace(study)
    today = dt.datetime.now(dt.UTC).date()
    assert find_stale(read(place), place, today) == ()
    load(study)
    assert find_stale(read(place), place, today + dt.timedelta(days=3)) == ()
    told = find_stale(read(place), place, today + dt.timedelta(days=5))
    assert told == ("sqlite:///crm.db: deals is 5 days old, stale after 3",)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("select n as amount from deals", ""),
        ("select n as amount from deals", "key: [amount], "),
        ("select rep_id || 'x' as n from deals", "key: [n], "),
    ],
)
def test_a_query_of_other_columns_is_another_table_all_of_it_new(
    tmp_path: Path, asked: str, key: str
) -> None:
    first = "{database: 'sqlite:///crm.db', query: 'select n from deals', key: [n], steward: sales-ops}"
    study = write_study(tmp_path, first)
    write_sqlite(tmp_path, [("a", "2026-01-01", 1, 9), ("b", "2026-01-01", 2, 10)])
    assert load(study).n_new == 2
    second = "{database: 'sqlite:///crm.db', query: \"" + asked + '", ' + key + "steward: sales-ops}"
    study.write_text(study.read_text().replace(first, second))
    came = load(study)
    assert (came.n_new, came.n_changed, came.n_gone, came.n_rows) == (2, 0, 2, 2)
