"""A person erased or de-linked: nothing of them is left, nothing else changed, on both stores."""

import json
import uuid
from hashlib import sha256
from typing import Any

import people_store as p
import pytest
from people_store import (
    BESIDE,
    BY_ACCOUNT,
    BY_MAIL,
    KEPT_VOID,
    KEYS,
    MENTIONED,
    NAME,
    OTHERS,
    OWN,
    TRACES,
    build_texts,
    dump,
    filled,
    find_numbers,
    read_postings,
    read_raws,
    write_texts,
)

from payoff.nouns.problem import PayoffError
from payoff.statements.audit_log import Deed, Event
from payoff.statements.document import DocumentKind, DocumentPlace
from payoff.statements.erasing import TOUCHED, erase, finish_erasure
from payoff.statements.erasure_job import Job, Mode, Order
from payoff.statements.links import Links
from payoff.statements.person_finding import find_person
from payoff.statements.query import StatementQuery
from payoff.statements.store import Store
from payoff.statements.work import Outcome
from payoff.xapi.delinking import HOME_PAGE, NOBODY
from payoff.xapi.members import read_members
from payoff.xapi.statement import Term, TermKind

MODES = pytest.mark.parametrize("mode", list(Mode))
GONE = {*OWN}
CHANGED = {*BESIDE, *MENTIONED, KEPT_VOID, 4000}


def order(mode: Mode) -> Order:
    return Order(1, KEYS, mode)


def run(store: Store, mode: Mode, tell: Any = lambda job: None) -> Job:
    """The whole of it, as the conductor does."""
    connection = store.engine.connect(writing=True)
    try:
        job = erase(connection, order(mode), tell)
        finish_erasure(connection, job, Event("tester", Deed.ERASED, "default", {}))
        assert connection.scrub(TOUCHED)
    finally:
        connection.close()
    return job


def find_traces(url: str) -> list[str]:
    found = dump(url).lower()
    return [trace for trace in TRACES if trace.lower().encode() in found]


def find_values(raw: bytes, other: bytes) -> set[str]:
    """Top-level members that differ."""
    a, b = read_members(raw), read_members(other)
    return {name for name in a.keys() | b.keys() if bytes(a.get(name, b"")) != bytes(b.get(name, b""))}


@MODES
def test_nothing_of_the_person_is_left_and_others_keep_every_byte(store_url: str, mode: Mode) -> None:
    with filled(store_url) as store:
        assert find_traces(store_url)
        before = read_raws(store)
        job = run(store, mode)
        after = read_raws(store)
    assert not find_traces(store_url)
    assert {n: after[n] for n in OTHERS} == {n: before[n] for n in OTHERS}
    assert after[4000] == before[4000]  # its sender was the person; its text never said so
    gone = GONE if mode is Mode.ERASE else set()
    assert before.keys() - after.keys() == gone
    assert {n for n in after if after[n] != before[n]} == (CHANGED | GONE) - gone - {4000}
    account = {"homePage": HOME_PAGE, "name": NOBODY if mode is Mode.ERASE else job.account}
    said = json.loads(after[2000])
    assert said["context"]["instructor"] == {"account": account}
    assert json.loads(after[2001])["actor"]["member"][1] == {"account": account}
    assert find_values(before[2000], after[2000]) == {"context"}
    assert find_values(before[2001], after[2001]) == {"actor"}
    assert "9007199254742993" in after[2000].decode()
    assert job.counts.statements_erased == len(gone)


def test_delinked_statements_are_of_one_account_and_keep_all_else(store_url: str) -> None:
    with filled(store_url) as store:
        before = read_raws(store)
        account = run(store, Mode.DELINK).account
        after = read_raws(store)
        key = f"account {HOME_PAGE} {account}"
        found = find_numbers(store, Term(TermKind.AGENT, key))
    for number in (1000, 1001, 1003, 1004):
        assert find_values(before[number], after[number]) == {"actor"}
        assert json.loads(after[number])["actor"].keys() <= {"account", "objectType"}
    assert uuid.UUID(account).version == 4
    assert json.loads(after[1011])["result"]["response"] == f"I, {account}, did it"
    assert json.loads(after[1009])["object"]["id"] == f"https://firm.example/users/{account}"
    own = [n for n in OWN if n not in (1003, 1006)]  # voided by 1010 and 3008
    assert set(own) <= set(found)
    assert {1003, 1006}.isdisjoint(found)


