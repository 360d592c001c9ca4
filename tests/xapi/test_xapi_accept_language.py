"""Accept-Language: weights, fallbacks, refusals; and any header is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.xapi.accept_language import MAX_RANGES, Range, choose_language, read_languages


@pytest.mark.parametrize(
    ("header", "tags", "chosen"),
    [
        ("", "en fr", "en"),
        ("fr", "en fr", "fr"),
        ("FR-fr", "en fr-FR", "fr-FR"),
        ("en;q=0.5, fr;q=0.7", "en fr", "fr"),
        ("en;q=0.700, fr;q=0.701", "en fr", "fr"),
        ("de, fr;q=0.2", "en fr", "fr"),
        ("en", "fr en-GB", "en-GB"),  # a range speaks for what begins with it
        ("en", "en-GB en", "en"),
        ("en-GB", "en en-GB", "en-GB"),
        ("en, en-GB;q=0.2", "en-GB en-US", "en-US"),  # the longest range decides
        ("fr-CA, en;q=0.9", "en fr", "fr"),  # fallback
        ("fr-CA, fr;q=0.1, en;q=0.9", "en fr", "en"),  # but its own weight comes first
        ("fr-CA", "en fr-FR", "fr-FR"),  # a sister before anything else
        ("fr-CA, en;q=0.1", "fr-FR en", "en"),
        ("zh-Hant-TW", "en zh zh-Hant", "zh-Hant"),  # equal weight: the nearer
        ("e", "en fr", "en"),  # half a subtag is none
        ("*, en;q=0.5", "en fr", "fr"),
        ("en;q=0.5, *;q=0.1", "fr en", "en"),
        ("*;q=0, fr", "en fr", "fr"),
        ("en;q=0", "en fr", "fr"),
        ("en;q=0, *", "en fr", "fr"),
        ("en;q=0", "en", "en"),  # a map keeps one entry
        ("*;q=0", "en fr", "en"),
        ("en, fr", "fr en", "en"),  # equal weights: the earlier range
        ("ja", "en fr", "en"),
        ("fr;q=2, en;level=1, de", "en fr de", "de"),  # malformed ranges are passed over
        (";;,=", "en fr", "en"),
    ],
)
def test_one_language_is_chosen(header: str, tags: str, chosen: str) -> None:
    assert choose_language(tags.split(), read_languages(header)) == chosen


def test_weights_are_read_in_the_header_s_order() -> None:
    assert read_languages("en ; q=0.8 ,\tFR-ca,*;Q=0") == (Range("en", 0.8), Range("fr-ca", 1), Range("*", 0))


def test_an_endless_header_is_read_in_part() -> None:
    assert len(read_languages("en," * 100_000)) == MAX_RANGES


tags = st.from_regex(r"(en|fr|de|x)(-[A-Za-z]{2})?", fullmatch=True)


@given(st.text(max_size=60), st.lists(tags, min_size=1, max_size=4, unique=True))
def test_any_header_chooses_one(header: str, there: list[str]) -> None:
    assert choose_language(there, read_languages(header)) in there


@given(st.lists(tags, min_size=2, max_size=5, unique_by=str.lower))
def test_the_only_language_asked_for_is_got(there: list[str]) -> None:
    assert choose_language(there, read_languages(f"{there[-1]};q=0.3")) == there[-1]
