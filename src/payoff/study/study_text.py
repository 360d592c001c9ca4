"""Bytes → text with line numbers: refuses what cannot be a study file before YAML is tried.

Question  Is this UTF-8 text of a sane size, and what stands on line 59?
"""

import re
from dataclasses import dataclass, field

from payoff.nouns.problem import PayoffError, Place, Problem
from payoff.study.codes import build_problem

MAX_BYTES = 1_000_000
_EXCERPT = 400
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_WIDE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"PK": "a zip archive", b"%P": "a PDF"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Line and column count from 1; width in characters."""

    line: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class StudyText:
    """The text of one file and its lines."""

    file: str
    text: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)

    def place(self, mark: Mark) -> Place:
        """The mark as a place with the text of its line; never points past the end of that line."""
        line = self.lines[mark.line - 1] if 1 <= mark.line <= len(self.lines) else ""
        column = min(mark.column, len(line) + 1)
        width = max(1, min(mark.width, len(line) + 1 - column))
        return Place(self.file, mark.line, column, width, line[:_EXCERPT])

    def mark_at(self, position: int) -> Mark:
        """The mark of the character at `position` of the text."""
        ends = [m.end() for m in _LINE_END.finditer(self.text, 0, position)]
        return Mark(len(ends) + 1, position - (ends[-1] if ends else 0) + 1)


def read_text(data: bytes, file: str, max_bytes: int = MAX_BYTES) -> StudyText:
    """Decode `data`; raises PayoffError (3) when it is not a text file of at most `max_bytes`."""
    if len(data) > max_bytes:
        what = f"{file} has {len(data):,} bytes; at most {max_bytes:,} are read"
        raise _stop(build_problem("P002", what, "keep data in source files, not in the study file", None))
    kind = _WIDE.get(data[:2])
    if kind is not None:
        fix = "save it as plain text, UTF-8"
        raise _stop(build_problem("P001", f"{file} is {kind}, not UTF-8 text", fix, Place(file, 1, 1)))
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _stop(_not_utf8(data, file, error.start)) from None
    result = StudyText(file, text, tuple(_LINE_END.split(text)))
    odd = _NOT_TEXT.search(text)
    if odd is not None:
        what = f"character U+{ord(odd.group()):04X} is not text"
        place = result.place(result.mark_at(odd.start()))
        raise _stop(build_problem("P003", what, "delete it", place))
    if not text.strip():
        raise _stop(
            build_problem("P012", f"{file} is empty", "payoff init writes a starter", Place(file, 1, 1))
        )
    return result


def _not_utf8(data: bytes, file: str, position: int) -> Problem:
    line_start = data.rfind(b"\n", 0, position) + 1
    line_end = data.find(b"\n", position)
    raw = data[line_start : line_end if line_end >= 0 else len(data)]
    excerpt = "".join(c if c.isprintable() else "\ufffd" for c in raw.decode("utf-8", "replace"))
    column = len(data[line_start:position].decode("utf-8", "replace")) + 1
    place = Place(file, data.count(b"\n", 0, position) + 1, column, 1, excerpt[:_EXCERPT])
    what = f"byte 0x{data[position]:02X} at offset {position} is not UTF-8"
    return build_problem("P001", what, "save the file as UTF-8", place)


def _stop(problem: Problem) -> PayoffError:
    return PayoffError([problem], exit_code=3)
