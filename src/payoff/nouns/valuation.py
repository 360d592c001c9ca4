"""What it is worth: every figure with its range, horizon and basis, or the reason it has none."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from payoff.nouns.benefit import Benefit
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.cost_line import CostLine
from payoff.nouns.doubt import Doubt
from payoff.nouns.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that cannot stand bare. low and high are the 10th and 90th percentiles of the draws.

    point is None when undefined at the mid values (a flow that never pays back).
    unit: "ratio" for roi and bcr, "lift", "months", "share", or a currency code.
    """

    name: str
    point: float | None
    low: float | None
    high: float | None
    unit: str
    horizon_months: int
    basis: str  # e.g. "undiscounted, full dated cash, USD, 1987-1989 prices"
    never_share: float | None = None  # payback: share of draws that never pay back


@dataclass(frozen=True, slots=True)
class TornadoBar:
    """ROI with one input at its 10th and 90th percentile (low and high), all others at mid."""

    name: str
    low_value: float
    high_value: float
    roi_at_low: float
    roi_at_high: float


@dataclass(frozen=True, slots=True)
class SwitchingValue:
    """The value of one input at which ROI is zero, others at mid; None: no such value in reach.

    For the lift, mid and value are both constant lifts over the measured months.
    """

    name: str
    mid: float
    value: float | None
    unit: str
    note: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """Recomputed from named inputs, never scaled: worst and best at the ends of every range.

    lift: the constant lift over the measured months that is worth what the terms' lifts are.
    npv is None when the study states no discount rate.
    """

    name: str
    inputs: Mapping[str, float]
    roi: float | None
    npv: float | None
    net: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What the value formulas know besides `lift`: counts and measured quantities, at the point.

    values: name → (value, unit text, where it comes from).
    """

    values: Mapping[str, tuple[float, str, str]]


@dataclass(frozen=True, slots=True)
class MoneyVerdict:
    """verdict: pays back | likely | toss-up | unlikely.

    pay_back_in_ten: tenths of the draws that pay back, rounded down, so 0.9977 is 9 here; the share
    itself is the figure `probability`.
    """

    verdict: str
    pay_back_in_ten: int


@dataclass(frozen=True, slots=True)
class CostShare:
    """One cost line among all, largest first. share of the total, and of it and all larger ones."""

    item: str
    category: str
    amount: float
    share: float
    cumulative: float


@dataclass(frozen=True, slots=True)
class Amortised:
    """A lasting line by month of its life within the horizon, at the point.

    months: from launch, the first being the one after it is bought. charged, balance: after each of them.
    """

    item: str
    amount: float
    months: tuple[int, ...]
    charged: tuple[float, ...]
    balance: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CostPicture:
    """What the program costs, whole: at the point, over the horizon.

    missing: categories with no line at all (a blank is not zero; a line with amount 0 is).
    by_year: cost before and in year 1, in year 2, … up to the last cost, after the horizon too; together the
        total cost of ownership.
    """

    one_time: float
    run: float
    ranked: tuple[CostShare, ...]
    by_year: tuple[float, ...]
    amortised: tuple[Amortised, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The same money told another way; per_year × years = total = per_unit × units.

    first_year: months 1 to 12 and what was paid before, not an average.
    """

    name: str
    total: float
    years: float
    per_year: float
    first_year: float
    units: int
    per_unit: float
    unit: str


LOCKED, SECOND = "locked", "second (lower)"
SECOND_WIDENED = "second (lower), with the wider doubt of the locked"


@dataclass(frozen=True, slots=True)
class Valuation:
    """Finance's whole answer. `figures` by the names of `money.md`.

    The figures rest on all draws; `benefits` and `draws` keep the first 10,000 of them at most.
    """

    benefits: tuple[Benefit, ...]
    costs: tuple[CostLine, ...]
    point: CashFlow
    draws: CashFlow
    figures: Mapping[str, Figure | Refusal]
    tornado: tuple[TornadoBar, ...]
    switching: tuple[SwitchingValue, ...]
    scenarios: tuple[Scenario, ...]
    ceiling: Mapping[str, Figure | Refusal]  # per assumed cost item: the highest that would still pay
    verdict: MoneyVerdict | Refusal
    measured: Measured
    carried_by: str  # which effect carries the money: LOCKED, SECOND or SECOND_WIDENED
    freed_time: Figure | None
    warnings: tuple[str, ...]
    fingerprint: str
    further: Mapping[str, Figure | Refusal] = field(default_factory=dict)  # beyond those of `money.md`
    cost_picture: CostPicture | None = None
    views: tuple[View, ...] = ()
    intangibles: tuple[str, ...] = ()
    # for months 1..horizon: the term that carries it (None: nothing is credited), months since it was
    # measured or refreshed (0: measured)
    schedule: tuple[tuple[int | None, int], ...] = ()
    doubt: Doubt | None = None  # None where there is no return

    @property
    def all_figures(self) -> Mapping[str, Figure | Refusal]:
        """Every figure by its name in result.json, freed time and the further ones with them."""
        freed = {} if self.freed_time is None else {"freed_time": self.freed_time}
        return {**self.figures, **freed, **self.further}
