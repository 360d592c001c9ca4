"""Every message is explained: in `payoff help` and in the reference."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from payoff import connectors, metrics, warehouse

ROOMS = {"connectors": connectors.CODES, "warehouse": warehouse.CODES, "metrics": metrics.CODES}
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "data.md"


@pytest.mark.parametrize("room", ROOMS)
def test_every_code_raised_is_explained_and_no_other(room: str) -> None:
    folder = Path(str(files("payoff"))) / room
    sources = [path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "codes.py"]
    raised = {code for text in sources for code in re.findall(r'"(D\d{3})"', text)}
    assert raised == set(ROOMS[room])


def test_the_reference_lists_the_same_codes() -> None:
    listed = re.findall(r"^\| (D\d{3}) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert listed == sorted(code for codes in ROOMS.values() for code in codes)
