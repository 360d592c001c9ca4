"""The KPI template goes out and comes back with every character; a cell with two measures does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payoff.metrics.catalogue import SHIPPED
from payoff.nouns.problem import PayoffError
from payoff.run.kpi_template import (
    HEADERS,
    KpiRow,
    list_rows,
    read_rows,
    write_csv,
    write_markdown,
    write_metrics,
)
from payoff.run.metric_cards import card_document, describe_card, find_card, list_cards
from payoff.study import check_study, read_study, read_template

CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("|\\<>br\n,\"'")
CELL = st.text(CHARACTERS, max_size=12)
ROWS = st.lists(st.builds(KpiRow, *(st.just("x"), *([CELL] * 9))), max_size=4).map(tuple)
TURNOVER = KpiRow(
    "Retention", "Voluntary turnover", "18%", "12%", "quarterly", "voluntary_turnover_annualised@1",
    "share/year", "lower", "HR", "people",
)  # fmt: skip


@given(ROWS)
def test_nothing_is_lost_in_either_form(rows: tuple[KpiRow, ...]) -> None:
    """KPI-01."""
    assert read_rows(write_csv(rows)) == rows
    assert read_rows(write_markdown(rows)) == rows
    assert read_rows(write_csv(read_rows(write_markdown(rows)))) == rows


def test_the_columns_are_the_templates() -> None:
    assert HEADERS[:5] == ("Category", "Metric", "Baseline", "Target", "Measurement frequency")
    assert write_csv(()).startswith("Category,Metric,Baseline,Target,Measurement frequency,Definition,Unit,")
    assert read_rows("\ufeff" + write_csv((TURNOVER,)).replace("\n", "\r\n")) == (TURNOVER,)


def test_the_productivity_row_as_printed_is_refused_with_a_split() -> None:
    """KPI-04: two measures in one row, and a change where a level belongs."""
    row = KpiRow(
        "Productivity", "AHT / deals closed", "-5% or 10 deals/week", "+8% or 12 deals/week", "weekly",
        "avg(x)", "min/call", "lower", "ops", "crm",
    )  # fmt: skip
    with pytest.raises(PayoffError) as caught:
        write_metrics((TURNOVER, row))
    told = [(p.code, p.fix) for p in caught.value.problems]
    assert {code for code, _ in told} == {"P205", "P206"}
    assert any("baseline: -5%; baseline: 10 deals/week" in fix for _, fix in told)
    assert any("AHT; deals closed" in fix for _, fix in told)


def test_a_row_becomes_a_metric_that_a_study_can_use() -> None:
    text = write_metrics((TURNOVER,))
    assert "  voluntary_turnover:  # Retention\n" in text
    assert '    use: "voluntary_turnover_annualised@1"\n' in text
    assert '    baseline: "18%"\n' in text
    problems = check_study(text.encode(), "x.yml", catalogue=SHIPPED)[1]
    assert {p.code for p in problems if "metrics." in p.what} <= {"P303"}  # the sources are not there yet


def test_metrics_of_a_study_become_rows_and_metrics_again() -> None:
    study = read_study(read_template("support").encode(), "support.yml")
    rows = list_rows(study)
    assert [row.metric for row in rows] == sorted(metric.name for metric in study.metrics)
    assert all(row.owner and row.unit and row.definition for row in rows)
    again = write_metrics(read_rows(write_markdown(rows)))
    for row in rows:
        assert f"  {row.metric}:" in again


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "header"),
        ("Metric,Category\na,b\n", "header"),
        (write_csv(()) + "a,b\n", "row 1 has 2 cells instead of 10"),
        (write_markdown(()) + "| a | b |\n", "row 1 has 2 cells instead of 10"),
    ],
)
def test_what_is_not_the_template_is_refused(text: str, told: str) -> None:
    with pytest.raises(PayoffError, match=told):
        read_rows(text)


@pytest.mark.parametrize("card", list_cards(), ids=lambda card: card.id)
def test_a_card_says_what_a_reader_must_know(card: object) -> None:
    definition = find_card(getattr(card, "id", ""))
    lines = dict(describe_card(definition))
    assert {
        "Formula",
        "Unit",
        "Missing",
        "Level",
        "Moves",
        "For",
        "Reads",
        "Rows",
        "Numerator",
    } <= lines.keys()
    assert ("Denominator" in lines) == (definition.denominator is not None)
    assert card_document(definition)["id"] == definition.id


def test_an_unknown_measure_is_a_problem_with_a_way_out() -> None:
    with pytest.raises(PayoffError, match="no measure 'happiness'") as caught:
        find_card("happiness")
    assert caught.value.exit_code == 2
