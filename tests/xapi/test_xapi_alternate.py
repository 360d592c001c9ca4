"""The alternate request syntax: the request meant, or a refusal."""

import contextlib
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.xapi.alternate import (
    PlainRequest,
    check_version,
    find_authorization,
    is_alternate,
    read_alternate,
)
from payoff.xapi.fault import RequestError
from payoff.xapi.statement import Version

FORM = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}


def read(meant: str = "PUT", headers: dict[str, str] = FORM, **form: str) -> PlainRequest:
    named = {name.replace("__", "-"): value for name, value in form.items()}
    return read_alternate("POST", {"method": meant}, headers, urlencode(named).encode())


def test_the_form_holds_the_request() -> None:
    found = read(
        statementId="1",
        content='{"a":"é+&"}',
        Authorization="Basic eA==",
        X__Experience__API__Version="1.0.3",
        Content__Type="text/plain",
        Content__Length="9",
        If__Match='"tag"',
        headers={**FORM, "content-length": "120", "accept-language": "fr", "if-match": '"tag"'},
    )
    assert found == PlainRequest(
        "PUT",
        {
            "accept-language": "fr",
            "if-match": '"tag"',
            "authorization": "Basic eA==",
            "x-experience-api-version": "1.0.3",
            "content-type": "text/plain",
        },
        {"statementId": "1"},
        '{"a":"é+&"}'.encode(),
    )


def test_content_without_a_type_is_json() -> None:
    assert read(content="{}").headers == {"content-type": "application/json"}


@pytest.mark.parametrize("meant", ["GET", "DELETE", "HEAD"])
def test_requests_without_content(meant: str) -> None:
    assert read(meant, limit="1") == PlainRequest(meant, {}, {"limit": "1"}, b"")


@pytest.mark.parametrize("content_type", ["", "text/plain"])
def test_browsers_that_cannot_set_the_type_of_a_form(content_type: str) -> None:
    assert read("GET", {"content-type": content_type} if content_type else {}).method == "GET"


@pytest.mark.parametrize(
    ("method", "query", "headers", "body", "name"),
    [
        ("PUT", {"method": "POST"}, FORM, b"content=1", "method"),
        ("POST", {"method": "put"}, FORM, b"content=1", "method"),
        ("POST", {"method": "PATCH"}, FORM, b"content=1", "method"),
        ("POST", {"method": ""}, FORM, b"", "method"),
        ("POST", {"method": "PUT", "statementId": "1"}, FORM, b"statementId=1&content=1", "statementId"),
        ("POST", {"method": "PUT"}, FORM, b"statementId=1", "content"),
        ("POST", {"method": "PUT"}, FORM, b'{"content":1}', "content"),
        ("POST", {"method": "GET"}, FORM, b"content=1", "content"),
        ("POST", {"method": "GET"}, {"content-type": "application/json"}, b"{}", "Content-Type"),
        ("POST", {"method": "GET"}, {"content-type": "?"}, b"", "Content-Type"),
        ("POST", {"method": "GET"}, FORM, b"Authorization=a%0d%0ab", "Authorization"),
        ("POST", {"method": "GET"}, FORM, b"If-Match=%E2%82%AC", "If-Match"),
        ("POST", {"method": "GET"}, {"authorization": "a"}, b"authorization=b", "authorization"),
        ("POST", {"method": "GET"}, FORM, b"if-match=a&If-Match=b", "If-Match"),
        ("POST", {"method": "GET"}, FORM, b"limit=1&limit=1", "limit"),
        ("POST", {"method": "PUT"}, FORM, b"content=%FF", "content"),
    ],
)
def test_hostile_forms_are_refused(
    method: str, query: dict[str, str], headers: dict[str, str], body: bytes, name: str
) -> None:
    with pytest.raises(RequestError, match=f"^{name}: ") as caught:
        read_alternate(method, query, headers, body)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("start", "found"),
    [
        (b"Authorization=Basic+YTpi&content=x", "Basic YTpi"),
        (b"a=1&AUTHORIZATION=Basic%20YTpi&content=", "Basic YTpi"),
        (b"a=1&Authorization=Basic+YT", None),  # it may go on
        (b"content=Authorization=Basic+YTpi&a=1", None),
        (b"&" * 100 + b"Authorization=Basic+YTpi&", None),  # beyond as many members as a form may have
        (b"", None),
    ],
)
def test_credentials_are_found_in_the_start_of_a_form(start: bytes, found: str | None) -> None:
    assert find_authorization(start) == found


def test_2_0_has_no_alternate_syntax() -> None:
    check_version(Version.V1)
    with pytest.raises(RequestError, match="alternate"):
        check_version(Version.V2)


def test_only_a_method_in_the_url_asks_for_it() -> None:
    assert is_alternate({"method": "PUT"})
    assert not is_alternate({"Method": "PUT"})


@given(
    st.sampled_from(["GET", "PUT", "POST", "x"]),
    st.dictionaries(st.sampled_from(["content-type", "if-match"]), st.text(max_size=9)),
    st.binary(max_size=40) | st.text(alphabet="content=&If-Match%0aé", max_size=40).map(str.encode),
)
def test_any_form_is_read_or_refused(meant: str, headers: dict[str, str], body: bytes) -> None:
    with contextlib.suppress(RequestError):
        assert read_alternate("POST", {"method": meant}, headers, body).method == meant
