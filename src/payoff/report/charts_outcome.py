"""What happened before and after launch, by arm; and how alike the arms were beforehand.

Shown   Before the lock only the baseline: no value after launch is read here in that state.
"""

import datetime as dt
import json

import numpy as np

from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.brief import Cell, Chart
from payoff.nouns.panel import Panel
from payoff.nouns.wording import count, lowered, number, plain, raised
from payoff.report.charts import (
    Row,
    Spec,
    arm_scales,
    axis,
    chart,
    data,
    row_axis,
    rows_spec,
    spec,
)
from payoff.report.palette import COMPARISON, GRID, INK, PROGRAM
from payoff.report.reading import Reading, arm_means, uses_geometric_mean
from payoff.report.words import measure, per

ALIKE = 0.1  # standardised difference below which arms count as alike


def outcome_chart(reading: Reading) -> Chart | None:
    """The metric over time by arm, launches marked; None with fewer than two periods to show."""
    panel = reading.panel
    if panel is None:
        return None
    shown = np.flatnonzero(panel.pre | panel.post) if reading.shows_effects else np.flatnonzero(panel.pre)
    if len(shown) < 2:
        return None
    names = [period_name(panel.periods[i], reading.result.study.design.period) for i in shown]
    points = _points(reading, panel, shown, names)
    after = reading.shows_effects and bool(panel.post.any())
    average = "Geometric mean" if uses_geometric_mean(panel) else "Mean"
    what = "before and after launch" if after else "before launch"
    return chart(
        id="outcome" if after else "baseline",
        title=_outcome_title(reading, panel, points, after),
        subtitle=f"{average} of {reading.topic}, {per(panel.metric.unit_text)}, {names[0]} to {names[-1]}",
        note=_outcome_note(reading, panel),
        alt=f"Line chart of {reading.topic} {what}: {_lines_in_words(reading, panel)}. "
        f"{_ends(reading, points)}",
        drawing=_lines(reading, panel, shown, names, points),
        columns=("Period", "Phase", *_arms(reading, panel)),
        rows=_rows(reading, panel, shown, names, points),
    )


def _arms(reading: Reading, panel: Panel) -> dict[str, Bools]:
    """Who stands behind each line: the program, and the comparison where there is one."""
    arms = dict(zip((reading.program_arm, reading.comparison_arm), reading.sides(panel), strict=True))
    return {name: units for name, units in arms.items() if units.any()}


def _lines_in_words(reading: Reading, panel: Panel) -> str:
    rest = "nobody to compare with" if panel.in_program.all() else "a dashed line for the comparison"
    return f"a solid line for {lowered(reading.program_arm)}, {rest}"


def period_name(day: np.datetime64, period: str) -> str:
    """'1988' (or '2015/16'), 'Q2 1988', 'Apr 1988' or '1988-04-04'."""
    date: dt.date = day.astype("datetime64[D]").item()
    if period == "year":
        return str(date.year) if date.month == 1 else f"{date.year}/{(date.year + 1) % 100:02d}"
    if period == "quarter":
        return f"Q{(date.month + 2) // 3} {date.year}"
    return f"{date:%b %Y}" if period == "month" else date.isoformat()


def _points(
    reading: Reading,
    panel: Panel,
    shown: Ints,
    names: list[str],
) -> list[Row]:
    points: list[Row] = []
    for arm, units in _arms(reading, panel).items():
        means = arm_means(panel, units, uses_geometric_mean(panel))
        points += [
            {"at": n, "period": names[n], "arm": arm, "value": means[i]}
            for n, i in enumerate(shown)
            if np.isfinite(means[i])
        ]
    return points


def _rows(
    reading: Reading,
    panel: Panel,
    shown: Ints,
    names: list[str],
    points: list[Row],
) -> list[tuple[Cell, ...]]:
    unit, currency = panel.metric.unit_text, reading.currency
    by_key = {(p["at"], p["arm"]): measure(p["value"], unit, currency) for p in points}
    return [
        (
            names[n],
            "before launch" if panel.pre[i] else "follow-up",
            *(by_key.get((n, arm), "not observed") for arm in _arms(reading, panel)),
        )
        for n, i in enumerate(shown)
    ]


