"""Data health on every output: banner, scores, findings, who accepted what.

Question  What is wrong with the data a reader looks at, and who answers for it?
Rule      Printed beside the result, never part of it: health is asked anew on the day of printing.
"""

from dataclasses import asdict, replace

from payoff.nouns.brief import Brief, Cell, Table
from payoff.nouns.source_health import Finding, HealthReport, SourceHealth
from payoff.nouns.wording import count, counted, percent, sentence

SCORE_NOTE = (
    "Score: 100 times the mean mark of the kinds asked, rounded down. A mark is 1 without a finding, 0 where "
    "one stops a result, else 1 less the share of rows at fault, or one half where no row is. Accepting a "
    "finding changes no score."
)


def with_health(brief: Brief, report: HealthReport) -> Brief:
    """The brief with what is known of its data; unchanged where nothing is declared of any source."""
    looked = tuple(one for one in report.sources if one.marks)
    if not looked:
        return replace(brief, banners=(*compose_health_banners(report), *brief.banners))
    tables = tuple(t for t in (_scores(looked), _findings(report), _accepted(report)) if t.rows)
    book = brief.workbook
    if book is not None:
        book = replace(book, sheets=(*book.sheets, *tables))
    return replace(
        brief,
        banners=(*compose_health_banners(report), *brief.banners),
        appendix=(*brief.appendix, *tables),
        workbook=book,
        result={**brief.result, "data_health": health_document(report)},
    )


def compose_health_banners(report: HealthReport) -> tuple[str, ...]:
    """A draft says so first; what was accepted is never silent."""
    found = []
    stopping = report.stopping()
    if report.draft and not stopping:
        found.append("Draft, not for publication.")
    if stopping:
        found.append(
            f"{'Draft, not for publication' if report.draft else 'Data health'}: "
            f"{counted(len(stopping), 'finding')} about the data "
            f"{'keeps' if len(stopping) == 1 else 'keep'} a final result back. "
            + " ".join(sentence(f"{f.source}: {f.text}") for f in stopping[:3])
        )
    blocked = [f for s in report.sources for f in s.findings if f.blocks and report.accepting(f)]
    for finding in blocked:
        made = report.accepting(finding)
        if made is not None:
            found.append(
                f"Accepted by {made.steward} until {made.until}: {finding.source}: {sentence(finding.text)} "
                f"Reason: {sentence(made.reason)}"
            )
    return tuple(found)


def health_document(report: HealthReport) -> dict[str, object]:
    """As `result.schema.json` has it, and `payoff health --json` prints it."""
    return {
        "on": report.on,
        "draft": report.draft,
        "sources": [_source(one, report) for one in report.sources],
    }


def _source(one: SourceHealth, report: HealthReport) -> dict[str, object]:
    return {
        "source": one.source,
        "steward": one.steward,
        "load": one.load,
        "rows": one.n_rows,
        "newest_row": one.last_on,
        "score": one.score if one.marks else None,
        "marks": {kind: round(mark, 6) for kind, mark in one.marks},
        "not_asked": dict(one.off),
        "findings": [_finding(finding, report) for finding in one.findings],
    }


def _finding(finding: Finding, report: HealthReport) -> dict[str, object]:
    made = report.accepting(finding)
    return {
        "id": finding.id,
        "kind": finding.kind,
        "text": finding.text,
        "means": finding.means,
        "stops": finding.blocks,
        "rows": finding.n_rows,
        "share": finding.share,
        "condition": finding.condition,
        "fingerprint": finding.fingerprint,
        "accepted": None
        if made is None
        else {
            key: value for key, value in asdict(made).items() if key in ("steward", "reason", "on", "until")
        },
    }


def _scores(looked: tuple[SourceHealth, ...]) -> Table:
    rows = [
        (
            one.source,
            one.steward or "nobody",
            count(one.n_rows),
            one.last_on or "not known",
            one.score,
            ", ".join(f"{kind} {percent(mark)}" for kind, mark in one.marks),
            "; ".join(f"{kind}: {why}" for kind, why in one.off) or "-",
        )
        for one in looked
    ]
    columns = ("Source", "Steward", "Rows", "Newest row", "Score", "Marks by kind", "Not asked")
    return Table("data-health", "Data health", columns, tuple(rows), SCORE_NOTE)


def _findings(report: HealthReport) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            finding.id,
            finding.kind,
            finding.text,
            finding.means,
            "-" if finding.n_rows is None else count(finding.n_rows),
            _gate(finding, report),
            f"evidence/health/{finding.id}.csv" if finding.condition else "-",
        )
        for one in report.sources
        for finding in one.findings
    ]
    columns = ("Finding", "Kind", "What was found", "What it means", "Rows", "Gate", "Rows at fault")
    return Table("data-findings", "Findings about the data", columns, tuple(rows))


def _gate(finding: Finding, report: HealthReport) -> str:
    if not finding.blocks:
        return "told"
    return "stops a final result" if report.accepting(finding) is None else "stopped, accepted"


def _accepted(report: HealthReport) -> Table:
    rows = [
        (made.finding, made.steward, made.on, made.until, made.reason, made.load) for made in report.accepted
    ]
    columns = ("Finding", "Steward", "On", "Until", "Reason", "SHA-256 of the load")
    note = "Tied to this load: another one is asked about again."
    return Table("data-accepted", "Accepted findings", columns, tuple(rows), note)
