"""The SHA-256 of contents, input fingerprints and code version: cache key and audit chain at once.

A fingerprint is not the plan lock: a new code version changes fingerprints, never the lock.
"""

import dataclasses
import datetime as dt
import enum
import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

CODE_VERSION = version("payoff")


def fingerprint(kind: str, *parts: Any, inputs: tuple[str, ...] = ()) -> str:
    """Hash `parts` (dataclasses, arrays, mappings, sequences, scalars) in a canonical form.

    kind: the noun's name, so that equal contents of different nouns differ.
    inputs: fingerprints of what this was made from.
    Raises TypeError on a part that has no canonical form.
    """
    digest = hashlib.sha256()
    for part in (kind, CODE_VERSION, list(inputs), *parts):
        _feed(digest, part)
    return digest.hexdigest()


def _feed(digest: Any, part: Any) -> None:
    """Type tag, length, content: no two different values share an encoding."""
    if isinstance(part, np.ndarray):
        if part.dtype == object or part.dtype.kind in "US":
            _feed(digest, [str(x) for x in part.tolist()])
        else:
            digest.update(f"a{part.dtype.str}{part.shape}".encode())
            digest.update(np.ascontiguousarray(part).tobytes())
    elif dataclasses.is_dataclass(part) and not isinstance(part, type):
        digest.update(f"d{type(part).__name__}".encode())
        for field in dataclasses.fields(part):
            if field.metadata.get("fingerprint", True):
                _feed(digest, field.name)
                _feed(digest, getattr(part, field.name))
    elif isinstance(part, Mapping):
        digest.update(f"m{len(part)}".encode())
        for key in sorted(part, key=str):
            _feed(digest, str(key))
            _feed(digest, part[key])
    elif isinstance(part, (list, tuple)):
        digest.update(f"l{len(part)}".encode())
        for item in part:
            _feed(digest, item)
    elif part is None or isinstance(part, (bool, int, float, np.generic, str, enum.Enum, dt.date)):
        text = part.name if isinstance(part, enum.Enum) else str(part)
        if isinstance(part, np.generic):
            text = str(part.item())
        raw = text.encode()
        digest.update(f"{type(part).__name__ if isinstance(part, str) else 's'}{len(raw)}:".encode())
        digest.update(raw)
    else:
        raise TypeError(f"no canonical form for {type(part).__name__}")
