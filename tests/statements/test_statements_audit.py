"""The audit log: what is in it, and that nobody changes it unnoticed; on both stores."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from access_store import add_key, make_store, writing

from payoff.nouns.problem import PayoffError
from payoff.statements import audit_log
from payoff.statements.audit_log import Deed, Entry, read_entries, verify
from payoff.statements.connection import Engine
from payoff.statements.key_changes import KeyChanges, NewKey
from payoff.statements.scopes import Scope


@pytest.fixture
def engine(store_url: str) -> Engine:
    return make_store(store_url)


@pytest.fixture
def logged(engine: Engine) -> Engine:
    """A store with five entries."""
    changes = KeyChanges(engine, "ann")
    changes.add_tenant("acme")
    fresh = add_key(engine, Scope.WRITE, tenant="acme")
    changes.rotate_key(fresh.key.key, 60)
    changes.revoke_key(fresh.key.key)
    changes.log(Deed.BACKED_UP, "", {"file": "records.backup"})
    return engine


def entries(engine: Engine) -> list[Entry]:
    with writing(engine) as connection:
        return list(read_entries(connection))


def tamper(engine: Engine, sql: str, *params: object) -> str | None:
    with writing(engine) as connection:
        connection.execute(sql, params)
        return verify(connection).broken


def test_each_change_is_logged_with_who_what_and_whose(logged: Engine) -> None:
    found = entries(logged)
    assert [(e.seq, e.who, e.what, e.tenant) for e in found] == [
        (1, "ann", "tenant added", "acme"),
        (2, "ann", "key added", "acme"),
        (3, "ann", "key rotated", "acme"),
        (4, "ann", "key revoked", "acme"),
        (5, "ann", "backed up", ""),
    ]
    assert '"scopes":"statements/write"' in found[1].detail
    assert found[4].detail == '{"file":"records.backup"}'
    assert [e.at_us for e in found] == sorted(e.at_us for e in found)
    with writing(logged) as connection:
        verdict = verify(connection)
    assert (verdict.entries, verdict.head, verdict.broken) == (5, f"5:{found[4].hash}", None)


def test_a_change_that_fails_is_not_logged(logged: Engine) -> None:
    with pytest.raises(PayoffError):
        KeyChanges(logged, "ann").add_key(NewKey("nowhere", "", (Scope.ALL,)))
    assert len(entries(logged)) == 5


@pytest.mark.parametrize(
    ("column", "value"),
    [("at_us", 1), ("who", "bob"), ("what", "key added"), ("tenant", "other"), ("detail", "{}")],
)
def test_a_changed_entry_is_found(logged: Engine, column: str, value: object) -> None:
    broken = tamper(logged, f"UPDATE audit SET {column} = ? WHERE seq = 3", value)
    assert broken == "entry 3 was changed after it was written"


def test_a_changed_entry_with_a_fitting_hash_is_found_by_the_next(logged: Engine) -> None:
    third = entries(logged)[2]
    forged = audit_log._hash((3, third.at_us, "bob", third.what, third.tenant, third.detail, third.previous))
    broken = tamper(logged, "UPDATE audit SET who = 'bob', hash = ? WHERE seq = 3", forged)
    assert broken == "entry 4 does not follow the one before it"


def test_an_entry_taken_out_is_found(logged: Engine) -> None:
    assert tamper(logged, "DELETE FROM audit WHERE seq = 2") == "entry 2 is missing: the next one there is 3"


def test_an_entry_taken_out_and_the_rest_renumbered_is_found(logged: Engine) -> None:
    with writing(logged) as connection:
        connection.execute("DELETE FROM audit WHERE seq = 2")
        for seq in (3, 4, 5):
            connection.execute("UPDATE audit SET seq = ? WHERE seq = ?", (seq - 1, seq))
        assert verify(connection).broken == "entry 2 does not follow the one before it"


def test_an_end_cut_off_is_found_by_the_head_noted_before(logged: Engine) -> None:
    with writing(logged) as connection:
        noted = verify(connection).head
        assert verify(connection, noted).broken is None
    KeyChanges(logged, "ann").log(Deed.ERASED, "acme", {})
    with writing(logged) as connection:
        assert verify(connection, noted).broken is None  # grown since, and still in it
        connection.execute("DELETE FROM audit WHERE seq >= 5")
        assert verify(connection).broken is None
        assert verify(connection, noted).broken == f"the entry noted as {noted} is not in the log any more"


def test_an_empty_log_is_whole(engine: Engine) -> None:
    with writing(engine) as connection:
        assert verify(connection).broken is None
        assert verify(connection).entries == 0


def test_many_writers_at_once_make_one_chain(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 7)
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda n: KeyChanges(engine, f"p{n}").log(Deed.KEYS_READ, "", {"n": str(n), "ü": "\"'"}),
                range(40),
            )
        )
    with writing(engine) as connection:
        assert verify(connection).broken is None
    assert {e.who for e in entries(engine)} == {f"p{n}" for n in range(40)}
