"""The health of data is the same whichever engine counts it: DuckDB, a real Spark, or both in turn."""

import datetime as dt
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from health_firm import STUDY, TODAY, Firm, findings, invent

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.run.health.health_files import read_rows_at_fault
from payoff.run.health.judging import look_at_sources
from payoff.study import read_study
from payoff.warehouse import find_engine
from payoff.warehouse.engine import Engine, Store

os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
SMALLER = re.sub(r"(?m)^  tickets:\n(?:    .*\n)+", "", STUDY)


@dataclass
class Noting:
    """An engine that notes what it answered. refuses: queries it gives an error of this code for, by name."""

    engine: Engine
    refuses: str = ""
    code: str = "D222"
    answered: list[str] = field(default_factory=list)

    @contextmanager
    def open(
        self, sources: Sequence[SourceFile], root: Path, earlier: Sequence[SourceFile] = ()
    ) -> Iterator["Noted"]:
        with self.engine.open(sources, root, earlier) as store:
            yield Noted(store, self)


@dataclass
class Noted:
    store: Store
    notes: Noting
    most_at_once: int = 1

    def ask(self, query: Query) -> pa.Table:
        if self.notes.refuses and self.notes.refuses in query.name:
            raise PayoffError([Problem(self.notes.code, "it lacks this", "why", "fix")], exit_code=4)
        self.notes.answered.append(query.name)
        return self.store.ask(query)


def harmed() -> Firm:
    """Three of the firm's sources, with copies, impossible values and strangers among the contacts."""
    firm = invent(11)
    firm.study = read_study(SMALLER.encode(), "care.yml")
    contacts = firm.tables["contacts"]
    for column in contacts:
        contacts[column] += contacts[column][:40]
    contacts["handle_seconds"][100:130] = [-5.0] * 30
    contacts["channel"][500:560] = [None] * 60
    return firm


def land_twice(firm: Firm, root: Path) -> tuple[SourceFile, ...]:
    """The second load tells the contacts of the new year three hours later."""
    firm.land(root)
    new_year = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for column in ("started_at", "ended_at"):
        moments: list[Any] = firm.tables["contacts"][column]
        moved = [moment + dt.timedelta(hours=3) if moment >= new_year else moment for moment in moments]
        firm.tables["contacts"][column] = list(moved)
    return firm.land(root)


@pytest.mark.spark
def test_both_engines_find_the_same(tmp_path: Path) -> None:
    firm = harmed()
    files, noting = land_twice(firm, tmp_path), Noting(find_engine("spark", "local[2]"))
    expected = look_at_sources(firm.study, files, tmp_path, TODAY)
    assert {"contacts.moved", "contacts.copies"} <= findings(expected).keys()

    found = look_at_sources(firm.study, files, tmp_path, TODAY, noting)

    assert found == expected
    asked = {"health:contacts:rows", "health:contacts:months", "health:contacts:moved", "moved",
             "health:telephony:shift:contacts", "health:people:leavers"}  # fmt: skip
    assert asked <= set(noting.answered)
    rows = read_rows_at_fault(firm.study, files, expected, tmp_path)
    assert read_rows_at_fault(firm.study, files, found, tmp_path, engine=noting) == rows
    assert rows["contacts.moved"].num_rows > 1_000


def test_what_an_engine_lacks_the_other_is_asked(tmp_path: Path) -> None:
    firm = harmed()
    files, noting = firm.land(tmp_path), Noting(find_engine("duckdb", ""), "contacts:rows")
    expected = firm.look(tmp_path, files)

    assert look_at_sources(firm.study, files, tmp_path, TODAY, noting) == expected

    assert "health:contacts:months" in noting.answered
    assert "health:contacts:rows" not in noting.answered


def test_a_query_that_fails_is_not_asked_elsewhere(tmp_path: Path) -> None:
    firm = harmed()
    files, noting = firm.land(tmp_path), Noting(find_engine("duckdb", ""), "contacts:rows", "D223")

    with pytest.raises(PayoffError, match="D223"):
        look_at_sources(firm.study, files, tmp_path, TODAY, noting)
