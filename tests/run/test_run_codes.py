"""Codes of the run: each is explained in a table of the reference, where users look it up."""

from pathlib import Path

import pytest

from payoff.run.codes import CODES

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
ABOUT = {
    "privacy.md": ("N100", "N101", "N102", "N103", "N104", "N105", "N110", "N120", "U240", "U241", "U242"),
    "metrics.md": ("U220", "U221", "U222", "U223", "U224", "U225", "U226", "U227"),
    "data.md": ("N105", "N106", "U230", "U231", "U232", "U250", "U251", "U252"),
}


@pytest.mark.parametrize(("page", "code"), [(page, code) for page, codes in ABOUT.items() for code in codes])
def test_a_code_stands_in_a_table_of_its_page(page: str, code: str) -> None:
    assert code in CODES
    rows = [line for line in (REFERENCE / page).read_text("utf-8").splitlines() if line.startswith("|")]
    assert any(code in row.split("|")[1] for row in rows)


def test_every_code_of_people_and_of_their_figures_is_explained() -> None:
    """N: what may not be told of people. U22 to U25: baselines, times, tables, loads, erasures."""
    asked = {code for code in CODES if code.startswith(("N", "U22", "U23", "U24", "U25"))}
    pages = "\n".join(path.read_text("utf-8") for path in REFERENCE.glob("*.md"))
    first = [line.split("|")[1] for line in pages.splitlines() if line.startswith("|") and "|" in line[1:]]
    assert len(asked) > 20
    assert {code for code in asked if not any(code in cell for cell in first)} == set()
