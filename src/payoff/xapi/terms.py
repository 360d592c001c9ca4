"""What a statement can be found by.

Question  Under which terms does a reader who asks with a filter find this statement?
Agents    AGENT: actor and object, and where they are groups their members too; ANY_AGENT: these, instructor,
          team, the same of a sub-statement, and in 2.0 contextAgents and contextGroups.
Activity  ACTIVITY: the object; ANY_ACTIVITY: it, the context activities, and the same of a sub-statement.
Cites     xAPI 1.0.3 Communication 2.1.3.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from payoff.xapi.agents import find_keys
from payoff.xapi.statement import Term, TermKind

_AGENTS = ("Agent", "Group")


def find_terms(statement: Mapping[str, Any]) -> tuple[Term, ...]:
    """The distinct terms of a statement that keeps the rules; those of its authority are not among them."""
    terms = [Term(TermKind.VERB, statement["verb"]["id"])]
    context = statement.get("context")
    if context is not None and "registration" in context:
        terms.append(Term(TermKind.REGISTRATION, context["registration"].lower()))
    item = statement["object"]
    kind = item.get("objectType", "Activity")
    agents = list(find_keys(statement["actor"]))
    if kind == "Activity":
        terms.append(Term(TermKind.ACTIVITY, item["id"]))
    elif kind in _AGENTS:
        agents.extend(find_keys(item))
    terms += [Term(TermKind.AGENT, key) for key in agents]
    terms += [Term(TermKind.ANY_AGENT, key) for key in _find_any_agents(statement)]
    terms += [Term(TermKind.ANY_ACTIVITY, activity["id"]) for activity in find_activities(statement)]
    return tuple(dict.fromkeys(terms))


def _find_any_agents(statement: Mapping[str, Any]) -> Iterator[str]:
    """Keys wherever an agent can stand."""
    yield from find_keys(statement["actor"])
    item = statement["object"]
    kind = item.get("objectType")
    if kind in _AGENTS:
        yield from find_keys(item)
    elif kind == "SubStatement":
        yield from _find_any_agents(item)
    context = statement.get("context")
    if not context:
        return
    for name in ("instructor", "team"):
        if name in context:
            yield from find_keys(context[name])
    for entry in context.get("contextAgents", ()):
        yield from find_keys(entry["agent"])
    for entry in context.get("contextGroups", ()):
        yield from find_keys(entry["group"])


def find_activities(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Activities wherever one can stand."""
    item = statement["object"]
    kind = item.get("objectType", "Activity")
    if kind == "Activity":
        yield item
    elif kind == "SubStatement":
        yield from find_activities(item)
    context = statement.get("context")
    if context and "contextActivities" in context:
        for activities in context["contextActivities"].values():
            if isinstance(activities, list):
                yield from activities
            else:
                yield activities
