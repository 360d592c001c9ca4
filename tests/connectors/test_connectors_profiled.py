"""What an export may not do without a word: guess, drop, or stand for what it is not."""

import datetime as dt
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.connectors import CODES, Batch, hash_source, read_source
from payoff.connectors.local_time import fitting_patterns
from payoff.nouns.date_pattern import MONTHS, month_number, pattern_regex
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.profile import Layout
from payoff.nouns.source_file import format_of
from payoff.nouns.study import Source


def read(folder: Path, text: str | bytes, profile: str, name: str = "x.csv", **said: Any) -> Batch:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    encoding = said.pop("encoding", None)
    form = format_of(name)
    assert form is not None
    return read_source(Source("x", form, name, encoding=encoding, layout=Layout(profile, **said)), folder)


def refuse(folder: Path, text: str, profile: str, code: str, **said: Any) -> Problem:
    with pytest.raises(PayoffError) as caught:
        read(folder, text, profile, **said)
    (problem,) = caught.value.problems
    assert (problem.code, caught.value.exit_code) == (code, 4)
    assert code in CODES
    assert problem.why
    assert problem.fix
    return problem


def column(batch: Batch, name: str) -> list[Any]:
    values: list[Any] = batch.table[name].to_pylist()
    return values


def test_a_date_that_could_be_two_is_refused_with_both(tmp_path: Path) -> None:
    text = "person_id,hired_on\n1,03/04/2025\n2,05/06/2025\n"
    problem = refuse(tmp_path, text, "people", "D122")
    assert "DD/MM/YYYY or MM/DD/YYYY" in problem.fix
    assert problem.keys == ("row 1", "row 2")
    day = read(tmp_path, text, "people", date_format="DD/MM/YYYY", leavers=True)
    month = read(tmp_path, text, "people", date_format="MM/DD/YYYY", leavers=True)
    assert column(day, "hired_on")[0] == dt.date(2025, 4, 3)
    assert column(month, "hired_on")[0] == dt.date(2025, 3, 4)


@pytest.mark.parametrize("wrong", ["31/02/2025", "2025/01/01", "12/31/2025", "1/1/2025", "soon"])
def test_a_date_of_another_form_or_none_is_refused_with_its_row(tmp_path: Path, wrong: str) -> None:
    text = f"person_id,hired_on\n1,03/04/2025\n2,{wrong}\n"
    assert refuse(tmp_path, text, "people", "D122", date_format="DD/MM/YYYY").keys == ("row 2",)


def test_times_without_a_zone_are_refused_and_an_offset_is_one(tmp_path: Path) -> None:
    text = "session_id,learner_id,attended,started_at\n1,a,yes,2025-07-01 09:00\n"
    assert "timezone" in refuse(tmp_path, text, "coaching-sessions", "D122").fix
    assert "no time zone" in refuse(tmp_path, text, "coaching-sessions", "D122", timezone="Mars/Base").what
    summer = read(tmp_path, text, "coaching-sessions", timezone="Europe/Berlin")
    fixed = read(tmp_path, text.replace("09:00", "09:00:00+02:00"), "coaching-sessions")
    seven = dt.datetime(2025, 7, 1, 7, tzinfo=dt.UTC)
    assert column(summer, "started_at") == column(fixed, "started_at") == [seven]
    assert pa.types.is_timestamp(summer.table["started_at"].type)


def test_an_hour_that_never_was_is_refused_and_one_that_came_twice_is_told(tmp_path: Path) -> None:
    text = "session_id,learner_id,attended,started_at\n1,a,yes,2025-10-26 02:30\n2,a,yes,2025-10-27 02:30\n"
    batch = read(tmp_path, text, "coaching-sessions", timezone="Europe/Berlin")
    assert "column started_at: 1 time in the hour that comes twice: the first was taken" in batch.warnings
    assert column(batch, "started_at")[0] == dt.datetime(2025, 10, 26, 0, 30, tzinfo=dt.UTC)
    never = text.replace("2025-10-27", "2025-03-30")
    problem = refuse(tmp_path, never, "coaching-sessions", "D122", timezone="Europe/Berlin")
    assert problem.keys == ("row 2",)


def test_a_comma_or_point_is_taken_for_nothing_until_it_is_said(tmp_path: Path) -> None:
    text = "sale_id;amount\n1;1.234\n2;2.500\n"
    refuse(tmp_path, text, "pos", "D123")
    assert column(read(tmp_path, text, "pos", decimal="comma"), "amount") == [1234.0, 2500.0]
    assert column(read(tmp_path, text, "pos", decimal="point"), "amount") == [1.234, 2.5]
    german = "sale_id;amount\n1;1.234,50\n2;-3,5\n"
    refuse(tmp_path, german, "pos", "D123")
    refuse(tmp_path, german, "pos", "D123", decimal="point")
    assert column(read(tmp_path, german, "pos", decimal="comma"), "amount") == [1234.5, -3.5]
    french = "sale_id;amount\n1;1\N{NO-BREAK SPACE}234,50\n"
    assert column(read(tmp_path, french, "pos", decimal="comma"), "amount") == [1234.5]
    assert column(read(tmp_path, "sale_id;amount\n1;1,234.5\n", "pos", decimal="point"), "amount") == [1234.5]
    refuse(tmp_path, "sale_id;amount\n1;1,23,4\n", "pos", "D123", decimal="point")


