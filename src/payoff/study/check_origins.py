"""Sources that are not one file: said once, wholly, and without a secret.

Question  Could this source be loaded again and again and end in the same rows?
Refuses   A password in an address, a cursor without the key its rows are merged by, HTTP without encryption
          to another machine, a folder whose files are of no known kind.
"""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from payoff.nouns.problem import Problem
from payoff.nouns.source_file import format_of
from payoff.study.codes import build_problem
from payoff.study.document import SourcePart
from payoff.study.structure import Draft

_PULLED = ("database", "rest", "lrs")
_MERGED = ("folder", "database", "rest")
# key → the kinds of source it belongs to
_BELONGS = {
    "table": ("database",),
    "query": ("database",),
    "login": ("database", "lrs"),
    "cursor": ("database", "rest"),
    "version": _MERGED,
    "snapshot": _MERGED,
}


def check_origins(draft: Draft) -> Iterator[Problem]:
    """Problems P102 to P124 of folders, databases, services and record stores."""
    for name, part in draft.doc.sources.items():
        yield from _check_belonging(draft, name, part)
        yield from _check_merging(draft, name, part)
        if part.folder is not None and format_of(part.folder) is None:
            what = f"sources.{name}.folder: {part.folder[-40:]} ends in no format that is read"
            fix = "end it in .csv, .tsv, .txt, .parquet, .xlsx, .jsonl, .gz or .zip: exports/*.csv"
            yield build_problem("P109", what, fix, draft.place("sources", name, "folder"))
        yield from _check_pulled(draft, name, part)


def _check_belonging(draft: Draft, name: str, part: SourcePart) -> Iterator[Problem]:
    there = [kind for kind in (*_PULLED, "folder") if draft.is_written("sources", name, kind)]
    for key, kinds in _BELONGS.items():
        if draft.is_written("sources", name, key) and not set(kinds) & set(there):
            what = f"sources.{name}.{key} belongs to a source of {' or '.join(kinds)}"
            yield build_problem("P113", what, f"delete {key}", draft.place("sources", name, key))


def _check_merging(draft: Draft, name: str, part: SourcePart) -> Iterator[Problem]:
    needing = [key for key in ("cursor", "version") if draft.is_written("sources", name, key)]
    if needing and not part.key:
        what = f"sources.{name} has {needing[0]} but no key: a row that comes again would count twice"
        yield build_problem("P102", what, "add key: the columns that identify a row",
                            draft.tree.key_place("sources", name))  # fmt: skip
    if part.snapshot and part.cursor is not None:
        what = f"sources.{name}: a snapshot is the whole list each time, a cursor asks for its changes"
        yield build_problem("P113", what, "keep one of snapshot and cursor",
                            draft.place("sources", name, "snapshot"))  # fmt: skip


def _check_pulled(draft: Draft, name: str, part: SourcePart) -> Iterator[Problem]:
    path = ("sources", name)
    if part.database is not None:
        if (part.table is None) == (part.query is None):
            what = f"sources.{name}.database needs a table or a query, and not both"
            yield build_problem("P102", what, "add table: or query:", draft.place(*path, "database"))
        if "://" in part.database:
            yield from _check_address(draft, part.database, (*path, "database"))
    if part.rest is not None:
        rest = (*path, "rest")
        yield from _check_http(draft, part.rest.base_url, (*rest, "base_url"))
        if (part.rest.auth is None) != (part.rest.login is None):
            what = f"sources.{name}.rest: auth says how a secret is sent and login which one"
            yield build_problem("P102", what, "give both, or neither", draft.place(*rest, "path"))
        if (part.cursor is None) != (part.rest.since is None):
            what = f"sources.{name}: cursor names a field, rest.since the parameter it is asked by"
            yield build_problem("P102", what, "give both, or neither", draft.place(*rest, "path"))
    if part.lrs is not None:
        yield from _check_http(draft, part.lrs, (*path, "lrs"))
        if part.login is None:
            what = f"sources.{name}.lrs does not say who asks"
            fix = "add login: the name of a secret `user:password`"
            yield build_problem("P102", what, fix, draft.place(*path, "lrs"))


def _check_http(draft: Draft, address: str, path: tuple[str, ...]) -> Iterator[Problem]:
    """An address over HTTPS; plain HTTP on this machine only."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        fix = "write https://host/path"
        yield build_problem("P109", f"{address[:60]!r} is no address", fix, draft.place(*path))
    elif parts.scheme == "http" and not is_loopback(parts.hostname):
        what = f"{parts.hostname} is asked over HTTP, without encryption"
        fix = "write https://"
        why = "a secret and people's data would cross the network in clear"
        yield build_problem("P124", what, fix, draft.place(*path), why)
    yield from _check_address(draft, address, path)


def _check_address(draft: Draft, address: str, path: tuple[str, ...]) -> Iterator[Problem]:
    if _password(address):
        fix = "take user and password out, and name them: login: CRM; docs/reference/sources.md"
        yield build_problem("P123", "an address holds a password", fix, draft.place(*path))


def _password(address: str) -> bool:
    """Also where it stands among the parameters: ?password=…"""
    parts = urlsplit(address)
    named = any(word in parts.query.lower() for word in ("password=", "token=", "secret=", "api_key="))
    return bool(parts.password) or named


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
