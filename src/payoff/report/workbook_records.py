"""The tabs that are read, not recalculated: simulation, checks, sources, their rows, amendments.

Question  What was simulated, what was checked, which files and rows stand behind it, what changed since?
Assumes   Source rows arrive as they were landed: pseudonymised keys, nothing hidden is undone here.
"""

from payoff.nouns.brief import Cell, Table
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Result
from payoff.nouns.valuation import Figure, Valuation
from payoff.nouns.wording import count, exact
from payoff.report.reading import Reading

SOURCE_ROW_CAP = 5_000


def record_tables(result: Result, valuation: Valuation, source_rows: tuple[Table, ...]) -> tuple[Table, ...]:
    """The read-only tabs, in their order."""
    return (
        simulation_table(Reading(result), valuation),
        check_table(result),
        source_table(result),
        *(capped(table) for table in source_rows),
        amendment_table(result),
    )


def simulation_table(reading: Reading, valuation: Valuation) -> Table:
    """Figures with their ranges, then what moves them, and what it is worth to know more."""
    study = reading.result.study
    rows: list[tuple[Cell, ...]] = []
    for name, figure in {**valuation.figures, **valuation.further}.items():
        rows.append(_figure_row("figure", name, figure))
    for name, figure in valuation.ceiling.items():
        rows.append(_figure_row("highest cost that still pays", reading.input_name(name), figure))
    for bar in valuation.tornado:
        ends = f"{exact(bar.low_value)} and at {exact(bar.high_value)}"
        what = f"ROI at {ends} (10th and 90th percentile of this input), all else at mid"
        rows.append(
            ("tornado", reading.input_name(bar.name), None, bar.roi_at_low, bar.roi_at_high, "ratio", what)
        )
    for switch in valuation.switching:
        name = reading.input_name(switch.name)
        rows.append(("switching value", name, switch.value, None, None, switch.unit, switch.note))
    rows += _doubt_rows(reading, valuation)
    return Table(
        "simulation",
        "Simulation",
        ("Kind", "Name", "Point", "Low", "High", "Unit", "Basis"),
        tuple(rows),
        f"Simulated by payoff, not recalculated here: {count(study.n_draws)} draws, seed {study.seed}. "
        "Low and high are the 10th and 90th percentiles of the draws unless the basis says otherwise.",
    )


def _doubt_rows(reading: Reading, valuation: Valuation) -> list[tuple[Cell, ...]]:
    """Shares of the variance of net money, and what it is worth to know each input first."""
    doubt = valuation.doubt
    if doubt is None:
        return []
    rows: list[tuple[Cell, ...]] = []
    if isinstance(doubt.shares, Refusal):
        rows.append(_figure_row("share of doubt", "every input", doubt.shares))
    else:
        what = "share of the variance of net money: low alone (first order), high with the others (total)"
        for share in doubt.shares:
            name = reading.input_name(share.name)
            rows.append(("share of doubt", name, None, share.first, share.total, "share", what))
    if isinstance(doubt.knowing, Refusal):
        rows.append(_figure_row("value of knowing", "every input", doubt.knowing))
    else:
        what = "how much better the decision to go would be with the true value first"
        known = {"everything at once": doubt.knowing.all}
        known |= {reading.input_name(name): worth for name, worth in doubt.knowing.each.items()}
        for name, worth in known.items():
            unit = reading.currency
            rows.append(("value of knowing", name, worth, None, None, unit, what))
    return rows


def _figure_row(kind: str, name: str, figure: Figure | Refusal) -> tuple[Cell, ...]:
    if isinstance(figure, Refusal):
        return (kind, name, "not given", None, None, "", figure.reason)
    return (kind, name, figure.point, figure.low, figure.high, figure.unit, figure.basis)


def check_table(result: Result) -> Table:
    """Every check with its verdict; the grade with its reasons; the chain of fingerprints."""
    grade = result.evidence.grade
    rows: list[tuple[Cell, ...]] = [
        ("grade", f"{grade.locks} of 4", f"started at {grade.start}", reason, "") for reason in grade.reasons
    ] or [("grade", f"{grade.locks} of 4", f"started at {grade.start}", "", "")]
    for check in result.evidence.checks:
        costs = f"{check.costs} of grade" if check.costs else ("blocks" if check.blocks else "")
        rows.append((check.scope, check.name, check.verdict.word, check.text, costs))
    rows += [("fingerprint", what, "", fingerprint, "") for what, fingerprint in result.evidence.chain]
    return Table(
        "checks",
        "Checks & grade",
        ("Scope", "Check", "Verdict", "What it says", "A failure costs"),
        tuple(rows),
        "pass, fail, or silent: a silent check could not speak on these data.",
    )


def source_table(result: Result) -> Table:
    """Every file the result rests on."""
    return Table(
        "sources",
        "Sources",
        ("Source", "File", "SHA-256", "Rows", "Columns", "Load package", "Licence"),
        tuple(
            (s.source, s.path, s.sha256, s.n_rows, ", ".join(s.columns), s.package, s.licence or "")
            for s in result.sources
        ),
        "The hash is of the file's bytes as they were landed.",
    )


def capped(table: Table) -> Table:
    """The rows, or an even sample of them that says so."""
    n = len(table.rows)
    if n <= SOURCE_ROW_CAP:
        return table
    kept = tuple(table.rows[i * n // SOURCE_ROW_CAP] for i in range(SOURCE_ROW_CAP))
    note = f"A sample, evenly spaced: {SOURCE_ROW_CAP:,} of {n:,} rows. {table.note}".strip()
    return Table(table.id, table.title, table.columns, kept, note)


def amendment_table(result: Result) -> Table:
    """Dated changes of the plan after its lock."""
    lock = result.study.lock
    amendments = lock.amendments if lock else ()
    rows = tuple((a.on.isoformat(), a.by, a.reason, "; ".join(a.changes), a.lock) for a in amendments)
    locked = (
        f"Plan locked on {lock.on.isoformat()} by {lock.analyst} and {lock.finance}: {lock.hash}."
        if lock
        else ""
    )
    late = "Retrospective: locked when outcomes could already be seen." if result.retrospective else ""
    note = f"{locked} {late}"
    return Table(
        "amendments",
        "Amendments",
        ("Date", "By", "Reason", "Changes", "Plan lock"),
        rows or (("none", "", "", "", ""),),
        note.strip(),
    )
