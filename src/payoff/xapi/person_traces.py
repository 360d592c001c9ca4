"""One person's identifiers, and where they stand in a text.

Question  Does this statement speak of this person: as its own, beside others, or in words only?
Person    Known by one or more agent keys; a mailbox is also known by its SHA-1.
Own       The person is actor or object. Beside: an agent elsewhere, extensions included. Mentioned: no agent,
          but an identifier stands in some other text.
Texts     Addresses, OpenIDs, SHA-1 sums and names of accounts of LONG characters or more, not all of them
          letters, are found in any text. Other names of accounts ("42", "training") only in agents, for in
          other texts they mean other things.
"""

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from hashlib import sha1
from typing import Any

import msgspec

from payoff.xapi.agents import IFIS, agent_key, read_key

LONG = 8
Mark = tuple[bytes, ...]  # lower-case texts that must all be there


class Presence(IntEnum):
    """How a statement speaks of a person; more is more."""

    ABSENT = 0
    MENTIONED = 1
    BESIDE = 2
    OWN = 3


class Person:
    """Whoever is known by these keys."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = frozenset(cover(keys))
        known = [read_key(key) for key in sorted(self.keys)]
        self._marks = [mark for agent in known for mark in _find_marks(agent)]
        self.pattern = re.compile(
            "|".join(text for agent in known for text in _find_patterns(agent)) or r"(?!)"
        )

    def may_stand_in(self, text: bytes) -> bool:
        """Whether a closer look is worth it; false only where nothing of the person is there."""
        return has_mark(text, self._marks) or (b"\\" in text and has_mark(write_plain(text), self._marks))

    def is_named_by(self, value: object) -> bool:
        """Whether a decoded value is an agent, or an agent's account, that stands for the person."""
        if not isinstance(value, dict):
            return False
        agents = [{ifi: value[ifi]} for ifi in IFIS if ifi in value]
        if not agents and {"homePage", "name"} <= value.keys():
            agents = [{"account": value}]
        return any(_find_key(agent) in self.keys for agent in agents)

    def find_presence(self, raw: bytes) -> Presence:
        """How the text of a statement speaks of the person; a text that is no JSON can only mention."""
        if not self.may_stand_in(raw):
            return Presence.ABSENT
        try:
            said = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Presence.MENTIONED
        if isinstance(said, dict) and any(self.is_named_by(said.get(part)) for part in ("actor", "object")):
            return Presence.OWN
        if any(self.is_named_by(value) for value in walk(said)):
            return Presence.BESIDE
        mentioned = any(isinstance(value, str) and self.pattern.search(value) for value in walk(said))
        return Presence.MENTIONED if mentioned else Presence.ABSENT

    def find_names(self, raw: bytes) -> list[str]:
        """The names that a statement gives the person."""
        said = msgspec.json.decode(raw)
        agents = [
            value for value in walk(said) if self.is_named_by(value) and not {"homePage"} & value.keys()
        ]
        return list(dict.fromkeys(a["name"] for a in agents if isinstance(a.get("name"), str)))


def cover(keys: Iterable[str]) -> Iterator[str]:
    """The keys, and of mailboxes the keys of their SHA-1 sums, as written and as the key has it."""
    for key in keys:
        kind, _, rest = key.partition(" ")
        if kind == "mbox":
            key = agent_key({"mbox": rest})
            for text in (rest, key.partition(" ")[2]):
                digest = sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False)
                yield f"mbox_sha1sum {digest.hexdigest()}"
        yield key


def walk(value: Any) -> Iterator[Any]:
    """Every value inside a decoded text, itself and the names of members included."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        yield value
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value


def has_mark(text: bytes, marks: Iterable[Mark]) -> bool:
    """Whether all parts of one of the marks are in the text, whatever their case."""
    lower = text.lower()
    return any(all(part in lower for part in mark) for mark in marks)


def write_plain(text: bytes) -> bytes:
    """JSON without the escapes that could hide a word; other text as it is."""
    try:
        return msgspec.json.encode(msgspec.json.decode(text))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return text


def make_mark(*texts: str) -> Mark:
    """Texts as they stand in JSON without needless escapes."""
    return tuple(msgspec.json.encode(text)[1:-1].lower() for text in texts)


def _find_key(agent: dict[str, Any]) -> str | None:
    try:
        return agent_key(agent)
    except (TypeError, KeyError, AttributeError):  # an extension may hold anything
        return None


def _find_marks(agent: dict[str, Any]) -> list[Mark]:
    if "account" in agent:
        page, name = agent["account"]["homePage"], agent["account"]["name"]
        return [make_mark(name)] if _is_distinctive(name) else [make_mark(page, name)]
    text = next(iter(agent.values())).removeprefix("mailto:")
    return [make_mark(text)] + ([make_mark(text.replace("@", "%40"))] if "mbox" in agent else [])


def _find_patterns(agent: dict[str, Any]) -> list[str]:
    """Where the identifier stands in words, no part of a longer one."""
    if "mbox" in agent:
        local, _, domain = agent["mbox"].removeprefix("mailto:").rpartition("@")
        ending = rf"(?:@|%40)(?i:{re.escape(domain)})(?![\w-]|\.\w)"
        return [rf"(?<![\w.+-]){re.escape(local)}{ending}"]
    if "mbox_sha1sum" in agent:
        return [rf"(?<!\w)(?i:{agent['mbox_sha1sum']})(?!\w)"]
    if "openid" in agent:
        return [rf"(?<!\w){re.escape(agent['openid'])}(?![\w/%-]|[.?#&=]\w)"]
    name = agent["account"]["name"]
    return [rf"(?<!\w){re.escape(name)}(?!\w)"] if _is_distinctive(name) else []


def _is_distinctive(name: str) -> bool:
    return len(name) >= LONG and not name.isalpha()
