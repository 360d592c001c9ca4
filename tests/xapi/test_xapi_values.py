"""Texts with a form: IRIs, language tags, durations, timestamps, UUIDs, digests, media types."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.xapi.duration import cut_duration, is_duration
from payoff.xapi.identifier import check_media_type, check_sha2, is_uuid, read_uuid
from payoff.xapi.iri import is_iri
from payoff.xapi.language import is_language_tag
from payoff.xapi.shapes import RuleError
from payoff.xapi.time_rules import is_rfc_timestamp, is_timestamp


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com",
        "https://example.com/a?b=c#d",
        "urn:uuid:12345678-1234-5678-1234-567812345678",
        "course-v1:FUN-MOOC+00002+session01",
        "tag:example.com,2026:x",
        "http://example.com/فعل/خواندن",
        "http://例え.jp/ü%20",
        "A:b",
        "x:" + "y" * 5000,
    ],
)
def test_iris(text: str) -> None:
    assert is_iri(text)


@pytest.mark.parametrize(
    "text",
    ["", "x", "x:", ":x", "//e.com", "/x", "#x", "e.com/x", "ab=c://e.com", "1a:b", "é:b", "http ://e.com"]
    + [f"http://e.com/{sign}" for sign in ' <>"{}|\\^`\n\t\0\x7f\x85\xa0\u2028\u3000']
    + ["http://e.com\n", " http://e.com", "x:" + "y" * 5000 + " "],
)
def test_no_iris(text: str) -> None:
    assert not is_iri(text)


@pytest.mark.parametrize(
    "text",
    [
        "en",
        "en-US",
        "EN-us",
        "zh-Hant-TW",
        "zh-cmn-Hans-CN",
        "de-CH-1996",
        "sl-rozaj-biske",
        "es-419",
        "und",
        "gsw",
        "en-a-bbb-x-a-ccc",
        "x-whatever",
        "i-klingon",
        "en-GB-oed",
        "zh-min-nan",
        "de-1901",
        "fr-CA-x-y",
        "qaaa",
    ],
)
def test_language_tags(text: str) -> None:
    assert is_language_tag(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e",
        "en_US",
        "en-",
        "-en",
        "a12345678",
        "a12345",
        "something",
        "en-USA1",
        "en--US",
        "en-a",
        "x",
        "én",
        "en US",
        "en-US\n",
        "en-x",
        "1en",
        "en-" + "abcdefghi",
        "en-Latn-Latn",
        "x" + "-ab" * 40,
    ],
)
def test_no_language_tags(text: str) -> None:
    assert not is_language_tag(text)


@pytest.mark.parametrize(
    "text",
    [
        "PT4H35M59.14S",
        "PT16559.14S",
        "P3Y1M29DT4H35M59.14S",
        "P3Y",
        "P4W",
        "PT1H0M0.1S",
        "P0D",
        "PT0S",
        "P1DT1M",
        "P0.5Y",
        "P1,5D",
        "PT1.5H",
        "P1.5W",
        "P1Y2M",
        "P1MT1M",
        "P1DT12H36M0.12567S",
        "PT0001H",
    ],
)
def test_durations(text: str) -> None:
    assert is_duration(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "1D",
        "P1",
        "P-1D",
        "-P1D",
        "P1D1Y",
        "P4W1D",
        "P1Y4W",
        "PT1D",
        "P1H",
        "P1S",
        "PT1S1M",
        "P1.5Y1M",
        "P1.5DT1H",
        "PT1.5M1S",
        "PT.5S",
        "PT1.S",
        "PA1H0M0S",
        "P0003-06-04T12:30:05",
        "pt1s",
        "PT1S\n",
        "PT1e3S",
        "PT١S",
        "P1Y1Y",
    ],
)
def test_no_durations(text: str) -> None:
    assert not is_duration(text)


@settings(max_examples=40, deadline=None)
@given(
    st.from_regex(
        r"P(?=[0-9T])([0-9]{1,3}Y)?([0-9]{1,3}D)?(T(?=[0-9])([0-9]{1,3}H)?([0-9]{1,3}(\.[0-9]{1,4})?S)?)?",
        fullmatch=True,
    )
)
def test_durations_of_the_plain_form_are_taken(text: str) -> None:
    assert bool(is_duration(text)) == (text[-1] not in "PT")


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("PT1.2399S", "PT1.23S"),
        ("PT1.239S", "PT1.23S"),
        ("PT1,239S", "PT1,23S"),
        ("PT1.2S", "PT1.2S"),
        ("P1.23456Y", "P1.23456Y"),
        ("PT5S", "PT5S"),
    ],
)
def test_durations_are_cut_not_rounded(text: str, cut: str) -> None:
    assert cut_duration(text) == cut


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T09:30:00Z",
        "2026-03-01T09:30:00.123456789+05:30",
        "2024-02-29T00:00:00-08:00",
        "1999-12-31t23:59:59z",
        "2016-12-31T23:59:60Z",
        "2026-01-31T00:00:00Z",
        "2026-04-30T00:00:00Z",
        "0001-01-01T00:00:00Z",
    ],
)
def test_timestamps_of_both_versions(text: str) -> None:
    assert is_timestamp(text)
    assert is_rfc_timestamp(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T09:30:00",
        "2026-03-01T09:30Z",
        "20260301T093000Z",
        "20260301T0930+0100",
        "2026-03-01T09:30:00+01",
        "2026-03-01T09:30:00,5Z",
        "2026-03-01T09:30:00+0100",
    ],
)
def test_timestamps_of_version_1(text: str) -> None:
    assert is_timestamp(text)
    assert not is_rfc_timestamp(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "01/011/2015",
        "2026-03-01",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
    ]
    + ["2026-06-31T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z"]
    + ["2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T12:00:60Z", "2026-01-01 00:00:00Z"]
    + [f"2008-09-15T15:53:00.601{zone}" for zone in ("-00", "-0000", "-00:00", "+24:00", "+01:60", "+1")]
    + [
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "12026-01-01T00:00:00Z",
    ]
    + ["2026-01-01T00:00:00Z\n", "２026-01-01T00:00:00Z", "2026-01-01T00:00:00.Z"],
)
def test_no_timestamps(text: str) -> None:
    assert not is_timestamp(text)
    assert not is_rfc_timestamp(text)


@given(st.datetimes())
def test_every_moment_of_the_calendar_is_a_timestamp(moment: object) -> None:
    assert is_timestamp(f"{str(moment).replace(' ', 'T')}Z")
    assert is_rfc_timestamp(f"{str(moment).replace(' ', 'T')}+00:00")


@given(st.uuids())
def test_uuids(made: object) -> None:
    text = str(made)
    assert is_uuid(text)
    assert is_uuid(text.upper())
    assert read_uuid(text.upper()).hex() == text.replace("-", "")
    for wrong in (
        text[1:],
        text + "0",
        text.replace("-", ""),
        f"{{{text}}}",
        f"urn:uuid:{text}",
        text[:-1] + "g",
    ):
        assert not is_uuid(wrong)


@pytest.mark.parametrize("n_digits", [56, 64, 96, 128])
def test_digests_of_the_sha_2_family(n_digits: int) -> None:
    check_sha2("aF" * (n_digits // 2))
    for wrong in ("a" * (n_digits - 1), "g" * n_digits, "a" * 40):
        with pytest.raises(RuleError):
            check_sha2(wrong)


def test_media_types() -> None:
    for right in ("text/plain", "text/plain; charset=ascii", "application/vnd.a+b", 'a/b;c="d e"', "a/b ;x"):
        check_media_type(right)
    for wrong in (
        "",
        "text",
        "text/",
        "/plain",
        "te xt/plain",
        "text/plain charset",
        "text/plain\r\nX: y",
        "a/b;\n",
    ):
        with pytest.raises(RuleError):
            check_media_type(wrong)
