"""What changed in the sources since the version published last: said at every run, never hidden.

A change of data is no breach of the plan; a reader of two versions must still be told of it.
"""

from collections.abc import Sequence
from pathlib import Path

from payoff.nouns.source_file import SourceFile
from payoff.run.lineage import read_lineage


def find_source_drift(latest: Path, sources: Sequence[SourceFile]) -> tuple[str, ...]:
    """One sentence a changed source, against the version in folder `latest`; none when there is none."""
    if not (latest / "evidence" / "lineage.json").exists():
        return ()
    _, published, _, _ = read_lineage(latest)
    before = {s.source: s for s in published}
    return tuple(_describe(before[s.source], s) for s in sources if _differs(before.get(s.source), s))


def _differs(before: SourceFile | None, now: SourceFile) -> bool:
    return before is not None and before.sha256 != now.sha256


def _describe(before: SourceFile, now: SourceFile) -> str:
    parts = [f"{now.path} has changed since the last version"]
    if before.n_rows != now.n_rows:
        parts.append(f"{before.n_rows:,} rows then, {now.n_rows:,} now")
    gone, new = set(before.columns) - set(now.columns), set(now.columns) - set(before.columns)
    if gone:
        parts.append(f"gone: {', '.join(sorted(gone))}")
    if new:
        parts.append(f"new: {', '.join(sorted(new))}")
    return "; ".join(parts)
