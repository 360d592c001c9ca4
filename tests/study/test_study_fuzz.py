"""No bytes make the reader raise: neither noise nor a valid study with pieces knocked out."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from study_valid import VALID

from payoff.nouns.problem import PayoffError, Severity
from payoff.study import check_study, read_lock, read_template, template_names

STUDIES = [VALID, *(read_template(name) for name in template_names())]
MARKS = ": |- |{|}|[|]|'|\"|>|#|&a |*a|!!x |<<: |---\n|?|%|\t|null|~|true|1e999|-1|0|..|2026-02-30|140%"
ODD = [
    "|",
    "9" * 30,
    "**",
    "select",
    "from",
    "(",
    ")",
    "--",
    "/*",
    "\u2028",
    "\x85",
    "\ufeff",
    "é",
    "\r",
    "\n\n",
    "  ",
]
TOKENS = st.sampled_from([*MARKS.split("|"), *ODD])
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_never_raises(data: bytes) -> None:
    study, problems = check_study(data, "fuzz.yml")
    assert (study is None) == any(p.severity is Severity.ERROR for p in problems)
    for problem in problems:
        assert problem.what
        assert problem.why
        assert problem.fix


@QUICK
@given(st.binary(max_size=300))
def test_noise_never_raises(data: bytes) -> None:
    assert_never_raises(data)


@QUICK
@given(st.lists(TOKENS, max_size=25).map("".join))
def test_yaml_noise_never_raises(text: str) -> None:
    assert_never_raises(text.encode("utf-8", "replace"))


@QUICK
@given(st.data())
def test_a_damaged_study_never_raises(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(STUDIES))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(TOKENS | st.text(max_size=4)) + text[start + length :]
    assert_never_raises(text.encode("utf-8", "replace"))


@QUICK
@given(st.data())
def test_a_study_with_lines_moved_or_lost_never_raises(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(STUDIES)).splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        line = lines.pop(data.draw(st.integers(0, len(lines) - 1)))
        if data.draw(st.booleans()):
            lines.insert(data.draw(st.integers(0, len(lines))), line)
    assert_never_raises("".join(lines).encode())


@QUICK
@given(st.data())
def test_an_odd_value_anywhere_never_raises(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(STUDIES)).splitlines(keepends=True)
    at = data.draw(st.sampled_from([n for n, line in enumerate(lines) if ": " in line]))
    key, _, _ = lines[at].partition(": ")
    odd = data.draw(
        st.sampled_from(
            [
                "null",
                "[]",
                "{}",
                "[[1]]",
                "{a: {b: 1}}",
                "-1",
                "1e999",
                "true",
                '""',
                "'\\'",
                "0.5",
                "x: y",
                "|",
            ]
        )
        | st.text(max_size=8)
    )
    lines[at] = f"{key}: {odd}\n"
    assert_never_raises("".join(lines).encode("utf-8", "replace"))


@QUICK
@given(st.binary(max_size=200) | st.lists(TOKENS, max_size=25).map(lambda parts: "".join(parts).encode()))
def test_a_damaged_lock_never_raises_anything_else(data: bytes) -> None:
    with pytest.raises(PayoffError) as caught:
        read_lock(data, "fuzz.lock")
    assert caught.value.exit_code == 5


def test_an_expression_that_is_a_file_path_is_not_opened(tmp_path: Path) -> None:
    """Purity: the reader touches no file, so a path in SQL is refused by name alone."""
    secret = tmp_path / "x.csv"
    secret.write_text("a\n1\n")
    problems = check_study(VALID.replace("from people", f"from '{secret}'").encode(), "x.yml")[1]
    assert {p.code for p in problems} == {"P303"}
