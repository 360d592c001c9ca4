"""The pieces a source is made of: which files and pulls have come, in which order, and how far they reach.

Question  What is landed of this source already, and where does the next load go on?
Layout    <root>/<source>/pieces.json, beside the packages of the pieces; replaced as a whole.
Order     Files by name, pulls by number, whenever they came: the same pieces make the same rows.
Holds     A piece is named only after its package is landed: a kill at any moment leaves a list of whole
          pieces, and the next load goes on behind them.
"""

import json
import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from payoff.warehouse.package import find_folder, replace_file


@dataclass(frozen=True, slots=True)
class Piece:
    """One file or pull that has come. reached: its highest cursor. gone: the file is no longer there."""

    path: str
    sha256: str
    package: str
    n_rows: int
    columns: tuple[tuple[str, str], ...]  # name and type, as landed
    headers: tuple[str, ...] = ()  # as the file names them, where that is known
    reached: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Pieces:
    """reading: how they were read; another way of reading starts anew. open: a load was broken off."""

    reading: str = ""
    pieces: tuple[Piece, ...] = field(default=())
    open: bool = False

    def find(self, path: str) -> Piece | None:
        """The piece of a path."""
        return next((piece for piece in self.pieces if piece.path == path), None)

    def put(self, piece: Piece) -> "Pieces":
        """With this piece in the place of one of the same path, in order of their names."""
        others = [p for p in self.pieces if p.path != piece.path]
        return replace(self, pieces=tuple(sorted([*others, piece], key=lambda p: natural(p.path))))

    @property
    def reached(self) -> str | None:
        """The cursor of the last pull that has one."""
        return next((p.reached for p in reversed(self.pieces) if p.reached is not None), None)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Names in the order people number them: week 2 before week 10."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple((0, int(p), p) if p.isascii() and p.isdigit() else (1, 0, p) for p in parts)


def read_pieces(root: Path, source: str) -> Pieces:
    """What has come so far; nothing where the list is not there or cannot be read."""
    try:
        said = json.loads((find_folder(root, source) / "pieces.json").read_text("utf-8"))
        return Pieces(said["reading"], tuple(map(_read_piece, said["pieces"])), said["open"])
    except (OSError, ValueError, KeyError, TypeError):
        return Pieces()


def write_pieces(root: Path, source: str, pieces: Pieces) -> None:
    """Put the list on disk as a whole."""
    folder = find_folder(root, source)
    folder.mkdir(parents=True, exist_ok=True)
    said = {"reading": pieces.reading, "open": pieces.open, "pieces": [asdict(p) for p in pieces.pieces]}
    text = json.dumps(said, indent=1, ensure_ascii=False) + "\n"
    replace_file(folder / "pieces.json", lambda draft: draft.write_text(text, "utf-8"))


def _read_piece(said: dict[str, object]) -> Piece:
    columns, headers = said.pop("columns"), said.pop("headers")
    assert isinstance(columns, list)
    assert isinstance(headers, list)
    pairs = tuple((str(name), str(kind)) for name, kind in columns)
    return Piece(columns=pairs, headers=tuple(map(str, headers)), **said)  # type: ignore[arg-type]
