"""JSON taken apart: texts of members stay, and no depth breaks the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.xapi.members import (
    is_array,
    is_object,
    read_list,
    read_members,
    read_text,
    write_members,
    write_text,
)


def test_members_keep_their_text_and_their_order() -> None:
    members = read_members(b' {"b" : [1 , 2.0e0], "a":{"x" : "\\u00e9"} } ')
    assert {name: bytes(value) for name, value in members.items()} == {
        "b": b"[1 , 2.0e0]",
        "a": b'{"x" : "\\u00e9"}',
    }
    assert bytes(write_members(members)) == b'{"b":[1 , 2.0e0],"a":{"x" : "\\u00e9"}}'
    assert is_array(members["b"])
    assert is_object(members["a"])
    assert not is_object(members["b"])
    assert list(map(bytes, read_list(members["b"]))) == [b"1", b"2.0e0"]


@pytest.mark.parametrize("text", [b"", b"{", b"[", b"1", b'{"a" 1}', b"[1,]", b'["\\ud800"]', b'{"a":01}'])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_members(text)
    with pytest.raises(ValueError, match=r"\w"):
        read_list(text)


def test_depth_is_refused() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    with pytest.raises(ValueError, match="too deeply"):
        read_list(deep)
    with pytest.raises(ValueError, match="too deeply"):
        read_members(b'{"a":' + deep + b"}")


@given(st.text())
def test_texts_come_back(characters: str) -> None:
    assert read_text(write_text(characters)) == characters
