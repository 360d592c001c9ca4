"""How an outcome becomes money: the known ways, each one formula over named quantities.

Question  Which formula, which numbers does it need, and may its money count as cash?
Forms     `{units}` is the plural of the study's unit, `gain` the improvement in the metric's unit. A study
          names a converter instead of writing the formula; the formula it stands for is what the auditor
          sees, locks and recomputes. Trained people only: `{units}` counts program units with outcomes.
Time      Hours freed are capacity, not cash: a time converter counts as cash only at a stated share
          (`realisation`), and its pool can be claimed once.
Proof     tests/finance/test_finance_converters.py
"""

from dataclasses import dataclass
from typing import Literal

Category = Literal["revenue", "cost", "risk"]
RAMPS = {"step": 1.0, "linear": 1 / 2, "early": 1 / 3, "late": 2 / 3}


@dataclass(frozen=True, slots=True)
class Role:
    """A number a converter needs. unit: with {money} and {unit} to be filled in.

    share: between 0 and 1. or_else: what stands for it when the study does not state it; None: required.
    """

    name: str
    unit: str
    words: str
    share: bool = False
    or_else: float | None = None


@dataclass(frozen=True, slots=True)
class Converter:
    """metric_unit: what one unit of `gain` is. pool: what its money is made of; claimed once per study."""

    name: str
    words: str
    category: Category
    metric_unit: str
    formula: str
    roles: tuple[Role, ...]
    pool: str
    time: bool = False


_PRICE = Role("price", "{money}/deal", "price of one deal at list")
_DISCOUNT = Role("discount_given", "", "share of the price given away", True, 0.0)
_MARGIN = Role("margin", "", "contribution margin", True)
_HOUR = Role("hourly_rate", "{money}/hour", "fully loaded cost of an hour")
_EARNED = "price * (1 - discount_given) * margin"

CONVERTERS: dict[str, Converter] = {
    c.name: c
    for c in (
        Converter(
            "time_saved", "Working time freed", "cost", "hour/{unit}/month",
            "gain * {units} * months * hourly_rate", (_HOUR,), "time", time=True,
        ),
        Converter(
            "handle_time", "Handling time freed", "cost", "min/call",
            "gain * calls * {units} * months * cost_per_minute",
            (Role("calls", "call/{unit}/month", "calls per person and month"),
             Role("cost_per_minute", "{money}/min", "fully loaded cost of a minute")),
            "time", time=True,
        ),
        Converter(
            "escalations", "Escalations avoided", "cost", "escalation/{unit}/month",
            "gain * {units} * months * hours_each * hourly_rate",
            (Role("hours_each", "hour/escalation", "supervisor hours an escalation takes"), _HOUR),
            "supervisor time", time=True,
        ),
        Converter(
            "defects", "Errors, rework and refunds avoided", "cost", "defect/{unit}/month",
            "gain * {units} * months * (rework_cost + refund_cost + handling_cost)",
            (Role("rework_cost", "{money}/defect", "cost of doing it again"),
             Role("refund_cost", "{money}/defect", "money given back", or_else=0.0),
             Role("handling_cost", "{money}/defect", "cost of handling the complaint", or_else=0.0)),
            "defects",
        ),
        Converter(
            "conversion", "Margin of more leads won", "revenue", "share",
            f"gain * leads * {{units}} * months * {_EARNED}",
            (Role("leads", "deal/{unit}/month", "leads per person and month"), _PRICE, _DISCOUNT, _MARGIN),
            "sales",
        ),
        Converter(
            "deals", "Margin of more deals", "revenue", "deal/{unit}/month",
            f"gain * {{units}} * months * {_EARNED}", (_PRICE, _DISCOUNT, _MARGIN), "sales",
        ),
        Converter(
            "deal_size", "Margin of larger deals", "revenue", "{money}/deal",
            "gain * deals * {units} * months * (1 - discount_given) * margin",
            (Role("deals", "deal/{unit}/month", "deals per person and month"), _DISCOUNT, _MARGIN), "sales",
        ),
        Converter(
            "cycle_time", "Margin earned sooner", "revenue", "day/deal",
            "gain * deals * {units} * months * margin_per_day",
            (Role("deals", "deal/{unit}/month", "deals per person and month"),
             Role("margin_per_day", "{money}/day", "contribution a day of a deal's life is worth")),
            "sales",
        ),
        Converter(
            "onboarding", "Ramp-up weeks avoided", "cost", "week/{unit}",
            "gain * {units} * monthly_cost / weeks_per_month * lost_share",
            (Role("monthly_cost", "{money}/month", "loaded cost of one hire's month"),
             Role("lost_share", "", "share of output missing on average while ramping up", True)),
            "ramp",
        ),
        Converter(
            "turnover", "Replacements avoided", "cost", "leaver/{unit}/month",
            "gain * {units} * months * replacement_cost * (1 - claimed_elsewhere)",
            (Role("replacement_cost", "{money}/leaver", "cost of replacing one who leaves of their own will"),
             Role("claimed_elsewhere", "", "share of it another benefit claims already", True, 0.0)),
            "leavers",
        ),
        Converter(
            "incidents", "Incidents avoided (expected loss)", "risk", "incident/{unit}/month",
            "gain * {units} * months * severity",
            (Role("severity", "{money}/incident", "cost of one incident, insurance deducted"),), "incidents",
        ),
        Converter(
            "penalties", "Penalties avoided (expected loss)", "risk", "breach/{unit}/month",
            "gain * {units} * months * penalty * chance_of_penalty",
            (Role("penalty", "{money}/breach", "amount of one penalty"),
             Role("chance_of_penalty", "", "share of breaches that are penalised", True)),
            "breaches",
        ),
    )
}  # fmt: skip

REALISATION = Role("realisation", "", "share of freed time that becomes money", True)


@dataclass(frozen=True, slots=True)
class Chain:
    """From what is learned to what it is worth: a learning measure, a business measure, a converter."""

    name: str
    learning: str
    business: str
    converter: str


CHAINS: dict[str, Chain] = {
    c.name: c
    for c in (
        Chain("onboarding", "time to first independent task", "weeks to full productivity", "onboarding"),
        Chain("sales_skill", "rubric score of sales calls", "size of deals", "deal_size"),
        Chain("safety", "near misses reported, checks done", "recordable incidents", "incidents"),
        Chain("discovery", "discovery questions asked", "leads that become qualified pipeline", "conversion"),
        Chain("handoffs", "handoff notes complete", "defects that need rework", "defects"),
        Chain("feedback", "feedback conversations held", "voluntary leavers", "turnover"),
    )
}
