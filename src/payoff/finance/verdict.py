"""Does it pay? One of four words, by the share of draws that pay back.

Rule      Tenths of draws with ROI above zero, rounded down so that no verdict is better than its
          draws: 9 or 10 "pays back", 7 or 8 "likely", 4 to 6 "toss-up", else "unlikely".
Refuses   "pays back" and "likely" below two locks: evidence that cannot credit the program with a change
          cannot credit it with money either. The other two words claim no gain and stand.
"""

from payoff.nouns.evidence import Grade
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure, MoneyVerdict
from payoff.nouns.wording import tenths

CREDITED = 2  # locks from which the words of a brief say that the program "may have" changed something
GAINS = ("pays back", "likely")  # the verdicts that credit the program with money
UNCREDITED = "The money figures count the whole change as the program's, which the evidence does not show"


def judge_money(net: Figure | Refusal, probability: Figure | Refusal) -> MoneyVerdict | Refusal:
    """The money verdict. net: the net benefit, in currency; probability: the share of draws that pay."""
    if isinstance(net, Refusal):
        return Refusal("money verdict", net.reason)
    if isinstance(probability, Refusal) or probability.point is None:
        reason = probability.reason if isinstance(probability, Refusal) else "no draws"
        return Refusal("money verdict", reason)
    in_ten = tenths(probability.point)
    return MoneyVerdict(verdict_of(in_ten), in_ten)


def credit_money(found: MoneyVerdict | Refusal, grade: Grade | None) -> MoneyVerdict | Refusal:
    """`found`, unless it credits the program with more than the evidence does.

    grade: as it ended; None where nothing was graded.
    """
    if grade is None or grade.locks >= CREDITED or isinstance(found, Refusal) or found.verdict not in GAINS:
        return found
    return Refusal(
        "money verdict",
        f"evidence {grade.locks} of 4 cannot credit the program with the change, nor with its money; "
        f"{CREDITED} of 4 would do: see what lost the steps",
    )


def verdict_of(in_ten: int) -> str:
    """The money word of `in_ten` simulations in 10 that pay back."""
    if in_ten >= 9:
        return "pays back"
    if in_ten >= 7:
        return "likely"
    return "toss-up" if in_ten >= 4 else "unlikely"
