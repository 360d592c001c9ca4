"""Lists in, people out: matches of a study, decisions, disclosures, one key in every source, statements."""

import csv
import datetime as dt
import hashlib
import io
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from firm import STUDY

from payoff.connectors.pseudonym import name_text
from payoff.identity import Decision, Identifier, State, read_identifier
from payoff.nouns.identifying import Identifying
from payoff.nouns.problem import PayoffError
from payoff.nouns.study import Privacy, Source, Study
from payoff.records.identity_map import open_map
from payoff.run.arrival import land_sources
from payoff.run.identities.identifying import ListPlan, add_list, drop_list, open_naming
from payoff.run.identities.identity_deciding import decide
from payoff.run.identities.identity_disclosing import (
    describe_map,
    describe_report,
    map_document,
    write_keys_file,
)
from payoff.run.identities.identity_report import MatchReport, loosen, match_study, write_unmatched
from payoff.run.progress import Silent
from payoff.run.workspace import Workspace, find_home
from payoff.study import check_study
from payoff.warehouse import read_rows
from payoff.warehouse.statement_segments import find_watermark, write_segment
from payoff.xapi.event import shape_event

STAFF = "Number,Name,Mail\n10,Ann Lee,Ann.Lee@firm.example\n11,Bo Ruiz,bo.ruiz@firm.example\n12,Cleo Ode,\n"
AGENTS = (
    "Agent,Mail,From,To\na1,ann.lee@firm.example,2026-01-01,2026-03-31\na1,bo.ruiz@firm.example,2026-04-01,\n"
)
CALLS = (
    "call,agent,on,seconds\n1,a1,2026-03-31,60\n2,a1,2026-04-01,70\n3,a9,2026-04-01,80\n4,,2026-04-01,90\n"
)
STAFF_PLAN = ListPlan("staff", {"Number": "hr", "Mail": "email"}, "hr")
AGENTS_PLAN = ListPlan("agents", {"Agent": "genesys-agent", "Mail": "email"}, None, "From", "To")


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    (tmp_path / "staff.csv").write_text(STAFF)
    (tmp_path / "agents.csv").write_text(AGENTS)
    (tmp_path / "calls.csv").write_text(CALLS)
    (tmp_path / "payoff.yml").write_text("payoff: 1\n")
    workspace = find_home(tmp_path)
    workspace = Workspace(workspace.root, tmp_path / "study.yml", workspace.out, workspace.settings)
    add_list(workspace, tmp_path / "staff.csv", STAFF_PLAN, "d.steward")
    add_list(workspace, tmp_path / "agents.csv", AGENTS_PLAN, "d.steward")
    return workspace


def calls(most: float = 1.0, dated: str | None = "on") -> Source:
    return Source(
        "calls", "csv", "calls.csv", identifying=Identifying((("agent", "genesys-agent"),), dated, most)
    )


def staff() -> Source:
    said = Identifying((("Number", "hr"), ("Mail", "email")))
    return Source("staff", "csv", "staff.csv", identifying=said)


def study_of(*sources: Source) -> Study:
    study, problems = check_study(STUDY.encode(), "drills.yml")
    assert study is not None, problems
    return replace(study, sources=sources, privacy=Privacy())


def land(home: Workspace, source: Source) -> dict[str, list[Any]]:
    (landed,) = land_sources(study_of(source), home, Silent())
    table = read_rows(landed, range(1, landed.n_rows + 1), home.warehouse)
    return {name: table[name].to_pylist() for name in table.column_names}


def look(home: Workspace, *sources: Source) -> MatchReport:
    return match_study(study_of(*sources), home, open_naming(home))


def person(home: Workspace, text: str) -> str:
    return name_text(f"person {text}", home.read_secret())


def test_whoever_held_it_that_day_is_whose_it_is(home: Workspace) -> None:
    agents = land(home, calls())["agent"]
    people = land(home, staff())
    assert agents[:2] == people["Number"][:2] == people["Mail"][:2]
    assert agents[0] == person(home, "hr 10")
    assert agents[2].startswith("missing-")
    assert agents[3] is None
    assert people["Mail"][2] is None


def test_without_a_day_an_identifier_that_changed_hands_is_nobodys(home: Workspace) -> None:
    agents = land(home, calls(dated=None))["agent"]
    assert agents[0] == agents[1]
    assert agents[0].startswith("ambiguous-")