def _lines(
    reading: Reading,
    panel: Panel,
    shown: Ints,
    names: list[str],
    points: list[Row],
) -> Spec:
    color, dash = arm_scales(*_arms(reading, panel))
    x = _period_axis(names)
    y = axis("value", None, tickCount=5)
    y["scale"] = {"zero": True, "nice": True}
    pre = [n for n, i in enumerate(shown) if panel.pre[i]]
    shade = [{"from": -0.5, "to": max(pre) + 0.5}] if pre else []
    return spec(
        [
            {
                "data": data(shade),
                "mark": {"type": "rect", "color": GRID, "opacity": 0.55},
                "encoding": {"x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"}},
            },
            *_launch_layers(reading, panel, shown),
            {
                "data": data(points),
                "mark": {"type": "line", "strokeWidth": 3},
                "encoding": {"x": x, "y": y, "color": color, "strokeDash": dash},
            },
            {
                "data": data(points),
                "mark": {"type": "point", "size": 50, "filled": True, "opacity": 1},
                "encoding": {"x": x, "y": y, "color": color | {"legend": None}},
            },
        ],
        height=260,
    )


def _period_axis(names: list[str]) -> Spec:
    """Positions 0, 1, … under the periods' names; half a step of room at either end."""
    every = max(1, len(names) // 8)
    x = axis(
        "at",
        None,
        values=list(range(0, len(names), every)),
        labelExpr=f"{json.dumps(names)}[datum.value]",
        grid=False,
    )
    x["scale"] = {"domain": [-0.5, len(names) - 0.5], "nice": False}
    return x


def _launches(panel: Panel, shown: Ints) -> list[tuple[int, int]]:
    """(position among the shown periods, units starting there)."""
    starts, counts = np.unique(panel.launch[panel.launch >= 0], return_counts=True)
    position = {int(i): n for n, i in enumerate(shown)}
    return [(position[int(s)], int(c)) for s, c in zip(starts, counts, strict=True) if int(s) in position]


def _launch_layers(reading: Reading, panel: Panel, shown: Ints) -> list[Spec]:
    starts: list[Row] = [
        {"at": n - 0.5, "label": _start_label(reading, str(panel.periods[shown[n]]), c)}
        for n, c in _launches(panel, shown)
    ]
    if not starts:
        return []
    where: Spec = {"x": {"field": "at", "type": "quantitative"}}
    rule: Spec = {
        "data": data(starts),
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5, "strokeDash": [2, 3]},
        "encoding": where,
    }
    middle = (len(shown) - 1) / 2
    return [rule, *(_launch_label(n, start, start["at"] > middle, where) for n, start in enumerate(starts))]


def _start_label(reading: Reading, period: str, n_units: int) -> str:
    """'12 reps start'; without the number where it is withheld."""
    size = reading.result.shown.size(f"launch: {period}", n_units)
    if size is None:
        return f"some {reading.units} start"
    return f"{count(size)} {reading.units if size != 1 else reading.unit} start"


def _launch_label(n: int, start: Row, late: bool, where: Spec) -> Spec:
    """One launch by its line: towards the middle, so that it is not cut; neighbours on lines of their own."""
    beside: Spec = {"align": "right", "dx": -5} if late else {"align": "left", "dx": 5}
    return {
        "data": data([start]),
        "mark": {"type": "text", "baseline": "bottom", "dy": -4 - 16 * (n % 4), **beside},
        "encoding": where | {"y": {"value": "height"}, "text": {"field": "label"}},
    }


def _change(points: list[Row], arm: str, n_pre: int) -> float | None:
    """Mean after launch against mean before it; no more than the line swung before launch is no change."""
    before, after = (
        np.array([p["value"] for p in points if p["arm"] == arm and (p["at"] < n_pre) == early])
        for early in (True, False)
    )
    if not len(before) or not len(after) or before.mean() <= 0:
        return None
    change = float(after.mean() - before.mean())
    swing = float(np.abs(before - before.mean()).max())
    return change / float(before.mean()) if abs(change) > swing else 0.0


def _outcome_title(reading: Reading, panel: Panel, points: list[Row], after: bool) -> str:
    """States what the lines do, never what the program did."""
    topic = panel.metric.label
    if not after:
        return f"{topic} before launch, by arm"
    n_pre, arms = int(panel.pre.sum()), (reading.program_arm, reading.comparison_arm)
    program, rest = (_change(points, arm, n_pre) for arm in arms)
    if program is None:
        return f"{topic} before and after launch"
    if rest is None:
        return f"{topic} {_went(program)} after launch; there is no comparison"
    if _went(program) == _went(rest):
        return f"{topic} {_went(program)} in both groups"
    return f"{topic} {_went(program)} with the program, {_went(rest)} without"


def _went(change: float) -> str:
    return "barely moved" if abs(change) < 0.02 else "rose" if change > 0 else "fell"


def _outcome_note(reading: Reading, panel: Panel) -> str:
    note = "Shaded: before launch."
    if reading.shows_effects and len({int(x) for x in panel.launch if x >= 0}) > 1:
        note += " The program line holds every unit that ever started, also before its own start."
    if reading.shows_effects:
        note += " Lines alone do not show an effect: read "
        note += "what is said of the change" if panel.in_program.all() else "the comparison"
        note += " under Uplift."
    return note


