"""What rows of people may leave for: the purposes a workspace declares, each with its columns and roles.

exports:
  cohort analysis: {columns: [region, tenure, deals], roles: [analyst]}
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purpose:
    """columns: all that the purpose needs, beside the pseudonym. roles: who may take them out for it."""

    columns: tuple[str, ...]
    roles: tuple[str, ...]


def build_purposes(said: object) -> dict[str, Purpose] | str:
    """The purposes by name; what is wrong with them, in words, where something is."""
    if not isinstance(said, Mapping):
        return "says exports, but no purposes"
    found = {}
    for name, part in said.items():
        if not isinstance(part, Mapping) or set(part) != {"columns", "roles"}:
            return f"says exports.{name}, but not its columns and roles and these alone"
        lists = [part["columns"], part["roles"]]
        if not all(isinstance(x, list) and x and all(isinstance(y, str) for y in x) for x in lists):
            return f"says exports.{name}, whose columns and roles are no lists of names"
        found[str(name)] = Purpose(tuple(part["columns"]), tuple(part["roles"]))
    return found
