"""Broken rules → findings: what was found, what it means, and whether it keeps a result back.

Question  Does a finding stop a final result, or is it told beside it?
Rule      A kind under `block:` always stops, a kind under `warn:` never does. Else rows at fault stop a
          result when they are more than is tolerated, and other findings as their rule says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from payoff.metrics.health_rows import RowRule
from payoff.metrics.health_subject import Subject
from payoff.nouns.in_clear import say_mend
from payoff.nouns.metric import Metric
from payoff.nouns.source_health import Finding, HealthKind, RestsOn
from payoff.nouns.wording import counted, listed, number, plural, raised

COSTS: dict[HealthKind, str] = {
    "completeness": "what is missing is left out of every figure, whichever way it would move it",
    "duplicates": "the same work is counted twice",
    "ranges": "a value that cannot be moves every mean it is in",
    "references": "these rows belong to nobody in the study and fall out of it unseen",
    "freshness": "what happened since is not in any figure",
    "volume": "a fall or rise in the figures may be rows that were not exported, or exported twice",
    "clock": "rows fall on another day or month than they happened, before launch instead of after",
    "drift": "before and after are measured with two rulers, and the difference looks like an effect",
    "privacy": "no figure moves, but whoever reads the warehouse reads who these people are",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding before its gate is known. text: without the source's name."""

    kind: HealthKind
    rule: str
    text: str
    column: str = ""
    stops: bool = False
    n_rows: int | None = None
    condition: str = ""
    rests_on: RestsOn = "rows"
    means: str = ""


def judge_rows(
    subject: Subject, rules: Sequence[RowRule], counts: Sequence[int], n_rows: int
) -> tuple[Told, ...]:
    """One finding for each rule that a row breaks."""
    found = []
    for rule, n_bad in zip(rules, counts, strict=True):
        if n_bad:
            allowed = rule.tolerated if subject.rules.tolerate is None else subject.rules.tolerate
            text = f"{counted(n_bad, 'row')} of {counted(n_rows, 'row')} {_verb(rule.words, n_bad)}"
            stops = rule.may_block and n_bad > allowed * n_rows
            found.append(
                Told(rule.kind, rule.name, text, rule.column, stops, n_bad, rule.condition, rule.rests_on)
            )
    return tuple(found)


def _verb(words: str, n_rows: int) -> str:
    """`have` and `are` of a single row."""
    first, _, rest = words.partition(" ")
    return (
        f"{ {'have': 'has', 'are': 'is', 'say': 'says'}.get(first, first) } {rest}" if n_rows == 1 else words
    )


def build_finding(subject: Subject, told: Told, n_rows: int, metrics: Sequence[Metric]) -> Finding:
    """The finding with its gate and its meaning for the measures that rest on it."""
    rules = subject.rules
    blocks = told.kind in rules.blocks or (told.stops and told.kind not in rules.warns)
    share = None if told.n_rows is None or not n_rows else told.n_rows / n_rows
    return Finding(
        source=subject.name,
        kind=told.kind,
        rule=told.rule,
        text=raised(told.text),
        means=raised(_mean(subject, told, metrics)),
        blocks=blocks,
        n_rows=told.n_rows,
        share=share,
        rests_on=told.rests_on,
        condition=told.condition,
    )


def _mean(subject: Subject, told: Told, metrics: Sequence[Metric]) -> str:
    """'Turnover cannot be trusted: …', by the measures that read the source and the column."""
    why = told.means or COSTS[told.kind]
    if told.kind == "privacy":
        return f"{why}; {say_mend(told.column)}"
    readers = [m for m in metrics if subject.name in m.sources]
    if told.column and told.kind in ("ranges", "completeness", "drift"):
        readers = [m for m in readers if told.column.lower() in m.sql.lower()]
    if not readers:
        return f"no measure of this study reads {told.column or 'this source'}; else {why}"
    names = listed([m.label for m in readers[:4]]) + (
        f" and {number(len(readers) - 4)} more {plural('measure', len(readers) - 4)}"
        if len(readers) > 4
        else ""
    )
    return f"{names} cannot be trusted: {why}" if told.stops else f"{names} may be off: {why}"
