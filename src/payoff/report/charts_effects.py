"""How large the change is: by method, and by time since launch. Log-scale effects are shown as lifts."""

import json

import numpy as np

from payoff.nouns.brief import Chart
from payoff.nouns.effect import Effect
from payoff.nouns.people import told
from payoff.nouns.wording import percent, plain, raised
from payoff.report.charts import (
    Row,
    Spec,
    axis,
    chart,
    data,
    percent_axis,
    row_axis,
    rows_spec,
    rule_at,
    rule_in_rows,
    spec,
)
from payoff.report.palette import BLOCKED, COMPARISON, MUTED, PROGRAM
from payoff.report.reading import Reading
from payoff.report.words import span

ROLES = {"locked": "locked in the plan", "second": "second opinion", "reference": "for reference"}
NOT_CAUSAL = "not causal"


def forest_chart(reading: Reading) -> Chart | None:
    """Every method's answer for the primary metric on one scale; None with fewer than two."""
    effects = _rivals(reading.effects)
    if len(effects) < 2:
        return None
    rows = [_forest_row(n, effect) for n, effect in enumerate(effects)]
    naive = reading.naive
    threshold = reading.threshold
    needed = f"; dashed line: the {percent(threshold)} worth having" if threshold else ""
    return chart(
        id="methods",
        title=_forest_title(reading),
        subtitle=f"Improvement in {reading.topic}, 95% intervals{needed}",
        note="The locked method carries the verdict; the others are shown so that nobody has to ask."
        + (
            " The row marked not causal compares different people: leave it out of decisions."
            if naive
            else ""
        ),
        alt="Each method's estimate with its interval. "
        + " ".join(f"{r['name']}: {r['numbers']}." for r in rows),
        drawing=_forest(rows, threshold),
        columns=("Method", "Role", "Improvement", "95% low", "95% high", "Units"),
        rows=[
            (
                r["name"],
                r["role"],
                percent(r["lift"]),
                percent(r["low"]),
                percent(r["high"]),
                told(reading.result.shown.sample(e.metric, e.n_units)),
            )
            for r, e in zip(rows, effects, strict=True)
        ],
    )


