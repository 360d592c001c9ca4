"""GET /agents: what is known of a person under one identifier.

Question  Under which names has this agent been seen? (Communication 2.4)
"""

from payoff.apps.lrs.exchange import Request, Response, json_response
from payoff.apps.lrs.service import Caller, Service
from payoff.xapi.parameters import read_agent_query
from payoff.xapi.persons import write_person


async def get_agent(service: Service, request: Request, caller: Caller) -> Response:
    """A Person: the identifier that was asked for, and every name stored with it."""
    key = read_agent_query(request.query, request.version)
    names = await service.read(service.store.find_names, caller.access.tenant, key)
    return json_response(write_person(key, names, request.query["agent"]))
