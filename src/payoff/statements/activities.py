"""What statements say that activities are, put together.

Question  Which definition does the activities resource serve for an activity?
Rule      payoff.xapi.known_activities says how two definitions are put together.
"""

from collections.abc import Sequence

from payoff.statements.connection import Connection, find_index_key
from payoff.statements.staged_cache import StagedCache
from payoff.xapi.known_activities import merge_definition
from payoff.xapi.statement import Definition

CACHED = 50_000
UPSERT = (
    "INSERT INTO activity (tenant, activity, definition) VALUES (?, ?, ?) "
    "ON CONFLICT (tenant, activity) DO UPDATE SET definition = excluded.definition"
)


class Activities:
    """Definitions on their way in; those that say nothing new cost no look into the database."""

    def __init__(self) -> None:
        self._last_said: StagedCache[tuple[int, str], bytes] = StagedCache(CACHED)

    def write(self, connection: Connection, definitions: Sequence[tuple[int, Definition]]) -> None:
        """Put definitions, each with its tenant and in order of arrival, to those known."""
        said: dict[tuple[int, str], list[bytes]] = {}
        for tenant, (activity, text) in definitions:
            if text and self._last_said.get((tenant, activity)) != text:
                said.setdefault((tenant, activity), []).append(text)
                self._last_said.stage((tenant, activity), text)
        if said:
            _put_together(connection, said)

    def settle(self, kept: bool) -> None:
        """The transaction ended, well or not."""
        self._last_said.settle(kept)

    def forget(self) -> None:
        """Somebody was erased: what was remembered may be gone."""
        self._last_said.forget()


def find_definition(connection: Connection, tenant: int, activity: str) -> bytes | None:
    """The definition of an activity, if any statement gave one."""
    rows = connection.execute(
        "SELECT definition FROM activity WHERE tenant = ? AND activity = ?",
        (tenant, find_index_key(activity)),
    )
    return bytes(rows[0][0]) if rows else None


def _put_together(connection: Connection, said: dict[tuple[int, str], list[bytes]]) -> None:
    keys = {(tenant, find_index_key(activity)): texts for (tenant, activity), texts in said.items()}
    rows = connection.select_many(
        "activity", ("tenant", "activity", "definition"), ("tenant", "activity"), list(keys)
    )
    known = {(tenant, activity): bytes(definition) for tenant, activity, definition in rows}
    for key, texts in keys.items():
        definition = known.get(key, b"")
        for text in texts:
            definition = merge_definition(definition, text)
        if definition != known.get(key):
            connection.execute(UPSERT, (*key, definition))
