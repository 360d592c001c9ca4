"""Whoever is erased is known to the map by all their numbers, leaves it, and no list brings them back."""

from pathlib import Path

import pytest

from payoff.connectors.pseudonym import name_text
from payoff.identity import Decision, Identifier
from payoff.nouns.problem import PayoffError
from payoff.run.identities.identifying import ListPlan, add_list, open_naming
from payoff.run.identities.identity_deciding import decide
from payoff.run.identities.identity_disclosing import map_document
from payoff.run.privacy.person_known import find_acquainted, forget_acquainted
from payoff.run.workspace import Workspace, find_home

STAFF = "Number,Mail\n10,ann@firm.example\n11,bo@firm.example\n77,ann@firm.example\n"
PLAN = ListPlan("staff", {"Number": "hr", "Mail": "email"}, "hr")


@pytest.fixture
def home(tmp_path: Path) -> Workspace:
    (tmp_path / "payoff.yml").write_text("payoff: 1\n")
    (tmp_path / "staff.csv").write_text(STAFF)
    workspace = find_home(tmp_path)
    add_list(workspace, tmp_path / "staff.csv", PLAN, "d.steward")
    return workspace


def rehire(home: Workspace) -> None:
    decide(home, Decision(0, "same", Identifier("hr", "77"), Identifier("hr", "10"), "d", "came back"))


def test_two_people_of_one_address_are_not_erased_together(home: Workspace) -> None:
    with pytest.raises(PayoffError, match="U244"):
        find_acquainted(home, ["ann@firm.example"])


@pytest.mark.parametrize("asked", ["hr=77", "hr=10", "email=ann@firm.example"])
def test_a_rehire_is_found_by_every_number_and_under_the_key_of_the_tables(
    home: Workspace, asked: str
) -> None:
    rehire(home)
    found = find_acquainted(home, [asked])
    assert {str(one) for one in found.own} == {"hr=10", "hr=77"}
    secret, naming = home.read_secret(), open_naming(home)
    (key,) = {naming.name_person(p) for p in range(2) if str(naming.people.tell_person(p)) == "hr=10"}
    assert key in found.name_keys(lambda text: name_text(text, secret))


def test_a_list_added_again_brings_nobody_back(home: Workspace) -> None:
    rehire(home)
    forget_acquainted(home, find_acquainted(home, ["hr=77"]))
    assert map_document(home)["people"] == 1
    added = add_list(home, home.root / "staff.csv", PLAN, "d.steward")
    assert (added.version.n_rows, added.n_forgotten) == (1, 2)
    assert b"ann@" not in (home.identity / "people.sqlite").read_bytes()
