"""A person erased from a whole workspace, and a signed certificate of it that names nobody.

Question  Was everything of this person erased, who ordered it and why, and what is out of reach?
Order     Alone in the workspace: the order is noted; the tombstone is signed, so that nothing of the person
          can be landed any more; record stores; then place after place, each noted with its hash before it is
          touched; a second look at everything; the certificate. Killed anywhere, the same order goes on from
          there and ends in the same files.
Others    Rows, files and statements of others keep every byte they had, but for a word where they named the
          person (payoff.identity.personal_rows).
"""

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from payoff.connectors.pseudonym import name_text
from payoff.identity import read_identifier
from payoff.identity.sought import Sought
from payoff.nouns.problem import PayoffError, Problem
from payoff.records.export_log import read_exports
from payoff.records.identity_map import FILE
from payoff.records.seal import read_key, sign
from payoff.records.tombstones import bury, name_word, write_tombstone
from payoff.run.feeds.statement_folders import hold_statements
from payoff.run.outputs import FILES
from payoff.run.privacy import erasure_order
from payoff.run.privacy.erasure_order import Order, Touched
from payoff.run.privacy.learner_export import log_path, name_exported
from payoff.run.privacy.person_changing import NOTE, change, find_changed, list_files, may_change
from payoff.run.privacy.person_finding import Finding, learn_pseudonyms
from payoff.run.privacy.person_known import Acquainted, find_acquainted, forget_acquainted
from payoff.run.privacy.person_places import Known, Place, read_studies
from payoff.run.privacy.person_published import find_everywhere
from payoff.run.privacy.person_unsearched import list_unsearched
from payoff.run.privacy.privacy_folder import PrivacyFolder, find_privacy_folder, hold_privacy
from payoff.run.workspace import Workspace
from payoff.warehouse.package import replace_file
from payoff.warehouse.package_erasing import ROWS, erase_from_package, find_unfinished
from payoff.warehouse.spark_session import clear_spills

StoreErasure = Callable[[], dict[str, Any]]
TO_DO = {
    "source": "the firm's own export: payoff leaves it. Erase the rows where the export is made, "
    "or order again with --sources",
    "plan": "who answers for a study or a decision stays: correct it by hand and amend the plan",
    "other": "not written by payoff: erase it by hand",
}
CLOSED_SOURCE = "no table that can be read and written again: erase it by hand, where the export is made"
UNCHANGED = "it could not be changed: order the same again"
NOT_SEARCHED = (
    "what is within pictures, PDF files of others, databases, mails, old or locked files: "
    "files_not_searched names them",
    "copies outside the workspace: mails, downloads, snapshots of disks",
    "aggregates already published: they stay; run the studies again for figures without the person",
)


@dataclass(frozen=True, slots=True)
class Request:
    """Who is to go, on whose word. stores: erasures of record stores, by name of the store."""

    identifiers: tuple[str, ...]
    by: str
    reason: str
    sources: bool = False
    stores: tuple[tuple[str, StoreErasure], ...] = ()


def look_for_person(
    home: Workspace, identifiers: Sequence[str], sources: bool = False
) -> tuple[list[Finding], Known]:
    """What the workspace holds of the person, each with the files that an erasure would change.

    Changes nothing. Raises PayoffError U240: nobody is named.
    """
    _check_named(identifiers)
    known = read_studies(home)
    sought, acquainted = _seek(home, known, identifiers, "erased", ())
    order = Order("", "", "", "", "", sources)
    found = [one for one in find_everywhere(home, known, sought) if one.place.kind != "identity map"]
    told = [replace(one, files=find_changed(one, sought, order)) for one in found]
    if acquainted.rows:
        told.append(_describe_map(home, acquainted))
    return told, known


def _describe_map(home: Workspace, acquainted: Acquainted) -> Finding:
    path = home.identity / FILE
    return Finding(Place("identity map", path), acquainted.rows, files=(path,))


