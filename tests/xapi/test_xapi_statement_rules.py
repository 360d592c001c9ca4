"""Every rule of a statement, broken once: the refusal names the place and the rule."""

import json
from typing import Any

import pytest
from xapi_bodies import (
    ACTIVITY,
    ANN,
    ATTACHMENT,
    BEN,
    ID,
    REFERENCE,
    TEAM,
    VERB,
    VOIDED,
    build,
    find_fault,
    read,
    wrap,
)

from payoff.xapi.fault import RequestError
from payoff.xapi.reading import read_statements
from payoff.xapi.statement import Version

BOTH = tuple(Version)
LONG: dict[str, Any] = {
    "name": {"en": "One"},
    "description": {"fr-CA": "Un"},
    "moreInfo": "https://e.com/more",
}


def define(**definition: object) -> dict[str, Any]:
    """A statement whose activity is defined so."""
    return build(object=ACTIVITY | {"definition": definition})


def score(**figures: object) -> dict[str, Any]:
    return build(result={"score": figures})


def context(**parts: object) -> dict[str, Any]:
    return build(context=parts)


def attach(**changes: object) -> dict[str, Any]:
    return build(attachments=[ATTACHMENT | changes])


def around(kind: str = "contextAgent", **parts: object) -> dict[str, Any]:
    """A statement of 2.0 with an agent or group around it."""
    return context(**{f"{kind}s": [{"objectType": kind} | parts]})


def drop(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: part for key, part in value.items() if key != name}


@pytest.mark.parametrize("version", BOTH)
@pytest.mark.parametrize(
    "value",
    [
        build(id=ID.upper(), stored="2026-01-01T00:00:00Z", timestamp="2031-01-01T00:00:00Z"),
        build(actor=ANN | {"objectType": "Agent", "name": ""}),
        build(object=TEAM),
        build(object=ANN | {"objectType": "Agent"}),
        build(object=REFERENCE, verb=VOIDED),
        wrap(build(timestamp="2031-01-01T00:00:00Z", attachments=[ATTACHMENT])),
        wrap(build(object=REFERENCE, verb=VOIDED)),
        define(**LONG, type="http://e.com/t", extensions={"http://e.com/x": None}),
        define(interactionType="choice", choices=[{"id": "a"}, {"id": "b", "description": {"en": "B"}}]),
        define(interactionType="numeric", correctResponsesPattern=["4[:]", ""]),
        define(interactionType="performance", correctResponsesPattern=[]),
        define(extensions={}),
        score(scaled=-1, raw=0, min=0, max=0.5),
        score(scaled=1.0, raw=-1e300),
        build(result={"success": True, "completion": False, "response": "", "duration": "P4W"}),
        context(registration=ID, instructor=TEAM, team=TEAM, language="zh-Hant-TW", statement=REFERENCE),
        context(revision="1", platform="", extensions={"urn:x": {"a": [None, {}]}}),
        context(
            contextActivities={
                "parent": ACTIVITY,
                "grouping": [ACTIVITY],
                "category": [],
                "other": [ACTIVITY],
            }
        ),
        attach(fileUrl="http://e.com/file", description={"en": "x"}, length=0),
        build(authority=ANN),
        build(authority={"objectType": "Group", "member": [BEN, ANN]}),
        build(version="1.0"),
        build(version="1.0.9"),
    ],
)
def test_what_keeps_the_rules_is_taken(value: object, version: Version) -> None:
    assert read(value, version).raw == json.dumps(value).encode()


