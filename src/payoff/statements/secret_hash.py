"""Secrets: made at random, shown once, kept as argon2id only.

Question  Is this the secret of that key, without keeping the secret?
Cost      19 MiB and two passes, about 40 ms: OWASP's least for argon2id. Secrets have 256 random bits, so
          that the cost guards the chosen ones people bring along; of a burst a few are checked at a time.
Cites     RFC 9106; OWASP Password Storage Cheat Sheet.
"""

import secrets
from collections.abc import Sequence
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = BoundedSemaphore(4)  # bounds memory at 4 × 19 MiB, however many wrong secrets arrive together


def make_key() -> str:
    """A public name of a key."""
    return secrets.token_hex(10)


def make_secret() -> str:
    """256 random bits in characters that need no quoting anywhere."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """The argon2id hash, with its salt and cost."""
    return _HASHER.hash(secret)


def check_secret(secret: str, hashes: Sequence[str], slots: int) -> bool:
    """Whether one of the hashes is of this secret.

    A wrong secret always costs `slots` checks: with a key that is unknown (no hashes), with one secret and
    between two secrets, so that time tells nobody which keys there are.
    """
    found = False
    padded = [*hashes, *[_hash_of_nothing()] * (slots - len(hashes))]
    with _AT_ONCE:
        for position, kept in enumerate(padded):
            if _matches(kept, secret) and position < len(hashes):
                found = True
                break
    return found


def _matches(kept: str, secret: str) -> bool:
    try:
        return _HASHER.verify(kept, secret)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hash_of_nothing() -> str:
    return hash_secret(make_secret())