def erase_person(home: Workspace, request: Request) -> dict[str, Any]:
    """Erase, and give the certificate. Raises PayoffError; then order the same again: it goes on there."""
    _check(request)
    folder, secret = find_privacy_folder(home), home.read_secret()
    with hold_privacy(folder, alone=True), ExitStack() as held:
        known = read_studies(home)
        order = erasure_order.begin(
            folder, request.identifiers, secret, request.by, request.reason, request.sources
        )
        word = name_word(order.tombstone)
        sought, acquainted = _seek(home, known, request.identifiers, word, order.pseudonyms)
        order.pseudonyms = sorted(sought.pseudonyms)
        erasure_order.save(folder, order)
        write_tombstone(folder.path, bury(sought, secret, order.tombstone, order.by, order.reason))
        for name, erase in request.stores:
            if name not in order.stores:
                order.stores[name] = erase()
                erasure_order.save(folder, order)
        held.enter_context(hold_statements(home.root))
        _change_all(home, known, sought, order, folder, acquainted)
        forget_acquainted(home, acquainted)
        left = find_everywhere(home, known, sought)
        return _certify(home, folder, order, left, sought, known)


def _seek(
    home: Workspace, known: Known, identifiers: Sequence[str], word: str, pseudonyms: Sequence[str]
) -> tuple[Sought, Acquainted]:
    """The person with all that the identity map and the files let us learn."""
    secret = home.read_secret()
    name = lambda text: name_text(text, secret)  # noqa: E731
    acquainted = find_acquainted(home, identifiers)
    plain = tuple(text if (read := read_identifier(text)) is None else read.value for text in identifiers)
    texts, keys = (*plain, *acquainted.texts), {*pseudonyms, *acquainted.name_keys(name)}
    learned = {*keys, *learn_pseudonyms(home, known, Sought(texts, name, word, keys))}
    units = {*texts, *Sought(texts, name, word, learned).pseudonyms}
    made = {(export.study, export.purpose) for export in read_exports(log_path(home))}
    exported = {name_exported(*each, unit, secret) for each in made for unit in units}
    return Sought(texts, name, word, {*learned, *exported}), acquainted


def _change_all(
    home: Workspace,
    known: Known,
    sought: Sought,
    order: Order,
    folder: PrivacyFolder,
    acquainted: Acquainted,
) -> None:
    for package in find_unfinished(home.warehouse):
        _note(home, order, "package", [package / ROWS, package / NOTE])
        columns = known.columns_of(package.parent.name)
        erase_from_package(package, sought, columns, order.tombstone, sought.word)
    shutil.rmtree(home.warehouse / ".spill", ignore_errors=True)  # what a killed query left
    clear_spills(home.warehouse / ".spark")
    if acquainted.rows:
        _note(home, order, "identity map", [home.identity / FILE], _describe_map(home, acquainted))
    found = find_everywhere(home, known, sought)
    ours = [finding for finding in found if may_change(finding.place, order)]
    for finding in ours:
        _note(home, order, finding.place.kind, list_files(finding), finding)
    erasure_order.save(folder, order)
    for finding in ours:
        change(finding, sought, order)


def _note(
    home: Workspace, order: Order, kind: str, files: Sequence[Path], finding: Finding | None = None
) -> None:
    """What stands there before it is touched; a place noted before the work was broken off stays as noted."""
    for path in files:
        name = _name(home, path)
        if name in order.touched or not path.exists():
            continue
        how = "half-written" if finding is None else _say_how(path, finding)
        counts = (len(finding.rows), len(finding.edited)) if finding and how == "rows" else (None, None)
        rows, edited = counts
        order.touched[name] = Touched(kind, name, _hash(path), rows, edited, how=how)


def _say_how(path: Path, finding: Finding) -> str:
    """What happens to a file; only where it is rows can they be counted."""
    kind = finding.place.kind
    if kind == "version" and path.name in FILES.values():
        return "rendered anew"
    if path.name == NOTE or (kind == "draw list" and path != finding.place.path):
        return "note"
    return "rows" if finding.rows or finding.edited else "words"


