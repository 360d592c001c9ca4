"""What a statement can be found by.

Question  Under which terms does a reader who asks with a filter find this statement?
Agents    AGENT: actor and object, and where they are groups their members too; ANY_AGENT: these, instructor,
          team, the same of a sub-statement, and in 2.0 contextAgents and contextGroups.
Activity  ACTIVITY: the object; ANY_ACTIVITY: it, the context activities, and the same of a sub-statement.
Cites     xAPI 1.0.3 Communication 2.1.3; IEEE 9274.1.1 4.2.2.5.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from payoff.xapi.agents import find_keys
from payoff.xapi.statement import Definition, Term, TermKind

_AGENTS = ("Agent", "Group")
_VERB, _AGENT, _ANY_AGENT = TermKind.VERB, TermKind.AGENT, TermKind.ANY_AGENT
_ACTIVITY, _ANY_ACTIVITY, _REGISTRATION = TermKind.ACTIVITY, TermKind.ANY_ACTIVITY, TermKind.REGISTRATION


_make = tuple.__new__  # of named tuples: half the time of their own constructor, in the hottest loop there is


def find_terms(statement: Mapping[str, Any], definitions: Iterable[Definition]) -> tuple[Term, ...]:
    """The distinct terms of a statement that keeps the rules; those of its authority are not among them.

    `definitions`: the activities it names, wherever they stand.
    """
    terms = [_make(Term, (_VERB, statement["verb"]["id"]))]
    item = statement["object"]
    kind = item.get("objectType", "Activity")
    agents = find_keys(statement["actor"])
    if kind == "Activity":
        terms.append(_make(Term, (_ACTIVITY, item["id"])))
    elif kind in _AGENTS:
        agents = list(dict.fromkeys(agents + find_keys(item)))
    any_agents = [*agents, *_find_sub_agents(item)] if kind == "SubStatement" else agents
    context = statement.get("context")
    if context:
        any_agents = any_agents + _find_context_agents(context)
        if "registration" in context:
            terms.append(_make(Term, (_REGISTRATION, context["registration"].lower())))
    terms += [_make(Term, (_AGENT, key)) for key in agents]
    terms += [_make(Term, (_ANY_AGENT, key)) for key in dict.fromkeys(any_agents)]
    activities = {definition.activity: None for definition in definitions}
    terms += [_make(Term, (_ANY_ACTIVITY, activity)) for activity in activities]
    return tuple(terms)


def _find_sub_agents(sub: Mapping[str, Any]) -> Iterator[str]:
    """Keys wherever an agent stands in a sub-statement."""
    yield from find_keys(sub["actor"])
    if sub["object"].get("objectType") in _AGENTS:
        yield from find_keys(sub["object"])
    yield from _find_context_agents(sub.get("context", {}))


def _find_context_agents(context: Mapping[str, Any]) -> list[str]:
    """Keys wherever an agent stands in a context."""
    keys: list[str] = []
    for name in ("instructor", "team"):
        if name in context:
            keys += find_keys(context[name])
    for name, member in (("contextAgents", "agent"), ("contextGroups", "group")):
        for entry in context.get(name, ()):
            keys += find_keys(entry[member])
    return keys