def test_a_changed_map_is_read_again_and_the_same_map_is_not(home: Workspace) -> None:
    before = land(home, calls())
    packages = home.warehouse / "calls"
    assert len(list(packages.glob("*/rows.parquet"))) == 1
    assert land(home, calls()) == before
    add_list(home, home.root / "agents.csv", AGENTS_PLAN)  # the same list again
    assert land(home, calls()) == before
    assert len(list(packages.glob("*/rows.parquet"))) == 1
    drop_list(home, "agents")
    decide(home, Decision(0, "belongs", Identifier("genesys-agent", "a1"), Identifier("hr", "11"), "d", "so"))
    assert set(land(home, calls())["agent"][:2]) == {person(home, "hr 11")}


def test_more_unmatched_than_declared_stops_the_source(home: Workspace) -> None:
    with pytest.raises(PayoffError) as caught:
        land(home, calls(most=0.3))
    (problem,) = caught.value.problems
    assert problem.code == "D153"
    assert "2 of 3 rows matched; missing 1 (33.3%, 1 identifiers)" in problem.what
    assert problem.keys == ("missing-" + name_text("genesys-agent a9", home.read_secret()),)
    assert land(home, calls(most=0.34))["agent"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Identifying((("agnet", "genesys-agent"),)), "D150"),
        (Identifying((("agent", "genesys"),)), "D151"),
        (Identifying((("agent", "genesys-agent"),), "seconds"), "D152"),
        (Identifying((("agent", "genesys-agent"),), "date"), "D150"),
    ],
)
def test_what_the_source_or_map_lacks_is_told(home: Workspace, said: Identifying, code: str) -> None:
    with pytest.raises(PayoffError) as caught:
        land(home, Source("calls", "csv", "calls.csv", identifying=said))
    assert [p.code for p in caught.value.problems] == [code]


def test_the_report_counts_and_lists_keys_that_name_nobody(home: Workspace) -> None:
    report = look(home, calls(), staff())
    counted = report.coverage[0]
    assert [counted.rows[s] for s in (State.MATCHED, State.MISSING, State.BLANK)] == [2, 1, 1]
    text = write_unmatched(report, open_naming(home), clear=False).decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["state"], row["rows"], row["first_on"]) == ("missing", "1", "2026-04-01")
    assert row["key"] == land(home, calls())["agent"][2]
    assert "a9" not in text.replace(row["key"], "")
    assert "payoff identity add" in dict(describe_report(report))["Next"]


def test_what_may_be_meant_is_shown_and_not_joined(home: Workspace) -> None:
    (home.root / "calls.csv").write_text("call,agent,on,seconds\n1,A01,2026-03-31,1\n2,=A-1,2026-03-31,1\n")
    (home.root / "agents.csv").write_text(AGENTS + "A-1,bo.ruiz@firm.example,,\n")
    add_list(home, home.root / "agents.csv", AGENTS_PLAN)
    report = look(home, calls())
    assert {one.state for one in report.unmatched} == {State.MISSING}
    rows = list(csv.DictReader(io.StringIO(write_unmatched(report, open_naming(home), clear=True).decode())))
    assert {row["identifier"] for row in rows} == {"A01", "'=A-1"}  # no formula
    assert {row["likely"] for row in rows} == {"", "A-1; a1"}
    assert loosen("email", "Ann.Lee@other.example") == loosen("email", "annlee@firm.example")


