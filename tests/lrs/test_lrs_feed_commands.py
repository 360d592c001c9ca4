"""`payoff lrs feed`, `plan-check`, `sessions`, `touchpoints`: from a store's file to what a person reads."""

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

import payoff.apps.cli.lrs_feed_commands
import payoff.apps.cli.lrs_key_commands  # noqa: F401  both register their commands
from payoff.apps.cli.main import app
from payoff.nouns.problem import PayoffError
from payoff.statements.store import Store
from payoff.statements.work import Authority, Outcome, PutStatements
from payoff.warehouse.statement_segments import write_segment
from payoff.warehouse.statement_view import read_statements as read_statements_fed
from payoff.xapi.event import shape_event
from payoff.xapi.reading import read_statements
from payoff.xapi.statement import Version

VERBS = "http://adlnet.gov/expapi/verbs/"
MODULE = "https://x.example/module"
SENT = "http://activitystrea.ms/schema/1.0/send"
NUDGE = {"id": "https://x.example/nudge", "definition": {"type": "urn:payoff:activity-type:nudge"}}


def said(verb: str, actor: str = "ann", target: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "actor": {"mbox": f"mailto:{actor}@x.example"},
        "verb": {"id": verb},
        "object": target or {"id": MODULE},
        "context": {"contextActivities": {"parent": [{"id": MODULE}]}},
    } | more


STATEMENTS = [
    said(f"{VERBS}initialized"),
    said(f"{VERBS}passed", result={"score": {"scaled": 0.8}}),
    said(SENT, "ann", NUDGE),
    said(SENT, "bob", NUDGE),
    said(f"{VERBS}responded", "bob", NUDGE),
    said("https://x.example/verbs/pondered"),
]


@pytest.fixture
def fed(tmp_path: Path) -> Path:
    """A store with six statements in records.db, fed into the workspace beside it."""
    store = Store.open(str(tmp_path / "records.db"))
    store.start(lambda works: None)
    try:
        statements, _ = read_statements(json.dumps(STATEMENTS).encode(), Version.V1)
        work = store.write(PutStatements(1, Authority("mbox mailto:s@x.example", b"{}"), "1.0.3", statements))
        assert work.outcome is Outcome.STORED, work.detail
    finally:
        store.close()
    return tmp_path


@pytest.fixture
def shared(fed: Path) -> Path:
    """The same store with a second tenant, acme, that has the first statement too."""
    assert call("tenant", "add", "acme", "--store", str(fed / "records.db"))[0] == 0
    store = Store.open(str(fed / "records.db"))
    store.start(lambda works: None)
    try:
        statements, _ = read_statements(json.dumps(STATEMENTS[:1]).encode(), Version.V1)
        work = store.write(PutStatements(2, Authority("mbox mailto:s@x.example", b"{}"), "1.0.3", statements))
        assert work.outcome is Outcome.STORED, work.detail
    finally:
        store.close()
    return fed


def call(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["lrs", *words])
    return done.exit_code, done.output


def feed(folder: Path, *words: str) -> tuple[int, str]:
    return call("feed", "--store", str(folder / "records.db"), "--workspace", str(folder), *words)


def test_feeding_says_what_came_and_what_is_unknown(fed: Path) -> None:
    code, text = feed(fed, "--check")
    assert code == 0, text
    assert "6 statements" in text
    assert "https://x.example/verbs/pondered (1)" in text
    assert "store and tables agree" in text
    code, text = feed(fed, "--json", "--check")
    told = json.loads(text)
    assert (code, told["statements"], told["check"]["arrived"]) == (0, 0, 6)
    assert (fed / ".payoff" / "pseudonym.key").stat().st_mode & 0o077 == 0


def test_a_check_that_fails_ends_with_its_exit_code(fed: Path) -> None:
    feed(fed)
    (fed / "records.db").rename(fed / "other.db")
    Store.open(str(fed / "records.db")).close()
    code, text = feed(fed, "--check")
    assert code == 4
    assert "DISAGREE" in text


