"""Pulling from and forwarding to a served record store: all of it once, refusals kept, the rest goes on."""

import hashlib
import json
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from e2e_support import Done, run_payoff
from served_store import ServedStore, build_statement, unique_activity, unique_agent

from payoff.connectors.record_store import RecordStoreClient, RemoteError, RemoteStore
from payoff.run.feeds.carried import Carried, try_again
from payoff.run.feeds.forwarding import forward, retry_forwarded
from payoff.run.feeds.pulling import pull, retry_pulled
from payoff.statements.keys import build_authority
from payoff.statements.links import Direction, Link, Links
from payoff.statements.query import StatementQuery
from payoff.statements.store import Store
from payoff.statements.work import Outcome, PutStatements
from payoff.xapi.multipart import write_parts
from payoff.xapi.reading import read_statements
from payoff.xapi.statement import Term, TermKind, Version
from payoff.xapi.times import read_time, write_time

TENANT = 1


@contextmanager
def open_store(path: Path) -> Iterator[tuple[Store, Links]]:
    """A store of its own, ready to write."""
    store = Store.open(str(path))
    store.start(lambda works: None)
    try:
        with Links.of(store.engine) as links:
            yield store, links
    finally:
        store.close()


def reach(served: ServedStore) -> RecordStoreClient:
    """A client of a served instance that does not wait between tries."""
    remote = RemoteStore(served.endpoint, served.key, served.secret, Version.V2)
    return RecordStoreClient(remote, sleep=lambda seconds: None)


def add_link(links: Links, served: ServedStore, direction: Direction) -> Link:
    """A link that begins now, for other tests write to the same served store."""
    through = served.get("statements", limit="1").headers["X-Experience-API-Consistent-Through"]
    cursor_us = read_time(through) if direction is Direction.FROM else 0
    link = Link("other", TENANT, direction, served.endpoint, served.key, "SECRET", Version.V2, cursor_us)
    links.add(link)
    return link


def make(activity: str, n: int, **members: Any) -> list[dict[str, Any]]:
    """Statements about one activity."""
    return [build_statement(unique_agent(), activity, id=str(uuid.uuid4()), **members) for _ in range(n)]


def write(store: Store, statements: list[dict[str, Any]]) -> Outcome | None:
    """Store statements as a request would."""
    read, _ = read_statements(json.dumps(statements).encode(), Version.V2)
    authority = build_authority("https://example.org", "test")
    return store.write(PutStatements(TENANT, authority, "2.0.0", tuple(read))).outcome


def find_ids(store: Store, activity: str) -> list[str]:
    """Ids of what is stored about an activity, oldest first."""
    query = StatementQuery(TENANT, (Term(TermKind.ACTIVITY, activity),), ascending=True, limit=10_000)
    return [str(uuid.UUID(bytes=row.id)) for row in store.find_page(query).statements]


def find_ids_there(served: ServedStore, activity: str) -> list[str]:
    """The same of the served store."""
    answer = served.get("statements", activity=activity, ascending="true", limit="500")
    assert not answer.json().get("more")
    return [statement["id"] for statement in answer.json()["statements"]]


def test_all_that_is_there_comes_once_however_often_it_is_pulled(served: ServedStore, tmp_path: Path) -> None:
    activity = unique_activity()  # DAT-02
    with open_store(tmp_path / "own.db") as (store, links):
        link = add_link(links, served, Direction.FROM)
        sent = make(activity, 600)
        assert served.post("statements", sent).status == 200
        client = reach(served)
        assert pull(store, links, link, client).through >= 600
        assert find_ids(store, activity) == [statement["id"] for statement in sent]
        later = make(activity, 3)
        assert served.post("statements", later).status == 200
        again = links.find("other")
        assert again is not None
        pull(store, links, again, client)
        pull(store, links, link, client)  # from the first cursor: everything a second time
        assert find_ids(store, activity) == [statement["id"] for statement in [*sent, *later]]
        client.close()


