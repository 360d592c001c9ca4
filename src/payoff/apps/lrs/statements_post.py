"""POST and PUT of statements, with or without attachments.

Question  Are these statements right, whole and new, and are they on disk?
Rules     Communication 1.5, 2.1.1, 2.1.2. All statements of a request are stored or none.
Long      The rules are read chunk by chunk, and the loop turns between chunks: who sends one statement does
          not wait for who sends ten thousand. A statement longer than two chunks is read beside the loop.
"""

import asyncio
from collections.abc import Sequence

import msgspec

from payoff.apps.lrs.exchange import Request, Response, json_response
from payoff.apps.lrs.outcomes import check_outcome
from payoff.apps.lrs.service import Caller, Service
from payoff.statements.query import StoredAttachment
from payoff.statements.work import PutStatements
from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.identifier import write_uuid
from payoff.xapi.media_types import read_media_type
from payoff.xapi.multipart import match_attachments, read_parts
from payoff.xapi.parameters import read_nothing, read_statement_id
from payoff.xapi.reading import read_statement, refuse_twins, split_body
from payoff.xapi.signatures import check_signatures
from payoff.xapi.statement import Sets, Statement

JSON = "application/json"
AT_ONCE_BYTES = 32 * 1024  # of statements whose rules are read between two turns of the loop, about 2 ms


async def post_statements(service: Service, request: Request, caller: Caller) -> Response:
    """Store one statement or many; their ids in the order they came."""
    read_nothing(request.query)
    statements, attachments, _ = await _read(service, request, caller)
    await _store(service, request, caller, statements, attachments)
    return json_response(msgspec.json.encode([write_uuid(statement.id) for statement in statements]))


async def put_statement(service: Service, request: Request, caller: Caller) -> Response:
    """Store one statement under the id that the query names."""
    id = read_statement_id(request.query)
    statements, attachments, is_array = await _read(service, request, caller)
    if is_array:
        raise RequestError(400, Fault("$", "PUT takes one statement, not an array", "Communication 2.1.1"))
    [statement] = statements
    if statement.has & Sets.ID and statement.id != id:
        raise RequestError(400, Fault("$.id", "is not the statementId of the query", "Communication 2.1.1"))
    await _store(service, request, caller, [statement._replace(id=id)], attachments)
    return Response(204)


async def _read(
    service: Service, request: Request, caller: Caller
) -> tuple[list[Statement], list[StoredAttachment], bool]:
    """The statements, the bytes of their attachments, and whether an array was sent."""
    content_type = request.header("content-type") or ""
    if content_type == JSON:  # as nearly all send it
        return await _read_json(service, request, caller)
    try:
        media = read_media_type(content_type)
    except ValueError as why:
        raise RequestError(400, Fault("Content-Type", str(why), "Communication 1.5")) from None
    limits = service.settings.limits
    if media.essence == JSON:
        if media.parameters.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
            raise RequestError(400, Fault("Content-Type", "JSON is sent as UTF-8", "Communication 1.4"))
        return await _read_json(service, request, caller)
    parts = await service.read(read_parts, request.body, content_type, limits.attachments + 1)
    statements, is_array = await _read_all(parts.statements, request, service, caller)
    kept = match_attachments(statements, parts.attachments, is_array)
    await service.read(check_signatures, statements, parts.attachments, is_array)
    return statements, [StoredAttachment(part.sha2, part.content_type, part.body) for part in kept], is_array


async def _read_json(
    service: Service, request: Request, caller: Caller
) -> tuple[list[Statement], list[StoredAttachment], bool]:
    """Statements alone: what they declare is elsewhere, as `fileUrl` says."""
    statements, is_array = await _read_all(request.body, request, service, caller)
    if any(statement.attachments for statement in statements):
        match_attachments(statements, {}, is_array)
        check_signatures(statements, {}, is_array)
    return statements, [], is_array


async def _read_all(
    body: bytes, request: Request, service: Service, caller: Caller
) -> tuple[list[Statement], bool]:
    texts, is_array = split_body(body)
    most = service.settings.limits.statements
    if caller.access.limits.batch is not None:
        most = min(most, caller.access.limits.batch)
    if len(texts) > most:
        fault = Fault("$", f"more than {most:,} statements in one request", "server limit: statements")
        raise RequestError(413, fault)
    if not is_array:
        return [await service.inspect(len(body), read_statement, texts[0], request.version)], False
    statements: list[Statement] = []
    n_bytes = 0
    for place, text in enumerate(texts):
        path = f"$[{place}]"
        statements.append(await service.inspect(len(text), read_statement, text, request.version, path))
        n_bytes += len(text)
        if n_bytes >= AT_ONCE_BYTES:
            n_bytes = 0
            await asyncio.sleep(0)
    refuse_twins(statements)
    return statements, True


async def _store(
    service: Service,
    request: Request,
    caller: Caller,
    statements: Sequence[Statement],
    attachments: Sequence[StoredAttachment],
) -> None:
    if not statements:
        return
    access = caller.access
    if not access.may_define:
        statements = [s._replace(definitions=()) if s.definitions else s for s in statements]
    version = request.version.value
    change = PutStatements(access.tenant, access.authority, version, statements, attachments)
    check_outcome(await service.write(change))
