"""What statements say that activities are, put together.

Question  Which definition does the activities resource serve for an activity?
Rule      payoff.xapi.known_activities says how two definitions are put together.
"""

from collections.abc import Iterable
from typing import NamedTuple

from payoff.statements.connection import Connection, Look, Row, find_index_key
from payoff.statements.staged_cache import StagedCache
from payoff.xapi.known_activities import merge_definition
from payoff.xapi.statement import Definition

CACHED = 50_000
Said = tuple[int, Definition]  # with its tenant
COLUMNS = ("tenant", "activity", "definition")
UPDATE = "UPDATE activity SET definition = ? WHERE tenant = ? AND activity = ?"


class _Last(NamedTuple):
    """What was said of an activity last, and its definition from then on: saying it again changes nothing."""

    said: bytes
    definition: bytes


class Activities:
    """Definitions on their way in, those that say something.

    alone: nobody else writes, so what was said last still holds and costs no look into the database.
    """

    def __init__(self, *, alone: bool) -> None:
        self._alone = alone
        self._last: StagedCache[tuple[int, str], _Last] = StagedCache(CACHED)
        self._known: dict[tuple[int, bytes], bytes] = {}

    def look(self, definitions: Iterable[Said]) -> Look:
        """What to ask for before these are written; its answer goes to `learn`."""
        keys = {
            _find_key(tenant, said.activity) for tenant, said in definitions if self._is_news(tenant, said)
        }
        return Look("activity", COLUMNS, ("tenant", "activity"), list(keys))

    def learn(self, rows: Iterable[Row]) -> None:
        """What `look` asked for: the others are not there."""
        self._known = {(tenant, bytes(activity)): bytes(definition) for tenant, activity, definition in rows}

    def write(self, connection: Connection, definitions: Iterable[Said]) -> None:
        """Put definitions, of those `look` saw and in order of arrival, to those known."""
        changed: dict[tuple[int, bytes], bytes] = {}
        for tenant, said in definitions:
            if self._is_news(tenant, said):
                key, place = _find_key(tenant, said.activity), (tenant, said.activity)
                known = changed.get(key, self._known.get(key, b""))
                if self._last.get(place) != (said.text, known):
                    changed[key] = merge_definition(known, said.text)
                    self._last.stage(place, _Last(said.text, changed[key]))
        new = [(*key, definition) for key, definition in changed.items() if key not in self._known]
        connection.insert_many("activity", COLUMNS, new)
        for key, definition in changed.items():
            if definition != self._known.get(key, definition):
                connection.execute(UPDATE, (definition, *key))

    def _is_news(self, tenant: int, said: Definition) -> bool:
        last = self._last.get((tenant, said.activity)) if self._alone else None
        return last is None or last.said != said.text

    def settle(self, kept: bool) -> None:
        """The transaction ended, well or not."""
        self._last.settle(kept)

    def forget(self) -> None:
        """Somebody was erased: what was remembered may be gone."""
        self._last.forget()


def find_definition(connection: Connection, tenant: int, activity: str) -> bytes | None:
    """The definition of an activity, if any statement gave one."""
    rows = connection.execute(
        "SELECT definition FROM activity WHERE tenant = ? AND activity = ?",
        (tenant, find_index_key(activity)),
    )
    return bytes(rows[0][0]) if rows else None


def _find_key(tenant: int, activity: str) -> tuple[int, bytes]:
    return tenant, find_index_key(activity)
