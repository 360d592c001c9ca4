"""People out of a statement: keyed pseudonyms instead of names, accounts and addresses.

Question  Under which keys does an analysis know the person in a statement, and what must not get that far?
Actor     A pseudonym of the whole identifier (account with its home page, mailbox, …): one person, one place.
Person    A pseudonym of what a staff list would hold, the account's name or the bare address: equal to the
          pseudonym of that column, made under the same secret, so that statements join to it.
Texts     An e-mail address anywhere in a text, and agents inside extensions, become pseudonyms too. A name in
          free text cannot be told from other words: responses are not kept, only their length.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from payoff.xapi.agents import IFIS

Namer = Callable[[str], str]  # identifier → pseudonym

_ADDRESS = re.compile(r"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
_AGENT_MARKS = ('"account"', '"mbox', '"openid"', "@", "%40", "\\u")


class Keys(NamedTuple):
    """kind: the identifier's name, "group" for a group without one."""

    actor: str | None = None
    person: str | None = None
    kind: str | None = None


def name_agent(agent: Mapping[str, Any], name: Namer) -> Keys:
    """Pseudonyms of an agent or an identified group."""
    account = agent.get("account")
    if isinstance(account, dict):
        own = str(account.get("name", ""))
        return Keys(name(f"account {account.get('homePage', '')} {own}"), name(own), "account")
    mailbox = agent.get("mbox")
    if isinstance(mailbox, str):
        return Keys(name(f"mbox {mailbox}"), name(mailbox.removeprefix("mailto:")), "mbox")
    for kind in ("mbox_sha1sum", "openid"):
        found = agent.get(kind)
        if isinstance(found, str):
            return Keys(name(f"{kind} {found}"), None, kind)
    return Keys(kind="group" if agent.get("objectType") == "Group" else None)


def mask_text(text: str | None, name: Namer) -> str | None:
    """The text with pseudonyms in place of e-mail addresses."""
    if text is None or ("@" not in text and "%40" not in text):
        return text
    return _ADDRESS.sub(lambda found: name(found.group().replace("%40", "@")), text)


def mask_json(text: str | None, name: Namer) -> str | None:
    """JSON text as it came, or rewritten where it holds an agent or an address."""
    if text is None or not any(mark in text for mark in _AGENT_MARKS):
        return text
    return msgspec.json.encode(_mask(msgspec.json.decode(text), name)).decode()


def _mask(value: Any, name: Namer) -> Any:
    if isinstance(value, str):
        return mask_text(value, name)
    if isinstance(value, list):
        return [_mask(item, name) for item in value]
    if isinstance(value, dict):
        if any(member in value for member in IFIS):
            return {"pseudonym": name_agent(value, name).actor}
        return {mask_text(key, name): _mask(item, name) for key, item in value.items()}
    return value
