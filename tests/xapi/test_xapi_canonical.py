"""Canonical format: the store's definitions, one language in every map, all else untouched."""

import json
from typing import Any

import pytest

from payoff.xapi.accept_language import read_languages
from payoff.xapi.canonical import write_canonical

BOTH = {"en-US": "colour", "fr": "couleur"}
INTERACTION = {
    "name": BOTH,
    "description": BOTH,
    "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
    "interactionType": "matching",
    **{
        part: [{"id": "1", "description": BOTH}, {"id": "2"}]
        for part in ("choices", "scale", "source", "target")
    },
    "steps": [{"id": "1", "description": BOTH}],
    "extensions": {"http://x/e": BOTH},
}


def statement(**members: Any) -> dict[str, Any]:
    return {
        "actor": {"mbox": "mailto:a@b.c", "name": "A"},
        "verb": {"id": "http://v", "display": BOTH},
        "object": {"id": "http://a", "definition": INTERACTION},
    } | members


def serve(text: dict[str, Any] | bytes, header: str = "fr-CA", **known: Any) -> Any:
    found = {f"http://{name}": json.dumps(value).encode() for name, value in known.items()}
    raw = text if isinstance(text, bytes) else json.dumps(text).encode()
    return json.loads(write_canonical(raw, read_languages(header), found.get))


@pytest.mark.parametrize(("header", "left"), [("fr-CA", {"fr": "couleur"}), ("en", {"en-US": "colour"})])
def test_every_language_map_keeps_one_entry(header: str, left: dict[str, str]) -> None:
    attachment = {"display": BOTH, "description": BOTH, "sha2": "0"}
    context = {"contextActivities": {"parent": [{"id": "http://p", "definition": {"name": BOTH}}]}}
    inner = statement(objectType="SubStatement")
    whole = serve(statement(object=inner, context=context, attachments=[attachment]), header)
    assert whole["verb"]["display"] == whole["object"]["verb"]["display"] == left
    assert whole["attachments"] == [{"display": left, "description": left, "sha2": "0"}]
    assert whole["context"]["contextActivities"]["parent"][0]["definition"]["name"] == left
    told = whole["object"]["object"]["definition"]
    assert told["name"] == told["description"] == left
    for part in ("choices", "scale", "source", "target"):
        assert told[part] == [{"id": "1", "description": left}, {"id": "2"}]
    assert told["steps"] == [{"id": "1", "description": left}]
    assert told["extensions"] == {"http://x/e": BOTH}
    assert whole["actor"] == statement()["actor"]


def test_the_language_is_chosen_map_by_map() -> None:
    whole = serve(statement(verb={"id": "http://v", "display": {"de": "tat", "en": "did"}}), "fr, en;q=0.1")
    assert whole["verb"]["display"] == {"en": "did"}
    assert whole["object"]["definition"]["name"] == {"fr": "couleur"}


def test_the_store_s_definition_takes_the_place_of_the_statement_s() -> None:
    known = {"name": {"fr": "su", "en": "known"}, "moreInfo": "http://m"}
    assert serve(statement(), a=known)["object"]["definition"] == {
        "name": {"fr": "su"},
        "moreInfo": "http://m",
    }
    bare = statement(object={"id": "http://a", "objectType": "Activity"})
    assert serve(bare, a=known)["object"]["definition"]["name"] == {"fr": "su"}
    assert serve(bare) == {**bare, "verb": {"id": "http://v", "display": {"fr": "couleur"}}}


@pytest.mark.parametrize("kind", ["Agent", "Group", "StatementRef"])
def test_other_objects_stay_as_they_are(kind: str) -> None:
    target = {"objectType": kind, "mbox": "mailto:g@x.y", "name": "N", "id": "http://a"}
    assert serve(statement(object=target), a={"name": BOTH})["object"] == target


def test_numbers_and_texts_are_not_rewritten() -> None:
    odd = b'{"score":{"raw":12345678901234567890.10},"response":"\\u00e9\\/"}'
    raw = b'{"verb":{"id":"http://v","display":{}},"object":{"id":"http:\\/\\/a"},"result":' + odd + b"}"
    assert odd in write_canonical(raw, (), lambda _: None)
