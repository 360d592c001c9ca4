"""`health:` of a source: what its rows must be, as far as the defaults do not say it."""

from typing import Annotated, Literal

from pydantic import Field

from payoff.nouns.source_health import HealthRules
from payoff.study.fields import Names, Number, RangeText, Text
from payoff.study.part import Part
from payoff.study.values import read_range

HealthKindName = Literal[
    "completeness", "duplicates", "ranges", "references", "freshness", "volume", "clock", "drift"
]
_Days = Annotated[int, Field(ge=0, le=3_660)]


class HealthPart(Part):
    """What is expected of a source's rows, and what keeps a result from being published."""

    when: Text | None = Field(None, description="Column that says when a row happened.")
    every: Literal["day", "week", "month"] | None = Field(None, description="How often rows arrive.")
    fresh_within_days: _Days | None = Field(None, description="How old the newest row may be.")
    required: Names = Field([], description="Columns that may not be blank.")
    ranges: dict[Text, RangeText] = Field({}, description="Column → lowest..highest value: 0..14400.")
    orders: dict[Text, Text] = Field({}, description="Column → column that is never before it.")
    references: dict[Text, Text] = Field({}, description="Column → source.column it is found in.")
    hours: RangeText | None = Field(None, description="Hours in which rows happen, local: 7..20.")
    categories: Names = Field([], description="Columns whose words stay the same.")
    tolerate: Number | None = Field(None, description="Share of rows at fault that stops nothing: 1%.")
    block: list[HealthKindName] = Field([], description="Kinds of finding that always stop a final result.")
    warn: list[HealthKindName] = Field([], description="Kinds of finding that never stop a result.")
    off: dict[HealthKindName, Text] = Field({}, description="Kind that is not looked at → why not.")


def build_health(part: HealthPart | None) -> HealthRules | None:
    """The rules as they were declared; None where nothing was."""
    if part is None:
        return None
    return HealthRules(
        when=part.when,
        every=part.every,
        fresh_days=part.fresh_within_days,
        required=tuple(part.required),
        ranges=tuple((name, *read_range(text)) for name, text in part.ranges.items()),
        orders=tuple(part.orders.items()),
        references=tuple(_reference(column, text) for column, text in part.references.items()),
        hours=read_range(part.hours) if part.hours is not None else None,
        categories=tuple(part.categories),
        tolerate=part.tolerate,
        blocks=tuple(part.block),
        warns=tuple(part.warn),
        off=tuple(part.off.items()),
    )


def _reference(column: str, text: str) -> tuple[str, str, str]:
    source, _, theirs = text.partition(".")
    return column, source, theirs
