"""What a file seems to be: a suggestion with its reasons, for a person to confirm.

Question  Whose export does this look like, and which of its columns could be which of ours?
Method    Headers against every spelling known, whole or nearly; then whether the cells could be of the
          column's type at all. Each of our columns is suggested once.
Limits    A suggestion is never used without a person having taken it over into the study.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from payoff.connectors.cells import read_text
from payoff.connectors.layout import flatten_name
from payoff.connectors.local_time import fitting_patterns, is_iso
from payoff.connectors.shapes import find_pairs
from payoff.nouns.canonical import KINDS, CanonicalColumn
from payoff.nouns.profile import Profile
from payoff.study.profiles import PROFILES

SURE = 0.9
LEAST = 0.5
MOST_NAMES = 0.8  # of an identifier's cells; beyond it they are names, which would land in clear
_FULL_NAME = r"^\p{L}[\p{L}.'’-]*(,? \p{L}[\p{L}.'’-]*)+$"
_WORDS_OF_FLAGS = {"true", "false", "yes", "no", "y", "n", "0", "1", "t", "f"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A column of the file, the canonical one it could be, how likely from 0 to 1, and why."""

    theirs: str
    ours: str
    confidence: float
    reasons: tuple[str, ...]


def suggest_profile(names: Sequence[str]) -> tuple[Profile, float] | None:
    """The profile most of whose headers are there, with their share; None when none has half of them."""
    there = {flatten_name(name) for name in names}
    if find_pairs(names):
        return PROFILES["moodle-completion"], SURE
    best: tuple[float, int, Profile] | None = None
    for profile in PROFILES.values():
        wanted = [field for field in profile.fields if profile.shape != "two columns an activity"]
        found = [f for f in wanted if any(flatten_name(name) in there for name in f.names)]
        share = len(found) / len(wanted) if wanted else 0.0
        if share >= LEAST and (best is None or (share, len(found)) > best[:2]):
            best = (share, len(found), profile)
    return (best[2], best[0]) if best is not None else None


def suggest_kind(table: pa.Table) -> str | None:
    """The canonical table that most of the columns could belong to; None when no column fits any."""
    scores = {kind: sum(s.confidence for s in suggest_columns(table, kind)) for kind in KINDS}
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] > 0 else None


def suggest_columns(table: pa.Table, kind: str, language: str = "en") -> tuple[Suggestion, ...]:
    """For the columns of a file, the canonical columns of one kind they could be, surest first."""
    spelt = _spellings(kind)
    candidates: list[tuple[float, int, Suggestion]] = []
    for at, name in enumerate(table.column_names):
        for column in KINDS[kind].columns:
            by_name, reason = _compare(name, column.name, spelt[column.name])
            if by_name < LEAST:
                continue
            fits, told = _compare_cells(table.column(at), column, language)
            confidence = round(by_name if fits else by_name * 0.4, 2)
            if confidence >= LEAST:
                candidates.append(
                    (-confidence, at, Suggestion(name, column.name, confidence, (reason, told)))
                )
    taken: set[object] = set()
    kept = []
    for _, at, suggestion in sorted(candidates, key=lambda c: c[:2]):
        if not taken & {at, suggestion.ours}:
            taken |= {at, suggestion.ours}
            kept.append(suggestion)
    return tuple(kept)


def _spellings(kind: str) -> dict[str, dict[str, str]]:
    """Canonical column → known spelling → the profile that has it."""
    spelt: dict[str, dict[str, str]] = {column.name: {} for column in KINDS[kind].columns}
    for profile in PROFILES.values():
        if profile.kind == kind:
            for field in profile.fields:
                for name in field.names:
                    spelt[field.to].setdefault(flatten_name(name), profile.name)
    return spelt


def _compare(name: str, ours: str, spelt: dict[str, str]) -> tuple[float, str]:
    """How near a header comes to a column's name or to a spelling of it, and the reason in words."""
    flat = flatten_name(name)
    if flat == flatten_name(ours):
        return 0.95, "has our name"
    if flat in spelt:
        return SURE, f"spelt so in {spelt[flat]}"
    near = difflib.get_close_matches(flat, [flatten_name(ours), *spelt], n=1, cutoff=0.75)
    if near:
        ratio = difflib.SequenceMatcher(None, flat, near[0]).ratio()
        return round(0.8 * ratio, 2), f"is spelt nearly like {near[0]}"
    return 0.0, ""


def _compare_cells(cells: pa.ChunkedArray, column: CanonicalColumn, language: str) -> tuple[bool, str]:
    """Whether the cells could be of the column's type, and what they look like."""
    some = cells.slice(0, 1000).drop_null()
    if len(some) == 0:
        return True, "its cells are blank"
    if not pa.types.is_string(some.type):
        return True, f"its cells are {some.type}"
    texts = read_text(some).drop_null()
    match column.type:
        case "date" | "instant":
            fits = is_iso(texts) or bool(fitting_patterns(texts, language))
            return fits, "its cells are dates" if fits else "its cells are no dates"
        case "number" | "percent" | "whole" | "seconds" | "minutes":
            digits = pc.match_substring_regex(texts, r"^[+-]?[\d.,:' ]+%?$")
            fits = pc.mean(digits.cast(pa.float64())).as_py() > 0.9
            return fits, "its cells are numbers" if fits else "its cells are no numbers"
        case "flag":
            words = {text.casefold() for text in texts.unique().to_pylist()}
            fits = words <= _WORDS_OF_FLAGS
            return fits or len(words) <= 5, "yes and no" if fits else "words that `values` must explain"
    if column.name.endswith("_id"):
        named = pc.mean(pc.match_substring_regex(texts, _FULL_NAME).cast(pa.float64())).as_py() > MOST_NAMES
        return not named, "its cells are names of people" if named else "its cells are text"
    if column.name.endswith("email"):
        fits = pc.all(pc.match_substring(texts, "@")).as_py()
        return fits, "its cells are addresses" if fits else "its cells are no addresses"
    return True, "its cells are text"
