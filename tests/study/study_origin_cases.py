"""Malformed folders, databases, services and record stores, each with the code it must give."""

from collections.abc import Iterator

from study_valid import swap

_PEOPLE = "{csv: people.csv, key: rep_id, steward: hr}"


def _people(more: str) -> bytes:
    return swap(_PEOPLE, f"{{{more}, steward: hr}}")


def _rest(more: str) -> bytes:
    return _people(f"key: rep_id, rest: {{path: /people, {more}}}")


def origin_cases() -> Iterator[tuple[str, str, bytes]]:
    """(name, code, study file)."""
    yield "folder_without_pattern", "P119", _people("folder: exports/people.csv")
    yield "folder_in_a_pattern", "P119", _people("folder: 'ex*/people.csv'")
    yield "folder_elsewhere", "P119", _people("folder: 'https://example.org/*.csv'")
    yield "folder_of_no_format", "P109", _people("folder: 'exports/*.docx'")
    yield "folder_and_file", "P113", _people("folder: 'exports/*.csv', csv: people.csv")
    yield "version_without_key", "P102", _people("folder: 'exports/*.csv', version: updated_at")
    yield "snapshot_of_a_file", "P113", _people("csv: people.csv, snapshot: true")
    yield "cursor_of_a_folder", "P113", _people("folder: 'exports/*.csv', key: rep_id, cursor: at")
    yield "database_without_table", "P102", _people("database: CRM")
    yield "table_and_query", "P102", _people("database: CRM, table: people, query: select 1")
    yield "cursor_without_key", "P102", _people("database: CRM, table: people, cursor: updated_at")
    yield (
        "snapshot_and_cursor",
        "P113",
        _people("database: CRM, table: people, key: rep_id, cursor: at, snapshot: true"),
    )
    yield "password_in_url", "P123", _people("database: 'postgresql://crm:x1@db.example.org/crm', table: p")
    yield "password_as_parameter", "P123", _rest("base_url: 'https://example.org/?api_key=x1'")
    yield "rest_in_clear", "P124", _rest("base_url: 'http://example.org'")
    yield "rest_without_scheme", "P109", _rest("base_url: example.org")
    yield "auth_without_login", "P102", _rest("base_url: 'https://example.org', auth: bearer")
    yield "since_without_cursor", "P102", _rest("base_url: 'https://example.org', since: after")
    yield "store_without_login", "P102", _people("lrs: 'https://lrs.example.org/xapi'")
    yield "table_of_a_file", "P113", _people("csv: people.csv, table: people")
