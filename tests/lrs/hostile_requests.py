"""Requests that nobody should send, to every resource of the record store.

Question  What could a broken, careless or hostile client send?
Method    A request is built as it should be; then none, one or several of parameters, headers, path, method
          and body (`hostile_bodies`) are bent. `hostile_run.py` sends a hundred thousand.
"""

import base64
import json
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote

from hostile_bodies import (
    ACTIVITY,
    STRANGE,
    VERBS,
    bend_bytes,
    build_agent,
    build_json,
    build_multipart,
    build_statement,
    build_statements,
    build_uuid,
)

KEY, SECRET = "hostile", "hostile-secret"
ENDPOINT = "/xapi"
RESOURCES = (
    *("statements",) * 10,
    *("activities/state", "activities/state", "activities/state", "activities/profile", "agents/profile"),
    *("activities", "agents", "about"),
)
METHODS = ("GET", "GET", "PUT", "PUT", "POST", "POST", "POST", "DELETE", "HEAD", "OPTIONS")
READ_ONLY = ("activities", "agents", "about")
STRANGE_METHODS = ("PATCH", "TRACE", "CONNECT", "get", "PRI", "A" * 300, "*")
STRANGE_PATHS = (
    *("", "/", "/xapi", "/xapi/", "/xapi/statements/", "/xapi//statements", "//xapi/statements"),
    *("/xapi/statements/..", "/xapi/../statements", "/xapi/./statements", "/xapi/statements\x00"),
    *("/XAPI/statements", "/xapi/activities/state/x", "/xapi/statements;a=b", "/xapi/\ufffd", "/xapi/%2e%2e"),
    *("/healthz", "/readyz", "/metrics", "/metrics/..", "/" + "a" * 9_000, "/xapi/" + "../" * 500, "*"),
)
TEXTS = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1.5",
        "1e3",
        "99999999999999999999999",
        "٣",
        "true",
        "TRUE",
        "null",
        "\x00",
        "a b",
    ),
    *("🎉", "a" * 9_000, "../../etc/passwd", "' or 1=1 --", "%", "http://", "urn:x", "{", "[]", "{}"),
    *('{"mbox":"\\ud800"}', '{"mbox":"mailto:a\\u0000@b.c"}', '{"mbox":1}', "[" * 3_000, "ids", "canonical"),
    *("2026-01-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00-00:00", "0001-01-01T00:00:00+23:59"),
    *("9999-12-31T23:59:59.999999999Z", "2026-01-01T00:00:00.1" + "1" * 400 + "Z", "2026-W01-1T00:00:00Z"),
)
ESCAPES = ("%00", "%ff", "%", "%zz", "%C3%28", "%ED%A0%80", "&&", "=", ";", "+", "%26", "\x7f", "#", "?")
VERSIONS = ("1.0.3",) * 8 + ("2.0.0",) * 8
STRANGE_VERSIONS = (
    *("1.0", "1.0.0", "1.0.9", "1.1", "0.95", "2.0", "2.0.1", "3", "", " 1.0.3 ", "1.0.3, 2.0.0", "1.0.x"),
    *("1" * 5_000, "é", "٢.0.0", "-1", "1.0.3\x00"),
)
STRANGE_HEADERS = {
    "accept-language": (
        *(
            "*",
            "en;q=nan",
            "en;q=1e999",
            "en;q=-1",
            ",,,",
            "a-" * 2_000,
            "en, " * 3_000,
            "\xff",
            ";",
            "en;q=0.5555",
        ),
        *("fr-CA;q=0.9, fr;q=0.8, *;q=0", "x" * 60_000),
    ),
    "if-match": ("*", '"x"', "x", '""', '"a", "b"', 'W/"x"', "*, *", '"' * 2_000, "," * 5_000, "\xff", ""),
    "if-none-match": ("*", '"x"', '"', "", 'W/"', "\x00"),
    "content-type": (
        *(
            "",
            "x",
            "/",
            "application/json; charset=utf-16",
            "application/json;" * 500,
            "text/plain",
            "\xff/\xff",
        ),
        *("application/x-www-form-urlencoded", "multipart/mixed", "application/octet-stream", "a/b; c"),
        *('application/json; charset="', "APPLICATION/JSON"),
    ),
    "content-encoding": ("gzip", "identity", "br, gzip", "\xff"),
    "content-length": ("0", "-1", "x", "99999999999999999999", "1, 1", "１"),
    "accept": ("*/*", "text/html", "\xff", "multipart/mixed", "application/json;q=0"),
    "accept-encoding": ("gzip", "*"),
    "origin": ("null", "https://example.org", "\xff", "a" * 5_000, "https://a\r\nx: y"),
    "access-control-request-method": ("PUT", "\xff"),
    "access-control-request-headers": ("x, y", "a" * 9_000),
    "expect": ("100-continue", "x"),
    "transfer-encoding": ("chunked", "x"),
    "updated": ("2026-01-01T00:00:00Z", "x"),
    "host": ("", "\xff", "example.org", "a:b:c"),
    "x-forwarded-for": ("1.2.3.4", "x" * 5_000),
    "x-experience-api-hash": ("x",),
    "range": ("bytes=0-1",),
    "if-modified-since": ("x",),
}
STRANGE_AUTHORIZATIONS = (
    *("", "Basic", "Basic ", "Basic !!!", "Basic " + "A" * 9_000, "Bearer", "Bearer x", "Bearer a.b.c"),
    *("Bearer eyJhbGciOiJub25lIn0.e30.", "Digest x", "Basic Og==", "Basic /////w==", "\xff", "basic \x00"),
    "Bearer " + "." * 5_000,
)


