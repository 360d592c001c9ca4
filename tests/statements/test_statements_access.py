"""Keys from their making to their end, as a running server sees them; on both stores."""

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import msgspec
import pytest
from access_store import add_key, header, header_of, keeping, make_store, writing

from payoff.nouns.problem import PayoffError
from payoff.statements import access as access_module
from payoff.statements import secret_hash
from payoff.statements.access import Gatekeeper
from payoff.statements.connection import Engine
from payoff.statements.credentials import AccessError
from payoff.statements.key_changes import FreshSecret, KeyChanges, NewKey
from payoff.statements.keys import KeyLimits, find_keys, find_tenants
from payoff.statements.scopes import Reach, Resource, Scope


@pytest.fixture
def engine(store_url: str) -> Engine:
    return make_store(store_url)


@pytest.fixture
def gate(engine: Engine) -> Iterator[Gatekeeper]:
    with keeping(Gatekeeper(engine)) as found:
        yield found


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every argon2 check that is made."""
    made: list[str] = []
    real = secret_hash._matches

    def counting(kept: str, secret: str) -> bool:
        made.append(kept)
        return real(kept, secret)

    monkeypatch.setattr(secret_hash, "_matches", counting)
    return made


def refused(gate: Gatekeeper, sent: str | None) -> AccessError:
    with pytest.raises(AccessError) as error:
        gate.find_access(sent)
    return error.value


def seconds_until_refused(gate: Gatekeeper, sent: str) -> float:
    started = time.monotonic()
    while time.monotonic() - started < 5:
        if gate.recall(sent) is None and not is_let_in(gate, sent):
            break
        time.sleep(0.01)
    return time.monotonic() - started


def is_let_in(gate: Gatekeeper, sent: str) -> bool:
    try:
        gate.find_access(sent)
    except AccessError as error:
        return error.status != 401
    return True


def test_a_key_opens_its_tenant_with_its_scopes_and_its_authority(engine: Engine, gate: Gatekeeper) -> None:
    KeyChanges(engine, "ann").add_tenant("acme")
    limits = KeyLimits(2.5, 1000, 50)
    new = NewKey(
        "acme", "player", (Scope.WRITE, Scope.READ_MINE), limits=limits, home_page="https://acme.com"
    )
    fresh = KeyChanges(engine, "ann").add_key(new)
    found = gate.find_access(header_of(fresh))
    assert (found.tenant, found.tenant_name, found.name) == (2, "acme", fresh.key.key)
    assert found.scopes == (Scope.WRITE, Scope.READ_MINE)
    assert found.limits == limits
    assert not found.may_define
    account = {"homePage": "https://acme.com", "name": fresh.key.key}
    assert msgspec.json.decode(found.authority.text) == {"objectType": "Agent", "account": account}
    assert found.authority.key == f"account https://acme.com {fresh.key.key}"
    assert gate.recall(header_of(fresh)) == found


def test_the_secret_is_nowhere_in_the_store(engine: Engine) -> None:
    fresh = add_key(engine)
    rotated = KeyChanges(engine, "ann").rotate_key(fresh.key.key, 60)
    assert rotated.secret != fresh.secret
    with writing(engine) as connection:
        rows = connection.execute("SELECT * FROM access_key") + connection.execute("SELECT * FROM audit")
    assert all(
        kept.startswith("$argon2id$") for kept in (rotated.key.secret_hash, str(rotated.key.old_secret_hash))
    )
    for secret in (fresh.secret, rotated.secret):
        assert secret not in repr(rows)
        assert secret not in repr(rotated.key)


def test_unknown_key_wrong_secret_and_revoked_key_are_told_and_timed_alike(
    engine: Engine, gate: Gatekeeper, checks: list[str]
) -> None:
    fresh, gone = add_key(engine), add_key(engine)
    KeyChanges(engine, "ann").revoke_key(gone.key.key)
    told, counted = set(), []
    for sent in (
        header("nobody", "x"),
        header(fresh.key.key, "x"),
        header_of(gone),
        header(gone.key.key, "x"),
    ):
        checks.clear()
        error = refused(gate, sent)
        told.add((error.status, str(error), error.headers))
        counted.append(len(checks))
    assert len(told) == 1
    assert counted == [2, 2, 2, 2]
    assert refused(gate, None).status == 401


def test_a_revoked_key_stops_within_a_second(engine: Engine, gate: Gatekeeper) -> None:
    fresh, other = add_key(engine), add_key(engine)
    gate.find_access(header_of(fresh))
    gate.find_access(header_of(other))
    KeyChanges(engine, "ann").revoke_key(fresh.key.key)
    assert seconds_until_refused(gate, header_of(fresh)) < 1
    assert gate.find_access(header_of(other)).name == other.key.key


def test_a_rotated_key_without_overlap_stops_within_a_second(engine: Engine, gate: Gatekeeper) -> None:
    fresh = add_key(engine)
    before = gate.find_access(header_of(fresh))
    rotated = KeyChanges(engine, "ann").rotate_key(fresh.key.key, 0)
    assert seconds_until_refused(gate, header_of(fresh)) < 1
    assert gate.find_access(header_of(rotated)) == before  # the same key: it still finds what it wrote


def test_in_the_overlap_both_secrets_hold_and_then_only_the_new_one(engine: Engine) -> None:
    passed = 0.0
    fresh = add_key(engine)
    with keeping(Gatekeeper(engine, clock=lambda: time.time() + passed)) as gate:
        gate.find_access(header_of(fresh))
        rotated = KeyChanges(engine, "ann").rotate_key(fresh.key.key, 3600)
        again = KeyChanges(engine, "ann").rotate_key(fresh.key.key, 3600)
        time.sleep(access_module.FRESH_SECONDS + 0.05)
        assert refused(gate, header_of(fresh)).status == 401  # two rotations ago
        assert gate.find_access(header_of(rotated)).name == fresh.key.key
        assert gate.find_access(header_of(again)).name == fresh.key.key
        passed = 3601
        assert refused(gate, header_of(rotated)).status == 401
        assert gate.recall(header_of(rotated)) is None
        assert gate.find_access(header_of(again)).name == fresh.key.key


def test_a_key_that_expires_stops_at_that_moment(engine: Engine) -> None:
    passed = 0.0
    expires_us = int((time.time() + 100) * 1e6)
    fresh = KeyChanges(engine, "ann").add_key(NewKey("default", "", (Scope.ALL,), expires_us=expires_us))
    with keeping(Gatekeeper(engine, clock=lambda: time.time() + passed)) as gate:
        gate.find_access(header_of(fresh))
        assert gate.recall(header_of(fresh)) is not None
        passed = 100.0
        assert gate.recall(header_of(fresh)) is None
        assert refused(gate, header_of(fresh)).status == 401


def test_argon2_runs_once_for_a_key_whatever_happens_to_others(
    engine: Engine, gate: Gatekeeper, checks: list[str]
) -> None:
    fresh = add_key(engine)
    for _ in range(3):
        gate.find_access(header_of(fresh))
        add_key(engine)
        time.sleep(access_module.FRESH_SECONDS + 0.05)
    gate.find_access(header_of(fresh))
    assert len(checks) == 1
    for _ in range(3):
        refused(gate, header(fresh.key.key, "wrong"))
    assert len(checks) == 3  # the wrong secret was checked once, against two hashes


def test_many_first_requests_at_once_are_all_let_in(
    engine: Engine, gate: Gatekeeper, checks: list[str]
) -> None:
    fresh = add_key(engine)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(gate.find_access, [header_of(fresh)] * 64))
    assert len(set(map(id, found))) <= access_module.CHECKS_AT_ONCE
    assert len(checks) <= access_module.CHECKS_AT_ONCE


def test_what_is_remembered_is_bounded_and_guesses_push_nobody_out(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_module, "MAX_REMEMBERED", 3)
    monkeypatch.setattr(access_module, "check_secret", lambda secret, hashes, slots: next(iter(hashes), None))
    monkeypatch.setattr(access_module, "FRESH_SECONDS", 600)
    keys = [add_key(engine) for _ in range(5)]
    with keeping(Gatekeeper(engine)) as gate:
        for fresh in keys:
            gate.find_access(header_of(fresh))
        for number in range(20):
            refused(gate, header("nobody", str(number)))
        assert (len(gate._known), len(gate._unknown)) == (3, 3)
        assert [gate.recall(header_of(fresh)) is not None for fresh in keys] == [
            False,
            False,
            True,
            True,
            True,
        ]


def test_whoever_may_not_is_told_which_scope_would_do(engine: Engine, gate: Gatekeeper) -> None:
    found = gate.find_access(header_of(add_key(engine, Scope.WRITE)))
    assert found.require(Resource.STATEMENTS, "POST") is Reach.EVERYTHING
    with pytest.raises(
        AccessError, match="GET activities/state needs the scope state or all/read or all"
    ) as error:
        found.require(Resource.STATE, "GET")
    assert error.value.status == 403
    mine = gate.find_access(header_of(add_key(engine, Scope.READ_MINE)))
    assert mine.require(Resource.STATEMENTS, "GET") is Reach.MINE


def test_a_key_that_asks_too_often_is_told_how_long_to_wait(engine: Engine, gate: Gatekeeper) -> None:
    found = gate.find_access(header_of(add_key(engine)))
    for _ in range(1000):
        gate.take_turn(found)  # no limit of its own
    slow = replace(found, limits=KeyLimits(requests_per_second=0.25))
    gate.take_turn(slow)
    with pytest.raises(AccessError, match=r"0.25 requests a second; wait 4 s") as error:
        gate.take_turn(slow)
    assert (error.value.status, error.value.headers) == (429, (("Retry-After", "4"),))


def test_a_key_for_tests_lives_in_memory_only(engine: Engine) -> None:
    with keeping(Gatekeeper(engine, dev_key=("tester", "s:ecret"))) as gate:
        found = gate.find_access(header("tester", "s:ecret"))
        assert (found.tenant, found.scopes) == (1, (Scope.ALL,))
        assert found.may_define
        for wrong in (("tester", "other"), ("other", "s:ecret"), ("tester", "")):
            assert refused(gate, header(*wrong)).status == 401
    with writing(engine) as connection:
        assert find_keys(connection, None) == []


def test_bearer_tokens_are_refused_where_no_issuer_is_believed(gate: Gatekeeper) -> None:
    assert "no bearer tokens" in str(refused(gate, "Bearer a.b.c"))


def test_recall_knows_nothing_before_find_access_did(engine: Engine, gate: Gatekeeper) -> None:
    fresh = add_key(engine)
    assert gate.recall(None) is None
    assert gate.recall(header_of(fresh)) is None
    gate.find_access(header_of(fresh))
    assert gate.recall(header_of(fresh) + " ") is None
    assert gate.recall(header_of(fresh)) is not None


def test_changes_that_make_no_sense_are_refused_and_leave_nothing(engine: Engine) -> None:
    changes = KeyChanges(engine, "ann")
    fresh = add_key(engine)
    changes.revoke_key(fresh.key.key)
    senseless: dict[str, Callable[[], object]] = {
        "R200": lambda: changes.rotate_key("nobody", 0),
        "R201": lambda: changes.add_key(NewKey("nowhere", "", (Scope.ALL,))),
        "R204": lambda: changes.add_tenant("Acme & Co"),
        "R202": lambda: changes.add_tenant("default"),
        "R203": lambda: changes.rotate_key(fresh.key.key, 0),
    }
    for code, change in senseless.items():
        with pytest.raises(PayoffError, match=code):
            change()
    with writing(engine) as connection:
        assert len(find_keys(connection, None)) == 1
        assert [t.name for t in find_tenants(connection)] == ["default"]
    first = changes.revoke_key(fresh.key.key).revoked_us
    assert changes.revoke_key(fresh.key.key).revoked_us == first


def test_keys_are_listed_by_tenant_oldest_first(engine: Engine) -> None:
    acme = KeyChanges(engine, "ann").add_tenant("acme")
    made: list[FreshSecret] = [add_key(engine, tenant=tenant) for tenant in ("acme", "default", "acme")]
    with writing(engine) as connection:
        assert [k.key for k in find_keys(connection, acme)] == [made[0].key.key, made[2].key.key]
        assert [k.key for k in find_keys(connection, None)] == [fresh.key.key for fresh in made]


def test_two_people_adding_keys_at_once_both_succeed(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: add_key(engine), range(8)))
    assert len({fresh.key.key for fresh in made}) == 8
    assert all(a.secret != b.secret for a, b in itertools.combinations(made, 2))
