"""A file and a profile → what would become of it, and the block of a study file that says so.

Question  What is in this export, what would each column be, and what must a person still say?
Limits    Nothing is landed. Suggestions stand in the block as comments or mappings for a person to take.
"""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from payoff.connectors.layout import match_columns
from payoff.connectors.looking import Look, has_commas, list_patterns, look_at, sample_cells
from payoff.connectors.shapes import find_pairs
from payoff.connectors.suggesting import Suggestion, suggest_columns, suggest_kind, suggest_profile
from payoff.connectors.suggesting_identifiers import list_days, suggest_identifiers
from payoff.nouns.canonical import KINDS
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.profile import Layout, Profile
from payoff.nouns.source_file import format_of
from payoff.study.fields import ENCODINGS
from payoff.study.profiles import PROFILES

_WHO_ANSWERS = (
    "    # confirmed_by: who has looked at every column\n    # steward: who keeps this file right\n"
)
_OF_AGENTS = ("assignee id", "agent id", "owner id", "user id")


@dataclass(frozen=True, slots=True)
class Connected:
    """summary: label and text; columns: (theirs, ours or "", samples); block: YAML to be confirmed."""

    profile: Profile
    summary: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str, tuple[str, ...]], ...]
    suggestions: tuple[Suggestion, ...]
    block: str


def connect(path: Path, name: str | None = None, encoding: str | None = None) -> Connected:
    """Look at a file. Raises PayoffError: 2 for an unknown profile or ending, else as reading does."""
    form = format_of(path.name)
    if form is None:
        raise _usage(f"{path.name} ends in no format that is read", "csv, tsv, parquet, xlsx, jsonl, gz, zip")
    if name is not None and name not in PROFILES:
        raise _usage(f"there is no profile {name}", ", ".join(PROFILES))
    said = _name_encoding(encoding) if encoding is not None else None
    look = look_at(path, form, name or "people", said)
    names = look.table.column_names
    found = suggest_profile(names)
    profile = PROFILES[name] if name else found[0] if found else None
    if profile is None:
        profile = PROFILES[(suggest_kind(look.table) or "people").replace("_", "-")]
    ours = _match(look, profile)
    rest = [at for at, header in enumerate(names) if header not in ours]
    suggestions = tuple(
        s for s in suggest_columns(look.table.select(rest), profile.kind) if s.ours not in ours.values()
    )
    columns = tuple((n, ours.get(n, ""), sample_cells(look.table.column(at))) for at, n in enumerate(names))
    points = (*_open_points(look, profile, ours), *_ask_for_person(profile, ours, names))
    why = "as asked" if name else f"{found[1]:.0%} of its columns are there" if found else "by its columns"
    summary = (*_describe(look), ("Profile", f"{profile.name} ({profile.layout} layout): {why}"))
    summary = (*summary, *(("Trap", trap) for trap in profile.traps), *points)
    block = _write(path, look, profile, suggestions, ours, points, said)
    block += _suggest_identity(look, profile, ours, suggestions) + _WHO_ANSWERS
    return Connected(profile, summary, columns, suggestions, block)


def _name_encoding(given: str) -> str:
    """The name a study may give it: cp1252 is windows-1252. Raises PayoffError U121."""
    known = {codecs.lookup(name).name: name for name in ENCODINGS}
    try:
        return known[codecs.lookup(given).name]
    except LookupError:
        raise _usage(f"{given[:40]!r} is no encoding of text", ", ".join(ENCODINGS)) from None