def refuse(folder: Path, *words: str) -> PayoffError:
    command = ["lrs", "feed", "--store", str(folder / "records.db"), "--workspace", str(folder), *words]
    error = CliRunner().invoke(app, command).exception
    assert isinstance(error, PayoffError)
    return error


def test_a_workspace_holds_one_tenant(shared: Path) -> None:
    several = refuse(shared)
    assert several.exit_code == 2
    assert "R208" in str(several)
    assert "default, acme" in str(several)
    assert "R201" in str(refuse(shared, "--tenant", "nobody"))
    assert not (shared / ".payoff").exists()
    code, text = feed(shared, "--tenant", "acme", "--json", "--check")
    told = json.loads(text)
    assert (code, told["statements"], told["check"]["agrees"], told["check"]["arrived"]) == (0, 1, True, 1)
    assert set(read_statements_fed(shared / ".payoff" / "statements")["tenant"].to_pylist()) == {2}
    other = refuse(shared, "--tenant", "default")
    assert other.exit_code == 4
    assert "D208" in str(other)
    assert feed(shared, "--tenant", "acme")[0] == 0


def test_tables_of_several_tenants_are_still_read_but_not_fed(shared: Path) -> None:
    """As the feed made them before it knew tenants."""
    store, folder = Store.open(str(shared / "records.db")), shared / ".payoff" / "statements"
    try:
        rows = store.read_after(0, 100)
    finally:
        store.close()
    events = [shape_event(r.tenant, r.stored_us, r.id, r.raw, r.version, str) for r in rows]
    write_segment(folder, events, 0)
    assert read_statements_fed(folder).num_rows == 7
    assert call("touchpoints", "--workspace", str(shared))[0] == 0
    assert "D208" in str(refuse(shared, "--tenant", "acme"))


def test_following_goes_on_and_says_how_far_behind_it_is(fed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            raise KeyboardInterrupt

    # its own only: threads of other parts may sleep meanwhile
    monkeypatch.setattr("payoff.apps.cli.lrs_feed_commands.time", SimpleNamespace(sleep=sleep))
    started = time.monotonic()
    _, text = feed(fed, "--follow", "--every", "0.5")
    assert looks == [0.5] * 3
    assert "6 statements" in text
    assert " s behind" in text
    assert time.monotonic() - started < 30
    assert feed(fed, "--check")[0] == 0


def test_a_plan_is_held_against_what_came(fed: Path) -> None:
    feed(fed)
    plan = fed / "plan.yml"
    events = "[{event: launch}, {event: assessment}, {event: application}]"
    plan.write_text(f"plan: P\nmodules:\n  - module: {MODULE}\n    expects: {events}\n")
    code, text = call("plan-check", str(plan), "--workspace", str(fed))
    assert code == 4
    assert f"missing     {MODULE}: application" in text
    told = json.loads(call("plan-check", str(plan), "--workspace", str(fed), "--json")[1])["events"]
    assert {e["event"]: e["status"] for e in told}["launch"] == "fine"
    assert {e["event"] for e in told if e["status"] == "unexpected"} >= {"sent nudge"}


def test_a_plan_that_is_none_is_said_to_be_none(fed: Path) -> None:
    plan = fed / "plan.yml"
    for text in ("modules: 3", "modules: [", ""):
        plan.write_text(text)
        done = CliRunner().invoke(app, ["lrs", "plan-check", str(plan), "--workspace", str(fed)])
        assert "U200" in str(done.exception), text
    plan.unlink()
    assert "U200" in str(CliRunner().invoke(app, ["lrs", "plan-check", str(plan)]).exception)


def test_touchpoints_and_the_response_to_nudges(fed: Path) -> None:
    feed(fed)
    code, text = call("touchpoints", "--workspace", str(fed))
    assert code == 0
    assert "1 of 2 nudges (50%) within 7 days" in text
    told = json.loads(call("touchpoints", "--workspace", str(fed), "--json")[1])
    assert told["counts"]["nudge sent"] == [2, 2]
    assert told["responses"]["rate"] == 0.5


def test_sessions_without_cmi5_break_no_rule(fed: Path) -> None:
    feed(fed)
    assert call("sessions", "--workspace", str(fed)) == (0, "No rule of cmi5 is broken.\n")
