"""Mean scores of several raters: 2.3 and 3.8 by hand, the interval against statsmodels, alpha by hand."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from payoff.nouns.refusal import Refusal
from payoff.signals import RubricMean, rubric_mean

PERSON = np.repeat(np.arange(5), 2)
RATER = np.tile([0, 1], 5)
BEFORE = np.array([2.0, 2, 3, 3, 1, 2, 3, 2, 2, 3])  # 23 points, ten ratings
AFTER = np.array([4.0, 4, 5, 4, 3, 3, 4, 3, 4, 4])  # 38 points


@pytest.mark.parametrize(("scores", "mean"), [(BEFORE, 2.3), (AFTER, 3.8)])
def test_the_mean_and_its_interval_by_person(scores: np.ndarray, mean: float) -> None:
    found = rubric_mean(scores, PERSON, RATER, PERSON)
    assert isinstance(found, RubricMean)
    options = {"groups": PERSON, "use_correction": False}
    fit = sm.OLS(scores, np.ones(10)).fit(cov_type="cluster", cov_kwds=options)
    half = stats.t.ppf(0.975, 4) * fit.bse[0] * np.sqrt(5 / 4)
    assert found.mean == pytest.approx(mean)
    assert (found.low, found.high) == pytest.approx((mean - half, mean + half))
    assert (found.n_scores, found.n_people, found.n_raters) == (10, 5, 2)


def test_alpha_by_hand() -> None:
    """Two raters, four things: 1–1, 2–2, 3–3, 3–4. Observed 2·1²/8; expected over all 56 pairs."""
    score = np.array([1.0, 1, 2, 2, 3, 3, 3, 4])
    found = rubric_mean(score, np.repeat([0, 1, 2, 3], 2), np.tile([0, 1], 4), np.repeat([0, 1, 2, 3], 2))
    assert isinstance(found, RubricMean)
    pairs = [(a - b) ** 2 for i, a in enumerate(score) for j, b in enumerate(score) if i != j]
    assert found.alpha == pytest.approx(1 - (2 / 8) / (sum(pairs) / 56))


def test_one_rater_says_nothing_of_agreement_and_one_person_nothing_at_all() -> None:
    alone = rubric_mean(BEFORE, PERSON, np.zeros(10, dtype=np.int64), np.arange(10))
    assert isinstance(alone, RubricMean)
    assert isinstance(alone.alpha, Refusal)
    assert isinstance(rubric_mean(BEFORE, np.zeros(10, dtype=np.int64), RATER, PERSON), Refusal)
