"""Which database a store's address names.

Question  What does `--store` mean: a file, or a server?
Speed     Each engine is imported when it is asked for: a SQLite store never loads psycopg, nor the other way.
"""

from pathlib import Path

from payoff.nouns.problem import PayoffError, Problem
from payoff.statements.connection import Engine


def find_engine(url: str) -> Engine:
    """`sqlite:///relative.db`, `sqlite:////absolute.db`, a bare path, or `postgresql://…`."""
    if url.startswith(("postgresql://", "postgres://")):
        from payoff.statements.postgres import PostgresEngine

        return PostgresEngine(url)
    path = url.removeprefix("sqlite:///")
    if "://" in path or not path:
        raise PayoffError(
            [
                Problem(
                    "R103",
                    "the store's address is neither a file nor a PostgreSQL URL",
                    "statements are kept in SQLite or PostgreSQL",
                    "write FILE.db, sqlite:///FILE.db or postgresql://user@host/database",
                )
            ],
            2,
        )
    from payoff.statements.sqlite import SqliteEngine

    return SqliteEngine(Path(path))
