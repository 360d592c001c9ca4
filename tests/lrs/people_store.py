"""An invented store with thirty people, one of whom will be erased, and ways to look at every byte of it."""

import base64
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

import apsw
import psycopg

from payoff.statements.document import DocumentKind, DocumentPlace, Precondition
from payoff.statements.links import Direction, Link, Links
from payoff.statements.query import StatementQuery, StoredAttachment
from payoff.statements.store import Store
from payoff.statements.work import Authority, Outcome, PutDocument, PutStatements
from payoff.xapi.agents import agent_key
from payoff.xapi.equality import SIGNATURE_USAGE
from payoff.xapi.reading import read_statements
from payoff.xapi.statement import Version

NAME = "Zebulon Quartermain"
MAIL, HOME, ACCOUNT = "zebulon@firm.example", "https://lms.example", "zq-40077"
OPENID = "https://id.example/zebulon"
DIGEST = sha1(f"mailto:{MAIL}".encode()).hexdigest()
KEYS = (f"mbox mailto:{MAIL}", f"account {HOME} {ACCOUNT}", f"openid {OPENID}")
TRACES = ("zebulon", "Zebulon", "Quartermain", ACCOUNT, DIGEST)
BY_MAIL = {"mbox": f"mailto:{MAIL}", "name": NAME}
BY_ACCOUNT = {"objectType": "Agent", "account": {"homePage": HOME, "name": ACCOUNT}, "name": NAME}
SENDER = {"objectType": "Agent", "account": {"homePage": "https://keys.example", "name": "k"}}
VERBS = "http://adlnet.gov/expapi/verbs/"
VOIDED = VERBS + "voided"
OWN, BESIDE, MENTIONED, OTHERS = range(1000, 1012), range(2000, 2011), range(2500, 2502), range(3000, 3040)
KEPT_VOID = 1900


def name_id(number: int) -> str:
    """An id to recognise."""
    return str(uuid.UUID(int=number))


def person(number: int) -> dict[str, Any]:
    """One of the thirty others."""
    return {"mbox": f"mailto:p{number % 30}@firm.example", "name": f"Person {number % 30} Name"}


def build(number: int, actor: Any, **more: Any) -> dict[str, Any]:
    """A statement; numbers past 2^53 and an order of members to recognise."""
    said = {
        "id": name_id(number),
        "actor": actor,
        "verb": {"id": VERBS + "completed", "display": {"en": "did"}},
        "object": {"id": f"https://firm.example/a/{number % 7}"},
        "result": {"extensions": {"https://firm.example/n": 9007199254740993 + number}},
        "context": {"registration": name_id(7_000_000 + number % 5)},
    }
    return {**said, **more}


def refer(number: int, actor: Any, to: int, verb: str = VERBS + "commented") -> dict[str, Any]:
    """A statement about another."""
    return build(number, actor, verb={"id": verb}, object={"objectType": "StatementRef", "id": name_id(to)})


def declare(
    body: bytes, usage: str = "https://firm.example/essay", kind: str = "text/plain"
) -> dict[str, Any]:
    """An attachment as a statement declares it."""
    digest = sha256(body).hexdigest()
    more = {"contentType": kind, "length": len(body), "sha2": digest}
    return {"usageType": usage, "display": {"en": "File"}, **more}


SHARED, ALONE, THEIRS = b"shared by two", b"only one needs it", f"list: {MAIL}".encode()
JWS = b"e30." + base64.urlsafe_b64encode(json.dumps(BY_MAIL).encode()).rstrip(b"=") + b".c2ln"
SIGNED = declare(JWS, SIGNATURE_USAGE, "application/octet-stream")
BODIES = (SHARED, ALONE, THEIRS, JWS)


