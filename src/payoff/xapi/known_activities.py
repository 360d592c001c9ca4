"""What the record store knows of an activity, put together from all that statements said of it.

Question  What is the canonical definition after this statement, and what does GET /activities answer?
Merge     Names, descriptions and extensions: all entries, the later of one language or name. Components of an
          interaction (choices, steps ...): where the later names the same ids, their descriptions are put
          together so too; else the later list replaces the earlier. All else: the later, where it says
          anything.
Same      Merging what is known already gives back the very bytes, so that nothing need be written.
Cites     xAPI 1.0.3 Communication 2.5, Data 2.4.4.1.
"""

from msgspec import Raw

from payoff.xapi.members import (
    Members,
    is_array,
    is_object,
    read_list,
    read_members,
    write_list,
    write_members,
    write_text,
)

_MAPS = ("name", "description", "extensions")
_COMPONENTS = ("choices", "scale", "source", "target", "steps")


def merge_definition(known: bytes, told: bytes) -> bytes:
    """The definition known (empty: none yet) with what a later statement tells (empty: nothing)."""
    if not known or not told or known == told:
        return known or told
    merged = read_members(known)
    for name, value in read_members(told).items():
        merged[name] = _merge_member(name, merged[name], value) if name in merged else value
    return bytes(write_members(merged)) if merged != read_members(known) else known


def write_activity(id: str, definition: bytes | None) -> bytes:
    """The Activity object; one that was never heard of has its id alone."""
    members = {"objectType": Raw(b'"Activity"'), "id": write_text(id)}
    if definition:
        members["definition"] = Raw(definition)
    return bytes(write_members(members))


def _merge_member(name: str, known: Raw, told: Raw) -> Raw:
    if name in _MAPS and is_object(known) and is_object(told):
        before = read_members(known)
        merged = before | read_members(told)
        return known if merged == before else write_members(merged)
    if name in _COMPONENTS and is_array(known) and is_array(told):
        return _merge_components(known, told)
    return told


def _merge_components(known: Raw, told: Raw) -> Raw:
    """In the later order."""
    before = {_id_of(part): part for part in map(read_members, read_list(known))}
    after = {_id_of(part): part for part in map(read_members, read_list(told))}
    if before.keys() != after.keys():
        return told
    for id, part in after.items():
        there = before[id].get("description")
        if there is not None:
            part["description"] = _merge_member("description", there, part.get("description", there))
    return (
        known
        if list(before.values()) == list(after.values())
        else write_list(map(write_members, after.values()))
    )


def _id_of(component: Members) -> bytes:
    return bytes(component.get("id", b""))
