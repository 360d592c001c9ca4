"""Moments: every text names the one it should, nothing else is read, and writing comes back."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.xapi.times import read_time, write_http_date, write_time

NOON_US = 1_795_348_800_000_000  # 2026-11-22T12:00:00Z


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("2026-11-22T12:00:00Z", NOON_US),
        ("2026-11-22t12:00:00z", NOON_US),
        ("2026-11-22T12:00:00", NOON_US),
        ("2026-11-22T12:00Z", NOON_US),
        ("20261122T120000Z", NOON_US),
        ("2026-11-22T13:30:00+01:30", NOON_US),
        ("2026-11-22T13:30:00+0130", NOON_US),
        ("2026-11-22T07:00:00-05", NOON_US),
        ("2026-11-22T12:00:00.123456999Z", NOON_US + 123_456),
        ("2026-11-22T12:00:00,5Z", NOON_US + 500_000),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
        ("2017-01-01T00:59:60+01:00", 1_483_228_800_000_000),
    ],
)
def test_text_names_its_moment(text: str, us: int) -> None:
    assert read_time(text) == us


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "2026", "2026-11-22", "2026-11-22T12", "12:00:00Z", "2026-02-30T12:00:00Z"),
        *("2026-11-22T24:00:00Z", "2026-11-22T12:60:00Z", "2026-11-22T12:00:61Z", "2026-11-22T12:00:60Z"),
        *("2026-11-22T12:00:00-00:00", "2026-11-22T12:00:00-00", "2026-11-22T12:00:00-0000"),
        *("2026-11-22T12:00:00+24:00", "2026-11-22T12:00:00+01:60", "2026-11-22T12:00:00.Z"),
        *("2026-11-22T12:00:00Z\n", " 2026-11-22T12:00:00Z", "٢٠٢٦-11-22T12:00:00Z", "0000-01-01T00:00:00Z"),
        "2026-11-22T12:00:00." + "1" * 41 + "Z",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_time(text)


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), st.integers(-1439, 1439))
def test_any_offset_names_the_same_moment(moment: datetime, offset_minutes: int) -> None:
    there = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=offset_minutes)))
    us = (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)
    assert read_time(there.isoformat()) == us
    assert read_time(write_time(us)) == us
    assert write_time(us) == moment.isoformat(timespec="microseconds") + "Z"


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(read_time(text), int)


def test_a_moment_outside_the_calendar_is_not_written() -> None:
    with pytest.raises(ValueError, match="years"):
        write_time(-(10**18))


@given(st.integers(0, 4_000_000_000_000_000))
def test_http_dates_are_read_back_by_the_standard_library(us: int) -> None:
    assert parsedate_to_datetime(write_http_date(us)).timestamp() == us // 1_000_000
