"""Who sent statements, as rows.

Question  Which row says who sent a statement?
"""

from hashlib import sha256

from payoff.statements.connection import Connection, encode
from payoff.statements.staged_cache import StagedCache
from payoff.statements.work import Authority

CACHED = 10_000


class Authorities:
    """Row numbers for the writer, which inserts those that are missing."""

    def __init__(self) -> None:
        self._cache: StagedCache[tuple[int, Authority], int] = StagedCache(CACHED)

    def number(self, connection: Connection, tenant: int, authority: Authority) -> int:
        """The row of an authority, inserted if it is new."""
        known = self._cache.get((tenant, authority))
        if known is not None:
            return known
        text_hash = sha256(authority.text).digest()
        rows = connection.execute(
            "SELECT id FROM authority WHERE tenant = ? AND text_hash = ?", (tenant, text_hash)
        )
        if rows:
            number = int(rows[0][0])
        else:
            number = int(connection.execute("SELECT max(id) FROM authority")[0][0] or 0) + 1
            connection.execute(
                "INSERT INTO authority (id, tenant, text_hash, agent, text) VALUES (?, ?, ?, ?, ?)",
                (number, tenant, text_hash, encode(authority.key), authority.text),
            )
        self._cache.stage((tenant, authority), number)
        return number

    def settle(self, kept: bool) -> None:
        """The transaction ended, well or not."""
        self._cache.settle(kept)

    def forget(self) -> None:
        """Somebody was erased: what was remembered may be gone."""
        self._cache.forget()