@dataclass(frozen=True)
class HostileRequest:
    """As a server hands it to the application; `pieces` of the body, at whose end the client may be gone."""

    method: str
    path: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    pieces: list[bytes] = field(default_factory=list)
    goes_away: bool = False

    def describe(self) -> str:
        """One line for people."""
        body = b"".join(self.pieces)
        head = f"{self.method[:20]} {self.path[:80]!r} ?{self.query[:300]!r} {self.headers!r:.700}"
        return f"{head} {len(body)} bytes {body[:600]!r}"


def authorize(key: str = KEY, secret: str = SECRET) -> str:
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def build_request(rng: Random) -> HostileRequest:
    """One request; half of what it is made of is as it should be."""
    resource = rng.choice(RESOURCES)
    path = f"{ENDPOINT}/{resource}" if rng.random() < 0.97 else rng.choice(STRANGE_PATHS)
    method = rng.choice(METHODS) if rng.random() < 0.98 else rng.choice(STRANGE_METHODS)
    if resource in READ_ONLY and rng.random() < 0.8:
        method = "GET"
    content_type, body = b"", b""
    if method in ("PUT", "POST") or rng.random() < 0.05:
        content_type, body = _build_body(rng, resource)
    query = _build_query(rng, resource, method)
    headers = _build_headers(rng, content_type)
    if method == "POST" and rng.random() < 0.06:
        query, headers, body = _build_alternate(rng, query, headers, body)
    return HostileRequest(method, path, query, headers, _divide(rng, body), rng.random() < 0.01)


def _build_body(rng: Random, resource: str) -> tuple[bytes, bytes]:
    if resource == "statements" and rng.random() < 0.25:
        return build_multipart(rng)
    if resource == "statements":
        return b"application/json", build_statements(rng)
    document = rng.choice(
        ({"a": 1, "b": {"c": [1, 2]}}, {"a": rng.choice(STRANGE)}, [1], build_statement(rng), {"x" * 300: 1})
    )
    if rng.random() < 0.3:
        return b"application/octet-stream", bend_bytes(rng, bytes(range(256)) * rng.choice((0, 1, 40)))
    return b"application/json", build_json(rng, document)


def _expected(rng: Random, resource: str, method: str) -> dict[str, str]:
    """Parameters as they should be, or nearly."""
    agent = json.dumps(build_agent(rng))
    activity = ACTIVITY.format(rng.randrange(20))
    if resource == "statements" and method == "PUT":
        return {"statementId": build_uuid(rng)}
    if resource == "statements" and method == "POST":
        return {}
    if resource == "statements":
        choices = {
            "agent": agent,
            "verb": VERBS[0],
            "activity": activity,
            "registration": build_uuid(rng),
            "related_agents": "true",
            "related_activities": "true",
            "since": "2026-01-01T00:00:00Z",
            "until": "2030-01-01T00:00:00Z",
            "limit": str(rng.randrange(30)),
            "format": rng.choice(("ids", "exact", "canonical")),
            "attachments": rng.choice(("true", "false")),
            "ascending": "true",
        }
        if rng.random() < 0.2:
            return {rng.choice(("statementId", "voidedStatementId", "more", "cursor")): build_uuid(rng)}
        return {name: value for name, value in choices.items() if rng.random() < 0.2}
    wanted: dict[str, dict[str, str]] = {
        "activities/state": {"activityId": activity, "agent": agent, "stateId": f"s{rng.randrange(5)}"},
        "activities/profile": {"activityId": activity, "profileId": f"p{rng.randrange(5)}"},
        "agents/profile": {"agent": agent, "profileId": f"p{rng.randrange(5)}"},
        "activities": {"activityId": activity},
        "agents": {"agent": agent},
    }
    parameters = wanted.get(resource, {})
    if resource == "activities/state" and rng.random() < 0.3:
        parameters["registration"] = build_uuid(rng)
    if resource != "about" and rng.random() < 0.1:
        parameters["since"] = "2026-01-01T00:00:00Z"
    return parameters


