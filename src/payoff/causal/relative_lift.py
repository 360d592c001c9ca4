"""The interval of a relative lift, with the doubt of what the change is divided by.

Question  An effect of 5 on a comparison mean of 100 is 5 %; how far off may that be, when the comparison
          mean is an estimate too?
Estimand  effect ÷ mean without the program, as a share.
Identity  Fieller: the set of shares l for which effect − l × mean is no further from zero than t of its
          own errors. It holds zero exactly when the interval of the effect does.
Assumes   Effect and mean are estimated together, so that their covariance is known.
Refuses   A mean that may itself be zero: the set of shares is then unbounded (`None`).
Cites     Fieller (1954), doi:10.1111/j.2517-6161.1954.tb00159.x.
Proof     tests/causal/test_causal_randomised.py: coverage where the fixed mean's interval falls short.
"""

import math

import numpy as np
from scipy.special import stdtrit

from payoff.nouns.arrays import Floats
from payoff.nouns.metric import Better


def fieller(
    top: float, bottom: float, covariance: Floats, df: float, level: float = 0.95
) -> tuple[float, float] | None:
    """Interval of top ÷ bottom; covariance (2, 2) of the two, `df` of their t. None: unbounded."""
    critical = float(stdtrit(df, (1 + level) / 2)) ** 2
    a = bottom**2 - critical * float(covariance[1, 1])
    b = top * bottom - critical * float(covariance[0, 1])
    c = top**2 - critical * float(covariance[0, 0])
    if not a > 1e-12 * bottom**2:
        return None
    reach = math.sqrt(max(b**2 - a * c, 0.0))
    return (b - reach) / a, (b + reach) / a


def lift_intervals(
    estimates: Floats, mean: float, covariance: Floats, df: Floats, better: Better
) -> Floats | None:
    """(k, 2) intervals of estimates ÷ mean, turned so that better is positive, low end first.

    covariance (k + 1, k + 1): of the k estimates and, last, of the mean. None: the mean may be zero.
    """
    ends = []
    for n, estimate in enumerate(estimates):
        pair = covariance[np.ix_([n, len(estimates)], [n, len(estimates)])]
        interval = fieller(float(estimate), mean, pair, float(df[n]))
        if interval is None:
            return None
        ends.append((-interval[1], -interval[0]) if better == "lower" else interval)
    return np.array(ends)
