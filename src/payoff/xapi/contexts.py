"""Context: registration, instructor, team, activities around, and, in 2.0, agents and groups around.

Question  Does this tell the circumstances of a statement, in the version that is spoken?
Cites     xAPI 1.0.3 Data 2.4.6, 2.4.4.3; IEEE 9274.1.1 4.2.2.5.
"""

from payoff.xapi.activities import check_activity
from payoff.xapi.agents import check_actor, check_agent, check_group
from payoff.xapi.extensions import check_extensions
from payoff.xapi.identifier import check_uuid
from payoff.xapi.iri import check_iri
from payoff.xapi.language import check_language
from payoff.xapi.shapes import Check, check_text, list_of, object_of, one_of
from payoff.xapi.statement import Version

check_reference = object_of(
    "a reference to a statement",
    "Data 2.4.4.3",
    {
        "objectType": one_of("the type of a reference", "Data 2.4.4.3", frozenset({"StatementRef"})),
        "id": check_uuid,
    },
    ("objectType", "id"),
)

_check_activity_list = list_of("context activities", "Data 2.4.6.2", check_activity)


def _check_activities(value: object) -> None:
    """An array of activities, or one alone as in versions before 1.0."""
    (check_activity if type(value) is dict else _check_activity_list)(value)


_check_context_activities = object_of(
    "contextActivities",
    "Data 2.4.6.2",
    dict.fromkeys(("parent", "grouping", "category", "other"), _check_activities),
)


def _check_related(kind: str, member: str, check: Check) -> Check:
    """An array of contextAgents or contextGroups."""
    rule = "IEEE 9274.1.1 4.2.2.5"
    item = object_of(
        f"a {kind}",
        rule,
        {
            "objectType": one_of("the type", rule, frozenset({kind})),
            member: check,
            "relevantTypes": list_of("relevantTypes", rule, check_iri, at_least=1),
        },
        ("objectType", member),
    )
    return list_of(f"{kind}s", rule, item)


_CONTEXT: dict[str, Check] = {
    "registration": check_uuid,
    "instructor": check_actor,
    "team": check_group,
    "contextActivities": _check_context_activities,
    "revision": check_text,
    "platform": check_text,
    "language": check_language,
    "statement": check_reference,
    "extensions": check_extensions,
}
_LATER: dict[str, Check] = {
    "contextAgents": _check_related("contextAgent", "agent", check_agent),
    "contextGroups": _check_related("contextGroup", "group", check_group),
}
_CONTEXT_2 = {**_CONTEXT, **_LATER}
LATER_MEMBERS = frozenset(_LATER)  # of 2.0 only

CHECK_CONTEXT: dict[Version, Check] = {
    Version.V1: object_of("a context", "Data 2.4.6", _CONTEXT),
    Version.V2: object_of("a context", "Data 2.4.6", _CONTEXT_2),
}
