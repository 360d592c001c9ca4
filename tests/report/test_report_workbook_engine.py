"""The workbook recalculated by an office suite: it must say what the engine says, edited or not."""

import dataclasses
import io
from collections.abc import Callable
from typing import Any, cast

import openpyxl
import pytest
import report_valued
from office import edited, named, recalculated
from report_briefs import grant_brief
from report_valued import valued

from payoff.nouns.effect import Effect
from payoff.nouns.result import Result
from payoff.nouns.valuation import Figure, Valuation
from payoff.report.workbook import render_workbook
from payoff.report.workbook_model import build_workbook

MAKERS: dict[str, Callable[[], Result]] = {
    "grants": report_valued.grants,
    "sales": report_valued.sales,
    "support": report_valued.support,
    "gentle": report_valued.gentle,
    "mixed": report_valued.mixed,
    "full": report_valued.full,
}
EDITS: dict[str, tuple[str, dict[str, float]]] = {
    "grants_share": ("grants", {"cost_share": 0.7}),
    "grants_price": ("grants", {"delivery_per_worker": 900.0, "discount": 0.02}),
    "sales_margin": ("sales", {"margin": 0.15, "half_life": 2.5}),
    "support_calls": ("support", {"calls": 120.0}),
    "full_five": (
        "full",
        {"margin": 0.33, "USD_per_EUR": 1.21, "half_life": 3.0, "discount": 0.11, "hurdle": 0.2},
    ),
}


def xlsx(result: Result) -> bytes:
    return render_workbook(dataclasses.replace(grant_brief(), workbook=build_workbook(result)))


def assume(result: Result, changes: dict[str, float]) -> Result:
    """The same study with other values, valued by the engine."""
    effects = [e for e in result.effects if isinstance(e, Effect)]
    assumptions = tuple(
        dataclasses.replace(a, low=v, mid=v, high=v) if (v := changes.get(a.name)) is not None else a
        for a in result.assumptions
    )
    second = effects[1] if len(effects) > 1 else None
    study = result.study
    return valued(
        effects[0],
        assumptions,
        result.counts,
        second,
        horizon_months=study.horizon_months,
        design=study.design,
        metrics=study.metrics,
        benefits=study.benefits,
        costs=study.costs,
        sustain=study.sustain,
    )


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return {name: make() for name, make in MAKERS.items()}


@pytest.fixture(scope="module")
def files(results: dict[str, Result]) -> dict[str, bytes]:
    plain = {name: xlsx(result) for name, result in results.items()}
    changed = {
        name: edited(plain[base], **{f"in_{k}": v for k, v in changes.items()})
        for name, (base, changes) in EDITS.items()
    }
    lowered = {"grants_effect": edited(plain["grants"], eff_grant=-0.1, n_firms_analysed_grant=20)}
    switched = {
        f"sales_{name}": edited(plain["sales"], scenario=name) for name in ("worst", "best", "haircut")
    }
    end = {"sales_end": edited(plain["sales"], tornado_margin_low=0.2)}
    return plain | changed | lowered | switched | end


@pytest.fixture(scope="module")
def books(files: dict[str, bytes]) -> dict[str, Any]:
    """Every file recalculated in one start of the office suite."""
    return recalculated(files)


def figure(result: Result, name: str) -> float:
    assert isinstance(result.valuation, Valuation)
    found = result.valuation.figures[name]
    assert isinstance(found, Figure)
    assert found.point is not None
    return found.point


def further(result: Result) -> dict[str, float]:
    """Rates of return and the like, as the engine has them; one that was only simulated stays out."""
    assert isinstance(result.valuation, Valuation)
    return {
        name: found.point
        for name, found in result.valuation.further.items()
        if isinstance(found, Figure) and found.point is not None and name != "loss_at_hurdle"
    }


@pytest.mark.parametrize("name", MAKERS)
def test_recalculated_equals_the_engine(name: str, results: dict[str, Result], books: dict[str, Any]) -> None:
    result, book = results[name], books[name]
    assert named(book, "money_roi_point") == pytest.approx(figure(result, "roi"), rel=1e-9)
    assert named(book, "roi") == named(book, "money_roi_point")
    for key in ("bcr", "net", "break_even"):
        assert named(book, f"money_{key}_point") == pytest.approx(figure(result, key), rel=1e-9), key
    if name in ("grants", "gentle", "mixed"):
        assert named(book, "money_payback_months_point") == "never"
    else:
        assert named(book, "money_payback_months_point") == pytest.approx(figure(result, "payback_months"))
    if name in ("sales", "mixed", "full"):
        amortised = figure(result, "roi_amortised")
        assert named(book, "money_roi_amortised_point") == pytest.approx(amortised, rel=1e-9)
    if result.study.assumption("discount"):
        assert named(book, "money_npv_point") == pytest.approx(figure(result, "npv"), rel=1e-9)
        assert named(book, "money_roi_pv_point") == pytest.approx(figure(result, "roi_pv"), rel=1e-9)
    for key, found in further(result).items():
        assert named(book, f"money_{key}_point") == pytest.approx(found, rel=1e-9), key
    assert named(book, "matches_payoff") == "yes"
    said = [row[1].value for row in book["Read me"].iter_rows() if row[0].value == "Matches payoff"]
    assert said == ["yes"]


