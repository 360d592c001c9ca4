"""A chained record: whole, added to by several at once, and broken by whatever else is done to it."""

import subprocess
import sys
from pathlib import Path

import pytest

from payoff.records.chain import BrokenChainError, add_line, head_of, read_chain

ADD = """
import sys
from pathlib import Path
from payoff.records.chain import add_line
for n in range(25):
    add_line(Path(sys.argv[1]), {"who": sys.argv[2], "n": n, "text": "two\u2028lines \u00f6"})
"""


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.jsonl"
    for n in range(3):
        add_line(path, {"n": n})
    return path


def test_what_was_added_is_read_in_order(record: Path, tmp_path: Path) -> None:
    assert read_chain(record, lambda said: said["n"]) == (0, 1, 2)
    assert read_chain(tmp_path / "none.jsonl", dict) == ()


def test_several_at_once_add_to_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    adding = [subprocess.Popen([sys.executable, "-c", ADD, str(path), who]) for who in "abcd"]
    assert [each.wait(60) for each in adding] == [0] * 4
    told = read_chain(path, lambda said: (said["who"], said["n"]))
    assert sorted(told) == [(who, n) for who in "abcd" for n in range(25)]


@pytest.mark.parametrize(
    ("old", "new", "line"), [('"n": 0', '"n": 7', 2), ('"n": 1', '"n": 7', 3), ("{", "", 1)]
)
def test_a_changed_line_shows_and_nothing_is_added(record: Path, old: str, new: str, line: int) -> None:
    record.write_text(record.read_text().replace(old, new, 1))
    before = record.read_bytes()
    for use in (lambda: read_chain(record, dict), lambda: add_line(record, {"n": 3})):
        with pytest.raises(BrokenChainError) as broken:
            use()
        assert broken.value.line == line
    assert record.read_bytes() == before


def test_the_head_tells_an_end_that_was_cut_off(record: Path) -> None:
    head = head_of(record)
    lines = record.read_text().splitlines(keepends=True)
    record.write_text("".join(lines[:2]))
    assert len(read_chain(record, dict)) == 2
    assert head_of(record) != head
    assert head_of(record.with_name("none.jsonl")).startswith("0:")
