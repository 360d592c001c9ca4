"""GET /activities: the whole activity, as the statements that define it say.

Question  What is this activity called? (Communication 2.5)
"""

from payoff.apps.lrs.exchange import Request, Response, json_response
from payoff.apps.lrs.service import Caller, Service
from payoff.xapi.known_activities import write_activity
from payoff.xapi.parameters import read_activity_query


async def get_activity(service: Service, request: Request, caller: Caller) -> Response:
    """The activity; only its id where nothing is known of it."""
    activity = read_activity_query(request.query)
    definition = await service.read(service.store.find_definition, caller.access.tenant, activity)
    return json_response(write_activity(activity, definition))