@settings(deadline=None)
@given(st.lists(st.decimals(-999_999, 999_999, places=2), min_size=1, max_size=20))
def test_a_number_written_the_german_way_is_the_number(values: list[Any]) -> None:
    from payoff.connectors.cells import Cells, read_number

    texts = [f"{v:,}".replace(",", "_").replace(".", ",").replace("_", ".") for v in values]
    cells = Cells(
        Source("x", "csv", "x.csv"), "amount", pa.chunked_array([texts]), pa.array(range(len(texts)))
    )
    assert read_number(cells, Layout("pos", decimal="comma")).to_pylist() == [float(v) for v in values]


@settings(deadline=None, max_examples=40)
@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_the_day_written_is_among_the_patterns_that_fit(day: dt.date) -> None:
    fitting = fitting_patterns(pa.chunked_array([[day.strftime("%d/%m/%Y")]]), "en")
    assert "DD/MM/YYYY" in fitting
    assert ("MM/DD/YYYY" in fitting) == (day.day <= 12)


@pytest.mark.parametrize("language", MONTHS)
def test_months_are_known_whole_and_short(language: str) -> None:
    for n, name in enumerate(MONTHS[language].split(), start=1):
        assert month_number(name.upper(), language) == n
        assert month_number(name[:4], language) in (n, None)
    assert month_number("Smarch", language) is None


@pytest.mark.parametrize("pattern", ["DD/MM", "%d/%m/%Y", "DD/MM/YYYY h:mm", "DD/DD/YYYY MM", "day", ""])
def test_what_is_no_pattern(pattern: str) -> None:
    assert pattern_regex(pattern) is None


def test_a_word_for_yes_that_nobody_explained_is_refused(tmp_path: Path) -> None:
    text = "session_id,learner_id,attended\n1,a,present\n2,b,sick\n"
    problem = refuse(tmp_path, text, "coaching-sessions", "D124")
    assert "'present', 'sick'" in problem.what
    said = (("attended", (("present", "true"), ("sick", "false"))),)
    assert column(read(tmp_path, text, "coaching-sessions", values=said), "attended") == [True, False]


def test_minutes_are_never_taken_for_seconds(tmp_path: Path) -> None:
    text = "Contact_ID,Start_Date,Start_Time,ACD_Time\n1,03/04/2025,09:00:00,7.5\n"
    problem = refuse(tmp_path, text, "cxone-contacts", "D125", timezone="UTC")
    assert "ACD_Time" in problem.what
    minutes = read(tmp_path, text, "cxone-contacts", timezone="UTC", duration_unit="min")
    seconds = read(tmp_path, text, "cxone-contacts", timezone="UTC", duration_unit="s")
    assert column(minutes, "handle_seconds") == [450.0]
    assert column(seconds, "handle_seconds") == [7.5]


def test_without_leavers_there_is_no_turnover_to_be_had(tmp_path: Path) -> None:
    text = "employee_id,termination_date\n1,\n2,\n"
    batch = read(tmp_path, text, "bamboohr-people")
    assert "left_on" not in batch.table.column_names
    assert any(w.startswith("no leavers: left_on is blank in every row") for w in batch.warnings)
    gone = read(tmp_path, "employee_id\n1\n", "bamboohr-people")
    assert any(w.startswith("no leavers: left_on is not in the file") for w in gone.warnings)
    vouched = read(tmp_path, text, "bamboohr-people", leavers=True)
    assert column(vouched, "left_on") == [None, None]


def test_a_reason_is_voluntary_only_if_hr_says_so(tmp_path: Path) -> None:
    text = "employee_id,termination_date,Termination Reason\n1,2025-01-31,Moved\n"
    batch = read(tmp_path, text, "bamboohr-people")
    assert "voluntary" not in batch.table.column_names
    assert any(w.startswith("voluntary is left out until") for w in batch.warnings)
    said = (("voluntary", (("moved", "true"),)),)
    assert column(read(tmp_path, text, "bamboohr-people", values=said), "voluntary") == [True]


def test_a_close_date_is_no_outcome_where_nothing_says_closed(tmp_path: Path) -> None:
    batch = read(tmp_path, "Id,CloseDate\n1,2025-01-31\n", "salesforce-opportunities")
    assert not {"closed_on", "expected_close_on"} & set(batch.table.column_names)
    assert any("may be a forecast, left out" in w for w in batch.warnings)
    text = "Stage,Close Date\nClosed Won,2025-01-31\nGewonnen,2025-02-28\n"
    assert "'Gewonnen'" in refuse(tmp_path, text, "salesforce-report", "D124").what


