"""Bodies that nobody should send: statements, documents and multipart messages, bent in every way.

Question  What could a broken, careless or hostile client put into a body?
Method    Something valid is built, then bent: in its structure (members lost, doubled, renamed, replaced), in
          its text (escapes, numbers, nesting), in its bytes (charset, truncation, noise). All chances come
          from one `random.Random`: a seed gives the same again, and Hypothesis lends one it can shrink.
"""

import hashlib
import json
import uuid
from random import Random
from typing import Any

Pairs = list[tuple[str, Any]]  # a JSON object whose member names may repeat


class Text(str):
    """JSON text that is put in as it stands."""

    __slots__ = ()


STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    " ",
    "\x00",
    "x",
    "ä" * 40,
    "a" * 5_000,
    [],
    {},
    [[]],
    [None],
    {"": ""},
    {"id": None},
    "http://",
    "http://example.org/\x00",
    "http://exa mple.org/<>",
    "mailto:",
    "mailto:a@b@c",
    "not-a-uuid",
    "00000000-0000-0000-0000-000000000000",
    "P1Y1M1W1DT1H1M1.000000000001S",
    "PT" + "9" * 400 + "S",
    "2026-13-45T99:99:99Z",
    "2026-01-01T00:00:00.123456789123456789+99:99",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:60-00:00",
    "en-US-x-" + "a" * 200,
    Text("1" * 5_000),
    Text("-0"),
    Text("1e400"),
    Text("-1E-999999999"),
    Text("0." + "3" * 4_000),
    Text("9223372036854775808"),
    Text("NaN"),
    Text("Infinity"),
    Text("01"),
    Text("'single'"),
    Text("undefined"),
    Text('"\\ud800"'),
    Text('"\\udfff\\ud800"'),
    Text('"\\u0000"'),
    Text('"\\x41"'),
    Text('"a\tb"'),
    Text("[" * 90 + "]" * 90),
    Text("[" * 20_000),
    Text('{"a":' * 5_000 + "1" + "}" * 5_000),
    Text("[" * 5_000 + "]" * 5_000),
)
NAMES = (
    *("id", "actor", "verb", "object", "objectType", "result", "context", "timestamp", "stored", "authority"),
    *("version", "attachments", "mbox", "mbox_sha1sum", "openid", "account", "homePage", "name", "member"),
    *("definition", "extensions", "score", "scaled", "raw", "min", "max", "duration", "registration"),
    *("contextActivities", "contextAgents", "contextGroups", "team", "instructor", "statement", "language"),
    *("usageType", "display", "contentType", "length", "sha2", "fileUrl", "interactionType", "choices"),
    *("correctResponsesPattern", "\x00", "", "__proto__", "ID", "http://example.org/extension"),
)
VERBS = ("http://adlnet.gov/expapi/verbs/experienced", "http://adlnet.gov/expapi/verbs/voided")
ACTIVITY = "https://example.org/activities/{}"


def build_agent(rng: Random) -> dict[str, Any]:
    """One of a few people, so that queries meet statements."""
    who = rng.randrange(20)
    return rng.choice(
        (
            {"mbox": f"mailto:p{who}@example.org"},
            {"objectType": "Agent", "account": {"homePage": "https://example.org", "name": f"p{who}"}},
            {"mbox_sha1sum": hashlib.sha1(str(who).encode(), usedforsecurity=False).hexdigest()},
            {"objectType": "Group", "member": [{"openid": f"https://example.org/{who}"}]},
        )
    )


def build_uuid(rng: Random) -> str:
    """One of some thousand, so that ids meet again."""
    return str(uuid.UUID(int=0xABCDEF0000004000800000000000 + rng.randrange(4_000)))


def _extend(rng: Random) -> Any:
    return rng.choice(STRANGE) if rng.random() < 0.1 else [1, {"a": None}]


