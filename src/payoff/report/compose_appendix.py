"""The appendix: every raw number, check, assumption, cost, exclusion, source and fingerprint (BRF-05)."""

from collections.abc import Sequence

from payoff.nouns.brief import Cell, Table
from payoff.nouns.effect import Effect
from payoff.nouns.people import told
from payoff.nouns.wording import count, counted, exact, plain, raised, sentence
from payoff.report.compose_sections import metric_role
from payoff.report.measures import OFF_THE_PAGE, list_measures, moves
from payoff.report.reading import Reading
from payoff.report.segment_words import segments_table
from payoff.report.words import money, per, span


def compose_appendix(reading: Reading) -> tuple[Table, ...]:
    """In the order an auditor asks; empty tables are left out."""
    tables = (
        _definitions(reading),
        _effects(reading),
        _assumptions(reading),
        _benefits(reading),
        _costs(reading),
        _segments(reading),
        _exclusions(reading),
        _sources(reading),
        _amendments(reading),
        _refusals(reading),
        _chain(reading),
    )
    return tuple(table for table in tables if table.rows)


def _table(
    id: str, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], note: str = ""
) -> Table:
    return Table(id, title, tuple(columns), tuple(tuple(row) for row in rows), note)


def _definitions(reading: Reading) -> Table:
    study = reading.result.study
    missing = {
        "exclude": "an absent value is unknown",
        "zero": "an absent value means nothing happened",
        "drop_unit": f"a {reading.unit} lacking any period leaves",
    }
    rows = [
        (
            m.label,
            metric_role(study, m.name) + (f"; {OFF_THE_PAGE}" if m.vanity else ""),
            moves(m),
            per(m.unit_text) or "pure number",
            f"{m.better} is better",
            missing[m.missing] + ("; analysed as logarithm" if m.scale == "log" else ""),
            m.owner,
            f"{m.name} v{m.version}",
            m.sql.strip(),
        )
        for m in list_measures(study)
    ]
    columns = (
        "Measure",
        "Role",
        "Moves",
        "Unit",
        "Direction",
        "Missing values",
        "Owner",
        "Name",
        "Definition",
    )
    return _table("definitions", "Definitions of the measures", columns, rows)


def _effects(reading: Reading) -> Table:
    """Raw estimates of every method, metric and term: the published style, not turned towards better."""
    rows = [
        (
            effect.label or raised(plain(effect.method)),
            effect.method,
            effect.metric,
            term,
            effect.role if effect.causal else f"{effect.role}, not causal",
            exact(effect.estimates[n]),
            exact(effect.std_errors[n]),
            span(exact(effect.intervals[n, 0]), exact(effect.intervals[n, 1])),
            effect.unit,
            told(reading.result.shown.sample(effect.metric, effect.n_units)),
            count(effect.n_clusters),
        )
        for effect in (reading.result.effects if reading.shows_effects else ())
        if isinstance(effect, Effect) and effect.shows != "detail"
        for n, term in enumerate(effect.terms)
    ]
    columns = (
        "What",
        "Method",
        "Metric",
        "Term",
        "Role",
        "Estimate",
        "Std. error",
        "95% interval",
        "Unit",
        "Units",
        "Clusters",
    )
    note = "Raw, in the unit named: a negative number means the measure fell."
    behind = [e for e in reading.result.effects if isinstance(e, Effect) and e.shows == "detail"]
    if behind and rows:
        n_behind = sum(len(e.terms) for e in behind)
        note += f" {counted(n_behind, 'further estimate')} behind these are in result.json and the workbook."
    return _table("effects", "Methods and all estimates", columns, rows, note)


def _assumptions(reading: Reading) -> Table:
    rows = [
        (
            a.words,
            a.name,
            exact(a.low),
            exact(a.mid),
            exact(a.high),
            per(a.unit_text) or "pure number",
            "assumed" if a.assumed else "seen",
            a.source,
            a.owner,
        )
        for a in reading.result.assumptions
    ]
    columns = ("Assumption", "In formulas", "Low", "Middle", "High", "Unit", "Status", "Source", "Owner")
    note = "Assumed: nobody has seen this number in a document or a system."
    return _table("assumptions", "Assumptions, with source and owner", columns, rows, note)


def _benefits(reading: Reading) -> Table:
    value = reading.money
    rows = [
        (
            b.label or raised(plain(b.name)),
            b.category,
            "cash" if b.cash else "freed time",
            "revenue, no margin taken" if b.gross else "margin or saving",
            b.formula,
        )
        for b in (value.benefits if value else ())
    ]
    return _table(
        "benefits", "How the effect becomes money", ("Benefit", "Category", "Kind", "Basis", "Formula"), rows
    )


def _costs(reading: Reading) -> Table:
    value = reading.money
    rows = [
        (
            c.item,
            c.category,
            c.kind.replace("_", "-"),
            money(c.point, reading.currency, 4),
            _range(c.draws.min(), c.draws.max(), reading.currency),
            c.formula,
            "assumed" if c.assumed else c.source or "stated",
            c.owner,
        )
        for c in (value.costs if value else ())
    ]
    columns = ("Cost", "Category", "Kind", "Middle value", "Range", "Formula", "Source", "Owner")
    return _table("costs", "Costs", columns, rows, f"Over {reading.horizon()}.")


def _range(low: float, high: float, currency: str) -> str:
    return "fixed" if low == high else f"{money(low, currency, 4)} to {money(high, currency, 4)}"


def _segments(reading: Reading) -> Table:
    """Who stands where in follow-up, by declared column; no rows where effects may not be shown."""
    return segments_table(reading.result.segments if reading.shows_effects else ())


def _exclusions(reading: Reading) -> Table:
    panel = reading.panel
    steps = (*reading.result.cohort.exclusions, *(panel.exclusions if panel else ()))
    shown = reading.result.shown
    rows = [(raised(e.reason), told(shown.removed(e)), told(shown.left(e))) for e in dict.fromkeys(steps)]
    return _table("exclusions", "Who was left out", ("Reason", "Removed", "Left"), rows, shown.note)


def _sources(reading: Reading) -> Table:
    rows = [
        (s.source, s.path, count(s.n_rows), s.sha256, s.licence or "not stated")
        for s in reading.result.sources
    ]
    return _table("sources", "Sources", ("Source", "File", "Rows", "SHA-256", "Licence"), rows)


def _amendments(reading: Reading) -> Table:
    lock = reading.result.study.lock
    rows = [
        (a.on.isoformat(), a.by, a.reason, "; ".join(a.changes), a.lock)
        for a in (lock.amendments if lock else ())
    ]
    return _table(
        "amendments", "Amendments of the plan", ("Date", "By", "Reason", "Changes", "Plan lock"), rows
    )


def _refusals(reading: Reading) -> Table:
    rows = [(raised(r.method), sentence(r.reason)) for r in (*reading.refusals, *reading.further_refusals)]
    return _table("refusals", "What was refused, and why", ("Asked", "Reason"), rows)


def _chain(reading: Reading) -> Table:
    rows = list(reading.result.evidence.chain)
    note = "Each fingerprint covers the contents, its inputs and the code version."
    return _table("chain", "Chain of fingerprints", ("What", "Fingerprint"), rows, note)
