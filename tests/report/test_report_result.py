"""result.json: the schema, the same bytes, and the way back."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from report_variants import VARIANTS

from payoff.nouns.arrays import frozen
from payoff.nouns.brief import Brief
from payoff.nouns.effect import Effect
from payoff.nouns.result import Result
from payoff.nouns.valuation import Figure, Valuation
from payoff.report import compose, read_brief, render, write_result

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "docs/reference/result.schema.json").read_text(encoding="utf-8")
)


def test_document_follows_the_schema(any_brief: Brief) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    assert list(validator.iter_errors(json.loads(render(any_brief, "json")))) == []


def test_bytes_are_the_same_every_time(any_result: Result, any_brief: Brief) -> None:
    first = render(any_brief, "json")
    assert first == render(compose(any_result), "json")
    assert first.endswith(b"}\n")


def test_a_brief_survives_storage(any_brief: Brief) -> None:
    """`payoff report`: rendered again from the stored brief, byte for byte."""
    again = read_brief(render(any_brief, "brief-json"))
    assert again == any_brief
    for format_ in ("json", "brief-json"):
        assert render(again, format_) == render(any_brief, format_)


def test_not_a_brief_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="Brief"):
        read_brief(b'{"study": 1}')


def test_non_finite_numbers_become_null(michigan: Result) -> None:
    money = michigan.valuation
    assert isinstance(money, Valuation)
    roi = money.figures["roi"]
    assert isinstance(roi, Figure)
    figures = {**money.figures, "roi": dataclasses.replace(roi, high=float("inf"), low=float("nan"))}
    locked = michigan.effects[0]
    assert isinstance(locked, Effect)
    normal = dataclasses.replace(locked, df=frozen(np.array([np.inf, np.inf])))
    document = write_result(
        dataclasses.replace(
            michigan,
            valuation=dataclasses.replace(money, figures=figures),
            effects=(normal, *michigan.effects[1:]),
        )
    )
    text = json.dumps(document, allow_nan=False)
    assert json.loads(text)["money"]["roi"]["high"] is None
    assert json.loads(text)["effects"][0]["df"] is None


def test_effects_are_raw_and_lifts_turned(michigan: Result, illinois: Result) -> None:
    """Published figures stay as published; positive lift is better whichever way the metric points."""
    grant = json.loads(render(compose(michigan), "json"))["effects"][0]
    assert (round(grant["estimate"], 3), round(grant["std_error"], 3)) == (-0.252, 0.14)
    assert grant["lift"]["point"] == pytest.approx(1 - np.exp(-0.252))
    assert grant["headline"] is True
    spending = json.loads(render(compose(illinois), "json"))["effects"][0]
    assert spending["estimate"] == 10.8
    assert spending["lift"]["point"] < 0


def test_refusals_are_in_the_document_not_zero() -> None:
    document = write_result(VARIANTS["part_refused"]())
    money = document["money"]
    assert isinstance(money, dict)
    assert "roi" not in money
    reasons = [r["reason"] for r in document["refusals"]]  # type: ignore[attr-defined]
    assert "a cost line is blank, and blank is not zero" in reasons
    assert "no firm has two years in a row" in reasons
