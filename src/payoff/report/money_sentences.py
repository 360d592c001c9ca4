"""What it is worth, as sentences: the price to decide on first, then the verdict with its draws.

Rules   docs/reference/words.md: four money verdicts; no figure without range and horizon.
Proof   tests/report/test_report_words.py, test_report_compose.py
"""

import math

from payoff.nouns.pilot import SHORTEST
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import LOCKED, SECOND_WIDENED, Figure, MoneyVerdict, Valuation
from payoff.nouns.wording import lowered, number, percent, sentence
from payoff.report.ask import freed_worth
from payoff.report.reading import Reading
from payoff.report.sentences import is_short_pilot, lift_span
from payoff.report.words import (
    UNUSUALLY_HIGH,
    amount,
    back_per_one,
    figure_range,
    figure_text,
    in_ten,
    locks,
)

WIDEST_BET = 20.0  # program costs between the conservative and the bold net, beyond which its size is unknown
UNUSUAL = "unusually high: check margin and horizon"
NO_MONEY_YET = "No money figure before the plan is locked."


def money_sentence(reading: Reading) -> str:
    """Does it pay? The ceiling first where the cost is assumed, then the verdict with its draws."""
    if reading.result.state == "health":
        return NO_MONEY_YET
    money = reading.money
    if money is None:
        return _no_figure(reading)
    if money.freed_time is not None and not reading.counts_cash:
        freed = freed_sentence(money.freed_time, reading.currency)
        return " ".join(filter(None, ("No return in cash is claimed.", freed, _beside_cost(reading))))
    if isinstance(money.verdict, Refusal):
        refused = f"No money verdict: {lowered(sentence(money.verdict.reason))}"
        return " ".join(filter(None, (refused, unreturned_net(reading) or break_even_sentence(reading))))
    answer = (ceiling_sentence(reading), verdict_sentence(reading), capped_sentence(reading))
    return " ".join(filter(None, (*answer, bet(reading), haircut_sentence(reading))))


def _no_figure(reading: Reading) -> str:
    """Why there is no money; where no effect is shown, the answer above has said why already."""
    refused = reading.result.valuation
    if reading.effect is None:
        said = "No money figure: there is no effect to value."
    elif is_short_pilot(reading.result.study) and not reading.result.study.benefits:
        return f"No money figure: a pilot of {SHORTEST} is read by leading indicators."
    elif isinstance(refused, Refusal):
        said = f"No money figure: {lowered(sentence(refused.reason))}"
    else:
        return "No money figure: the study does not say what the effect is worth."
    return " ".join(filter(None, (said, break_even_sentence(reading))))


def break_even_sentence(reading: Reading) -> str:
    """What would pay needs no effect, so it stands where money is refused."""
    even, figure = reading.result.power.break_even, reading.figure("break_even")
    if figure is not None and figure.point is not None:
        even = figure.point
    if isinstance(even, Refusal) or not math.isfinite(even) or even == 0:
        return ""  # nothing was paid: there is nothing to earn back
    return f"It takes a lift of {percent(even)} to pay back over {reading.horizon()}."


def unreturned_net(reading: Reading) -> str:
    """What is left over where no return means anything: a free program still brings money."""
    net, cost = reading.figure("net"), reading.figure("cost")
    if net is None or net.point is None or cost is None or (cost.low or 0.0) > 0:
        return ""
    brought, ends = amount(net.point, net.unit, reading.currency), figure_range(net, reading.currency)
    return f"Its net benefit over {reading.horizon()} is {brought} ({ends})."


def freed_sentence(freed: Figure, currency: str) -> str:
    """Time that is worth something and yet is not money in the bank."""
    return f"Freed time, kept apart from cash: worth {figure_text(freed, currency)}."


def _beside_cost(reading: Reading) -> str:
    """What the program costs, where no return holds it against anything."""
    worth, cost = freed_worth(reading), reading.figure("cost")
    if worth is None or cost is None:
        return ""
    than = {"less": "more than that time is worth", "more": "less than that time is worth"}
    held = than.get(worth, "perhaps more than that time is worth")
    return f"The program costs {figure_text(cost, reading.currency)}, {held}."


