"""Numbers that fill their range more evenly than chance: scrambled Halton points and strata.

Question  Where should a function of doubtful inputs be looked at, so that few looks say much?
Points    Dimension j of `halton` holds 0, 1, 2, … mirrored at the point in the j-th prime's base, each digit
          place with a permutation of its own, the whole moved by a random step: each number is uniform on
          (0, 1), all together fill the cube evenly.
Strata    One number in each n-th part of (0, 1), in random order: of two such columns neither tells of the
          other, so inputs that are drawn from streams of their own stay independent.
Why       `scipy.stats` has such points too, and takes longer to import than a study takes to value.
Cites     Halton (1960); McKay, Beckman & Conover (1979); Owen (2017), arXiv:1706.02808.
Proof     tests/finance/test_finance_low_discrepancy.py
"""

import numpy as np

from payoff.nouns.arrays import Floats

_EDGE = 1e-12  # nothing is 0 or 1: a quantile there may be infinite


def halton(rng: np.random.Generator, n_points: int, n_inputs: int) -> Floats:
    """(n_inputs, n_points) in (0, 1)."""
    return np.stack([_mirrored(rng, n_points, prime) for prime in _primes(n_inputs)])


def strata(rng: np.random.Generator, n_points: int) -> Floats:
    """(n_points,) in (0, 1)."""
    return np.clip((rng.permutation(n_points) + rng.random(n_points)) / n_points, _EDGE, 1 - _EDGE)


def _mirrored(rng: np.random.Generator, n_points: int, base: int) -> Floats:
    """One dimension, (n_points,): each round appends a digit to all numbers of the round before."""
    value, place = np.zeros(1), 1.0
    while value.size < n_points:
        place /= base
        value = (value + place * rng.permutation(base)[:, np.newaxis]).ravel()
    return np.clip((value[:n_points] + rng.random()) % 1.0, _EDGE, 1 - _EDGE)


def _primes(n: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < n:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found
