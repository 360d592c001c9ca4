"""The frame every chart shares: one Vega-Lite definition for screen, phone and paper.

Written as plain dictionaries. Row labels sit above their marks, not beside the axis, so that the same
definition is legible at 250 points and at 700 pixels. No pies, gauges, dual axes or 3-D.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from payoff.nouns.brief import Cell, Chart, Table
from payoff.report.palette import COMPARISON, GRID, INK, MUTED, PROGRAM
from payoff.report.words import headline_words

Spec = dict[str, object]
Row = dict[str, Any]  # one datum of a chart
WIDTH = 640
ROW = 62  # pixels for a row with its label above and its numbers below
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

CONFIG: Mapping[str, object] = {
    "font": "Inter",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelColor": MUTED,
        "titleColor": MUTED,
        "gridColor": GRID,
        "domainColor": MUTED,
        "tickColor": MUTED,
        "labelOverlap": True,
        "labelSeparation": 12,
    },
    "text": {"fontSize": 12, "color": INK},
    "legend": {
        "orient": "top",
        "title": None,
        "labelFontSize": 12,
        "labelColor": INK,
        "labelLimit": 260,
        "symbolStrokeWidth": 3,
    },
}

TICKS: Mapping[str, object] = {"expr": "clamp(floor(width / 95), 2, 6)"}  # room for every label, zero's too
MONEY_LABEL = "replace(replace(replace(format(datum.value, '{symbol}~s'), 'M', 'm'), 'G', 'bn'), 'T', 'tn')"


def spec(layers: Sequence[Mapping[str, object]], height: int, **rest: object) -> Spec:
    """A chart of layers over one drawing area."""
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 4,
        "background": "transparent",
        "config": CONFIG,
        "layer": list(layers),
        **rest,
    }


def chart(
    id: str,
    title: str,
    subtitle: str,
    note: str,
    alt: str,
    drawing: Spec,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
) -> Chart:
    """A chart with its table: no chart without one."""
    table = Table(f"{id}-table", title, tuple(columns), tuple(tuple(row) for row in rows))
    return Chart(id, headline_words(title), subtitle, note, alt, drawing, table)


def data(rows: Sequence[Mapping[str, object]]) -> Spec:
    """Inline data: a chart never fetches."""
    return {"values": [dict(row) for row in rows]}


def axis(field: str, title: str | None, **rest: object) -> Spec:
    """A quantitative channel; `rest` goes to its axis."""
    return {
        "field": field,
        "type": "quantitative",
        "axis": {"title": title, **rest},
        "scale": {"zero": False, "nice": True},
    }


def percent_axis(field: str, title: str | None) -> Spec:
    """A share, read as percent."""
    return axis(field, title, format="~%", tickCount=TICKS)


def money_axis(field: str, title: str | None, currency: str) -> Spec:
    """An amount: '$500k', '$1m'; other currencies are named in the title."""
    symbol = "$" if currency == "USD" else ""
    shown = title if currency == "USD" else f"{title or ''} ({currency})".strip()
    return axis(field, shown, labelExpr=MONEY_LABEL.replace("{symbol}", symbol), tickCount=TICKS)


def row_axis() -> Spec:
    """Rows from top to bottom in the order of the data; their labels are drawn as text."""
    return {
        "field": "row",
        "type": "ordinal",
        "axis": None,
        "sort": None,
        "scale": {"type": "band", "padding": 0},
    }


def rows_spec(
    rows: Sequence[Mapping[str, object]],
    marks: Sequence[Mapping[str, object]],
    behind: Sequence[Mapping[str, object]] = (),
) -> Spec:
    """Marks by row on one scale: a line at zero, each row's name above its marks, its numbers below.

    No grid: its lines would strike through the words, and each row says its numbers.
    """
    name = _text_in_rows(rows, "label", dy=-16, fontWeight=600)
    numbers = _text_in_rows(rows, "numbers", dy=16, color=MUTED)
    layers = [*behind, rule_in_rows(rows, 0), name, *marks, numbers]
    return spec(layers, height=ROW * len(rows) + 40) | {"config": {**CONFIG, "axisX": {"grid": False}}}


def _text_in_rows(rows: Sequence[Mapping[str, object]], field: str, **style: object) -> Spec:
    """Each row's text from the left edge."""
    mark = {"type": "text", "align": "left", "dx": 4, **style, "limit": {"expr": "width"}}
    return {
        "data": data(rows),
        "mark": mark,
        "encoding": {"y": row_axis(), "x": {"value": 0}, "text": {"field": field}},
    }


def rule_at(value: float, channel: str = "x", dashed: bool = False, color: str = INK) -> Spec:
    """A line across the drawing at one value."""
    mark = {"type": "rule", "color": color, "strokeWidth": 1.5}
    if dashed:
        mark["strokeDash"] = [5, 4]
    return {
        "data": data([{"at": value}]),
        "mark": mark,
        "encoding": {channel: {"field": "at", "type": "quantitative"}},
    }


def rule_in_rows(
    rows: Sequence[Mapping[str, object]], value: float, dashed: bool = False, color: str = INK
) -> Spec:
    """The same line, drawn only beside each row's mark, so that it crosses no label."""
    mark: Spec = {"type": "rule", "color": color, "strokeWidth": 1.5}
    if dashed:
        mark["strokeDash"] = [3, 2]
    return {
        "data": data([{"at": value, "row": row["row"]} for row in rows]),
        "mark": mark,
        "encoding": {
            "x": {"field": "at", "type": "quantitative"},
            "y": row_axis() | {"bandPosition": 0.37},
            "y2": {"field": "row", "bandPosition": 0.63},
        },
    }


def arm_scales(*arms: str) -> tuple[Spec, Spec]:
    """Colour and dash of the arms, the program first: the comparison, where there is one, grey and dashed."""
    shared: Spec = {
        "field": "arm",
        "type": "nominal",
        "legend": {"symbolType": "stroke", "symbolSize": 500},
    }
    domain, n = list(arms), len(arms)
    color = shared | {"scale": {"domain": domain, "range": [PROGRAM, COMPARISON][:n]}}
    dash = shared | {"scale": {"domain": domain, "range": [[1, 0], [6, 4]][:n]}}
    return color, dash
