"""Two results compared: independent effects, shared assumptions, refusals."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from firm import write_deals, write_firm

from payoff.nouns.problem import PayoffError
from payoff.nouns.result import Result
from payoff.run.comparing import SEATS, Entrant, build_contender, compare_results
from payoff.run.main_path import find_result, prepare
from payoff.run.money_words import comparison_document, comparison_lines
from payoff.run.workspace import find_workspace


def result_of(folder: Path, lift: float) -> Result:
    path = write_firm(folder, n_reps=64)
    write_deals(folder, 12, n_reps=64, lift=lift)
    return find_result(prepare(find_workspace(path)), "exploratory")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Result]:
    return result_of(tmp_path_factory.mktemp("a"), 0.2), result_of(tmp_path_factory.mktemp("b"), 0.12)


def entrant(result: Result, program: str = "") -> Entrant:
    return Entrant(replace(result, study=replace(result.study, program=program or "Drills")), "v1")


def test_a_program_against_itself_has_no_clear_winner(results: tuple[Result, Result]) -> None:
    """Effects are drawn apart, so neither is always ahead; same inputs, so neither is ahead for good."""
    found = compare_results(entrant(results[0], "One"), entrant(results[0], "Other")).comparison
    assert found.winner == ""
    assert found.statement.startswith("No clear winner")
    assert 0.45 < found.share_first < 0.55


def test_the_larger_lift_wins_and_the_statement_says_how_often(results: tuple[Result, Result]) -> None:
    found = compare_results(entrant(results[0], "Drills"), entrant(results[1], "Course"))
    assert found.comparison.winner == "Drills"
    assert "Drills beats Course in" in found.comparison.statement
    assert found.comparison.crossover_month == 1
    said = "\n".join(text for _, text in comparison_lines(found))
    assert "evidence" in said
    document = comparison_document(found)
    assert [p["program"] for p in document["programs"]] == ["Drills", "Course"]
    assert len(document["programs"][0]["cumulative_net"]) == 13


def test_what_both_state_alike_is_drawn_once(results: tuple[Result, Result]) -> None:
    """With the effects fixed, a margin both share moves both nets together."""
    together = frozenset(a.name for a in results[0].assumptions)
    pair = [build_contender(results[0], str(side), side, together) for side in (0, 1)]
    nets = [c.benefits.sum(axis=1) for c in pair]
    assert np.corrcoef(nets)[0, 1] > 0.5
    assert abs(np.corrcoef([c.lift for c in pair])[0, 1]) < 0.05
    apart = [build_contender(results[0], str(side), side, frozenset()) for side in (0, 1)]
    assert abs(np.corrcoef([c.benefits.sum(axis=1) for c in apart])[0, 1]) < 0.05


def test_a_contender_has_the_money_of_its_valuation(results: tuple[Result, Result]) -> None:
    contender = build_contender(results[0], "A", 0, frozenset())
    assert contender.cost_before.mean() == pytest.approx(contender.costs.sum() + contender.cost_before.mean())
    assert contender.cost_lines == {"implementation": pytest.approx(32_000.0)}
    assert contender.people == 32


def test_time_off_work_needs_all_its_numbers(results: tuple[Result, Result]) -> None:
    base = results[0].assumptions[0]
    seats = tuple(
        replace(base, name=name, low=v, mid=v, high=v, shape="fixed")
        for name, v in zip(SEATS, (30.0, 20.0, 10.0, 50.0, 80.0), strict=True)
    )
    whole = replace(results[0], assumptions=(*results[0].assumptions, *seats))
    found = build_contender(whole, "A", 0, frozenset()).seats
    assert found is not None
    assert found.hours == pytest.approx(32 * 30 * 30 / 60)
    less = replace(results[0], assumptions=(*results[0].assumptions, *seats[:-1]))
    assert build_contender(less, "A", 0, frozenset()).seats is None


def test_every_difference_is_named(results: tuple[Result, Result]) -> None:
    other = replace(results[1].study, horizon_months=12, currency="EUR", price_base="2020 prices")
    costs = tuple(replace(c, category="coaching") for c in results[1].valuation.costs)  # type: ignore[union-attr]
    valuation = replace(results[1].valuation, costs=costs)  # type: ignore[type-var]
    unlike = replace(results[1], study=other, valuation=valuation)
    with pytest.raises(PayoffError) as caught:
        compare_results(entrant(results[0], "Drills"), entrant(unlike, "Course"))
    assert caught.value.exit_code == 4
    said = " ".join(p.what for p in caught.value.problems)
    for part in ("the currency differs", "the price base differs", "states no cost for"):
        assert part in said


def test_two_of_one_name_are_told_apart(results: tuple[Result, Result]) -> None:
    found = compare_results(entrant(results[0]), entrant(results[1]))
    assert (found.comparison.first.name, found.comparison.second.name) == ("A: Drills", "B: Drills")


def test_without_money_there_is_nothing_to_compare(results: tuple[Result, Result]) -> None:
    with pytest.raises(PayoffError, match="U153"):
        compare_results(entrant(results[0]), entrant(replace(results[1], valuation=None)))


def test_the_same_people_written_in_two_ways_are_one_population(results: tuple[Result, Result]) -> None:
    def written(result: Result, include: str) -> Entrant:
        cohort = replace(result.study.cohort, include=include)
        return entrant(replace(result, study=replace(result.study, cohort=cohort)), include)

    first = written(results[0], "tenure > 89")
    units = results[0].cohort.unit
    same, fewer = (replace(results[1].cohort, unit=names) for names in (units, units[1:]))
    other = written(replace(results[1], cohort=same), "tenure >= 90")
    assert compare_results(first, other).comparison.statement
    with pytest.raises(PayoffError) as refused:
        compare_results(first, written(replace(results[1], cohort=fewer), "tenure >= 90"))
    (problem,) = refused.value.problems
    assert "reps where tenure > 89 against reps where tenure >= 90" in problem.what
    assert "cohort.include" in problem.fix
