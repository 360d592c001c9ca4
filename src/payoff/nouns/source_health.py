"""What is wrong with the rows of one source, and what a study declares about them.

Question  Which kinds of damage were looked for, what was found, and may a result rest on it?
Score     0 to 100, the mean of one mark a kind that was asked (`payoff.metrics.health_score`).
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

HealthKind = Literal[
    "completeness", "duplicates", "ranges", "references", "freshness", "volume", "clock", "drift", "privacy"
]
HEALTH_KINDS: tuple[HealthKind, ...] = (  # those that are marked: who is named moves no figure
    "completeness", "duplicates", "ranges", "references", "freshness", "volume", "clock", "drift",
)  # fmt: skip
RestsOn = Literal["rows", "loads", "today"]


@dataclass(frozen=True, slots=True)
class HealthRules:
    """What a study says under `health:` of a source; what it leaves out has a default.

    when: the column that says when a row happened. every: the cadence in which rows arrive.
    ranges: (column, lowest, highest). orders: (column, column that is never before it).
    references: (column, source, its column). hours: local hours of the day in which rows happen.
    off: (kind, why it is not looked at).
    """

    when: str | None = None
    every: Literal["day", "week", "month"] | None = None
    fresh_days: int | None = None
    required: tuple[str, ...] = ()
    ranges: tuple[tuple[str, float, float], ...] = ()
    orders: tuple[tuple[str, str], ...] = ()
    references: tuple[tuple[str, str, str], ...] = ()
    hours: tuple[float, float] | None = None
    categories: tuple[str, ...] = ()
    tolerate: float | None = None
    blocks: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    off: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with one source.

    rule: what was asked, such as `blank.agent_id`. text: what was found, with its figures. means: what
        it does to the conclusion. n_rows, share: rows at fault, and of all; None where no row is.
    blocks: no final result is published on it until its steward accepts it.
    rests_on: rows alone, other loads, or today's date; only the first may move a grade.
    condition: SQL that is true for the rows at fault; "" where none is.
    """

    source: str
    kind: HealthKind
    rule: str
    text: str
    means: str
    blocks: bool
    n_rows: int | None = None
    share: float | None = None
    rests_on: RestsOn = "rows"
    condition: str = ""

    @property
    def id(self) -> str:
        return f"{self.source}.{self.rule}"

    @property
    def fingerprint(self) -> str:
        """What an acceptance speaks of: the question, the rows that answer it, and how many there are."""
        return hashlib.sha256(f"{self.id}\n{self.n_rows}\n{self.condition}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """marks: (kind that was asked, 0 to 1), in the order of HEALTH_KINDS. last_on: day of the newest row.

    load: SHA-256 of the file that was landed. off: (kind, why it was not asked).
    """

    source: str
    steward: str | None
    load: str
    n_rows: int
    score: int
    marks: tuple[tuple[HealthKind, float], ...]
    findings: tuple[Finding, ...]
    last_on: str | None = None
    off: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A steward takes one finding of one load upon themselves, for a reason and for a time."""

    study: str
    finding: str  # its id
    fingerprint: str  # of the finding
    load: str  # SHA-256 of the file it was found in
    steward: str
    reason: str
    on: str
    until: str  # last day


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What a version was published with: every source looked at on one day, and who answers for what.

    accepted: acceptances in force that day. draft: findings stopped a final result, and these figures are
    none.
    """

    on: str
    sources: tuple[SourceHealth, ...]
    accepted: tuple[Acceptance, ...] = ()
    draft: bool = False

    def accepting(self, finding: Finding) -> Acceptance | None:
        """Who answers for a finding."""
        return next((one for one in self.accepted if one.finding == finding.id), None)

    def stopping(self) -> tuple[Finding, ...]:
        """Findings that keep a final result back and that nobody answers for."""
        return tuple(f for s in self.sources for f in s.findings if f.blocks and self.accepting(f) is None)
