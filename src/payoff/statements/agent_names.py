"""The names an agent went by.

Question  Which names do recent statements give somebody, for the person object of the agents resource?
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from payoff.statements.connection import Connection
from payoff.statements.query import StatementQuery
from payoff.statements.statement_reading import find_page
from payoff.xapi.agents import IFIS, agent_key
from payoff.xapi.statement import Term, TermKind

LOOKED_AT = 100


def find_names(connection: Connection, tenant: int, key: str) -> list[str]:
    """Distinct names in the newest statements that name the agent, the newest first."""
    query = StatementQuery(tenant, (Term(TermKind.ANY_AGENT, key),), limit=LOOKED_AT)
    names: dict[str, None] = {}
    for statement in find_page(connection, query, 0).statements:
        for agent in _find_agents(msgspec.json.decode(statement.raw)):
            if agent_key(agent) == key:
                names[agent["name"]] = None
    return list(names)


def _find_agents(value: Any) -> Iterator[dict[str, Any]]:
    """Every object that has a name and identifies somebody, extensions aside."""
    if isinstance(value, list):
        for each in value:
            yield from _find_agents(each)
    elif isinstance(value, dict):
        if isinstance(value.get("name"), str) and any(ifi in value for ifi in IFIS):
            yield value
        for member, each in value.items():
            if member != "extensions":
                yield from _find_agents(each)
