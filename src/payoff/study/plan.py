"""The plan lock's hash: what was promised, in one canonical form.

Question  Is this still the plan that was locked, and if not, what changed?
Identity  SHA-256 over JSON with sorted keys, without defaults and without what may change freely:
          title, ask, quote, notes, people. Comments, key order, layout, `30%` against `0.3` do not
          matter; neither does the code or the data.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from payoff.study.document import StudyDocument

FREE = frozenset({"title", "ask", "quote", "notes", "people"})


def canonical_plan(document: StudyDocument) -> str:
    """The plan as canonical JSON."""
    return canonical_json(document.model_dump(mode="json", exclude=set(FREE), exclude_defaults=True))


def canonical_json(value: Any) -> str:
    """`value` as JSON: keys sorted, no spaces, whole numbers alike whether written 5 or 5.0."""
    return json.dumps(
        _whole(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def hash_plan(plan: str) -> str:
    """SHA-256 of canonical JSON, in hex."""
    return hashlib.sha256(plan.encode()).hexdigest()


def find_changes(old: str, new: str) -> tuple[str, ...]:
    """Changed paths between two plans as `metrics.aht.unit: "min" → "min/call"`, sorted by path."""
    before, after = dict(_leaves(json.loads(old))), dict(_leaves(json.loads(new)))
    paths = sorted(before.keys() | after.keys())
    changed = [path for path in paths if before.get(path, _ABSENT) != after.get(path, _ABSENT)]
    return tuple(f"{path}: {_shown(before, path)} → {_shown(after, path)}" for path in changed)


_ABSENT = object()


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from _leaves(child, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for position, child in enumerate(value):
            yield from _leaves(child, f"{path}[{position + 1}]")
    else:
        yield path, value


def _shown(leaves: dict[str, Any], path: str) -> str:
    return json.dumps(leaves[path], ensure_ascii=False) if path in leaves else "nothing"


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(child) for key, child in value.items()}
    return [_whole(child) for child in value] if isinstance(value, (list, tuple)) else value