def test_columns_that_do_not_fit_the_profile(tmp_path: Path) -> None:
    assert "ticket_id" in refuse(tmp_path, "Nr,Status\n1,Open\n", "zendesk-tickets", "D121").what
    mapped = read(tmp_path, "Nr,Status\n1,Open\n", "zendesk-tickets", mapping=(("NR", "ticket_id"),))
    assert column(mapped, "ticket_id") == ["1"]
    problem = refuse(tmp_path, "Id\n1\n", "zendesk-tickets", "D121", mapping=(("Nummer", "ticket_id"),))
    assert "Nummer" in problem.what
    assert "2 times" in refuse(tmp_path, "Id,Status,Status\n1,Open,New\n", "zendesk-tickets", "D121").what


def test_a_column_of_their_own_is_kept_under_the_name_given(tmp_path: Path) -> None:
    text = "Id,Organization\n1,North\n"
    batch = read(tmp_path, text, "zendesk-tickets", mapping=(("organization", "customer"),))
    assert column(batch, "customer") == ["North"]


def test_headers_in_any_capitals_and_spaces(tmp_path: Path) -> None:
    batch = read(tmp_path, "TICKET ID , Reopens\n00123,2\n", "tickets")
    assert batch.table.select(["ticket_id", "reopens"]).to_pylist() == [{"ticket_id": "00123", "reopens": 2}]


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16"])
def test_another_encoding_is_read_where_it_is_said(tmp_path: Path, encoding: str) -> None:
    data = "person_id,name,left_on\n1,Jürgen Größe,2025-01-31\n".encode(encoding)
    assert column(read(tmp_path, data, "people", encoding=encoding), "name") == ["Jürgen Größe"]
    with pytest.raises(PayoffError) as caught:
        read(tmp_path, data, "people")
    assert caught.value.problems[0].code == "D103"


def _zip(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return buffer.getvalue()


def test_zipped_files_are_the_file_within(tmp_path: Path) -> None:
    text = "ticket_id,reopens\n1,2\n"
    plain = read(tmp_path, text, "tickets")
    assert read(tmp_path, _zip(t__csv=text), "tickets", "x.zip").table.equals(plain.table)
    assert read(tmp_path, gzip.compress(text.encode()), "tickets", "x.csv.gz").table.equals(plain.table)
    line = json.dumps({"ticket_id": "1", "reopens": 2, "tags": ["a"]})
    assert read(tmp_path, _zip(t__jsonl=line), "tickets", "x.zip").table.equals(plain.table)


@pytest.mark.parametrize(
    "data", [_zip(), _zip(a__csv="a\n1\n", b__csv="a\n1\n"), _zip(a__pdf="x"), b"PK\x03\x04cut off"]
)
def test_an_archive_that_is_not_one_table_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(PayoffError) as caught:
        read(tmp_path, data, "tickets", "x.zip")
    assert caught.value.problems[0].code == "D127"


def test_lines_that_are_no_objects_are_refused_by_number(tmp_path: Path) -> None:
    with pytest.raises(PayoffError) as caught:
        read(tmp_path, '{"ticket_id": 1}\n[1]\n{"ticket_id": \n', "tickets", "x.jsonl")
    assert caught.value.problems[0].keys == ("line 2", "line 3")


def test_the_last_update_of_a_ticket_is_by_number_not_by_text(tmp_path: Path) -> None:
    text = "number,sys_mod_count,incident_state\nA,10,Closed\nA,9,Resolved\nB,1,New\n"
    batch = read(tmp_path, text, "servicenow-incident-events")
    assert [(r["ticket_id"], r["status"], r["_row"]) for r in batch.table.to_pylist()] == [
        ("A", "Closed", 1),
        ("B", "New", 3),
    ]


def test_a_thousand_updates_are_as_many_tickets_as_there_are(tmp_path: Path) -> None:
    lines = [f"T{n % 137},{n},Open" for n in range(1000)]
    batch = read(
        tmp_path, "number,sys_mod_count,incident_state\n" + "\n".join(lines), "servicenow-incident-events"
    )
    assert batch.table.num_rows == pc.count_distinct(batch.table["ticket_id"]).as_py() == 137
    assert sorted(column(batch, "_row")) == list(range(864, 1001))


def test_what_is_said_decides_what_is_landed(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("sale_id;amount\n1;1.234\n")

    def reading(**said: Any) -> str:
        return hash_source(Source("x", "csv", "x.csv", layout=Layout("pos", **said)), tmp_path)[1]

    assert reading() == reading()
    assert len({reading(), reading(decimal="comma"), reading(decimal="point"), reading(timezone="UTC")}) == 4
