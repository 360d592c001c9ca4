"""What changed in the columns between two files or pulls of one source, what it breaks, and what mends it.

Question  Are these the columns the study was written for, and if not, which line makes them so again?
Finds     Columns gone, new, renamed (by name, or by place and kind), of another kind, and numbers whose
          middle is many times what it was: another unit.
Refuses   What the study reads and cannot read any more; all else is told. The version in use stays.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from payoff.connectors.layout import flatten_name
from payoff.nouns.study import Source, Study
from payoff.warehouse.merging import fits, is_blank
from payoff.warehouse.pieces import Piece

FACTOR = 20.0  # a middle that many times larger or smaller is told
MIN_VALUES = 20
_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class Drift:
    """breaking: what the study cannot be computed with. told: what a reader should know. cure: lines."""

    breaking: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    cure: tuple[str, ...] = ()


def find_drift_of_columns(
    study: Study, source: Source, before: Piece, headers: Sequence[str], columns: Sequence[tuple[str, str]]
) -> Drift:
    """Against the piece before. columns: names and kinds as they would be landed; a blank one has no kind."""
    breaking: list[str] = []
    told: list[str] = []
    cure: list[str] = []
    now = {name.lower(): kind for name, kind in columns}
    new = [name for name in headers if name.lower() not in {h.lower() for h in before.headers}]
    left = {h.lower() for h in headers}
    missing = [h for h in before.headers if h.lower() not in left]
    for name, kind in before.columns:
        if name.lower() not in now:
            users = find_users(study, source, name)
            renamed = _guess(name, missing, new, before.headers, headers)
            text = f"{name} is gone"
            if renamed is not None:
                text += f", and {renamed} is new: probably renamed"
                cure.append(f"mapping: {{{renamed}: {name}}}")
            (breaking if users else told).append(text + (f"; {', '.join(users)} reads it" if users else ""))
        elif kind and now[name.lower()] and not fits(kind, now[name.lower()]):
            users = find_users(study, source, name)
            text = f"{name} was {_word(kind)} and is {_word(now[name.lower()])}"
            breaking.append(text + (f"; {', '.join(users)} reads it" if users else ""))
    guessed = " ".join(cure)
    renamed_by_study = _list_renamed(source, before)
    told += [
        f"{name} is new"
        for name in new
        if f"{{{name}:" not in guessed and flatten_name(name) not in renamed_by_study
    ]
    return Drift(tuple(breaking), tuple(told), tuple(cure))


def _list_renamed(source: Source, before: Piece) -> frozenset[str]:
    """Columns of the file that the study maps to one that was there before under another name."""
    had = {name.lower() for name, _ in before.columns}
    mapping = (*source.renames, *(source.layout.mapping if source.layout is not None else ()))
    return frozenset(flatten_name(theirs) for theirs, ours in mapping if ours.lower() in had)


def find_unit_drift(before: pa.Table, after: pa.Table, source: Source, since: str) -> tuple[str, ...]:
    """A sentence for each column of numbers whose middle moved by a factor that no month explains."""
    told = []
    for field in after.schema:
        if field.name not in before.column_names or field.name.startswith("_") or field.name in source.key:
            continue
        middles = [_middle(table, field.name) for table in (before, after)]
        if None in middles or not middles[0] or not middles[1]:
            continue
        ratio = abs(float(middles[1]) / float(middles[0]))
        if ratio >= FACTOR or ratio <= 1 / FACTOR:
            words = f"{ratio:,.0f} times" if ratio > 1 else f"1/{1 / ratio:,.0f} of"
            told.append(
                f"{field.name} is in the middle {words} what it is in {since}: another unit? If so, "
                "say it (duration_unit, decimal), or export it as before"
            )
    return tuple(told)


def find_users(study: Study, source: Source, column: str) -> tuple[str, ...]:
    """What of the study names a column of a source."""
    word = re.compile(rf"\b{re.escape(column)}\b", re.IGNORECASE)
    users = ["its key"] if any(word.fullmatch(name) for name in source.key) else []
    if any(word.fullmatch(name) for name in source.columns):
        users.append("its columns")
    users += [
        f"metric {metric.name}"
        for metric in study.metrics
        if source.name in metric.sources and metric.sql is not None and word.search(metric.sql)
    ]
    if source.name in study.cohort.sources and word.search(repr(study.cohort)):
        users.append("the cohort")
    if source.name in study.cohort.sources and word.search(repr(study.design)):
        users.append("the design")
    return tuple(users)


def describe_columns_of(table: pa.Table) -> tuple[tuple[str, str], ...]:
    """Names and kinds; a column that holds nothing has no kind yet."""
    return tuple(
        (f.name, "" if is_blank(table, f.name) else str(f.type))
        for f in table.schema
        if not f.name.startswith("_row")
    )


def _guess(
    name: str, missing: Sequence[str], new: Sequence[str], before: Sequence[str], now: Sequence[str]
) -> str | None:
    """Which new column is the old one: by its name, else by its place."""
    near = difflib.get_close_matches(name.lower(), [n.lower() for n in new], n=1, cutoff=_NEAR)
    if near:
        return next(n for n in new if n.lower() == near[0])
    gone = name if name in missing else missing[0] if len(missing) == 1 else None
    if gone is None or gone not in before:
        return None
    at = list(before).index(gone)
    return now[at] if at < len(now) and now[at] in new else None


def _middle(table: pa.Table, name: str) -> float | None:
    kind = table.schema.field(name).type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return None
    values = table[name].drop_null()
    if len(values) < MIN_VALUES:
        return None
    return float(np.median(values.cast(pa.float64()).to_numpy()))


def _word(kind: str) -> str:
    """A kind as people say it."""
    words = {"string": "text", "int64": "whole numbers", "double": "numbers", "bool": "true or false"}
    return words.get(kind, "dates" if kind.startswith("date") else kind)
