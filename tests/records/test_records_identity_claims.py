"""Claims read by the stretch are the records one at a time, whatever stands in a value."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payoff.identity.claims import FIRST, LAST, Claims
from payoff.records import identity_claims
from payoff.records.identity_claims import ROWS
from payoff.records.identity_map import ListRow, open_map

VALUES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
ROW = st.builds(
    ListRow,
    st.dictionaries(st.sampled_from(("hr", "email", "account https://lms.example.org/a?b=1")), VALUES).map(
        lambda named: tuple(named.items())
    ),
    st.sampled_from(("hr", None)),
    st.integers(FIRST, LAST),
    st.integers(FIRST, LAST),
)


@pytest.mark.parametrize("stretch", [1, 3, 20_000])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, max_size=7))
def test_arrays_hold_every_record(
    rows: list[ListRow], stretch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_claims, "STRETCH", stretch)
    with open_map(tmp_path / "map", make=True) as opened:
        opened.drop_list("one")
        number = opened.put_list("one", None, "one.csv", "digest", "d", rows).id
        records = opened.read_claims().table.to_pylist()
    wanted = [
        {
            "row": number * ROWS + n, "system": system, "value": value,
            "is_person": system == row.own, "first": row.first, "last": row.last,
        }
        for n, row in enumerate(rows, start=1)
        for system, value in row.identifiers
    ]  # fmt: skip
    by_place = sorted(records, key=lambda one: (one["row"], one["system"], one["value"]))
    assert by_place == sorted(wanted, key=lambda one: (one["row"], one["system"], one["value"]))


def test_a_list_of_a_day_speaks_until_the_next_and_erased_rows_leave_a_gap(tmp_path: Path) -> None:
    def read() -> Claims:
        with open_map(tmp_path / "map") as opened:
            return opened.read_claims()

    rows = [ListRow((("hr", f"{n}"),), "hr", last=dt.date(2030, 1, 1).toordinal()) for n in range(3)]
    with open_map(tmp_path / "map", make=True) as opened:
        for day in (dt.date(2026, 1, 1), dt.date(2026, 4, 1)):
            opened.put_list("one", day, "one.csv", "digest", "d", rows)
    days = {(one["first"], one["last"]) for one in read().table.to_pylist()}
    april = dt.date(2026, 4, 1).toordinal()
    assert days == {(dt.date(2026, 1, 1).toordinal(), april - 1), (april, rows[0].last)}
    gone = [row for row in read().table["row"].to_pylist() if row % ROWS == 2]
    with open_map(tmp_path / "map") as opened:
        opened.forget(gone, [], str)
    assert sorted(read().table["value"].to_pylist()) == ["0", "0", "2", "2"]
