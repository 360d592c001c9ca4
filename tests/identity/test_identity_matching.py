"""Identifiers as real systems write them: links over several lists, spelling, reuse, coverage."""

import numpy as np
import pyarrow as pa
import pytest
from identity_lists import START, claim, find, row

from payoff.identity import Identifier, State, build_people, match, read_identifier
from payoff.identity.coverage import count_states

STAFF = [
    row("hr", hr="10042", email="Ann.Lee@firm.example"),
    row("hr", hr="10043", email="bo@firm.example"),
]


def test_a_person_is_found_over_two_lists_between() -> None:
    lists = [
        *STAFF,
        row(email="ann.lee@FIRM.example", salesforce="0055g00000AbCdE"),
        row(salesforce="0055g00000AbCdEAAV", agent="a77"),
    ]
    people = build_people(claim(lists[::-1]))
    assert find(people, "agent", "a77") == (State.MATCHED, "hr=10042")
    assert find(people, "salesforce", "0055g00000AbCdE") == (State.MATCHED, "hr=10042")


def test_a_link_holds_on_the_days_both_hold() -> None:
    lists = [
        row("hr", START, START + 9, hr="1", email="desk@firm.example"),
        row("hr", START + 10, hr="2", email="desk@firm.example"),
        row(email="desk@firm.example", agent="a1"),
    ]
    people = build_people(claim(lists))
    assert find(people, "agent", "a1", START + 9) == (State.MATCHED, "hr=1")
    assert find(people, "agent", "a1", START + 10) == (State.MATCHED, "hr=2")
    assert find(people, "agent", "a1", START - 1)[0] is State.NOT_THEN


def test_leading_zeros_and_names_join_nobody() -> None:
    people = build_people(claim([row("hr", hr="0042", name="Ann Lee"), row(name="ann lee", agent="a1")]))
    assert find(people, "hr", "42")[0] is State.MISSING
    assert find(people, "agent", "a1")[0] is State.MISSING


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hr=10042", Identifier("hr", "10042")),
        ("email= Ann@Firm.example ", Identifier("email", "ann@firm.example")),
        ("email=mailto:ann@firm.example", Identifier("email", "ann@firm.example")),
        ("account https://lms.example.org ann b", Identifier("account https://lms.example.org", "ann b")),
        ("salesforce=0055g00000AbCdE", Identifier("salesforce", "0055g00000AbCdEAAV")),
        ("hr=", None),
        ("HR=1", None),
        ("10042", None),
    ],
)
def test_identifiers_as_they_are_typed(text: str, found: Identifier | None) -> None:
    assert read_identifier(text) == found
    if found is not None:
        assert read_identifier(str(found)) == found


def test_capitals_of_a_salesforce_id_become_its_last_three_characters() -> None:
    assert read_identifier("salesforce=001D000000HTK3c") == Identifier("salesforce", "001D000000HTK3cIAH")


def test_agents_of_statements_are_named_in_every_spelling() -> None:
    agents = dict(build_people(claim(STAFF)).list_agents())
    assert agents["mbox mailto:ann.lee@firm.example"] == agents["mbox mailto:Ann.Lee@firm.example"]
    digest = "mbox_sha1sum 5e0f8a32ff06f5ea4eb4d7ba8e2a1dbd2cbd5fcf"
    assert digest not in agents
    assert sum(text.startswith("mbox_sha1sum ") for text in agents) == 3  # two as compared, one as written


def test_coverage_counts_rows_and_identifiers_apart() -> None:
    people = build_people(claim([*STAFF, row("hr", hr="10044", agent="x"), row("hr", hr="10043", agent="x")]))
    values = pa.array(["x", "x", "y", "y", "y", "z"])
    state = match(people, people.find("agent", values)).state
    coverage = count_states("calls", "agent_id", "agent", state, np.array([0, 0, 1, 1, 1, 2]), False)
    assert (coverage.rows[State.AMBIGUOUS], coverage.rows[State.MISSING]) == (2, 4)
    assert (coverage.identifiers[State.AMBIGUOUS], coverage.identifiers[State.MISSING]) == (1, 2)
    assert coverage.share_unmatched == 1.0
    assert "ambiguous 2 (33.3%, 1 identifiers)" in coverage.describe()


def test_nothing_is_known_without_lists() -> None:
    people = build_people(claim([]))
    assert find(people, "hr", "1", START) == (State.MISSING, None)
    assert people.n_persons == 0
