"""What a source's block says about a folder, a database, a service or a record store, as a noun."""

from hashlib import sha256

from payoff.nouns.origin import Database, Folder, Origin, RecordStore, Service
from payoff.nouns.source_file import format_of
from payoff.nouns.study import SourceFormat
from payoff.study.document import SourcePart
from payoff.study.origin_parts import RestPart

_PAGE_PARAMS = {"page": "page", "offset": "offset", "cursor": "cursor"}


def build_origin(part: SourcePart) -> Origin | None:
    """None: the source is one file, or statements that are fed."""
    if part.folder is not None:
        return Folder(part.folder)
    if part.database is not None:
        return Database(part.database, part.table, part.query, part.login)
    if part.rest is not None:
        return _service(part.rest)
    if part.lrs is not None:
        return RecordStore(part.lrs, part.login or "")
    return None


def describe_origin(name: str, origin: Origin) -> tuple[SourceFormat, str]:
    """(format its rows are read in, what is shown as its path)."""
    if isinstance(origin, Folder):
        form = format_of(origin.pattern)
        assert form  # checked
        return form, origin.pattern
    if isinstance(origin, Database):
        return "parquet", origin.shown
    if isinstance(origin, RecordStore):
        whose = sha256(f"{origin.endpoint}\n{origin.login}".encode())  # another store begins anew
        return "statements", f".payoff/statements-{name}-{whose.hexdigest()[:8]}"
    return "jsonl", origin.shown


def _service(part: RestPart) -> Service:
    return Service(
        base_url=part.base_url,
        path=part.path,
        records=part.records or "",
        params=tuple((name, _word(value)) for name, value in part.params.items()),
        pages=part.pages,
        next=part.next or "next",
        page_param=part.page_param or _PAGE_PARAMS.get(part.pages, "page"),
        first_page=part.first_page,
        limit_param=part.limit_param,
        limit=part.limit,
        total=part.total,
        auth=part.auth,
        login=part.login,
        header=part.header,
        since=part.since,
        per_minute=part.per_minute,
    )


def _word(value: str | bool | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
