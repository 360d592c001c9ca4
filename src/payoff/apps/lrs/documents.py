"""State, activity profile and agent profile: one document, or the ids of all at a place.

Question  Which document is meant, what stands in it, and may it be written now?
Rules     Communication 2.2, 2.3, 2.6, 2.7 and 3.1. Whether a precondition holds is decided by the writer,
          in the transaction that writes: two requests with one ETag cannot both pass.
"""

from collections.abc import Callable

import msgspec

from payoff.apps.lrs.exchange import Request, Response, json_response
from payoff.apps.lrs.outcomes import check_outcome
from payoff.apps.lrs.routing import Handler
from payoff.apps.lrs.service import Caller, Service
from payoff.statements.document import DocumentKind, DocumentPlace, Precondition
from payoff.statements.work import DeleteDocuments, PutDocument
from payoff.xapi.documents import check_posted
from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.parameters import (
    DocumentQuery,
    read_activity_profile_query,
    read_agent_profile_query,
    read_state_query,
)
from payoff.xapi.preconditions import read_conditions
from payoff.xapi.statement import Version
from payoff.xapi.times import write_http_date

UNTYPED = "application/octet-stream"
_UNSAID = Precondition(required=True)
# a document may be a page with scripts, and a browser that shows it may know a reader's key
_HARMLESS = (("x-content-type-options", "nosniff"), ("content-security-policy", "sandbox"))


def build_handlers(kind: DocumentKind) -> dict[str, Handler]:
    """Who answers each method of a document resource."""

    async def get(service: Service, request: Request, caller: Caller) -> Response:
        place, query = _read_place(kind, request, caller)
        if query.id is None:
            ids = await service.read(service.store.find_document_ids, place, query.since_us)
            return json_response(msgspec.json.encode(ids))
        document = await service.read(service.store.find_document, place, query.id)
        if document is None:
            raise RequestError(404, Fault("", "there is no such document", "Communication 3.2"))
        headers = [
            ("content-type", _safe(document.content_type)),
            ("etag", f'"{document.etag}"'),
            ("last-modified", write_http_date(document.updated_us)),
            *_HARMLESS,
        ]
        return Response(200, headers, document.body)

    async def put(service: Service, request: Request, caller: Caller) -> Response:
        place, query = _read_place(kind, request, caller)
        content_type = request.header("content-type") or UNTYPED
        merge = request.method == "POST"
        if merge:
            await service.inspect(len(request.body), check_posted, request.body, content_type)
        precondition = _read_precondition(kind, request)
        id = query.id or ""
        if precondition == _UNSAID and request.version is Version.V1:
            raise await _refuse_unsaid(service, place, id)
        change = PutDocument(place, id, content_type, request.body, precondition, merge)
        check_outcome(await service.write(change))
        return Response(204)

    async def delete(service: Service, request: Request, caller: Caller) -> Response:
        place, query = _read_place(kind, request, caller)
        precondition = _read_precondition(kind, request)
        check_outcome(await service.write(DeleteDocuments(place, query.id, precondition)))
        return Response(204)

    return {"GET": get, "PUT": put, "POST": put, "DELETE": delete}


def _read_state(request: Request) -> DocumentQuery:
    return read_state_query(request.query, request.version, request.method)


def _read_activity_profile(request: Request) -> DocumentQuery:
    return read_activity_profile_query(request.query, request.method)


def _read_agent_profile(request: Request) -> DocumentQuery:
    return read_agent_profile_query(request.query, request.version, request.method)


_READ: dict[DocumentKind, Callable[[Request], DocumentQuery]] = {
    DocumentKind.STATE: _read_state,
    DocumentKind.ACTIVITY_PROFILE: _read_activity_profile,
    DocumentKind.AGENT_PROFILE: _read_agent_profile,
}


def _read_place(kind: DocumentKind, request: Request, caller: Caller) -> tuple[DocumentPlace, DocumentQuery]:
    query = _READ[kind](request)
    place = DocumentPlace(caller.access.tenant, kind, query.activity, query.agent, query.registration)
    return place, query


def _read_precondition(kind: DocumentKind, request: Request) -> Precondition:
    conditions = read_conditions(
        request.header("if-match"),
        request.header("if-none-match"),
        request.method,
        request.version,
        of_state=kind is DocumentKind.STATE,
    )
    return Precondition(*conditions)


async def _refuse_unsaid(service: Service, place: DocumentPlace, id: str) -> RequestError:
    """1.0.3 takes no PUT of a profile without a precondition; over a document it is a conflict."""
    rule = "Communication 3.1"
    if await service.read(service.store.find_document, place, id):
        what = "the document exists: fetch it, and send its ETag in If-Match to replace it"
        return RequestError(409, Fault("If-Match", what, rule))
    return RequestError(400, Fault("If-Match", "send If-Match, or If-None-Match: * for a new document", rule))


def _safe(content_type: str) -> str:
    """As it was sent; what HTTP cannot carry cannot have come by it, but may have from a restored store."""
    printable = content_type.isprintable() and all(character < "\u0100" for character in content_type)
    return content_type if printable else UNTYPED