def _ends(reading: Reading, points: list[Row]) -> str:
    texts = []
    for arm in dict.fromkeys(p["arm"] for p in points):
        own = [p for p in points if p["arm"] == arm]
        unit = reading.metric.unit_text
        first, last = (measure(p["value"], unit, reading.currency) for p in (own[0], own[-1]))
        texts.append(f"{arm}: {first} in {own[0]['period']}, {last} in {own[-1]['period']}.")
    return " ".join(texts)


def balance_chart(reading: Reading) -> Chart | None:
    """Standardised differences before launch: arms as assigned, and takers against the rest."""
    panel = reading.panel
    if panel is None or reading.result.study.design.type != "rct":
        return None
    rows = balance_rows(reading, panel)
    if not rows:
        return None
    worst = max(abs(r["value"]) for r in rows if r["kind"] == "assigned")
    chosen = [r for r in rows if r["kind"] == "chosen"]
    alike = "The arms were alike before launch" if worst < ALIKE else "The arms differed before launch"
    title = f"{alike}; those who took part were not" if chosen and worst < ALIKE else alike
    return chart(
        id="balance",
        title=title,
        subtitle="Difference before launch in standard deviations; within ±0.1 counts as alike",
        note="Being drawn by lot makes arms alike; choosing to take part does not. "
        "Compare people as they were assigned.",
        alt="Dot plot of differences before launch. The largest between the arms is "
        f"{number(worst)} standard deviations.",
        drawing=_balance_dots(rows),
        columns=("What", "Who is compared", "Difference (standard deviations)"),
        rows=[(r["what"], r["who"], number(r["value"])) for r in rows],
    )


def balance_rows(reading: Reading, panel: Panel) -> list[Row]:
    """One row per characteristic and comparison, in the order drawn."""
    traits: list[tuple[str, Floats]] = [(panel.metric.label, _before(panel))]
    names = reading.result.cohort.covariate_names
    if panel.covariates is not None and panel.covariates.shape[1] == len(names):
        traits += [(raised(plain(name)), panel.covariates[:, k]) for k, name in enumerate(names)]
    comparisons = [("assigned", "Offered against not offered", *reading.sides(panel))]
    if panel.take_up is not None:
        joined, not_joined = panel.in_program & (panel.take_up == 1), panel.in_program & (panel.take_up == 0)
        comparisons.append(("chosen", "Took part against did not", joined, not_joined))
    rows: list[Row] = []
    for what, trait in traits:
        for kind, who, a, b in comparisons:
            gap = _standardised(trait[a], trait[b])
            if gap is not None:
                row = {"row": len(rows), "what": what, "who": who, "kind": kind, "value": gap}
                numbers = f"{number(gap)} standard deviations"
                rows.append(row | {"label": f"{what}: {lowered(who)}", "numbers": numbers})
    return rows


def _before(panel: Panel) -> Floats:
    """Mean before launch per unit, (n_units,); NaN where nothing was observed."""
    values = panel.values[:, panel.pre]
    seen = ~np.isnan(values)
    n_seen = seen.sum(axis=1)
    means: Floats = np.full(panel.n_units, np.nan)
    np.divide(np.nan_to_num(values).sum(axis=1), n_seen, out=means, where=n_seen > 0)
    return means


def _standardised(a: Floats, b: Floats) -> float | None:
    """Difference of means over the pooled standard deviation; None when it means nothing."""
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    if len(a) < 2 or len(b) < 2:
        return None
    spread = float(np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2))
    return float(a.mean() - b.mean()) / spread if spread > 0 else None


def _balance_dots(rows: list[Row]) -> Spec:
    x = axis("value", "standard deviations", tickCount=5)
    widest = max(0.25, *(1.15 * abs(r["value"]) for r in rows))
    x["scale"] = {"domain": [-widest, widest], "nice": False}
    kinds = {"domain": ["assigned", "chosen"]}
    alike: Spec = {
        "data": data([{"from": -ALIKE, "to": ALIKE}]),
        "mark": {"type": "rect", "color": GRID, "opacity": 0.7},
        "encoding": {"x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"}},
    }
    return rows_spec(
        rows,
        behind=[alike],
        marks=[
            {
                "data": data(rows),
                "mark": {"type": "point", "filled": True, "size": 140, "opacity": 1},
                "encoding": {
                    "y": row_axis(),
                    "x": x,
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "legend": None,
                        "scale": kinds | {"range": [PROGRAM, COMPARISON]},
                    },
                    "shape": {
                        "field": "kind",
                        "type": "nominal",
                        "legend": None,
                        "scale": kinds | {"range": ["circle", "diamond"]},
                    },
                },
            },
        ],
    )
