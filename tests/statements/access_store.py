"""A store with nothing but its tables, for tests of who may."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

from payoff.statements.access import Gatekeeper
from payoff.statements.connection import Connection, Engine
from payoff.statements.engines import find_engine
from payoff.statements.key_changes import FreshSecret, KeyChanges, NewKey
from payoff.statements.migrations import migrate, read_migrations
from payoff.statements.scopes import Scope


def make_store(url: str) -> Engine:
    engine = find_engine(url)
    with writing(engine) as connection:
        migrate(connection, read_migrations())
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    connection = engine.connect(writing=True)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def keeping(gate: Gatekeeper) -> Iterator[Gatekeeper]:
    try:
        yield gate
    finally:
        gate.close()


def header(key: str, secret: str) -> str:
    return "Basic " + b64encode(f"{key}:{secret}".encode()).decode()


def header_of(fresh: FreshSecret) -> str:
    return header(fresh.key.key, fresh.secret)


def add_key(engine: Engine, *scopes: Scope, tenant: str = "default") -> FreshSecret:
    return KeyChanges(engine, "ann").add_key(NewKey(tenant, "player", scopes or (Scope.ALL,)))
