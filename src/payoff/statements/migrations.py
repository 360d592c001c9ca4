"""The schema's history: numbered SQL files, applied once each.

Question  Does this store have the schema this code needs, and may it be brought there?
Refuses   A store made by a newer release, or one whose applied files differ from those of this release.
Lock      Of several processes that open a store at once one migrates, the others wait and find it done.
"""

from collections.abc import Mapping
from hashlib import sha256
from importlib import resources
from typing import NamedTuple

from payoff.nouns.problem import PayoffError, Problem
from payoff.statements.connection import Connection, Row

EXIT_STORE = 7


class Migration(NamedTuple):
    """One file of the folder `schema`; `sql` still has words such as `{bytes}`."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """Of the text, so that an applied file cannot be edited unnoticed."""
        return sha256(self.sql.encode()).hexdigest()


def read_migrations() -> tuple[Migration, ...]:
    """All files, in order of their numbers."""
    folder = resources.files("payoff.statements") / "schema"
    found = [
        Migration(int(file.name[:4]), file.name.removesuffix(".sql"), file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    ]
    return tuple(sorted(found))


def migrate(connection: Connection, migrations: tuple[Migration, ...]) -> None:
    """Apply what is missing, all of it or nothing."""
    with connection.transaction():
        connection.wait_for_turn()
        connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migration "
            "(number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)"
        )
        applied = connection.execute("SELECT number, name, checksum FROM schema_migration ORDER BY number")
        check_applied(applied, migrations)
        for migration in migrations[len(applied) :]:
            connection.execute_script(_fill(migration.sql, connection.words))
            connection.execute(
                "INSERT INTO schema_migration (number, name, checksum) VALUES (?, ?, ?)",
                (migration.number, migration.name, migration.checksum),
            )


def check_applied(applied: list[Row], migrations: tuple[Migration, ...]) -> None:
    """Raise unless what was applied is how `migrations` begin."""
    if len(applied) > len(migrations):
        raise _build_refusal(
            f"the store has schema {applied[-1][0]}, this release knows {len(migrations)}",
            "a newer release of payoff has opened it and changed its tables",
            "run that release, or restore a backup made before",
        )
    for (number, name, checksum), known in zip(applied, migrations, strict=False):
        if (number, checksum) != (known.number, known.checksum):
            raise _build_refusal(
                f"schema step {number} of the store ({name}) is not the one of this release ({known.name})",
                "the tables may differ from what the code expects",
                "run the release that made the store",
            )


def _fill(sql: str, words: Mapping[str, str]) -> str:
    for word, text in words.items():
        sql = sql.replace("{" + word + "}", text)
    return sql


def _build_refusal(what: str, why: str, fix: str) -> PayoffError:
    return PayoffError([Problem("R101", what, why, fix)], EXIT_STORE)
