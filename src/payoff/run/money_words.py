"""What the money commands say: a what-if beside the real result, two programs compared, finance's decisions.

Question  How does a reader see at once what changed, who is ahead, who stands behind it?
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from payoff.finance import Comparison, SeatTime, Side
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure, MoneyVerdict, Valuation
from payoff.nouns.wording import exact, listed, number, percent, sentence
from payoff.report.words import amount, figure_range, locks, money, months
from payoff.run.comparing import Compared, Entrant
from payoff.run.published import shown
from payoff.run.sign_off import SignOff
from payoff.run.what_if import Change, WhatIf

Lines = tuple[tuple[str, str], ...]
SHOWN = {
    "roi": "ROI",
    "net": "Net benefit",
    "npv": "Net present value",
    "payback_months": "Payback",
    "break_even": "Break-even lift",
    "probability": "Chance to pay back",
}


def what_if_lines(found: WhatIf) -> Lines:
    """The changes and their reason, then every figure twice, the changed one first."""
    beside = found.version or "as it stands"
    lines = [("What if" if n == 0 else "", _change_words(change)) for n, change in enumerate(found.changes)]
    if found.reason:
        lines.append(("Reason", found.reason))
    for name, label in SHOWN.items():
        pair = [v.all_figures.get(name) for v in (found.changed, found.original)]
        if any(isinstance(figure, Figure) for figure in pair):
            now, then = (_figure_words(figure, found.currency) for figure in pair)
            lines += [(label, now), ("", f"{beside}: {then}")]
    now, then = (_verdict_words(v) for v in (found.changed, found.original))
    lines += [("Does it pay?", now), ("", f"{beside}: {then}")]
    outside = [c.before.words for c in found.changes if not c.before.low <= c.value <= c.before.high]
    if outside:
        lines.append(("Mind", f"Outside the range the study states: {listed(outside)}."))
    kept = f"{found.version} stays as it was published" if found.version else "nothing was published"
    lines.append(
        ("" if outside else "Mind", f"A what-if, not a result: the effect was not estimated again; {kept}.")
    )
    return tuple(lines)


def _change_words(change: Change) -> str:
    a = change.before
    value, mid, low, high = (_value_words(a.unit_text, x) for x in (change.value, a.mid, a.low, a.high))
    span = "" if a.low == a.high else f", {low} to {high}"
    return f"{a.words}: {value} instead of {mid}{span} ({a.source}, {a.owner})"


def _value_words(unit: str, value: float) -> str:
    return f"{exact(value)} {unit}" if unit else exact(value)


def _figure_words(figure: Figure | Refusal | None, currency: str) -> str:
    if figure is None:
        return "no value"
    if isinstance(figure, Refusal):
        return f"not given: {figure.reason}"
    if figure.name == "probability" and figure.point is not None:
        return percent(figure.point)
    if figure.point is None:
        return f"never within {months(figure.horizon_months)} ({figure_range(figure, currency)})"
    return f"{amount(figure.point, figure.unit, currency)} ({figure_range(figure, currency)})"


def _verdict_words(valuation: Valuation) -> str:
    verdict = valuation.verdict
    if isinstance(verdict, MoneyVerdict):
        return f"{verdict.verdict}, {verdict.pay_back_in_ten} in 10 simulations pay back"
    return f"no verdict: {verdict.reason}"


def comparison_lines(found: Compared) -> Lines:
    """The answer first, then when, each program's own figures, and what each is better at."""
    made, study = found.comparison, found.first.result.study
    unit, currency = study.design.unit_label, study.currency
    names = made.first.name, made.second.name
    entrants = zip(names, (found.first, found.second), strict=True)
    lines = [
        ("Compared", listed([f"{name} ({_origin(entrant)})" for name, entrant in entrants])),
        ("Answer", sentence(made.statement)),
        ("Difference", _difference_words(made, unit, currency, study.horizon_months)),
        ("When", _crossover_words(made, study.horizon_months)),
    ]
    for side, seats in zip((made.first, made.second), found.seats, strict=True):
        lines += [(side.name, _side_words(side, unit, currency)), *_seat_lines(seats, currency)]
    for name in names:
        better = made.stronger[name]
        lines.append((f"{name} wins at", listed(list(better)) if better else "nothing that was measured"))
    lines += [("Mind" if n == 0 else "", sentence(text)) for n, text in enumerate(made.cautions)]
    return _shortened(lines)


def _shortened(lines: list[tuple[str, str]], most: int = 26) -> Lines:
    """A long label gets a line of its own words within the text, so that the columns stay narrow."""
    return tuple((label, text) if len(label) <= most else ("", f"{label}: {text}") for label, text in lines)


