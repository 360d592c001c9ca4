"""Which methods, reference rows and guards there are, and which designs they belong to.

A new method is one entry here. The method is chosen by the declared design only, never by fit.
"""

from payoff.causal import (
    before_after,
    complier,
    covariate_adjusted,
    cuped,
    doubly_robust,
    efficient_staggered,
    first_difference,
    fixed_effects,
    group_time,
    imputation,
    interrupted_counts,
    interrupted_time_series,
    lagged_outcome,
    leavers,
    matching_raw,
    matching_study,
    naive,
    randomisation_rows,
    randomisation_test,
    randomised,
    ratio,
    regression_adjustment,
    regression_controls,
    synthetic_study,
    unadjusted,
    weighting,
)
from payoff.causal.protocol import Estimator, Reference

ESTIMATORS: dict[str, Estimator] = {
    e.name: e
    for e in (
        Estimator(fixed_effects.METHOD, ("did",), fixed_effects.answer, fixed_effects.regression),
        Estimator(lagged_outcome.METHOD, ("did",), lagged_outcome.answer, lagged_outcome.regression),
        Estimator(first_difference.METHOD, ("did",), first_difference.answer, first_difference.regression),
        Estimator(group_time.METHOD, ("did",), group_time.answer),
        Estimator(imputation.METHOD, ("did",), imputation.answer, imputation.regression),
        Estimator(efficient_staggered.METHOD, ("did",), efficient_staggered.answer),
        Estimator(doubly_robust.METHOD, ("did",), doubly_robust.answer),
        Estimator(randomised.METHOD, ("rct",), randomised.answer, randomised.regression),
        Estimator(
            covariate_adjusted.METHOD, ("rct",), covariate_adjusted.answer, covariate_adjusted.regression
        ),
        Estimator(cuped.METHOD, ("rct",), cuped.answer, cuped.regression),
        Estimator(ratio.METHOD, ("rct",), ratio.answer, ratio.regression),
        Estimator(ratio.WITH_CUPED, ("rct",), ratio.answer_cuped, ratio.regression_cuped),
        Estimator(complier.METHOD, ("rct",), complier.answer),
        Estimator(matching_study.DID, ("matched",), matching_study.answer_did),
        Estimator(matching_study.PROPENSITY, ("matched",), matching_study.answer_propensity),
        Estimator(matching_study.EXACT, ("matched",), matching_study.answer_exact),
        Estimator(weighting.METHOD, ("matched",), weighting.answer),
        Estimator(
            regression_controls.METHOD,
            ("matched",),
            regression_controls.answer,
            regression_controls.regression,
        ),
        Estimator(
            regression_adjustment.METHOD,
            ("matched",),
            regression_adjustment.answer,
            regression_adjustment.regression,
        ),
        Estimator(synthetic_study.DID, ("synthetic",), synthetic_study.answer_did),
        Estimator(synthetic_study.CONTROL, ("synthetic",), synthetic_study.answer_control),
        Estimator(interrupted_time_series.METHOD, ("its",), interrupted_time_series.answer),
        Estimator(interrupted_time_series.STRUCTURAL, ("its",), interrupted_time_series.answer_structural),
        Estimator(interrupted_counts.METHOD, ("its",), interrupted_counts.answer),
        Estimator(before_after.METHOD, ("before_after",), before_after.answer),
    )
}

REFERENCES: tuple[Reference, ...] = (
    Reference(randomised.METHOD, ("rct",), unadjusted.references),
    Reference(complier.METHOD, ("rct",), complier.references),
    Reference(naive.METHOD, ("rct",), naive.references),
    Reference(fixed_effects.METHOD, ("did",), fixed_effects.references_beside),
    Reference(randomisation_test.METHOD, ("rct", "did"), randomisation_rows.references),
    Reference(leavers.METHOD, ("rct",), leavers.references),
    Reference(matching_raw.METHOD, ("matched",), matching_raw.references),
    Reference(synthetic_study.PLAIN, ("synthetic",), synthetic_study.references),
)
