"""From benefits to net, how sure that is, and when it pays back."""

import numpy as np

from payoff.nouns.arrays import Floats
from payoff.nouns.brief import Chart
from payoff.nouns.valuation import Valuation
from payoff.nouns.wording import plain, raised
from payoff.report.charts import (
    Row,
    Spec,
    axis,
    chart,
    data,
    money_axis,
    row_axis,
    rows_spec,
    rule_at,
    spec,
)
from payoff.report.money_sentences import chance_words
from payoff.report.palette import BENEFIT, COST, PROGRAM
from payoff.report.reading import Reading
from payoff.report.words import lost_in_ten, money, months, span

DOTS = 20
SIGN_SCALE = {"domain": ["gain", "cost"]}


def waterfall_chart(reading: Reading) -> Chart | None:
    """Each benefit, each cost and the net over the horizon, at the middle values."""
    value = reading.money
    if value is None or not reading.counts_cash or not value.costs:
        return None
    rows = waterfall_rows(value, reading.currency)
    net = rows[-1]["amount"]
    verb = "covers" if net > 0 else "does not cover"
    return chart(
        id="waterfall",
        title=f"At the middle values the benefit {verb} the cost",
        subtitle=f"{reading.currency}, undiscounted, {reading.horizon()}; brackets: 80% of simulations",
        note="Bars show middle values; the brackets are what to plan with. Freed time is not in the bars."
        + (
            " Costs marked assumed were not seen in any ledger."
            if any(c.assumed for c in value.costs)
            else ""
        ),
        alt="Waterfall from benefits through costs to net. "
        + " ".join(f"{r['label']}: {r['numbers']}." for r in rows),
        drawing=_waterfall(rows, reading.currency),
        columns=("Line", "Middle value", "80% low", "80% high"),
        rows=[(r["label"], r["mid"], r["low"], r["high"]) for r in rows],
    )


def waterfall_rows(value: Valuation, currency: str) -> list[Row]:
    """Running bars: (from, to) of each line, in the order drawn."""
    lines: list[tuple[str, float, Floats]] = [
        (b.label or raised(plain(b.name)), float(b.point.sum()), b.draws.sum(axis=1))
        for b in value.benefits
        if b.cash
    ]
    lines += [(c.item + (" (assumed)" if c.assumed else ""), -c.point, -c.draws) for c in value.costs]
    rows: list[Row] = []
    at = 0.0
    for label, size, draws in lines:
        rows.append(_bar(len(rows), label, at, size, draws, currency))
        at += size
    net = (value.draws.benefits - value.draws.costs).sum(axis=1)
    rows.append(_bar(len(rows), "Net", 0.0, at, net, currency))
    return rows


def _bar(row: int, label: str, start: float, size: float, draws: Floats, currency: str) -> Row:
    low, high = (money(float(x), currency) for x in np.percentile(draws, [10, 90]))
    mid = money(size, currency)
    return {
        "row": row,
        "label": label,
        "start": start,
        "end": start + size,
        "amount": size,
        "kind": "gain" if size >= 0 else "cost",
        "mid": mid,
        "low": low,
        "high": high,
        "numbers": f"{mid} (fixed)" if low == high else f"{mid} ({span(low, high)})",
    }


def _waterfall(rows: list[Row], currency: str) -> Spec:
    return rows_spec(
        rows,
        [
            {
                "data": data(rows),
                "mark": {"type": "bar", "height": 16},
                "encoding": {
                    "y": row_axis(),
                    "x": money_axis("start", None, currency),
                    "x2": {"field": "end"},
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "legend": None,
                        "scale": SIGN_SCALE | {"range": [BENEFIT, COST]},
                    },
                },
            },
        ],
    )


def chance_chart(reading: Reading) -> Chart | None:
    """Twenty dots, each one in twenty simulations of the net: how often it pays back."""
    value = reading.money
    if value is None or not reading.counts_cash:
        return None
    net = (value.draws.benefits - value.draws.costs).sum(axis=1)
    dots = quantile_dots(net)
    paid = sum(d["kind"] == "gain" for d in dots)
    low, high = (money(float(x), reading.currency) for x in np.percentile(net, [10, 90]))
    return chart(
        id="chance",
        title=raised(f"{chance_words(reading)} simulations pay back"),
        subtitle=f"Net over {reading.horizon()}, {reading.currency}; each dot is 1 in {DOTS} simulations",
        note=f"8 in 10 simulations lie in the range {span(low, high)}. Circles pay back, squares do not.",
        alt=f"Dot plot of {DOTS} equally likely outcomes; {paid} lie above zero.",
        drawing=_dots(dots, reading.currency),
        columns=("Percentile of simulations", "Net at that percentile"),
        rows=[
            (f"{p}th", money(float(x), reading.currency))
            for p, x in zip(
                (5, 10, 25, 50, 75, 90, 95), np.percentile(net, (5, 10, 25, 50, 75, 90, 95)), strict=True
            )
        ],
    )


