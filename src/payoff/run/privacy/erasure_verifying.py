"""A certificate looked at again: signed here, unchanged, and still true.

Question  Is this certificate as it was signed, does the tombstone stand, are the places as they were left?
Holds     The signature is right and by the key of the workspace (or the one given), and the tombstone stands.
          A place that has changed since is told: runs and retention may have written it anew. So is every
          file in which nobody could be looked for.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from payoff.nouns.problem import PayoffError, Problem
from payoff.records.seal import is_signed, read_public_key
from payoff.records.tombstones import find_unsigned, read_tombstones
from payoff.run.privacy.privacy_folder import find_privacy_folder
from payoff.run.workspace import Workspace


def verify_certificate(home: Workspace, path: Path, public_key: str | None = None) -> dict[str, Any]:
    """What there is to say about it. Raises PayoffError U242 where the file is no certificate."""
    document = _read(path)
    folder = find_privacy_folder(home).path
    wanted = public_key or read_public_key(folder)
    stones = {stone.id for stone in read_tombstones(folder)} - set(find_unsigned(folder, wanted))
    signed = is_signed(document, wanted)
    states = {place["path"]: _compare(home, place) for place in document["places"]}
    stands = document["tombstone"] in stones
    return {
        "schema_version": 1,
        "holds": signed and stands,
        "signature_is_right": signed,
        "tombstone_stands": stands,
        "places_as_left": sum(state == "as left" for state in states.values()),
        "places_changed_since": [name for name, state in states.items() if state != "as left"],
        "files_not_searched": [
            f"{one['path']}: {one['why']}" for one in document.get("files_not_searched", ())
        ],
        "public_key": document.get("public_key"),
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
        if {"tombstone", "places", "signature"} <= document.keys():
            return dict(document)
    except (OSError, ValueError, AttributeError):
        pass
    problem = Problem(
        "U242",
        f"{path} is no certificate of an erasure",
        "there is nothing to verify",
        "name a file of .payoff/privacy/certificates, or the one that --certificate wrote",
    )
    raise PayoffError([problem], exit_code=2)


def _compare(home: Workspace, place: dict[str, Any]) -> str:
    file = home.root / place["path"]
    if not file.exists():
        return "as left" if place["after"] == "" else "gone"
    with file.open("rb") as opened:
        return "as left" if hashlib.file_digest(opened, "sha256").hexdigest() == place["after"] else "changed"
