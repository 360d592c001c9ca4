"""What every answer has in common: versions, methods, errors, CORS, health, figures, log."""

import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from in_process import KEY, SECRET, InProcess, basic, open_store
from served_store import build_statement, unique_activity, unique_agent

from payoff.apps.lrs.settings import Limits, Settings
from payoff.statements.work import Outcome, Work
from payoff.xapi.statement import Version

SETTINGS = Settings("", dev_key=(KEY, SECRET))
RESOURCES = (
    "statements",
    "activities/state",
    "activities/profile",
    "agents/profile",
    "activities",
    "agents",
    "about",
)


@pytest.fixture(scope="module")
def lrs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    path = tmp_path_factory.mktemp("records") / "records.db"
    with open_store(replace(SETTINGS, store=str(path), limits=Limits(body_bytes=4_000_000))) as opened:
        yield opened


def test_about_needs_neither_key_nor_version(lrs: InProcess) -> None:
    answer = lrs.get("about", headers={"authorization": None, "x-experience-api-version": "0.8"})
    assert answer.status == 200
    assert {"1.0.3", "2.0.0"} <= set(answer.json()["version"])


@pytest.mark.parametrize("resource", [r for r in RESOURCES if r != "about"])
def test_a_request_without_version_is_refused_and_told_the_default(lrs: InProcess, resource: str) -> None:
    answer = lrs.get(resource, headers={"x-experience-api-version": None})
    assert answer.status == 400
    assert answer.headers["x-experience-api-version"] == "2.0.0"


def test_the_version_named_to_who_names_none_is_a_setting(tmp_path: Path) -> None:
    settings = replace(SETTINGS, store=str(tmp_path / "r.db"), default_version=Version.V1)
    with open_store(settings) as lrs:
        answer = lrs.get("statements", headers={"x-experience-api-version": None})
    assert (answer.status, answer.headers["x-experience-api-version"]) == (400, "1.0.3")


@pytest.mark.parametrize(("sent", "spoken"), [("1.0", "1.0.3"), ("1.0.1", "1.0.3"), ("2.0.0", "2.0.0")])
def test_answers_name_the_version_that_was_spoken(lrs: InProcess, sent: str, spoken: str) -> None:
    answer = lrs.get("statements", headers={"x-experience-api-version": sent})
    assert (answer.status, answer.headers["x-experience-api-version"]) == (200, spoken)


@pytest.mark.parametrize(
    ("method", "resource", "allowed"),
    [
        ("DELETE", "statements", "GET, PUT, POST, HEAD, OPTIONS"),
        ("PUT", "agents", "GET, HEAD, OPTIONS"),
        ("POST", "about", "GET, HEAD, OPTIONS"),
        ("PATCH", "activities/state", "GET, PUT, POST, DELETE, HEAD, OPTIONS"),
    ],
)
def test_other_methods_are_told_which_there_are(
    lrs: InProcess, method: str, resource: str, allowed: str
) -> None:
    answer = lrs.request(method, resource)
    assert (answer.status, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "path",
    ["/", "/xapi", "/xapi/", "/xapi/statements/", "/xapi//statements", "/xapi/../xapi/statements", "/x"],
)
def test_other_paths_are_not_here(lrs: InProcess, path: str) -> None:
    answer = lrs.request("GET", path)
    assert answer.status == 404
    assert "/xapi/" in answer.json()["error"]


@pytest.mark.parametrize(
    "authorization", [None, "Basic", "Basic !!", basic(KEY, "wrong"), basic("x", SECRET)]
)
def test_who_is_not_known_is_refused_before_the_body(lrs: InProcess, authorization: str | None) -> None:
    answer = lrs.post("statements", b"{}" * 10, headers={"authorization": authorization})
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert "x-experience-api-consistent-through" in answer.headers


def test_errors_name_path_and_rule_and_a_line_of_the_log(lrs: InProcess) -> None:
    answer = lrs.post("statements", [build_statement({"mbox": "nobody"}, unique_activity())])
    told = answer.json()
    assert answer.status == 400
    assert told["faults"][0]["path"] == "$[0].actor.mbox"
    assert told["faults"][0]["rule"].startswith("Data 2.4.2")
    assert told["id"] in {line.get("id") for line in lrs.lines()}


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/html,application/xhtml+xml", "text/html; charset=utf-8"),
    ],
)
def test_errors_come_as_they_are_asked_for(lrs: InProcess, accept: str, content_type: str) -> None:
    answer = lrs.get("statements", headers={"accept": accept}, nonsense="<script>")
    assert (answer.status, answer.headers["content-type"]) == (400, content_type)
    assert b"<script>" not in answer.body


def test_a_page_of_another_origin_may_ask_and_read_headers(lrs: InProcess) -> None:
    asked = {
        "origin": "https://course.example",
        "access-control-request-method": "PUT",
        "authorization": None,
    }
    before = lrs.request("OPTIONS", "activities/state", headers=asked)
    assert before.status == 204
    assert before.headers["access-control-allow-origin"] == "*"
    assert "If-Match" in before.headers["access-control-allow-headers"]
    after = lrs.get("statements", headers={"origin": "https://course.example"}, nonsense="1")
    assert after.status == 400
    assert after.headers["access-control-allow-origin"] == "*"
    assert "ETag" in after.headers["access-control-expose-headers"]


def test_origins_may_be_narrowed(tmp_path: Path) -> None:
    settings = replace(SETTINGS, store=str(tmp_path / "r.db"), cors_origins=("https://a.example",))
    with open_store(settings) as lrs:
        known = lrs.get("about", headers={"origin": "https://a.example"})
        other = lrs.get("about", headers={"origin": "https://b.example"})
    assert known.headers["access-control-allow-origin"] == "https://a.example"
    assert "access-control-allow-origin" not in other.headers


