"""JSON objects held against tables: which members they may have, which they must, and what each must be.

Question  Does this value have the shape that the specification gives it, and if not, where does it break?
Speed     A check returns nothing where all is well; the path is put together only on the way up from a break.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[object], object]  # raises RuleError; what it returns is of no account

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_LONGEST_NAME = 120  # of a member's name in a path: names come from outside


class RuleError(Exception):
    """A broken rule; each level above adds its step to `steps`, the innermost first."""

    def __init__(self, what: str, rule: str, *steps: str | int) -> None:
        self.what = what
        self.rule = rule
        self.steps: list[str | int] = list(steps)
        super().__init__(what)

    def path(self, start: str = "$") -> str:
        """The place in the JSON text, such as `$[3].actor.mbox`."""
        return start + "".join(_write_step(step) for step in reversed(self.steps))


def _write_step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN_NAME.fullmatch(step):
        return f".{step}"
    shown = step if len(step) <= _LONGEST_NAME else step[:_LONGEST_NAME] + "…"
    return f"[{json.dumps(shown)}]"


def name_kind(value: object) -> str:
    """What a JSON value is, in words, for people who look for their mistake."""
    if value is None:
        return "null, which only extensions may hold"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else "a number"


def object_of(
    called: str, rule: str, members: Mapping[str, Check], required: tuple[str, ...] = ()
) -> Callable[[object], dict[str, Any]]:
    """A check that hands the object back: its members are among these, the required ones there."""

    find_check = members.get

    def check_object(value: object) -> dict[str, Any]:
        if type(value) is not dict:
            raise RuleError(f"{called} must be an object, not {name_kind(value)}", rule)
        for name, member in value.items():
            check = find_check(name)
            if check is None:
                raise RuleError(f"{called} has no member of this name{_name_near(name, members)}", rule, name)
            try:
                check(member)
            except RuleError as broken:
                broken.steps.append(name)
                raise
        for name in required:
            if name not in value:
                raise RuleError(f'{called} must have "{name}"', rule)
        return value

    return check_object


def _name_near(name: str, members: Mapping[str, Check]) -> str:
    """A hint where only the case is wrong."""
    near = next((known for known in members if known.lower() == name.lower()), None)
    return f'; did you mean "{near}"? Names are case-sensitive' if near else ""


def list_of(called: str, rule: str, check: Check, at_least: int = 0) -> Check:
    """A check: an array, each item of which passes `check`."""

    def check_list(value: object) -> None:
        if type(value) is not list:
            raise RuleError(f"{called} must be an array, not {name_kind(value)}", rule)
        if len(value) < at_least:
            raise RuleError(f"{called} must not be empty", rule)
        for place, item in enumerate(value):
            try:
                check(item)
            except RuleError as broken:
                broken.steps.append(place)
                raise

    return check_list


def text_like(called: str, rule: str, is_right: Callable[[str], object]) -> Check:
    """A check: text for which `is_right` holds."""

    def check_text(value: object) -> None:
        if type(value) is not str:
            raise RuleError(f"must be {called}, not {name_kind(value)}", rule)
        if not is_right(value):
            raise RuleError(f"must be {called}", rule)

    return check_text


def one_of(called: str, rule: str, allowed: frozenset[str]) -> Check:
    """A check: one of a few words, case included."""
    return text_like(f"{called}: {', '.join(sorted(allowed))}", rule, allowed.__contains__)


def check_text(value: object) -> None:
    """Any text."""
    if type(value) is not str:
        raise RuleError(f"must be text, not {name_kind(value)}", "Data 2.2")


def check_boolean(value: object) -> None:
    """True or false, and neither text nor number."""
    if type(value) is not bool:
        raise RuleError(f"must be true or false, not {name_kind(value)}", "Data 2.2")
