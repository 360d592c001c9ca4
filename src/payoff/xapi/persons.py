"""The Person object of GET /agents.

Question  What is known of the one whom this agent stands for?
Holds     The identifier asked for and the names that statements gave it. Other identifiers of the same human
          are not looked for: nothing in a statement proves that two agents are one.
Cites     xAPI 1.0.3 Communication 2.4; IEEE 9274.1.1 4.1.6.3.
"""

from collections.abc import Iterable

import msgspec

from payoff.xapi.agents import read_key


def write_person(key: str, names: Iterable[str], asked: str = "") -> bytes:
    """JSON text; `asked` is the agent as the query wrote it, whose name counts among the names."""
    told = [*names, *_find_name(asked)]
    person: dict[str, object] = {"objectType": "Person"}
    if told:
        person["name"] = list(dict.fromkeys(told))
    person |= {kind: [value] for kind, value in read_key(key).items()}
    return msgspec.json.encode(person)


def _find_name(asked: str) -> list[str]:
    agent = msgspec.json.decode(asked) if asked else {}
    name = agent.get("name")
    return [name] if isinstance(name, str) else []