def test_a_body_past_the_limit_stores_nothing(lrs: InProcess) -> None:
    answer = lrs.post("statements", b" " * 4_000_001)
    assert answer.status == 413


def test_a_failure_of_ours_shows_nothing_of_the_inside(
    lrs: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise KeyError("mailto:ann@example.org")

    service = lrs.application.service
    assert service is not None
    monkeypatch.setattr(type(service.store), "find_page", fail)
    answer = lrs.get("statements")
    assert answer.status == 500
    assert b"KeyError" not in answer.body
    assert b"Traceback" not in answer.body
    [line] = [line for line in lrs.lines() if line["event"] == "error" and line["id"] == answer.json()["id"]]
    assert line["kind"] == "KeyError"
    assert line["way"][-1].endswith(" fail")
    assert b"ann@example.org" not in lrs.log.getvalue()


def test_the_log_names_no_person_and_no_query(lrs: InProcess) -> None:
    agent = unique_agent()
    lrs.post("statements", build_statement(agent, unique_activity()))
    lrs.get("statements", agent=agent)
    posted = [line for line in lrs.lines() if line.get("method") == "POST" and line["status"] == 200]
    assert {(line["path"], line["key"]) for line in posted} == {("statements", KEY)}
    assert agent["mbox"].removeprefix("mailto:") not in lrs.log.getvalue().decode()


def test_what_the_store_logs_comes_without_what_it_quotes(lrs: InProcess) -> None:
    log = logging.getLogger("payoff.statements.writer")
    log.warning("a change of %s could not be stored", "ann@example.org")
    try:
        raise ValueError("bo@example.org")
    except ValueError:
        log.exception("a change could not be stored")
    told = [line for line in lrs.lines() if line["event"] == "store"]
    assert [(line["level"], line["kind"]) for line in told] == [("warning", ""), ("error", "ValueError")]
    assert told[0]["what"] == "a change of %s could not be stored"
    assert b"@example.org" not in lrs.log.getvalue()


def test_the_error_alone_says_what_is_wrong(lrs: InProcess) -> None:
    sent = {"authorization": basic(KEY, SECRET), "content-type": "json"}
    told = {
        lrs.get("activities").json()["error"],
        lrs.get("statements", limit="9" * 20).json()["error"],
        lrs.request("POST", "statements", b"{}", headers=sent).json()["error"],
    }
    assert told == {
        "activityId is missing",
        "limit is too large: 9223372036854775807 at most",
        "Content-Type is no media type",
    }
    told_of_json = lrs.post("statements", [{"actor": {}}]).json()
    assert told_of_json["error"].startswith(told_of_json["faults"][0]["path"])


def test_health_needs_no_key(lrs: InProcess) -> None:
    for path in ("/healthz", "/readyz"):
        answer = lrs.request("GET", path, headers={"authorization": None, "x-experience-api-version": None})
        assert answer.status == 200, path


def test_readiness_writes_and_leaves_nothing(store_url: str) -> None:
    with open_store(replace(SETTINGS, store=store_url)) as lrs:
        service = lrs.application.service
        assert service is not None
        written = []
        submit = service.store.submit

        def keep(work: Work) -> None:
            written.append(work)
            submit(work)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(service.store, "submit", keep)
            for _ in range(2):  # the second is told what the first found
                assert lrs.request("GET", "/readyz").status == 200
        assert [work.outcome for work in written] == [Outcome.STORED, Outcome.STORED]
        connection = service.store.engine.connect()
        assert connection.execute("SELECT count(*) FROM document") == [(0,)]
        connection.close()


def test_who_was_refused_is_not_told_ready_by_an_older_answer(store_url: str) -> None:
    with open_store(replace(SETTINGS, store=store_url)) as lrs:
        assert lrs.request("GET", "/readyz").status == 200
        service = lrs.application.service
        assert service is not None
        service.store.close()
        assert lrs.post("statements", build_statement(unique_agent(), unique_activity())).status == 503
        assert lrs.request("GET", "/readyz").status == 503


def test_a_store_that_cannot_be_written_is_not_ready_and_writes_are_503(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with open_store(replace(SETTINGS, store=str(path))) as lrs:
        assert lrs.request("GET", "/readyz").status == 200
        service = lrs.application.service
        assert service is not None
        service.store.close()  # the writer takes nothing any more
        answer = lrs.post("statements", build_statement(unique_agent(), unique_activity()))
        assert answer.status == 503
        assert answer.headers["retry-after"] == "1"
        service.health.forget()
        assert lrs.request("GET", "/readyz").status == 503
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM statement").fetchone() == (0,)
    connection.close()


def test_figures_count_what_happened(tmp_path: Path) -> None:
    with open_store(replace(SETTINGS, store=str(tmp_path / "r.db"))) as lrs:
        lrs.post("statements", [build_statement(unique_agent(), unique_activity()) for _ in range(3)])
        text = lrs.request("GET", "/metrics").body.decode()
    assert 'payoff_lrs_requests_total{method="POST",resource="statements",status="200"} 1.0' in text
    assert "payoff_lrs_statements_total 3.0" in text
    assert "payoff_lrs_group_works_count 1.0" in text


@pytest.mark.parametrize(
    "path", ["statements", "activities?activityId=https%3A%2F%2Fexample.org%2Fx", "about"]
)
def test_head_is_get_without_the_body(lrs: InProcess, path: str) -> None:
    full, head = lrs.request("GET", path), lrs.request("HEAD", path)
    assert head.status == full.status == 200
    assert head.body == b""
    assert full.body
    assert head.headers.keys() == full.headers.keys()
