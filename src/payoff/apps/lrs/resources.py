"""All resources that need a key, and who answers each of their methods."""

from collections.abc import Mapping

from payoff.apps.lrs.activities import get_activity
from payoff.apps.lrs.agents import get_agent
from payoff.apps.lrs.documents import build_handlers
from payoff.apps.lrs.routing import Handler
from payoff.apps.lrs.statements_get import get_statements
from payoff.apps.lrs.statements_post import post_statements, put_statement
from payoff.statements.document import DocumentKind
from payoff.statements.scopes import Resource

RESOURCES: Mapping[Resource, Mapping[str, Handler]] = {
    Resource.STATEMENTS: {"GET": get_statements, "PUT": put_statement, "POST": post_statements},
    Resource.STATE: build_handlers(DocumentKind.STATE),
    Resource.ACTIVITY_PROFILE: build_handlers(DocumentKind.ACTIVITY_PROFILE),
    Resource.AGENT_PROFILE: build_handlers(DocumentKind.AGENT_PROFILE),
    Resource.AGENTS: {"GET": get_agent},
    Resource.ACTIVITIES: {"GET": get_activity},
}
