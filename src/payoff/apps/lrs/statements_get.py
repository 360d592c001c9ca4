"""GET of statements: one by its id, or a page of those that fit a query.

Question  Which statements may this caller see of those asked for, in which form?
Rules     Communication 2.1.3, 2.1.4. Two headers say how far an answer goes: Consistent-Through, and for a
          single statement Last-Modified, the time it was stored.
More      A relative link with the whole query and the time the last statement of this page was stored: what
          is written meanwhile shifts nothing.
Memory    A page ends early, with a link to the rest, where its statements or attachments would grow too
          large.
"""

from collections.abc import Sequence

from payoff.apps.lrs.consistency import through_header
from payoff.apps.lrs.exchange import Request, Response, json_response
from payoff.apps.lrs.service import Caller, Service
from payoff.apps.lrs.statement_forms import Form, count_fitting, find_bytes, write_statements
from payoff.statements.query import StatementQuery, StoredStatement
from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.multipart import write_parts
from payoff.xapi.parameters import StatementsQuery, read_statements_query, write_more_query
from payoff.xapi.times import write_http_date


async def get_statements(service: Service, request: Request, caller: Caller) -> Response:
    """One statement, or a page."""
    asked = read_statements_query(request.query, request.version)
    form = Form(asked.format, request.header("accept-language") or "")
    if asked.statement_id is not None or asked.voided_statement_id is not None:
        return await service.read(_answer_one, service, caller, asked, form)
    return await service.read(_answer_page, service, request, caller, asked, form)


def _answer_one(service: Service, caller: Caller, asked: StatementsQuery, form: Form) -> Response:
    """The statement of that id: `statementId` finds those not voided, `voidedStatementId` those voided."""
    store, tenant = service.store, caller.access.tenant
    through_us = store.consistent_through_us(tenant)
    wants_voided = asked.statement_id is None
    id = asked.statement_id or asked.voided_statement_id or b""
    found = store.find_statement(tenant, id, caller.mine)
    if found is None or found.voided is not wants_voided:
        what = "there is no such voided statement" if wants_voided else "there is no such statement"
        raise RequestError(404, Fault("", what, "Communication 2.1.3"))
    [text] = write_statements(store, tenant, [found], form)
    response = _wrap(service, tenant, text, [found], asked)
    response.headers += [("last-modified", write_http_date(found.stored_us)), through_header(through_us)]
    return response


def _answer_page(
    service: Service, request: Request, caller: Caller, asked: StatementsQuery, form: Form
) -> Response:
    """As many statements as are asked for and fit, and where the rest is."""
    store, tenant, limits = service.store, caller.access.tenant, service.settings.limits
    most = limits.page_statements
    query = StatementQuery(
        tenant=tenant,
        terms=asked.terms,
        since_us=asked.since_us,
        until_us=asked.until_us,
        ascending=asked.ascending,
        limit=min(asked.limit or most, most),
        mine=caller.mine,
        after_us=asked.after_us,
    )
    page = store.find_page(query)
    shown = page.statements[: count_fitting(page.statements, asked.attachments, limits.page_bytes)]
    after_us = page.more_after_us if len(shown) == len(page.statements) else shown[-1].stored_us
    more = ""
    if after_us is not None:
        more = f"{service.settings.endpoint}/{request.resource}?{write_more_query(request.query, after_us)}"
    texts = b",".join(write_statements(store, tenant, shown, form))
    result = b'{"statements":[%b],"more":"%b"}' % (texts, more.encode("ascii"))
    response = _wrap(service, tenant, result, shown, asked)
    response.headers.append(through_header(page.consistent_through_us))
    return response


def _wrap(
    service: Service, tenant: int, result: bytes, shown: Sequence[StoredStatement], asked: StatementsQuery
) -> Response:
    """Plain JSON, or multipart/mixed with the attachments where they are asked for."""
    if not asked.attachments:
        return json_response(result)
    found = find_bytes(service.store, tenant, shown)
    content_type, body = write_parts(result, [(a.sha2, a.content_type, a.body) for a in found])
    return Response(200, [("content-type", content_type)], body)