def _build_query(rng: Random, resource: str, method: str) -> bytes:
    pairs = list(_expected(rng, resource, method).items())
    if rng.random() < 0.3:
        strange = rng.choice(TEXTS)
        action = rng.randrange(5)
        at = rng.randrange(len(pairs)) if pairs else 0
        if action == 0 and pairs:
            del pairs[at]
        elif action == 1 and pairs:
            pairs.append((pairs[at][0], rng.choice((pairs[at][1], strange))))
        elif action == 2:
            pairs.append(
                (rng.choice(("x", "", "Limit", "statementid", "method", "\x00", "a" * 3_000)), strange)
            )
        elif pairs:
            pairs[at] = (pairs[at][0], strange)
    query = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in pairs)
    if rng.random() < 0.05:
        at = rng.randrange(len(query) + 1)
        query = query[:at] + rng.choice(ESCAPES) + query[at:]
    if rng.random() < 0.005:
        query += "&x=1" * 5_000
    raw = query.encode("utf-8", "surrogatepass")
    return raw if rng.random() < 0.99 else raw + b"\xff\xc3="


def _build_headers(rng: Random, content_type: bytes) -> list[tuple[bytes, bytes]]:
    headers = [("authorization", authorize()), ("x-experience-api-version", rng.choice(VERSIONS))]
    if rng.random() < 0.03:
        headers[0] = ("authorization", rng.choice(STRANGE_AUTHORIZATIONS))
    if rng.random() < 0.03:
        headers[1] = ("x-experience-api-version", rng.choice(STRANGE_VERSIONS))
    if rng.random() < 0.02:
        del headers[rng.randrange(2)]
    if rng.random() < 0.25:
        headers.append(("if-match" if rng.random() < 0.5 else "if-none-match", "*"))
    raw = [(name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in headers]
    if content_type:
        raw.append((b"content-type", content_type))
    while rng.random() < 0.2:
        name = rng.choice(tuple(STRANGE_HEADERS))
        raw.append((name.encode(), rng.choice(STRANGE_HEADERS[name]).encode("latin-1", "replace")))
    if rng.random() < 0.01:
        raw += [(b"x-%d" % n, b"y" * 50) for n in range(500)]
    return raw


def _build_alternate(
    rng: Random, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> tuple[bytes, list[tuple[bytes, bytes]], bytes]:
    """The form in which 1.0.3 lets a browser hide method, headers and body."""
    method = rng.choice((*METHODS, *STRANGE_METHODS))
    form = [(name, value.decode("latin-1")) for name, value in headers if rng.random() < 0.9]
    form.append((b"content", body.decode("utf-8", "replace")))
    text = b"&".join(name + b"=" + quote(value, safe="").encode() for name, value in form)
    kind = rng.choice((b"application/x-www-form-urlencoded",) * 5 + (b"text/plain", b""))
    outer = rng.choice((b"method=%b", b"method=%b&x=1", b"Method=%b", b"method=%b&method=GET"))
    return (
        outer % method.encode(),
        [(b"content-type", kind)],
        bend_bytes(rng, text + (b"&" + query if query else b"")),
    )


def _divide(rng: Random, body: bytes) -> list[bytes]:
    """In one piece, or in several as a network brings them."""
    if rng.random() < 0.8 or not body:
        return [body]
    size = rng.choice((1, 7, 1_000)) if len(body) < 2_000 else rng.choice((1_000, 16_384))
    return [body[at : at + size] for at in range(0, len(body), size)]
