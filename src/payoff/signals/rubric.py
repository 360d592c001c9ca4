"""What several raters saw of several people: the mean score, how sure it is, and whether raters agree.

Question  What is the mean score, over how many people and raters, and is it one instrument or several?
Estimand  Mean of scores with a 95 % interval clustered by person (CR1, t(people − 1)); Krippendorff's
          alpha of interval level over what was rated by more than one rater.
Assumes   People are drawn from those the mean is about. Raters are not: another panel may rate otherwise.
Refuses   Fewer than two people (mean); nothing rated twice (alpha alone).
Cites     Krippendorff (2011); Cameron & Miller (2015), doi:10.3368/jhr.50.2.317.
Proof     tests/signals/test_signals_rubric.py.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.refusal import Refusal
from payoff.signals.agreement import krippendorff_alpha


@dataclass(frozen=True, slots=True)
class RubricMean:
    """mean with its interval; alpha: 1 raters agree, 0 no more than by chance."""

    mean: float
    low: float
    high: float
    alpha: float | Refusal
    n_scores: int
    n_people: int
    n_raters: int


def rubric_mean(score: Floats, person: Ints, rater: Ints, rated: Ints) -> RubricMean | Refusal:
    """Of (n,) scores; person, rater and what was rated (a person's item on an occasion) as codes."""
    people, code = np.unique(person, return_inverse=True)
    n_people = people.size
    if n_people < 2:
        return Refusal("mean score", "Two people with scores are needed.")
    mean = float(score.mean())
    sums = np.bincount(code, weights=score - mean)
    error = float(np.sqrt(sums @ sums * n_people / (n_people - 1))) / score.size
    half = float(stdtrit(n_people - 1, 0.975)) * error
    alpha = _agreement(score, rater, rated)
    return RubricMean(mean, mean - half, mean + half, alpha, score.size, n_people, np.unique(rater).size)


def _agreement(score: Floats, rater: Ints, rated: Ints) -> float | Refusal:
    """A rater who scored the same thing twice counts with the mean of both."""
    raters, row = np.unique(rater, return_inverse=True)
    things, column = np.unique(rated, return_inverse=True)
    cell = row * things.size + column
    n = np.bincount(cell, minlength=raters.size * things.size)
    total = np.bincount(cell, weights=score, minlength=raters.size * things.size)
    table = np.where(n > 0, total / np.where(n > 0, n, 1), np.nan).reshape(raters.size, things.size)
    return krippendorff_alpha(table, "interval")