def haircut_sentence(reading: Reading) -> str:
    """The declared haircut as its own scenario; where it turns the sign, that is said."""
    money, haircut = reading.money, reading.assumption("haircut")
    scenario = next((s for s in money.scenarios if s.name == "haircut"), None) if money else None
    net = reading.figure("net")
    if scenario is None or haircut is None or scenario.roi is None:
        return ""
    turned = net is not None and net.point is not None and net.point > 0 > scenario.net
    return (
        f"With finance's haircut of {number(haircut.mid)}, at the middle values: "
        f"ROI {percent(scenario.roi)}, net {amount(scenario.net, reading.currency, reading.currency)}"
        f"{': it no longer pays back' if turned else ''}."
    )


def carried_sentence(reading: Reading) -> str:
    """Which lift is turned into money, with its range; nothing where there is no money."""
    money, carrier = reading.money, reading.result.carrier
    if money is None or carrier is None:
        return ""
    if money.carried_by == LOCKED:
        return "The money uses the locked effect."
    lift = percent(float(carrier.lift(carrier.estimate)))
    wider = ", with the locked method's wider range" if money.carried_by == SECOND_WIDENED else ""
    return f"The money uses the more cautious second method: {lift} ({lift_span(carrier)}){wider}."


def capped_sentence(reading: Reading) -> str:
    """Said beside a headline that names a gain, where the lower second answer leaves too little of it."""
    money, carrier, effect = reading.money, reading.result.carrier, reading.effect
    verdict = reading.result.verdict
    if money is None or carrier is None or effect is None or verdict is None or money.carried_by == LOCKED:
        return ""
    used, found = (float(e.lift(e.estimate)) for e in (carrier, effect))
    falls = isinstance(money.verdict, MoneyVerdict) and money.verdict.verdict in ("toss-up", "unlikely")
    falls |= used < (reading.threshold or 0.0) <= found
    if verdict.verdict not in ("worked", "helped, size unclear") or not falls or used >= found:
        return ""
    lower = f"The money counts {percent(used)}, the lower answer of the second method"
    return f"{lower}, not the headline's {percent(found)}."


def verdict_sentence(reading: Reading) -> str:
    """'Likely to pay back: net $140k (80%: …) over 12 months; 8 in 10 simulations pay back.'"""
    money = reading.money
    assert money is not None
    assert isinstance(money.verdict, MoneyVerdict)
    opening = _opening(reading, money.verdict.verdict)
    chance = f"{chance_words(reading)} simulations pay back"
    net = reading.figure("net") or reading.figure("npv")
    if net is None:
        return f"{opening}: {chance}."
    name = "net" if net.name == "net" else "net present value"
    return f"{opening}: {name} {figure_text(net, reading.currency)}; {chance} ({locks(reading.locks)})."


def _opening(reading: Reading, verdict: str) -> str:
    """As sure of the money as of the change it stands on: simulations know nothing of whose change it is."""
    effect, locks = reading.result.verdict, reading.locks
    gained = effect is not None and effect.verdict in ("worked", "helped, size unclear")
    if gained and locks <= 2 and verdict in ("pays back", "likely"):
        said = "it pays back" if verdict == "pays back" else "it is likely to pay back"
        return f"If the change is the program's, {said}"
    if gained and locks == 3 and verdict == "pays back":
        return "It probably pays back"
    return {
        "pays back": "It pays back",
        "likely": "Likely to pay back",
        "toss-up": "A toss-up",
        "unlikely": "Unlikely to pay back",
    }[verdict]


def chance_words(reading: Reading) -> str:
    """How many simulations pay back, as a frequency: by the figure, else by the verdict's tenths."""
    share, money = reading.figure("probability"), reading.money
    if share is not None and share.point is not None:
        return in_ten(share.point)
    return (
        f"{money.verdict.pay_back_in_ten} in 10"
        if money and isinstance(money.verdict, MoneyVerdict)
        else "none"
    )