def _ask_for_person(
    profile: Profile, ours: dict[str, str], names: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """The column that most measures of such a table are by, where the profile fills it from no header."""
    if profile.kind not in ("tickets", "interactions") or "agent_id" in ", ".join(ours.values()):
        return ()
    theirs = next((name for name in names if name.lower().replace("_", " ") in _OF_AGENTS), "their column")
    text = f"agent_id: nearly every measure is by it; mapping: {{{theirs}: agent_id}}"
    return (("Missing", text),)


def _usage(what: str, choices: str) -> PayoffError:
    return PayoffError([Problem("U121", what, "its columns have no meaning without one", choices)], 2)


def _match(look: Look, profile: Profile) -> dict[str, str]:
    """Header → canonical column; of a report by position the pairs speak for themselves."""
    if profile.shape == "two columns an activity":
        names = look.table.column_names
        email = {n: "email" for n in names if n.casefold() in ("email", "email address")}
        pairs = find_pairs(names)
        alone = range(pairs[0], len(names)) if pairs else ()
        dates = {names[at]: "completed, completed_at" for at in alone}
        states = {names[at]: "activity (its heading), status" for at in pairs}
        return {names[0]: "person_id", names[1]: "name", **email, **dates, **states}
    matched = match_columns(look.source, profile, Layout(profile.name), look.table.column_names)
    names = look.table.column_names
    ours: dict[str, str] = {}
    for match in matched.columns:
        for at in (*match.at, *(() if match.time_at is None else (match.time_at,))):
            before = ours.get(names[at], "").split(", ") if names[at] in ours else []
            ours[names[at]] = ", ".join(dict.fromkeys((*before, match.field.to)))
    return ours


def _describe(look: Look) -> tuple[tuple[str, str], ...]:
    said = look.encoding or ("UTF-8" if look.dialect or look.form == "jsonl" else "")
    facts = [look.form, said, f"{look.dialect} between fields" if look.dialect else ""]
    size = f"{look.table.num_rows:,} rows, {look.table.num_columns} columns"
    return (("File", f"{look.source.path}: {', '.join(f for f in facts if f)}; {size}"),)


def _open_points(look: Look, profile: Profile, ours: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """What the study has to say, because the file does not."""
    points: list[tuple[str, str]] = []
    table = KINDS[profile.kind]
    for at, name in enumerate(look.table.column_names):
        known = [c for c in map(table.find, ours.get(name, "").split(", ")) if c is not None]
        cells = look.table.column(at)
        if name and any(c.type in ("date", "instant") for c in known):
            patterns = list_patterns(cells)
            if patterns:
                either = " or ".join(patterns[:4])
                points.append(("Say", f"date_format: column {name} fits {either}; {_only(len(patterns))}"))
        elif any(c.type in ("number", "percent") for c in known) and has_commas(cells):
            points.append(("Say", f"decimal: point or comma; column {name} can be read both ways"))
    missing = [c.name for c in table.columns if c.required and c.name not in ", ".join(ours.values())]
    if missing and profile.shape == "rows":
        points.append(("Missing", f"{', '.join(missing)}: map a column to it"))
    told = {text.partition(":")[0] for _, text in points}
    points += [("Say", f"{need}: the file does not tell") for need in profile.needs if need not in told]
    return tuple(dict.fromkeys(points))


def _only(n: int) -> str:
    return "confirm it" if n == 1 else "the file cannot tell which"


def _write(
    path: Path,
    look: Look,
    profile: Profile,
    suggestions: tuple[Suggestion, ...],
    ours: dict[str, str],
    points: tuple[tuple[str, str], ...],
    said: str | None,
) -> str:
    """The block for `sources:`; what only a person can say stands there as a comment."""
    name = "".join(c if c.isalnum() and c.isascii() else "_" for c in path.name.split(".")[0].lower())
    lines = [
        "sources:",
        f"  {name if name[:1].isalpha() else f'source_{name}'}:",
        f"    file: {_quote(path.name)}",
    ]
    lines.append(f"    profile: {profile.name}")
    if look.encoding:
        why = "as given" if said is not None else "guessed: look at names with accents"
        lines.append(f"    encoding: {look.encoding}  # {why}")
    lines += [f"    # {text}" for label, text in points if label == "Say"]
    key = [column.name for column in KINDS[profile.kind].columns if column.required]
    if len(key) == 1 and key[0] in ", ".join(ours.values()) and profile.shape != "two columns an activity":
        lines.append(f"    # key: {key[0]}")
    if suggestions:
        lines.append("    mapping:  # suggested: delete what is wrong")
        for s in suggestions:
            why = ", ".join(reason for reason in s.reasons if reason)
            lines.append(f"      {_quote(s.theirs)}: {s.ours}  # {s.confidence:.0%}: {why}")
    return "\n".join(lines) + "\n"


def _suggest_identity(
    look: Look, profile: Profile, ours: dict[str, str], suggestions: tuple[Suggestion, ...]
) -> str:
    """Columns that an identity map could turn into one key, as comments: without a map they are refused."""
    mapped = (*ours.items(), *((s.theirs, s.ours) for s in suggestions))
    found = suggest_identifiers(look.table, profile.kind, mapped)
    if not found:
        return ""
    columns = ", ".join(f"{one.column}: {one.system}" for one in found)
    why = "; ".join(f"{one.column}: {one.reason}" for one in found)
    lines = [
        "    # one key for a person, once `payoff identity add` has brought the lists that know them:",
        f"    # identifiers: {{{columns}}}  # {why}",
    ]
    days = list(list_days(profile.kind, dict(mapped)))
    if days:
        others = f", or {', '.join(days[1:])}" if days[1:] else ""
        lines.append(f"    # identified_on: {days[0]}  # the day they were used{others}")
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    plain = all(c.isalnum() or c in " ._-/" for c in text) and text[:1].isalpha() and ": " not in text
    return text if plain and text.strip() == text else "'" + text.replace("'", "''") + "'"
