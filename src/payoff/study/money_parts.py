"""The money of a study file: how effects become money, what is assumed, what is paid."""

from typing import Annotated, Literal

from pydantic import Field

from payoff.study.fields import DateText, FormulaText, Name, Names, Number, RangeText, Sql, Text
from payoff.study.part import Part

COST_CATEGORIES = (
    "development", "curation", "platform", "coaching", "analytics", "learner_time", "manager_time",
    "change_management", "communications", "integration", "implementation", "travel", "backfill",
    "displacement", "productivity_lag", "other",
)  # fmt: skip

_Month = Annotated[int, Field(ge=-120, le=120)]
_Later = Annotated[int, Field(ge=1, le=120)]
_Life = Annotated[int, Field(ge=1, le=600)]


class BenefitPart(Part):
    """How an effect becomes money."""

    formula: FormulaText | None = Field(None, description="lift * baseline * … in the study's currency.")
    converter: Text | None = Field(None, description="Instead of formula: a known way, such as escalations.")
    uses: dict[Name, Name] = Field({}, description="With converter: its number → the assumption's own name.")
    ramp: Literal["step", "linear", "early", "late"] | None = Field(
        None, description="With converter onboarding: how output grows while ramping up."
    )
    category: Literal["revenue", "cost", "risk"] = Field(description="What kind of money it is.")
    cash: bool = Field(description="false: freed time, shown apart.")
    label: Text | None = Field(None, description="What it is called on the page.")
    metric: Text | None = Field(None, description="Whose effect; the primary metric unless given.")
    gross: bool = Field(False, description="true: revenue without margin, on purpose; printed as a warning.")
    claims: Names = Field([], description="What its money is made of; no two benefits may claim the same.")
    onset_months: Number = Field(0.0, description="Nothing is credited before, such as one sales cycle.")
    link: Text | None = Field(None, description="How what was learned leads to the metric.")


class AssumptionPart(Part):
    """A named number with its doubt, its source and its owner."""

    source: Text = Field(description="Document or system; `assumed` when nobody has seen it anywhere.")
    owner: Text = Field(description="Who answers for it.")
    label: Text | None = Field(None, description="What it is called on the page.")
    unit: Text | None = Field(None, description="Unit such as USD/deal; none for shares.")
    low: Number | None = Field(None, description="Low end.")
    mid: Number | None = Field(None, description="Best guess.")
    high: Number | None = Field(None, description="High end.")
    value: Number | None = Field(None, description="One fixed value instead of low, mid, high.")
    values: list[Number] = Field([], description="Observed values instead of low, mid, high; drawn as seen.")
    shape: Literal["triangular", "pert", "lognormal"] = Field(
        "triangular", description="Between low and high; lognormal: they are its 5th and 95th percentiles."
    )
    sql: Sql | None = Field(None, description="SELECT that measures it from the sources: one number.")
    rates: Text | None = Field(None, description="Source with profile rates that the value is drawn from.")
    rate: Text | None = Field(
        None, description="With rates: its name there; the assumption's own unless given."
    )
    on: DateText | None = Field(
        None, description="With rates: the day it is valid on; the first of the follow-up unless given."
    )
    range: RangeText | None = Field(
        None, description="With sql or rates: doubt around the measured value, 80%..120%."
    )
    applied: Literal["once"] | None = Field(None, description="haircut: applied once, never twice.")
    price_base: Text | None = Field(None, description="Whose prices, where not the study's; see price_index.")
    basis: Literal["revenue", "contribution", "gross", "net"] | None = Field(
        None, description="What kind of money a price is."
    )


class CostPart(Part):
    """One line of cost: an amount, or hours at a rate."""

    item: Text = Field(description="What is paid for.")
    amount: FormulaText | None = Field(None, description="Number or formula in the study's currency.")
    hours: FormulaText | None = Field(None, description="Hours spent; with rate.")
    rate: FormulaText | None = Field(None, description="Loaded cost of an hour; with hours.")
    ledger: Text | None = Field(None, description="Source with profile ledger that the amount is drawn from.")
    account: Names = Field([], description="With ledger: accounts it is booked on.")
    share: Number = Field(1.0, description="With ledger: how much of these bookings is this program's.")
    currency: Text | None = Field(None, description="Another currency it is paid in; see exchange.")
    kind: Literal["one_time", "run"] = Field(description="Once, or spread over the horizon.")
    category: Literal[COST_CATEGORIES] = Field("other", description="Line of the cost picture.")  # type: ignore[valid-type]
    month: _Month = Field(0, description="One-time: months from launch.")
    every_months: _Later | None = Field(None, description="One-time: paid again after so many months.")
    useful_life_months: _Life | None = Field(None, description="Months of use.")
    source: Text | None = Field(None, description="Invoice, quote or estimate.")
    owner: Text | None = Field(None, description="Who answers for it.")


class ExchangePart(Part):
    """What one unit of another currency is worth in the study's, on a stated day."""

    rate: Number | None = Field(None, description="The rate.")
    low: Number | None = Field(None, description="Low end of the rate, with mid and high.")
    mid: Number | None = Field(None, description="Best guess of the rate.")
    high: Number | None = Field(None, description="High end of the rate.")
    on: DateText = Field(description="The day of the rate.")
    source: Text = Field(description="Who published it.")
    owner: Text = Field(description="Who answers for it.")


class PriceIndexPart(Part):
    """What brings prices of another time to the study's: the index now ÷ the index then."""

    factor: Number = Field(description="Index of the study's prices over that of the other.")
    source: Text = Field(description="Which index, from whom.")


class RefreshPart(Part):
    """A refresher: the lift starts to fade anew, and it costs money."""

    month: _Later = Field(description="Months from launch.")
    item: Text = Field(description="What is done.")
    amount: FormulaText = Field(description="What it costs; 0 if it is free.")
    category: Literal[COST_CATEGORIES] = Field("coaching", description="Line of the cost picture.")  # type: ignore[valid-type]
    source: Text | None = Field(None, description="Invoice, quote or estimate.")
    owner: Text | None = Field(None, description="Who answers for it.")


class SustainPart(Part):
    """What keeps a lift alive after it was measured."""

    refresh: list[RefreshPart] = Field([], description="Refreshers, each with its month and its cost.")
    beyond_first_year: Text | None = Field(
        None,
        description="Evidence for benefits after month 12 that were not measured; none are credited without.",
    )


class CorrelationPart(Part):
    """Two assumptions that move together."""

    between: Annotated[list[Name], Field(min_length=2, max_length=2)] = Field(description="Two assumptions.")
    rho: Number = Field(description="Rank correlation, -1 to 1.")


class IntangiblePart(Part):
    """A gain that is named and never turned into money."""

    what: Text = Field(description="The gain.")
    why: Text = Field(description="Why it has no price.")
