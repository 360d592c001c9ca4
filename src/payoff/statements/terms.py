"""The dictionary of terms: what statements are found by, numbered.

Question  Which number does a term have in posting lists?
Tenants   A term belongs to one tenant, so that no list ever holds statements of two.
"""

from collections.abc import Collection, Iterable, Sequence

from payoff.statements.connection import Connection, Highest, Look, Row, find_index_key
from payoff.statements.staged_cache import StagedCache
from payoff.xapi.statement import Term, TermKind

CACHED = 200_000
ID_BYTES = 5  # in `statement.terms`: room for 10^12 terms

ERASED = b"\x00erased\x00"  # begins the value of a term that lost its own

KEY = ("tenant", "kind", "value")
TermKey = tuple[int, int, bytes]
LAST = Highest("term", "id")
_RANK = {
    kind: place
    for place, kind in enumerate(
        (
            TermKind.VERB,
            TermKind.ACTIVITY,
            TermKind.REGISTRATION,
            TermKind.AUTHORITY,
            TermKind.AGENT,
            TermKind.ANY_ACTIVITY,
            TermKind.ANY_AGENT,
        )
    )
}


class Terms:
    """Numbers for the writer, which makes up those that are missing."""

    def __init__(self) -> None:
        self._cache: StagedCache[tuple[int, Term], int] = StagedCache(CACHED)
        self._asked: dict[TermKey, list[tuple[int, Term]]] = {}
        self._absent: set[TermKey] = set()
        self._last: int | None = None  # the highest number there is, while that is certain

    def look(self, wanted: Iterable[tuple[int, Term]]) -> tuple[Look, *tuple[Highest, ...]]:
        """What to ask for before these, each with its tenant, are numbered; the answers go to `learn`."""
        self._asked = {}
        for tenant, term in wanted:
            if self._cache.get((tenant, term)) is None:
                self._asked.setdefault(_find_key(tenant, term), []).append((tenant, term))
        return (_look_for(list(self._asked)), *((LAST,) if self._asked else ()))

    def learn(self, rows: Iterable[Row], last: Sequence[Row] = ()) -> None:
        """What `look` asked for: the others are not there."""
        self._absent = set(self._asked)
        self._last = last[0][0] or 0 if last else None
        for key, number in _read_numbers(rows).items():
            self._absent.discard(key)
            for term in self._asked[key]:
                self._cache.stage(term, number)

    def number(self, connection: Connection, tenant: int, wanted: Collection[Term]) -> dict[Term, int]:
        """The number of each, new ones inserted."""
        numbers: dict[Term, int] = {}
        unknown: dict[TermKey, list[Term]] = {}
        for term in wanted:
            number = self._cache.get((tenant, term))
            if number is None:
                unknown.setdefault(_find_key(tenant, term), []).append(term)
            else:
                numbers[term] = number
        if unknown:
            for key, number in self._find_or_insert(connection, list(unknown)).items():
                for term in unknown[key]:
                    numbers[term] = number
                    self._cache.stage((tenant, term), number)
        return numbers

    def settle(self, kept: bool) -> None:
        """The transaction ended, well or not."""
        self._cache.settle(kept)
        self._absent, self._last = set(), None

    def forget(self) -> None:
        """Somebody was erased: what was remembered may be gone."""
        self._cache.forget()

    def _find_or_insert(self, connection: Connection, keys: Sequence[TermKey]) -> dict[TermKey, int]:
        unasked = [key for key in keys if key not in self._absent]
        numbers = _read_numbers(connection.look_up([_look_for(unasked)])[0])
        # one value's kinds get neighbouring numbers, so that their short posting lists share a page
        missing = sorted([k for k in keys if k not in numbers], key=lambda key: (key[0], key[2], key[1]))
        if missing:
            last = connection.look_up([LAST])[0][0][0] or 0 if self._last is None else self._last
            self._last = last + len(missing)
            numbers.update(zip(missing, range(last + 1, self._last + 1), strict=True))
            connection.insert_many("term", ("id", *KEY), [(numbers[key], *key) for key in missing])
        return numbers


def find_terms(connection: Connection, tenant: int, terms: Sequence[Term]) -> list[int] | None:
    """For readers: the number of each; None when one of them was never stored."""
    keys = [(tenant, int(term.kind), find_index_key(term.value)) for term in terms]
    rows = connection.select_many("term", ("kind", "value", "id"), KEY, keys)
    found = {(kind, value): number for kind, value, number in rows}
    numbers = [found.get((kind, value)) for _, kind, value in keys]
    return None if None in numbers else [number for number in numbers if number is not None]


def order_terms(terms: Iterable[Term]) -> list[Term]:
    """Distinct, and first those that a reference to the statement carries first."""
    return sorted(dict.fromkeys(terms), key=lambda term: _RANK[term.kind])


def pack_terms(numbers: Sequence[int]) -> bytes:
    """As they stand in `statement.terms`."""
    return b"".join([number.to_bytes(ID_BYTES, "big") for number in numbers])


def unpack_terms(packed: bytes) -> list[int]:
    """The inverse of `pack_terms`."""
    return [int.from_bytes(packed[at : at + ID_BYTES], "big") for at in range(0, len(packed), ID_BYTES)]


def _find_key(tenant: int, term: Term) -> TermKey:
    return tenant, int(term.kind), find_index_key(term.value)


def _look_for(keys: Sequence[TermKey]) -> Look:
    return Look("term", (*KEY, "id"), KEY, keys)


def _read_numbers(rows: Iterable[Row]) -> dict[TermKey, int]:
    return {(tenant, kind, bytes(value)): number for tenant, kind, value, number in rows}


def blank_terms(connection: Connection, numbers: Sequence[int]) -> int:
    """Take the values of terms that nothing is posted under; how many.

    The rows stay, so that no later term gets a number that a voided statement still carries.
    """
    n_blanked = 0
    for number in numbers:
        if not connection.execute("SELECT 1 FROM posting WHERE term = ? LIMIT 1", (number,)):
            value = ERASED + number.to_bytes(ID_BYTES, "big")
            connection.execute("UPDATE term SET value = ? WHERE id = ?", (value, number))
            n_blanked += 1
    return n_blanked