@pytest.mark.parametrize("version", BOTH)
@pytest.mark.parametrize(
    ("value", "path", "rule"),
    [
        (1, "$", "Data 2.4"),
        (drop(build(), "actor"), "$", "Data 2.4"),
        (drop(build(), "verb"), "$", "Data 2.4"),
        (drop(build(), "object"), "$", "Data 2.4"),
        (build(Actor=ANN), "$.Actor", "Data 2.4"),
        (build(note="x"), "$.note", "Data 2.4"),
        (build(result=None), "$.result", "Data 2.4.5"),
        (build(id=ID + "0"), "$.id", "Data 4.4"),
        (build(id=ID.replace("-", "")), "$.id", "Data 4.4"),
        (build(id=5), "$.id", "Data 4.4"),
        (build(id="{" + ID + "}"), "$.id", "Data 4.4"),
        (build(version="1.1.0"), "$.version", "Data 2.4.10"),
        (build(version="0.9.9"), "$.version", "Data 2.4.10"),
        (build(version=1.0), "$.version", "Data 2.4.10"),
        (build(version="1.0."), "$.version", "Data 2.4.10"),
        (build(verb="did"), "$.verb", "Data 2.4.3"),
        (build(verb={"display": {"en": "did"}}), "$.verb", "Data 2.4.3"),
        (build(verb={"id": "did"}), "$.verb.id", "Data 2.2"),
        (build(verb=VERB | {"display": "did"}), "$.verb.display", "Data 4.2"),
        (build(verb=VERB | {"display": {"a12345678": "did"}}), "$.verb.display.a12345678", "Data 4.2"),
        (build(verb=VERB | {"display": {"en-US": None}}), '$.verb.display["en-US"]', "Data 4.2"),
        (build(verb=VOIDED), "$.object.objectType", "Data 2.3.2"),
        (wrap(build(verb=VOIDED)), "$.object.object.objectType", "Data 2.3.2"),
        (build(object="x"), "$.object", "Data 2.4.4"),
        (build(object=ANN), "$.object.mbox", "Data 2.4.4.1"),
        (build(object=ACTIVITY | {"objectType": "activity"}), "$.object.objectType", "Data 2.4.4"),
        (build(object=ACTIVITY | {"objectType": ["Activity"]}), "$.object.objectType", "Data 2.4.4"),
        (build(object=ACTIVITY | {"objectType": None}), "$.object.objectType", "Data 2.4.4"),
        (build(object={"id": "//example.com/x"}), "$.object.id", "Data 2.2"),
        (build(object={"objectType": "Activity"}), "$.object", "Data 2.4.4.1"),
        (build(object=REFERENCE | {"id": "x"}), "$.object.id", "Data 4.4"),
        (build(object=drop(REFERENCE, "id")), "$.object", "Data 2.4.4.3"),
        (build(object=REFERENCE | {"definition": {}}), "$.object.definition", "Data 2.4.4.3"),
        (build(object=TEAM | {"member": [TEAM]}), "$.object.member[0].objectType", "Data 2.4.2.1"),
        (wrap(wrap(build())), "$.object.object.objectType", "Data 2.4.4"),
        (wrap(build(id=ID)), "$.object.id", "Data 2.4.4.3"),
        (wrap(build(stored="2026-01-01T00:00:00Z")), "$.object.stored", "Data 2.4.4.3"),
        (wrap(build(version="1.0.0")), "$.object.version", "Data 2.4.4.3"),
        (wrap(build(authority=ANN)), "$.object.authority", "Data 2.4.4.3"),
        (wrap(drop(build(), "actor")), "$.object", "Data 2.4.4.3"),
        (wrap(build(verb={"id": "x"})), "$.object.verb.id", "Data 2.2"),
        (define(Name={"en": "x"}), "$.object.definition.Name", "Data 2.4.4.1"),
        (define(name="x"), "$.object.definition.name", "Data 4.2"),
        (define(description={"en": 5}), "$.object.definition.description.en", "Data 4.2"),
        (define(type="activity"), "$.object.definition.type", "Data 2.2"),
        (define(moreInfo="more.html"), "$.object.definition.moreInfo", "Data 2.2"),
        (define(extensions={"x": 1}), "$.object.definition.extensions.x", "Data 4.1"),
        (define(extensions=[]), "$.object.definition.extensions", "Data 4.1"),
        (define(interactionType="Choice"), "$.object.definition.interactionType", "Data 2.4.4.1"),
        (define(correctResponsesPattern=["a"]), "$.object.definition", "Data 2.4.4.1"),
        (define(scale=[{"id": "a"}]), "$.object.definition", "Data 2.4.4.1"),
        (
            define(interactionType="choice", correctResponsesPattern="a"),
            "$.object.definition.correctResponsesPattern",
            "Data 2.4.4.1",
        ),
        (define(interactionType="choice", choices={}), "$.object.definition.choices", "Data 2.4.4.1"),
        (define(interactionType="choice", choices=[{}]), "$.object.definition.choices[0]", "Data 2.4.4.1"),
        (
            define(interactionType="choice", choices=[{"id": "a"}, {"id": "a"}]),
            "$.object.definition.choices",
            "Data 2.4.4.1",
        ),
        (
            define(interactionType="likert", scale=[{"id": "a", "description": {"e": "x"}}]),
            "$.object.definition.scale[0].description.e",
            "Data 4.2",
        ),
        (build(result={"success": "true"}), "$.result.success", "Data 2.2"),
        (build(result={"completion": 1}), "$.result.completion", "Data 2.2"),
        (build(result={"response": 1}), "$.result.response", "Data 2.2"),
        (build(result={"duration": "PA1H"}), "$.result.duration", "Data 4.6"),
        (build(result={"extensions": {"": 1}}), '$.result.extensions[""]', "Data 4.1"),
        (score(scaled=1.01), "$.result.score.scaled", "Data 2.4.5.1"),
        (score(scaled=True), "$.result.score.scaled", "Data 2.4.5.1"),
        (score(scaled="1"), "$.result.score.scaled", "Data 2.4.5.1"),
        (score(raw=11, max=10), "$.result.score.raw", "Data 2.4.5.1"),
        (score(raw=-1, min=0), "$.result.score.raw", "Data 2.4.5.1"),
        (score(min=1, max=1), "$.result.score.min", "Data 2.4.5.1"),
        (score(raw=10**400), "$.result.score.raw", "Data 2.2"),
        (score(best=1), "$.result.score.best", "Data 2.4.5.1"),
        (context(registration="x"), "$.context.registration", "Data 4.4"),
        (context(registration=None), "$.context.registration", "Data 4.4"),
        (context(team=ANN), "$.context.team.objectType", "Data 2.4.2.2"),
        (context(instructor={}), "$.context.instructor", "Data 2.4.2.1"),
        (context(language="en_US"), "$.context.language", "Data 2.4.6"),
        (context(statement=ID), "$.context.statement", "Data 2.4.4.3"),
        (context(statement={"id": ID}), "$.context.statement", "Data 2.4.4.3"),
        (
            context(statement=REFERENCE | {"objectType": "x"}),
            "$.context.statement.objectType",
            "Data 2.4.4.3",
        ),
        (context(revision=1), "$.context.revision", "Data 2.2"),
        (context(contextActivities=[]), "$.context.contextActivities", "Data 2.4.6.2"),
        (context(contextActivities={"Parent": []}), "$.context.contextActivities.Parent", "Data 2.4.6.2"),
        (
            context(contextActivities={"parent": [ACTIVITY, REFERENCE]}),
            "$.context.contextActivities.parent[1].objectType",
            "Data 2.4.4.1",
        ),
        (
            context(contextActivities={"parent": {"id": "x"}}),
            "$.context.contextActivities.parent.id",
            "Data 2.2",
        ),
        (build(object=REFERENCE, context={"revision": "1"}), "$.context.revision", "Data 2.4.6"),
        (build(object=TEAM, context={"platform": "x"}), "$.context.platform", "Data 2.4.6"),
        (
            wrap(build(context={"platform": "x"})) | {"context": {"platform": "x"}},
            "$.context.platform",
            "Data 2.4.6",
        ),
        (wrap(build(object=TEAM, context={"platform": "x"})), "$.object.context.platform", "Data 2.4.6"),
        (build(attachments=ATTACHMENT), "$.attachments", "Data 2.4.11"),
        (attach(usageType="essay"), "$.attachments[0].usageType", "Data 2.2"),
        (attach(display="essay"), "$.attachments[0].display", "Data 4.2"),
        (attach(contentType="text"), "$.attachments[0].contentType", "Data 2.4.11"),
        (attach(length="27"), "$.attachments[0].length", "Data 2.4.11"),
        (attach(length=True), "$.attachments[0].length", "Data 2.4.11"),
        (attach(length=-1), "$.attachments[0].length", "Data 2.4.11"),
        (attach(length=1 << 63), "$.attachments[0].length", "Data 2.4.11"),
        (attach(sha2="abc"), "$.attachments[0].sha2", "Data 2.4.11"),
        (attach(fileUrl="file.txt"), "$.attachments[0].fileUrl", "Data 2.2"),
        (attach(size=1), "$.attachments[0].size", "Data 2.4.11"),
        *[
            (build(attachments=[drop(ATTACHMENT, name)]), "$.attachments[0]", "Data 2.4.11")
            for name in ("usageType", "display", "contentType", "length", "sha2")
        ],
    ],
)
def test_what_breaks_a_rule_is_refused(value: object, path: str, rule: str, version: Version) -> None:
    fault = find_fault(value, version)
    assert (fault.path, fault.rule) == (path, rule)


