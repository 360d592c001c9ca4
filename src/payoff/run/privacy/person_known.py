"""What the identity map knows of a person who is to be erased: other identifiers, and rows that go.

Question  By which other identifiers do exports and tables know this person?
Reads     Rows of lists that hold an identifier given (`hr=10042`, or as it is), and all rows of the persons
          they belong to, so that somebody named by an address is erased by staff number as well.
Refuses   Identifiers that more than one person had: an address given on to somebody else names both.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from payoff.identity import Decision, Identifier, read_identifier, standing
from payoff.identity.sought import fold, is_clear
from payoff.nouns.problem import PayoffError, Problem
from payoff.records.identity_map import FILE, open_map
from payoff.run.identities.identifying import digest_forgotten
from payoff.run.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Acquainted:
    """rows: of the map, by number. texts: what exports may hold. keys: what tables are keyed by."""

    rows: tuple[int, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    own: tuple[Identifier, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Values as lists have them."""
        return tuple(one.value for one in self.identifiers)

    def name_keys(self, name: Callable[[str], str]) -> frozenset[str]:
        """Pseudonyms by which tables name the person, known or not known on a day."""
        known = {name(f"person {one.system} {one.value}") for one in self.own}
        return frozenset(known | {name(f"{one.system} {one.value}") for one in self.identifiers})


def find_acquainted(home: Workspace, given: Sequence[str]) -> Acquainted:
    """What the map knows. Raises PayoffError U244 (2) where several persons had these identifiers."""
    if not (home.identity / FILE).exists():
        return Acquainted()
    with open_map(home.identity) as opened:
        claims = opened.read_claims().table.to_pylist()
        decisions = standing(opened.read_decisions())
    by_row: dict[int, list[tuple[Identifier, bool]]] = defaultdict(list)
    for claim in claims:
        one = read_identifier(f"{claim['system']}={claim['value']}") or Identifier(
            str(claim["system"]), str(claim["value"])
        )
        by_row[claim["row"]].append((one, bool(claim["is_person"])))
    named = {row for row, held in by_row.items() if any(_is_given(one, own, given) for one, own in held)}
    persons = {one for row in named for one, own in by_row[row] if own}
    one_human = _widen(set(list(persons)[:1]), decisions)
    if not persons <= one_human:
        raise PayoffError([_several(persons)], exit_code=2)
    persons = one_human
    rows = named | {row for row, held in by_row.items() if any(one in persons for one, own in held if own)}
    identifiers = sorted({one for row in rows for one, _ in by_row[row]}, key=str)
    return Acquainted(tuple(sorted(rows)), tuple(identifiers), tuple(persons))


def _widen(persons: set[Identifier], decisions: Sequence[Decision]) -> set[Identifier]:
    """With every own identifier that a steward has called the same human's, as after a rehire."""
    pairs = [{d.identifier, d.person} for d in decisions if d.kind == "same" and d.identifier and d.person]
    while found := [pair for pair in pairs if pair & persons and not pair <= persons]:
        persons = persons.union(*({one for one in pair if one} for pair in found))
    return persons


def forget_acquainted(home: Workspace, acquainted: Acquainted) -> None:
    """Take the person out of the map; a list added again does not bring them back."""
    if not acquainted.rows:
        return
    secret = home.read_secret()
    with open_map(home.identity) as opened:
        opened.forget(acquainted.rows, acquainted.identifiers, lambda one: digest_forgotten(one, secret))


def _is_given(one: Identifier, own: bool, given: Iterable[str]) -> bool:
    """Named with its system; or as it is, where it can mean nobody else or is a person's own."""
    for text in given:
        named = read_identifier(text)
        if named is not None and named == one:
            return True
        if fold(text) == fold(one.value) and (own or is_clear(fold(text))):
            return True
    return False


def _several(persons: set[Identifier]) -> Problem:
    told = ", ".join(sorted(map(str, persons)))
    return Problem(
        "U244",
        f"these identifiers were of {len(persons)} persons: {told}",
        "somebody else would be erased with them",
        "name one of them, with what is theirs alone",
    )
