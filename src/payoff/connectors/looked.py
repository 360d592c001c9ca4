"""A file looked through once, a piece at a time: what its bytes are, without holding them.

Question  Which bytes are these (SHA-256), and is the text plain enough to be read in a stream?
Plain     UTF-8 throughout, no zero byte, no byte order mark. What is not plain is read whole instead, so that
          what is wrong can be told with its line.
Changed   `is_same` compares size and time of change: rows must be those of the bytes that were hashed.
"""

import codecs
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

PIECE_BYTES = 1 << 20
_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


@dataclass(frozen=True, slots=True)
class Looked:
    """head: the first bytes, at most PIECE_BYTES. n_breaks, n_quotes: line breaks before the white space at
    the end, quotes in all; 0 where the text is not plain.
    """

    path: Path
    sha256: str
    stamp: tuple[int, int, int]
    is_blank: bool
    is_plain: bool
    head: bytes
    last: bytes
    n_breaks: int
    n_quotes: int

    def is_same(self) -> bool:
        """Whether the file is still as it was."""
        return _stamp(self.path.stat()) == self.stamp


def hash_file(path: Path) -> str:
    """SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def look_through(path: Path) -> Looked:
    """Read a file once in pieces. Raises OSError."""
    digest, text = hashlib.sha256(), _Text()
    head = last = b""
    is_blank = True
    with path.open("rb") as file:
        stamp = _stamp(os.fstat(file.fileno()))
        while piece := file.read(PIECE_BYTES):
            head, last = head or piece, piece[-1:]
            digest.update(piece)
            is_blank = is_blank and not piece.strip()
            text.take(piece)
    plain = text.close() and not head.startswith(_MARKS)
    breaks = text.n_lines or text.n_returns
    return Looked(
        path, digest.hexdigest(), stamp, is_blank, plain, head, last, breaks * plain, text.n_quotes * plain
    )


class _Text:
    """Counts of a text that comes in pieces; it stops counting at the first byte that is not plain."""

    def __init__(self) -> None:
        self.plain = True
        self.n_lines = self.n_returns = self.n_quotes = 0
        self._after = (0, 0)  # breaks in the white space that may be the file's end
        self._letters = codecs.getincrementaldecoder("utf-8")()

    def take(self, piece: bytes) -> None:
        if not self.plain:
            return
        try:
            self._letters.decode(piece)
        except UnicodeDecodeError:
            self.plain = False
            return
        self.plain = b"\0" not in piece
        self.n_quotes += piece.count(b'"')
        end = len(piece.rstrip())
        if end:
            self.n_lines += self._after[0] + piece.count(b"\n", 0, end)
            self.n_returns += self._after[1] + piece.count(b"\r", 0, end)
            self._after = (0, 0)
        self._after = (
            self._after[0] + piece.count(b"\n", end),
            self._after[1] + piece.count(b"\r", end),
        )

    def close(self) -> bool:
        try:
            self._letters.decode(b"", final=True)
        except UnicodeDecodeError:
            self.plain = False
        return self.plain


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns
