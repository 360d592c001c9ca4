"""Charts on paper: the Brief's own definition, at the page's size, offline."""

import re

import pytest
from report_briefs import line_chart, waterfall_chart

from payoff.report.chart_svg import height_of_rows, render_svg, sized_for_print


def size_of(svg: str) -> tuple[float, float]:
    found = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    assert found
    return float(found.group(1)), float(found.group(2))


def test_drawn_in_the_shipped_type() -> None:
    svg = render_svg(line_chart().spec)
    assert "Inter" in svg
    assert "#498EE1" in svg.replace("#498ee1", "#498EE1")


def test_print_size_is_the_size_asked_for() -> None:
    width, height = size_of(render_svg(sized_for_print(waterfall_chart().spec, 372, 200)))
    assert width == pytest.approx(372, abs=2)
    assert height == pytest.approx(200, abs=2)


def test_title_is_left_to_the_page() -> None:
    assert "A title the page sets itself" in render_svg(line_chart().spec)
    assert "A title the page sets itself" not in render_svg(sized_for_print(line_chart().spec, 372, 200))


def test_rows_keep_their_height() -> None:
    rows = {"height": 300, "mark": "bar", "encoding": {"y": {"field": "a", "type": "ordinal"}}}
    assert height_of_rows(rows) == 300
    assert height_of_rows({"height": 300, "layer": [{"encoding": {"y": {"type": "quantitative"}}}]}) is None
    assert sized_for_print(rows, 372, 100)["height"] == 300


def test_several_views_keep_their_proportions() -> None:
    spec = {"hconcat": [{"mark": "point"}], "width": 5}
    assert sized_for_print(spec, 372, 100) == spec


def test_labels_without_room_are_not_in_the_text() -> None:
    rows = [{"x": f"a long label {n}", "y": n} for n in range(40)]
    axis = {"labelAngle": 0, "labelOverlap": True}
    spec = {
        "width": 200,
        "height": 100,
        "data": {"values": rows},
        "mark": "point",
        "encoding": {"x": {"field": "x", "type": "ordinal", "axis": axis}, "y": {"field": "y"}},
    }
    svg = render_svg(spec)
    assert 1 <= svg.count("a long label") < 40 + svg.count("aria-label")
    assert not re.search(r'<text [^>]*opacity="0"', svg)


def test_outside_data_are_never_fetched() -> None:
    spec = {"mark": "point", "data": {"url": "https://example.invalid/data.csv"}, "encoding": {}}
    with pytest.raises(ValueError, match=r"(?i)url|access"):
        render_svg(spec)
