"""If-Match and If-None-Match: lists, quotes, weak tags, `*`; and who needs one."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.xapi.fault import RequestError
from payoff.xapi.preconditions import Conditions, read_conditions
from payoff.xapi.statement import Version


def read(if_match: str | None = None, if_none_match: str | None = None) -> Conditions:
    return read_conditions(if_match, if_none_match, "POST", Version.V1, of_state=False)


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ('"abc"', ("abc",)),
        ('W/"abc"', ("abc",)),
        ("abc", ("abc",)),
        ("*", ("*",)),
        (" * ", ("*",)),
        ('"a", W/"b" ,\t"c,d"', ("a", "b", "c,d")),
        (',, "a",', ("a",)),
        ('""', ("",)),
    ],
)
def test_tags_are_read_without_their_quotes(header: str, tags: tuple[str, ...]) -> None:
    assert read(header) == Conditions(tags, None, required=False)
    assert read(None, header) == Conditions(None, tags, required=False)


@pytest.mark.parametrize(
    "header", ["", " ", ",", '"a', 'a"b"', '"a" "b"', '*, "a"', '"*", *', 'w/"a"x', '"a\x00"', "é"]
)
def test_what_is_no_list_of_tags_is_refused(header: str) -> None:
    for name, given_as in (("If-Match", (header, None)), ("If-None-Match", (None, header))):
        with pytest.raises(RequestError, match=name) as caught:
            read(*given_as)
        assert caught.value.status == 400


@pytest.mark.parametrize(
    ("method", "version", "of_state", "required"),
    [
        ("PUT", Version.V1, False, True),
        ("PUT", Version.V1, True, False),
        ("PUT", Version.V2, False, True),
        ("PUT", Version.V2, True, True),
        ("POST", Version.V2, False, False),
        ("DELETE", Version.V2, True, False),
    ],
)
def test_who_may_not_replace_a_document_unseen(
    method: str, version: Version, of_state: bool, required: bool
) -> None:
    assert read_conditions(None, None, method, version, of_state=of_state) == Conditions(None, None, required)


@given(st.text(max_size=30) | st.text(alphabet='"W/*, ab', max_size=30))
def test_any_header_is_read_or_refused(header: str) -> None:
    with contextlib.suppress(RequestError):
        assert read(header).if_match


@given(
    st.lists(
        st.text(st.characters(min_codepoint=0x23, max_codepoint=0x7E), max_size=5), min_size=1, max_size=5
    )
)
def test_a_written_list_is_read_back(tags: list[str]) -> None:
    if tags != ["*"] and "*" not in tags:
        assert read(", ".join(f'"{tag}"' for tag in tags)).if_match == tuple(tags)