def test_clear_text_needs_a_name_and_a_reason_and_is_written_down(home: Workspace) -> None:
    report, path = look(home, calls()), home.root / "open.csv"
    with pytest.raises(PayoffError, match="I106"):
        write_keys_file(home, report, open_naming(home), path, ("d.steward", " "))
    assert not path.exists()
    write_keys_file(home, report, open_naming(home), path, ("d.steward", "to ask telephony"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ",a9," in path.read_text()
    with pytest.raises(PayoffError, match="U132"):
        write_keys_file(home, report, open_naming(home), path, None)
    assert any("to d.steward" in text and "to ask telephony" in text for _, text in describe_map(home))
    assert map_document(home)["disclosures"] == 1


AMBIGUOUS = "a2,ann.lee@firm.example,2026-01-01,2026-02-28\na2,bo.ruiz@firm.example,2026-02-15,2026-03-31\n"


def test_two_holders_of_a_day_wait_for_the_steward_whose_word_stands(home: Workspace) -> None:
    (home.root / "agents.csv").write_text(AGENTS + AMBIGUOUS)
    add_list(home, home.root / "agents.csv", AGENTS_PLAN)
    rows = "".join(f"{n},a2,2026-{day},1\n" for n, day in enumerate(("02-14", "02-15", "02-28", "03-01")))
    (home.root / "calls.csv").write_text("call,agent,on,seconds\n" + rows)
    agents = land(home, calls())["agent"]
    assert [key.startswith("ambiguous-") for key in agents] == [False, True, True, False]
    agent, ann, bo = (read_identifier(t) for t in ("genesys-agent=a2", "hr=10", "hr=11"))
    said = decide(home, Decision(0, "belongs", agent, bo, "d.steward", "Ann was on leave"))
    assert said.number == 1
    assert set(land(home, calls())["agent"]) == {person(home, "hr 11")}
    (home.root / "later.csv").write_text("Number,Agent\n10,a2\n")
    add_list(
        home, home.root / "later.csv", ListPlan("later", {"Number": "hr", "Agent": "genesys-agent"}, "hr")
    )
    assert set(land(home, calls())["agent"]) == {person(home, "hr 11")}
    with pytest.raises(PayoffError, match="I108"):
        decide(home, Decision(0, "belongs", agent, ann, "d.steward", "no, Ann"))
    decide(home, Decision(0, "belongs", agent, ann, "d.steward", "no, Ann", replaces=1))
    assert set(land(home, calls())["agent"]) == {person(home, "hr 10")}


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (Decision(0, "nobody", Identifier("genesys-agent", "a1"), None, "", "robot"), "I106"),
        (Decision(0, "nobody", Identifier("genesys-agent", "a1"), None, "d", ""), "I106"),
        (Decision(0, "same", Identifier("hr", "10"), Identifier("hr", "99"), "d", "x"), "I107"),
        (Decision(0, "belongs", Identifier("agent", "a1"), Identifier("email", "x@y"), "d", "x"), "I107"),
        (Decision(0, "withdrawn", None, None, "d", "x", replaces=7), "I108"),
        (
            Decision(
                0, "nobody", Identifier("genesys-agent", "a1"), None, "d", "x",
                first_on=dt.date(2026, 2, 1), last_on=dt.date(2026, 1, 1),
            ),
            "I105",
        ),
    ],
)  # fmt: skip
def test_decisions_that_cannot_be_are_refused(home: Workspace, decision: Decision, code: str) -> None:
    with pytest.raises(PayoffError, match=code):
        decide(home, decision)
    with open_map(home.identity) as opened:
        assert opened.read_decisions() == ()


def test_a_rehire_and_a_transfer_keep_one_person(home: Workspace) -> None:
    (home.root / "jobs.csv").write_text(
        "id,team,from,to\n10,north,2026-01-01,2026-02-14\n10,south,2026-02-15,2026-03-31\n77,south,2026-06-01,\n"
    )
    (home.root / "staff.csv").write_text(STAFF + "77,Ann Lee,ann.lee@firm.example\n")
    plan = ListPlan("staff", STAFF_PLAN.columns, "hr")
    add_list(home, home.root / "staff.csv", plan)
    jobs = Source("jobs", "csv", "jobs.csv", identifying=Identifying((("id", "hr"),), None, 1.0))
    before = land(home, jobs)["id"]
    assert before[0] == before[1] != before[2]
    decide(home, Decision(0, "same", Identifier("hr", "77"), Identifier("hr", "10"), "d", "rehired"))
    assert set(land(home, jobs)["id"]) == {person(home, "hr 10")}
    assert land(home, calls())["agent"][0] == person(
        home, "hr 10"
    )  # the address of both is one person's again


def test_lists_of_several_days_hold_until_the_next(home: Workspace) -> None:
    plan = {"Agent": "genesys-agent", "Number": "hr"}
    for day, number in ((dt.date(2026, 1, 1), 10), (dt.date(2026, 4, 1), 11)):
        (home.root / "desk.csv").write_text(f"Agent,Number\nx,{number}\n")
        add_list(home, home.root / "desk.csv", ListPlan("desk", plan, "hr", as_of=day))
    days = ("2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01", "2027-01-01")
    (home.root / "calls.csv").write_text(
        "call,agent,on,seconds\n" + "".join(f"{n},x,{day},1\n" for n, day in enumerate(days))
    )
    agents = land(home, calls())["agent"]
    assert agents[0].startswith("missing-")
    assert agents[1:] == [person(home, f"hr {n}") for n in (10, 10, 11, 11)]


