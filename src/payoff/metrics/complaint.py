"""What is wrong with the rows a query gave, in the one style of `Problem`."""

from collections.abc import Sequence

from payoff.nouns.problem import PayoffError, Problem

MAX_KEYS = 20


def complain(code: str, what: str, why: str, fix: str, keys: Sequence[str] = ()) -> PayoffError:
    """A data gate failed (exit code 4). `keys`: of the failing rows; the first MAX_KEYS are kept."""
    return PayoffError([Problem(code, what, why, fix, keys=tuple(keys[:MAX_KEYS]))], exit_code=4)
