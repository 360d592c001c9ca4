"""A what-if: which settings are read, what moves, what stays."""

from dataclasses import replace
from pathlib import Path

import pytest
from firm import write_firm

from payoff.nouns.money_plan import Assumption
from payoff.nouns.problem import PayoffError
from payoff.nouns.result import Result
from payoff.nouns.unit import Unit, read_unit
from payoff.nouns.valuation import Figure, Valuation
from payoff.run.main_path import find_result, prepare
from payoff.run.money_words import what_if_lines
from payoff.run.what_if import check_changes, read_changes, work_out
from payoff.run.workspace import find_workspace


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    prepared = prepare(find_workspace(write_firm(tmp_path_factory.mktemp("firm"), n_reps=64)))
    return find_result(prepared, "exploratory")


def known(name: str, low: float, mid: float, high: float, unit: str = "") -> Assumption:
    return Assumption(name, low, mid, high, read_unit(unit) if unit else Unit(), unit, "CRM", "p.okoro")


KNOWN = (
    known("margin", 0.3, 0.4, 0.5),
    known("deal_value", 4500, 5000, 5500, "USD/deal"),
    known("discount", 0.08, 0.08, 0.08),
    known("half_life", 4, 6, 12, "months"),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("margin=0.35", 0.35),
        (" margin = 35% ", 0.35),
        ("deal_value=5,200", 5200.0),
        ("deal_value=5200 USD/deal", 5200.0),
        ("half_life=3 months", 3.0),
        ("discount=-2%", -0.02),
    ],
)
def test_a_setting_is_read_in_its_own_unit(text: str, value: float) -> None:
    [change] = read_changes([text], KNOWN)
    assert change.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("margn=0.35", "U151"),
        ("margin", "U155"),
        ("margin=", "U155"),
        ("margin=lots", "U154"),
        ("margin=nan", "U154"),
        ("margin=1e400", "U154"),
        ("margin=140%", "U157"),
        ("margin=-0.1", "U157"),
        ("discount=-100%", "U157"),
        ("half_life=0", "U157"),
        ("deal_value=-5", "U157"),
        ("deal_value=20%", "U156"),
        ("deal_value=5000 EUR/deal", "U156"),
        ("half_life=3 weeks", "U156"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_fix(text: str, code: str) -> None:
    with pytest.raises(PayoffError) as caught:
        read_changes([text], KNOWN)
    [problem] = caught.value.problems
    assert problem.code == code
    assert problem.fix
    assert caught.value.exit_code == 2


def test_one_name_twice_is_refused() -> None:
    with pytest.raises(PayoffError, match="set twice"):
        read_changes(["margin=0.3", "margin=0.4"], KNOWN)


def test_numbers_are_checked_as_text_is() -> None:
    assert check_changes({"margin": 0.35}, KNOWN)[0].value == 0.35
    for wrong in ("0.35", None, True, float("nan")):
        with pytest.raises(PayoffError, match="U154"):
            check_changes({"margin": wrong}, KNOWN)  # type: ignore[dict-item]


def test_half_the_margin_is_half_the_benefit_and_the_original_stands(result: Result) -> None:
    found = work_out(result, read_changes(["margin=20%"], result.assumptions), "draft", "v1")
    before, after = (v.figures["benefit"] for v in (found.original, found.changed))
    assert isinstance(before, Figure)
    assert isinstance(after, Figure)
    assert before.point is not None
    assert after.point == pytest.approx(before.point / 2)
    assert found.original is result.valuation


def test_nothing_changed_gives_the_same_money(result: Result) -> None:
    """The what-if values as the run does: same evidence, same draws."""
    found = work_out(result, (), "", "v1")
    assert isinstance(result.valuation, Valuation)
    assert found.changed.figures == result.valuation.figures


def test_what_is_said_names_reason_range_and_the_version_left_alone(result: Result) -> None:
    found = work_out(result, read_changes(["margin=60%"], result.assumptions), "finance asked", "v3")
    said = "\n".join(f"{label}|{text}" for label, text in what_if_lines(found))
    for part in ("Reason|finance asked", "v3: ", "Outside the range", "v3 stays as it was published"):
        assert part in said


def test_no_money_no_what_if(result: Result) -> None:
    with pytest.raises(PayoffError, match="U153"):
        work_out(replace(result, valuation=None), (), "x", "")


def test_an_unlocked_study_has_nothing_to_stand_beside(tmp_path: Path) -> None:
    from payoff.run.progress import Silent
    from payoff.run.what_if import run_what_if

    workspace = find_workspace(write_firm(tmp_path, n_reps=64))
    with pytest.raises(PayoffError, match="U159"):
        run_what_if(workspace, ["margin=0.3"], "x", False, Silent())
    with pytest.raises(PayoffError, match="U158"):
        run_what_if(workspace, ["margin=0.3"], " ", False, Silent())
