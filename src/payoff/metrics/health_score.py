"""One number a source, by arithmetic that anybody can do again.

Mark      of a kind that was asked: 1 without a finding; 0 when a finding of it blocks; else 1 less the share
          of rows at fault, one half where a finding is not about rows. The worst finding decides.
Score     100 × the mean of the marks, rounded down, so that 100 means no finding. An acceptance changes
          nothing: it opens the gate, it mends no row.
"""

from collections.abc import Sequence

from payoff.nouns.source_health import HEALTH_KINDS, Finding, HealthKind

ASIDE = 0.5  # the mark of a kind whose finding is about no rows


def mark_kinds(asked: set[HealthKind], findings: Sequence[Finding]) -> tuple[tuple[HealthKind, float], ...]:
    """Marks of the kinds that were asked, in their order."""
    return tuple((kind, _mark(kind, findings)) for kind in HEALTH_KINDS if kind in asked)


def score(marks: Sequence[tuple[HealthKind, float]]) -> int:
    """0 to 100; a source of which nothing was asked has nothing against it."""
    if not marks:
        return 100
    return int(100 * sum(mark for _, mark in marks) / len(marks) + 1e-9)


def _mark(kind: HealthKind, findings: Sequence[Finding]) -> float:
    mine = [finding for finding in findings if finding.kind == kind]
    return min([1.0, *(_worth(finding) for finding in mine)])


def _worth(finding: Finding) -> float:
    if finding.blocks:
        return 0.0
    return ASIDE if finding.share is None else min(1 - finding.share, 1 - 1e-6)
