"""What an amendment changed, in words: the promise that matters most first, whole entries as one.

Question  What was promised otherwise before, and where in the plan?
Assumes   Changes as the lock keeps them: `assumptions.calls.mid: 160 → 150`.
Proof     tests/report/test_report_amendments.py
"""

import re
from collections.abc import Callable

from payoff.nouns.study import Amendment, Study
from payoff.nouns.wording import plain

# What a section of the plan is called, in the order in which a change of it matters.
SECTIONS = {
    "outcome": "outcome",
    "metrics": "measure",
    "design": "design",
    "cohort": "cohort",
    "hypotheses": "hypothesis",
    "value": "benefit",
    "costs": "cost",
    "assumptions": "assumption",
}
_ENTRIES = ("metrics", "hypotheses", "value", "costs", "assumptions")  # sections whose keys are names
_CHANGE = re.compile(r"(?P<path>[^:]+): (?P<old>.*) → (?P<new>.*)", re.DOTALL)


def amended_words(change: Amendment, study: Study) -> str:
    """'Changed: outcome (primary: aht, now csat); assumption calls (mid: 160, now 150).'"""
    order = list(SECTIONS)
    entries: dict[tuple[int, str], list[tuple[str, str, str]]] = {}
    for text in change.changes:
        found = _CHANGE.fullmatch(text)
        path, old, new = found.groups() if found else (text, "", "")
        section, what, field = _place(path, study)
        rank = order.index(section) if section in order else len(order)
        entries.setdefault((rank, what), []).append((field, old, new))
    said = [_entry(what, fields) for (_, what), fields in sorted(entries.items(), key=lambda e: e[0][0])]
    return f"Changed: {'; '.join(said)}."


def _place(path: str, study: Study) -> tuple[str, str, str]:
    """(section, what a reader calls the entry, field within it)."""
    keys = re.findall(r"[^.\[\]]+", path)
    section, rest = keys[0], keys[1:]
    called = SECTIONS.get(section, plain(section))
    if section not in _ENTRIES or not rest:
        return section, called, " ".join(plain(key) for key in rest)
    label = _LABELS.get(section)
    name = label(study, rest[0]) if label is not None else plain(rest[0])
    return section, f"{called} “{name}”", " ".join(plain(key) for key in rest[1:])


def _metric(study: Study, name: str) -> str:
    return next((m.label for m in study.metrics if m.name == name), plain(name))


def _benefit(study: Study, name: str) -> str:
    return next((b.label for b in study.benefits if b.name == name and b.label), plain(name))


def _assumption(study: Study, name: str) -> str:
    found = study.assumption(name)
    return found.words if found else plain(name)


def _cost(study: Study, place: str) -> str:
    """Cost lines have no name in the plan but their position, counted from one."""
    position = int(place) - 1 if place.isdecimal() else -1
    return study.costs[position].item if 0 <= position < len(study.costs) else plain(place)


_LABELS: dict[str, Callable[[Study, str], str]] = {
    "metrics": _metric,
    "value": _benefit,
    "assumptions": _assumption,
    "costs": _cost,
}


def _entry(what: str, fields: list[tuple[str, str, str]]) -> str:
    """An entry that came or went is said once; of another, each field with before and now."""
    if len(fields) > 1 and all(old == "nothing" for _, old, _ in fields):
        return f"{what} added"
    if len(fields) > 1 and all(new == "nothing" for _, _, new in fields):
        return f"{what} removed"
    return f"{what} ({', '.join(_field(*field) for field in fields)})"


def _field(name: str, old: str, new: str) -> str:
    if not old and not new:
        return name or "changed"
    shown = f"{old.strip(chr(34))}, now {new.strip(chr(34))}"
    return f"{name}: {shown}" if name else shown
