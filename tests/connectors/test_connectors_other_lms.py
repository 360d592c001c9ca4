"""The report of a learning system without a profile of its own: columns by hand, onto `completions`."""

import datetime as dt
import re
from pathlib import Path

from ruamel.yaml import YAML

from payoff.connectors import read_source
from payoff.nouns.profile import Layout
from payoff.nouns.study import Source

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "data.md"
REPORT = (
    "Username,Course Name,Enrollment Date,% (Progress),Completion Date,Status\n"
    "ann@x.example,Feedback,01/03/2026,100,04/03/2026,Completed\n"
    "bob@x.example,Feedback,02/03/2026,100,,In Progress\n"
)


def read_block() -> dict[str, object]:
    """The source as the reference shows it."""
    section = PAGE.read_text("utf-8").split("### Other learning systems")[1]
    block = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert block is not None
    said: dict[str, object] = YAML(typ="safe", pure=True).load(block[1])["sources"]["completions"]
    return said


def test_the_block_of_the_reference_reads_such_a_report(tmp_path: Path) -> None:
    said = read_block()
    mapping, values = said["mapping"], said["values"]
    assert isinstance(mapping, dict)
    assert isinstance(values, dict)
    (tmp_path / "report.csv").write_text(REPORT)
    layout = Layout(
        str(said["profile"]),
        mapping=tuple(mapping.items()),
        date_format=str(said["date_format"]),
        timezone=str(said["timezone"]),
        values=tuple(
            (name, tuple((word, str(ours).lower()) for word, ours in words.items()))
            for name, words in values.items()
        ),
    )

    rows = read_source(Source("x", "csv", "report.csv", layout=layout), tmp_path, b"k" * 32).table.to_pylist()

    assert [row["course"] for row in rows] == ["Feedback", "Feedback"]
    assert rows[0]["completed_at"] == dt.datetime(2026, 3, 3, 23, tzinfo=dt.UTC)
    assert rows[1]["completed_at"] is None
    assert [row["completed"] for row in rows] == [True, False]  # the whole of a bar is not yet done
