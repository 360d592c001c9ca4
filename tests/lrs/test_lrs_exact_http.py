"""What went in comes out: text as it came, bytes as they came, and a clear refusal of what cannot be kept."""

import hashlib
import json
import uuid
from typing import Any

import pytest
from served_store import Answer, ServedStore, build_statement, unique_activity, unique_agent

EXTENSION = "https://example.org/extension"
SUPPORTING = "http://id.tincanapi.com/attachment/supporting_media"


def send_text(served: ServedStore, extension: str, *, activity: str, registration: str = "") -> Answer:
    """A statement whose only extension has this JSON text."""
    sent = build_statement(unique_agent(), activity, result={"extensions": {EXTENSION: "HERE"}})
    if registration:
        sent["context"] = {"registration": registration}
    return served.post("statements", json.dumps(sent).replace('"HERE"', extension).encode())


@pytest.mark.parametrize(
    "text",
    [
        "9007199254740993",
        "-123456789012345678901234567890",
        "0.10000000000000000000000000000001",
        "1.0",
        "1.50E+300",
        '{"z":1,"a":{"y":[ ],"b":2},"m":null}',
        '"\\u00e9\\u0041\\/ é \\ud83d\\ude00 😀"',
        '"a\\u0000b"',
        '"\\u2028\\u007f"',
    ],
)
def test_numbers_order_and_escapes_come_back_as_they_went(served: ServedStore, text: str) -> None:
    activity = unique_activity()
    answer = send_text(served, text, activity=activity)
    assert answer.status == 200, answer.body
    one = served.get("statements", statementId=answer.json()[0])
    page = served.get("statements", activity=activity)
    for found in (one, page):
        assert f'"{EXTENSION}": {text}'.encode() in found.body
        json.loads(found.body)


@pytest.mark.parametrize("text", ['"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"'])
def test_no_text_poisons_what_others_ask(served: ServedStore, text: str) -> None:
    activity, registration = unique_activity(), str(uuid.uuid4())
    sent = send_text(served, text, activity=activity, registration=registration)
    assert sent.status in (200, 400), sent.body
    clean = send_text(served, '"clean"', activity=activity, registration=registration)
    expected = {i for a in (sent, clean) if a.status == 200 for i in a.json()}
    for question in ({"registration": registration}, {"activity": activity}, {"limit": 500}):
        found = served.get("statements", **question)
        assert found.status == 200, found.body
        assert expected <= {s["id"] for s in found.json()["statements"]}


@pytest.mark.parametrize("name", ["a\0b", "\0", "naïve 名前 😀", "'; DROP TABLE statement; --", "a" * 3000])
def test_any_account_name_is_found_again_or_refused(served: ServedStore, name: str) -> None:
    actor = {"account": {"homePage": "https://example.org", "name": f"{uuid.uuid4().hex}{name}"}}
    sent = served.post("statements", build_statement(actor, unique_activity()))
    assert sent.status in (200, 400), sent.body
    found = served.get("statements", agent=actor)
    if sent.status == 200:
        assert [s["id"] for s in found.json()["statements"]] == sent.json()
    else:
        assert found.status == 400 or not found.json()["statements"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (
            '{"actor": %s, "verb": {"id": "https://example.org/v", "id": "https://example.org/w"},'
            ' "object": %s}',
            "verb",
        ),
        (
            '{"actor": %s, "verb": {"id": "https://example.org/v"}, "object": %s,'
            ' "object": {"id": "https://example.org/other"}}',
            "$",
        ),
        (
            '{"actor": %s, "verb": {"id": "https://example.org/v"}, "object": %s,'
            ' "result": {"extensions": {"https://example.org/e": {"a": 1, "\\u0061": 2}}}}',
            "result",
        ),
    ],
)
def test_duplicate_keys_are_refused_and_named(served: ServedStore, body: str, path: str) -> None:
    activity = unique_activity()
    text = body % (json.dumps(unique_agent()), json.dumps({"id": activity}))
    answer = served.post("statements", text.encode())
    assert answer.status == 400
    assert path.encode() in answer.body
    assert served.get("statements", activity=activity).json()["statements"] == []


NAMES = {"en": "colour", "en-US": "color", "fr": "couleur", "de": "Farbe", "ja": "色"}


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("de", "Farbe"),
        ("fr;q=0.5, de;q=0.8, en;q=0.1", "Farbe"),
        ("fr-CA", "couleur"),  # falls back to the language
        ("fr-CA, ja;q=0.9", "couleur"),
        ("en-US", "color"),
        ("en-US;q=0.5, en;q=0.8", "colour"),
        ("de;q=0, ja", "色"),
        ("tlh, ja;q=0.1", "色"),
    ],
)
def test_canonical_answers_in_the_language_that_weighs_most(
    served: ServedStore, accepted: str, expected: str
) -> None:
    activity = unique_activity()
    scale = [{"id": "c1", "description": NAMES}]
    definition = {
        "name": NAMES,
        "description": NAMES,
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
        "interactionType": "likert",
        "scale": scale,
    }
    sent = build_statement(unique_agent(), activity)
    sent["object"]["definition"] = definition
    assert served.post("statements", sent).status == 200
    found = served.get(
        "statements", activity=activity, format="canonical", headers={"Accept-Language": accepted}
    )
    shown = found.json()["statements"][0]["object"]["definition"]
    for names in (shown["name"], shown["description"], shown["scale"][0]["description"]):
        assert list(names.values()) == [expected]


