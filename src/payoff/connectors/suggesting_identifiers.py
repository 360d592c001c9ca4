"""Columns of an export that an identity map could turn into one key for a person.

Question  Which of our columns would hold identifiers that other systems know too, and of which system?
Values    Addresses in nearly all filled cells are `email`, under whatever header: a login is often one. Users
          of Salesforce are told by their ids, which begin with 005.
Profile   A column of ours that is called an address is one, filled or not.
Left over A column of addresses that became none of ours could be whose row it is, where nothing else says so.
Limits    A staff number and an agent id look alike: only the person who asks knows the system. Addresses of
          customers are left alone, whom no list of a firm's people knows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from payoff.connectors.cells import read_text
from payoff.identity.identifier import EMAIL, SALESFORCE
from payoff.nouns.canonical import KINDS, CanonicalTable
from payoff.nouns.in_clear import ADDRESS

NEARLY = 0.9  # of the filled cells looked at
MOST_CELLS = 1000
_USER = r"^005[A-Za-z0-9]{12}([A-Z0-5]{3})?$"
_WHOSE = ("agent_id", "owner_id", "seller_id", "person_id", "agent_email", "email")
_CUSTOMERS = ("requester", "account", "customer")


@dataclass(frozen=True, slots=True)
class IdentifierSuggestion:
    """column: as it is called once the profile was applied."""

    column: str
    system: str
    reason: str


def suggest_identifiers(
    table: pa.Table, kind: str, ours: Sequence[tuple[str, str]]
) -> tuple[IdentifierSuggestion, ...]:
    """ours: (a header of the file, our columns made of it, with commas between)."""
    known = KINDS[kind]
    found: dict[str, IdentifierSuggestion] = {}
    for theirs, names in ours:
        cells = table.column(table.column_names.index(theirs))
        for name in names.split(", "):
            told = _judge(name, cells, known)
            if told is not None and not name.startswith(_CUSTOMERS):
                found.setdefault(name, IdentifierSuggestion(name, *told))
    return tuple(found.values()) or tuple(_find_left_over(table, known, dict(ours)))


def _find_left_over(
    table: pa.Table, known: CanonicalTable, ours: Mapping[str, str]
) -> Iterator[IdentifierSuggestion]:
    """The first column of addresses that nobody uses, as the first of our persons that nobody fills."""
    filled = {name for names in ours.values() for name in names.split(", ")}
    free = next((name for name in _WHOSE if known.find(name) and name not in filled), None)
    for header in table.column_names:
        if free is not None and header not in ours and not header.lower().startswith(_CUSTOMERS):
            texts = read_text(table.column(table.column_names.index(header)).slice(0, MOST_CELLS))
            if _share(texts.drop_null(), f"^{ADDRESS}$") >= NEARLY:
                why = f"{header} holds addresses; it needs mapping: {{{header}: {free}}}"
                yield IdentifierSuggestion(free, EMAIL, why)
                return


def list_days(kind: str, ours: Mapping[str, str]) -> Iterator[str]:
    """Our columns that say on which day a row's identifiers were used; of a list of people none does."""
    filled = {name for names in ours.values() for name in names.split(", ")}
    if kind != "people":
        yield from (c.name for c in KINDS[kind].columns if c.type in ("date", "instant") and c.name in filled)


def _judge(name: str, cells: pa.ChunkedArray, known: CanonicalTable) -> tuple[str, str] | None:
    column = known.find(name)
    if column is None or column.type != "text":
        return None
    texts = read_text(cells.slice(0, MOST_CELLS)).drop_null()
    if name.endswith(("_id", "email")):
        if _share(texts, f"^{ADDRESS}$") >= NEARLY:
            return EMAIL, "its cells are addresses"
        if _share(texts, _USER) >= NEARLY:
            return SALESFORCE, "its cells are ids of Salesforce's users"
    if name.endswith("email") and len(texts) == 0:
        return EMAIL, "it is for addresses, and blank in the rows looked at"
    return None


def _share(texts: pa.Array | pa.ChunkedArray, pattern: str) -> float:
    if len(texts) == 0:
        return 0.0
    return float(pc.mean(pc.match_substring_regex(texts, pattern).cast(pa.float64())).as_py())
