"""The story in seven parts: context, baseline, timeline, comparison, uplift, dollars, what next."""

import numpy as np

from payoff.nouns.arrays import Bools, Dates
from payoff.nouns.brief import Cell, Chart, Claim, Section, Table
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study
from payoff.nouns.wording import count, number, percent, plain, raised, sentence
from payoff.report.ask import ask_of
from payoff.report.beside_tables import explored_table, groups_table
from payoff.report.charts_effects import forest_chart, terms_chart
from payoff.report.charts_event_study import event_study_chart
from payoff.report.charts_inputs import ceiling_chart, tornado_chart
from payoff.report.charts_money import chance_chart, payback_chart, waterfall_chart
from payoff.report.charts_outcome import balance_chart, outcome_chart
from payoff.report.compose_page import cautions, constraints
from payoff.report.cost_tables import cost_tables, incomplete_sentence
from payoff.report.dashboard import dashboard_sentences
from payoff.report.doubt_tables import doubt_tables
from payoff.report.measures import list_measures, moves
from payoff.report.money_sentences import (
    carried_sentence,
    freed_sentence,
    money_sentence,
    roi_sentence,
)
from payoff.report.money_tables import money_tables
from payoff.report.reading import Reading, arm_means, uses_geometric_mean
from payoff.report.sentences import (
    comparison_sentence,
    effect_sentence,
    lift_span,
    power_sentence,
    second_origin,
)
from payoff.report.words import measure, per

HIDDEN = "Hidden until the plan is locked."


def compose_sections(reading: Reading) -> tuple[Section, ...]:
    """In reading order; a part that may not be shown says why."""
    return (
        _context(reading),
        _baseline(reading),
        _timeline(reading),
        _comparison(reading),
        _uplift(reading),
        _dollars(reading),
        _next(reading),
    )


def _claims(reading: Reading, prefix: str, *texts: str | None) -> tuple[Claim, ...]:
    evidence = (reading.result.fingerprint,)
    said = [text for text in texts if text]
    return tuple(Claim(f"{prefix}-{n}", text, evidence) for n, text in enumerate(said, start=1))


def _there(*charts: Chart | None) -> tuple[Chart, ...]:
    return tuple(c for c in charts if c is not None)


def _context(reading: Reading) -> Section:
    study = reading.result.study
    hypothesis = next((h for h in study.hypotheses if h.metric == study.outcome.primary), None)
    source = f" ({hypothesis.source})" if hypothesis is not None and hypothesis.source else ""
    expected = None
    if hypothesis is not None and hypothesis.in_unit is None:
        expected = (
            f"{sentence(hypothesis.claim)} Expected before looking: {percent(hypothesis.expected_low)} to "
            f"{percent(hypothesis.expected_high)} better{source}."
        )
    return Section(
        "context",
        "Context",
        _claims(reading, "context", study.question, expected),
        (),
        (_kpi_table(reading),),
    )


def _kpi_table(reading: Reading) -> Table:
    """Metrics that lead, then those that follow, with role, unit, direction, level and owner; no volumes."""
    study = reading.result.study
    panels = {p.metric.name: p for p in reading.result.panels}
    rows: list[tuple[Cell, ...]] = []
    for metric in list_measures(study, volumes=False):
        panel = panels.get(metric.name)
        level = _level(reading, panel, panel.in_program) if panel else "not measured"
        rows.append(
            (
                metric.label,
                metric_role(study, metric.name),
                moves(metric),
                per(metric.unit_text) or "pure number",
                f"{metric.better} is better",
                level,
                metric.owner,
            )
        )
    columns = ("Measure", "Role", "Moves", "Unit", "Direction", "Before launch, program", "Owner")
    return Table("kpi", "What is measured", columns, tuple(rows))


def metric_role(study: Study, name: str) -> str:
    """What the plan uses a metric for."""
    outcome = study.outcome
    if name == outcome.primary:
        return "primary"
    if name in outcome.secondary:
        return "secondary"
    if name in outcome.leading:
        return "leading"
    return "guardrail" if name in {g.metric for g in outcome.guardrails} else "context"


def _level(reading: Reading, panel: Panel, units: Bools) -> str:
    """Mean before launch over `units`, in words."""
    if not units.any() or not panel.pre.any():
        return "not measured"
    means = arm_means(panel, units, uses_geometric_mean(panel))[panel.pre]
    known = means[~np.isnan(means)]
    if not len(known):
        return "not measured"
    return measure(float(known.mean()), panel.metric.unit_text, reading.currency)


def _baseline(reading: Reading) -> Section:
    panel, window = reading.panel, reading.result.study.design.baseline
    said = (
        f"The baseline runs from {window.start_on.isoformat()} to {window.end_on.isoformat()} "
        f"({count(window.days)} days)."
    )
    tables = (_baseline_table(reading, panel),) if panel is not None else ()
    charts = _there(outcome_chart(reading)) if not reading.shows_effects else ()
    return Section("baseline", "Baseline", _claims(reading, "baseline", said), charts, tables)


def _baseline_table(reading: Reading, panel: Panel) -> Table:
    arms = list(zip((reading.program_arm, reading.comparison_arm), reading.sides(panel), strict=True))
    kind = "Geometric mean" if uses_geometric_mean(panel) else "Mean"
    shown, names = reading.result.shown, reading.side_groups(panel)
    rows = [
        (arm, shown.say(name, int(units.sum())), _level(reading, panel, units))
        for name, (arm, units) in zip(names, arms, strict=True)
        if units.any()
    ]
    return Table(
        "baseline-arms",
        f"{panel.metric.label} before launch",
        ("Group", raised(reading.units), kind),
        tuple(rows),
    )


