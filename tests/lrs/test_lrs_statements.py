"""Statements over the application: written, found, paged, with attachments."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from in_process import KEY, SECRET, Answer, InProcess, basic, open_store
from served_store import build_statement, unique_activity, unique_agent

from payoff.apps.lrs.settings import Limits, Settings
from payoff.xapi.times import read_time

SETTINGS = Settings("", dev_key=(KEY, SECRET))
THROUGH = "x-experience-api-consistent-through"


@pytest.fixture
def lrs(store_url: str) -> Iterator[InProcess]:
    limits = Limits(statements=50, attachments=3, page_statements=4, page_bytes=20_000)
    with open_store(replace(SETTINGS, store=store_url, limits=limits)) as opened:
        yield opened


def statement(**members: Any) -> dict[str, Any]:
    return build_statement(unique_agent(), unique_activity(), **members)


def store(lrs: InProcess, count: int, **members: Any) -> list[str]:
    answer = lrs.post("statements", [statement(**members) for _ in range(count)])
    assert answer.status == 200, answer.body
    ids: list[str] = answer.json()
    return ids


def ids_of(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [found["id"] for found in answer.json()["statements"]]


def follow(lrs: InProcess, answer: Answer) -> list[str]:
    """Ids of a page and of all pages behind it."""
    found = ids_of(answer)
    while more := answer.json()["more"]:
        assert more.startswith("/xapi/statements?")
        answer = lrs.request("GET", more)
        found += ids_of(answer)
    return found


def multipart(statements: Any, *bodies: bytes, headers: str = "") -> tuple[dict[str, str], bytes]:
    parts = [b"Content-Type: application/json\r\n\r\n" + json.dumps(statements).encode()]
    for body in bodies:
        sha2 = hashlib.sha256(body).hexdigest()
        head = "Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n" + headers
        parts.append(f"{head}X-Experience-API-Hash: {sha2}\r\n\r\n".encode() + body)
    whole = b"".join(b"--limit\r\n" + part + b"\r\n" for part in parts) + b"--limit--\r\n"
    return {"content-type": "multipart/mixed; boundary=limit", "content-length": str(len(whole))}, whole


def attachment(body: bytes) -> dict[str, Any]:
    return {
        "usageType": "https://example.org/usage",
        "display": {"en": "a file"},
        "contentType": "text/plain",
        "length": len(body),
        "sha2": hashlib.sha256(body).hexdigest(),
    }


def test_what_was_posted_is_found_by_its_id(lrs: InProcess) -> None:
    [id] = store(lrs, 1, result={"extensions": {"https://example.org/n": 12345678901234567890}})
    answer = lrs.get("statements", statementId=id)
    assert answer.status == 200
    assert b"12345678901234567890" in answer.body
    told = answer.json()
    assert (told["id"], told["version"]) == (id, "2.0.0")
    assert told["authority"]["account"]["name"] == KEY
    assert read_time(answer.headers[THROUGH]) >= read_time(told["stored"])
    assert answer.headers["last-modified"].endswith("GMT")


def test_ids_come_back_in_the_order_of_the_statements(lrs: InProcess) -> None:
    sent = [statement(id=str(uuid.uuid4())) for _ in range(30)]
    assert lrs.post("statements", sent).json() == [each["id"] for each in sent]


def test_put_takes_the_id_from_the_query(lrs: InProcess) -> None:
    id = str(uuid.uuid4())
    answer = lrs.put("statements", statement(), statementId=id)
    assert (answer.status, answer.body) == (204, b"")
    assert lrs.get("statements", statementId=id).json()["id"] == id


def test_put_refuses_another_id_arrays_and_no_id(lrs: InProcess) -> None:
    id = str(uuid.uuid4())
    assert lrs.put("statements", statement(id=str(uuid.uuid4())), statementId=id).status == 400
    assert lrs.put("statements", [statement()], statementId=id).status == 400
    assert lrs.put("statements", statement()).status == 400
    assert lrs.get("statements", statementId=id).status == 404


def test_another_statement_under_a_known_id_is_a_conflict(lrs: InProcess) -> None:
    sent = statement(id=str(uuid.uuid4()))
    assert lrs.post("statements", sent).status == 200
    assert lrs.post("statements", sent).status == 200
    answer = lrs.post("statements", [statement(), {**sent, "verb": {"id": "https://example.org/other"}}])
    assert answer.status == 409
    assert len(ids_of(lrs.get("statements"))) == 1


def test_a_batch_with_one_wrong_statement_stores_nothing(lrs: InProcess) -> None:
    sent: list[dict[str, Any]] = [statement() for _ in range(40)]
    sent[37]["verb"] = {}
    answer = lrs.post("statements", sent)
    assert answer.status == 400
    assert answer.json()["faults"][0]["path"].startswith("$[37].verb")
    assert ids_of(lrs.get("statements")) == []


def test_too_many_statements_are_413(lrs: InProcess) -> None:
    assert lrs.post("statements", [statement() for _ in range(51)]).status == 413
    assert ids_of(lrs.get("statements")) == []


def test_an_empty_batch_is_stored_at_once(lrs: InProcess) -> None:
    answer = lrs.post("statements", [])
    assert (answer.status, answer.json()) == (200, [])


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "json",
        "é/x",
    ],
)
def test_statements_come_as_json_or_multipart(lrs: InProcess, content_type: str | None) -> None:
    answer = lrs.post("statements", statement(), headers={"content-type": content_type})
    assert answer.status == 400
    assert ids_of(lrs.get("statements")) == []


def test_json_may_name_its_charset(lrs: InProcess) -> None:
    headers = {"content-type": "Application/JSON; charset=UTF-8"}
    assert lrs.post("statements", statement(), headers=headers).status == 200


def test_pages_hold_all_once_newest_first(lrs: InProcess) -> None:
    ids = store(lrs, 11)
    assert follow(lrs, lrs.get("statements")) == ids[::-1]
    assert follow(lrs, lrs.get("statements", limit="3", ascending="true")) == ids


def test_what_is_written_meanwhile_shifts_no_page(lrs: InProcess) -> None:
    ids = store(lrs, 10)
    page = lrs.get("statements", limit="4")
    store(lrs, 5)
    assert follow(lrs, page) == ids[::-1]


def test_more_keeps_the_question_and_its_form(lrs: InProcess) -> None:
    activity = unique_activity()
    for name in ("Ann", "Bo", "Cy", "Di", "Ed", "Flo"):
        agent = {**unique_agent(), "name": name}
        assert lrs.post("statements", build_statement(agent, activity)).status == 200
    store(lrs, 3)
    page = lrs.get("statements", activity=activity, format="ids", limit="2")
    seen = 0
    while True:
        for found in page.json()["statements"]:
            assert found["object"]["id"] == activity
            assert "name" not in found["actor"]
            seen += 1
        if not page.json()["more"]:
            break
        page = lrs.request("GET", page.json()["more"])
    assert seen == 6


def test_no_page_is_longer_than_the_server_allows(lrs: InProcess) -> None:
    store(lrs, 6)
    assert len(ids_of(lrs.get("statements", limit="1000000"))) == 4
    assert len(ids_of(lrs.get("statements", limit="0"))) == 4


def test_a_page_of_large_statements_ends_early_and_goes_on(lrs: InProcess) -> None:
    ids = store(lrs, 7, result={"response": "x" * 9_000})
    page = lrs.get("statements")
    assert len(ids_of(page)) == 2
    assert follow(lrs, page) == ids[::-1]


def test_voided_statements_are_found_as_voided_only(lrs: InProcess) -> None:
    [id] = store(lrs, 1)
    voiding = statement()
    voiding["verb"] = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    voiding["object"] = {"objectType": "StatementRef", "id": id}
    [voider] = lrs.post("statements", voiding).json()
    assert lrs.get("statements", statementId=id).status == 404
    assert lrs.get("statements", voidedStatementId=id).json()["id"] == id
    assert lrs.get("statements", voidedStatementId=voider).status == 404
    assert ids_of(lrs.get("statements")) == [voider]


def test_attachments_go_in_and_out_byte_for_byte(lrs: InProcess) -> None:
    body = bytes(range(256)) + b"\r\n--limit--like\r\n"
    headers, sent = multipart(statement(attachments=[attachment(body)]), body)
    answer = lrs.post("statements", sent, headers=headers)
    assert answer.status == 200, answer.body
    [id] = answer.json()
    for question in ({"statementId": id}, {"limit": "1"}):
        found = lrs.get("statements", attachments="true", **question)
        assert found.headers["content-type"].startswith("multipart/mixed; boundary=")
        assert body in found.body
        assert hashlib.sha256(body).hexdigest().encode() in found.body
    plain = lrs.get("statements", attachments="false", statementId=id)
    assert plain.headers["content-type"] == "application/json"


def test_a_page_of_attachments_ends_before_it_grows_too_large(lrs: InProcess) -> None:
    ids = []
    for letter in b"abc":
        body = bytes([letter]) * 15_000
        headers, sent = multipart(statement(attachments=[attachment(body)]), body)
        ids += lrs.post("statements", sent, headers=headers).json()
    page = lrs.get("statements", attachments="true")
    assert page.body.count(b"X-Experience-API-Hash") == 1
    assert b'"more":"/xapi/statements?' in page.body
    assert len(ids_of(lrs.get("statements"))) == 3


@pytest.mark.parametrize("bodies", [(), (b"other",), (b"file", b"other")])
def test_attachments_and_parts_must_fit(lrs: InProcess, bodies: tuple[bytes, ...]) -> None:
    headers, sent = multipart(statement(attachments=[attachment(b"file")]), *bodies)
    assert lrs.post("statements", sent, headers=headers).status == 400
    assert ids_of(lrs.get("statements")) == []


def test_too_many_parts_are_refused(lrs: InProcess) -> None:
    bodies = [b"1", b"2", b"3", b"4"]
    headers, sent = multipart(statement(attachments=[attachment(body) for body in bodies]), *bodies)
    assert lrs.post("statements", sent, headers=headers).status == 400
    headers, sent = multipart(statement(attachments=[attachment(body) for body in bodies[:3]]), *bodies[:3])
    assert lrs.post("statements", sent, headers=headers).status == 200


@pytest.mark.parametrize(
    "query",
    [
        "Limit=1",
        "limit=-1",
        "limit=1&limit=2",
        "format=html",
        "agent={",
        "since=yesterday",
        "limit=1&statementId=0f5d98d1-9ae8-4f1b-ad4b-283e19e8d3c9",
        "nonsense=1",
        "verb=%ff",
    ],
)
def test_wrong_parameters_are_refused_by_name(lrs: InProcess, query: str) -> None:
    answer = lrs.request("GET", f"statements?{query}")
    assert answer.status == 400
    assert answer.json()["faults"][0]["path"].startswith(query.split("=")[0])
    assert THROUGH in answer.headers


def test_every_answer_about_statements_says_up_to_when_all_is_there(lrs: InProcess) -> None:
    answers = [
        lrs.post("statements", statement()),
        lrs.post("statements", b"{"),
        lrs.get("statements"),
        lrs.get("statements", statementId=str(uuid.uuid4())),
    ]
    assert [answer.status for answer in answers] == [200, 400, 200, 404]
    assert all(THROUGH in answer.headers for answer in answers)


def test_a_reader_of_1_0_3_may_hide_the_request_in_a_form(lrs: InProcess) -> None:
    lrs.version = "1.0.3"
    id = str(uuid.uuid4())
    content = quote(json.dumps(statement()))
    form = {"content-type": "application/x-www-form-urlencoded", "authorization": None}
    authorization = quote(basic(KEY, SECRET))
    body = f"statementId={id}&content={content}&Authorization={authorization}".encode()
    answer = lrs.request("POST", "statements?method=PUT", body, headers=form)
    assert answer.status == 204, answer.body
    assert lrs.get("statements", statementId=id).status == 200
    wrong = lrs.request("POST", "statements?method=PUT", body.replace(b"Basic", b"Bazic"), headers=form)
    assert wrong.status == 401
    lrs.version = "2.0.0"
    refused = lrs.request("POST", "statements?method=PUT", body, headers=form)
    assert refused.status == 400
