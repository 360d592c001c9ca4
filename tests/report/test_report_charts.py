"""Charts: finding as title, table beside, drawable at any size, colours told apart."""

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from report_texts import charts_of
from report_variants import VARIANTS

from payoff.nouns.brief import Brief
from payoff.nouns.result import Result
from payoff.nouns.valuation import Figure, Valuation
from payoff.report import compose
from payoff.report.chart_svg import draw
from payoff.report.charts_inputs import ceiling_chart, tornado_chart
from payoff.report.charts_money import DOTS, quantile_dots, waterfall_rows
from payoff.report.charts_outcome import balance_rows, outcome_chart
from payoff.report.palette import DARK, INK, LIGHT
from payoff.report.reading import Reading
from payoff.report.story_svg import NARROW, WIDE, page_svg


def test_every_chart_has_title_table_note_and_alt(any_brief: Brief) -> None:
    for chart in charts_of(any_brief):
        assert 1 <= len(chart.title.split()) <= 12, chart.title
        for text in (chart.subtitle, chart.note, chart.alt):
            assert text
        assert chart.table.rows
        assert all(len(row) == len(chart.table.columns) for row in chart.table.rows)


def test_nobody_to_compare_with_is_in_no_legend() -> None:
    result = VARIANTS["michigan_result"]()
    panel = replace(result.panels[0], in_program=np.ones(result.panels[0].n_units, dtype=bool))
    alone = outcome_chart(Reading(replace(result, panels=(panel, *result.panels[1:]))))
    both = outcome_chart(Reading(result))
    assert alone is not None
    assert both is not None
    assert "Comparison" in str(both.spec)
    assert "Comparison" not in str(alone.spec)
    assert "Comparison" not in alone.table.columns
    assert "nobody to compare with" in alone.alt


def test_ceilings_on_one_axis_have_one_unit() -> None:
    result = VARIANTS["michigan_result"]()
    money = result.valuation
    assert isinstance(money, Valuation)
    ceilings = ((n, f) for n, f in money.ceiling.items() if isinstance(f, Figure))
    name, first = next((n, f) for n, f in ceilings if f.unit.startswith("USD/"))
    total = Figure("Platform", 1.4e6, 1.1e6, 1.8e6, "USD", 24, "by hand")
    both = replace(money, ceiling={name: first, "Platform": total})
    chart = ceiling_chart(Reading(replace(result, valuation=both)))
    assert chart is not None
    assert len(chart.table.rows) == 2
    assert "Platform" not in chart.alt
    assert "in the table" in chart.note


def test_a_tornado_says_values_where_no_name_can_push_them_out(michigan: Result) -> None:
    chart = tornado_chart(Reading(michigan))
    assert chart is not None
    assert not re.search(r"label': '[^']*\$", str(chart.spec))
    assert " per worker: ROI" in str(chart.spec)


def test_a_line_that_swings_no_more_than_before_barely_moved() -> None:
    result = VARIANTS["monthly"]()
    panel = result.panels[0]
    swing = np.where(np.arange(len(panel.periods)) % 2, 6.3, 5.8)
    swing[-1] = 5.7  # lower than the first month, which is no fall
    values = np.where(panel.in_program[:, None] & panel.post, 8.0, swing)
    chart = outcome_chart(Reading(replace(result, panels=(replace(panel, values=values),))))
    assert chart is not None
    assert "rose with the program, barely moved without" in chart.title


@pytest.mark.parametrize("name", ["michigan_result", "illinois_result", "monthly", "hostile"])
def test_charts_draw_wide_and_narrow_in_role_colours(name: str) -> None:
    for chart in charts_of(compose(VARIANTS[name]())):
        for width in (WIDE, NARROW):
            svg = page_svg(chart, width)
            assert svg.startswith("<svg")
            assert "var(--" in svg
            left = set(re.findall(r'(?:fill|stroke)="(#[0-9a-fA-F]+)"', svg))
            assert not left, f"{chart.id} keeps {left}"
            assert "<script" not in svg
            box = re.search(r'viewBox="0 0 ([\d.]+)', svg)
            assert box
            assert float(box[1]) <= width + 1


def test_drawing_does_not_depend_on_what_was_drawn_before(michigan: Result) -> None:
    chart = next(c for c in charts_of(compose(michigan)) if c.id == "outcome")
    first = page_svg(chart, WIDE)
    page_svg(chart, NARROW)
    draw.cache_clear()
    assert page_svg(chart, WIDE) == first


def test_demos_have_the_charts_their_data_support(michigan: Result, illinois: Result) -> None:
    assert [c.id for c in charts_of(compose(michigan))] == [
        "outcome",
        "terms",
        "methods",
        "ceiling",
        "waterfall",
        "chance",
        "payback",
        "tornado",
    ]
    found = [c.id for c in charts_of(compose(illinois))]
    assert "balance" in found
    assert "terms" not in found
    assert "ceiling" not in found  # refused there


def test_the_naive_row_is_marked_not_causal(illinois: Result) -> None:
    chart = next(c for c in charts_of(compose(illinois)) if c.id == "methods")
    roles = {str(row[0]): row[1] for row in chart.table.rows}
    assert roles["What a participation dashboard would report"] == "not causal"
    assert roles["The same comparison before the program existed"] == "not causal"
    assert "dashboard" in chart.title


def test_waterfall_adds_up(michigan: Result) -> None:
    value = michigan.valuation
    assert isinstance(value, Valuation)
    rows = waterfall_rows(value, "USD")
    assert rows[-1]["amount"] == pytest.approx(sum(r["amount"] for r in rows[:-1]))
    assert rows[-1]["amount"] == pytest.approx(float(value.point.benefits.sum() - value.point.costs.sum()))
    for earlier, later in itertools.pairwise(rows[:-1]):
        assert later["start"] == pytest.approx(earlier["end"])


def test_dots_are_equally_likely_outcomes() -> None:
    rng = np.random.default_rng(5)
    net = rng.normal(50.0, 100.0, 20_000)
    dots = quantile_dots(net)
    assert len(dots) == DOTS
    paid = sum(d["kind"] == "gain" for d in dots)
    assert paid / DOTS == pytest.approx(float((net > 0).mean()), abs=1 / DOTS)
    assert len({(d["at"], d["height"], d["kind"]) for d in dots}) == DOTS  # none hides another


def test_balance_is_measured_before_launch(illinois: Result) -> None:
    reading = Reading(illinois)
    assert reading.panel is not None
    rows = balance_rows(reading, reading.panel)
    assert [r["kind"] for r in rows] == ["assigned", "chosen"]
    values = reading.panel.values[:, 0]
    took = reading.panel.take_up == 1
    rest = reading.panel.take_up == 0
    spread = np.sqrt((values[took].var(ddof=1) + values[rest].var(ddof=1)) / 2)
    assert rows[1]["value"] == pytest.approx((values[took].mean() - values[rest].mean()) / spread)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_palette() -> None:
    """3:1 for marks, 4.5:1 for words, light and dark."""
    for palette in (LIGHT, DARK):
        for role in ("program", "comparison", "benefit", "cost", "blocked"):
            assert _contrast(palette[role], palette["paper"]) >= 3.0, role
        for role in ("ink", "muted"):
            assert _contrast(palette[role], palette["paper"]) >= 4.5, role
    assert LIGHT["ink"] == INK