def quantile_dots(net: Floats) -> list[Row]:
    """Twenty equally likely outcomes, stacked in bins a fourteenth of their range wide."""
    at = np.quantile(net, (np.arange(DOTS) + 0.5) / DOTS)
    width = max((at[-1] - at[0]) / 14, 1e-9)
    heights: dict[tuple[int, bool], int] = {}
    dots: list[Row] = []
    for value in at:
        key = (int(np.floor(value / width)), bool(value > 0))
        heights[key] = heights.get(key, 0) + 1
        dots.append(
            {
                "at": float((key[0] + 0.5) * width),
                "height": heights[key] - 0.5,
                "kind": "gain" if value > 0 else "cost",
            }
        )
    return dots


def _dots(dots: list[Row], currency: str) -> Spec:
    tallest = max(d["height"] for d in dots) + 0.5
    kind = {"field": "kind", "type": "nominal", "legend": None}
    return spec(
        [
            rule_at(0),
            {
                "data": data([{"at": 0, "label": "pays back →"}]),
                "mark": {"type": "text", "align": "left", "dx": 5, "dy": 8},
                "encoding": {
                    "x": {"field": "at", "type": "quantitative"},
                    "y": {"value": 0},
                    "text": {"field": "label"},
                },
            },
            {
                "data": data(dots),
                "mark": {"type": "point", "filled": True, "size": 190, "opacity": 1},
                "encoding": {
                    "x": money_axis("at", "Net", currency),
                    "y": {
                        "field": "height",
                        "type": "quantitative",
                        "axis": None,
                        "scale": {"domain": [0, tallest + 1]},
                    },
                    "color": kind | {"scale": SIGN_SCALE | {"range": [BENEFIT, COST]}},
                    "shape": kind | {"scale": SIGN_SCALE | {"range": ["circle", "square"]}},
                },
            },
        ],
        height=max(150, int(26 * (tallest + 1)) + 40),
    )


def payback_chart(reading: Reading) -> Chart | None:
    """Cumulative net by month: the middle 80 % of the draws, and the middle values every figure rests on."""
    value = reading.money
    if value is None or not reading.counts_cash:
        return None
    cumulative = np.cumsum(value.draws.benefits - value.draws.costs, axis=1)
    low, high = np.percentile(cumulative, [10, 90], axis=0)
    mid = np.cumsum(value.point.benefits - value.point.costs, axis=1)[0]
    rows = [
        {"month": int(m), "low": float(a), "mid": float(b), "high": float(c)}
        for m, a, b, c in zip(value.draws.months, low, mid, high, strict=True)
    ]
    payback = reading.figure("payback_months")
    never = (
        payback.never_share
        if payback and payback.never_share is not None
        else float((cumulative[:, -1] < 0).mean())
    )
    title = (
        f"At the middle values it pays back after {months(payback.point)}"
        if payback is not None and payback.point is not None
        else f"At the middle values it has not paid back after {reading.horizon()}"
    )
    return chart(
        id="payback",
        title=title,
        subtitle=f"Net so far by month from launch, {reading.currency}; band: middle 80% of simulations",
        note=f"{raised(lost_in_ten(never))} simulations never pay back within {reading.horizon()}.",
        alt=f"Line with band of cumulative net over {len(rows)} months. {title}.",
        drawing=_payback(rows, reading.currency),
        columns=("Month", "Middle values", "80% low", "80% high"),
        rows=[(r["month"], *(money(r[k], reading.currency) for k in ("mid", "low", "high"))) for r in rows],
    )


def _payback(rows: list[dict[str, int | float]], currency: str) -> Spec:
    x = axis("month", "Months from launch", grid=False, tickMinStep=1, tickCount=8)
    x["scale"] = {"zero": False, "nice": False}
    return spec(
        [
            {
                "data": data(rows),
                "mark": {"type": "area", "color": PROGRAM, "opacity": 0.25},
                "encoding": {"x": x, "y": money_axis("low", "Net so far", currency), "y2": {"field": "high"}},
            },
            rule_at(0, "y"),
            {
                "data": data(rows),
                "mark": {"type": "line", "color": PROGRAM, "strokeWidth": 3},
                "encoding": {"x": x, "y": {"field": "mid", "type": "quantitative"}},
            },
        ],
        height=260,
    )


def cost_of(value: Valuation) -> tuple[float, float, float]:
    """Total cost at the middle values and its 80 % range."""
    totals = value.draws.costs.sum(axis=1)
    low, high = np.percentile(totals, [10, 90])
    return float(value.point.costs.sum()), float(low), float(high)


def cost_words(reading: Reading) -> str | None:
    """'$1.6m (80%: $1.2m to $2.4m) over 24 months, delivery assumed'."""
    value = reading.money
    if value is None:
        return None
    mid, low, high = (money(x, reading.currency) for x in cost_of(value))
    text = f"{mid} (80%: {span(low, high)}) over {months(value.point.horizon_months)}"
    return f"{text}, part of it assumed" if any(c.assumed for c in value.costs) else text
