"""What a verb or an activity type means, whichever vocabulary wrote it.

Question  Which canonical word stands for this IRI? None where nobody told us: the IRI is kept and reported.
Spelling  Scheme, host's `www.`, capitals and a trailing slash or `#` do not tell two verbs apart; vendors
          disagree about them for one and the same verb.
"""

from functools import lru_cache

from payoff.xapi.vocabulary_activities import ACTIVITY_TYPES
from payoff.xapi.vocabulary_verbs import VERBS

_CACHED = 4096  # IRIs a deployment sees; the rest is looked up again


def _fold(iri: str) -> str:
    """One spelling of an IRI."""
    text = iri.strip().lower()
    _, mark, rest = text.partition("://")
    return (rest if mark else text).removeprefix("www.").rstrip("/#")


def _index(words: dict[str, str]) -> dict[str, str]:
    """Folded IRI → word. Raises ValueError where one IRI stands under two words."""
    found: dict[str, str] = {}
    for word, iris in words.items():
        for iri in iris.split():
            if found.setdefault(_fold(iri), word) != word:
                raise ValueError(f"{iri} stands under {found[_fold(iri)]} and {word}")
    return found


_VERBS = _index(VERBS)
_ACTIVITY_TYPES = _index(ACTIVITY_TYPES)


@lru_cache(_CACHED)
def find_verb(iri: str) -> str | None:
    """Canonical verb, such as "completed"."""
    return _VERBS.get(_fold(iri))


@lru_cache(_CACHED)
def find_activity_type(iri: str) -> str | None:
    """Canonical activity type, such as "assessment"."""
    return _ACTIVITY_TYPES.get(_fold(iri))
