"""Statements that point to others: what they are found by, and what they void.

Question  Which statements are found by, or voided by, the statements that just came?
Order     A reference and its target may come in either order: new statements are looked at from both ends.
Reach     A statement that refers to another is found by what that one is found by, and so on along the chain:
          up to MAX_CHAIN statements and MAX_CARRIED terms in all, the nearest statement's first and of each
          the verb, activity and registration before agents. So nobody makes a chain whose postings grow with
          its square, or a thousand small references to one statement about a thousand people.
Voided    A voided statement loses its postings, so no page has to skip it; those who refer to it keep theirs.
          A voiding statement is never voided.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from payoff.statements.connection import Connection, Look, Row
from payoff.statements.terms import unpack_terms

MAX_CHAIN = 32
MAX_CARRIED = 192  # of fifteen ordinary statements

POSTING = ("term", "stored_us", "via")
Key = tuple[int, bytes]  # tenant, id


class Node(NamedTuple):
    """A statement as the graph of references sees it; the names are columns."""

    tenant: int
    id: bytes
    stored_us: int
    refers_to: bytes | None
    voiding: int
    voided: int
    terms: bytes

    @property
    def key(self) -> Key:
        """What a reference to it says."""
        return self.tenant, self.id

    @property
    def target(self) -> Key | None:
        """What it refers to."""
        return None if self.refers_to is None else (self.tenant, self.refers_to)


def look_for_referrers(keys: Sequence[Key]) -> Look:
    """Statements that point to these."""
    return Look("statement", Node._fields, ("tenant", "refers_to"), keys)


def connect_references(connection: Connection, new: Sequence[Node], pointing: Iterable[Row]) -> set[int]:
    """Void and post what the new statements bring about; gives `stored_us` of those that are voided.

    The new statements are already in their table, their own postings not yet.
    pointing: what `look_for_referrers` found before they were.
    """
    nodes = {node.key: node for node in new}
    referrers = [node for node in new if node.refers_to is not None]
    known = [node for node in (Node(*row) for row in pointing) if node.target in nodes]
    referrers += _follow_back(connection, nodes, known)
    if not referrers:
        return set()
    _find_targets(connection, nodes)
    voided = _find_voided(nodes)
    for node in voided:
        _void(connection, node, nodes)
    gone = {node.stored_us for node in voided}
    rows = {
        row
        for node in referrers
        if not node.voided and node.stored_us not in gone
        for row in _carry(node, nodes)
    }
    connection.insert_many("posting", POSTING, sorted(rows), skip_known=True)
    return gone


def find_affected(connection: Connection, changing: Sequence[Node]) -> list[Node]:
    """Statements that are about to change, and those whose postings change with theirs."""
    nodes = {node.key: node for node in changing}
    return [*changing, *_follow_back(connection, nodes, _select(connection, "refers_to", list(nodes)))]


def list_postings(connection: Connection, nodes: Sequence[Node]) -> set[tuple[int, int, int]]:
    """Every row of POSTING that these statements should have as the store now is."""
    known = {node.key: node for node in nodes}
    _find_targets(connection, known)
    rows: set[tuple[int, int, int]] = set()
    for node in nodes:
        if not node.voided:
            rows.update((term, node.stored_us, 0) for term in unpack_terms(node.terms))
            rows.update(_carry(node, known))
    return rows


def find_nodes(connection: Connection, stored_us: Iterable[int]) -> list[Node]:
    """Those of these statements that are there."""
    keys = [(us,) for us in stored_us]
    return [Node(*row) for row in connection.select_many("statement", Node._fields, ("stored_us",), keys)]


def _follow_back(connection: Connection, nodes: dict[Key, Node], rows: Iterable[Node]) -> list[Node]:
    """Those already stored that lead to `nodes`, which they join; `rows` point straight to them."""
    found: list[Node] = []
    for _ in range(MAX_CHAIN):
        edge: list[Key] = []
        for node in rows:
            if node.key not in nodes:
                nodes[node.key] = node
                edge.append(node.key)
                found.append(node)
        if not edge:
            break
        rows = _select(connection, "refers_to", edge)
    return found


def _find_targets(connection: Connection, nodes: dict[Key, Node]) -> None:
    """Add what `nodes` lead to."""
    edge = {node.target for node in nodes.values()}
    for _ in range(MAX_CHAIN):
        rows = _select(connection, "id", [key for key in edge if key is not None and key not in nodes])
        nodes.update((node.key, node) for node in rows)
        edge = {node.target for node in rows}
        if not rows:
            break


def _select(connection: Connection, column: str, keys: Sequence[Key]) -> list[Node]:
    return [Node(*row) for row in connection.select_many("statement", Node._fields, ("tenant", column), keys)]


def _walk(node: Node, nodes: dict[Key, Node]) -> Iterator[Node]:
    """The statements that `node` leads to, itself never."""
    seen = {node.key}
    for _ in range(MAX_CHAIN):
        target = nodes.get(node.target) if node.target else None
        if target is None or target.key in seen:
            return
        seen.add(target.key)
        yield target
        node = target


def _carry(node: Node, nodes: dict[Key, Node]) -> Iterator[tuple[int, int, int]]:
    """The rows of POSTING that `node` has by what it leads to."""
    left = MAX_CARRIED
    for target in _walk(node, nodes):
        terms = unpack_terms(target.terms)[:left]
        left -= len(terms)
        for term in terms:
            yield term, node.stored_us, target.stored_us


def _find_voided(nodes: dict[Key, Node]) -> list[Node]:
    targets = {node.target for node in nodes.values() if node.voiding}
    found = (nodes.get(target) for target in targets if target is not None)
    return [node for node in found if node is not None and not (node.voiding or node.voided)]


def _void(connection: Connection, node: Node, nodes: dict[Key, Node]) -> None:
    connection.execute("UPDATE statement SET voided = 1 WHERE stored_us = ?", (node.stored_us,))
    terms = set(unpack_terms(node.terms))
    terms.update(_find_terms(_walk(node, nodes)))
    if terms:
        connection.execute(
            f"DELETE FROM posting WHERE stored_us = ? AND term IN ({','.join('?' * len(terms))})",
            (node.stored_us, *terms),
        )


def _find_terms(nodes: Iterable[Node]) -> Iterator[int]:
    for node in nodes:
        yield from unpack_terms(node.terms)
