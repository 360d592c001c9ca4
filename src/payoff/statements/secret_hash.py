"""Secrets: made at random, shown once, kept as argon2id only.

Question  Is this the secret of that key, without keeping the secret?
Cost      19 MiB and two passes, about 40 ms: OWASP's least for argon2id, for secrets of 256 random bits.
Cites     RFC 9106; OWASP Password Storage Cheat Sheet.
"""

import secrets
from collections.abc import Sequence
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def make_key() -> str:
    """A public name of a key."""
    return secrets.token_hex(10)


def make_secret() -> str:
    """256 random bits in characters that need no quoting anywhere."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """The argon2id hash, with its salt and cost."""
    return _HASHER.hash(secret)


def check_secret(secret: str, hashes: Sequence[str], slots: int) -> str | None:
    """The hash that is of this secret.

    A wrong secret always costs `slots` checks: with a key that is unknown (no hashes), with one secret and
    between two secrets, so that time tells nobody which keys there are.
    """
    for kept in hashes:
        if _matches(kept, secret):
            return kept
    for _ in range(slots - len(hashes)):
        _matches(_hash_of_nothing(), secret)
    return None


def _matches(kept: str, secret: str) -> bool:
    try:
        return _HASHER.verify(kept, secret)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hash_of_nothing() -> str:
    return hash_secret(make_secret())
