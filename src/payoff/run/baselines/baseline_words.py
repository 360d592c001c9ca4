"""What `payoff baseline` says: lines for a terminal, and the same as a document."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from payoff.nouns.baseline import BaselineFigures, Level, Memory, Season, Spread, Trend, YearBefore
from payoff.nouns.evidence import Verdict
from payoff.nouns.people import told
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Event, Study
from payoff.nouns.wording import count, counted, exact, lowered, number, percent
from payoff.report.words import measure, span
from payoff.run.baselines.baselining import BaselineReport
from payoff.run.baselines.saved_baseline import Saved

Lines = tuple[tuple[str, str], ...]


def baseline_lines(report: BaselineReport, saved: Sequence[Saved]) -> Lines:
    """Primary metric first; then what else happened, what the data lack, and which baselines were saved."""
    study, first = report.study, report.figures[0]
    window = f"{first.first_on} to {first.last_on}, {counted(first.n_periods, first.period)}"
    lines = [
        ("Baseline", f"{window}; {counted(first.n_units, study.design.unit_label)}; blind to what follows")
    ]
    for figures in report.figures:
        lines += _metric(study, figures)
    lines += [("Event", event_words(event)) for event in report.events]
    if not report.events:
        lines.append(("Events", "none in the window, by the study's `events`"))
    lines += [("Data", c.text) for c in report.health if c.verdict is Verdict.FAIL]
    lines += [("Saved", saved_words(study, s)) for s in saved]
    return tuple(lines)


def _metric(study: Study, f: BaselineFigures) -> Lines:
    def say(label: str, found: Any) -> tuple[str, str]:
        told = f"not known: {lowered(found.reason)}" if isinstance(found, Refusal) else _say(study, f, found)
        return label, told

    cells = f"{count(f.n_values)} of {count(f.n_cells)} cells, {count(f.n_missing)} missing"
    seen = f"{told(f.n_seen)} seen at least once"
    lines = [("", ""), (f.label, f"{_planned(study, f.metric)}{cells}; {seen}")]
    lines += [say("  Level", f.level), say("  Trend", f.trend), say("  Spread", f.spread)]
    lines += [say("  Memory", f.memory), say("  Season", f.season), say("  Year before", f.year_before)]
    if isinstance(f.visible, float):
        lines.append(
            ("  It can see", f"a lift of {percent(f.visible)} and up, 8 times in 10 (payoff design)")
        )
    elif f.visible is not None:
        lines.append(("  It can see", f"not known: {lowered(f.visible.reason)}"))
    return tuple(lines)


def _say(study: Study, f: BaselineFigures, found: object) -> str:
    def told(value: float, signed: bool = False) -> str:
        return measure(value, f.unit_text, study.currency, signed)

    match found:
        case Level(value, float() as above, float() as below):
            return f"{told(value)} ({exact(above)} ÷ {exact(below)})"
        case Level(value):
            return f"{told(value)}, mean of the cells"
        case Trend(slope, low, high, errors):
            ends = span(told(low, True), told(high, True))
            flat = "; no trend can be told from chance" if low <= 0 <= high else ""
            return f"{told(slope, True)} a {f.period} (95%: {ends}; errors by {errors}){flat}"
        case Spread(between, within, share):
            return (
                f"variance {number(between, 3)} between units, {number(within, 3)} within; "
                f"{percent(share)} of it between"
            )
        case Memory(lag_one, n_pairs):
            return f"{number(lag_one)} from one {f.period} to the next ({counted(n_pairs, 'pair')})"
        case Season():
            chance = "more" if found.seen else "no more"
            return f"strength {number(found.strength)} over the {found.words}, {chance} than chance makes"
        case YearBefore():
            ends = span(told(found.low, True), told(found.high, True))
            return (
                f"follow-up's {counted(found.n_periods, f.period)} a year earlier: {told(found.level)}, "
                f"{told(found.difference, True)} against the rest (95%: {ends})"
            )
    raise TypeError(f"no words for {type(found).__name__}")


def _planned(study: Study, metric: str) -> str:
    planned = planning_value(study, metric)
    return f"planned {planned}; " if planned else ""


def planning_value(study: Study, metric: str) -> str:
    """What the study file says the level is; "" where it says nothing."""
    return str(json.loads(study.plan).get("metrics", {}).get(metric, {}).get("baseline", "") or "")


def event_words(event: Event) -> str:
    """An event of the study's calendar."""
    days = f"{event.on}" if event.on == event.until_on else f"{event.on} to {event.until_on}"
    whom = "" if event.affects == "all" else f" ({event.affects} only)"
    return f"{days}: {event.what}{whom}"


def saved_words(study: Study, saved: Saved) -> str:
    """One saved version: who, when, and its levels."""
    levels = "; ".join(
        f"{m['label']} {measure(m['level'], m['unit'], study.currency)}"
        if m["level"] is not None
        else f"{m['label']} not told"
        for m in saved.metrics
    )
    why = f" ({saved.reason})" if saved.reason else ""
    return f"{saved.version}, {saved.on} by {saved.by}{why}, {saved.first_on} to {saved.last_on}: {levels}"


def baseline_document(report: BaselineReport, saved: Sequence[Saved]) -> dict[str, Any]:
    """The same, for a program."""
    return {
        "schema_version": 1,
        "study": report.study.name,
        "units": {"label": report.study.design.unit_label, "n": report.figures[0].n_units},
        "metrics": [figures_document(report.study, f) for f in report.figures],
        "events": [
            {"on": str(e.on), "until_on": str(e.until_on), "what": e.what, "affects": e.affects}
            for e in report.events
        ],
        "checks": [
            {"name": c.name, "verdict": c.verdict.name.lower(), "text": c.text} for c in report.health
        ],
        "saved": [asdict(s) for s in saved],
    }


def figures_document(study: Study, f: BaselineFigures) -> dict[str, Any]:
    """One metric; what is not known is {"refused": reason}."""
    plain = ("metric", "label", "unit_text", "definition", "period", "n_units", "n_seen", "n_periods")
    told = {name: getattr(f, name) for name in (*plain, "n_values", "n_missing")}
    told |= {"first_on": str(f.first_on), "last_on": str(f.last_on)}
    told |= {"planned": planning_value(study, f.metric) or None, "smallest_visible_lift": _plain(f.visible)}
    parts = ("level", "trend", "spread", "memory", "season", "year_before")
    return told | {name: _plain(getattr(f, name)) for name in parts}


def _plain(found: Any) -> Any:
    if isinstance(found, Refusal):
        return {"refused": found.reason}
    return found if found is None or isinstance(found, float) else asdict(found)
