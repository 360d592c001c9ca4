"""An improvement in a business measure, as money: by one of the known converters.

Question  What is this gain worth, how much of it is cash, and by which formula?
Identity  amount = the converter's formula. Time counts as cash at `realisation` and only when cashable; the
          rest is freed time, shown apart and in no return. Everything else is cash in full.
Refuses   A required number that is missing (named); negative hours, shares above 100 %, NaN, a gain of more
          than the whole of a share, time as cash without the share that becomes money (PayoffError).
Proof     tests/finance/test_finance_converters.py: hand-worked cases of every converter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from payoff.finance.bad_input import bad_input, require_amount, require_finite, require_share
from payoff.finance.plausible import check_freed
from payoff.nouns.converter import CHAINS, CONVERTERS, RAMPS, REALISATION, Converter
from payoff.nouns.formula import read_formula
from payoff.nouns.refusal import Refusal
from payoff.nouns.unit import WEEKS_PER_MONTH


@dataclass(frozen=True, slots=True)
class Converted:
    """amount = cash + freed, in the currency of the prices.

    used: every number that went in. cautions: what can hardly be true of one workplace.
    """

    converter: str
    category: str
    amount: float
    cash: float
    freed: float
    formula: str
    used: dict[str, float]
    cautions: tuple[str, ...] = ()


def convert(
    name: str,
    gain: float,
    units: float,
    months: float,
    prices: Mapping[str, float],
    *,
    cashable: bool = False,
    ramp: str | None = None,
) -> Converted | Refusal:
    """Money of a gain by converter `name`.

    gain: improvement per unit (and month), in the converter's metric unit, positive is better. units:
    trained people with outcomes. prices: the converter's numbers by name. ramp: how output grows while
    ramping up (step, linear, early, late). cashable: whether freed time leaves the payroll or earns; then
    `realisation` says how much of it, and has to be given.
    """
    values = dict(prices)
    converter = _find(name)
    if ramp is not None:
        values["lost_share"] = ramp_loss(ramp)
    known = {role.name for role in (*converter.roles, REALISATION)}
    if values.keys() - known:
        what = f"{min(values.keys() - known)} is no number of the converter {name}"
        raise bad_input("P101", what, "it would be ignored", f"one of: {', '.join(sorted(known))}")
    missing = [r.words for r in converter.roles if r.or_else is None and r.name not in values]
    if missing:
        return Refusal(f"benefit by {name}", "; ".join(f"{words} missing" for words in missing))
    used = {r.name: values.get(r.name, r.or_else or 0.0) for r in converter.roles}
    for role in converter.roles:
        (require_share if role.share else require_amount)(role.name, used[role.name])
    used |= {"gain": _possible_gain(converter, gain), "units": require_amount("units", units)}
    used["months"] = require_amount("months", months)
    formula = read_formula(converter.formula.replace("{units}", "units"))
    amount = float(formula.evaluate({**used, "weeks_per_month": WEEKS_PER_MONTH}))
    return _split(converter, amount, cashable, values.get(REALISATION.name), formula.text, used)


def _split(
    converter: Converter,
    amount: float,
    cashable: bool,
    realisation: float | None,
    formula: str,
    used: dict[str, float],
) -> Converted:
    cash = amount
    if converter.time:
        if cashable and realisation is None:
            what, why = (
                f"{converter.name}: freed time as cash without realisation",
                "minutes saved are capacity",
            )
            fix = "give realisation, the share that leaves the payroll or earns, or leave cashable out"
            raise bad_input("P413", what, why, fix)
        share = 0.0 if realisation is None else require_share(REALISATION.name, realisation)
        used = used if realisation is None else {**used, REALISATION.name: share}
        cash = amount * share if cashable else 0.0
    said = check_freed(_hours_freed(converter, used))
    cautions = () if said is None else (said,)
    return Converted(converter.name, converter.category, amount, cash, amount - cash, formula, used, cautions)


def _possible_gain(converter: Converter, gain: float) -> float:
    """A share cannot rise by more than the whole of it: 3 points are 0.03."""
    if abs(require_finite("gain", gain)) > 1 and converter.metric_unit == "share":
        what = f"gain is {gain:g} in a share, {100 * gain:g} points of 100"
        raise bad_input("P415", what, "the benefit would be a hundred times too large", "0.03 for 3 points")
    return gain


def _hours_freed(converter: Converter, used: Mapping[str, float]) -> float:
    """Hours of one person's month; 0 where the converter frees none of that person's own."""
    minutes = used["gain"] * used["calls"] / 60 if converter.name == "handle_time" else 0.0
    return used["gain"] if converter.name == "time_saved" else minutes


def convert_chain(
    chain: str, gain: float, units: float, months: float, prices: Mapping[str, float], ramp: str | None = None
) -> Converted | Refusal:
    """A ready chain from learning to money: onboarding, sales_skill, safety, discovery, handoffs, …"""
    if chain not in CHAINS:
        what, fix = f"{chain!r} is no chain", f"one of: {', '.join(CHAINS)}"
        raise bad_input("P109", what, "nothing is guessed", fix)
    return convert(CHAINS[chain].converter, gain, units, months, prices, ramp=ramp)


def ramp_loss(ramp: str) -> float:
    """Average share of output missing while ramping up: all of it until the end (step), or less."""
    if ramp not in RAMPS:
        raise bad_input(
            "P109", f"ramp {ramp!r}", "its shape decides the money", f"one of: {', '.join(RAMPS)}"
        )
    return RAMPS[ramp]


@dataclass(frozen=True, slots=True)
class LoadedRate:
    """What an hour costs: (pay + fringe + overhead) ÷ productive hours, all of one year."""

    pay: float
    fringe: float
    overhead: float
    productive_hours: float

    @property
    def hourly(self) -> float:
        return (self.pay + self.fringe + self.overhead) / self.productive_hours


def loaded_rate(pay: float, fringe: float, overhead: float, productive_hours: float) -> LoadedRate:
    """The fully loaded hourly cost, its parts kept. Raises PayoffError on negative amounts or no hours."""
    for name, amount in (("pay", pay), ("fringe", fringe), ("overhead", overhead)):
        require_amount(name, amount)
    if require_amount("productive_hours", productive_hours) == 0:
        raise bad_input("P106", "productive_hours is 0", "pay is divided by it", "such as 1720 a year")
    return LoadedRate(pay, fringe, overhead, productive_hours)


def adjusted_estimate(
    estimate: float, confidence: float | None = None, isolation: float | None = None
) -> float | Refusal:
    """People's own estimate × how sure they are × the share they credit to the program.

    Refused while either factor is missing: confidence is not isolation. A missing reply is zero, not asked.
    """
    lacking = [n for n, v in (("confidence", confidence), ("isolation", isolation)) if v is None]
    if confidence is None or isolation is None:
        reason = (
            f"{' and '.join(lacking)} missing: how sure people are does not say what share is the program's"
        )
        return Refusal("estimated benefit", reason)
    product = require_share("confidence", confidence) * require_share("isolation", isolation)
    return require_finite("estimate", estimate) * product


def _find(name: str) -> Converter:
    if name not in CONVERTERS:
        near = re.sub(r"[^a-z_]", "", name.lower())
        fix = f"did you mean {near}?" if near in CONVERTERS else f"one of: {', '.join(CONVERTERS)}"
        raise bad_input("P109", f"{name!r} is no converter", "nothing is guessed", fix)
    return CONVERTERS[name]
