"""How strong would something unmeasured have to be to carry the result away?

Scope     comparison. Reads the result's size, so it informs and neither fails nor costs.
Does      Groups chosen, not drawn: regression of the outcome after launch (difference in differences: of its
          change) on the group and everything known before, with classical errors for the arithmetic only.
Passes    Part of the estimate would be left by a confounder as strong as the strongest covariate measured.
Silent    Nothing would be left; the result leaves no effect possible as it is; nothing measured to hold a
          confounder against; several launch dates.
Cites     Cinelli & Hazlett (2020), doi:10.1111/rssb.12348; VanderWeele & Ding (2017), doi:10.7326/M16-2607,
          for proportional metrics.
"""

import math

import numpy as np

from payoff.causal.covariate_adjusted import covariate_names, known_before
from payoff.causal.e_value import e_value
from payoff.causal.outcome import analysed_values, observed_cells, unit_means
from payoff.causal.protocol import Answer
from payoff.causal.sensitivity import Sensitivity, benchmark_confounder, fit_sensitivity
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import number, percent

NAME = "unmeasured confounder"


def look(study: Study, panel: Panel, answer: Answer) -> Check | None:
    """Robustness value of the comparison, held against the strongest covariate measured."""
    if study.design.randomised:
        return None
    if isinstance(answer, Refusal):
        return _check(Verdict.SILENT, "There is no result that a confounder could carry away.")
    low, high = answer.interval
    if low <= 0 <= high:
        return _check(
            Verdict.SILENT, "The result leaves no effect possible as it is: there is nothing to carry away."
        )
    rows = _rows(study, panel)
    if isinstance(rows, str):
        return _check(Verdict.SILENT, f"Cannot be said: {rows}")
    outcome, arm, known, names = rows
    try:
        found = fit_sensitivity(outcome, arm, known)
    except ValueError:
        return _check(Verdict.SILENT, "Cannot be said: what is known before launch tells the groups apart.")
    strength = _strength(found, answer)
    if not names:
        return _check(Verdict.SILENT, f"{strength}. No covariate was measured to hold that against.")
    strongest, share = _strongest(outcome, arm, known, names)
    if share <= 0:
        text = f"{strength}; one as strong as {strongest} would be enough to carry all of it away."
        return _check(Verdict.SILENT, text)
    text = f"{strength}; one as strong as {strongest} would leave {percent(min(share, 1.0))} of it."
    return _check(Verdict.PASS, text)


def _strength(found: Sensitivity, answer: Effect) -> str:
    text = (
        f"To bring the result to nothing something unmeasured would have to explain "
        f"{percent(found.robustness_value)} of what is left both of the outcome and of who took part"
    )
    if answer.scale == "log":
        ratio = e_value(math.exp(answer.estimate)).point
        text += f" (or go with both by a ratio of {number(ratio)})"
    return text


def _rows(study: Study, panel: Panel) -> tuple[Floats, Floats, Floats, tuple[str, ...]] | str:
    """(outcome, arm, known (n, k), names of the columns a confounder is held against) over complete units."""
    did = study.design.type == "did"
    if did and len(np.unique(panel.launch[panel.launch >= 0])) != 1:
        return "the program started at several dates."
    values = analysed_values(study, panel, panel.pre | panel.post, NAME)
    if isinstance(values, Refusal):
        return values.reason
    after, before = (
        unit_means(values, panel.weights, observed_cells(panel, window))[0]
        for window in (panel.post, panel.pre)
    )
    known = known_before(study, panel, panel.pre)
    n_covariates = 0 if panel.covariates is None else int(panel.covariates.shape[1])
    own = known.shape[1] - n_covariates
    if did:  # the level before launch is differenced out; holding it constant too would be another method
        known, own = known[:, own:], 0
    outcome = after - before if did else after
    whole = np.isfinite(outcome) & np.isfinite(known).all(axis=1)
    varied = [j for j in range(known.shape[1]) if np.ptp(known[whole, j]) > 0] if whole.any() else []
    if whole.sum() < len(varied) + 5 or len(np.unique(panel.in_program[whole])) < 2:
        return "too few units are known before and after."
    names = ("the level before launch",) * own + covariate_names(study, n_covariates)
    return (
        outcome[whole],
        panel.in_program[whole].astype(np.float64),
        known[whole][:, varied],
        tuple(names[j] for j in varied),
    )


def _strongest(outcome: Floats, arm: Floats, known: Floats, names: tuple[str, ...]) -> tuple[str, float]:
    """(name, share of the estimate left) of the covariate whose like would carry most away."""
    full = fit_sensitivity(outcome, arm, known).estimate
    left = {}
    for j, name in enumerate(names):
        try:
            left[name] = benchmark_confounder(outcome, arm, known, (j,)).adjusted_estimate / full
        except (ValueError, ZeroDivisionError):  # nothing could be as strong again
            left[name] = 0.0
    name = min(left, key=lambda name: left[name])
    return name, left[name]


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "comparison", verdict, text)
