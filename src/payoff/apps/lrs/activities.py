"""GET /activities: the whole activity, as the statements that define it say.

Question  What is this activity called? (Communication 2.5)
"""

import msgspec

from payoff.apps.lrs.exchange import Request, Response, json_response
from payoff.apps.lrs.service import Caller, Service
from payoff.xapi.parameters import read_activity_query


async def get_activity(service: Service, request: Request, caller: Caller) -> Response:
    """The activity; only its id where nothing is known of it."""
    activity = read_activity_query(request.query)
    definition = await service.read(service.store.find_definition, caller.access.tenant, activity)
    found = {"objectType": "Activity", "id": activity}
    if definition is None:
        return json_response(msgspec.json.encode(found))
    return json_response(msgspec.json.encode({**found, "definition": msgspec.Raw(definition)}))
