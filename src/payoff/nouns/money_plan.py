"""How an effect is to become money: assumptions, benefits, costs, as the plan promises them."""

from dataclasses import dataclass
from typing import Literal

from payoff.nouns.formula import Formula
from payoff.nouns.unit import Unit
from payoff.nouns.wording import plain, raised

Shape = Literal["fixed", "triangular", "pert", "lognormal", "empirical"]
CostKind = Literal["one_time", "run"]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A named number with its doubt. A fixed value has low == mid == high.

    sql: when set, `mid` is measured by this query at run time and low/high are relative to it.
    assumed: nobody has seen this number in a document or a system; every output says so.
    label: what a reader calls it; empty: its name, as words.
    shape: triangular and pert lie between low and high; lognormal has its median at mid and low, high as
        5th and 95th percentiles; empirical draws from `values`, which low, mid and high sum up.
    basis: what kind of money a price is, where it matters.
    """

    name: str
    low: float
    mid: float
    high: float
    unit: Unit
    unit_text: str
    source: str
    owner: str
    assumed: bool = False
    sql: str | None = None
    sources: tuple[str, ...] = ()
    shape: Shape = "triangular"
    label: str = ""
    values: tuple[float, ...] = ()
    basis: Literal["", "revenue", "contribution", "gross", "net"] = ""

    @property
    def words(self) -> str:
        """What a reader sees: 'Delivery per worker'."""
        return self.label or raised(plain(self.name))


@dataclass(frozen=True, slots=True)
class BenefitRule:
    """How an effect becomes money. cash false: freed time, kept apart.

    category: revenue, cost or risk (OUT-15).
    gross: revenue is credited without margin, on purpose: printed with a warning.
    converter: the known way its formula was written by, "" when written out. claims: what its money is made
        of; no two rules claim the same. onset_months: nothing is credited before (a sales cycle).
    link: how what was learned leads to the metric.
    """

    name: str
    formula: Formula
    cash: bool
    category: Literal["revenue", "cost", "risk"]
    metric: str
    label: str = ""
    gross: bool = False
    converter: str = ""
    claims: tuple[str, ...] = ()
    onset_months: float = 0.0
    link: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """Where a cost line stands in the ledger. share: of what is booked there, charged to this program.

    cents: booked by month from launch, (month, cents) in order; () until the ledger was read.
    """

    source: str
    accounts: tuple[str, ...]
    kind: str
    share: float
    cents: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CostRule:
    """One cost line as written. `amount` over assumptions and counts, in the study's currency.

    month: months from launch at which a one-time line falls; run lines spread evenly over the horizon.
    What is booked falls when it was booked, of either kind.
    """

    item: str
    amount: Formula
    kind: CostKind
    category: str
    month: int = 0
    useful_life_months: int | None = None
    source: str = ""
    owner: str = ""
    booked: Booked | None = None

    def payments(self, horizon: int) -> tuple[tuple[int, int], ...]:
        """(month from launch, parts) in order; a payment is its parts of the sum of all parts."""
        if self.booked is not None and self.booked.cents:
            return self.booked.cents
        if self.kind == "one_time":
            return ((self.month, 1),)
        return tuple((month, 1) for month in range(1, horizon + 1))

    def last_month(self, horizon: int) -> int:
        """The month of the last payment."""
        return self.payments(horizon)[-1][0]


@dataclass(frozen=True, slots=True)
class Sustain:
    """What keeps a lift alive. refreshes: months from launch after which the lift starts to fade anew.

    beyond_first_year: the evidence for benefits after month 12 that nobody measured; "" credits none.
    """

    refreshes: tuple[int, ...] = ()
    beyond_first_year: str = ""


@dataclass(frozen=True, slots=True)
class Correlation:
    """Two assumptions that move together. rho: rank correlation, −1 to 1."""

    first: str
    second: str
    rho: float


@dataclass(frozen=True, slots=True)
class Intangible:
    """A gain that is named and never turned into money."""

    what: str
    why: str
