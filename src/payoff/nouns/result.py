"""All that one run found, before a word of it is written."""

import datetime as dt
import math
from dataclasses import dataclass, field, replace
from typing import Literal

from payoff.nouns.cohort import Cohort
from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import EffectVerdict, Evidence
from payoff.nouns.money_plan import Assumption
from payoff.nouns.panel import Panel
from payoff.nouns.people import PeopleShown
from payoff.nouns.pilot import ExitVerdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.segments import SegmentTable
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Study
from payoff.nouns.valuation import LOCKED, SECOND_WIDENED, Valuation

State = Literal["final", "exploratory", "health"]
LARGE_ENOUGH, BEST_CASE_ONLY, TOO_SMALL = "large enough", "best case only", "too small to tell"


@dataclass(frozen=True, slots=True)
class Power:
    """What the design can see, from the baseline alone: never from outcomes.

    smallest_visible_lift: 80 % power, two-sided 5 %. break_even: at mid values.
    """

    smallest_visible_lift: float | Refusal
    expected_low: float | None
    expected_high: float | None
    break_even: float | Refusal

    @property
    def expected_middle(self) -> float | None:
        """What the design must be able to see to be large enough; None where nothing was expected."""
        if self.expected_low is None or self.expected_high is None:
            return None
        middle = (self.expected_low + self.expected_high) / 2
        return middle if math.isfinite(middle) else None

    @property
    def size(self) -> str:
        """One of three words, by the middle of what is expected as the evidence grade is; "": not known."""
        visible, middle, high = self.smallest_visible_lift, self.expected_middle, self.expected_high
        if isinstance(visible, Refusal) or middle is None or high is None:
            return ""
        if visible <= middle:
            return LARGE_ENOUGH
        return BEST_CASE_ONLY if visible <= high else TOO_SMALL


@dataclass(frozen=True, slots=True)
class Result:
    """effects: every method's answer for every metric, the locked one for the primary metric first.

    state health: the plan is not locked; effects is empty, verdict and valuation are None.
    assumptions: as the study's, with measured ones filled in. exit: what a pilot's own rules lead to.
    shown: which counts of its people an output may tell. segments: who stands where in follow-up.
    """

    study: Study
    version: str
    state: State
    sources: tuple[SourceFile, ...]
    cohort: Cohort
    panels: tuple[Panel, ...]
    counts: Counts
    assumptions: tuple[Assumption, ...]
    power: Power
    evidence: Evidence
    effects: tuple[Effect | Refusal, ...]
    verdict: EffectVerdict | None
    valuation: Valuation | Refusal | None
    data_on: dt.date | None
    fingerprint: str
    exit: ExitVerdict | None = None
    shown: PeopleShown = field(default_factory=PeopleShown)
    segments: tuple[SegmentTable, ...] = ()

    def with_version(self, version: str) -> "Result":
        """The same result under the version name it is published as."""
        return replace(self, version=version)

    @property
    def retrospective(self) -> bool:
        return self.study.lock is not None and self.study.lock.retrospective

    @property
    def locked(self) -> Effect | Refusal | None:
        """The locked estimator's answer for the primary metric."""
        return self.effects[0] if self.effects else None

    @property
    def second(self) -> Effect | None:
        """The declared second method's answer for the primary metric."""
        name = self.study.outcome.primary
        return next(
            (e for e in self.effects if isinstance(e, Effect) and e.role == "second" and e.metric == name),
            None,
        )

    @property
    def carrier(self) -> Effect | None:
        """What the money rests on: the lower of the two answers, with the wider doubt of the two."""
        locked, second = self.locked, self.second
        if not isinstance(self.valuation, Valuation) or not isinstance(locked, Effect):
            return None
        if self.valuation.carried_by == LOCKED or second is None:
            return locked
        return second.with_doubt_of(locked) if self.valuation.carried_by == SECOND_WIDENED else second
