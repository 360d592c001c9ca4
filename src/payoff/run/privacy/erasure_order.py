"""An erasure under way in a workspace: what was ordered, and what stood where before.

Question  What was this person's erasure about to change, whatever moment it was killed at?
Kept      One file a person in `.payoff/privacy`, replaced as a whole, named by a keyed digest of who it is. A
          place is noted with its hash before it is touched; hashes afterwards are taken at the end. When the
          certificate is there the file goes, and with it the pseudonyms it needed.
"""

import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from payoff.run.privacy.privacy_folder import PrivacyFolder
from payoff.warehouse.package import replace_file


@dataclass(slots=True)
class Touched:
    """A file that an erasure changes. before, after: SHA-256; after "" where the file went.

    how: rows (of whom rows and edited count), rendered anew, note, words, half-written.
    """

    kind: str
    path: str
    before: str
    rows: int | None = None
    edited: int | None = None
    after: str = ""
    how: str = "rows"


@dataclass(slots=True)
class Order:
    """tombstone: a random id. sources: the firm's own exports are rewritten too. stores: done, by address."""

    tombstone: str
    person: str
    at: str
    by: str
    reason: str
    sources: bool
    pseudonyms: list[str] = field(default_factory=list)
    touched: dict[str, Touched] = field(default_factory=dict)
    stores: dict[str, Any] = field(default_factory=dict)


def begin(
    folder: PrivacyFolder, identifiers: Sequence[str], secret: bytes, by: str, reason: str, sources: bool
) -> Order:
    """A new order, or the one that was broken off for the same identifiers. The caller holds the folder."""
    for draft in folder.path.glob(".erasing-*"):
        draft.unlink()  # of a process that was killed; it holds pseudonyms
    person = digest_person(identifiers, secret)
    path = _path(folder, person)
    if path.exists():
        said = json.loads(path.read_text("utf-8"))
        said["touched"] = {name: Touched(**each) for name, each in said["touched"].items()}
        order = Order(**said)
        order.sources = order.sources or sources
        return order
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return Order(secrets.token_hex(16), person, now, by, reason, sources)


def save(folder: PrivacyFolder, order: Order) -> None:
    """Bring it to disk."""
    text = json.dumps(asdict(order), indent=1, ensure_ascii=False) + "\n"
    replace_file(_path(folder, order.person), lambda draft: _write_private(draft, text))


def end(folder: PrivacyFolder, order: Order) -> None:
    """Forget the order."""
    _path(folder, order.person).unlink(missing_ok=True)


def find_unfinished(folder: PrivacyFolder) -> list[str]:
    """When each erasure that is not finished was ordered."""
    return sorted(json.loads(path.read_text("utf-8"))["at"] for path in folder.path.glob("erasing-*.json"))


def digest_person(identifiers: Sequence[str], secret: bytes) -> str:
    """The same for the same identifiers in any order; tells nobody who it is."""
    text = "\0".join(sorted({" ".join(each.split()).casefold() for each in identifiers}))
    return hmac.new(
        secret, b"payoff erasure\0" + text.encode("utf-8", "surrogatepass"), hashlib.sha256
    ).hexdigest()


def _path(folder: PrivacyFolder, person: str) -> Path:
    return folder.path / f"erasing-{person[:32]}.json"


def _write_private(draft: Path, text: str) -> None:
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
