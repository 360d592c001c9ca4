"""Does the same method find an "effect" before there was a program?

Scope     baseline. Looks before launch only. Costs one step together with the pre-trend.
Does      Cuts the baseline in two, pretends a launch between its halves, and asks the locked method again,
          with the same groups. Where everybody starts in the end, the first wave stands for the program.
Fails     The 99 % interval of this pretended effect leaves out zero: a sound study is accused once in a
          hundred.
Silent    Fewer than two periods on either side (a pretended launch with too little before it says nothing
          about the real one); the method refuses.
"""

from dataclasses import replace

import numpy as np
from scipy.special import stdtr

from payoff.causal.checks_pre_trend import say_size
from payoff.causal.cluster_errors import trusted
from payoff.causal.protocol import Answer, Estimator
from payoff.causal.registry import ESTIMATORS
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study, Term
from payoff.nouns.wording import lowered, plural, sentence

NAME = "placebo date"
LEVEL = 0.01
MIN_SIDE = 2  # periods before and after the pretended launch
TERM = "pretended"


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """The locked method on the baseline alone, with a launch pretended in its middle."""
    estimator = ESTIMATORS.get(study.design.method)
    periods = np.flatnonzero(panel.pre)
    periods = periods[: max(len(periods) - study.design.anticipation, 0)]
    if estimator is None or len(periods) < 2 * MIN_SIDE:
        text = (
            f"Cannot be tried: {len(periods)} {plural(study.design.period, len(periods))} before launch; at "
            f"least {2 * MIN_SIDE} are needed to pretend an earlier one."
        )
        return _check(Verdict.SILENT, text)
    found = _ask(estimator, *_pretend(study, panel, len(periods) // 2, len(periods)))
    if isinstance(found, Refusal):
        return _check(Verdict.SILENT, f"Cannot be tried: {lowered(sentence(found.reason))}")
    estimate, error, df = found
    size = say_size(panel, estimate)
    p_value = float(2 * stdtr(df, -abs(estimate) / error))
    if p_value < LEVEL:
        text = (
            f"The same method, asked about a launch pretended in the middle of the baseline, finds a change "
            f"of {size} (p = {p_value:.3f}) where there was no program."
        )
        return _check(Verdict.FAIL, text)
    text = (
        f"The same method, asked about a launch pretended in the middle of the baseline, finds nothing "
        f"({size}, p = {p_value:.2f})."
    )
    return _check(Verdict.PASS, text)


def _ask(estimator: Estimator, study: Study, panel: Panel) -> tuple[float, float, float] | Refusal:
    """(estimate, error, degrees of freedom): of the regression itself where there is one: quick."""
    if estimator.regression is None:
        answer = estimator.answer(study, panel, "reference")[0]
        if isinstance(answer, Refusal):
            return answer
        return answer.estimate, answer.std_error, float(answer.df[answer.headline])
    fit = estimator.regression(study, panel)
    if isinstance(fit, Refusal):
        return fit
    errors = trusted(fit, 1) if fit.df_residual > 0 else None
    if errors is None or not fit.identified[0] or not (errors.covariance[0, 0] > 0 and errors.df[0] > 0):
        return Refusal(NAME, "the baseline leaves no variation from which to state an error.")
    return float(fit.coefficients[0]), float(errors.covariance[0, 0]) ** 0.5, float(errors.df[0])


def _pretend(study: Study, panel: Panel, n_before: int, n_periods: int) -> tuple[Study, Panel]:
    """The study and its baseline as if launch came after the first `n_before` of `n_periods` periods."""
    kept = np.flatnonzero(panel.pre)[:n_periods]
    pre = np.arange(len(kept)) < n_before
    launch = np.where(panel.launch >= 0, n_before, -1)
    if (panel.launch >= 0).all():
        launch = np.where(panel.launch == panel.launch.min(), n_before, -1)
    design = replace(
        study.design,
        terms=(Term(TERM, 0, None),),
        verdict_term=TERM,
        anticipation=0,
        second=None,
    )
    baseline = replace(
        panel,
        periods=panel.periods[kept],
        values=panel.values[:, kept],
        weights=panel.weights[:, kept],
        pre=pre,
        post=~pre,
        launch=launch.astype(np.int64),
    )
    return replace(study, design=design), baseline


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "baseline", verdict, text, costs=1)
