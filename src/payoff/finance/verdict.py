"""Does it pay? One of four words, by the share of draws that pay back.

Rule      Tenths of draws with ROI above zero, rounded down so that no verdict is better than its
          draws: 9 or 10 "pays back", 7 or 8 "likely", 4 to 6 "toss-up", else "unlikely".
Text      Two significant figures, true minus, currency named; range = 10th to 90th percentile.
"""

import math

from payoff.nouns.evidence import EffectVerdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure, MoneyVerdict

_THOUSANDS = ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k"))


def judge_money(net: Figure | Refusal, probability: Figure | Refusal) -> MoneyVerdict | Refusal:
    """The money verdict. net: the net benefit, in currency; probability: the share of draws that pay."""
    if isinstance(net, Refusal):
        return Refusal("money verdict", net.reason)
    if isinstance(probability, Refusal) or probability.point is None:
        reason = probability.reason if isinstance(probability, Refusal) else "no draws"
        return Refusal("money verdict", reason)
    tenths = tenths_that_pay(probability.point)
    m, low, high = (_money(x, net.unit) for x in (net.point, net.low, net.high))
    text = (
        f"Likely net {m} over {net.horizon_months} months ({low} to {high}); "
        f"{tenths} in 10 simulations pay back"
    )
    return MoneyVerdict(verdict_of(tenths), tenths, text)


def tenths_that_pay(share: float) -> int:
    """Share of draws in whole tenths, rounded down (0.7 is 7, whatever its last bit)."""
    return int(share * 10 + 1e-9)


def verdict_of(tenths: int) -> str:
    """The money word of `tenths` in 10."""
    if tenths >= 9:
        return "pays back"
    if tenths >= 7:
        return "likely"
    return "toss-up" if tenths >= 4 else "unlikely"


def reasonable_bet(effect: EffectVerdict | None, money: MoneyVerdict | Refusal) -> bool:
    """Whether to say "A reasonable bet, not a proven result.": nobody can tell, but most draws pay."""
    if effect is None or isinstance(money, Refusal):
        return False
    return effect.verdict == "cannot tell" and money.verdict in ("likely", "pays back")


def _money(amount: float | None, currency: str) -> str:
    """-71,900 USD → "−$72k"; 140,000 EUR → "EUR 140k"."""
    if amount is None:
        return "unknown"
    digits = 0 if amount == 0 else 1 - math.floor(math.log10(abs(amount)))
    rounded = round(abs(amount), digits)
    scale, suffix = next(((s, t) for s, t in _THOUSANDS if rounded >= s), (1.0, ""))
    number = f"{rounded / scale:.2g}" if rounded / scale < 10 else f"{rounded / scale:.0f}"
    sign = "−" if amount < 0 and rounded > 0 else ""
    return f"{sign}${number}{suffix}" if currency == "USD" else f"{sign}{currency} {number}{suffix}"