@pytest.mark.parametrize(
    ("value", "path", "rule"),
    [
        (build(timestamp="2026-02-30T00:00:00Z"), "$.timestamp", "Data 4.5"),
        (build(stored="yesterday"), "$.stored", "Data 4.5"),
        (build(version="2.0.0"), "$.version", "Data 2.4.10"),
        (around(agent=ANN), "$.context.contextAgents", "Data 2.4.6"),
        (around("contextGroup", group=TEAM), "$.context.contextGroups", "Data 2.4.6"),
    ],
)
def test_what_version_1_refuses(value: object, path: str, rule: str) -> None:
    fault = find_fault(value, Version.V1)
    assert (fault.path, fault.rule) == (path, rule)


@pytest.mark.parametrize(
    "value",
    [
        build(version="2.0.0"),
        build(version="2.0"),
        around(agent=ANN),
        around(agent=ANN, relevantTypes=["http://e.com/t"]),
        around("contextGroup", group=TEAM),
        wrap(around("contextGroup", group=TEAM, relevantTypes=["http://e.com/t"])),
        context(contextAgents=[]),
    ],
)
def test_what_version_2_adds(value: object) -> None:
    assert read(value, Version.V2)
    with pytest.raises(RequestError):
        read_statements(json.dumps(value).encode(), Version.V1)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (build(timestamp="2026-01-01T00:00:00"), "$.timestamp"),
        (build(version="2.1.0"), "$.version"),
        (context(contextAgents={}), "$.context.contextAgents"),
        (around(), "$.context.contextAgents[0]"),
        (around(agent=TEAM), "$.context.contextAgents[0].agent.objectType"),
        (around(agent={"key": "x"}), "$.context.contextAgents[0].agent.key"),
        (around(agent=ANN, relevantTypes=[]), "$.context.contextAgents[0].relevantTypes"),
        (around(agent=ANN, relevantTypes=["abc"]), "$.context.contextAgents[0].relevantTypes[0]"),
        (around(agent=ANN, objectType="contextGroup"), "$.context.contextAgents[0].objectType"),
        (context(contextAgents=[{"agent": ANN}]), "$.context.contextAgents[0]"),
        (around("contextGroup", group=ANN), "$.context.contextGroups[0].group.objectType"),
        (around("contextGroup", agent=ANN), "$.context.contextGroups[0].agent"),
    ],
)
def test_what_version_2_refuses(value: object, path: str) -> None:
    assert find_fault(value, Version.V2).path == path


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (around(agent=ANN), "$.context.contextAgents"),
        (around("contextGroup", group=TEAM), "$.context.contextGroups"),
        (wrap(around(agent=ANN)), "$.object.context.contextAgents"),
    ],
)
@pytest.mark.parametrize("version", ["1.0", "1.0.3"])
def test_a_statement_that_says_1_0_holds_nothing_of_2_0(version: str, value: Any, path: str) -> None:
    fault = find_fault({**value, "version": version}, Version.V2)
    assert (fault.path, fault.rule) == (path, "Data 2.4.6")
    assert version in fault.what
    assert read(build(version=version), Version.V2)
    assert read({**value, "version": "2.0.0"}, Version.V2)


def test_a_name_in_the_wrong_case_is_told_the_right_one() -> None:
    assert 'did you mean "actor"?' in find_fault(build(ACTOR=ANN)).what


def test_long_names_are_cut_and_odd_ones_quoted_in_paths() -> None:
    assert len(find_fault(build(**{"x" * 10_000: 1})).path) < 200
    assert find_fault(build(**{'a"].b': 1})).path == '$["a\\"].b"]'


def test_null_is_explained() -> None:
    assert "only extensions" in find_fault(build(actor=ANN | {"name": None})).what
