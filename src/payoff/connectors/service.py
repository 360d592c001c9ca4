"""A list of records that a service gives over HTTP → JSON lines, every page of it.

Question  What has the service in its list, or since the cursor, once each?
Paging    By `dlt`'s REST client: Link header, address or cursor in the answer, page number, offset. Its
          telemetry and its configuration files are off.
Again     408, 429 and 5xx and lost connections are tried again, waiting as long as Retry-After says.
Bounds    Requests stay at the scheme, host and port of `base_url`; no redirect is followed, no proxy or
          netrc of the environment is used, so that the secret goes nowhere else.
Changing  A list that changes while it is read may show a record twice (the later one stands) or skip one:
          where an answer says how many there are in all, a short list is read again, then refused.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from payoff.connectors.complaint import complain
from payoff.connectors.extract import Extract, is_cursor, lacking, read_cursor, unreachable, write_cursor
from payoff.connectors.secrets import Secrets, hide
from payoff.nouns.origin import Service
from payoff.nouns.study import Source

if TYPE_CHECKING:
    from dlt.sources.helpers.rest_client.client import RESTClient

ATTEMPTS = 3  # at a list that changes while it is read
MAX_PAGES = 100_000

Record = dict[str, Any]


def pull_service(
    source: Source,
    origin: Service,
    secrets: Secrets,
    since: str | None,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[Extract]:
    """One pull of all pages, none when the list is empty and is no snapshot.

    Raises PayoffError: exit code 7 when the service refuses, 4 when its answer is not as declared.
    """
    try:
        import requests

        from payoff.connectors.bounded_session import ElsewhereError
    except ImportError:
        raise lacking(source, "dlt") from None
    secret = secrets.read(source, origin.login) if origin.login is not None else ""
    client = _connect(origin, secret, sleep)
    try:
        records = _read_whole(source, origin, client, since)
    except ElsewhereError as error:
        fix = "give the address it leads to as base_url, if you trust it with the secret"
        raise unreachable(source, f"the service leads to {error}", fix) from None
    except (requests.RequestException, ValueError) as error:
        said = hide(str(error).strip().splitlines()[0][:300], secret) if str(error) else type(error).__name__
        fix = "look at base_url, path and login; docs/reference/sources.md"
        raise unreachable(source, f"the service refused: {said}", fix) from None
    finally:
        client.session.close()
    if records or source.snapshot:
        text = "".join(json.dumps(record, ensure_ascii=True) + "\n" for record in records)
        yield Extract(text.encode(), len(records), _reach(source, records, since))


def _connect(origin: Service, secret: str, sleep: Callable[[float], object]) -> "RESTClient":
    """A client that reads no configuration of its own and tells nobody of its use."""
    from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
    from dlt.sources.helpers.rest_client.client import RESTClient
    from requests.auth import HTTPBasicAuth

    from payoff.connectors.bounded_session import BoundedSession

    headers = {"Accept": "application/json"}
    auth = None
    if origin.auth == "bearer":
        headers["Authorization"] = f"Bearer {secret}"
    elif origin.auth == "header":
        headers[origin.header] = secret
    elif origin.auth == "basic":
        user, _, password = secret.partition(":")
        auth = HTTPBasicAuth(user, password)
    return RESTClient(
        origin.base_url,
        headers=headers,
        auth=auth,
        session=BoundedSession(origin.base_url, origin.per_minute, sleep),
        config=RuntimeConfiguration(dlthub_telemetry=False, http_show_error_body=False),
    )


def _read_whole(source: Source, origin: Service, client: "RESTClient", since: str | None) -> list[Record]:
    """All records, read again where fewer came than the service says it has."""
    for _ in range(ATTEMPTS):
        records, said = _read_pages(source, origin, client, since)
        distinct = len({json.dumps([r.get(k) for k in source.key] or r) for r in records})
        if said is None or distinct >= said:
            return records
    raise complain(
        source,
        "D134",
        f"the list changed while it was read: {distinct:,} records came of {said:,}, {ATTEMPTS} times",
        "records between two pages were skipped, and nobody would see which",
        "load again at a quieter time, or ask for a cursor instead of page numbers",
    )


def _read_pages(
    source: Source, origin: Service, client: "RESTClient", since: str | None
) -> tuple[list[Record], int | None]:
    params = dict(origin.params)
    if since is not None and origin.since is not None:
        params[origin.since] = str(_show(read_cursor(since)))
    records: list[Record] = []
    said: int | None = None
    pages = client.paginate(
        origin.path, params=params, paginator=_paginator(origin), data_selector=origin.records or "$"
    )
    for number, page in enumerate(pages, start=1):
        answer = page.response.json()
        records += _find_records(source, origin, answer)
        total = _find(answer, origin.total) if origin.total else None
        if isinstance(total, (int, str)) and str(total).isdigit():
            said = max(int(total), said or 0)  # one that went meanwhile moved another out of sight
        if number >= MAX_PAGES:
            raise complain(source, "D134", f"more than {MAX_PAGES:,} pages came", "it may never end",
                           "look at next, or ask for less by params")  # fmt: skip
    return records, said


def _find_records(source: Source, origin: Service, answer: Any) -> list[Record]:
    found = _find(answer, origin.records)
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        there = ", ".join(answer)[:200] if isinstance(answer, dict) else type(answer).__name__
        raise complain(
            source,
            "D134",
            f"there is no list of records at {origin.records or 'the top'} of an answer, which has: {there}",
            "an answer that is not understood would look like a list that is empty",
            "say under rest: records where the list is",
        )
    return found


def _find(answer: Any, place: str | None) -> Any:
    for part in (place or "").removeprefix("$").strip(".").split("."):
        if part:
            answer = answer.get(part) if isinstance(answer, dict) else None
    return answer


def _reach(source: Source, records: Sequence[Record], since: str | None) -> str | None:
    """The highest cursor so far."""
    if source.cursor is None:
        return None
    values = [record.get(source.cursor) for record in records]
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not all(is_cursor(value) for value in known):
        raise complain(
            source, "D137", f"{len(values) - len(known):,} records have no cursor {source.cursor}",
            "what is new could not be told from what has come", "correct cursor, or leave it and since out",
        )  # fmt: skip
    if len({type(value) for value in known}) > 1:
        raise complain(source, "D137", f"{source.cursor} is a number here and text there",
                       "such values have no order", "name another cursor")  # fmt: skip
    if since is not None:
        known = [read_cursor(since), *known]
    return write_cursor(max(known)) if known else None


def _show(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _paginator(origin: Service) -> Any:
    from dlt.sources.helpers.rest_client import paginators

    match origin.pages:
        case "link_header":
            return paginators.HeaderLinkPaginator()
        case "next_url":
            return paginators.JSONLinkPaginator(origin.next)
        case "cursor":
            return paginators.JSONResponseCursorPaginator(origin.next, cursor_param=origin.page_param)
        case "page":
            return paginators.PageNumberPaginator(
                base_page=origin.first_page, page_param=origin.page_param, total_path=None
            )
        case "offset":
            return paginators.OffsetPaginator(
                origin.limit, offset_param=origin.page_param, limit_param=origin.limit_param, total_path=None
            )
    return paginators.SinglePagePaginator()
