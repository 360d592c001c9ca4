"""Does it pay? One of four words, by the share of draws that pay back.

Rule      Tenths of draws with ROI above zero, rounded down so that no verdict is better than its
          draws: 9 or 10 "pays back", 7 or 8 "likely", 4 to 6 "toss-up", else "unlikely".
"""

from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure, MoneyVerdict
from payoff.nouns.wording import tenths


def judge_money(net: Figure | Refusal, probability: Figure | Refusal) -> MoneyVerdict | Refusal:
    """The money verdict. net: the net benefit, in currency; probability: the share of draws that pay."""
    if isinstance(net, Refusal):
        return Refusal("money verdict", net.reason)
    if isinstance(probability, Refusal) or probability.point is None:
        reason = probability.reason if isinstance(probability, Refusal) else "no draws"
        return Refusal("money verdict", reason)
    in_ten = tenths(probability.point)
    return MoneyVerdict(verdict_of(in_ten), in_ten)


def verdict_of(in_ten: int) -> str:
    """The money word of `in_ten` simulations in 10 that pay back."""
    if in_ten >= 9:
        return "pays back"
    if in_ten >= 7:
        return "likely"
    return "toss-up" if in_ten >= 4 else "unlikely"
