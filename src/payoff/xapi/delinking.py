"""A person taken out of a text, and nothing else of it changed.

Question  What does this statement say when an account that nobody can trace stands where the person stood?
Agents    Every agent that is the person, extensions included, has the account instead of its identifiers and
          loses its name; its other members stay. Agents that are others keep identifier and name.
Texts     Identifiers in other texts (payoff.xapi.person_traces says which) become the account's name; so do
          names of two words and more that this very statement gives the person.
Bytes     A member in which nothing of the person stands keeps its bytes. A text in which nothing does is
          given back as it is.
"""

import re
from collections.abc import Collection

from msgspec import Raw
from msgspec.json import decode, encode

from payoff.xapi.agents import IFIS
from payoff.xapi.equality import SIGNATURE_USAGE
from payoff.xapi.fault import RequestError
from payoff.xapi.members import (
    Members,
    is_array,
    is_object,
    read_list,
    read_members,
    read_text,
    write_list,
    write_members,
    write_text,
)
from payoff.xapi.person_traces import Person, has_mark, make_mark, write_plain
from payoff.xapi.reading import read_statement
from payoff.xapi.statement import Statement, Version

HOME_PAGE = "https://delinked.payoff.invalid"  # RFC 2606: nobody's, for ever
NOBODY = "00000000-0000-4000-8000-000000000000"  # the same for all who were erased: it links nothing


def delink_statement(
    raw: bytes, version: Version, person: Person, name: str, telling: Collection[str] = ()
) -> tuple[Statement, tuple[str, ...]]:
    """The statement without the person and the hashes of attachments that went with it.

    These are its signatures, whose payload repeats it, and those in `telling`, which tell of the person.
    """
    bare, gone = drop_attachments(raw, telling)
    try:
        return read_statement(delink_text(bare, person, name), version), gone
    except RequestError:  # a word replaced where the rules want another kind of text: agents alone, then
        return read_statement(delink_text(bare, person, name, agents_only=True), version), gone


def delink_text(raw: bytes, person: Person, name: str, *, agents_only: bool = False) -> bytes:
    """JSON text of any kind without the person. ValueError where it is no JSON."""
    told = person.find_names(raw)
    return bytes(_Delinking(person, name, told, agents_only).value(Raw(raw.strip())))


def drop_attachments(raw: bytes, telling: Collection[str] = ()) -> tuple[bytes, tuple[str, ...]]:
    """A statement without its signatures and without the attachments of these hashes; their hashes."""
    if b'"attachments"' not in raw and b"\\u" not in raw:
        return raw, ()
    gone: list[str] = []
    members = read_members(raw)
    changed = _drop(members, telling, gone)
    if is_object(inner := members["object"]):
        within = read_members(inner)
        if _drop(within, telling, gone):
            members["object"], changed = write_members(within), True
    return (bytes(write_members(members)), tuple(gone)) if changed else (raw, ())


def _drop(members: Members, telling: Collection[str], gone: list[str]) -> bool:
    """Of one statement or sub-statement."""
    if "attachments" not in members or not is_array(members["attachments"]):
        return False
    kept: list[Raw] = []
    n_gone = len(gone)
    for entry in read_list(members["attachments"]):
        said = decode(entry)
        if said["usageType"] == SIGNATURE_USAGE or said["sha2"].lower() in telling:
            gone.append(said["sha2"].lower())
        else:
            kept.append(entry)
    if len(gone) == n_gone:
        return False
    if kept:
        members["attachments"] = write_list(kept)
    else:
        del members["attachments"]
    return True


class _Delinking:
    """One text's walk; a value that is not changed is given back as the same object."""

    def __init__(self, person: Person, name: str, told: Collection[str], agents_only: bool) -> None:
        self._person = person
        self._name = name
        self._account = Raw(encode({"homePage": HOME_PAGE, "name": name}))
        full = [text for text in told if len(text.split()) > 1]
        self._marks = [make_mark(text) for text in full]
        self._names = re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in full) or r"(?!)")
        self._agents_only = agents_only

    def value(self, value: Raw) -> Raw:
        """Any JSON value."""
        text = bytes(value)
        if text[:1] not in (b"{", b"[", b'"') or not self._may_stand_in(text):
            return value
        if text.startswith(b'"'):
            return self._text(value)
        if is_array(value):
            parts = read_list(value)
            changed = [self.value(part) for part in parts]
            return value if _same(parts, changed) else write_list(changed)
        return self._object(value)

    def _may_stand_in(self, text: bytes) -> bool:
        if self._person.may_stand_in(text) or has_mark(text, self._marks):
            return True
        return bool(self._marks) and b"\\" in text and has_mark(write_plain(text), self._marks)

    def _object(self, value: Raw) -> Raw:
        members = read_members(value)
        ifis = [name for name in members if name in IFIS]
        if ifis or {"homePage", "name"} <= members.keys():
            said = {name: decode(members[name]) for name in (*ifis, "homePage", "name") if name in members}
            if self._person.is_named_by(said):
                return self._agent(members) if ifis else self._account
        kept = {*ifis, "name"} if ifis else ()
        changed = {self._key(n): part if n in kept else self.value(part) for n, part in members.items()}
        if changed.keys() == members.keys() and _same(members.values(), changed.values()):
            return value
        return write_members(changed)

    def _agent(self, members: Members) -> Raw:
        """An agent that is the person: the account where its identifier stood, no name."""
        changed: Members = {}
        for name, part in members.items():
            if name in IFIS:
                changed.setdefault("account", self._account)
            elif name != "name":
                changed[name] = self.value(part)
        return write_members(changed)

    def _text(self, value: Raw) -> Raw:
        text = read_text(value)
        changed = self._key(text)
        return value if changed == text else write_text(changed)

    def _key(self, text: str) -> str:
        if self._agents_only:
            return text
        return self._names.sub(self._name, self._person.pattern.sub(self._replace, text))

    def _replace(self, found: re.Match[str]) -> str:
        """An IRI becomes an IRI, for it may stand where the rules want one."""
        return f"{HOME_PAGE}/{self._name}" if "://" in found.group() else self._name


def _same(before: Collection[Raw], after: Collection[Raw]) -> bool:
    return all(a is b for a, b in zip(before, after, strict=True))