def _origin(entrant: Entrant) -> str:
    return (
        f"{entrant.result.study.name} {entrant.version}".strip()
        if entrant.version
        else (f"{entrant.result.study.name}, not published")
    )


def _difference_words(made: Comparison, unit: str, currency: str, horizon: int) -> str:
    middle, low, high = made.difference
    ahead, sign = (made.first, 1) if middle >= 0 else (made.second, -1)
    ends = sorted((sign * low, sign * high))
    span = f"80%: {money(ends[0], currency)} to {money(ends[1], currency)}"
    return (
        f"{ahead.name} brings {money(abs(middle), currency)} more per {unit}, net, over {months(horizon)} "
        f"({span}; median of the draws)"
    )


def _crossover_words(made: Comparison, horizon: int) -> str:
    month = made.crossover_month
    last = made.first.cumulative[-1] - made.second.cumulative[-1]
    if month is None or last == 0:
        return f"they end level after {months(horizon)}"
    name = made.first.name if last > 0 else made.second.name
    if month == 0:
        return f"{name} is ahead from launch on, cumulative net benefit"
    return f"{name} is ahead from month {month} on, cumulative net benefit"


def _side_words(side: Side, unit: str, currency: str) -> str:
    net = f"net {money(side.net[0], currency)} per {unit} (80%: {_ends(side.net, currency)})"
    cost = f"costs {money(side.cost, currency)} per {unit}"
    lift = f"lift {percent(side.lift[0])} (80%: {percent(side.lift[1])} to {percent(side.lift[2])})"
    return f"{net}; {cost}; {lift}; {locks(side.grade)}"


def _ends(three: tuple[float, float, float], currency: str) -> str:
    return f"{money(three[1], currency)} to {money(three[2], currency)}"


def _seat_lines(seats: SeatTime | None, currency: str) -> list[tuple[str, str]]:
    if seats is None:
        return []
    return [
        (
            "",
            f"time off work {number(seats.hours)} hours, {number(seats.hours_switching)} of them to get back "
            f"into work: {money(seats.at_wage, currency)} in wages, "
            f"{money(seats.at_contribution, currency)} in contribution",
        )
    ]


def comparison_document(found: Compared) -> dict[str, Any]:
    """The comparison as JSON; money per unit assigned, in the study's currency."""
    made, study = found.comparison, found.first.result.study
    entrants = (found.first, found.second)
    sides = zip(entrants, (made.first, made.second), found.seats, strict=True)
    return {
        "schema_version": 1,
        "metric": study.outcome.primary,
        "unit": study.design.unit_label,
        "horizon_months": study.horizon_months,
        "currency": study.currency,
        "price_base": study.price_base,
        "statement": made.statement,
        "winner": made.winner or None,
        "share_first": made.share_first,
        "difference": _three(made.difference),
        "crossover_month": made.crossover_month,
        "programs": [_side_document(e, side, seats, made) for e, side, seats in sides],
        "cautions": list(made.cautions),
    }


def _side_document(entrant: Entrant, side: Side, seats: SeatTime | None, made: Comparison) -> dict[str, Any]:
    return {
        "study": entrant.result.study.name,
        "version": entrant.version or None,
        "program": side.name,
        "net": _three(side.net),
        "cost": side.cost,
        "lift": _three(side.lift),
        "grade": side.grade,
        "cumulative_net": [float(x) for x in side.cumulative],
        "better_at": list(made.stronger[side.name]),
        "time_off_work": None
        if seats is None
        else {
            "hours_seated": seats.hours_seated,
            "hours_switching": seats.hours_switching,
            "at_wage": seats.at_wage,
            "at_contribution": seats.at_contribution,
        },
    }


def _three(values: tuple[float, float, float]) -> Mapping[str, float]:
    return {"median": values[0], "low": values[1], "high": values[2]}


def sign_off_lines(made: SignOff, history: tuple[SignOff, ...], path: Path, study: Path) -> Lines:
    """What was recorded, on which result, what was decided before, and how it gets onto the outputs."""
    word = "Signed off" if made.decision == "signed" else "Disputed"
    lines = [(word, f"{made.version} by {made.finance} on {made.on}")]
    if made.reason:
        lines.append(("Reason", made.reason))
    lines.append(("Result", f"SHA-256 {made.result}"))
    for n, entry in enumerate(history):
        said = f"{entry.on} {entry.decision} by {entry.finance}"
        lines.append(("Before" if n == 0 else "", f"{said}: {entry.reason}" if entry.reason else said))
    return (*lines, ("wrote", shown(path)), ("Next", f"payoff report {study} prints it on every output"))
