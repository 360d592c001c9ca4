"""Are the groups alike after matching or weighting, and is enough of them left?

Question  May the matched sample be compared at all?
Figures   Standardised differences of everything known, before and after, in standard deviations of the
          unmatched groups; effective size of the weights.
Refuses   An effective size below 30; a difference above 0.25 that is left; more than a fifth of the
          program without anybody alike.
Cites     Imbens & Rubin (2015), ch. 14: 0.25; Stuart (2010), doi:10.1214/09-STS313.
"""

from dataclasses import dataclass

import numpy as np

from payoff.causal.matching_sample import KnownSample
from payoff.causal.outcome import MAX_SHARE_DROPPED
from payoff.causal.propensity import EVEN_SIZE, overlap_of_weights
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, number, plural

FAR = 0.25


@dataclass(frozen=True, slots=True)
class Balance:
    """Standardised differences, program minus comparison: before and after (k,) for names (k,)."""

    names: tuple[str, ...]
    before: Floats
    after: Floats

    @property
    def worst(self) -> tuple[str, float]:
        """The widest difference that is left, and of what."""
        at = int(np.abs(self.after).argmax())
        return self.names[at], float(self.after[at])


def measure_balance(known: Floats, names: tuple[str, ...], program: Bools, weight: Floats) -> Balance:
    """known (n, k), program (n,), weight (n,) of the matched or weighted comparison."""
    ours, theirs = known[program], known[~program]
    spread = np.sqrt((ours.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / 2)
    raw = ours.mean(axis=0) - theirs.mean(axis=0)
    left = np.average(ours, axis=0, weights=weight[program]) - np.average(
        theirs, axis=0, weights=weight[~program]
    )
    return Balance(names, _in_spreads(raw, spread), _in_spreads(left, spread))


def sample_refusal(
    study: Study, known: KnownSample, weight: Floats, n_unmatched: int, method: str
) -> Refusal | None:
    """Why the sample left by `weight` (n,) may not be compared; None when it may."""
    program = known.sample.arm
    noun = study.design.unit_label
    n_program = int(program.sum())
    if n_unmatched > MAX_SHARE_DROPPED * n_program:
        who = f"{count(n_unmatched)} of {counted(n_program, noun)} in the program"
        return Refusal(method, f"{who} have nobody alike to be compared with: too many to leave out.")
    size = overlap_of_weights(weight, program).effective_size
    if size < EVEN_SIZE:
        reason = (
            f"What is left to compare says as much as {number(size)} {plural(noun)} would; at least "
            f"{count(int(EVEN_SIZE))} are needed."
        )
        return Refusal(method, reason)
    name, gap = measure_balance(known.known, known.names, program, weight).worst
    if abs(gap) > FAR:
        reason = (
            f"The groups still differ after matching, by {number(abs(gap))} standard deviations in {name}; "
            f"above {FAR} the difference between them may be the whole effect."
        )
        return Refusal(method, reason)
    return None


def _in_spreads(difference: Floats, spread: Floats) -> Floats:
    """difference / spread; where nothing varies within the groups, 0 if they are equal, else infinite."""
    apart = np.where(np.abs(difference) > 1e-12, np.sign(difference) * np.inf, 0.0)
    ratio: Floats = np.divide(difference, spread, out=apart, where=spread > 0)
    return ratio
