"""What is wrong with a source's contents, in the one style of `Problem`."""

import difflib
from collections.abc import Iterable, Sequence

from payoff.nouns.problem import PayoffError, Place, Problem
from payoff.nouns.study import Source

MAX_KEYS = 20


def complain(
    source: Source,
    code: str,
    what: str,
    why: str,
    fix: str,
    keys: Sequence[str] = (),
    place: Place | None = None,
) -> PayoffError:
    """A data gate failed (exit code 4). `keys`: of the failing rows; the first MAX_KEYS are kept."""
    what = f"source {source.name} ({source.path}): {what}"
    return PayoffError([Problem(code, what, why, fix, place, keys=tuple(keys[:MAX_KEYS]))], exit_code=4)


def list_names(wanted: str, there: Iterable[str], where: str) -> str:
    """ "; did you mean x? In that folder: a, b" or "" when nothing is there."""
    names = list(there)
    close = difflib.get_close_matches(wanted.lower(), [n.lower() for n in names], n=1)
    meant = next((n for n in names if close and n.lower() == close[0]), None)
    hint = f"; did you mean {meant}?" if meant else ";" if names else ""
    shown = ", ".join(names[:MAX_KEYS]) + (", …" if len(names) > MAX_KEYS else "")
    return f"{hint} {where}: {shown}" if names else ""
