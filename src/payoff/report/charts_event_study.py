"""What happened by time since launch, and before it: the comparison that should be flat, then is not.

Shown as improvement (better is up), with the band that holds all periods at once where the method has one.
"""

import re

from payoff.nouns.brief import Chart
from payoff.nouns.effect import Effect
from payoff.nouns.wording import percent, plural
from payoff.report.charts import Row, Spec, axis, chart, data, percent_axis, rule_at, spec
from payoff.report.palette import GRID, MUTED, PROGRAM
from payoff.report.reading import Reading
from payoff.report.words import span

_EVENT = re.compile(r"e(-?\d+)")


def event_study_chart(reading: Reading) -> Chart | None:
    """The primary metric's event study; None where the method has none."""
    effect = reading.course
    if effect is None or not all(_EVENT.fullmatch(term) for term in effect.terms):
        return None
    rows = _rows(effect)
    period = reading.result.study.design.period
    before, after = [r for r in rows if r["at"] < 0], [r for r in rows if r["at"] >= 0]
    threshold = reading.threshold
    needed = f"; dashed: the {percent(threshold)} worth having" if threshold else ""
    band = "band holds all periods at once" if effect.bands is not None else "intervals by period"
    return chart(
        id="event-study",
        title=_title(before, after, period),
        subtitle=f"Improvement in {reading.topic} by {plural(period)} since launch; 95% {band}{needed}",
        note="Shaded: before launch, where the comparison should be flat. Flat is no proof that the groups "
        "would have stayed together; a slope there is a warning.",
        alt="Improvement by time since launch. "
        + " ".join(f"{_when(r['at'], period)}: {r['numbers']}." for r in rows),
        drawing=_drawing(rows, threshold, period),
        columns=("Since launch", "Improvement", "95% low", "95% high"),
        rows=[(_when(r["at"], period), *(percent(r[k]) for k in ("lift", "low", "high"))) for r in rows],
    )


def _rows(effect: Effect) -> list[Row]:
    ends = effect.intervals if effect.bands is None else effect.bands
    rows: list[Row] = []
    for n, term in enumerate(effect.terms):
        found = _EVENT.fullmatch(term)
        assert found is not None
        lift = float(effect.lift(effect.estimates[n]))
        low, high = sorted(effect.lift(ends[n]).tolist())
        numbers = f"{percent(lift)} ({span(percent(low), percent(high))})"
        rows.append({"at": int(found[1]), "lift": lift, "low": low, "high": high, "numbers": numbers})
    return sorted(rows, key=lambda row: int(row["at"]))


def _title(before: list[Row], after: list[Row], period: str) -> str:
    """States what the band says, never more."""
    apart = [r for r in before if r["low"] > 0 or r["high"] < 0]
    if apart:
        return "The groups moved apart before launch already"
    clear = next((r for r in after if r["low"] > 0 or r["high"] < 0), None)
    if clear is None:
        return f"No single {period} after launch stands out"
    way = "better" if clear["low"] > 0 else "worse"
    return f"First clearly {way} {_when(clear['at'], period)}{'' if clear['at'] == 0 else ' launch'}"


def _when(at: int, period: str) -> str:
    if at == 0:
        return f"in the {period} of launch"
    size = f"{abs(at)} {period if abs(at) == 1 else plural(period)}"
    return f"{size} after" if at > 0 else f"{size} before"


def _drawing(rows: list[Row], threshold: float | None, period: str) -> Spec:
    first, last = rows[0]["at"], rows[-1]["at"]
    x = axis("at", f"{plural(period).capitalize()} since launch", tickMinStep=1, format="d", grid=False)
    x["scale"] = {"domain": [first - 0.5, last + 0.5], "nice": False}
    layers: list[Spec] = []
    if first < 0:
        layers.append(
            {
                "data": data([{"from": first - 0.5, "to": -0.5}]),
                "mark": {"type": "rect", "color": GRID, "opacity": 0.7},
                "encoding": {"x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"}},
            }
        )
    layers.append(rule_at(0, "y"))
    if threshold:
        layers.append(rule_at(threshold, "y", dashed=True, color=MUTED))
    layers += [
        {
            "data": data(rows),
            "mark": {"type": "rule", "strokeWidth": 2.5, "color": PROGRAM},
            "encoding": {"x": x, "y": percent_axis("low", "← worse · better →"), "y2": {"field": "high"}},
        },
        {
            "data": data(rows),
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "color": PROGRAM},
            "encoding": {"x": x, "y": {"field": "lift", "type": "quantitative"}},
        },
    ]
    return spec(layers, height=280)
