"""Defaults and designs as they arrive in the nouns."""

import datetime as dt

import pytest
from study_valid import DID, VALID

from payoff.nouns.study import Term
from payoff.study import check_study, read_study


def test_an_rct_with_nothing_said_is_compared_by_means() -> None:
    text = VALID.replace("  method: difference_in_means\n  second: covariate_adjusted\n", "")
    text = text.replace("  terms: {early: 0..1, late: 2..}\n  verdict_term: late\n", "")
    design = read_study(text.encode(), "x.yml").design
    assert (design.method, design.second) == ("difference_in_means", "covariate_adjusted")
    assert design.terms == (Term("post", 0, None),)
    assert design.verdict_term == "post"
    assert design.randomised
    assert design.unit_label == "rep"


@pytest.mark.parametrize(
    ("method", "second"), [("covariate_adjusted", "cuped"), ("cuped", "covariate_adjusted")]
)
def test_an_adjusted_method_is_held_against_one_as_precise(method: str, second: str) -> None:
    """The plain means are noisier: as the lower of two they would let chance set the money."""
    text = VALID.replace("method: difference_in_means\n  second: covariate_adjusted", f"method: {method}")
    design = read_study(text.encode(), "x.yml").design
    assert (design.method, design.second) == (method, second)


def test_the_second_opinion_may_be_declined() -> None:
    design = read_study(VALID.replace("second: covariate_adjusted", "second: none").encode(), "x.yml").design
    assert design.second is None


def test_did_defaults() -> None:
    text = DID.replace("  method: fixed_effects\n  second: first_difference\n", "")
    design = read_study(text.encode(), "x.yml").design
    assert (design.type, design.method, design.second) == ("did", "imputation", "lagged_outcome")
    assert not design.randomised
    assert design.launch == "region"


@pytest.mark.parametrize(
    ("second_wave", "methods"),
    [
        ("2026-05-01", ("group_time", "imputation")),
        ("2027-01-01", ("fixed_effects", "lagged_outcome")),
    ],
)
def test_the_methods_follow_the_launch_dates_in_follow_up(second_wave: str, methods: tuple[str, str]) -> None:
    """One launch date, with a wave still waiting when follow-up ends; or several."""
    text = DID.replace("  method: fixed_effects\n  second: first_difference\n", "")
    text = text.replace("type: did", "type: staggered")
    waves = f"  wave: region\n  waves: {{A: 2026-04-01, B: {second_wave}}}\n"
    design = read_study(text.replace("  launch: region\n", waves).encode(), "x.yml").design
    assert (design.method, design.second) == methods


def test_before_after_needs_no_launch_and_has_no_second_opinion() -> None:
    text = DID.replace("type: did", "type: before_after").replace("  launch: region\n", "")
    text = text.replace("  method: fixed_effects\n  second: first_difference\n", "")
    design = read_study(text.encode(), "x.yml").design
    assert (design.type, design.method, design.second) == ("before_after", "before_after", None)


def test_terms_stand_in_time_however_they_are_written() -> None:
    text = VALID.replace("  verdict_term: late\n", "")
    turned = text.replace("terms: {early: 0..1, late: 2..}", "terms: {late: 2.., early: 0..1}")
    assert turned != text
    designs = [read_study(t.encode(), "x.yml").design for t in (text, turned)]
    assert designs[0] == designs[1]
    assert designs[1].verdict_term == "early"


def test_terms_and_windows_arrive_as_nouns() -> None:
    design = read_study(VALID.encode(), "x.yml").design
    assert design.terms == (Term("early", 0, 1), Term("late", 2, None))
    assert design.baseline.start_on == dt.date(2025, 10, 1)
    assert design.follow_up.end_on == dt.date(2026, 9, 30)
    assert design.expected_share == 0.5


def test_the_cohort_query_is_parenthesised_and_its_condition_safe() -> None:
    text = VALID.replace("include: tenure >= 90", "include: tenure >= 90 -- newcomers out")
    cohort = read_study(text.encode(), "x.yml").cohort
    assert cohort.table.startswith("(select rep_id")
    assert cohort.table.endswith(")")
    assert cohort.include == "tenure >= 90"
    assert cohort.sources == ("people",)


def test_a_cohort_may_be_told_from_its_condition() -> None:
    sample = "  sql: select rep_id, manager_id, region, treat, tenure from people\n  include: tenure >= 90\n"
    text = VALID.replace(sample, "  include: people.role = 'account_executive' and people.tenure >= 90\n")
    cohort = read_study(text.encode(), "x.yml").cohort
    assert (cohort.table, cohort.sources) == ("people", ("people",))


def test_a_condition_over_two_sources_needs_the_cohort_named() -> None:
    sample = "  sql: select rep_id, manager_id, region, treat, tenure from people\n  include: tenure >= 90\n"
    text = VALID.replace(sample, "  include: people.role = 'x' and crm.amount > 1\n")
    assert "P102" in {p.code for p in check_study(text.encode(), "x.yml")[1]}


def test_hypotheses_in_the_metrics_own_unit() -> None:
    text = VALID.replace("expected: 5%..10%", "expected: 1..2 deals/rep/month")
    text = text.replace("max(break_even, 2%)", "max(break_even, 0.5 deals/rep/month)")
    hypothesis = read_study(text.encode(), "x.yml").primary_hypothesis
    assert (hypothesis.expected_low, hypothesis.expected_high, hypothesis.smallest_useful) == (1.0, 2.0, 0.5)
    assert hypothesis.break_even
    assert hypothesis.in_unit == "deals/rep/month"


def test_a_baseline_of_89_days_warns_and_of_90_does_not() -> None:  # BAS-03
    for start, expected in (("2026-01-02", {"P702"}), ("2026-01-01", set())):
        text = VALID.replace("2025-10-01..", f"{start}..")
        study, problems = check_study(text.encode(), "x.yml")
        assert study is not None
        assert {p.code for p in problems} == expected


@pytest.mark.parametrize(
    ("old", "new", "shape"),
    [
        ("  type: rct\n", "  type: rct\n  subgroups: [region]\n", "subgroups: {region: region}"),
        ("  type: rct\n", "  type: rct\n  factors: [drills]\n", "factors: {drills: drills = 1"),
        ("design:\n", "explore: {funnel: [opened]}\ndesign:\n", "funnel: {opened: opens > 0"),
    ],
)
def test_a_list_where_names_are_needed_is_answered_by_an_example(old: str, new: str, shape: str) -> None:
    problems = check_study(VALID.replace(old, new, 1).encode(), "drills.yml")[1]
    (problem,) = (p for p in problems if p.code == "P104")
    assert shape in problem.fix
