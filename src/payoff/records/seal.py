"""Documents that were signed here: certificates and tombstones that nobody can have changed since.

Question  Is this document, to the last letter, one that this workspace signed?
Key       Ed25519 (RFC 8032). The private key is made once, in `.payoff/privacy/signing.key`, its owner's
          alone; every document carries the public one, and who wants to be sure of it notes it elsewhere.
Signed    The document without `signature`, as JSON with sorted members and no blanks.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_FILE = "signing.key"


def read_key(folder: Path) -> Ed25519PrivateKey:
    """The key of the workspace whose privacy folder this is; made where there is none."""
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{KEY_FILE}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # whoever comes second uses the first one's
            os.link(draft, path)
        draft.unlink()
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def sign(document: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """The document with its signature."""
    public = b64encode(key.public_key().public_bytes_raw()).decode()
    signed = {**document, "public_key": public}
    return {**signed, "signature": b64encode(key.sign(_write(signed))).decode()}


def is_signed(document: Mapping[str, Any], public_key: str | None = None) -> bool:
    """Whether the signature is its own; `public_key`: the one it must be made with."""
    told = document.get("public_key")
    signature = document.get("signature")
    if not isinstance(told, str) or not isinstance(signature, str):
        return False
    if public_key is not None and told != public_key:
        return False
    rest = {name: value for name, value in document.items() if name != "signature"}
    try:
        key = Ed25519PublicKey.from_public_bytes(b64decode(told, validate=True))
        key.verify(b64decode(signature, validate=True), _write(rest))
    except (InvalidSignature, ValueError):
        return False
    return True


def read_public_key(folder: Path) -> str | None:
    """The public key of a workspace; None before anything was signed."""
    if not (folder / KEY_FILE).exists():
        return None
    return b64encode(read_key(folder).public_key().public_bytes_raw()).decode()


def _write(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
