"""Services over HTTP: every page once, through failures, limits and changes, and nowhere else."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from loading_firm import load, refused, rows, write_study

Answer = tuple[int, dict[str, str], Any]


class Service:
    """A server on this machine. `answer` makes (status, headers, body) of a path and its parameters."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = [
            {"rep_id": f"r{n}", "month": "2026-01-01", "deals": n, "at": n} for n in range(10)
        ]
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[dict[str, str]], Answer] = self.by_page
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                split = urlsplit(self.path)
                params = {k: v[0] for k, v in parse_qs(split.query).items()}
                owner.asked.append((split.path, params))
                owner.headers.append(dict(self.headers))
                status, headers, body = owner.answer(params)
                data = json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def since(self, params: dict[str, str]) -> list[dict[str, Any]]:
        return [r for r in self.records if r["at"] >= int(params.get("after", -1))]

    def by_page(self, params: dict[str, str]) -> Answer:
        found, page = self.since(params), int(params.get("page", 1))
        return 200, {}, {"data": {"items": found[(page - 1) * 3 : page * 3]}, "total": len(found)}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr("payoff.connectors.bounded_session.FIRST_WAIT_SECONDS", 0.01)
    found = Service()
    yield found
    found.close()


def study_of(folder: Path, service: Service, more: str = "pages: page", above: str = "") -> Path:
    rest = f"{{base_url: '{service.url}', path: /v1/deals, records: data.items, {more}}}"
    return write_study(folder, f"{{rest: {rest}, key: [rep_id, month], {above}steward: sales-ops}}")


def test_all_pages_come_once_and_only_what_is_new_comes_again(tmp_path: Path, service: Service) -> None:
    study = study_of(tmp_path, service, "pages: page, since: after, params: {kind: won}", "cursor: at, ")
    assert (load(study).n_new, load(study).status) == (10, "unchanged")
    assert {path for path, _ in service.asked} == {"/v1/deals"}
    assert all(params["kind"] == "won" for _, params in service.asked)
    service.records += [{"rep_id": "r9", "month": "2026-01-01", "deals": 99, "at": 12}]
    came = load(study)
    assert service.asked[-1][1]["after"] == "9"
    assert (came.n_new, came.n_changed, came.n_rows) == (0, 1, 10)
    assert rows(study, "rep_id", "deals")[-1] == ("r9", 99)


def test_offsets_cursors_links_and_addresses_all_lead_through_the_list(
    tmp_path: Path, service: Service
) -> None:
    def by_offset(params: dict[str, str]) -> Answer:
        first = int(params.get("offset", 0))
        return 200, {}, {"data": {"items": service.records[first : first + int(params["limit"])]}}

    def by_link(params: dict[str, str]) -> Answer:
        first = int(params.get("from", 0))
        there = f"{service.url}/v1/deals?from={first + 4}"
        more = first + 4 < len(service.records)
        body = {"data": {"items": service.records[first : first + 4]}, "next": there if more else None,
                "meta": {"next": str(first + 4) if more else None}}  # fmt: skip
        return 200, {"Link": f'<{there}>; rel="next"'} if more else {}, body

    kinds: list[tuple[str, Callable[[dict[str, str]], Answer]]] = [
        ("pages: offset, page_param: offset, limit: 3", by_offset),
        ("pages: link_header", by_link),
        ("pages: next_url, next: next", by_link),
        ("pages: cursor, next: meta.next, page_param: from", by_link),
    ]
    for n, (more, answer) in enumerate(kinds):
        service.answer = answer
        folder = tmp_path / str(n)
        folder.mkdir()
        assert rows_after_load(study_of(folder, service, more)) == [(f"r{i}",) for i in range(10)], more


def rows_after_load(study: Path) -> list[tuple[Any, ...]]:
    load(study)
    return rows(study, "rep_id")


def test_limits_and_failures_are_waited_out_and_the_secret_goes_along(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble: list[Answer] = [(429, {"Retry-After": "0"}, {}), (503, {}, {}), (500, {}, {})]
    service.answer = lambda params: trouble.pop() if trouble else service.by_page(params)
    monkeypatch.setenv("PAYOFF_SECRET_CRM", "t0ken")
    assert load(study_of(tmp_path, service, "pages: page, auth: bearer, login: CRM")).n_rows == 10
    assert {headers["Authorization"] for headers in service.headers} == {"Bearer t0ken"}


def test_a_refusal_is_final_and_tells_no_secret(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.answer = lambda params: (401, {}, {"error": "bad t0ken"})
    monkeypatch.setenv("PAYOFF_SECRET_CRM", "t0ken")
    error = refused(study_of(tmp_path, service, "pages: page, auth: header, header: X-Key, login: CRM"))
    assert ([p.code for p in error.problems], error.exit_code) == (["D133"], 7)
    assert "401" in error.problems[0].what
    assert "t0ken" not in str(error)
    assert len(service.asked) == 1


def test_another_host_is_never_asked(tmp_path: Path, service: Service) -> None:
    other = Service()
    try:
        leading: list[Answer] = [
            (302, {"Location": f"{other.url}/v1/deals"}, {}),
            (200, {}, {"data": {"items": service.records}, "next": f"{other.url}/v1/deals"}),
        ]
        for n, answer in enumerate(leading):
            service.answer = lambda params, answer=answer: answer  # type: ignore[misc]
            folder = tmp_path / str(n)
            folder.mkdir()
            error = refused(study_of(folder, service, "pages: next_url"))
            assert "the service leads to another place" in error.problems[0].what
        assert other.asked == []
    finally:
        other.close()


def test_a_list_that_changes_under_the_reader_is_read_again_then_refused(
    tmp_path: Path, service: Service
) -> None:
    def shrinking(params: dict[str, str]) -> Answer:
        answer = service.by_page(params)
        if params.get("page") == "1" and changes:
            service.records.pop(0)
            changes.pop()
        return answer

    service.answer = shrinking
    changes = [1]
    study = study_of(tmp_path, service, "pages: page, total: total")
    assert load(study).n_rows == 9
    changes = [1, 1, 1, 1]
    service.records += [{"rep_id": f"s{n}", "month": "2026-01-01", "deals": n, "at": n} for n in range(9)]
    problem = refused(study).problems[0]
    assert problem.code == "D134"
    assert "changed while it was read" in problem.what
    assert "stays in use" in problem.why


def test_a_record_seen_twice_counts_once_and_an_answer_without_list_is_refused(
    tmp_path: Path, service: Service
) -> None:
    service.records = [service.records[0], *service.records]
    study = study_of(tmp_path, service)
    assert load(study).n_rows == 10
    service.answer = lambda params: (200, {}, {"items": []})
    assert "there is no list of records at data.items" in refused(study).problems[0].what
