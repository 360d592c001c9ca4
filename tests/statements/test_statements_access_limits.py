"""Requests a second, and secrets that cannot be timed."""

import time

import pytest

from payoff.statements import rate_limits, secret_hash
from payoff.statements.rate_limits import RateLimits


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_holds_a_seconds_worth_and_fills_at_its_rate() -> None:
    clock = Clock()
    limits = RateLimits(clock=clock)
    assert [limits.take("key", 5) for _ in range(5)] == [0] * 5
    assert limits.take("key", 5) == pytest.approx(0.2)
    assert limits.take("other", 5) == 0
    clock.now += 0.2
    assert limits.take("key", 5) == 0
    assert limits.take("key", 5) > 0
    clock.now += 3600
    assert [limits.take("key", 5) == 0 for _ in range(6)] == [True] * 5 + [False]


def test_over_ten_seconds_no_more_than_the_rate_and_one_burst_pass() -> None:
    clock = Clock()
    limits = RateLimits(clock=clock)
    passed = 0
    for _ in range(10_000):
        passed += limits.take("key", 20) == 0
        clock.now += 0.001
    assert 200 <= passed <= 220


def test_a_rate_below_one_lets_one_pass_and_says_how_long_to_wait() -> None:
    clock = Clock()
    limits = RateLimits(clock=clock)
    assert limits.take("key", 0.5) == 0
    assert limits.take("key", 0.5) == pytest.approx(2)


def test_several_processes_share_a_rate() -> None:
    limits = RateLimits(share=0.5, clock=Clock())
    assert [limits.take("key", 10) == 0 for _ in range(6)] == [True] * 5 + [False]


def test_buckets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_BUCKETS", 3)
    limits = RateLimits(clock=Clock())
    for name in "abcdef":
        assert limits.take(name, 1) == 0
    assert len(limits._buckets) == 3
    assert limits.take("f", 1) > 0


def test_secrets_are_kept_as_argon2id_and_checked() -> None:
    secret = secret_hash.make_secret()
    kept = secret_hash.hash_secret(secret)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert secret not in kept
    assert kept != secret_hash.hash_secret(secret)
    assert secret_hash.check_secret(secret, [kept], 2) == kept
    assert secret_hash.check_secret(secret, [secret_hash.hash_secret("other"), kept], 2) == kept
    assert secret_hash.check_secret(secret + "x", [kept], 2) is None
    assert secret_hash.check_secret(secret, [], 2) is None
    assert secret_hash.check_secret(secret, ["no hash"], 2) is None


@pytest.mark.parametrize("n_hashes", [0, 1, 2])
def test_a_wrong_secret_costs_the_same_checks_whether_the_key_is_known(
    n_hashes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = [secret_hash.hash_secret(str(n)) for n in range(n_hashes)]
    checks: list[str] = []
    real = secret_hash._matches

    def counting(kept: str, secret: str) -> bool:
        checks.append(kept)
        return real(kept, secret)

    monkeypatch.setattr(secret_hash, "_matches", counting)
    started = time.perf_counter()
    assert secret_hash.check_secret("wrong", hashes, 2) is None
    assert len(checks) == 2
    assert time.perf_counter() - started > 0.005  # two real argon2 runs, not two look-ups
