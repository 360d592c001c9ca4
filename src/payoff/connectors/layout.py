"""Which column of a file is which column of ours.

Question  Where does each canonical column come from, and what of the file is left out?
Method    A profile's spellings, whatever their capitals, spaces and underscores; what the study maps
          itself goes before the profile.
Refuses   A header that is there twice where one is meant; a mapped column that is not there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from payoff.connectors.complaint import complain, list_names
from payoff.nouns.canonical import KINDS
from payoff.nouns.profile import Field, Layout, Profile
from payoff.nouns.study import Source


@dataclass(frozen=True, slots=True)
class Match:
    """A column of ours and where it stands in the file; `time_at`: its time of day."""

    field: Field
    at: tuple[int, ...]
    time_at: int | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """unmapped: headers of the file that no column of ours comes from."""

    columns: tuple[Match, ...]
    unmapped: tuple[str, ...]


def flatten_name(name: str) -> str:
    """A header without what spelling varies in."""
    return re.sub(r"[\s_]+", " ", name).strip().casefold()


def match_columns(source: Source, profile: Profile, layout: Layout, names: Sequence[str]) -> Matched:
    """Every canonical column the file can fill. Raises PayoffError D121."""
    flat = [flatten_name(name) for name in names]
    mapped = {ours: flatten_name(theirs) for theirs, ours in layout.mapping}
    for theirs, _ in layout.mapping:
        if flatten_name(theirs) not in flat:
            raise _absent(source, theirs, names)
    fields = [_say(field, mapped) for field in profile.fields if field.to not in mapped]
    for ours, theirs in mapped.items():
        known = next((field for field in profile.fields if field.to == ours), Field(ours, (), unit="said"))
        fields.append(_say(replace(known, names=(theirs,), time=None), mapped))
    matches = []
    for field in fields:
        places = next((_find(flat, name) for name in field.names if flatten_name(name) in flat), ())
        if places:
            if len(places) > 1 and not field.repeated:
                raise _doubled(source, names[places[0]], len(places))
            time = _find(flat, field.time)[:1] if field.time else ()
            matches.append(Match(field, places, time[0] if time else None))
    used = {at for match in matches for at in (*match.at, match.time_at)}
    return Matched(tuple(matches), tuple(dict.fromkeys(n for at, n in enumerate(names) if at not in used)))


def fit_mapping(source: Source, layout: Layout, names: Sequence[str]) -> Layout:
    """The layout for one of many files: of a mapping what the file has; older ones may be spelt otherwise."""
    if source.origin is None:
        return layout
    flat = {flatten_name(name) for name in names}
    return replace(layout, mapping=tuple(m for m in layout.mapping if flatten_name(m[0]) in flat))


def check_required(source: Source, profile: Profile, columns: Sequence[str], names: Sequence[str]) -> None:
    """Raises PayoffError D121 when a column without which a row belongs to nothing cannot be filled."""
    for column in KINDS[profile.kind].columns:
        if column.required and column.name not in columns:
            spelt = next((field.names for field in profile.fields if field.to == column.name), ())
            wanted = " or ".join(spelt) or column.name
            raise complain(
                source,
                "D121",
                f"no column for {column.name} ({column.words}): profile {profile.name} looks for {wanted}",
                "without it a row can be given to nothing",
                f"map it: `mapping: {{their column: {column.name}}}`"
                + list_names(wanted, names, "columns there"),
            )


def _say(field: Field, mapped: dict[str, str]) -> Field:
    """A guess that a person has confirmed by mapping it is one no more."""
    return replace(field, from_memory=False) if field.to in mapped else field


def _find(flat: Sequence[str], name: str) -> tuple[int, ...]:
    return tuple(at for at, there in enumerate(flat) if there == flatten_name(name))


def _absent(source: Source, theirs: str, names: Sequence[str]) -> Exception:
    return complain(
        source,
        "D121",
        f"the mapping names column {theirs}, which is not in the file",
        "what it should fill would be missing without a word",
        f"correct the mapping{list_names(theirs, names, 'columns there')}",
    )


def _doubled(source: Source, name: str, n: int) -> Exception:
    return complain(
        source,
        "D121",
        f"column {name} is there {n} times",
        "either could be meant, and they may differ",
        "export it once, or rename the others in the file",
    )