def test_a_run_broken_off_between_pages_goes_on_where_it_stopped(
    served: ServedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = unique_activity()
    with open_store(tmp_path / "own.db") as (store, links):
        link = add_link(links, served, Direction.FROM)
        sent = make(activity, 600)
        assert served.post("statements", sent).status == 200
        client = reach(served)
        pages = client.pull(link.cursor_us)
        first = next(pages)

        def break_off(since_us: int | None) -> Iterator[Any]:
            yield first
            raise RemoteError("gone")

        with monkeypatch.context() as patch:
            patch.setattr(client, "pull", break_off)
            with pytest.raises(RemoteError, match="gone"):
                pull(store, links, link, client)
        half = len(find_ids(store, activity))
        assert 0 < half < 600
        again = links.find("other")
        assert again is not None
        assert again.cursor_us > link.cursor_us
        pull(store, links, again, client)
        assert find_ids(store, activity) == [statement["id"] for statement in sent]
        client.close()


def attach(statement: dict[str, Any], body: bytes) -> tuple[str, bytes]:
    """A request that carries a statement with an attachment."""
    sha2 = hashlib.sha256(body).hexdigest()
    declared = {
        "usageType": "https://example.org/attachments/note",
        "display": {"en": "note"},
        "contentType": "application/octet-stream",
        "length": len(body),
        "sha2": sha2,
    }
    full = json.dumps({**statement, "attachments": [declared]}).encode()
    return write_parts(full, [(sha2, "application/octet-stream", body)])


def test_attachments_come_along(served: ServedStore, tmp_path: Path) -> None:
    activity, body = unique_activity(), b"\x00\xff\r\n--" + os.urandom(1000)
    content_type, message = attach(make(activity, 1)[0], body)
    with open_store(tmp_path / "own.db") as (store, links):
        link = add_link(links, served, Direction.FROM)
        assert served.post("statements", message, headers={"Content-Type": content_type}).status == 200
        client = reach(served)
        pull(store, links, link, client)
        client.close()
        assert len(find_ids(store, activity)) == 1
        (found,) = store.find_attachments(TENANT, [hashlib.sha256(body).hexdigest()])
        assert found.body == body


def test_what_an_id_forbids_is_kept_with_its_reason_and_the_rest_goes_on(
    served: ServedStore, tmp_path: Path
) -> None:
    activity = unique_activity()
    sent = make(activity, 5)
    with open_store(tmp_path / "own.db") as (store, links):
        link = add_link(links, served, Direction.FROM)
        other = {**sent[2], "object": {"id": unique_activity()}}
        assert write(store, [other]) is Outcome.STORED
        assert served.post("statements", sent).status == 200
        client = reach(served)
        done = pull(store, links, link, client)
        client.close()
        assert done.refused == 1
        assert find_ids(store, activity) == [s["id"] for n, s in enumerate(sent) if n != 2]
        (dead,) = links.find_dead("other")
        assert str(uuid.UUID(bytes=dead.statement_id)) == sent[2]["id"]
        assert "refused here" in dead.reason
        assert retry_pulled(store, links, link, client, [dead]).refused == 1
        assert links.count_dead("other") == 1


def test_no_dead_letter_is_lost_however_many_wait_beside(tmp_path: Path) -> None:
    with open_store(tmp_path / "own.db") as (store, links):
        link = Link("other", TENANT, Direction.FROM, "https://example.org", "us", "SECRET", Version.V2)
        links.add(link)
        connection = store.engine.connect(writing=True)
        columns = ("link", "statement_id", "raw", "reason", "at_us")
        rows = [("other", number.to_bytes(16), b"{}", b"first", number) for number in range(2_000)]
        connection.insert_many("dead_letter", columns, rows)
        connection.close()
        *_, goes, stays = links.find_dead("other", 2_000)

        def work() -> Carried:
            links.bury("other", stays.statement_id, stays.raw, "again")
            return Carried(1, 1)

        assert try_again(links, link, [goes, stays], work) == Carried(1, 1)
        left = links.find_dead("other", 2_000)
    assert goes.statement_id not in {letter.statement_id for letter in left}
    assert (left[-1].statement_id, left[-1].reason) == (stays.statement_id, "again")


def test_everything_is_forwarded_once_and_in_order(served: ServedStore, tmp_path: Path) -> None:
    activity = unique_activity()
    with open_store(tmp_path / "own.db") as (store, links):
        sent = make(activity, 400)
        write(store, sent)
        link = add_link(links, served, Direction.TO)
        client = reach(served)
        assert forward(store, links, link, client) == Carried(400)
        assert forward(store, links, link, client) == Carried(400)  # an old cursor: ids make it harmless
        again = links.find("other")
        assert again is not None
        assert forward(store, links, again, client) == Carried()
        client.close()
    assert find_ids_there(served, activity) == [statement["id"] for statement in sent]


def test_what_the_other_side_refuses_stands_alone_in_the_dead_letters(
    served: ServedStore, tmp_path: Path
) -> None:
    activity = unique_activity()
    with open_store(tmp_path / "own.db") as (store, links):
        sent = make(activity, 9)
        taken = {**sent[4], "object": {"id": unique_activity()}}
        assert served.post("statements", taken).status == 200
        write(store, sent)
        link = add_link(links, served, Direction.TO)
        client = reach(served)
        assert forward(store, links, link, client) == Carried(8, 1)
        (dead,) = links.find_dead("other")
        assert str(uuid.UUID(bytes=dead.statement_id)) == sent[4]["id"]
        assert "409" in dead.reason
        assert retry_forwarded(store, links, link, client, [dead]) == Carried(0, 1)
        client.close()
    assert find_ids_there(served, activity) == [s["id"] for n, s in enumerate(sent) if n != 4]


class Answers(BaseHTTPRequestHandler):
    """Answers with what the test laid out, in order."""

    plan: list[tuple[int, dict[str, str], bytes]]

    def do_GET(self) -> None:
        status, headers, body = self.plan.pop(0)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests print nothing."""


@contextmanager
def answering(*plan: tuple[int, dict[str, str], bytes]) -> Iterator[tuple[RecordStoreClient, list[float]]]:
    """A client of a server that answers as planned, and the pauses the client made."""
    handler = type("Planned", (Answers,), {"plan": list(plan)})
    pauses: list[float] = []
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        remote = RemoteStore(f"http://127.0.0.1:{server.server_port}/xapi", "key", "secret", Version.V1)
        client = RecordStoreClient(remote, sleep=pauses.append)
        try:
            yield client, pauses
        finally:
            client.close()
            server.shutdown()
            thread.join()


EMPTY = b'{"statements":[],"more":""}'


def test_a_busy_store_is_asked_again_after_the_time_it_names() -> None:
    with answering((503, {}, b""), (429, {"Retry-After": "7"}, b""), (200, {}, EMPTY)) as (client, pauses):
        (page,) = client.pull(None)
    assert page.statements == ()
    assert 0.3 < pauses[0] < 0.7
    assert 5 < pauses[1] < 9


def test_a_refusal_is_final() -> None:
    with answering((401, {}, b"who are you?")) as (client, pauses):
        with pytest.raises(RemoteError, match=r"401: who are you\?") as caught:
            list(client.pull(None))
        assert caught.value.status == 401
    assert pauses == []


def test_our_secret_goes_to_no_other_host() -> None:
    lured = b'{"statements":[],"more":"https://elsewhere.example/xapi/statements?more=1"}'
    with answering((200, {}, lured)) as (client, _), pytest.raises(RemoteError, match="another host"):
        list(client.pull(None))


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"statements":1}', b"\xff"])
def test_an_answer_that_is_no_page_is_told(body: bytes) -> None:
    with answering((200, {}, body)) as (client, _), pytest.raises(RemoteError, match="no page"):
        list(client.pull(None))


def test_what_is_past_consistent_through_waits(tmp_path: Path) -> None:
    """Something stored before it may still be on its way there."""
    sent = [
        {**s, "stored": write_time(at * 1_000_000), "timestamp": write_time(0)}
        for at, s in zip((10, 20, 30), make(unique_activity(), 3), strict=True)
    ]
    page = json.dumps({"statements": sent, "more": ""}).encode()
    through = {"X-Experience-API-Consistent-Through": write_time(20_000_000)}
    with open_store(tmp_path / "own.db") as (store, links), answering((200, through, page)) as (client, _):
        link = Link("other", TENANT, Direction.FROM, "http://x", "k", "S", Version.V2)
        links.add(link)
        assert pull(store, links, link, client) == Carried(2)
        moved = links.find("other")
        assert moved is not None
        assert moved.cursor_us == 20_000_000


def run_lrs(folder: Path, *arguments: str, **environment: str) -> Done:
    """The command line, as people call it."""
    with mock.patch.dict(os.environ, environment):
        return run_payoff("lrs", *arguments, cwd=folder)


def test_a_link_from_the_command_line(served: ServedStore, tmp_path: Path) -> None:
    store = str(tmp_path / "own.db")
    activity = unique_activity()
    with open_store(tmp_path / "own.db") as (opened, _):
        sent = make(activity, 2)
        write(opened, sent)
    way = ("--to", served.endpoint, "--user", served.key, "--secret-env", "THERE", "--version", "2.0.0")
    assert run_lrs(tmp_path, "link", "add", "head-office", *way, "--store", store).returncode == 0
    told = served.endpoint.replace("http://", "http://us:hidden@")
    open_secret = run_lrs(tmp_path, "link", "add", "open", "--to", told, *way[2:], "--store", store)
    assert open_secret.returncode == 2
    assert "--secret-env" in open_secret.stderr
    assert "hidden" not in open_secret.stderr
    unset = run_lrs(tmp_path, "forward", "head-office", "--store", store)
    assert unset.returncode == 2
    assert "THERE is not set" in unset.stderr
    wrong = run_lrs(tmp_path, "forward", "head-office", "--store", store, THERE="wrong")
    assert wrong.returncode == 7
    assert "401" in wrong.stderr
    assert served.secret not in wrong.stderr
    done = run_lrs(tmp_path, "forward", "head-office", "--store", store, THERE=served.secret)
    assert done.returncode == 0, done.stderr
    assert "2 sent, 0 refused" in done.stderr
    listed = json.loads(run_lrs(tmp_path, "link", "list", "--json", "--store", store).stdout)
    assert listed["links"][0]["refused"] == 0
    assert find_ids_there(served, activity) == [statement["id"] for statement in sent]
    backwards = run_lrs(tmp_path, "pull", "head-office", "--store", store, THERE=served.secret)
    assert backwards.returncode == 2
    assert "payoff lrs forward head-office" in " ".join(backwards.stderr.split())
    assert run_lrs(tmp_path, "link", "remove", "head-office", "--store", store).returncode == 0