def _rivals(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """Different answers only: one estimate with other errors is in the table of errors."""
    kept: list[Effect] = []
    for effect in effects:
        again = any(
            e.terms == effect.terms and np.allclose(e.estimates, effect.estimates, rtol=1e-9) for e in kept
        )
        if effect.role != "reference" or not again:
            kept.append(effect)
    return tuple(kept)


def _forest_row(n: int, effect: Effect) -> Row:
    name = effect.short or raised(plain(effect.method))
    lift = float(effect.lift(effect.estimate))
    low, high = effect.lift_interval()
    role = ROLES[effect.role] if effect.causal else NOT_CAUSAL
    return {
        "row": n,
        "name": name,
        "role": role,
        "kind": effect.role if effect.causal else NOT_CAUSAL,
        "lift": lift,
        "low": low,
        "high": high,
        "label": name,
        "numbers": f"{percent(lift)} ({span(percent(low), percent(high))}), {role}",
    }


def _forest_title(reading: Reading) -> str:
    """What the fair comparison says beside the others."""
    naive, effect = reading.naive, reading.effect
    assert effect is not None
    fair = float(effect.lift(effect.estimate))
    low, high = effect.lift_interval()
    unsure = low < 0 < high
    if naive is not None and float(naive.lift(naive.estimate)) > 0 and unsure:
        return "The dashboard shows a gain; the fair comparison cannot confirm it"
    if naive is not None and float(naive.lift(naive.estimate)) * fair < 0:
        return "The dashboard and the fair comparison point in opposite directions"
    if len({float(e.lift(e.estimate)) > 0 for e in _rivals(reading.effects) if e.causal}) > 1:
        return "Methods disagree on the direction of the change"
    if unsure:
        return f"Methods point to {'better' if fair > 0 else 'worse'}, but no change remains possible"
    return f"The methods find {reading.topic} {'better' if fair > 0 else 'worse'}"


def _by_kind(values: list[object]) -> Spec:
    """A channel that tells locked, second, reference and not causal apart."""
    kinds = ["locked", "second", "reference", NOT_CAUSAL]
    return {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": kinds, "range": values},
    }


def _forest(rows: list[Row], threshold: float | None) -> Spec:
    color = _by_kind([PROGRAM, PROGRAM, COMPARISON, BLOCKED])
    shape = _by_kind(["circle", "square", "diamond", "cross"])
    dash = _by_kind([[1, 0], [1, 0], [1, 0], [4, 4]])
    needed = [rule_in_rows(rows, threshold, dashed=True, color=MUTED)] if threshold else []
    marks: list[Spec] = [
        {
            "data": data(rows),
            "mark": {"type": "rule", "strokeWidth": 2.5},
            "encoding": {
                "y": row_axis(),
                "x": percent_axis("low", "← worse · better →"),
                "x2": {"field": "high"},
                "color": color,
                "strokeDash": dash,
            },
        },
        {
            "data": data(rows),
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
            "encoding": {
                "y": row_axis(),
                "x": {"field": "lift", "type": "quantitative"},
                "color": color,
                "stroke": color,
                "shape": shape,
            },
        },
    ]
    return rows_spec(rows, marks, behind=needed)


def terms_chart(reading: Reading) -> Chart | None:
    """The locked effect by time since launch; None with a single term."""
    effect = reading.effect
    if effect is None or len(effect.terms) < 2:
        return None
    rows: list[Row] = []
    for n in range(len(effect.terms)):
        lift = float(effect.lift(effect.estimates[n]))
        low, high = effect.lift_interval(n)
        rows.append({"at": n, "label": reading.term_label(effect, n), "lift": lift, "low": low, "high": high})
    grows = rows[-1]["lift"] > rows[0]["lift"]
    wide = rows[-1]["low"] < rows[0]["lift"] < rows[-1]["high"]
    title = "The change looks larger later" if grows else "The change looks smaller later"
    return chart(
        id="terms",
        title=f"{title}, but ranges overlap" if wide else title,
        subtitle=f"Improvement in {reading.topic} by months since launch, 95% intervals",
        note="Later months rest on fewer units and wider ranges. After the last measured month the effect is "
        "carried forward, with decay where the plan declares it.",
        alt="Point chart of the improvement by time since launch. "
        + " ".join(f"{r['label']}: {_lift_numbers(r)}." for r in rows),
        drawing=_terms(rows),
        columns=("Since launch", "Improvement", "95% low", "95% high"),
        rows=[(r["label"], *(percent(r[k]) for k in ("lift", "low", "high"))) for r in rows],
    )


def _lift_numbers(row: Row) -> str:
    lift, low, high = (percent(row[k]) for k in ("lift", "low", "high"))
    return f"{lift} ({span(low, high)})"


def _under(row: Row, n_terms: int) -> list[str]:
    """What stands below a term, in lines: the name, and the numbers while a phone has room for them."""
    if n_terms > 4:
        return [row["label"]]
    return [row["label"], percent(row["lift"]), f"({span(percent(row['low']), percent(row['high']))})"]


def _terms(rows: list[Row]) -> Spec:
    names = json.dumps([_under(row, len(rows)) for row in rows])
    x = axis("at", None, values=[r["at"] for r in rows], labelExpr=f"{names}[datum.value]", grid=False)
    x["scale"] = {"domain": [-0.5, len(rows) - 0.5], "nice": False}
    return spec(
        [
            rule_at(0, "y"),
            {
                "data": data(rows),
                "mark": {"type": "rule", "strokeWidth": 2.5, "color": PROGRAM},
                "encoding": {"x": x, "y": percent_axis("low", "Improvement"), "y2": {"field": "high"}},
            },
            {
                "data": data(rows),
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "color": PROGRAM},
                "encoding": {"x": x, "y": {"field": "lift", "type": "quantitative"}},
            },
        ],
        height=260,
    )
