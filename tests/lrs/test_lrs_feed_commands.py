"""`payoff lrs feed`, `plan-check`, `sessions`, `touchpoints`: from a store's file to what a person reads."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import payoff.apps.cli.lrs_feed_commands  # noqa: F401  registers the commands
from payoff.apps.cli.main import app
from payoff.statements.store import Store
from payoff.statements.work import Authority, Outcome, PutStatements
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


def test_following_goes_on_and_says_how_far_behind_it_is(fed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
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