def build_own() -> list[dict[str, Any]]:
    """What the person did, or what was done to them."""
    place = {"context": {"registration": name_id(8_000_000)}}
    return [
        build(1000, BY_MAIL, **place),
        build(1001, {"mbox": f"mailto:{MAIL.replace('firm.example', 'FIRM.example')}"}),
        build(1002, BY_ACCOUNT, attachments=[declare(SHARED), declare(ALONE)]),
        build(1003, {"openid": OPENID, "name": "Zebulon Q."}),
        build(1004, {"mbox_sha1sum": DIGEST.upper()}),
        build(1005, person(1), object={"objectType": "Agent", **BY_MAIL}),
        build(1006, BY_MAIL, attachments=[SIGNED]),
        refer(1007, BY_MAIL, 3001),
        refer(1008, BY_ACCOUNT, 1000),
        build(1009, BY_MAIL, object={"id": f"https://firm.example/users/{ACCOUNT}"}),
        refer(1010, BY_MAIL, 1003, VOIDED),  # their own, of what is voided by it
        build(1011, BY_MAIL, result={"response": f"I, {NAME}, did it"}),
        refer(KEPT_VOID, BY_MAIL, 3002, VOIDED),  # voids what is another's
    ]


def build_beside() -> list[dict[str, Any]]:
    """What others did, with the person beside them."""
    group = {"objectType": "Group", "name": "Team", "member": [person(2), BY_MAIL, person(3)]}
    agent = {"objectType": "Agent", **BY_MAIL}
    files = [SIGNED, declare(SHARED)]
    sub = {"objectType": "SubStatement", "actor": BY_ACCOUNT, "verb": {"id": VERBS + "passed"}}
    return [
        build(2000, person(4), context={"instructor": BY_MAIL}),
        build(2001, group),
        build(2002, person(5), context={"team": group, "registration": name_id(7_000_001)}),
        build(2003, person(6), object={**sub, "object": {"id": "https://firm.example/a/1"}}),
        build(2004, person(7), object={**sub, "actor": person(8), "object": agent}),
        build(2005, person(9), context={"extensions": {"https://firm.example/coach": BY_ACCOUNT}}),
        build(2006, person(10), context={"instructor": {"openid": OPENID}}, attachments=files),
        build(2007, person(11), context={"instructor": BY_MAIL}, result={"response": f"{NAME} helped"}),
        refer(2008, {**group, "member": [BY_ACCOUNT]}, 1000),
        build(2009, person(12), context={"instructor": BY_MAIL}, attachments=[declare(THEIRS)]),
        build(2010, person(13), context={"instructor": BY_MAIL, "registration": name_id(7_000_002)}),
        refer(2011, person(14), 2010, VOIDED),
    ]  # fmt: skip


def build_mentioned() -> list[dict[str, Any]]:
    """What others did, with an identifier in words."""
    return [
        build(2500, person(15), result={"response": f"ask {MAIL}, please"}),
        build(2501, person(16), object={"id": f"https://firm.example/users/{ACCOUNT}/page"}),
    ]


def build_others() -> list[dict[str, Any]]:
    """What has nothing of the person; some refer to what has."""
    plain = [build(number, person(number)) for number in OTHERS]
    plain[5] = refer(3005, person(5), 1000)
    plain[6] = refer(3006, person(6), 3005)
    plain[7] = refer(3007, person(7), 1008)
    plain[8] = refer(3008, person(8), 1006, VOIDED)
    plain[9] = build(
        3009, {"mbox": "mailto:joan@firm.example", "name": "Quincy"}, attachments=[declare(SHARED)]
    )
    plain[10] = refer(3010, person(10), 2000)
    return plain


def as_text(said: dict[str, Any]) -> bytes:
    """Blanks where nobody needs them, and escapes now and then, as clients write."""
    text = json.dumps(said, indent=1 if uuid.UUID(said["id"]).int % 3 else None)
    return text.replace("/", "\\/").encode() if uuid.UUID(said["id"]).int % 4 == 0 else text.encode()


def build_texts() -> list[bytes]:
    """All statements, mixed, each the same whenever it is built."""
    said = [*build_own(), *build_beside(), *build_mentioned(), *build_others()]
    return [as_text(each) for each in sorted(said, key=lambda s: sha256(s["id"].encode()).digest())]


