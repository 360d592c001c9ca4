"""Whoever guesses secrets keeps nobody else waiting, and is seen."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from in_process import KEY, SECRET, InProcess, basic, open_store

from payoff.apps.lrs.settings import Settings
from payoff.statements import access
from payoff.statements.engines import find_engine
from payoff.statements.key_changes import FreshSecret, KeyChanges, NewKey
from payoff.statements.scopes import Scope
from payoff.statements.secret_hash import check_secret

SETTINGS = Settings("", dev_key=(KEY, SECRET))
GUESSERS = 30


@pytest.fixture
def lrs(store_url: str) -> Iterator[InProcess]:
    with open_store(replace(SETTINGS, store=store_url)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def slow_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong secret costs a fifth of a second, whatever else the machine does."""

    def check(secret: str, hashes: Sequence[str], slots: int) -> str | None:
        fitting = check_secret(secret, hashes, 0)
        if fitting is None:
            time.sleep(0.2)
        return fitting

    monkeypatch.setattr(access, "check_secret", check)


def add_key(lrs: InProcess) -> FreshSecret:
    service = lrs.application.service
    assert service is not None
    engine = find_engine(service.settings.store)
    return KeyChanges(engine, "ann").add_key(NewKey("default", "player", (Scope.ALL,)))


def guess(lrs: InProcess, key: str, secret: object) -> int:
    return lrs.get("statements", headers={"authorization": basic(key, str(secret))}).status


def test_a_key_that_was_not_used_yet_does_not_wait_for_those_who_guess(lrs: InProcess) -> None:
    fresh = add_key(lrs)
    until = time.monotonic() + 2

    def go_on(number: int) -> set[int]:
        return {
            guess(lrs, f"nobody{number}", time.monotonic())
            for _ in iter(lambda: time.monotonic() < until, False)
        }

    with ThreadPoolExecutor(GUESSERS) as guessers:
        going = [guessers.submit(go_on, number) for number in range(GUESSERS)]
        time.sleep(0.5)
        begun = time.monotonic()
        assert guess(lrs, fresh.key.key, fresh.secret) == 200
        waited = time.monotonic() - begun
        statuses = set().union(*[each.result() for each in going])
    assert statuses == {401, 429}
    assert waited < 1.0  # thirty checks by four threads are a second and a half


def test_who_guesses_at_a_key_is_slowed_down_and_its_owner_is_not(lrs: InProcess) -> None:
    fresh, other = add_key(lrs), add_key(lrs)
    assert guess(lrs, fresh.key.key, fresh.secret) == 200
    with ThreadPoolExecutor(GUESSERS) as guessers:
        statuses = list(guessers.map(lambda n: guess(lrs, fresh.key.key, n), range(2 * GUESSERS)))
    assert set(statuses) == {401, 429}
    add_key(lrs)  # a change of keys: what is known is looked at anew
    time.sleep(0.6)
    for each in (fresh, other):
        assert guess(lrs, each.key.key, each.secret) == 200
    assert guess(lrs, fresh.key.key, 0) in (401, 429)


def test_right_secrets_are_not_counted(lrs: InProcess) -> None:
    for _ in range(20):
        fresh = add_key(lrs)
        assert guess(lrs, fresh.key.key, fresh.secret) == 200


def test_a_failed_login_is_counted_and_logged_by_keys_there_are_alone(lrs: InProcess) -> None:
    fresh = add_key(lrs)
    assert guess(lrs, fresh.key.key, "wrong") == 401
    assert guess(lrs, "my-password", "wrong") == 401
    assert guess(lrs, KEY, "wrong") == 401
    assert lrs.get("statements", headers={"authorization": None}).status == 401
    refused = [line["key"] for line in lrs.lines() if line.get("status") == 401]
    assert refused == [fresh.key.key, "", KEY, ""]
    figures = lrs.request("GET", "/metrics").body.decode()
    assert 'payoff_lrs_failed_logins_total{key="known",status="401"} 2.0' in figures
    assert 'payoff_lrs_failed_logins_total{key="unknown",status="401"} 1.0' in figures
    assert fresh.key.key not in figures
    assert "my-password" not in figures + lrs.log.getvalue().decode()
