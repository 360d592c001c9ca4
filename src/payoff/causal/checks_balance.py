"""Were the groups alike before anything happened?

Scope     comparison. Looks at the outcome before launch and at the covariates, never after.
Fails     Drawn by lot: a standardised difference above 0.10 that chance alone would give less than once
          in a hundred such tables (Bonferroni over rows), the mark of a broken draw. A plain 0.10 or
          0.25 rule would fail a third of all sound trials with 60 people and so says nothing there.
          A gap of any size that a lot gives less than once in ten thousand such tables blocks: whatever
          decided, it was no lot, and everything after it rests on one.
          Chosen groups: a standardised difference above 0.25 (Imbens & Rubin 2015, ch. 14: beyond it
          regression no longer mends the gap), whatever its cause. Difference in differences takes out a
          constant gap and has the pre-trend check for the rest: there a gap above 0.25 fails only where
          chance gives it less than once in thirty tables, a sign that the groups were not chosen alike.
Silent    Nothing measured before launch; fewer clusters than the floor.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtr, stdtrit

from payoff.causal.cluster_errors import trusted
from payoff.causal.covariate_adjusted import covariate_names, known_before
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
NO_LOT = 1e-4


@dataclass(frozen=True, slots=True)
class Gap:
    """size: standardised difference, program minus comparison. chance: of one as wide under a draw by lot.

    error, df: of the size, to say what chance allows; an error of zero where there is nothing to say.
    """

    name: str
    size: float
    chance: float
    error: float = 0.0
    df: float = 1.0

    def allowed(self, chance: float) -> float:
        """The widest gap that is still no rarer than `chance`."""
        return float(-stdtrit(self.df, chance / 2)) * self.error


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Standardised difference of each thing known before launch, program minus comparison."""
    known = known_before(study, panel, panel.pre)
    arm = panel.in_program
    names: tuple[str, ...] = _names(study, panel, known)
    if not known.shape[1]:
        return _check(Verdict.SILENT, "Nothing was measured before launch: balance cannot be checked.")
    gaps: list[Gap] = []
    for name, column in zip(names, known.T, strict=True):
        seen = np.isfinite(column)
        if floor_refusal(study, panel.cluster[seen], arm[seen], NAME) is None and np.ptp(column[seen]) > 0:
            gaps.append(_gap(name, column[seen], arm[seen], panel.cluster[seen]))
    if not gaps:
        return _check(Verdict.SILENT, "Too few were measured before launch in one of the groups.")
    return _judge(study, gaps)


def _judge(study: Study, gaps: list[Gap]) -> Check:
    worst = max(gaps, key=lambda gap: abs(gap.size))
    size = f"{number(abs(worst.size))} standard deviations"
    none = [gap for gap in gaps if study.design.randomised and gap.chance < NO_LOT / len(gaps)]
    if none:
        text = f"The groups differed before launch, by up to {size} ({named([gap.name for gap in none])})"
        text += ": a lot gives a gap like this less than once in 10,000 draws, so a lot did not decide."
        return _check(Verdict.FAIL, text, blocks=True)
    odd = [gap for gap in gaps if _is_odd(study, gap, len(gaps))]
    if not odd:
        return _pass(study, worst, len(gaps))
    text = f"The groups differed before launch, by up to {size} ({named([gap.name for gap in odd])})"
    if study.design.type == "did":
        text += "; a constant gap is taken out, but equal trends are the less likely for it"
    return _check(Verdict.FAIL, f"{text}.")


def _pass(study: Study, worst: Gap, n_rows: int) -> Check:
    """Groups are called alike where they are; a wider gap that chance explains is said to be one."""
    size = f"{number(abs(worst.size))} standard deviations"
    if abs(worst.size) <= (NOTABLE if study.design.randomised else FAR):
        return _check(
            Verdict.PASS, f"The groups were alike before launch: the widest gap is {size} ({worst.name})."
        )
    level = (CHANCE if study.design.randomised else CHANCE_CHOSEN) / n_rows
    widest = f": with so few it may reach {number(worst.allowed(level))}" if worst.error > 0 else ""
    text = f"The groups differed before launch by {size} ({worst.name}), as chance allows{widest}."
    reason = f"groups differed by {size} beforehand, as chance allows"
    return replace(_check(Verdict.PASS, text), reason=reason)


def _gap(name: str, column: Floats, arm: Bools, cluster: Ints) -> Gap:
    """Standardised difference and the chance of one as wide under random assignment."""
    spread = np.sqrt((column[arm].var(ddof=1) + column[~arm].var(ddof=1)) / 2)
    rows = np.column_stack([arm.astype(np.float64), np.ones(len(column))])
    fit = fit_rows(rows, column - column.mean(), np.ones(len(column)), compact(cluster))
    errors = trusted(fit, 1)
    error, df = float(np.sqrt(errors.covariance[0, 0])), float(errors.df[0])
    difference = float(fit.coefficients[0])
    if spread == 0 or error == 0:  # constant within both groups, different between
        return Gap(name, float("inf"), _split_chance(arm, cluster))
    chance = 2 * float(stdtr(df, -abs(difference) / error))
    return Gap(name, difference / float(spread), chance, error / float(spread), df)


def _split_chance(arm: Bools, cluster: Ints) -> float:
    """Chance that a draw splits two kinds of clusters exactly between the groups, either way round."""
    drawn, everyone = len(np.unique(cluster[arm])), len(np.unique(cluster))
    return min(2 / math.comb(everyone, min(drawn, everyone)), 1.0)


def _is_odd(study: Study, gap: Gap, n_rows: int) -> bool:
    if study.design.randomised:
        return abs(gap.size) > NOTABLE and gap.chance < CHANCE / n_rows
    by_chance = study.design.type == "did" and gap.chance >= CHANCE_CHOSEN / n_rows
    return abs(gap.size) > FAR and not by_chance


def _names(study: Study, panel: Panel, known: Floats) -> tuple[str, ...]:
    """One name a column of `known`: the metric first where it was measured, then the covariates."""
    n_covariates = 0 if panel.covariates is None else int(panel.covariates.shape[1])
    own: tuple[str, ...] = (panel.metric.label,) * (known.shape[1] - n_covariates)
    return own + covariate_names(study, n_covariates)


def _check(verdict: Verdict, text: str, *, blocks: bool = False) -> Check:
    return Check(NAME, "comparison", verdict, text, blocks=blocks, costs=1)
