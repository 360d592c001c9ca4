"""Were the groups alike before anything happened?

Scope     comparison. Looks at the outcome before launch and at the covariates, never after.
Fails     Drawn by lot: a standardised difference above 0.10 that chance alone would give less than once
          in a hundred such tables (Bonferroni over rows), the mark of a broken draw. A plain 0.10 or
          0.25 rule would fail a third of all sound trials with 60 people and so says nothing there.
          Chosen groups: a standardised difference above 0.25 (Imbens & Rubin 2015, ch. 14: beyond it
          regression no longer mends the gap), whatever its cause. Difference in differences takes out a
          constant gap and has the pre-trend check for the rest: there a gap above 0.25 fails only where
          chance gives it less than once in thirty tables, a sign that the groups were not chosen alike.
Silent    Nothing measured before launch; fewer clusters than the floor.
"""

import math

import numpy as np
from scipy.special import stdtr

from payoff.causal.cluster_errors import trusted
from payoff.causal.covariate_adjusted import known_before
from payoff.causal.floors import compact, floor_refusal
from payoff.causal.protocol import Answer
from payoff.causal.regression import fit_rows
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study
from payoff.nouns.wording import named, number

NAME = "baseline balance"
FAR = 0.25
NOTABLE = 0.10
CHANCE, CHANCE_CHOSEN = 0.01, 0.03


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Standardised difference of each thing known before launch, program minus comparison."""
    known = known_before(study, panel, panel.pre)
    arm = panel.in_program
    names: tuple[str, ...] = _names(study, panel, known)
    if not known.shape[1]:
        return _check(Verdict.SILENT, "Nothing was measured before launch: balance cannot be checked.")
    gaps: list[tuple[str, float, float]] = []
    for name, column in zip(names, known.T, strict=True):
        seen = np.isfinite(column)
        if floor_refusal(study, panel.cluster[seen], arm[seen], NAME) is None and np.ptp(column[seen]) > 0:
            gaps.append((name, *_gap(column[seen], arm[seen], panel.cluster[seen])))
    if not gaps:
        return _check(Verdict.SILENT, "Too few were measured before launch in one of the groups.")
    worst = max(gaps, key=lambda gap: abs(gap[1]))
    odd = [gap for gap in gaps if _is_odd(study, gap, len(gaps))]
    size = f"{number(abs(worst[1]))} standard deviations"
    if not odd:
        text = f"The groups were alike before launch: the widest gap is {size} ({worst[0]})"
        text += ", no wider than chance gives" if study.design.randomised and abs(worst[1]) > NOTABLE else ""
        return _check(Verdict.PASS, f"{text}.")
    text = f"The groups differed before launch, by up to {size} ({named([gap[0] for gap in odd])})"
    if study.design.type == "did":
        text += "; a constant gap is taken out, but equal trends are the less likely for it"
    return _check(Verdict.FAIL, f"{text}.")


def _gap(column: Floats, arm: Bools, cluster: Ints) -> tuple[float, float]:
    """Standardised difference and the chance of one as wide under random assignment."""
    spread = np.sqrt((column[arm].var(ddof=1) + column[~arm].var(ddof=1)) / 2)
    rows = np.column_stack([arm.astype(np.float64), np.ones(len(column))])
    fit = fit_rows(rows, column - column.mean(), np.ones(len(column)), compact(cluster))
    errors = trusted(fit, 1)
    error = float(np.sqrt(errors.covariance[0, 0]))
    difference = float(fit.coefficients[0])
    if spread == 0 or error == 0:
        return float("inf"), _split_chance(arm, cluster)  # constant within both groups, different between
    return difference / float(spread), 2 * float(stdtr(errors.df[0], -abs(difference) / error))


def _split_chance(arm: Bools, cluster: Ints) -> float:
    """Chance that a draw splits two kinds of clusters exactly between the groups, either way round."""
    drawn, everyone = len(np.unique(cluster[arm])), len(np.unique(cluster))
    return min(2 / math.comb(everyone, min(drawn, everyone)), 1.0)


def _is_odd(study: Study, gap: tuple[str, float, float], n_rows: int) -> bool:
    """gap: name, standardised difference, chance of one as wide if the groups were drawn by lot."""
    _, difference, chance = gap
    if study.design.randomised:
        return abs(difference) > NOTABLE and chance < CHANCE / n_rows
    by_chance = study.design.type == "did" and chance >= CHANCE_CHOSEN / n_rows
    return abs(difference) > FAR and not by_chance


def _names(study: Study, panel: Panel, known: Floats) -> tuple[str, ...]:
    """One name a column of `known`: the metric first where it was measured, then the covariates."""
    n_covariates = 0 if panel.covariates is None else int(panel.covariates.shape[1])
    own = (panel.metric.label,) * (known.shape[1] - n_covariates)
    declared = study.design.covariates
    plain = tuple(f"covariate {i + 1}" for i in range(n_covariates))
    names: tuple[str, ...] = own + (declared if len(declared) == n_covariates else plain)
    return names


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "comparison", verdict, text, costs=1)
