"""The header Authorization: what is read, and that everything else is a 401 that says what to send."""

from base64 import b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from payoff.statements.credentials import (
    CHALLENGE,
    MAX_HEADER,
    AccessError,
    BearerToken,
    KeyAndSecret,
    read_credentials,
)


def basic(text: bytes) -> str:
    return "Basic " + b64encode(text).decode()


def test_key_and_secret_are_read() -> None:
    assert read_credentials(basic(b"key:secret")) == KeyAndSecret("key", "secret")
    assert read_credentials("bAsIc  " + basic(b"key:se:cret")[6:]) == KeyAndSecret("key", "se:cret")
    assert read_credentials(basic("schlüssel:ß".encode())) == KeyAndSecret("schlüssel", "ß")
    assert read_credentials("Bearer a.b.c") == BearerToken("a.b.c")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (None, "send Authorization: Basic"),
        ("", "send Authorization: Basic"),
        ("Basic", "colon"),
        ("Basic !!!", "not base64"),
        ("Basic a2V5OnNlY3JldA", "not base64"),  # padding is missing
        ("Basic a2V5 OnNlY3JldA==", "not base64"),
        ("Basic schlüssel", "not base64"),
        (basic(b"keysecret"), "colon"),
        (basic(b"\xff\xfe:x"), "UTF-8"),
        (basic(b":secret"), "empty"),
        (basic(b"a\x00b:secret"), "control character"),
        (basic(b"key:sec\nret"), "control character"),
        ("Bearer a.b", "three parts"),
        ("Bearer ü.b.c", "three parts"),
        ("Digest username=x", "neither the scheme"),
        ("OAuth oauth_token=x", "neither the scheme"),
        ("Basic " + "A" * MAX_HEADER, "longer than"),
    ],
)
def test_anything_else_is_a_401_that_says_what_is_wrong(header: str | None, told: str) -> None:
    with pytest.raises(AccessError, match=told) as refused:
        read_credentials(header)
    assert refused.value.status == 401
    assert ("www-authenticate", CHALLENGE) in refused.value.headers


@given(st.one_of(st.text(), st.binary().map(basic), st.text().map(lambda t: "Basic " + t)))
@example("Basic \ud800")
@example(" ")
def test_no_header_breaks_the_reader(header: str) -> None:
    status = 0
    try:
        read_credentials(header)
    except AccessError as refused:
        status = refused.status
    assert status in (0, 401)
