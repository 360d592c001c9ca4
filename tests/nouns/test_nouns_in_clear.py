"""A column that names people in clear is known by its cells, and names only where it is called one."""

import pytest

from payoff.nouns.in_clear import find_in_clear

MAIL = "ada.abel@firm.example"
PEOPLE = ["site", "hire_date"]


@pytest.mark.parametrize(
    ("column", "others", "cells", "found"),
    [
        ("contact", [], [MAIL, None, ""], "addresses"),
        ("note", [], [f"call {MAIL}"] + ["nothing"] * 19, "addresses"),
        ("note", [], [f"call {MAIL}"] + ["nothing"] * 20, None),
        ("full_name", [], ["Ada Abel", "Ben Ode"], "names"),
        ("First Name", [], ["Ada", "Ben"], "names"),
        ("name", PEOPLE, ["Ada Abel", "Abel, Ben"], "names"),
        ("name", ["amount"], ["Renewal North", "Renewal South"], None),
        ("full_name", [], ["0f1e2d3c4b5a69788796", "1a2b3c4d5e6f70819203"], None),
        ("team", PEOPLE, ["North", "South"], None),
        ("product_name", PEOPLE, ["Basic plan", "Large plan"], None),
        ("contact", [], [], None),
    ],
)
def test_what_a_column_says_of_people(
    column: str, others: list[str], cells: list[str | None], found: str | None
) -> None:
    assert find_in_clear(column, others, cells) == found
