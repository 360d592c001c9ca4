"""Tombstones: what is left of erased people, so that an old file landed again does not bring them back.

Question  Is whoever stands in this cell somebody who was erased here?
Kept      A line for each erasure in `.payoff/privacy/tombstones.jsonl`, signed: its id, when, by whom,
          and keyed digests (HMAC-SHA256 under the workspace's secret) of the forms the person was written in.
          Without the secret nobody can try names against them; nothing tells who it was.
Texts     Names within texts are found by trying every run of as many words as an erased name has.
"""

import datetime as dt
import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from payoff.identity.sought import Sought, fold
from payoff.records.seal import is_signed, read_key, sign

FILE = "tombstones.jsonl"
_KNOWN = 200_000  # digests remembered
_WORD = re.compile(r"[\w@+%'-]+(?:[.,:][\w@+%'-]+)*")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """id: random. clear, other: digests of forms found anywhere, and of those found in columns of persons.

    words: how many words clear forms have.
    """

    id: str
    at: str
    by: str
    reason: str
    clear: tuple[str, ...]
    other: tuple[str, ...]
    words: tuple[int, ...]


class Forgotten:
    """All who were erased, as a Finder."""

    def __init__(self, tombstones: Sequence[Tombstone], secret: bytes) -> None:
        self.tombstones = tuple(stone.id for stone in tombstones)
        self._clear = {digest: name_word(s.id) for s in tombstones for digest in s.clear}
        self._all = self._clear | {digest: name_word(s.id) for s in tombstones for digest in s.other}
        self._lengths = sorted({n for stone in tombstones for n in stone.words}, reverse=True)
        self._digest = lru_cache(_KNOWN)(lambda form: digest_form(form, secret))

    def find_word(self, cell: str, *, in_person_column: bool) -> str | None:
        """See payoff.identity.sought.Finder."""
        return (self._all if in_person_column else self._clear).get(self._digest(fold(cell)))

    def redact(self, text: str) -> str:
        """See payoff.identity.sought.Finder."""
        words = list(_WORD.finditer(text))
        n, parts, last = 0, [], 0
        while n < len(words):
            length, word = self._find_run(text, words[n:])
            if word:
                parts += [text[last : words[n].start()], word]
                last = words[n + length - 1].end()
            n += length
        return "".join([*parts, text[last:]])

    def _find_run(self, text: str, words: Sequence[re.Match[str]]) -> tuple[int, str]:
        """(how many words from here are an erased name, what stands for it); (1, "") for none."""
        for length in self._lengths:
            if length <= len(words):
                run = fold(text[words[0].start() : words[length - 1].end()])
                word = self._clear.get(self._digest(run))
                if word is not None:
                    return length, word
        return 1, ""


def name_word(id: str) -> str:
    """What stands where the person stood; it differs from one erased person to the next."""
    return f"erased-{id[:8]}"


def bury(sought: Sought, secret: bytes, id: str, by: str, reason: str) -> Tombstone:
    """The tombstone of a person."""
    clear = sorted(digest_form(form, secret) for form in sought.clear)
    other = sorted(digest_form(form, secret) for form in sought.forms - sought.clear)
    words = tuple(sorted({len(form.split()) for form in sought.clear}))
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return Tombstone(id, now, by, reason, tuple(clear), tuple(other), words)


def digest_form(form: str, secret: bytes) -> str:
    """The keyed digest of a folded form, under a key of its own."""
    key = hmac.new(secret, b"payoff tombstones", hashlib.sha256).digest()
    return hmac.new(key, form.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def write_tombstone(folder: Path, stone: Tombstone) -> None:
    """Add one, unless it is there; the caller holds the folder. On disk when this returns."""
    if stone.id in {known.id for known in read_tombstones(folder)}:
        return
    folder.mkdir(parents=True, exist_ok=True)
    fields = {name: getattr(stone, name) for name in Tombstone.__dataclass_fields__}
    line = json.dumps(sign(_as_json(fields), read_key(folder)), ensure_ascii=False) + "\n"
    path = folder / FILE
    whole = _read_whole_lines(path)
    draft = path.with_name(f".{FILE}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(whole + line.encode())
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def read_tombstones(folder: Path) -> tuple[Tombstone, ...]:
    """Every tombstone, oldest first."""
    return tuple(_build(json.loads(line)) for line in _read_whole_lines(folder / FILE).splitlines())


def find_unsigned(folder: Path, public_key: str | None) -> tuple[str, ...]:
    """Ids of tombstones that were changed, or signed with another key."""
    documents = [json.loads(line) for line in _read_whole_lines(folder / FILE).splitlines()]
    return tuple(str(each.get("id")) for each in documents if not is_signed(each, public_key))


def _read_whole_lines(path: Path) -> bytes:
    data = path.read_bytes() if path.exists() else b""
    return data[: data.rfind(b"\n") + 1]


def _build(said: dict[str, Any]) -> Tombstone:
    lists = {name: tuple(said[name]) for name in ("clear", "other", "words")}
    return Tombstone(said["id"], said["at"], said["by"], said["reason"], **lists)


def _as_json(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else value