@pytest.mark.parametrize(
    ("text", "plan", "code"),
    [
        ("a,b\n1,x\n", ListPlan("l", {"a": "hr", "c": "email"}, "hr"), "I104"),
        ("a,b\n1,x\n", ListPlan("l", {"a": "hr"}), "I104"),
        ("a,b\n1,x\n", ListPlan("l", {"a": "HR", "b": "email"}), "I104"),
        ("a,b\n1,x\n", ListPlan("l", {"a": "hr", "b": "email"}, "crm"), "I104"),
        ("a,b\n,\n", ListPlan("l", {"a": "hr", "b": "email"}), "I104"),
        ("a,b\n1,2026-02-30\n", ListPlan("l", {"a": "hr"}, "hr", "b"), "D122"),
        ("a,b,c\n1,2026-02-03,2026-02-01\n", ListPlan("l", {"a": "hr"}, "hr", "b", "c"), "I105"),
    ],
)
def test_lists_that_cannot_be_read_add_nothing(home: Workspace, text: str, plan: ListPlan, code: str) -> None:
    before = map_document(home)
    (home.root / "odd.csv").write_text(text)
    with pytest.raises(PayoffError, match=code):
        add_list(home, home.root / "odd.csv", plan)
    assert map_document(home) == before


def agents_of_statements() -> Iterator[dict[str, Any]]:
    digest = hashlib.sha1(b"mailto:ann.lee@firm.example").hexdigest()
    yield {"mbox": "mailto:Ann.Lee@firm.example"}
    yield {"mbox_sha1sum": digest}
    yield {"account": {"homePage": "https://lms.firm.example", "name": "ann"}}
    yield {"openid": "https://id.example/ann"}


def test_agents_of_statements_are_the_people_of_the_lists(home: Workspace) -> None:
    (home.root / "lms.csv").write_text("Login,Number,Open\nann,10,https://id.example/ann\n")
    columns = {"Login": "account https://lms.firm.example", "Number": "hr", "Open": "openid"}
    add_list(home, home.root / "lms.csv", ListPlan("lms", columns, "hr"))
    secret, segments = home.read_secret(), home.root / ".payoff" / "statements"
    said = [*agents_of_statements(), {"openid": "https://id.example/nobody"}]
    start = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp()) * 1_000_000
    events = [
        shape_event(1, start + n, bytes([n] * 16), _statement(agent), "1.0.3", lambda t: name_text(t, secret))
        for n, agent in enumerate(said)
    ]
    write_segment(segments, events, find_watermark(segments))
    source = Source(
        "lrs", "statements", ".payoff/statements", columns=("person", "verb"),
        identifying=Identifying((("person", "xapi"),), None, 0.5),
    )  # fmt: skip
    landed = land(home, source)
    assert set(landed) == {"statement_id", "stored", "person", "verb", "_row"}
    assert landed["person"][:4] == [person(home, "hr 10")] * 4
    assert landed["person"][4].startswith("missing-")
    counted = look(home, source).coverage[0]
    assert (counted.rows[State.MATCHED], counted.rows[State.MISSING]) == (4, 1)


def _statement(agent: dict[str, Any]) -> bytes:
    import msgspec

    return msgspec.json.encode(
        {"actor": agent, "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
         "object": {"id": "https://x.example/a"}, "timestamp": "2026-01-01T00:00:00Z"}
    )  # fmt: skip


def test_the_tables_hold_no_identifier(home: Workspace) -> None:
    for source in (calls(), staff()):
        land(home, source)
    for file in home.warehouse.rglob("*.parquet"):
        text = str(pq.read_table(file, columns=["agent"] if "calls" in str(file) else ["Number", "Mail"]))
        assert "@" not in text
        assert '"a1"' not in text


@pytest.mark.parametrize("which", ["folder", "map", "key"])
def test_what_others_may_read_is_not_opened(home: Workspace, which: str) -> None:
    path = {
        "folder": home.identity,
        "map": home.identity / "people.sqlite",
        "key": home.root / ".payoff" / "pseudonym.key",
    }[which]
    assert stat.S_IMODE(path.stat().st_mode) in (0o700, 0o600)
    path.chmod(0o755 if which == "folder" else 0o640)
    with pytest.raises(PayoffError, match="I102") as caught:
        land(home, calls())
    assert caught.value.exit_code == 6


def test_the_key_moves_to_a_folder_of_its_own_and_stays_the_same(home: Workspace) -> None:
    before = home.read_secret()
    (home.root / "payoff.yml").write_text("payoff: 1\nidentity: vault/people\n")
    moved = find_home(home.root)
    assert moved.read_secret() == before
    assert (home.root / "vault" / "people" / "pseudonym.key").read_bytes() == before
    assert not (home.root / ".payoff" / "pseudonym.key").exists()


@pytest.mark.parametrize("name", ["staff.csv", "staff.parquet", "nothing"])
def test_an_empty_list_is_called_empty_whatever_was_said_of_it(name: str, home: Workspace) -> None:
    path = home.root / name
    path.write_bytes(b"")
    with pytest.raises(PayoffError, match=f"D102 {name} is empty"):
        add_list(home, path, ListPlan("nope", {"Nope": "hr"}))