def build_attachment(content: bytes, **members: Any) -> dict[str, Any]:
    return {
        "usageType": SUPPORTING,
        "display": {"en": "file"},
        "contentType": "application/octet-stream",
        "length": len(content),
        "sha2": hashlib.sha256(content).hexdigest(),
        **members,
    }


def send_parts(served: ServedStore, statements: Any, *parts: tuple[str, bytes]) -> Answer:
    """A request of multipart/mixed: the statements, then parts with the hash each claims."""
    boundary = uuid.uuid4().hex.encode()
    body = b"--" + boundary + b"\r\nContent-Type: application/json\r\n\r\n" + json.dumps(statements).encode()
    for sha2, content in parts:
        head = ["Content-Type: application/octet-stream", "Content-Transfer-Encoding: binary"]
        lines = [f"--{boundary.decode()}", *head, f"X-Experience-API-Hash: {sha2}"]
        body += b"\r\n" + "\r\n".join(lines).encode() + b"\r\n\r\n" + content
    body += b"\r\n--" + boundary + b"--\r\n"
    kind = f"multipart/mixed; boundary={boundary.decode()}"
    return served.post("statements", body, headers={"Content-Type": kind})


def read_parts(answer: Answer) -> tuple[Any, dict[str, bytes]]:
    """The JSON and the attachments of an answer, by hash, split by hand: no bytes are guessed at."""
    boundary = answer.headers["Content-Type"].split("boundary=")[1].strip('"').encode()
    sections = answer.body.split(b"--" + boundary)[1:-1]
    found: dict[str, bytes] = {}
    first: Any = None
    for number, section in enumerate(sections):
        head, _, content = section.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        if number == 0:
            first = json.loads(content)
            continue
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        found[headers["X-Experience-API-Hash"]] = content
    return first, found


EVERY_BYTE = bytes(range(256)) + b"\r\n--\r\n\r\n--boundary--\r\n" + bytes(range(255, -1, -1))


def test_attached_bytes_come_back_the_same_and_one_part_may_serve_two_statements(served: ServedStore) -> None:
    activity = unique_activity()
    content = EVERY_BYTE + uuid.uuid4().bytes
    declared = build_attachment(content)
    sent = [build_statement(unique_agent(), activity, attachments=[declared]) for _ in range(2)]
    answer = send_parts(served, sent, (declared["sha2"], content))
    assert answer.status == 200, answer.body
    page, parts = read_parts(served.get("statements", activity=activity, attachments=True))
    assert len(page["statements"]) == 2
    assert parts == {declared["sha2"]: content}


def test_an_attachment_already_stored_need_not_be_sent_with_a_url_only(served: ServedStore) -> None:
    activity = unique_activity()
    content = uuid.uuid4().bytes
    elsewhere = build_attachment(content, fileUrl="https://example.org/file")
    answer = served.post("statements", build_statement(unique_agent(), activity, attachments=[elsewhere]))
    assert answer.status == 200, answer.body
    _, parts = read_parts(served.get("statements", activity=activity, attachments=True))
    assert parts == {}


@pytest.mark.parametrize("wrong", ["hash", "missing", "extra"])
def test_attachments_that_do_not_fit_are_refused_and_nothing_is_stored(
    served: ServedStore, wrong: str
) -> None:
    activity = unique_activity()
    content = uuid.uuid4().bytes
    declared = build_attachment(content)
    parts = [(declared["sha2"], content)]
    if wrong == "hash":
        parts = [(declared["sha2"], content[::-1])]
    elif wrong == "missing":
        parts = []
    else:
        parts.append((hashlib.sha256(b"more").hexdigest(), b"more"))
    answer = send_parts(served, build_statement(unique_agent(), activity, attachments=[declared]), *parts)
    assert answer.status == 400, answer.body
    assert served.get("statements", activity=activity).json()["statements"] == []


def test_documents_keep_any_bytes_and_any_id(served: ServedStore) -> None:
    place: dict[str, Any] = {"activityId": unique_activity(), "agent": unique_agent()}
    for state_id in ("a b&c=d/é?#%", "😀", "'; --"):
        kind = {"Content-Type": "application/x-anything"}
        assert (
            served.put("activities/state", EVERY_BYTE, headers=kind, stateId=state_id, **place).status == 204
        )
        found = served.get("activities/state", stateId=state_id, **place)
        assert found.body == EVERY_BYTE
        assert found.headers["Content-Type"] == "application/x-anything"
    assert set(served.get("activities/state", **place).json()) == {"a b&c=d/é?#%", "😀", "'; --"}
