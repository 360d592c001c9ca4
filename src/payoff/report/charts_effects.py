"""How large the change is: by method, and by time since launch. Log-scale effects are shown as lifts."""

from payoff.nouns.brief import Chart
from payoff.nouns.effect import Effect
from payoff.report.charts import (
    ROW,
    Spec,
    axis,
    chart,
    data,
    labels_above,
    numbers_below,
    percent_axis,
    row_axis,
    rule_at,
    spec,
)
from payoff.report.palette import BLOCKED, COMPARISON, INK, MUTED, PROGRAM
from payoff.report.reading import Reading
from payoff.report.words import count, percent, plain, raised, span

ROLES = {"locked": "locked in the plan", "second": "second opinion", "reference": "for reference"}
NOT_CAUSAL = "not causal"


def forest_chart(reading: Reading) -> Chart | None:
    """Every method's answer for the primary metric on one scale; None with fewer than two."""
    effects = reading.effects
    if len(effects) < 2:
        return None
    rows = [_forest_row(n, effect) for n, effect in enumerate(effects)]
    naive = reading.naive
    threshold = reading.threshold
    needed = f"; dashed line: the {percent(threshold)} worth having" if threshold else ""
    return chart(
        id="methods",
        title=_forest_title(reading),
        subtitle=f"Change in {reading.topic} as improvement, 95% intervals{needed}",
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
                str(r["name"]),
                str(r["role"]),
                percent(float(str(r["lift"]))),
                percent(float(str(r["low"]))),
                percent(float(str(r["high"]))),
                count(e.n_units),
            )
            for r, e in zip(rows, effects, strict=True)
        ],
    )


def effect_name(effect: Effect) -> str:
    return effect.label or raised(plain(effect.method))


def _forest_row(n: int, effect: Effect) -> dict[str, object]:
    lift = float(effect.lift(effect.estimate))
    low, high = effect.lift_interval()
    role = ROLES[effect.role] if effect.causal else NOT_CAUSAL
    return {
        "row": n,
        "name": effect_name(effect),
        "role": role,
        "kind": effect.role if effect.causal else NOT_CAUSAL,
        "lift": lift,
        "low": low,
        "high": high,
        "label": effect_name(effect),
        "numbers": f"{percent(lift)} ({span(percent(low), percent(high))}), {role}",
    }


def _forest_title(reading: Reading) -> str:
    naive, effect = reading.naive, reading.effect
    assert effect is not None
    if naive is not None and naive.lift(naive.estimate) > effect.lift_interval()[0]:
        if float(naive.lift(naive.estimate)) > 0 >= float(effect.lift(effect.estimate)):
            return "The dashboard shows a gain; the fair comparison shows none"
        return "The dashboard and the fair comparison disagree"
    signs = {float(e.lift(e.estimate)) > 0 for e in reading.effects if e.causal}
    crosses = any(e.lift_interval()[0] < 0 < e.lift_interval()[1] for e in reading.effects if e.causal)
    if len(signs) > 1:
        return "Methods disagree on the direction"
    if crosses:
        return f"Methods agree on direction, yet {'no change' if crosses else ''} is not ruled out"
    return f"Every method finds {reading.topic} {'better' if True in signs else 'worse'}"


def _forest(rows: list[dict[str, object]], threshold: float | None) -> Spec:
    kinds = ["locked", "second", "reference", NOT_CAUSAL]
    color: Spec = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": kinds, "range": [PROGRAM, PROGRAM, COMPARISON, BLOCKED]},
    }
    shape: Spec = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": kinds, "range": ["circle", "square", "diamond", "cross"]},
    }
    dash: Spec = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": kinds, "range": [[1, 0], [1, 0], [1, 0], [4, 4]]},
    }
    layers = [rule_at(0)]
    if threshold:
        layers.append(rule_at(threshold, dashed=True, color=MUTED))
    layers += [
        labels_above(rows),
        {
            "data": data(rows),
            "mark": {"type": "rule", "strokeWidth": 2.5},
            "encoding": {
                "y": row_axis(),
                "x": percent_axis("low", "← worse    better →"),
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
                "shape": shape,
            },
        },
        numbers_below(rows),
    ]
    return spec(layers, height=ROW * len(rows) + 40)


def terms_chart(reading: Reading) -> Chart | None:
    """The locked effect by time since launch; None with a single term."""
    effect = reading.effect
    if effect is None or len(effect.terms) < 2:
        return None
    rows = []
    for n in range(len(effect.terms)):
        lift = float(effect.lift(effect.estimates[n]))
        low, high = effect.lift_interval(n)
        rows.append({"at": n, "label": reading.term_label(effect, n), "lift": lift, "low": low, "high": high})
    grows = float(str(rows[-1]["lift"])) > float(str(rows[0]["lift"]))
    wide = float(str(rows[-1]["low"])) < float(str(rows[0]["lift"])) < float(str(rows[-1]["high"]))
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
        rows=[(str(r["label"]), *(percent(float(str(r[k]))) for k in ("lift", "low", "high"))) for r in rows],
    )


def _lift_numbers(row: dict[str, object]) -> str:
    lift, low, high = (percent(float(str(row[k]))) for k in ("lift", "low", "high"))
    return f"{lift} ({span(low, high)})"


def _terms(rows: list[dict[str, object]]) -> Spec:
    names = "[" + ", ".join(f"'{r['label']}'" for r in rows) + "]"
    x = axis("at", None, values=[r["at"] for r in rows], labelExpr=f"{names}[datum.value]", grid=False)
    x["scale"] = {"domain": [-0.5, len(rows) - 0.5], "nice": False}
    shown = [r | {"numbers": _lift_numbers(r)} for r in rows]
    return spec(
        [
            rule_at(0, "y"),
            {
                "data": data(shown),
                "mark": {"type": "rule", "strokeWidth": 2.5, "color": PROGRAM},
                "encoding": {"x": x, "y": percent_axis("low", "Improvement"), "y2": {"field": "high"}},
            },
            {
                "data": data(shown),
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "color": PROGRAM},
                "encoding": {"x": x, "y": {"field": "lift", "type": "quantitative"}},
            },
            {
                "data": data(shown),
                "mark": {"type": "text", "align": "left", "dx": 10, "color": INK, "limit": 150},
                "encoding": {
                    "x": x,
                    "y": {"field": "lift", "type": "quantitative"},
                    "text": {"field": "numbers"},
                },
            },
        ],
        height=260,
    )
