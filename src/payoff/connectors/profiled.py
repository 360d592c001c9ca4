"""A vendor's table → a canonical one.

Question  What does this export hold, in the names, types and units every study uses?
Leaves    Columns that nothing of ours comes from are left out and named in a warning; what a file cannot
          fill is not there, so that a query for it fails instead of finding nothing.
Splits    The close date of an open deal is a forecast: it becomes `expected_close_on`, and `closed_on`
          holds those of closed deals alone. Where the file does not tell, there is no `closed_on`.
Refuses   See layout, cells, local_time; traps of the profile are warnings.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payoff.connectors.cells import (
    Cells,
    read_duration,
    read_flag,
    read_number,
    read_text,
    read_whole,
    replace_words,
)
from payoff.connectors.layout import Match, Matched, check_required, match_columns
from payoff.connectors.local_time import read_day, read_instant
from payoff.connectors.shapes import shape_rows
from payoff.nouns.canonical import KINDS, CanonicalColumn
from payoff.nouns.profile import Layout, Profile
from payoff.nouns.study import Source
from payoff.study.profiles import PROFILES

Columns = dict[str, pa.ChunkedArray | pa.Array]


def read_profiled(source: Source, layout: Layout, table: pa.Table) -> tuple[pa.Table, tuple[str, ...]]:
    """The canonical table with `_row`, and warnings. Raises PayoffError D121 to D125."""
    profile = PROFILES[layout.profile]
    rows = pa.array(np.arange(1, table.num_rows + 1))
    if "_row" in table.column_names:
        rows = table["_row"].combine_chunks()
        table = table.drop_columns(["_row"])
    table, rows, told = shape_rows(source, profile, table, rows)
    matched = match_columns(source, profile, layout, table.column_names)
    warnings = [*told, *_tell_layout(profile, layout, matched)]
    columns: Columns = {}
    for match in matched.columns:
        if match.field.said and not layout.words_for(match.field.to):
            warnings.append(
                f"{match.field.to} is left out until `values: {{{match.field.to}: …}}` says which words of "
                f"{table.column_names[match.at[0]]} mean it"
            )
            continue
        column, told = _read(source, layout, profile, match, table, rows)
        columns[match.field.to] = column
        warnings += told
    check_required(source, profile, tuple(columns), table.column_names)
    warnings += _split_close_date(profile, columns)
    warnings += _check_leavers(profile, layout, columns)
    order = [column.name for column in KINDS[profile.kind].columns]
    named = sorted(columns, key=lambda name: order.index(name) if name in order else len(order))
    return pa.table({**{name: columns[name] for name in named}, "_row": rows}), tuple(warnings)


def personal_columns(layout: Layout) -> tuple[str, ...]:
    """Columns of the canonical table that name a person."""
    return tuple(c.name for c in KINDS[PROFILES[layout.profile].kind].columns if c.personal)


def _read(
    source: Source, layout: Layout, profile: Profile, match: Match, table: pa.Table, rows: pa.Array
) -> tuple[pa.ChunkedArray | pa.Array, tuple[str, ...]]:
    """One canonical column and its warnings."""
    field = match.field
    values = _without_blanks(_gather(table, match), profile.blanks)
    cells = Cells(source, table.column_names[match.at[0]], values, rows)
    known = KINDS[profile.kind].find(field.to) or CanonicalColumn(field.to, "text", "")
    said = layout.words_for(field.to)
    match known.type:
        case "number" | "percent":
            return read_number(cells, layout, known.type == "percent"), ()
        case "whole":
            return read_whole(cells, layout), ()
        case "flag":
            return read_flag(cells, field, said), ()
        case "date":
            return read_day(cells, field, layout), ()
        case "instant":
            return read_instant(cells, field, layout)
        case "seconds" | "minutes":
            return read_duration(cells, field, layout, known.type), ()
    texts = replace_words(read_text(values), said)
    return (pc.utf8_lower(texts) if known.name.endswith("email") else texts), ()


def _gather(table: pa.Table, match: Match) -> pa.ChunkedArray:
    """The cells of a match: repeated columns joined, date and time of day side by side."""
    first = table.column(match.at[0])
    if match.field.repeated and len(match.at) > 1:
        texts = [read_text(table.column(at)) for at in match.at]
        joined = pc.binary_join_element_wise(*texts, "; ", null_handling="skip")
        return pc.if_else(pc.equal(joined, ""), None, joined)
    if match.time_at is not None:
        return pc.binary_join_element_wise(read_text(first), read_text(table.column(match.time_at)), " ")
    return first


def _without_blanks(column: pa.ChunkedArray, blanks: tuple[str, ...]) -> pa.ChunkedArray:
    if pa.types.is_large_string(column.type) or pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if not blanks or not pa.types.is_string(column.type):
        return column
    is_blank = pc.is_in(pc.utf8_trim_whitespace(column), pa.array(blanks))
    return pc.if_else(pc.fill_null(is_blank, False), None, column)


def _tell_layout(profile: Profile, layout: Layout, matched: Matched) -> list[str]:
    """What whoever uses these rows should know."""
    told = [f"trap: {trap}" for trap in profile.traps]
    by = f"; {layout.confirmed_by} has confirmed its columns" if layout.confirmed_by else ""
    if profile.layout == "from memory":
        told.insert(0, f"unverified layout: profile {profile.name} is from memory{by}")
    guesses = [match.field.to for match in matched.columns if match.field.from_memory]
    if guesses and profile.layout == "verified":
        told.insert(0, f"unverified layout of {', '.join(guesses)}: these columns are from memory{by}")
    if matched.unmapped:
        shown = ", ".join(name or "(no name)" for name in matched.unmapped[:20])
        more = f" and {len(matched.unmapped) - 20} more" if len(matched.unmapped) > 20 else ""
        told.append(f"left out, as no column of {profile.kind} comes from them: {shown}{more}")
    return told


def _split_close_date(profile: Profile, columns: Columns) -> list[str]:
    """Outcome or forecast, by whether the deal is closed."""
    if profile.close_date is None or "closed_on" not in columns:
        return []
    closed, dates = columns.get("is_closed"), columns.pop("closed_on")
    if closed is None:
        return [f"no column says which deals are closed: {profile.close_date} may be a forecast, left out"]
    columns["closed_on"] = pc.if_else(pc.fill_null(closed, False), dates, None)
    columns["expected_close_on"] = pc.if_else(pc.fill_null(closed, True), None, dates)
    return []


def _check_leavers(profile: Profile, layout: Layout, columns: Columns) -> list[str]:
    """Without leavers nobody ever leaves, and turnover would be zero: then there is no such column."""
    if profile.kind != "people" or layout.leavers:
        return []
    left = columns.get("left_on")
    if left is not None and left.null_count < len(left):
        return []
    for name in ("left_on", "leave_reason", "voluntary"):
        columns.pop(name, None)
    found = "is not in the file" if left is None else "is blank in every row"
    return [
        f"no leavers: left_on {found}, so turnover cannot be had from it and left_on is left out; export "
        "people who left too, or write `leavers: true` if nobody has"
    ]