def _certify(
    home: Workspace,
    folder: PrivacyFolder,
    order: Order,
    left: list[Finding],
    sought: Sought,
    known: Known,
) -> dict[str, Any]:
    for name, touched in order.touched.items():
        path = home.root / name
        touched.after = _hash(path) if path.exists() else ""
        touched.how = touched.how if touched.after else "removed"
    places = [
        {**asdict(t), "path": _redact_path(t.path, sought)}
        for t in order.touched.values()
        if t.before != t.after
    ]
    backups = home.settings.retention.backups
    document = {
        "schema_version": 1,
        "certificate": "erasure of a person from a workspace",
        "tombstone": order.tombstone,
        "ordered_at": order.at,
        "done_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "ordered_by": order.by,
        "reason": sought.redact(order.reason),
        "places": places,
        "left": [_tell_left(home, finding, sought, order) for finding in left],
        "record_stores": order.stores,
        "backups": _tell_backups(backups),
        "studies_not_read": [_name(home, path) for path in known.unread],
        "not_searched": list(NOT_SEARCHED),
        "files_not_searched": [
            {"path": _redact_path(_name(home, one.path), sought), "why": _redact_path(one.why, sought)}
            for one in list_unsearched(home, known)
        ],
    }
    signed = sign(document, read_key(folder.path))
    folder.certificates.mkdir(exist_ok=True)
    text = json.dumps(signed, indent=2, ensure_ascii=False) + "\n"
    replace_file(
        folder.certificates / f"{order.tombstone}.json", lambda draft: draft.write_text(text, "utf-8")
    )
    erasure_order.end(folder, order)
    return signed


def _tell_left(home: Workspace, finding: Finding, sought: Sought, order: Order) -> dict[str, Any]:
    kind = finding.place.kind
    told = CLOSED_SOURCE if kind == "source" and order.sources else TO_DO.get(kind, UNCHANGED)
    return {
        "kind": kind,
        "path": _redact_path(_name(home, finding.place.path), sought),
        "rows": list(finding.rows),
        "edited": list(finding.edited),
        "to_do": told,
    }


def _tell_backups(keep_days: int | None) -> dict[str, str]:
    if keep_days is None:
        return {"kept_until": "not recorded: say retention.backups in payoff.yml how long copies are kept"}
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=keep_days)
    return {"kept_until": until.isoformat()}


def _name(home: Workspace, path: Path) -> str:
    return str(path.relative_to(home.root)) if path.is_relative_to(home.root) else str(path)


def _redact_path(path: str, sought: Sought) -> str:
    """A path that names nobody: the ending of a file is no part of a name, or of an address."""
    return "/".join(_redact_name(part, sought) for part in path.split("/"))


def _redact_name(name: str, sought: Sought) -> str:
    redacted = sought.redact(name)
    stem, dot, ending = name.rpartition(".")
    return redacted if redacted != name or not stem else _redact_name(stem, sought) + dot + ending


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_named(identifiers: Sequence[str]) -> None:
    """Too short an identifier would be anybody."""
    if not identifiers or any(len(text.strip()) < 2 for text in identifiers):
        problem = Problem(
            "U240", "an identifier is blank or of one letter", "it would stand for half of the firm",
            "name the person by e-mail, full name, id or pseudonym",
        )  # fmt: skip
        raise PayoffError([problem], exit_code=2)


def _check(request: Request) -> None:
    _check_named(request.identifiers)
    for what, given in (("--by", request.by), ("--reason", request.reason)):
        if not given.strip():
            problem = Problem(
                "U241", f"{what} is empty", "an erasure is somebody's decision, and has a ground",
                "--by NAME --reason 'request of 2026-11-02'",
            )  # fmt: skip
            raise PayoffError([problem], exit_code=2)