def bet(reading: Reading) -> str:
    """Said when the effect is open but the draws lean towards paying back: a bet, or too wide for one."""
    money, verdict = reading.money, reading.result.verdict
    if money is None or verdict is None or not isinstance(money.verdict, MoneyVerdict):
        return ""
    leaning = money.verdict.verdict in {"likely", "pays back"}
    if not leaning or verdict.verdict != "cannot tell":
        return ""
    roi = reading.figure("roi")
    if roi is None or roi.low is None or roi.high is None or not _too_wide(roi.low, roi.high):
        return "A reasonable bet, not a proven result."
    return (
        f"Too wide to bet on: the range of the net spans {number(roi.high - roi.low)} times what the program "
        "costs, and its low end loses more than that cost."
    )


def _too_wide(low: float, high: float) -> bool:
    """Is a range of ROI no bet? One risks its stake; here more can be lost, and nobody knows how much."""
    return low < -1 and high - low > WIDEST_BET


def leading_ceiling(reading: Reading) -> tuple[str, Figure | Refusal] | None:
    """The assumed price a reader decides on: the first ceiling in money, by what it buys.

    Where it pays back at nearly every price assumed, no price decides: ceilings stay in the story, as
    those of pure numbers (a loading factor) always do.
    """
    money = reading.money
    if money is not None and isinstance(money.verdict, MoneyVerdict) and money.verdict.verdict == "pays back":
        return None
    for name, ceiling in money.ceiling.items() if money else ():
        found = reading.assumption(name)
        unit = ceiling.unit if isinstance(ceiling, Figure) else found.unit_text if found else reading.currency
        if unit.split("/")[0].strip() == reading.currency:
            return ceiling_item(reading, name), ceiling
    return None


def ceiling_item(reading: Reading, name: str) -> str:
    """What an assumed price buys: the cost item whose formula names it."""
    items = [c.item for c in reading.result.study.costs if name in c.amount.names]
    return items[0] if len(items) == 1 else reading.input_name(name)


def positive_ceiling(reading: Reading) -> bool:
    """Whether there is a price worth asking a quote for."""
    found = leading_ceiling(reading)
    return found is not None and isinstance(found[1], Figure) and (found[1].point or 0.0) > 0


def ceiling_sentence(reading: Reading) -> str:
    """'Delivery must cost less than $460 per worker (80%: −$110 to $1,000) to pay back over 24 months.'"""
    found = leading_ceiling(reading)
    if found is None:
        return ""
    item, ceiling = found
    if isinstance(ceiling, Refusal) or ceiling.point is None:
        return f"{item} pays back at no price over {reading.horizon()}, at the middle values."
    if ceiling.point <= 0:
        return f"At the middle values it would not pay back even if “{item}” cost nothing."
    price = amount(ceiling.point, ceiling.unit, reading.currency)
    ends = figure_range(ceiling, reading.currency)
    return f"{item} must cost less than {price} ({ends}) to pay back over {reading.horizon()}."


def roi_sentence(reading: Reading) -> str | None:
    """ROI with its range, the same as money back per one, and a warning when it is too good."""
    roi, bcr = reading.figure("roi"), reading.figure("bcr")
    if roi is None:
        return None
    back = ""
    if bcr is not None and bcr.point is not None and bcr.point > 0:
        back = f", or {back_per_one(bcr.point, reading.currency)} spent"
    high = f"; {UNUSUAL}" if is_unusual(roi) else ""
    return f"Return on investment {figure_text(roi, reading.currency)}{back} ({locks(reading.locks)}){high}."


def is_unusual(roi: Figure | Refusal | None) -> bool:
    """Whether a return is so high that a reader must be warned."""
    return isinstance(roi, Figure) and roi.point is not None and roi.point > UNUSUALLY_HIGH


def warnings_of(value: Valuation) -> tuple[str, ...]:
    """Every warning beside the money: finance's, and the one of an unusually high return."""
    roi = value.figures.get("roi")
    if not isinstance(roi, Figure) or roi.point is None or not is_unusual(roi):
        return value.warnings
    return (*value.warnings, f"ROI of {percent(roi.point)} is {UNUSUAL}")