def write_texts(store: Store, texts: list[bytes], sender: Any = SENDER) -> set[Outcome | None]:
    """Each a request, with all attachments it could need; how they ended."""
    bodies = {sha256(body).hexdigest(): body for body in BODIES}
    outcomes = set()
    for text in texts:
        read, _ = read_statements(text, Version.V1)
        needed = {a.sha2 for statement in read for a in statement.attachments}
        parts = [StoredAttachment(sha2, "text/plain", bodies[sha2]) for sha2 in sorted(needed)]
        authority = Authority(agent_key(sender), json.dumps(sender).encode())
        outcomes.add(store.write(PutStatements(1, authority, "1.0.3", read, parts)).outcome)
    return outcomes


def fill(store: Store) -> None:
    """Statements, documents, dead letters; some statements sent by the person."""
    assert write_texts(store, build_texts()) == {Outcome.STORED}
    assert write_texts(store, [as_text(build(4000, person(17)))], BY_ACCOUNT) == {Outcome.STORED}
    for agent in (KEYS[0], KEYS[1], agent_key(person(1))):
        for kind in (DocumentKind.STATE, DocumentKind.AGENT_PROFILE):
            place = DocumentPlace(
                1, kind, "https://firm.example/a" if kind == DocumentKind.STATE else "", agent
            )
            change = PutDocument(place, "d", "text/plain", f"of {agent[:4]}".encode(), Precondition())
            assert store.write(change).outcome is Outcome.STORED
    with Links.of(store.engine) as links:
        links.add(Link("away", 1, Direction.TO, "https://away.example", "u", "S", Version.V1))
        links.bury("away", uuid.UUID(int=1000).bytes, as_text(build_own()[0]), "refused")
        links.bury("away", uuid.UUID(int=9000).bytes, as_text(build(9000, BY_MAIL)), "refused")
        links.bury("away", uuid.UUID(int=9001).bytes, as_text(build(9001, person(1))), "refused")


@contextmanager
def filled(url: str) -> Iterator[Store]:
    """The store, running."""
    store = Store.open(url)
    store.start(lambda works: None)
    try:
        fill(store)
        yield store
    finally:
        store.close()


def read_raws(store: Store) -> dict[int, bytes]:
    """The text of every statement that is there, voided or not."""
    rows = store.read_after(0, 100_000)
    return {uuid.UUID(bytes=bytes(row.id)).int: bytes(row.raw) for row in rows}


def find_numbers(store: Store, *terms: Any) -> list[int]:
    """Numbers of the statements that a query finds."""
    page = store.find_page(StatementQuery(1, tuple(terms), ascending=True, limit=1000))
    return [uuid.UUID(bytes=bytes(s.id)).int for s in page.statements]


def dump(url: str) -> bytes:
    """Every byte of the SQLite files, or every row of every PostgreSQL table."""
    if not url.startswith("postgres"):
        return b"".join(p.read_bytes() for p in sorted(Path(url).parent.glob(Path(url).name + "*")))
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found = b""
        for (name,) in names:
            for row in connection.execute(f"SELECT * FROM {name}").fetchall():
                found += b"|".join(v if isinstance(v, bytes) else str(v).encode() for v in row) + b"\n"
    return found


def read_postings(url: str) -> set[tuple[Any, ...]]:
    """All postings, by what they say: kind, value, statement, via."""
    sql = (
        "SELECT t.kind, t.value, s.id, v.id FROM posting p JOIN term t ON t.id = p.term "
        "JOIN statement s ON s.stored_us = p.stored_us LEFT JOIN statement v ON v.stored_us = p.via"
    )
    if url.startswith("postgres"):
        with psycopg.connect(url) as connection:
            return set(connection.execute(sql).fetchall())
    file = apsw.Connection(url)
    try:
        return set(file.execute(sql))
    finally:
        file.close()
