"""GET /about: which versions are spoken, and what a request may hold.

Question  What may a client know before it has a key, whatever version it names? (Communication 2.8)
"""

from payoff.apps.lrs.exchange import Response, json_response
from payoff.apps.lrs.settings import Settings
from payoff.nouns.fingerprint import CODE_VERSION
from payoff.xapi.about import PATCHES_OF_1, write_about
from payoff.xapi.parameters import Query, read_nothing
from payoff.xapi.statement import Version

EXTENSION = "https://payoff.invalid/xapi/extensions/server"


def tell_about(settings: Settings, query: Query) -> Response:
    """The versions and the limits."""
    read_nothing(query)
    limits = settings.limits
    server = {
        "name": "payoff",
        "version": CODE_VERSION,
        "maxBodyBytes": limits.body_bytes,
        "maxStatements": limits.statements,
        "maxPageStatements": limits.page_statements,
    }
    older = PATCHES_OF_1 if Version.V1 in settings.versions else ()
    return json_response(write_about((*older, *settings.versions), {EXTENSION: server}))
