"""The reference page: its example is a study, and no key is left out."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from payoff.nouns.problem import Severity
from payoff.study import check_study, document
from payoff.study.check_design import METHODS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "study.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]
PARTS = {name: part for name, part in vars(document).items() if name.endswith("Part") and name != "Part"}


def test_the_example_is_a_study_and_what_it_lacks_are_warnings() -> None:
    study, problems = check_study(EXAMPLE.encode(), "study.md")
    assert study is not None, [(p.code, p.what) for p in problems]
    assert [p.code for p in problems if p.severity is Severity.ERROR] == []
    assert (study.design.type, study.design.randomised, study.cohort.table) == ("did", True, "hris")
    assert study.design.strata == "concat_ws('|', region, tenure_band)"


@pytest.mark.parametrize("name", PARTS)
def test_every_key_stands_on_the_page_as_the_code_describes_it(name: str) -> None:
    part: type[BaseModel] = PARTS[name]
    for key, field in part.model_fields.items():
        assert f"| `{key}` | " in PAGE
        assert str(field.description) in PAGE


def test_every_top_level_key_is_named() -> None:
    listed = PAGE.partition("Top level:")[2].partition("###")[0]
    assert [key for key in document.StudyDocument.model_fields if f"`{key}`" not in listed] == []


@pytest.mark.parametrize("kind", METHODS)
def test_every_design_and_method_is_named(kind: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` |"))
    assert all(f"`{method}`" in row for method in METHODS[kind])
