"""The published schema is the code's, and editors complete from it."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML
from study_valid import VALID

from payoff.study import read_template, study_schema, template_names

assert_valid: Callable[[object, object], None] = jsonschema.validate
COMMITTED = Path(__file__).parents[2] / "docs" / "reference" / "study.schema.json"


def test_the_committed_schema_is_the_codes() -> None:
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == json.loads(json.dumps(study_schema()))


@pytest.mark.parametrize("name", template_names())
def test_starters_fit_the_schema(name: str) -> None:
    assert_valid(load(read_template(name)), study_schema())


@pytest.mark.parametrize("name", ["illinois-wellness", "michigan-training-grants"])
def test_demos_fit_the_schema(name: str) -> None:
    text = files("payoff").joinpath("demos", name, f"{name}.yml").read_text(encoding="utf-8")
    assert_valid(load(text), study_schema())


def load(text: str) -> object:
    yaml = YAML(typ="safe", pure=True)
    return json.loads(json.dumps(yaml.load(text), default=str))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("currency: USD", "curency: USD"),
        ("better: higher", "better: up"),
        ("study: drills\n", ""),
        ("cash: true", "cash: 1"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(old: str, new: str) -> None:
    assert_valid(load(VALID), study_schema())
    with pytest.raises(jsonschema.ValidationError):
        assert_valid(load(VALID.replace(old, new)), study_schema())


def test_every_key_is_described_for_completion() -> None:
    schema = study_schema()
    parts = {"StudyDocument": schema, **schema["$defs"]}
    silent = [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, value in part.get("properties", {}).items()
        if not value.get("description") and "$ref" not in json.dumps(value)
    ]
    assert silent == []
    assert all(part.get("description") for part in parts.values())
