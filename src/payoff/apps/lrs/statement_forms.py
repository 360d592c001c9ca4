"""Stored statements in the form a reader asks for.

Question  Which bytes answer this reader, and which attachments go with them?
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from payoff.statements.query import StoredAttachment, StoredStatement
from payoff.statements.store import Store
from payoff.xapi.accept_language import read_languages
from payoff.xapi.canonical import write_canonical
from payoff.xapi.declared import find_declared
from payoff.xapi.formats import write_exact, write_ids
from payoff.xapi.parameters import Format


@dataclass(frozen=True, slots=True)
class Form:
    """How statements are to be written."""

    format: Format
    languages: str  # Accept-Language, for canonical


def write_statements(
    store: Store, tenant: int, statements: Sequence[StoredStatement], form: Form
) -> list[bytes]:
    """The JSON text of each statement."""
    texts = [write_exact(s.raw, s.has, s.id, s.stored_us, s.version, s.authority) for s in statements]
    if form.format is Format.IDS:
        return list(map(write_ids, texts))
    if form.format is Format.CANONICAL:
        languages = read_languages(form.languages)
        definition_of = cache(lambda activity: store.find_definition(tenant, activity))
        return [write_canonical(text, languages, definition_of) for text in texts]
    return texts


def find_bytes(store: Store, tenant: int, statements: Sequence[StoredStatement]) -> list[StoredAttachment]:
    """The attachments of these statements that are in the store, once each."""
    wanted = [sha2 for statement in statements for sha2, _ in find_declared(statement.raw)]
    return store.find_attachments(tenant, wanted) if wanted else []


def count_fitting(statements: Sequence[StoredStatement], with_attachments: bool, most_bytes: int) -> int:
    """How many of these, in order, fit an answer: at least one, for it must be had somehow."""
    total = 0
    for place, statement in enumerate(statements):
        total += len(statement.raw)
        if with_attachments:
            total += sum(max(length, 0) for _, length in find_declared(statement.raw))
        if total > most_bytes and place:
            return place
    return len(statements)
