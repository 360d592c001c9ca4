"""Cells of an export → text, numbers, yes and no, durations: as said, never as guessed.

Question  What does this cell hold, given what the study says about its decimals, units and words?
Refuses   A comma that may be a decimal or a thousand, 1.234 where it may be either, a word that nobody
          has explained, a duration whose unit is not said.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from payoff.connectors.complaint import MAX_KEYS, complain
from payoff.nouns.profile import Field, Layout
from payoff.nouns.study import Source

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_POINT = r"^[+-]?\d{1,3}([,']\d{3})+(\.\d+)?$"
_COMMA = r"^[+-]?(\d+|\d{1,3}([.\s\x{a0}\x{202f}']\d{3})+)(,\d+)?$"
_EITHER = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
_CLOCK = r"^(?P<h>\d+):(?P<m>[0-5]\d):(?P<s>[0-5]\d)$"
_YES_NO = {**dict.fromkeys(("true", "yes", "y", "1", "t"), True),
           **dict.fromkeys(("false", "no", "n", "0", "f"), False)}  # fmt: skip
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of the file under way: its header, cells (blank ones null) and the rows they stand in."""

    source: Source
    name: str
    values: pa.ChunkedArray
    rows: pa.Array

    def complain(self, code: str, bad: pa.Array, what: str, why: str, fix: str) -> Exception:
        """The error of the cells where `bad` is true: the first values and their rows."""
        wrong = self.values.filter(bad)
        rows = [f"row {row}" for row in self.rows.filter(bad).slice(0, MAX_KEYS).to_pylist()]
        some = ", ".join(repr(v) for v in dict.fromkeys(read_text(wrong.slice(0, 200)).to_pylist()[:3]))
        return complain(
            self.source, code, f"column {self.name}: {len(wrong):,} of its cells {what}: {some}",
            why, fix, rows,
        )  # fmt: skip


def read_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text without blanks at its ends; 7.0 is the key 7."""
    kind = column.type
    if pa.types.is_floating(kind) and pc.all(pc.equal(pc.floor(column), column)).as_py() is not False:
        column = column.cast(pa.int64())
    texts = column if pa.types.is_string(column.type) else column.cast(pa.string())
    texts = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(texts, ""), None, texts)


def read_number(cells: Cells, layout: Layout, percent: bool = False) -> pa.ChunkedArray:
    """Doubles. Raises PayoffError D123."""
    if _is_number(cells.values.type):
        return cells.values.cast(pa.float64())
    texts = read_text(cells.values)
    if percent:
        texts = pc.replace_substring_regex(texts, r"\s*%$", "")
    if layout.decimal == "comma":
        fits = pc.match_substring_regex(texts, _COMMA)
        plain = pc.replace_substring(pc.replace_substring_regex(texts, r"[.\s\x{a0}\x{202f}']", ""), ",", ".")
    else:
        fits = pc.match_substring_regex(texts, _PLAIN)
        if layout.decimal == "point":
            fits = pc.or_(fits, pc.match_substring_regex(texts, _POINT))
        elif _may_be_thousands(texts):
            raise _unclear(cells, pc.match_substring_regex(texts, _EITHER))
        plain = pc.replace_substring_regex(texts, "[,']", "")
    bad = pc.fill_null(pc.invert(fits), False)
    if pc.any(bad).as_py():
        raise _unclear(cells, bad)
    return plain.cast(pa.float64())


def read_whole(cells: Cells, layout: Layout) -> pa.ChunkedArray:
    """Whole numbers. Raises PayoffError D123."""
    numbers = read_number(cells, layout)
    broken = pc.fill_null(pc.not_equal(pc.floor(numbers), numbers), False)
    if pc.any(broken).as_py():
        why = "this column counts, and nothing is counted in parts"
        raise cells.complain("D123", broken, "are no whole numbers", why, "map another column, or correct it")
    return numbers.cast(pa.int64())


def read_flag(cells: Cells, field: Field, said: Mapping[str, str]) -> pa.ChunkedArray:
    """Yes and no by the words of profile or study. Raises PayoffError D124 on any other word."""
    if pa.types.is_boolean(cells.values.type):
        return cells.values
    words = {**dict(field.values), **said}
    meant = {word.casefold(): _YES_NO.get(ours.casefold()) for word, ours in words.items()} or _YES_NO
    texts = pc.utf8_lower(read_text(cells.values))
    keys = pa.array(list(meant), pa.string())
    at = pc.index_in(texts, keys)
    unknown = pc.and_(pc.is_null(at), pc.is_valid(texts))
    if pc.any(unknown).as_py():
        raise cells.complain(
            "D124", unknown, f"are words that nobody has explained for {field.to}",
            "yes or no would have to be guessed, and a rate would rest on it",
            f"say what they mean: `values: {{{field.to}: {{…: true, …: false}}}}`",
        )  # fmt: skip
    return pa.chunked_array([pa.array(list(meant.values()), pa.bool_()).take(at.combine_chunks())])


def replace_words(texts: pa.ChunkedArray, said: Mapping[str, str]) -> pa.ChunkedArray:
    """Text with the words that the study explains written as it says."""
    for theirs, ours in said.items():
        texts = pc.if_else(pc.fill_null(pc.equal(texts, theirs), False), ours, texts)
    return texts


def read_duration(cells: Cells, field: Field, layout: Layout, to: str) -> pa.ChunkedArray:
    """Seconds or minutes; 0:07:30 needs no unit, plain numbers do. Raises PayoffError D123 or D125."""
    per = _SECONDS["s" if to == "seconds" else "min"]
    if pa.types.is_duration(cells.values.type):
        return pc.divide(cells.values.cast(pa.duration("us")).cast(pa.int64()).cast(pa.float64()), 1e6 * per)
    if not _is_number(cells.values.type):
        texts = read_text(cells.values)
        clock = pc.match_substring_regex(texts, r"^\d+:[0-5]\d:[0-5]\d$")
        if pc.all(clock).as_py() and len(texts.drop_null()):
            parts = pc.extract_regex(texts, _CLOCK).combine_chunks()
            h, m, s = (pc.struct_field(parts, [name]).cast(pa.float64()) for name in "hms")
            total = pc.add(pc.add(pc.multiply(h, 3600.0), pc.multiply(m, 60.0)), s)
            return pa.chunked_array([pc.divide(total, per)])
    unit = (layout.duration_unit or field.unit) if field.unit in (None, "said") else field.unit
    if unit is None or unit == "said":
        raise complain(
            cells.source, "D125", f"column {cells.name} does not say what it counts in",
            "minutes read as seconds are wrong by a factor of 60, and look like a result",
            "write `duration_unit: s` (or ms, min, h), as the system's settings say",
        )  # fmt: skip
    return pc.multiply(read_number(cells, layout), _SECONDS[unit] / per)


def _may_be_thousands(texts: pa.ChunkedArray) -> bool:
    """Whether 1.234 is all the points there are, so that they may group thousands."""
    pointed = texts.filter(pc.fill_null(pc.match_substring(texts, "."), False))
    return len(pointed) > 0 and pc.all(pc.match_substring_regex(pointed, _EITHER)).as_py() is True


def _unclear(cells: Cells, bad: pa.Array) -> Exception:
    return cells.complain(
        "D123", bad, "can be read as numbers in two ways or in none",
        "a comma or point taken for the other changes a value a thousandfold",
        "write `decimal: comma` (1.234,5) or `decimal: point` (1,234.5); leave signs of currency out",
    )  # fmt: skip


def _is_number(kind: pa.DataType) -> bool:
    number: bool = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return number