@MODES
def test_postings_are_what_a_store_would_have_that_was_written_so(
    store_url: str, mode: Mode, tmp_path: Any
) -> None:
    """What is left, written into a fresh store in the order it was stored, is posted alike."""
    with filled(store_url) as store:
        run(store, mode)
        rows = store.read_after(0, 10_000)
        left = [(bytes(r.raw), json.loads(r.authority), bytes(r.id)) for r in rows]
    fresh_url = str(tmp_path / "fresh.db")
    fresh = Store.open(fresh_url)
    fresh.start(lambda works: None)
    try:
        for raw, sender, _ in left:
            assert write_texts(fresh, [raw], sender) == {Outcome.STORED}
    finally:
        fresh.close()
    assert read_postings(store_url) == read_postings(fresh_url)


@MODES
def test_voids_still_hold(store_url: str, mode: Mode) -> None:
    """A statement that the person voided stays so, though they are gone."""
    with filled(store_url) as store:
        voided = {uuid.UUID(bytes=bytes(r.id)).int for r in store.read_after(0, 9999) if r.voided}
        run(store, mode)
        left = {uuid.UUID(bytes=bytes(r.id)).int for r in store.read_after(0, 9999) if r.voided}
        assert left == (voided - GONE if mode is Mode.ERASE else voided)
        assert 3002 in left
        assert 3002 not in find_numbers(store)


@MODES
def test_sent_again_it_is_known_and_does_not_come_back(store_url: str, mode: Mode) -> None:
    with filled(store_url) as store:
        run(store, mode)
        before = read_raws(store)
        assert write_texts(store, build_texts()) == {Outcome.UNCHANGED}
        assert read_raws(store) == before
        if mode is Mode.ERASE:
            assert store.find_statement(1, uuid.UUID(int=1000).bytes) is None
        letter = [p.as_text(p.build(9000, BY_MAIL))]  # was a dead letter
        assert write_texts(store, letter) == {Outcome.UNCHANGED}
    assert not find_traces(store_url)


@MODES
def test_a_running_writer_forgets_and_finds_new_statements_of_the_same_agent(
    store_url: str, mode: Mode
) -> None:
    """The writer remembers the person's terms and authority when another connection erases them."""
    with filled(store_url) as store:
        run(store, mode)
        new = [p.as_text(p.build(5000, BY_MAIL)), p.as_text(p.build(5001, person_other()))]
        assert write_texts(store, new, BY_ACCOUNT) == {Outcome.STORED}
        assert find_numbers(store, Term(TermKind.AGENT, KEYS[0])) == [5000]
        assert find_numbers(store, Term(TermKind.AUTHORITY, KEYS[1])) == [5000, 5001]
        assert find_numbers(store, Term(TermKind.ANY_AGENT, KEYS[1])) == [5000, 5001]
        assert json.loads(store.find_page(StatementQuery(1, limit=1)).statements[0].authority) == BY_ACCOUNT
        assert store.find_names(1, KEYS[0]) == [NAME]


def person_other() -> dict[str, Any]:
    return p.person(20)