def _timeline(reading: Reading) -> Section:
    panel, follow_up = reading.panel, reading.result.study.design.follow_up
    said = f"Outcomes are followed from {follow_up.start_on.isoformat()} to {follow_up.end_on.isoformat()}."
    starts = _starts_table(reading, panel) if panel is not None else None
    hidden = HIDDEN if reading.result.state == "health" else None
    return Section(
        "timeline",
        "Timeline",
        _claims(reading, "timeline", said, hidden),
        _there(outcome_chart(reading)) if reading.shows_effects else (),
        (starts,) if starts is not None else (),
    )


def _starts_table(reading: Reading, panel: Panel) -> Table | None:
    on = reading.result.cohort.launch_on
    known = on[~np.isnat(on)]
    if not len(known):
        return None
    days, counts = np.unique(known.astype("datetime64[D]"), return_counts=True)
    shown = reading.result.shown
    rows = [(str(day), shown.say(f"start: {day}", int(c))) for day, c in zip(days, counts, strict=True)]
    note = " ".join(text for text in (_starts_note(reading, panel, known), shown.note) if text)
    who = ("Start", raised(reading.units))
    return Table("starts", "When the program started", who, tuple(rows), note)


def _starts_note(reading: Reading, panel: Panel, known: Dates) -> str:
    """Why the chart of outcomes counts fewer: only those whose outcome is known are in it."""
    shown = int((panel.launch >= 0).sum())
    due = int((known <= np.datetime64(reading.result.study.design.follow_up.end_on)).sum())
    if shown == due or reading.result.shown.floor:
        return ""
    return (
        f"The table counts everyone who was to start, {count(due)} {reading.units} by the end of follow-up; "
        f"the chart only the {count(shown)} with outcomes."
    )


def _comparison(reading: Reading) -> Section:
    checks = tuple((raised(c.name), c.verdict.word, sentence(c.text)) for c in reading.result.evidence.checks)
    table = Table("checks", "Checks", ("Check", "Verdict", "What it found"), checks)
    return Section(
        "comparison",
        "Comparison groups",
        _claims(reading, "comparison", comparison_sentence(reading), power_sentence(reading.result.power)),
        _there(balance_chart(reading)),
        (table,) if checks else (),
    )


def _uplift(reading: Reading) -> Section:
    if reading.blocked:
        return Section("uplift", "Uplift", _claims(reading, "uplift", effect_sentence(reading)))
    effect = reading.effect
    second = reading.result.second if effect is not None else None
    other = None
    if second is not None:
        lift = percent(float(second.lift(second.estimate)))
        origin = second_origin(reading.result.study)
        other = f"The second method, {origin}, finds {lift} ({lift_span(second)})."
    said = (effect_sentence(reading), other, *dashboard_sentences(reading))
    return Section(
        "uplift",
        "Uplift",
        _claims(reading, "uplift", *said),
        _there(
            event_study_chart(reading) or terms_chart(reading),
            forest_chart(reading),
        ),
        tuple(
            table
            for table in (
                _errors_table(reading),
                groups_table(reading),
                _secondary_table(reading),
                explored_table(reading),
            )
            if table is not None
        ),
    )


def _errors_table(reading: Reading) -> Table | None:
    """The locked estimate with every error it was given, so that a reader finds the one in an article."""
    locked = reading.effect
    if locked is None:
        return None
    others = (e for e in reading.result.effects if isinstance(e, Effect) and e.role == "reference")
    same = [e for e in others if e.terms == locked.terms and np.allclose(e.estimates, locked.estimates)]
    rows = tuple(
        (
            e.label,
            *(f"{number(b, 3)} ({number(s, 3)})" for b, s in zip(e.estimates, e.std_errors, strict=True)),
        )
        for e in (locked, *same)
    )
    columns = ("How sure, and why", *(plain(term) for term in locked.terms))
    note = f"Estimates in {locked.unit}, standard errors in brackets."
    return Table("errors", "One estimate, its errors", columns, rows, note) if same else None


def _secondary_table(reading: Reading) -> Table | None:
    """Locked answers for the other metrics."""
    rows: list[tuple[Cell, ...]] = []
    for effect in reading.result.effects if reading.shows_effects else ():
        if isinstance(effect, Effect) and effect.role == "locked" and effect.metric != reading.metric.name:
            low, high = effect.lift_interval()
            metric = reading.result.study.metric(effect.metric)
            if metric.vanity:
                continue  # in the appendix, labelled
            rows.append(
                (metric.label, percent(float(effect.lift(effect.estimate))), percent(low), percent(high))
            )
    columns = ("Measure", "Improvement", "95% low", "95% high")
    return Table("other-measures", "Other measures", columns, tuple(rows)) if rows else None


def _dollars(reading: Reading) -> Section:
    value = reading.money
    freed = None
    if value is not None and value.freed_time is not None and reading.counts_cash:
        freed = freed_sentence(value.freed_time, reading.currency)
    carried = carried_sentence(reading)
    warnings = cautions(reading)
    return Section(
        "dollars",
        "Dollars" if reading.currency == "USD" else "Money",
        _claims(
            reading,
            "dollars",
            money_sentence(reading),
            roi_sentence(reading),
            carried,
            freed,
            *warnings,
            incomplete_sentence(reading),
        ),
        _there(
            ceiling_chart(reading),
            waterfall_chart(reading),
            chance_chart(reading),
            payback_chart(reading),
            tornado_chart(reading),
        ),
        (*money_tables(reading), *doubt_tables(reading), *cost_tables(reading)),
    )


def _next(reading: Reading) -> Section:
    return Section("next", "What next", _claims(reading, "next", ask_of(reading), *constraints(reading)))