@pytest.mark.parametrize("name", MAKERS)
def test_every_cached_value_is_what_its_formula_comes_to(
    name: str, files: dict[str, bytes], books: dict[str, Any]
) -> None:
    load = cast(Any, openpyxl).load_workbook
    formulas, cached = (load(io.BytesIO(files[name]), data_only=only) for only in (False, True))
    compared = 0
    for sheet in formulas:
        for cell in (c for row in sheet.iter_rows() for c in row if c.data_type == "f"):
            here = cached[sheet.title][cell.coordinate].value
            there = books[name][sheet.title][cell.coordinate].value
            where = f"{sheet.title}!{cell.coordinate} {cell.value}"
            if isinstance(here, (int, float)):
                assert there == pytest.approx(here, rel=1e-9, abs=1e-9), where
            else:
                assert (there or "") == (here or ""), where
            compared += 1
    assert compared > 200


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_assumption_gives_the_engines_answer(
    name: str, results: dict[str, Result], books: dict[str, Any]
) -> None:
    base, changes = EDITS[name]
    expected = assume(results[base], changes)
    book = books[name]
    assert named(book, "money_roi_point") == pytest.approx(figure(expected, "roi"), rel=1e-9)
    assert figure(expected, "roi") != pytest.approx(figure(results[base], "roi"), rel=1e-3)
    if expected.study.assumption("discount"):
        assert named(book, "money_npv_point") == pytest.approx(figure(expected, "npv"), rel=1e-9)
    for key, found in further(expected).items():
        assert named(book, f"money_{key}_point") == pytest.approx(found, rel=1e-9), key
    order = [a.words for a in expected.assumptions if a.name in changes]
    assert named(book, "matches_payoff") == "changed inputs: " + ", ".join(order)


def test_an_edited_effect_and_count_move_the_money(books: dict[str, Any], results: dict[str, Result]) -> None:
    book = books["grants_effect"]
    assert named(book, "money_roi_point") < figure(results["grants"], "roi")
    assert named(book, "money_cost") == named(books["grants"], "money_cost")
    assert named(book, "matches_payoff") == "changed inputs: grant, firms analysed (grant)"


@pytest.mark.parametrize("name", MAKERS)
def test_scenarios_recompute_to_the_engines(
    name: str, results: dict[str, Result], books: dict[str, Any]
) -> None:
    sheet, valuation = books[name]["Scenarios"], results[name].valuation
    assert isinstance(valuation, Valuation)
    rows = {row[0].value: row for row in sheet.iter_rows() if row[0].value}
    heads = [cell.value for cell in sheet[4]]
    assert {s.name for s in valuation.scenarios} <= set(heads)
    for scenario in valuation.scenarios:
        column = heads.index(scenario.name)
        assert rows["Net"][column].value == pytest.approx(scenario.net, rel=1e-9)
        assert rows["ROI"][column].value == pytest.approx(scenario.roi, rel=1e-9)
        if scenario.npv is not None:
            assert rows["NPV"][column].value == pytest.approx(scenario.npv, rel=1e-9)


@pytest.mark.parametrize("scenario", ["worst", "best", "haircut"])
def test_the_switch_puts_a_scenario_into_every_figure(
    scenario: str, results: dict[str, Result], books: dict[str, Any]
) -> None:  # FIN-10
    book, valuation = books[f"sales_{scenario}"], results["sales"].valuation
    assert isinstance(valuation, Valuation)
    wanted = next(s for s in valuation.scenarios if s.name == scenario)
    assert named(book, "money_roi_point") == pytest.approx(wanted.roi, rel=1e-9)
    assert named(book, "money_net_point") == pytest.approx(wanted.net, rel=1e-9)
    assert named(book, "money_npv_point") == pytest.approx(wanted.npv, rel=1e-9)
    assert named(book, "matches_payoff") == f"changed inputs: scenario {scenario}"


def test_a_tornado_end_can_be_tried(results: dict[str, Result], books: dict[str, Any]) -> None:
    """The margin's low end at another value: ROI there is the engine's with that margin."""
    expected = assume(results["sales"], {"margin": 0.2})
    sheet = books["sales_end"]["Tornado"]
    row = next(row for row in sheet.iter_rows(min_row=5) if row[0].value == "Margin")
    assert row[4].value == pytest.approx(figure(expected, "roi"), rel=1e-9)
    assert named(books["sales_end"], "matches_payoff") == "changed inputs: tornado Margin"


def test_the_amortisation_schedule_is_the_engines(
    results: dict[str, Result], books: dict[str, Any]
) -> None:  # FIN-22
    valuation = results["full"].valuation
    assert isinstance(valuation, Valuation)
    assert valuation.cost_picture is not None
    rows = {
        row[0].value: row for row in books["full"]["Amortisation"].iter_rows() if row[0].value is not None
    }
    assert len(valuation.cost_picture.amortised) == 3
    for n, line in enumerate(valuation.cost_picture.amortised):
        for month, charged, balance in zip(line.months, line.charged, line.balance, strict=True):
            assert rows[month][1 + 2 * n].value == pytest.approx(charged, rel=1e-9)
            assert rows[month][2 + 2 * n].value == pytest.approx(balance, rel=1e-9, abs=1e-6)


def test_a_wrong_engine_figure_is_caught() -> None:
    """The check cell is computed, not written: another ROI turns it to "no"."""
    result = report_valued.support()
    assert isinstance(result.valuation, Valuation)
    wrong = dict(result.valuation.figures)
    roi = wrong["roi"]
    assert isinstance(roi, Figure)
    wrong["roi"] = dataclasses.replace(roi, point=figure(result, "roi") * (1 + 1e-6) + 1e-6)
    content = xlsx(
        dataclasses.replace(result, valuation=dataclasses.replace(result.valuation, figures=wrong))
    )
    cached = cast(Any, openpyxl).load_workbook(io.BytesIO(content), data_only=True)
    assert named(cached, "matches_payoff") == "no"
    assert named(recalculated({"wrong": content})["wrong"], "matches_payoff") == "no"
