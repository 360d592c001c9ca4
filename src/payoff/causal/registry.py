"""Which methods, reference rows and guards there are, and which designs they belong to.

A new method is one entry here. The method is chosen by the declared design only, never by fit.
"""

from payoff.causal import (
    before_after,
    complier,
    covariate_adjusted,
    first_difference,
    fixed_effects,
    group_time,
    imputation,
    lagged_outcome,
    naive,
    randomised,
)
from payoff.causal.protocol import Estimator, Reference

ESTIMATORS: dict[str, Estimator] = {
    e.name: e
    for e in (
        Estimator(fixed_effects.METHOD, ("did",), fixed_effects.answer, fixed_effects.regression),
        Estimator(lagged_outcome.METHOD, ("did",), lagged_outcome.answer, lagged_outcome.regression),
        Estimator(first_difference.METHOD, ("did",), first_difference.answer, first_difference.regression),
        Estimator(group_time.METHOD, ("did",), group_time.answer),
        Estimator(imputation.METHOD, ("did",), imputation.answer),
        Estimator(randomised.METHOD, ("rct",), randomised.answer, randomised.regression),
        Estimator(
            covariate_adjusted.METHOD, ("rct",), covariate_adjusted.answer, covariate_adjusted.regression
        ),
        Estimator(before_after.METHOD, ("before_after",), before_after.answer),
    )
}

REFERENCES: tuple[Reference, ...] = (
    Reference(complier.METHOD, ("rct",), complier.references),
    Reference(naive.METHOD, ("rct",), naive.references),
)
