"""The study file's shape: what may be written, and in which kind of value.

Structure alone; what only makes sense between parts is checked in `check_*.py`. The JSON Schema that
editors complete from is made of these classes.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from payoff.nouns.identifying import MOST_UNMATCHED
from payoff.nouns.week_year import Ending, Pattern, Weekday
from payoff.study.fields import (
    DatePattern,
    DateText,
    DesignType,
    EncodingText,
    ExpectationText,
    FilePath,
    FolderPattern,
    Name,
    Names,
    Number,
    Sql,
    StudyName,
    TermText,
    Text,
    ThresholdText,
    WindowText,
)
from payoff.study.health_part import HealthPart
from payoff.study.money_parts import (
    AssumptionPart,
    BenefitPart,
    CorrelationPart,
    CostPart,
    ExchangePart,
    IntangiblePart,
    PriceIndexPart,
    SustainPart,
)
from payoff.study.origin_parts import RestPart
from payoff.study.part import Part
from payoff.study.pilot_parts import ExitPart, PilotPart, ScalePart

PERIODS = ("day", "week", "month", "quarter", "year")
_Whole = Annotated[int, Field(ge=0, le=100_000)]


class SourcePart(Part):
    """Rows: one file, a folder of files, a database, a service, or statements of a record store."""

    file: FilePath | None = Field(
        None, description="Path of a file; its ending says the format: csv, parquet, xlsx, jsonl, gz, zip."
    )
    csv: FilePath | None = Field(None, description="Path of a CSV file, relative to the study file.")
    parquet: FilePath | None = Field(None, description="Path of a Parquet file.")
    excel: FilePath | None = Field(None, description="Path of an Excel workbook (.xlsx).")
    statements: FilePath | None = Field(
        None, description="Folder of statements that `payoff lrs feed` keeps, such as .payoff/statements."
    )
    folder: FolderPattern | None = Field(
        None, description="Files by a pattern, such as exports/*.csv; each new one is a load."
    )
    database: Text | None = Field(
        None, description="URL of a database without password, or the name of a secret that is one."
    )
    table: Text | None = Field(None, description="Table of the database.")
    query: Text | None = Field(None, description="Instead of table: one SELECT, asked as it stands.")
    rest: RestPart | None = Field(None, description="A list of records over HTTP.")
    lrs: Text | None = Field(None, description="Address of another record store, pulled by payoff load.")
    login: Name | None = Field(None, description="Name of a secret `user:password`, kept outside this file.")
    cursor: Text | None = Field(None, description="Column that grows with every change, such as updated_at.")
    version: Text | None = Field(
        None, description="Column that says which of two rows with one key is newer; else the later file."
    )
    snapshot: bool = Field(
        False, description="true: each file or pull is the whole list; what is not in the last one is gone."
    )
    sheet: Text | None = Field(None, description="Sheet of the workbook; the first one unless given.")
    key: Names = Field([], description="Columns that identify a row; the row number unless given.")
    columns: Names = Field([], description="Columns that must be there.")
    steward: Text | None = Field(None, description="Who keeps this file right.")
    stale_after_days: _Whole | None = Field(None, description="Older than this, the file counts as stale.")
    licence: Text | None = Field(None, description="Under which terms the data may be used.")
    profile: Text | None = Field(None, description="Whose export it is, such as zendesk-tickets.")
    encoding: EncodingText | None = Field(None, description="Of a text file that is not UTF-8.")
    timezone: Text | None = Field(None, description="IANA zone of times without one: Europe/Berlin, UTC.")
    date_format: DatePattern | None = Field(
        None, description="How dates are written: DD/MM/YYYY HH:mm, MM/DD/YYYY, DD/MMM/YY h:mm A."
    )
    decimal: Literal["point", "comma"] | None = Field(None, description="comma: 1.234,5; point: 1,234.5.")
    language: Literal["en", "de", "fr", "es", "it", "nl"] = Field(
        "en", description="Language of months written as words."
    )
    duration_unit: Literal["ms", "s", "min", "h"] | None = Field(
        None, description="What durations are counted in, where the file does not say."
    )
    mapping: dict[Text, Name] = Field({}, description="Column of the file → canonical column, by hand.")
    values: dict[Name, dict[Text, Text | bool | int]] = Field(
        {}, description="Canonical column → the file's word → what it means."
    )
    leavers: bool = Field(False, description="true: people who left are in the file, even if there are none.")
    confirmed_by: Text | None = Field(None, description="Who has looked at the columns and confirmed them.")
    health: HealthPart | None = Field(None, description="What its rows must be, beyond the defaults.")
    identifiers: dict[Text, Text] = Field(
        {}, description="Column → system whose identifiers it holds, such as hr: one key for a person."
    )
    identified_on: Text | None = Field(
        None, description="With identifiers: column of the day on which each row's identifiers were used."
    )
    most_unmatched: Number = Field(
        MOST_UNMATCHED, description="With identifiers: share of rows that may belong to nobody known."
    )


def _or_use(schema: dict[str, Any]) -> None:
    """With `use` the catalogue says unit and direction."""
    schema["required"] = ["owner"]
    schema["anyOf"] = [{"required": ["use"]}, {"required": ["unit", "better"]}]


class MetricPart(Part):
    """One measure: from the catalogue, or SQL, an aggregate over a source, arithmetic over other metrics."""

    model_config = ConfigDict(json_schema_extra=_or_use)

    use: Text | None = Field(
        None, description="A measure of the catalogue, such as average_handle_time: payoff metrics list."
    )
    unit: Text = Field(description="Unit such as deals/rep/month, min/call, USD/employee/month or %.")
    better: Literal["higher", "lower"] = Field(description="Which way is an improvement.")
    owner: Text = Field(description="Who answers for the definition.")
    label: Text | None = Field(None, description="What it is called on the page.")
    sql: Sql | None = Field(None, description="SELECT with the unit column, period, value, maybe weight.")
    expr: Text | None = Field(None, description="An aggregate over `source`, or arithmetic over metrics.")
    source: Text | None = Field(None, description="With expr or use: the source it is computed from.")
    tables: dict[Text, Text] = Field(
        {}, description="With use of a measure over several tables: table → source."
    )
    columns: dict[Text, Sql] = Field(
        {}, description="With use: column of the measure → SQL over the source, where it differs; also unit."
    )
    members: Text | None = Field(
        None,
        description="With use: source of person_id, hired_on, left_on and unit: who was where, and when.",
    )
    hierarchy: Text | None = Field(
        None,
        description="With use: source of unit_id, level, parent_id, from_on, until_on: who belongs to whom.",
    )
    level: Text | None = Field(
        None, description="With hierarchy: the level that units are rolled up to, as of the day."
    )
    on: Text | None = Field(None, description="With expr: the date column that places a row in a period.")
    missing: Literal["exclude", "zero", "drop_unit"] = Field(
        "exclude", description="An absent unit-period: unknown, nothing happened, or drop the unit."
    )
    scale: Literal["level", "log"] = Field("level", description="log analyses proportional changes.")
    tier: Literal["leading", "lagging"] | None = Field(None, description="Leading or lagging indicator.")
    version: Annotated[int, Field(ge=1)] = Field(1, description="Raise it when the definition changes.")
    baseline: Text | float | None = Field(None, description="Level before, as documentation: 2.3 or 60%.")
    target: Text | float | None = Field(None, description="Level or change aimed at, as documentation.")
    frequency: Text | None = Field(None, description="How often it is measured, as documentation.")


class OutcomePart(Part):
    """Which metrics decide: one primary, two secondary at most."""

    primary: Text = Field(description="The one metric that carries the verdict.")
    secondary: Names = Field([], description="At most two further metrics.")
    leading: Names = Field([], description="Metrics expected to move first.")
    guardrail: dict[Text, Text] = Field(
        {}, description='Metric → how much worse it may get: "-1 pp at most".'
    )
    placebo: Names = Field([], description="Metrics the program cannot move: an effect there is a warning.")


class CohortPart(Part):
    """Who is in the study: one row per unit."""

    sql: Sql | None = Field(None, description="SELECT with one row per unit.")
    source: Text | None = Field(None, description="Instead of sql: a source with one row per unit.")
    include: Sql | None = Field(None, description="SQL condition: who belongs to the population.")
    filters: Names = Field([], description="Columns results may be split by.")


class RandomisePart(Part):
    """How the waves or arms were drawn by lot."""

    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = Field(description="Seed of the draw.")
    stratify: Names = Field([], description="Columns within whose groups the lot was drawn.")


class MatchingPart(Part):
    """How comparison units are matched."""

    distance: Literal["propensity", "mahalanobis", "exact"] = Field(
        "propensity", description="Nearness: chance of being in the program, covariates, or equality."
    )
    ratio: Annotated[int, Field(ge=1, le=20)] = Field(1, description="Comparison units per program unit.")
    caliper: Annotated[float, Field(gt=0)] | None = Field(
        None, description="Farthest match allowed, in standard deviations of the distance."
    )


class DesignPart(Part):
    """How the comparison is made."""

    type: DesignType = Field(
        description="rct: drawn by lot; did, staggered: changes compared; matched: like with like; "
        "synthetic: few treated against a weighted rest; its: one series; before_after: no comparison."
    )
    unit: Name = Field(description="Column that identifies who is compared, such as rep_id.")
    unit_label: Name | None = Field(None, description="What one unit is called, such as rep.")
    period: Literal["day", "week", "month", "quarter", "year"] = Field("month", description="Grain of time.")
    baseline: WindowText = Field(description="First..last day before anyone started.")
    follow_up: WindowText = Field(description="First..last day of the outcome window.")
    method: Text | None = Field(None, description="Locked estimator.")
    second: Text | None = Field(None, description="Second opinion; `none` for none.")
    terms: dict[Name, TermText] = Field(
        {}, description="Effects by periods since launch: {first: 0, later: 1..}."
    )
    verdict_term: Text | None = Field(None, description="The term that carries the verdict.")
    cluster: Sql | None = Field(None, description="SQL expression of the cluster, such as manager_id.")
    arm: Sql | None = Field(None, description="SQL condition, true for the program arm; its name with arms.")
    arms: Names = Field([], description="rct: names of several arms, the comparison first.")
    factors: dict[Name, Sql] = Field({}, description="rct: conditions drawn by lot independently.")
    launch: Sql | None = Field(None, description="did: SQL expression of a unit's launch date; null: never.")
    wave: Sql | None = Field(None, description="With waves: SQL expression of a unit's wave name.")
    waves: dict[Text, DateText] = Field({}, description="Wave name → launch date.")
    take_up: Sql | None = Field(None, description="SQL condition: who took part when invited.")
    strata: Sql | None = Field(None, description="SQL expression of the stratum the lot was drawn in.")
    covariates: Names = Field([], description="SQL expressions known before launch.")
    randomised: bool | None = Field(None, description="true when arms or waves were drawn by lot.")
    randomise: RandomisePart | None = Field(None, description="How the lot was drawn.")
    draw_record: Text | None = Field(
        None, description="Where the draw is recorded, when payoff randomise did not draw: a file, minutes."
    )
    expected_share: Number | None = Field(None, description="Planned share in the program arm.")
    estimand: Literal["assigned", "treated"] = Field("assigned", description="Everyone invited, or takers.")
    control: Literal["auto", "never", "not_yet"] = Field(
        "auto", description="Compared with units never launched, or not yet; auto: never where 5 % are."
    )
    anticipation: Annotated[int, Field(ge=0, le=60)] = Field(
        0, description="Periods before launch in which the program may already show."
    )
    chosen: Literal["rule", "volunteers", "worst", "best"] | None = Field(
        None, description="How the program's units came to be chosen, when not by lot."
    )
    exposed: Sql | None = Field(None, description="SQL condition: a comparison unit met the program anyway.")
    dose: Sql | None = Field(None, description="SQL number: how much of the program a unit took.")
    subgroups: dict[Name, Sql] = Field({}, description="Splits declared in advance; others are exploratory.")
    matching: MatchingPart | None = Field(None, description="matched: how units are matched.")
    harmonics: Annotated[int, Field(ge=0, le=6)] | None = Field(
        None, description="its: pairs of seasonal terms; as the baseline allows unless given."
    )
    decision_on: DateText | None = Field(None, description="The planned decision date.")
    looks: Annotated[list[DateText], Field(max_length=60)] = Field(
        [], description="Planned looks before the decision date."
    )

    @property
    def label(self) -> str:
        """What one unit is called: `rep` for the column rep_id unless unit_label says otherwise."""
        return self.unit_label or re.sub(r"_(ids?|key|no)$", "", self.unit)


class ExplorePart(Part):
    """What is looked at beside the verdict; none of it moves verdict or money."""

    mediator: Text | None = Field(None, description="Metric through which the program is thought to work.")
    funnel: dict[Name, Sql] = Field({}, description="SQL conditions, one stage after another.")
    uplift: bool = Field(False, description="true: look for who gains most.")


class EventPart(Part):
    """Something else that happened: a price change, a holiday, a new tool."""

    on: DateText = Field(description="First day.")
    until: DateText | None = Field(None, description="Last day; the first unless given.")
    what: Text = Field(description="In a few words.")
    affects: Literal["all", "program", "comparison"] = Field("all", description="Whom it touched.")


class HypothesisPart(Part):
    """What is expected, and from where on it is worth it."""

    id: Text = Field(description="Short name such as H1.")
    claim: Text = Field(description="One sentence.")
    metric: Text = Field(description="The metric it is about.")
    expected: ExpectationText = Field(description="5%..10%, or in the metric's unit: 2..4 deals/rep/month.")
    worth_it_above: ThresholdText = Field("break_even", description="max(break_even, 2%), break_even or 2%.")
    source: Text | None = Field(None, description="Where the expectation comes from.")


class PrivacyPart(Part):
    """What protects the people in the data."""

    pseudonymise: Names = Field([], description="Columns replaced by keys at intake.")
    min_cell: Annotated[int, Field(ge=1, le=1000)] = Field(5, description="Smaller groups are hidden.")
    erase_after_days: _Whole | None = Field(None, description="Days after which rows are erased.")


class QuotePart(Part):
    """A field quote; printed only with consent on file."""

    text: Text = Field(description="The words.")
    role: Text = Field(description="Whose, by role, never by name.")
    consent: bool = Field(description="true: consent is on file.")


class PeoplePart(Part):
    """Who answers for the study. Analyst and finance approve the lock and are two people."""

    analyst: Text = Field(description="Plans and runs the study.")
    finance: Text = Field(description="Audits the money.")
    sponsor: Text | None = Field(None, description="Asked for it and decides.")


class CalendarPart(Part):
    """Where days, weeks, months, quarters and years begin; the catalogue's measures are told by it."""

    time_zone: Text = Field("UTC", description="IANA zone in which a day begins, such as Europe/Berlin.")
    year_starts_in: Annotated[int, Field(ge=1, le=12)] = Field(
        1, description="Month of the fiscal year's start."
    )
    month_starts_on: Annotated[int, Field(ge=1, le=28)] = Field(1, description="Day of a month's start.")
    weeks: Pattern | None = Field(None, description="Whole weeks in a quarter's months: 52 or 53 a year.")
    year_ends: Ending = Field("last", description="weeks: on the year's last, or the nearest, week_ends_on.")
    week_ends_on: Weekday = Field("saturday", description="weeks: the day a week and the year end on.")


