"""A study: the question, the plan that was promised before launch, and what it is worth per unit.

Everything here was read from one YAML file by `payoff.study.read_study`; nothing here was measured.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from payoff.nouns.fiscal_calendar import FiscalCalendar
from payoff.nouns.identifying import Identifying
from payoff.nouns.metric import Metric
from payoff.nouns.money_plan import Assumption, BenefitRule, Correlation, CostRule, Intangible, Sustain
from payoff.nouns.origin import Origin
from payoff.nouns.pilot import ExitRule, Pilot, Scaling
from payoff.nouns.profile import Layout
from payoff.nouns.source_file import FileFormat
from payoff.nouns.source_health import HealthRules

DesignType = Literal["rct", "did", "matched", "synthetic", "its", "before_after"]
SourceFormat = FileFormat | Literal["statements"]
Chosen = Literal["lot", "rule", "volunteers", "worst", "best", "unknown"]

LIST_SUFFIX = ".allocation.csv"  # after the study's name: the list that a drawn lot is written to
PLACEHOLDER_ASK = "Say here what the reader is asked to decide."  # as every starter study writes it


@dataclass(frozen=True, slots=True)
class Window:
    """Both ends included."""

    start_on: dt.date
    end_on: dt.date

    @property
    def days(self) -> int:
        return (self.end_on - self.start_on).days + 1


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from. `key` columns identify a row; empty means the row number is the key."""

    name: str
    format: SourceFormat
    path: str  # as written, relative to the study file
    key: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()  # columns that must be there; empty: any
    sheet: str | None = None
    steward: str | None = None
    stale_after_days: int | None = None
    licence: str | None = None
    encoding: str | None = None  # of text files; None: UTF-8
    layout: Layout | None = None  # how its columns become canonical ones; None: as they are
    health: HealthRules | None = None  # what its rows must be; None: the defaults
    identifying: Identifying | None = None  # which columns hold whose identifiers; None: none
    origin: Origin | None = None  # None: one file, or statements that are fed
    cursor: str | None = None  # column that grows with every change: only what is new is asked for
    version: str | None = None  # column that says which of two rows with one key is newer
    snapshot: bool = False  # each file or pull is the whole list
    renames: tuple[tuple[str, str], ...] = ()  # without a layout: (column of the file, what it is called)


