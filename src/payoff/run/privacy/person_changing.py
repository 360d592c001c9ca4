"""One place without a person: what is rewritten, what is rendered anew, what only its owner may change.

Question  How does this file forget, whole before and whole after?
Ours      Load packages, segments, logs, published files, lists of who was drawn.
Others'   The firm's own exports are rewritten only where that was ordered; studies, locks and records that
          are only added to say who answers for figures and are never changed.
Published Texts and members of workbooks lose the name; what is rendered from a brief (PDF, pages, workbook)
          is rendered anew (run.privacy.person_published); the brief is put in place last, so that an
          erasure that was broken off renders again. Figures stay as they were computed.
Lists     A draw stays a draw: the arm keeps its row, the key becomes a word, the record notes both hashes.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pyarrow.parquet as pq

from payoff.connectors.erasable_file import decode, erase_from_file
from payoff.identity.personal_rows import apply_judgement, judge_rows
from payoff.identity.sought import Sought
from payoff.nouns.study import LIST_SUFFIX
from payoff.run.privacy.erasure_order import Order
from payoff.run.privacy.forgotten_statements import judge_statements
from payoff.run.privacy.person_finding import Finding
from payoff.run.privacy.person_places import Place
from payoff.run.privacy.person_published import render_without
from payoff.run.privacy.person_unsearched import is_binary
from payoff.warehouse.package import replace_file
from payoff.warehouse.package_erasing import ROWS, erase_from_package
from payoff.warehouse.statement_segments import find_segments, rewrite_segment

NOTE = "load.json"


def may_change(place: Place, order: Order) -> bool:
    """Whether an erasure changes this place."""
    if place.kind == "source":
        return order.sources
    return place.kind in ("package", "statements", "log", "version", "output", "draw list")


def list_files(finding: Finding) -> list[Path]:
    """The files that a change of the place touches."""
    path = finding.place.path
    if finding.place.kind == "version":
        return list(finding.files)
    if finding.place.kind == "package":
        named = (path / ROWS, path / NOTE) if finding.rows or finding.edited else (path / NOTE,)
        return [file for file in named if file.exists()]
    if finding.place.kind == "draw list":
        return [path, *(file for file in [_record_of(path)] if file.exists() and file != path)]
    return [path]


def find_changed(finding: Finding, sought: Sought, order: Order) -> tuple[Path, ...]:
    """The files that an erasure would change here, and no other."""
    place = finding.place
    if not may_change(place, order):
        return ()
    if place.kind in ("source", "output", "log"):
        is_gone = place.kind == "output" and place.path.suffix == ".pdf"
        return (place.path,) if is_gone or _write_without(place, sought) != place.path.read_bytes() else ()
    return tuple(list_files(finding))


def change(finding: Finding, sought: Sought, order: Order) -> None:
    """Take the person out of a place. Done again, it changes nothing."""
    place = finding.place
    match place.kind:
        case "package":
            erase_from_package(place.path, sought, place.columns, order.tombstone, sought.word)
        case "statements":
            _change_segment(place, sought)
        case "draw list":
            _change_list(place, sought, order)
        case "version":
            for path, data in render_without(place.path, sought).items():
                _put(path, data)
        case _:
            _change_file(place, sought)


def _change_segment(place: Place, sought: Sought) -> None:
    segment = next(each for each in find_segments(place.path.parent) if each.path == place.path)
    rows = pq.read_table(place.path)
    rewrite_segment(segment, apply_judgement(rows, judge_statements(rows, sought)))


def _change_file(place: Place, sought: Sought) -> None:
    new = _write_without(place, sought)
    if place.kind == "output" and place.path.suffix == ".pdf" and new == place.path.read_bytes():
        place.path.unlink()  # payoff report renders it again
    else:
        _put(place.path, new)


def _write_without(place: Place, sought: Sought) -> bytes:
    """A file of rows loses records; one that only mentions, or is no table, loses words where it is text."""
    data = place.path.read_bytes()
    if place.kind != "source":
        return _redact(data, sought, None)
    judge = lambda table: judge_rows(table, sought, place.columns)  # noqa: E731
    rewritten = erase_from_file(place.path.name, data, judge, place.encoding)
    return _redact(data if rewritten is None else rewritten.data, sought, place.encoding)


def _change_list(place: Place, sought: Sought, order: Order) -> None:
    path = place.path
    if path.name.endswith(LIST_SUFFIX):
        data = path.read_bytes()
        judge = lambda table: judge_rows(table, sought, place.columns, kept=table.column_names)  # noqa: E731
        rewritten = erase_from_file(path.name, data, judge)
        new = _redact(data if rewritten is None else rewritten.data, sought, None)
        update_record(path, new, order)  # first: a list that still names the person is done again
        _put(path, new)
    else:
        _put(path, _redact(path.read_bytes(), sought, None))


def update_record(path: Path, rows: bytes, order: Order) -> None:
    """The record of a draw names the list's new hash beside the one that was drawn."""
    record_path = _record_of(path)
    if not record_path.exists():
        return
    record, now = json.loads(record_path.read_text("utf-8")), hashlib.sha256(rows).hexdigest()
    if record.get("list_sha256") != now:
        told = {"tombstone": order.tombstone, "list_sha256_before": record.get("list_sha256")}
        record |= {"list_sha256": now, "erased": [*record.get("erased", ()), told]}
        _put(record_path, (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())


def _redact(data: bytes, sought: Sought, encoding: str | None) -> bytes:
    """Texts, and texts within archives; other bytes as they are: a shorter word would move what follows."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        return _redact_members(data, sought)
    if is_binary(data):
        return data
    try:
        text, back = decode(data, encoding)
        return back(sought.redact(text))
    except ValueError:
        return data


def _redact_members(data: bytes, sought: Sought) -> bytes:
    written, changed = io.BytesIO(), False
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for entry in old.infolist():
            body = old.read(entry)
            kept = _redact(body, sought, None)
            changed = changed or kept != body
            new.writestr(entry, kept)
    return written.getvalue() if changed else data


def _record_of(path: Path) -> Path:
    if path.name.endswith(LIST_SUFFIX):
        return path.with_name(path.name.removesuffix(".csv") + ".json")
    return path


def _put(path: Path, data: bytes) -> None:
    for draft in path.parent.glob(f".{path.name}.*"):
        if draft.suffix[1:].isdigit():
            draft.unlink()  # of a process that was killed
    if path.read_bytes() == data:
        return
    mode = path.stat().st_mode & 0o777

    def write(draft: Path) -> None:
        draft.write_bytes(data)
        draft.chmod(mode)

    replace_file(path, write)