def build_object(rng: Random) -> dict[str, Any]:
    """An object of each kind."""
    kind = rng.randrange(6)
    if kind == 0:
        return {"objectType": "StatementRef", "id": build_uuid(rng)}
    if kind == 1:
        return build_agent(rng) | ({} if rng.random() < 0.5 else {"objectType": "Agent"})
    if kind == 2:
        inner = {"objectType": "SubStatement", "actor": build_agent(rng), "verb": {"id": VERBS[0]}}
        return inner | {"object": {"id": ACTIVITY.format(rng.randrange(20))}}
    choices = [{"id": "a", "description": {"en": "A", "fr-CA": "B"}}, {"id": "b"}]
    definition = {
        "name": {"en-US": "Name", "fr": "Nom"},
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
        "interactionType": "choice",
        "correctResponsesPattern": ["a[,]b"],
        "choices": choices,
        "extensions": {"https://example.org/x": _extend(rng)},
    }
    return {"id": ACTIVITY.format(rng.randrange(20)), "definition": definition}


def build_statement(rng: Random) -> dict[str, Any]:
    """A statement that is mostly valid."""
    statement: dict[str, Any] = {
        "actor": build_agent(rng),
        "verb": {"id": VERBS[rng.random() < 0.05], "display": {"en": "did", "de-AT": "tat"}},
        "object": build_object(rng),
    }
    if rng.random() < 0.5:
        statement["id"] = build_uuid(rng)
    if rng.random() < 0.4:
        score = {"scaled": 0.5, "raw": 5, "min": 0, "max": 10}
        statement["result"] = {"score": score, "success": True, "duration": "PT1.25S", "response": "a"}
    if rng.random() < 0.5:
        parent = [{"id": ACTIVITY.format(rng.randrange(20))}]
        statement["context"] = {
            "registration": build_uuid(rng),
            "language": "en-US",
            "contextActivities": {"parent": parent, "grouping": parent},
            "team": {"objectType": "Group", "mbox": "mailto:team@example.org"},
            "statement": {"objectType": "StatementRef", "id": build_uuid(rng)},
            "extensions": {"https://example.org/y": _extend(rng)},
        }
    if rng.random() < 0.3:
        statement["timestamp"] = "2026-02-03T04:05:06.789Z"
    return statement


def to_pairs(value: Any) -> Any:
    """Objects as lists of pairs, so that a name can stand twice."""
    if isinstance(value, dict):
        return [(name, to_pairs(inner)) for name, inner in value.items()]
    if isinstance(value, list):
        return ["[", *(to_pairs(inner) for inner in value)]  # told from an object by its first item
    return value


def bend(rng: Random, value: Any) -> None:
    """Change one thing somewhere inside, in place."""
    places: list[Any] = [value]
    for place in places:  # grows while it is walked
        places += [inner[1] if isinstance(inner, tuple) else inner for inner in place if _is_inside(inner)]
    place = rng.choice(places)
    is_array = bool(place) and place[0] == "["
    if len(place) <= is_array:
        place.append(("x", 1) if not is_array else 1)
        return
    at = rng.randrange(int(is_array), len(place))
    strange = to_pairs(rng.choice(STRANGE))
    name, old = ("", place[at]) if is_array else place[at]
    action = rng.randrange(6)
    if action == 0:
        del place[at]
    elif action == 1:
        place.insert(at, place[at])
    elif action == 2:
        place.append(strange if is_array else (rng.choice(NAMES), strange))
    elif action == 3 and not is_array:
        place[at] = (rng.choice(NAMES), old)
    else:
        place[at] = strange if is_array else (name, strange)


def _is_inside(inner: Any) -> bool:
    return isinstance(inner[1] if isinstance(inner, tuple) else inner, list)


def write_pairs(value: Any) -> str:
    """JSON text of what `to_pairs` made."""
    if isinstance(value, Text):
        return value
    if isinstance(value, list):
        if value and value[0] == "[":
            return f"[{','.join(write_pairs(inner) for inner in value[1:])}]"
        return "{" + ",".join(f"{json.dumps(name)}:{write_pairs(inner)}" for name, inner in value) + "}"
    return json.dumps(value)


def build_json(rng: Random, value: Any) -> bytes:
    """JSON of a value, bent none to three times, then perhaps in its bytes."""
    pairs = to_pairs(value)
    if isinstance(pairs, list):
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
            bend(rng, pairs)
    return bend_bytes(rng, write_pairs(pairs).encode("utf-8", "surrogatepass"))


