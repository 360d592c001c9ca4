"""Workbooks without a person: rows that go leave a gap, texts that name them say something else.

Question  What are the bytes of an .xlsx without this person's rows, everything else as it was?
How       Within the archive: `<row>` elements go from the sheets, and shared strings that name the person, or
          that only rows that went pointed to, are blanked in their place, so that no index moves. Every other
          member is the same bytes; widths, formulas and styles stay.
Refuses   (ValueError) Old .xls, which is no archive, and workbooks with a password.
"""

import io
import re
import zipfile
from html import escape, unescape

import pyarrow as pa

from payoff.connectors.rewritten import Judge, Rewritten, Within
from payoff.identity.personal_rows import Judged

_ROW = re.compile(r"<row\b[^>]*?(?:/>|>.*?</row>)", re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_TEXT = re.compile(r"(<t\b[^>]*>)(.*?)(</t>)", re.DOTALL)
_ITEM = re.compile(r"<si>.*?</si>|<si/>", re.DOTALL)
_SHEET, _LINK = re.compile(r"<(?:\w+:)?sheet\b[^>]*>"), re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_VALUE = re.compile(r"<v>(.*?)</v>", re.DOTALL)
_STRINGS = "xl/sharedStrings.xml"


def erase_from_workbook(data: bytes, judge: Judge) -> Rewritten:
    """The workbook without the person; row numbers count from the row below the header."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ValueError("no archive")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        entries = archive.infolist()
    strings = _ITEM.findall(members.get(_STRINGS, b"").decode())
    texts = [_read_text(item) for item in strings]
    titles = _read_titles(members)
    within: list[Within] = []
    freed: set[int] = set()
    replaced: dict[int, str] = {}
    for name in sorted(members):
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            sheet = _Sheet(members[name].decode(), texts)
            judged = judge(sheet.table)
            members[name] = sheet.erase(judged, freed, replaced).encode()
            rows = tuple(sheet.number(row) for row in sorted(judged.gone))
            edited = {sheet.number(row) for cells in judged.edits.values() for row in cells}
            if rows or edited:
                within.append(Within(f"sheet {titles.get(name, name)}", rows, tuple(sorted(edited))))
    if not within:
        return Rewritten(data, (), ())
    if strings:
        again = iter(_blank(strings, members, freed, replaced))
        members[_STRINGS] = _ITEM.sub(lambda _: next(again), members[_STRINGS].decode()).encode()
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as new:
        for entry in entries:
            new.writestr(entry, members[entry.filename])
    return Rewritten(
        written.getvalue(),
        tuple(n for part in within for n in part.rows),
        tuple(n for part in within for n in part.edited),
        tuple(within),
    )


def _blank(
    strings: list[str], members: dict[str, bytes], freed: set[int], replaced: dict[int, str]
) -> list[str]:
    """Shared strings, without what no cell points to any more and with what cells say now."""
    still = {
        int(n) for name, body in members.items() if "worksheets" in name for n in _pointed(body.decode())
    }
    return [
        "<si><t></t></si>" if n in freed and n not in still
        else f"<si><t>{escape(replaced[n])}</t></si>" if n in replaced else item
        for n, item in enumerate(strings)
    ]  # fmt: skip


def _read_titles(members: dict[str, bytes]) -> dict[str, str]:
    """Member of the archive → the sheet's name as people see it."""
    book, links = (
        members.get(name, b"").decode() for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    )
    sheets = {_attribute(tag, "r:id"): unescape(_attribute(tag, "name")) for tag in _SHEET.findall(book)}
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in _LINK.findall(links)}
    places = {
        id: target.lstrip("/") if target[:1] == "/" else f"xl/{target}" for id, target in targets.items()
    }
    return {places[id]: title for id, title in sheets.items() if id in places}


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found[1] if found else ""


class _Sheet:
    """One sheet's rows as texts; its first filled row is the header."""

    def __init__(self, xml: str, texts: list[str]) -> None:
        self._xml = xml
        self._rows = [match for match in _ROW.finditer(xml) if _CELL.search(match[0])]
        cells = [{_column(c): (_show(c, texts), c) for c in _CELL.finditer(row[0])} for row in self._rows]
        header = {at: text for at, (text, _) in cells[0].items() if text} if cells else {}
        names = dict(zip(header, _once([text.strip() for text in header.values()]), strict=True))
        self._cells = [{names[at]: each for at, each in row.items() if at in names} for row in cells[1:]]
        columns = [
            pa.array([row[name][0] if name in row else None for row in self._cells], pa.string())
            for name in names.values()
        ]
        self.table = pa.table(columns, names=list(names.values()))

    def number(self, row: int) -> int:
        """The record's number as `_row` has it: rows below the header's."""
        return _row_number(self._rows[row + 1][0], row + 2) - _row_number(self._rows[0][0], 1)

    def erase(self, judged: Judged, freed: set[int], replaced: dict[int, str]) -> str:
        """The sheet's XML; shared strings that nothing may show any more go into `freed` and `replaced`."""
        cuts: list[tuple[int, int, str]] = []
        for row in judged.gone:
            cuts.append((*self._rows[row + 1].span(), ""))
            freed |= {int(n) for n in _pointed(self._rows[row + 1][0])}
        for name, cells in judged.edits.items():
            for row, new in cells.items():
                cell = self._cells[row][name][1]
                start = self._rows[row + 1].start() + cell.start()
                if 't="s"' in cell[1]:
                    found = _VALUE.search(cell[0])
                    replaced[int(found[1]) if found else -1] = new or ""
                else:
                    attributes = re.sub(r'\st="[^"]*"', "", cell[1])
                    text = f'<c{attributes} t="inlineStr"><is><t>{escape(new or "")}</t></is></c>'
                    cuts.append((start, start + len(cell[0]), text))
        xml = self._xml
        for start, end, text in sorted(cuts, reverse=True):
            xml = xml[:start] + text + xml[end:]
        return xml


def _pointed(xml: str) -> list[str]:
    """Numbers of the shared strings that cells point to."""
    found = [(c[1], _VALUE.search(c[0])) for c in _CELL.finditer(xml)]
    return [value[1] for attributes, value in found if 't="s"' in attributes and value]


def _show(cell: re.Match[str], texts: list[str]) -> str | None:
    value = _VALUE.search(cell[0])
    if 't="s"' in cell[1] and value:
        return texts[int(value[1])]
    if 't="inlineStr"' in cell[1]:
        return _read_text(cell[0])
    return unescape(value[1]) if value else None


def _read_text(xml: str) -> str:
    return "".join(unescape(match[2]) for match in _TEXT.finditer(xml))


def _column(cell: re.Match[str]) -> str:
    found = re.search(r'\br="([A-Z]+)', cell[1])
    return found[1] if found else str(cell.start())


def _row_number(xml: str, otherwise: int) -> int:
    found = re.match(r'<row\b[^>]*?\br="(\d+)"', xml)
    return int(found[1]) if found else otherwise


def _once(names: list[str]) -> list[str]:
    return [name if name not in names[:n] else f"{name} ({n})" for n, name in enumerate(names)]
