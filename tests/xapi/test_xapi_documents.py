"""Merging JSON documents: top-level members, texts untouched, and nothing but objects."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.xapi.documents import NotMergeableError, check_posted, is_mergeable, merge
from payoff.xapi.fault import RequestError

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(st.sampled_from(["a", "b", "c", "é", "\0", '"']), values)


def test_members_are_replaced_whole_and_their_text_kept() -> None:
    old = b' { "x" : {"deep":1} , "y": 12345678901234567890.0e+1 }'
    new = b'{"z":[ 1.0, "\\u00e9" ],"x":{"other":9007199254740993}}\n'
    assert (
        merge(old, new)
        == b'{"x":{"other":9007199254740993},"y":12345678901234567890.0e+1,"z":[ 1.0, "\\u00e9" ]}'
    )


@given(objects, objects)
def test_merging_is_what_python_does_with_dicts(old: dict[str, object], new: dict[str, object]) -> None:
    merged = merge(json.dumps(old).encode(), json.dumps(new).encode())
    assert json.loads(merged) == old | new
    assert list(json.loads(merged)) == list(old | new)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"1",
        b"null",
        b'"a"',
        b"{",
        b'{"a":}',
        b'{"a":1}x',
        b'{"a":"\xff"}',
        b'{"\\ud800":1}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_no_object_is_not_merged(body: bytes) -> None:
    with pytest.raises(NotMergeableError, match="stored"):
        merge(body, b"{}")
    with pytest.raises(NotMergeableError, match="sent"):
        merge(b"{}", body)
    with pytest.raises(RequestError, match="sent") as caught:
        check_posted(body, "application/json; charset=utf-8")
    assert caught.value.status == 400
    check_posted(body, "text/plain")


def test_depth_is_bounded() -> None:
    deep = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    with pytest.raises(NotMergeableError):
        merge(b"{}", deep)


@given(st.binary(max_size=30))
def test_any_bytes_are_taken_or_refused(body: bytes) -> None:
    with contextlib.suppress(RequestError):
        check_posted(body, "application/json")
        assert json.loads(merge(b"{}", body)) == json.loads(body)


@pytest.mark.parametrize(
    ("sent", "stored", "may"),
    [
        ("application/json", "Application/JSON; charset=utf-8", True),
        ("application/json", None, True),
        ("text/plain", None, True),
        ("text/plain", "application/json", False),
        ("application/json", "text/plain", False),
    ],
)
def test_only_json_is_merged_into_json(sent: str, stored: str | None, may: bool) -> None:
    assert is_mergeable(sent, stored) is may
