"""From a result to everything a reader may be shown: banners, page, story, appendix, document.

Question  What may be said, in which words, resting on what?
Assumes   Nothing: a refusal, a failed gate or a missing lock changes what is said, never hides it.
Proof     tests/report/test_report_compose.py
"""

from payoff.nouns.brief import Brief, Table
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.result import Result
from payoff.nouns.wording import count, listed, raised, sentence
from payoff.report.amendment_words import amended_words
from payoff.report.compose_appendix import compose_appendix
from payoff.report.compose_page import compose_page, is_breach
from payoff.report.compose_sections import compose_sections
from payoff.report.cost_tables import incomplete_banner
from payoff.report.reading import Reading
from payoff.report.result_document import write_result
from payoff.report.workbook_model import build_workbook


def compose(result: Result, source_rows: tuple[Table, ...] = ()) -> Brief:
    """Hop 7: all claims, charts and tables of a result, and its document.

    source_rows: the landed rows behind it, one table a source, for the workbook's source tabs.
    """
    reading = Reading(result)
    sections = compose_sections(reading)
    return Brief(
        study=result.study.name,
        title=result.study.title,
        version=result.version,
        state=result.state,
        banners=compose_banners(reading),
        page=compose_page(reading, sections),
        sections=sections,
        workbook=build_workbook(result, source_rows) if reading.money is not None else None,
        result=write_result(result),
        refusals=_refusals(reading),
        appendix=compose_appendix(reading),
        fingerprint=fingerprint("brief", inputs=(result.fingerprint,)),
    )


def _refusals(reading: Reading) -> tuple[str, ...]:
    """What was declined, once a reason: 'Net benefit and payback: No benefit counts as cash.'"""
    asked: dict[str, list[str]] = {}
    for refusal in reading.refusals:
        asked.setdefault(sentence(refusal.reason), []).append(refusal.method)
    return tuple(f"{raised(listed(methods))}: {reason}" for reason, methods in asked.items())


def compose_banners(reading: Reading) -> tuple[str, ...]:
    """What must be known before anything else is read; amendments dated, oldest first."""
    result, lock = reading.result, reading.result.study.lock
    found = []
    if result.state == "health":
        found.append(
            "Not locked: data health and power only. No effect is computed before the plan is locked."
        )
    if result.state == "exploratory":
        why = "the plan is not locked" if lock is None else "run as exploratory"
        found.append(f"Exploratory: {why}. These figures may suggest, they cannot confirm.")
    if reading.blocked:
        rule = result.verdict.rule if result.verdict else "nothing was estimated"
        found.append(f"Blocked: {rule}, so no effect and no money figure is shown.")
    found += [f"Guardrail breached: {c.text}" for c in result.evidence.checks if is_breach(c)]
    if result.retrospective and lock is not None:
        found.append(
            f"Retrospective: the plan was locked on {lock.on.isoformat()}, when outcomes could already be "
            "seen. One step of grade is lost."
        )
    for change in lock.amendments if lock else ():
        what = f" {amended_words(change, result.study)}" if change.changes else ""
        found.append(f"Amended {change.on.isoformat()} by {change.by}: {sentence(change.reason)}{what}")
    incomplete = [e for e in result.study.costs if not e.amount.text]
    if incomplete:
        found.append(f"Incomplete cost: {count(len(incomplete))} lines are blank, and blank is not zero.")
    unwritten = incomplete_banner(reading)
    return (*found, unwritten) if unwritten else tuple(found)
