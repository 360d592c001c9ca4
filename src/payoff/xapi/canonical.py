"""A statement in canonical format: what the record store knows of its activities, in one language.

Question  What does a reader see who asks for `format=canonical` in these languages?
Takes     Definitions of activities from the record store, where it has one, else the statement's own. The
          display of verbs, attachments' display and description: the statement's own.
Language  One entry in each language map, chosen map by map: names and descriptions of activities and of the
          components of interactions, displays of verbs, displays and descriptions of attachments.
Keeps     Agents and groups, results, extensions and all else as the sender wrote them.
Cites     xAPI 1.0.3 Communication 2.1.3, language filtering requirements.
"""

from collections.abc import Callable, Sequence

from msgspec import Raw

from payoff.xapi.accept_language import Range, choose_language
from payoff.xapi.members import read_list, read_members, read_text, write_list, write_members

FindDefinition = Callable[[str], bytes | None]
_COMPONENTS = ("choices", "scale", "source", "target", "steps")


def write_canonical(exact: bytes, languages: Sequence[Range], definition_of: FindDefinition) -> bytes:
    """A statement as `write_exact` gives it, in canonical format."""
    return bytes(_Canonical(languages, definition_of).statement(Raw(exact)))


class _Canonical:
    """One reader's languages, and where definitions are found."""

    def __init__(self, languages: Sequence[Range], definition_of: FindDefinition) -> None:
        self._languages = languages
        self._definition_of = definition_of

    def statement(self, statement: Raw) -> Raw:
        """A statement or sub-statement."""
        members = read_members(statement)
        if "verb" in members:
            members["verb"] = self._maps(members["verb"], "display")
        if "object" in members:
            members["object"] = self._object(members["object"])
        if "context" in members:
            members["context"] = self._context(members["context"])
        if "attachments" in members:
            told = read_list(members["attachments"])
            members["attachments"] = write_list(self._maps(each, "display", "description") for each in told)
        return write_members(members)

    def _definition(self, definition: Raw) -> Raw:
        """An activity's definition."""
        members = read_members(self._maps(definition, "name", "description"))
        for name in _COMPONENTS:
            if name in members:
                parts = read_list(members[name])
                members[name] = write_list(self._maps(part, "description") for part in parts)
        return write_members(members)

    def _object(self, target: Raw) -> Raw:
        kind = read_members(target).get("objectType")
        match read_text(kind) if kind is not None else "Activity":
            case "Activity":
                return self._activity(target)
            case "SubStatement":
                return self.statement(target)
            case _:
                return target

    def _activity(self, activity: Raw) -> Raw:
        members = read_members(activity)
        known = self._definition_of(read_text(members["id"]))
        if known:
            members["definition"] = Raw(known)
        if "definition" in members:
            members["definition"] = self._definition(members["definition"])
        return write_members(members)

    def _context(self, context: Raw) -> Raw:
        members = read_members(context)
        if "contextActivities" in members:
            kinds = read_members(members["contextActivities"])
            told = {kind: write_list(map(self._activity, read_list(each))) for kind, each in kinds.items()}
            members["contextActivities"] = write_members(told)
        return write_members(members)

    def _maps(self, owner: Raw, *names: str) -> Raw:
        """The object with one language left in each of these members."""
        members = read_members(owner)
        for name in names:
            entries = read_members(members[name]) if name in members else {}
            if len(entries) > 1:
                chosen = choose_language(list(entries), self._languages)
                members[name] = write_members({chosen: entries[chosen]})
        return write_members(members)
