"""Agents and groups: who they are, and when two of them are the same.

Question  Does this identify somebody, and by which one text is that somebody found again?
Identity  One inverse functional identifier (IFI): mbox, mbox_sha1sum, openid or account. Names do not count.
          An identified group is a group with an IFI; an anonymous one is nobody's equal, itself included.
Case      The domain of an e-mail address and hexadecimal digits lose their case in a key, all else keeps it.
Cites     xAPI 1.0.3 Data 2.4.2, 2.3.1 (case).
"""

import re
from collections.abc import Mapping
from typing import Any

from payoff.xapi.fault import Fault, RequestError
from payoff.xapi.identifier import check_sha1
from payoff.xapi.iri import check_iri
from payoff.xapi.json_text import read_json
from payoff.xapi.shapes import Check, RuleError, check_text, list_of, name_kind, object_of, text_like
from payoff.xapi.statement import Version

IFIS = ("mbox", "mbox_sha1sum", "openid", "account")
_IFIS = frozenset(IFIS)
_IFI_NAMES = ", ".join(IFIS)
_MAILTO = re.compile(r"mailto:[^\s@<>\x00-\x1f\x7f]+@[^\s@<>\x00-\x1f\x7f]+")

_check_mbox = text_like("a mailto IRI, such as mailto:ann@example.com", "Data 2.4.2.3", _MAILTO.fullmatch)
_check_account = object_of(
    "an account", "Data 2.4.2.4", {"homePage": check_iri, "name": check_text}, ("homePage", "name")
)
_IDENTITY: dict[str, Check] = {
    "objectType": check_text,  # its value chose the table
    "name": check_text,
    "mbox": _check_mbox,
    "mbox_sha1sum": check_sha1,
    "openid": check_iri,
    "account": _check_account,
}
_check_agent = object_of("an agent", "Data 2.4.2.1", _IDENTITY)


def check_agent(value: object) -> None:
    """An agent, and no group."""
    if type(value) is dict and value.get("objectType", "Agent") != "Agent":
        raise RuleError('must be "Agent": groups may not stand here', "Data 2.4.2.1", "objectType")
    n_ifis = len(_IFIS & _check_agent(value).keys())
    if n_ifis != 1:
        raise RuleError(f"an agent must have exactly one of {_IFI_NAMES}, not {n_ifis}", "Data 2.4.2.1")


_check_group = object_of(
    "a group", "Data 2.4.2.2", {**_IDENTITY, "member": list_of("members", "Data 2.4.2.2", check_agent)}
)


def check_group(value: object) -> None:
    """A group, anonymous or identified; `objectType` must say so."""
    if type(value) is dict and value.get("objectType") != "Group":
        raise RuleError('a group must have "objectType": "Group"', "Data 2.4.2.2", "objectType")
    group = _check_group(value)
    n_ifis = len(_IFIS & group.keys())
    if n_ifis > 1:
        raise RuleError(f"a group must have at most one of {_IFI_NAMES}, not {n_ifis}", "Data 2.4.2.2")
    if not n_ifis and "member" not in group:
        raise RuleError(f'a group must have "member" where it has none of {_IFI_NAMES}', "Data 2.4.2.2")


def check_actor(value: object) -> None:
    """An agent or a group, as `objectType` says; without it, an agent."""
    if type(value) is not dict:
        raise RuleError(f"must be an agent or a group, not {name_kind(value)}", "Data 2.4.2")
    kind = value.get("objectType", "Agent")
    if kind == "Agent":
        check_agent(value)
    elif kind == "Group":
        check_group(value)
    else:
        raise RuleError('must be "Agent" or "Group"', "Data 2.4.2", "objectType")


def check_authority(value: object) -> None:
    """An agent; or, for OAuth with three parties, an anonymous group of two, one of them an account."""
    check_actor(value)
    if not isinstance(value, dict) or value.get("objectType") != "Group":
        return
    members = value.get("member", [])
    if _IFIS & value.keys() or len(members) != 2 or not any("account" in member for member in members):
        raise RuleError(
            "an authority that is a group must be anonymous, with two members, one of them an account",
            "Data 2.4.9",
        )


def agent_key(agent: Mapping[str, Any]) -> str:
    """The one text by which an agent or identified group, found right, is known; `read_key` reads it back.

    A NUL, which no SQL text holds, is escaped in the name of an account; the kind then says so.
    """
    if "mbox" in agent:
        local, _, domain = agent["mbox"].rpartition("@")
        return f"mbox {local}@{domain.lower()}"
    if "mbox_sha1sum" in agent:
        return f"mbox_sha1sum {agent['mbox_sha1sum'].lower()}"
    if "openid" in agent:
        return f"openid {agent['openid']}"
    page, name = agent["account"]["homePage"], agent["account"]["name"]
    if "\0" in name:
        return f"account-escaped {page} {name.replace('%', '%25').replace(chr(0), '%00')}"
    return f"account {page} {name}"


def read_key(key: str) -> dict[str, Any]:
    """The identifier of the agent that a key stands for: `{"mbox": "mailto:ann@example.com"}`."""
    kind, _, rest = key.partition(" ")
    if not kind.startswith("account"):
        return {kind: rest}
    page, _, name = rest.partition(" ")  # an IRI holds no space
    if kind == "account-escaped":
        name = name.replace("%00", "\0").replace("%25", "%")
    return {"account": {"homePage": page, "name": name}}


def find_keys(agent: Mapping[str, Any]) -> list[str]:
    """Distinct keys of an agent; of a group its own, where it is identified, and those of its members."""
    if "member" not in agent:
        return [agent_key(agent)]
    keys = [] if _IFIS.isdisjoint(agent) else [agent_key(agent)]
    return list(dict.fromkeys(keys + [agent_key(member) for member in agent["member"]]))


def read_agent(text: str | bytes, version: Version) -> str:
    """The key of the agent or identified group that a query parameter names as JSON; RequestError 400."""
    agent = read_json(text.encode(errors="surrogatepass") if isinstance(text, str) else text, "agent")
    try:
        check_actor(agent)
    except RuleError as broken:
        raise RequestError(400, Fault(broken.path("agent"), broken.what, broken.rule)) from None
    if not isinstance(agent, dict) or _IFIS.isdisjoint(agent):
        raise RequestError(
            400,
            Fault("agent", "an anonymous group cannot be asked for: it has no identifier", "Data 2.4.2.2"),
        )
    return agent_key(agent)
