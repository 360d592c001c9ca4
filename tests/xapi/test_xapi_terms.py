"""What statements can be found by, what they name, and what they point to."""

from uuid import UUID

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
    Json,
    build,
    read,
    wrap,
)

from payoff.xapi.agents import agent_key
from payoff.xapi.statement import Attachment, Definition, Term, TermKind, Version

CAT, DAN = {"mbox": "mailto:cat@example.com"}, {"mbox": "mailto:dan@example.com"}
CLUB = {"objectType": "Group", "member": [BEN]} | CAT
DONE = Term(TermKind.VERB, VERB["id"])
ONE = ACTIVITY["id"]


def name(kind: TermKind, *agents: Json) -> set[Term]:
    return {Term(kind, agent_key(agent)) for agent in agents}


def everywhere(*agents: Json) -> set[Term]:
    """Found as actor or object."""
    return name(TermKind.AGENT, *agents) | name(TermKind.ANY_AGENT, *agents)


def around(*agents: Json) -> set[Term]:
    """Found by related agents only."""
    return name(TermKind.ANY_AGENT, *agents)


def near(*activities: str) -> set[Term]:
    return {Term(TermKind.ANY_ACTIVITY, activity) for activity in activities}


ABOUT_ONE = {DONE, Term(TermKind.ACTIVITY, ONE), *near(ONE)}


@pytest.mark.parametrize(
    ("value", "terms"),
    [
        (build(), ABOUT_ONE | everywhere(ANN)),
        (build(actor=CLUB), ABOUT_ONE | everywhere(CAT, BEN)),
        (build(actor=TEAM), ABOUT_ONE | everywhere(ANN, BEN)),
        (build(object=CLUB), {DONE} | everywhere(ANN, BEN, CAT)),
        (build(object=BEN | {"objectType": "Agent"}), {DONE} | everywhere(ANN, BEN)),
        (build(object=REFERENCE), {DONE} | everywhere(ANN)),
        (build(authority=BEN), ABOUT_ONE | everywhere(ANN)),
        (
            build(context={"instructor": BEN, "team": CLUB, "registration": ID.replace("1", "A")}),
            ABOUT_ONE
            | everywhere(ANN)
            | around(BEN, CAT)
            | {Term(TermKind.REGISTRATION, ID.replace("1", "a"))},
        ),
        (
            build(
                context={
                    "contextActivities": {"parent": {"id": "urn:p"}, "other": [{"id": "urn:o"}, ACTIVITY]}
                }
            ),
            ABOUT_ONE | everywhere(ANN) | near("urn:p", "urn:o"),
        ),
        (
            wrap(
                build(
                    actor=CLUB,
                    verb={"id": "urn:v"},
                    context={
                        "registration": ID,
                        "instructor": DAN,
                        "contextActivities": {"grouping": [{"id": "urn:g"}]},
                    },
                )
            ),
            {DONE} | everywhere(ANN) | around(CAT, BEN, DAN) | near(ONE, "urn:g"),
        ),
        (wrap(build(actor=BEN, object=CLUB)), {DONE} | everywhere(ANN) | around(BEN, CAT)),
    ],
)
def test_terms(value: Json, terms: set[Term]) -> None:
    found = read(value).terms
    assert set(found) == terms
    assert len(found) == len(terms), "terms are distinct"


def test_agents_and_groups_around_are_found_in_version_2() -> None:
    context = {
        "contextAgents": [{"objectType": "contextAgent", "agent": DAN}],
        "contextGroups": [{"objectType": "contextGroup", "group": CLUB}],
    }
    found = set(read(build(context=context), Version.V2).terms)
    assert found == ABOUT_ONE | everywhere(ANN) | around(DAN, CAT, BEN)
    within = set(read(wrap(build(actor=ANN, context=context)), Version.V2).terms)
    assert within == {DONE} | everywhere(ANN) | around(DAN, CAT, BEN) | near(ONE)


@pytest.mark.parametrize(
    ("value", "refers_to", "is_voiding"),
    [
        (build(), None, False),
        (build(object=REFERENCE), ID, False),
        (build(object=REFERENCE | {"id": ID.replace("1", "A")}, verb=VOIDED), ID.replace("1", "a"), True),
        (wrap(build(object=REFERENCE, verb=VOIDED)), None, False),
    ],
)
def test_references_and_voids(value: Json, refers_to: str | None, is_voiding: bool) -> None:
    statement = read(value)
    assert statement.refers_to == (refers_to and UUID(refers_to).bytes)
    assert statement.is_voiding is is_voiding


def test_definitions_are_cut_from_the_text() -> None:
    body = (
        b'{"actor":{"mbox":"mailto:ann@example.com"},"verb":{"id":"urn:v"},'
        b'"object":{"objectType":"SubStatement","actor":{"mbox":"mailto:a@e.com"},"verb":{"id":"urn:v"},'
        b'"object":{"id":"urn:a","definition":{ "extensions":{"urn:x":1.10,"urn:y":12345678901234567890} }},'
        b'"context":{"contextActivities":{"parent":{"id":"urn:b"},"other":[{"id":"urn:c","definition":{}}]}}},'
        b'"context":{"contextActivities":{"category":[{"id":"urn:d","definition":{"name":{"en":"\\u00e9"}}}]}}}'
    )
    assert set(read(body).definitions) == {
        Definition("urn:a", b'{ "extensions":{"urn:x":1.10,"urn:y":12345678901234567890} }'),
        Definition("urn:b", b""),
        Definition("urn:c", b"{}"),
        Definition("urn:d", b'{"name":{"en":"\\u00e9"}}'),
    }


def test_statements_about_people_or_statements_define_nothing() -> None:
    assert read(build(object=TEAM)).definitions == ()
    assert read(build(object=REFERENCE)).definitions == ()
    assert read(wrap(build(object=REFERENCE))).definitions == ()


def test_attachments_are_told_those_of_a_sub_statement_too() -> None:
    upper = ATTACHMENT | {"sha2": str(ATTACHMENT["sha2"]).upper(), "fileUrl": "http://e.com/f"}
    statement = read(wrap(build(attachments=[ATTACHMENT])) | {"attachments": [upper]})
    mine = Attachment(
        ATTACHMENT["sha2"], ATTACHMENT["contentType"], ATTACHMENT["length"], ATTACHMENT["usageType"], True
    )
    assert statement.attachments == (mine, mine._replace(has_url=False))