@dataclass(frozen=True, slots=True)
class Guardrail:
    """How much worse a metric may get before the program counts as having broken something.

    rule: as written. margin (never negative): a lift for "relative" (0.05 = 5 % worse), else an amount in
    the metric's own unit; "points" came as percentage points, "unit" in the metric's unit.
    """

    metric: str
    rule: str
    margin: float
    kind: Literal["points", "relative", "unit"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Names of metrics, and the guardrails that some of them are held to."""

    primary: str
    secondary: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()
    guardrails: tuple[Guardrail, ...] = ()
    placebo: tuple[str, ...] = ()  # metrics the program cannot move


@dataclass(frozen=True, slots=True)
class CohortPlan:
    """Who is in the study. `table` is a source name or a query in parentheses, one row per unit."""

    table: str
    include: str | None = None  # SQL condition
    filters: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One effect to estimate, by event time: periods since launch, from `first` to `last` included."""

    name: str
    first: int
    last: int | None  # None: to the end of follow-up


@dataclass(frozen=True, slots=True)
class Column:
    """A named SQL expression over the cohort's table: a factor, a subgroup, a stage of a funnel."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Matching:
    """How comparison units are matched to program units, on covariates and the baseline outcome.

    caliper: farthest match allowed, in standard deviations of the distance; None: no limit.
    ratio: comparison units per program unit, drawn with replacement; ties are averaged.
    """

    distance: Literal["propensity", "mahalanobis", "exact"] = "propensity"
    ratio: int = 1
    caliper: float | None = None


@dataclass(frozen=True, slots=True)
class Design:
    """How the comparison is made. SQL expressions are over `CohortPlan.table`.

    arm: SQL condition, true for the program arm (rct, matched, synthetic); with `arms`, SQL expression of
        the arm's name.
    arms: names of the arms of a trial with several, the comparison first.
    factors: conditions drawn by lot independently (content × timing × cadence); then `arm` is not needed:
        a unit without any factor is the comparison.
    launch: SQL expression giving each unit's launch date, null when never (did);
            or `waves` with `wave` giving each unit's wave name.
    cluster: SQL expression; None: the unit itself.
    verdict_term: the term that carries the effect verdict.
    method, second: names of the locked estimator and of the second opinion (None: none).
    expected_share: planned share in the program arm, for the sample-ratio check.
    draw_record: where a draw made elsewhere is recorded.
    lot_seed: seed the arms or waves are drawn with; None: the study's own.
    calendar: where weeks, months, quarters and years begin.
    control: comparison of a staggered rollout; auto: never treated if at least 5 % of units, else not yet.
    anticipation: periods before launch in which the program may already show; they are no base period.
    chosen: how the program's units came to be chosen, for regression to the mean and for words.
    exposed: SQL condition, true for a comparison unit that met the program all the same (contamination).
    dose: SQL number, how much of the program a unit took (an association, never an effect).
    subgroups: declared in advance; any other split is exploratory.
    decision_on, looks: the planned decision date, and planned looks before it.
    harmonics: pairs of seasonal sine and cosine terms in a time series; None: as the baseline allows.
    """

    type: DesignType
    unit: str
    unit_label: str
    period: Literal["day", "week", "month", "quarter", "year"]
    baseline: Window
    follow_up: Window
    method: str
    second: str | None
    terms: tuple[Term, ...]
    verdict_term: str
    cluster: str | None = None
    arm: str | None = None
    launch: str | None = None
    wave: str | None = None
    waves: tuple[tuple[str, dt.date], ...] = ()
    take_up: str | None = None
    strata: str | None = None
    covariates: tuple[str, ...] = ()
    randomised: bool = False
    expected_share: float | None = None
    estimand: Literal["assigned", "treated"] = "assigned"
    arms: tuple[str, ...] = ()
    factors: tuple[Column, ...] = ()
    control: Literal["auto", "never", "not_yet"] = "auto"
    anticipation: int = 0
    chosen: Chosen = "unknown"
    exposed: str | None = None
    dose: str | None = None
    subgroups: tuple[Column, ...] = ()
    matching: Matching | None = None
    decision_on: dt.date | None = None
    looks: tuple[dt.date, ...] = ()
    harmonics: int | None = None
    lot_seed: int | None = None
    draw_record: str = ""
    calendar: FiscalCalendar = field(default_factory=FiscalCalendar)


@dataclass(frozen=True, slots=True)
class Explore:
    """What is looked at beside the verdict; none of it moves verdict or money.

    mediator: metric through which the program is thought to work (learning score → business metric).
    funnel: conditions per unit, one stage after another. uplift: look for who gains most.
    """

    mediator: str | None = None
    funnel: tuple[Column, ...] = ()
    uplift: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something else that happened: a price change, a holiday, a new tool. `until_on` included."""

    on: dt.date
    until_on: dt.date
    what: str
    affects: Literal["all", "program", "comparison"] = "all"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """`expected` and `smallest_useful` are lifts (0.05 = 5 % better) or gains in the metric's unit.

    in_unit: None when they are relative lifts, else the metric's unit as written.
    break_even: the threshold is the larger of `smallest_useful` and the break-even lift.
    """

    id: str
    claim: str
    metric: str
    expected_low: float
    expected_high: float
    smallest_useful: float
    break_even: bool
    in_unit: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Privacy:
    """pseudonymise: columns replaced by keys at intake. min_cell: smaller groups are hidden in outputs."""

    pseudonymise: tuple[str, ...] = ()
    min_cell: int = 5
    erase_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A field quote. Without consent on file it appears nowhere."""

    text: str
    role: str
    consent: bool


@dataclass(frozen=True, slots=True)
class Amendment:
    """A dated change of the plan after the lock. `lock` is the plan lock it led to."""

    on: dt.date
    reason: str
    by: str
    lock: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanLock:
    """What `<study>.lock` holds: the hash of the plan, when, and who approved it.

    retrospective: follow-up had begun, or outcomes of it were already in the sources: whatever the date
        on the lock says, somebody could have looked.
    threshold_lift: max(break-even at mid values, smallest useful), fixed here, over the mean before
        launch. threshold_gain: the same in the metric's unit, which is what an effect on the level is
        held against (its own lift has another denominator); None for a proportional (log) metric.
    """

    hash: str
    on: dt.date
    analyst: str
    finance: str
    retrospective: bool
    threshold_lift: float | None = None
    threshold_gain: float | None = None
    amendments: tuple[Amendment, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """The plan. `lock` is None until `payoff lock`."""

    name: str
    title: str
    program: str
    question: str
    people: Mapping[str, str]
    currency: str
    price_base: str
    horizon_months: int
    sources: tuple[Source, ...]
    metrics: tuple[Metric, ...]
    outcome: Outcome
    cohort: CohortPlan
    design: Design
    hypotheses: tuple[Hypothesis, ...]
    benefits: tuple[BenefitRule, ...]
    assumptions: tuple[Assumption, ...]
    costs: tuple[CostRule, ...]
    privacy: Privacy
    plan_lock: str  # hash of the plan as it stands now: SHA-256 of `plan`
    ask: str = ""
    quote: Quote | None = None
    notes: tuple[str, ...] = ()  # what a reader must know about the data; printed
    lock: PlanLock | None = None
    plan: str = "{}"  # the plan as canonical JSON
    seed: int = 20260101
    n_draws: int = 10_000
    explore: Explore = Explore()
    events: tuple[Event, ...] = ()
    sustain: Sustain = field(default_factory=Sustain)
    correlations: tuple[Correlation, ...] = ()
    intangibles: tuple[Intangible, ...] = ()
    pilot: Pilot | None = None
    exit: tuple[ExitRule, ...] = ()
    scaling: Scaling | None = None
    folder: str = field(default=".", metadata={"fingerprint": False})  # sources are relative to it

    def metric(self, name: str) -> Metric:
        return next(m for m in self.metrics if m.name == name)

    def assumption(self, name: str) -> Assumption | None:
        return next((a for a in self.assumptions if a.name == name), None)

    @property
    def primary_hypothesis(self) -> Hypothesis:
        return next(h for h in self.hypotheses if h.metric == self.outcome.primary)
