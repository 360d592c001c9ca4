"""Statements that point at statements: voids and references hold whichever of the two comes first."""

import uuid
from typing import Any

import pytest
from served_store import ServedStore, build_statement, unique_activity, unique_agent

VOIDED = {"id": "http://adlnet.gov/expapi/verbs/voided"}


def refer(target: str, **members: Any) -> dict[str, Any]:
    """A statement about a statement."""
    about = {"objectType": "StatementRef", "id": target}
    verb = {"id": "http://adlnet.gov/expapi/verbs/commented"}
    return {"id": str(uuid.uuid4()), "actor": unique_agent(), "verb": verb, "object": about, **members}


def send(served: ServedStore, statement: dict[str, Any]) -> str:
    answer = served.post("statements", statement)
    assert answer.status == 200, answer.body
    return str(answer.json()[0])


def found(served: ServedStore, **question: Any) -> set[str]:
    answer = served.get("statements", **question)
    assert answer.status == 200, answer.body
    return {s["id"] for s in answer.json()["statements"]}


@pytest.mark.parametrize("first", ["target", "void"])
def test_a_void_holds_whichever_comes_first(served: ServedStore, first: str) -> None:
    activity = unique_activity()
    target = build_statement(unique_agent(), activity, id=str(uuid.uuid4()))
    void = refer(target["id"], verb=VOIDED)
    for statement in [target, void] if first == "target" else [void, target]:
        send(served, statement)
    assert served.get("statements", statementId=target["id"]).status == 404
    assert served.get("statements", voidedStatementId=target["id"]).json()["id"] == target["id"]
    assert found(served, activity=activity) == {void["id"]}  # the void refers to what matches


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2), (2, 0, 1)])
def test_references_to_references_are_found_in_any_order_of_arrival(
    served: ServedStore, order: tuple[int, ...]
) -> None:
    activity, actor = unique_activity(), unique_agent()
    target = build_statement(actor, activity, id=str(uuid.uuid4()))
    comment = refer(target["id"])
    reply = refer(comment["id"])
    chain = [target, comment, reply]
    for number in order:
        send(served, chain[number])
    all_three = {s["id"] for s in chain}
    assert found(served, activity=activity) == all_three
    assert found(served, agent=actor) == all_three
    assert found(served, agent=comment["actor"]) == {comment["id"], reply["id"]}
    # All filters must be true of one statement of the chain, not some of one and some of another.
    assert found(served, activity=activity, agent=comment["actor"]) == set()


def test_references_in_a_circle_are_stored_and_found(served: ServedStore) -> None:
    one, two = refer(""), refer("")
    one["object"]["id"], two["object"]["id"] = two["id"], one["id"]
    answer = served.post("statements", [one, two])
    assert answer.status == 200, answer.body
    assert found(served, agent=one["actor"]) == {one["id"], two["id"]}
    assert found(served, agent=two["actor"]) == {one["id"], two["id"]}


def test_a_void_cannot_be_voided_nor_its_target_brought_back(served: ServedStore) -> None:
    target = build_statement(unique_agent(), unique_activity(), id=str(uuid.uuid4()))
    void = refer(target["id"], verb=VOIDED)
    send(served, target)
    send(served, void)
    again = served.post("statements", refer(void["id"], verb=VOIDED))
    assert again.status in (200, 400)
    assert served.get("statements", statementId=void["id"]).status == 200
    assert served.get("statements", statementId=target["id"]).status == 404


def test_references_count_as_stored_when_they_were_stored(served: ServedStore) -> None:
    activity = unique_activity()
    target = build_statement(unique_agent(), activity, id=str(uuid.uuid4()))
    send(served, target)
    stored = served.get("statements", statementId=target["id"]).json()["stored"]
    comment = refer(target["id"])
    send(served, comment)
    assert found(served, activity=activity, since=stored) == {comment["id"]}
    assert found(served, activity=activity, until=stored) == {target["id"]}
