"""The pilot's part of a study file: its dates, what ends it, what it takes to scale it."""

from typing import Annotated, Literal

from pydantic import Field

from payoff.study.fields import DateText, StudyName, Text
from payoff.study.part import Part


class PilotPart(Part):
    """A small first try whose dates follow from its length and its first day."""

    length: Literal["4 weeks", "90 days"] = Field(description="4 weeks: leading indicators only; 90 days.")
    begins: DateText = Field(description="First day; the dates of its phases follow from it.")
    workflow: Text = Field(description="Where it is tried, such as: objections in discovery calls.")
    reach: Annotated[int, Field(ge=1, le=100_000_000)] = Field(description="How many would get it if scaled.")
    observations: Annotated[list[DateText], Field(max_length=60)] = Field(
        [], description="Days on which behaviour is observed."
    )


class ExitPart(Part):
    """One rule of when to stop, go on or scale; the first that holds decides."""

    decision: Literal["stop", "continue", "scale"] = Field(description="What happens when it holds.")
    when: Text = Field(
        description="Conditions joined by `and`: verdict is worked, money is pays back, estimate above 5%, "
        "interval below 2%, guardrail broken, date from 2026-07-01, always."
    )


class OverridePart(Part):
    """Somebody scales without a pilot's verdict, and says why; printed on every output."""

    by: Text = Field(description="Who decided.")
    on: DateText = Field(description="When.")
    reason: Text = Field(description="Why.")


class ScalePart(Part):
    """The pilot this study scales."""

    pilot: StudyName = Field(description="Name of the pilot's study; its latest verdict must carry scaling.")
    override: OverridePart | None = Field(None, description="Scaling without such a verdict, on record.")
