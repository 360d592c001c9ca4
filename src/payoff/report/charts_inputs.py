"""What moves the return, and the highest price that still pays: charts of the assumptions."""

from payoff.nouns.brief import Chart
from payoff.nouns.valuation import Figure
from payoff.nouns.wording import number, percent
from payoff.report.charts import (
    Row,
    Spec,
    axis,
    chart,
    data,
    money_axis,
    percent_axis,
    row_axis,
    rows_spec,
    rule_in_rows,
)
from payoff.report.money_sentences import ceiling_item
from payoff.report.palette import COMPARISON, INK, PAPER, PROGRAM
from payoff.report.reading import Reading
from payoff.report.words import amount, figure_range, money, span

MOST_CEILINGS = 3  # rows of the chart; the ceilings of small lines hardly differ, the table holds them all


def tornado_chart(reading: Reading) -> Chart | None:
    """ROI with one input at its low and its high, the widest first."""
    value, roi = reading.money, reading.figure("roi")
    if value is None or roi is None or roi.point is None or not value.tornado:
        return None
    rows = [
        {
            "row": n,
            "label": reading.input_name(bar.name),
            "low": bar.roi_at_low,
            "high": bar.roi_at_high,
            "numbers": f"{input_range(reading, bar.name, bar.low_value, bar.high_value)}: "
            f"ROI {span(percent(bar.roi_at_low), percent(bar.roi_at_high))}",
        }
        for n, bar in enumerate(value.tornado[:6])
    ]
    switching = {s.name: s for s in value.switching}
    top = value.tornado[0].name
    return chart(
        id="tornado",
        title=f"{reading.input_name(top)} moves the return most",
        subtitle=f"ROI over {reading.horizon()} with one input at its 10th (open), 90th (filled) percentile",
        note="Everything else stays at its middle value. Line: middle return. Pin down the top input first.",
        alt="Tornado chart of the return. " + " ".join(f"{r['label']}: {r['numbers']}." for r in rows),
        drawing=_tornado(rows, roi.point),
        columns=("Input", "Range", "ROI at low", "ROI at high", "ROI is zero at"),
        rows=[
            (
                reading.input_name(b.name),
                input_range(reading, b.name, b.low_value, b.high_value),
                percent(b.roi_at_low),
                percent(b.roi_at_high),
                _switch(reading, b.name, switching[b.name].value if b.name in switching else None),
            )
            for b in value.tornado
        ],
    )


def input_range(reading: Reading, name: str, low: float, high: float) -> str:
    """'$100 to $900 per worker', '30% to 70%': the unit said once."""
    first, last = input_value(reading, name, low), input_value(reading, name, high)
    return span(first.split(" per ")[0], last)


def input_value(reading: Reading, name: str, value: float) -> str:
    """A value of an input in its own unit: '$300 per worker', '50%'."""
    found = reading.assumption(name)
    if name.split("_")[0] == "lift":
        return percent(value)
    if found is None:
        return number(value)
    if not found.unit.powers:
        return percent(value) if abs(found.mid) < 1 else number(value)
    return amount(value, found.unit_text, reading.currency)


def _switch(reading: Reading, name: str, value: float | None) -> str:
    return "no value in reach" if value is None else input_value(reading, name, value)


def _tornado(rows: list[Row], middle: float) -> Spec:
    ends: list[Row] = [{"row": r["row"], "at": r[end], "end": end} for r in rows for end in ("low", "high")]
    return rows_spec(
        rows,
        behind=[rule_in_rows(rows, middle, dashed=True)],
        marks=[
            {
                "data": data(rows),
                "mark": {"type": "rule", "strokeWidth": 6, "color": PROGRAM},
                "encoding": {
                    "y": row_axis(),
                    "x": percent_axis("low", "Return on investment"),
                    "x2": {"field": "high"},
                },
            },
            {
                "data": data(ends),
                "mark": {"type": "point", "size": 90, "stroke": INK, "strokeWidth": 2, "opacity": 1},
                "encoding": {
                    "y": row_axis(),
                    "x": {"field": "at", "type": "quantitative"},
                    "fill": {
                        "field": "end",
                        "type": "nominal",
                        "legend": None,
                        "scale": {"domain": ["low", "high"], "range": [PAPER, INK]},
                    },
                },
            },
        ],
    )


