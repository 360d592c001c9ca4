"""Every code is explained, used and tried."""

import re
from pathlib import Path

import pytest
from study_cases import CASES, WARNINGS
from study_catalogue_cases import CATALOGUE_CASES, CATALOGUE_WARNINGS

import payoff.study
from payoff.study import explain_code
from payoff.study.code_table import CODES

SOURCE = "".join(
    p.read_text(encoding="utf-8")
    for p in Path(payoff.study.__file__).parent.glob("*.py")
    if p.name != "code_table.py"
)
USED = set(re.findall(r'"([PL]\d{3})"', SOURCE))
LOCK_CODES = {"L001", "L002", "L003", "L004", "L005", "L006"}  # tried in test_study_lock.py


def test_the_table_holds_exactly_the_codes_in_use() -> None:
    assert set(CODES) == USED


def test_every_code_of_a_study_file_has_a_malformed_case() -> None:
    tried = {code for _, code, _ in (*CASES, *WARNINGS, *CATALOGUE_CASES, *CATALOGUE_WARNINGS)}
    assert set(CODES) - LOCK_CODES == tried


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_is_explained(code: str) -> None:
    text = explain_code(code)
    assert text is not None
    assert text.startswith(f"{code}  {CODES[code].title}")
    assert CODES[code].why in text
    assert CODES[code].more in text


def test_codes_are_found_in_any_case_and_others_are_not() -> None:
    assert explain_code(" p103 ") == explain_code("P103")
    assert explain_code("D001") is None
    assert explain_code("") is None


def test_severity_is_the_tables() -> None:
    warned = (*WARNINGS, *CATALOGUE_WARNINGS)
    assert {code for _, code, _ in warned} == {code for code, entry in CODES.items() if entry.warning}
