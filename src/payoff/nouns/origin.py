"""Where rows come from when they are not in one file: a folder, a database, a service, a record store.

Secrets   Nothing here is one: `login` and a database's name say which secret is meant, never what it is.
"""

from dataclasses import dataclass
from typing import Literal

Pages = Literal["single", "link_header", "next_url", "cursor", "page", "offset"]
Auth = Literal["bearer", "basic", "header"]


@dataclass(frozen=True, slots=True)
class Folder:
    """Files whose names fit a pattern, such as exports/*.csv, relative to the study file."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Database:
    """A table or one SELECT of a database. url: without password, or the name of a secret that is a URL."""

    url: str
    table: str | None = None
    query: str | None = None
    login: str | None = None  # name of a secret `user:password`

    @property
    def shown(self) -> str:
        """What is read, in a few words."""
        return f"{self.url}: {self.table or 'query'}"


@dataclass(frozen=True, slots=True)
class Service:
    """A list of records that a service gives over HTTP, page by page.

    records, next, total: dotted places in an answer; records "": the answer is the list. since: the query
    parameter that takes the highest cursor so far. per_minute: requests at most.
    """

    base_url: str
    path: str
    records: str = ""
    params: tuple[tuple[str, str], ...] = ()
    pages: Pages = "single"
    next: str = "next"
    page_param: str = "page"
    first_page: int = 1
    limit_param: str = "limit"
    limit: int = 100
    total: str | None = None
    auth: Auth | None = None
    login: str | None = None  # name of a secret: a token, or user:password for basic
    header: str = "Authorization"
    since: str | None = None
    per_minute: int | None = None

    @property
    def shown(self) -> str:
        """The address, without parameters."""
        return f"{self.base_url.rstrip('/')}/{self.path.lstrip('/')}"


@dataclass(frozen=True, slots=True)
class RecordStore:
    """Another xAPI record store, pulled by its own address. login: name of a secret `user:password`."""

    endpoint: str
    login: str


Origin = Folder | Database | Service | RecordStore