def ceiling_chart(reading: Reading) -> Chart | None:
    """Per assumed price: the highest that still pays, beside the price assumed; one unit on one axis."""
    value = reading.money
    if value is None:
        return None
    found = [_ceiling_row(reading, n, f) for n, f in value.ceiling.items() if isinstance(f, Figure)]
    every = [row for row in found if row is not None]
    rows = _of_one_unit(every)
    if not rows:
        return None
    rest = " Further ceilings are in the table." if len(rows) < len(every) else ""
    priced = [r for r in rows if r["mid"] is not None]
    below = all(r["ceiling"] > r["mid"] for r in priced)
    apart = all(r["low"] > r["price_high"] for r in priced)
    side = "below" if below else "above"
    doubt = "" if apart or not below else ", but not surely"
    return chart(
        id="ceiling",
        title=f"The assumed price lies {side} the ceiling{doubt}"
        if priced
        else "What it may cost and still pay",
        subtitle=f"Highest price that pays back over {reading.horizon()}, {reading.currency}; 80% ranges",
        note="Blue: the ceiling and its range. Grey: the price assumed. Ask for a quote below the ceiling; "
        f"below zero even a free program would not pay back.{rest}",
        alt="Ceilings beside assumed prices. " + " ".join(f"{r['label']}: {r['numbers']}." for r in rows),
        drawing=_ceiling(rows, reading.currency),
        columns=("Cost", "Ceiling", "80% low", "80% high", "Assumed"),
        rows=[
            (
                r["what"],
                *(money(r[k], reading.currency) for k in ("ceiling", "low", "high")),
                r["assumed"],
            )
            for r in every
        ],
    )


def _of_one_unit(rows: list[Row]) -> list[Row]:
    """What shares an axis with the first: a price per hour would be squeezed onto zero beside totals."""
    alike = [row for row in rows if row["unit"] == rows[0]["unit"]]
    return [{"row": n} | row for n, row in enumerate(alike[:MOST_CEILINGS])]


def _ceiling_row(reading: Reading, name: str, figure: Figure) -> Row | None:
    first, *unit = figure.unit.split("/")
    if figure.point is None or figure.low is None or figure.high is None or first != reading.currency:
        return None
    found = reading.assumption(name)
    prices = (found.low, found.mid, found.high) if found else (None, None, None)
    numbers = f"up to {money(figure.point, reading.currency)} ({figure_range(figure, reading.currency)})"
    assumed = "not stated"
    if found is not None:
        assumed = money(found.mid, reading.currency)
        if found.low < found.high:
            low, high = money(found.low, reading.currency), money(found.high, reading.currency)
            assumed += f" ({span(low, high)})"
    what = " per ".join([ceiling_item(reading, name), *unit])
    return {
        "what": what,
        "unit": figure.unit,
        "label": what if found is None else f"{what}, assumed {assumed}",
        "ceiling": figure.point,
        "low": figure.low,
        "high": figure.high,
        "price_low": prices[0],
        "mid": prices[1],
        "price_high": prices[2],
        "assumed": assumed,
        "numbers": numbers,
    }


def _ceiling(rows: list[Row], currency: str) -> Spec:
    priced = [r for r in rows if r["mid"] is not None]
    x = money_axis("low", None, currency)
    return rows_spec(
        rows,
        [
            {
                "data": data(priced),
                "mark": {"type": "bar", "height": 14, "color": COMPARISON, "opacity": 0.45, "yOffset": 0},
                "encoding": {
                    "y": row_axis(),
                    "x": axis("price_low", None) | {"axis": x["axis"]},
                    "x2": {"field": "price_high"},
                },
            },
            {
                "data": data(rows),
                "mark": {"type": "rule", "strokeWidth": 2.5, "color": PROGRAM},
                "encoding": {"y": row_axis(), "x": x, "x2": {"field": "high"}},
            },
            {
                "data": data(rows),
                "mark": {"type": "point", "filled": True, "size": 110, "color": PROGRAM, "opacity": 1},
                "encoding": {"y": row_axis(), "x": {"field": "ceiling", "type": "quantitative"}},
            },
            {
                "data": data(priced),
                "mark": {"type": "tick", "size": 18, "thickness": 3, "color": INK},
                "encoding": {"y": row_axis(), "x": {"field": "mid", "type": "quantitative"}},
            },
        ],
    )
