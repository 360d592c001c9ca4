"""Documents: what is kept, under which condition, and who wins when many write; on both stores."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha1
from itertools import permutations

import pytest

from payoff.statements.document import DocumentKind, DocumentPlace, Precondition
from payoff.statements.store import Store
from payoff.statements.work import DeleteDocuments, Outcome, PutDocument, Work

STATE = DocumentPlace(1, DocumentKind.STATE, "https://example.org/a", "mbox mailto:ann@example.org")
NOTHING = Precondition()
REQUIRED = Precondition(required=True)
JSON = "application/json"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    found = Store.open(store_url)
    found.start(lambda works: None)
    yield found
    found.close()


def put(
    store: Store,
    body: bytes,
    precondition: Precondition = NOTHING,
    *,
    id: str = "d",
    place: DocumentPlace = STATE,
    content_type: str = JSON,
    merge: bool = False,
) -> Work:
    return store.write(PutDocument(place, id, content_type, body, precondition, merge))


def body_of(store: Store, id: str = "d", place: DocumentPlace = STATE) -> bytes | None:
    found = store.find_document(place, id)
    return found.body if found else None


BODIES = [b"", b"\x00\xff\xfe\r\n\x00", bytes(range(256)) * 400, b'{"n": 1.0, "n2":9007199254740993}']
IDS = ["", "a/b?c=d&e", "ü ☃", "a\x00b", "\ud800", "x" * 5000, "%00"]


def test_a_body_comes_back_byte_for_byte(store: Store) -> None:
    for body in BODIES:
        work = put(store, body, content_type="application/octet-stream; x=\xe9")
        assert (work.outcome, work.etag) == (Outcome.STORED, sha1(body).hexdigest())
        found = store.find_document(STATE, "d")
        assert found is not None
        assert (found.body, found.etag) == (body, work.etag)
        assert found.content_type == "application/octet-stream; x=\xe9"
        assert found.updated_us > 1_700_000_000_000_000


def test_any_id_and_any_place_hold_documents_of_their_own(store: Store) -> None:
    for id in IDS:
        near = replace(STATE, activity="https://example.org/" + id)
        far = DocumentPlace(1, DocumentKind.ACTIVITY_PROFILE, "https://example.org/" + "y" * 6000 + id)
        for place in (near, far):
            assert put(store, b"1", id=id, place=place).outcome is Outcome.STORED
            assert put(store, b"2", id=id + "x", place=place).outcome is Outcome.STORED
            assert body_of(store, id, place) == b"1"
            assert sorted(store.find_document_ids(place, None)) == sorted([id, id + "x"])


def test_each_part_of_a_place_tells_documents_apart(store: Store) -> None:
    profile = DocumentPlace(1, DocumentKind.AGENT_PROFILE, "", STATE.agent)
    registration = "7c7d0f0e-0f4a-4a3e-8f5e-6f1e4a3b2c1d"
    places = [
        STATE,
        replace(STATE, tenant=2),
        replace(STATE, kind=DocumentKind.ACTIVITY_PROFILE),
        replace(STATE, activity=STATE.activity + "b"),
        replace(STATE, agent="mbox mailto:bob@example.org"),
        replace(STATE, registration=registration),
        profile,
        replace(profile, activity=STATE.agent, agent=""),
    ]
    for number, place in enumerate(places):
        assert put(store, str(number).encode(), place=place).outcome is Outcome.STORED
    assert [body_of(store, place=place) for place in places] == [str(n).encode() for n in range(len(places))]
    assert store.write(DeleteDocuments(STATE, None, NOTHING)).outcome is Outcome.STORED
    left = [body_of(store, place=place) for place in places]
    assert left == [None, *(str(n).encode() for n in range(1, len(places)))]


def test_ids_are_those_written_after_since_oldest_first(store: Store) -> None:
    for id in ("c", "a", "b"):
        put(store, b"{}", id=id)
    times = {}
    for id in "abc":
        found = store.find_document(STATE, id)
        assert found is not None
        times[id] = found.updated_us
    assert store.find_document_ids(STATE, None) == ["c", "a", "b"]
    assert store.find_document_ids(STATE, times["c"]) == ["a", "b"]
    assert store.find_document_ids(STATE, times["c"] - 1) == ["c", "a", "b"]
    assert store.find_document_ids(STATE, times["b"]) == []
    put(store, b"{}", id="c")
    assert store.find_document_ids(STATE, times["b"]) == ["c"]
    put(store, b'{"x":1}', id="a", merge=True)
    assert store.find_document_ids(STATE, None) == ["b", "c", "a"]


STORED, FAILED = Outcome.STORED, Outcome.PRECONDITION_FAILED
CONDITIONS = [  # with "right" for the ETag of the document there: where there is none, where there is one
    (Precondition(), STORED, STORED),
    (Precondition(if_match=("right",)), FAILED, STORED),
    (Precondition(if_match=("wrong", "right")), FAILED, STORED),
    (Precondition(if_match=("wrong",)), FAILED, FAILED),
    (Precondition(if_match=()), FAILED, FAILED),
    (Precondition(if_match=("*",)), FAILED, STORED),
    (Precondition(if_none_match=("*",)), STORED, FAILED),
    (Precondition(if_none_match=("right",)), STORED, FAILED),
    (Precondition(if_none_match=("wrong",)), STORED, STORED),
    (Precondition(("right",), ("right",)), FAILED, FAILED),
    (Precondition(("right",), ("wrong",)), FAILED, STORED),
]


def name_right(tags: tuple[str, ...] | None, right: str) -> tuple[str, ...] | None:
    return None if tags is None else tuple(right if tag == "right" else tag for tag in tags)


@pytest.mark.parametrize("merge", [False, True])
def test_conditions_hold_or_nothing_is_written(store: Store, merge: bool) -> None:
    old, new = b'{"a":1}', b'{"a":2}'
    right = sha1(old).hexdigest()
    for number, (named, absent, present) in enumerate(CONDITIONS):
        id = str(number)
        condition = Precondition(name_right(named.if_match, right), name_right(named.if_none_match, right))
        assert put(store, new, condition, id=id, merge=merge).outcome is absent, named
        assert body_of(store, id) == (new if absent is STORED else None), named
        put(store, old, id=id)
        work = put(store, new, condition, id=id, merge=merge)
        assert work.outcome is present, named
        assert body_of(store, id) == (new if present is STORED else old), named
        assert work.etag == sha1(new if present is STORED else old).hexdigest()
        assert present is STORED or "does not hold" in work.detail


def test_where_a_condition_is_required_only_replacing_without_one_is_a_conflict(store: Store) -> None:
    assert put(store, b"{}", REQUIRED).outcome is Outcome.STORED
    work = put(store, b'{"a":1}', REQUIRED)
    assert work.outcome is Outcome.CONFLICT
    assert "If-Match" in work.detail
    assert body_of(store) == b"{}"
    assert (
        put(store, b'{"a":1}', REQUIRED, merge=True).outcome is Outcome.STORED
    )  # nothing is lost by merging
    etag = sha1(body_of(store) or b"").hexdigest()
    assert put(store, b"2", Precondition((etag,), required=True)).outcome is Outcome.STORED
    assert store.write(DeleteDocuments(STATE, "d", REQUIRED)).outcome is Outcome.STORED


def test_merging_takes_json_objects_only_and_changes_nothing_else(store: Store) -> None:
    not_mergeable = [
        (b'{"a":1}', JSON, b"text", "text/plain"),
        (b"text", "text/plain", b'{"a":1}', JSON),
        (b"[1]", JSON, b'{"a":1}', JSON),
        (b'{"a":1}', JSON, b"[1]", JSON),
        (b'{"a":1}', JSON, b"{", JSON),
        (b"\xff", JSON, b"{}", JSON),
        (b'{"a":1}', JSON, b"\xff", JSON),
        (b'{"a":1}', JSON, b"", JSON),
    ]
    for number, (old, old_type, new, new_type) in enumerate(not_mergeable):
        id = str(number)
        put(store, old, id=id, content_type=old_type)
        work = put(store, new, id=id, content_type=new_type, merge=True)
        assert work.outcome is Outcome.NOT_MERGEABLE, number
        assert work.detail
        assert body_of(store, id) == old


def test_a_new_document_is_posted_as_it_was_sent_json_looked_at_first(store: Store) -> None:
    assert put(store, b"\x00binary", content_type="image/png", merge=True).outcome is Outcome.STORED
    assert body_of(store) == b"\x00binary"
    assert put(store, b'{ "a" : 1 }', id="json", merge=True).outcome is Outcome.STORED
    assert body_of(store, "json") == b'{ "a" : 1 }'
    assert put(store, b"{", id="bad", merge=True).outcome is Outcome.NOT_MERGEABLE
    assert body_of(store, "bad") is None


def test_merging_replaces_whole_members_and_keeps_numbers(store: Store) -> None:
    put(store, b'{"x":"foo","y":{"a":1,"b":2},"n":9007199254740993}')
    work = put(store, b'{"y":{"c":1e400},"z":[]}', merge=True, content_type="application/json; charset=utf-8")
    assert work.outcome is Outcome.STORED
    body = body_of(store) or b""
    for kept in (b'"x":"foo"', b'"y":{"c":1e400}', b'"n":9007199254740993', b'"z":[]'):
        assert kept in body
    assert b'"a"' not in body


def test_deleting_one_and_all(store: Store) -> None:
    for id in "abc":
        put(store, id.encode(), id=id, content_type="text/plain")
    wrong = Precondition(if_match=("wrong",))
    assert store.write(DeleteDocuments(STATE, "a", wrong)).outcome is Outcome.PRECONDITION_FAILED
    assert body_of(store, "a") == b"a"
    right = Precondition(if_match=(sha1(b"a").hexdigest(),))
    assert store.write(DeleteDocuments(STATE, "a", right)).outcome is Outcome.STORED
    assert body_of(store, "a") is None
    assert store.write(DeleteDocuments(STATE, "a", NOTHING)).outcome is Outcome.UNCHANGED
    assert store.write(DeleteDocuments(STATE, "a", right)).outcome is Outcome.PRECONDITION_FAILED
    assert store.write(DeleteDocuments(STATE, None, NOTHING)).outcome is Outcome.STORED
    assert store.find_document_ids(STATE, None) == []
    assert store.write(DeleteDocuments(STATE, None, NOTHING)).outcome is Outcome.UNCHANGED


def test_thirty_merges_at_once_keep_thirty_keys(store: Store) -> None:
    with ThreadPoolExecutor(30) as pool:
        works = list(pool.map(lambda n: put(store, b'{"k%d":%d}' % (n, n), merge=True), range(30)))
    assert {work.outcome for work in works} == {Outcome.STORED}
    assert json.loads(body_of(store) or b"") == {f"k{n}": n for n in range(30)}
    assert len({work.etag for work in works}) == 30


def test_of_twenty_puts_with_one_etag_one_wins(store: Store) -> None:
    first = put(store, b"first").etag
    match = Precondition(if_match=(first,))
    with ThreadPoolExecutor(20) as pool:
        works = list(pool.map(lambda n: put(store, b"%d" % n, match), range(20)))
    won = [number for number, work in enumerate(works) if work.outcome is Outcome.STORED]
    assert len(won) == 1
    assert body_of(store) == b"%d" % won[0]
    assert sum(work.outcome is Outcome.PRECONDITION_FAILED for work in works) == 19


def test_of_twenty_that_write_only_where_nothing_is_one_wins(store: Store) -> None:
    absent = Precondition(if_none_match=("*",))
    with ThreadPoolExecutor(20) as pool:
        works = list(pool.map(lambda n: put(store, b"%d" % n, absent), range(20)))
    assert sum(work.outcome is Outcome.STORED for work in works) == 1


def test_changes_of_one_group_see_each_other_in_order(store: Store) -> None:
    put(store, b'{"n":0}')
    changes = [
        PutDocument(STATE, "d", JSON, b'{"a":1}', NOTHING, merge=True),
        DeleteDocuments(STATE, "d", NOTHING),
        PutDocument(STATE, "d", JSON, b'{"b":2}', NOTHING, merge=True),
    ]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(store.write, changes))
    possible = set()
    for order in permutations(range(3)):
        held: dict[str, int] | None = {"n": 0}
        for step in order:
            held = None if step == 1 else {**(held or {}), **({"a": 1} if step == 0 else {"b": 2})}
        possible.add(json.dumps(held))
    body = body_of(store)
    assert json.dumps(json.loads(body) if body else None) in possible
