"""Attachments found in a statement's text."""

from payoff.xapi.declared import find_declared


def test_hashes_of_a_statement_and_of_what_is_inside_it() -> None:
    raw = (
        b'{"object":{"objectType":"SubStatement","object":{},"attachments":[{"sha2":"BB","length":2}]},'
        b'"attachments":[{"sha2":"aa","length":1,"usageType":"x"}]}'
    )
    assert find_declared(raw) == [("aa", 1), ("bb", 2)]


def test_an_escaped_name_is_found() -> None:
    assert find_declared(b'{"object":{},"attachment\\u0073":[{"sha2":"aa","length":1}]}') == [("aa", 1)]


def test_a_statement_without_has_none() -> None:
    assert find_declared(b'{"object":{"id":"https://example.org/attachments"}}') == []