class StudyDocument(Part):
    """A payoff study: the question, the plan promised before launch, and what it is worth."""

    payoff: Literal[1] | None = Field(None, description="Version of this file format: 1.")
    study: StudyName | None = Field(None, description="Short name; output folders are named by it.")
    title: Text | None = Field(None, description="Title on the page.")
    program: Text | None = Field(None, description="The program, as the subject of a sentence.")
    question: Text | None = Field(None, description="The question the study answers.")
    people: PeoplePart | None = None
    currency: Text | None = Field(None, description="ISO 4217 code, such as USD.")
    price_base: Text | None = Field(None, description="Whose prices, such as: current dollars of 2026.")
    horizon_months: int | None = Field(None, description="Months over which money is counted, 1 to 120.")
    notes: list[Text] = Field([], description="What a reader must know about the data; printed.")
    sources: dict[Name, SourcePart] = Field({}, description="Files the study may read; no others.")
    metrics: dict[Name, MetricPart] = Field({}, description="Measures by name.")
    outcome: OutcomePart | None = None
    cohort: CohortPart | None = None
    design: DesignPart | None = None
    calendar: CalendarPart | None = None
    hypotheses: list[HypothesisPart] = Field([], description="What is expected, promised in advance.")
    explore: ExplorePart | None = None
    events: list[EventPart] = Field([], description="What else happened in either window.")
    pilot: PilotPart | None = None
    exit: list[ExitPart] = Field([], description="When to stop, go on or scale; the first rule that holds.")
    scale: ScalePart | None = None
    value: dict[Name, BenefitPart] = Field({}, description="How effects become money, by name.")
    assumptions: dict[Name, AssumptionPart] = Field({}, description="Named numbers used in formulas.")
    costs: list[CostPart] = Field([], description="All costs; a blank line is not zero.")
    exchange: dict[Text, ExchangePart] = Field({}, description="Rates of other currencies, by ISO code.")
    price_index: dict[Text, PriceIndexPart] = Field({}, description="Prices of other times, by price base.")
    sustain: SustainPart | None = None
    correlations: list[CorrelationPart] = Field([], description="Assumptions that move together.")
    intangibles: list[IntangiblePart] = Field(
        [], description="Gains without a price: listed, never converted."
    )
    privacy: PrivacyPart | None = None
    ask: Text | None = Field(None, description="What the reader is asked to decide.")
    quote: QuotePart | None = None
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = Field(20260101, description="Seed of the simulation.")
    draws: Annotated[int, Field(ge=1000, le=1_000_000)] = Field(10_000, description="Simulated futures.")


REQUIRED = (
    "payoff", "study", "question", "people", "currency", "horizon_months", "sources", "metrics", "outcome",
    "cohort", "design", "hypotheses",
)  # fmt: skip