def bend_bytes(rng: Random, body: bytes) -> bytes:
    """Leave the bytes alone nine times in ten."""
    if rng.random() < 0.9 or not body:
        return body
    at = rng.randrange(len(body))
    noise = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 9)))
    text = body.decode("utf-8", "replace")
    return rng.choice(
        (
            body[:at],
            body[:at] + noise + body[at:],
            body[:at] + noise + body[at + len(noise) :],
            b"\xef\xbb\xbf" + body,
            text.encode("utf-16"),
            text.encode("latin-1", "replace"),
            body + body,
            body + b"\x00",
            b"  \n" * 1_000 + body,
            b"",
            noise,
            body[:at] + b"\xed\xa0\x80" + body[at:],
            b"," + body,
        )
    )


def build_statements(rng: Random) -> bytes:
    """One statement, or an array of some."""
    if rng.random() < 0.6:
        return build_json(rng, build_statement(rng))
    return build_json(rng, [build_statement(rng) for _ in range(rng.choice((0, 1, 2, 5, 30)))])


def build_multipart(rng: Random) -> tuple[bytes, bytes]:
    """Content-Type and body of a statement with attachments, bent in parts, headers and bounds."""
    boundary = rng.choice(("abc",) * 12 + ("a" * 70, "a" * 71, "x y", "'()+_,-./:=?", "", "ä", '"', "abc--"))
    contents = [rng.choice((b"hello", b"", b"\x00\xff" * 50, b"--abc\r\n", b"a" * 20_000)) for _ in range(2)]
    attachments = [_declare(rng, content) for content in contents]
    body = build_json(rng, build_statement(rng) | {"attachments": attachments[: rng.randrange(3)]})
    parts = [(_headers(rng, b"application/json", None), body)]
    for declared, content in zip(attachments, contents, strict=True):
        parts.append((_headers(rng, b"text/plain", str(declared.get("sha2", ""))), content))
    for _ in range(rng.choice((0, 0, 0, 1, 3))):
        parts.insert(rng.randrange(len(parts) + 1), rng.choice(parts))
    if rng.random() < 0.02:
        parts += parts[-1:] * 700
    if rng.random() < 0.1:
        rng.shuffle(parts)
    bound, end = boundary.encode(), rng.choice((b"\r\n",) * 12 + (b"\n", b"\r", b""))
    whole = rng.choice((b"",) * 9 + (b"preamble\r\n",))
    whole += b"".join(b"--%b%b%b%b%b%b" % (bound, end, head, end, content, end) for head, content in parts)
    whole += b"--%b%b" % (bound, rng.choice((b"--\r\n",) * 12 + (b"--", b"", b"--\r\nepilogue", b"\r\n")))
    forms = ("multipart/mixed; boundary={}",) * 6 + (
        'multipart/mixed; boundary="{}"',
        "multipart/mixed",
        "multipart/mixed; boundary",
        "multipart/mixed; boundary=other",
        "multipart/form-data; boundary={}",
        "multipart/mixed; boundary={0}; boundary=x{0}",
        "multipart/mixed; charset=utf-16; boundary={}",
    )
    return rng.choice(forms).format(boundary).encode(), bend_bytes(rng, whole)


def _declare(rng: Random, content: bytes) -> dict[str, Any]:
    signature = "http://adlnet.gov/expapi/attachments/signature"
    declared: dict[str, Any] = {
        "usageType": rng.choice((signature, "https://example.org/usage")),
        "display": {"en": "A"},
        "contentType": rng.choice(("application/octet-stream", "text/plain", "x", "text/plain; a=\x00")),
        "length": rng.choice((len(content), len(content), 0, -1, 10**30)),
        "sha2": rng.choice((hashlib.sha256(content).hexdigest(), hashlib.sha256(b"").hexdigest(), "zz")),
    }
    if rng.random() < 0.2:
        declared["fileUrl"] = "https://example.org/file"
    return declared


def _headers(rng: Random, content_type: bytes, sha2: str | None) -> bytes:
    lines = [b"Content-Type: " + content_type]
    if sha2 is not None:
        coding = rng.choice((b"binary",) * 8 + (b"base64", b"8bit", b"", b"\xff"))
        lines += [b"Content-Transfer-Encoding: " + coding, b"X-Experience-API-Hash: " + sha2.encode()]
    if rng.random() < 0.1:
        strange = (
            b"",
            b"no colon",
            b": x",
            b"A" * 9_000,
            b" folded",
            b"X: \x00",
            b"X-Experience-API-Hash: a",
        )
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(strange))
    if rng.random() < 0.05:
        del lines[0]
    return b"".join(line + b"\r\n" for line in lines)