@MODES
def test_attachments_documents_and_letters(store_url: str, mode: Mode) -> None:
    with filled(store_url) as store:
        job = run(store, mode)
        names = {body: sha256(body).hexdigest() for body in p.BODIES}
        there = {a.sha2 for a in store.find_attachments(1, list(names.values()))}
        kept = {names[p.SHARED]} | (set() if mode is Mode.ERASE else {names[p.ALONE]})
        assert there == kept
        unsigned = {uuid.UUID(text).int for text in job.counts.signatures}
        assert unsigned == ({2006} if mode is Mode.ERASE else {1006, 2006})
        assert json.loads(read_raws(store)[2006])["attachments"] == [p.declare(p.SHARED)]
        assert "attachments" not in json.loads(read_raws(store)[2009])
        for agent, n in ((KEYS[0], 0), (KEYS[1], 0), ("mbox mailto:p1@firm.example", 1)):
            place = DocumentPlace(1, DocumentKind.STATE, "https://firm.example/a", agent)
            assert len(store.find_document_ids(place, None)) == n
        assert job.counts.documents == 4
        with Links.of(store.engine) as links:
            assert [uuid.UUID(bytes=x.statement_id).int for x in links.find_dead("away")] == [9001]
        assert job.counts.dead_letters == 2


class KilledError(Exception):
    """The process ended here."""


@MODES
def test_killed_after_any_step_it_is_finished_by_the_same_order(
    store_url: str, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run dies one step further than the one before: after every page, and after every step behind."""
    monkeypatch.setattr("payoff.statements.person_finding.PAGE", 9)
    jobs: list[Job] = []
    with filled(store_url) as store:
        before = read_raws(store)
        done, n_steps = None, 1
        while done is None:
            left = [None] * (n_steps - 1)

            def tell(job: Job, left: list[None] = left) -> None:
                if not left:
                    jobs.append(job)
                    raise KilledError
                left.pop()

            try:
                done = run(store, mode, tell)
            except KilledError:
                with pytest.raises(PayoffError, match="unfinished"):
                    order_other(store, mode)
                n_steps += len(jobs) > 1 and jobs[-1].cursor_us == jobs[-2].cursor_us
        after = read_raws(store)
        assert len(jobs) > 8
        assert {job.account for job in jobs} == {done.account}
        assert before.keys() - after.keys() == (GONE if mode is Mode.ERASE else set())
        assert done.counts.statements_erased + done.counts.statements_changed == len(GONE | CHANGED)
        assert (done.counts.documents, done.counts.dead_letters) == (4, 2)
        again = run(store, mode)
        assert (again.counts.statements_erased, again.counts.statements_changed) == (0, 0)
        assert read_raws(store) == after
    assert not find_traces(store_url)


def order_other(store: Store, mode: Mode) -> None:
    """Half of the person, while the whole is unfinished."""
    connection = store.engine.connect(writing=True)
    try:
        erase(connection, Order(1, KEYS[:1], mode))
    finally:
        connection.close()


@MODES
def test_what_breaks_within_a_step_is_not_half_done(
    store_url: str, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statements, postings and marks of a page go together."""

    def fail(*told: Any) -> None:
        raise KilledError

    with filled(store_url) as store:
        before, postings = read_raws(store), read_postings(store_url)
        with monkeypatch.context() as patch:
            patch.setattr("payoff.statements.erasing_statements.mark_erased", fail)
            with pytest.raises(KilledError):
                run(store, mode)
        assert read_raws(store) == before
        assert read_postings(store_url) == postings
        run(store, mode)
    assert not find_traces(store_url)


def test_finding_says_where_they_stand(store_url: str) -> None:
    with filled(store_url) as store:
        connection = store.engine.connect()
        try:
            found = find_person(connection, 1, KEYS)
            nobody = find_person(connection, 1, ["mbox mailto:nobody@firm.example"])
            elsewhere = find_person(connection, 2, KEYS)
        finally:
            connection.close()
        numbers = [sorted(uuid.UUID(bytes=id).int for id in ids) for ids in (found.own, found.beside)]
        assert numbers == [sorted({*OWN, KEPT_VOID}), sorted({*BESIDE, 4000})]
        assert {uuid.UUID(bytes=id).int for id in found.mentioned} == set(MENTIONED)
        assert (found.n_documents, found.n_dead_letters) == (4, 2)
        assert set(found.names) == {NAME, "Zebulon Q."}
        assert found.n_attachments == 1  # 1006's signature is another's too
        assert nobody.is_empty
        assert elsewhere.is_empty
