"""Weights that make a mean of others follow one series: least squares on the simplex.

Question  Which mean of comparison units moved like the program's before launch, which periods before
          launch say most about those after, and what is left when both are taken out?
Identity  min |Aw − b|² + ridge |w|² over w ≥ 0, Σw = 1.
Solvers   `frank_wolfe` stops where the authors' package stops, which is part of the published numbers; it
          is used for the estimate. `simplex_weights` ends at the optimum itself after a few dozen small
          solves and is used for the hundred placebos: there the two differ by far less than the error.
Cites     Arkhangelsky et al. (2021), doi:10.1257/aer.20190159: weights, default ridge, stopping rule;
          Lawson & Hanson (1974), ch. 23: the active set; Abadie, Diamond & Hainmueller (2010),
          doi:10.1198/jasa.2009.ap08746: synthetic control.
Proof     tests/reference/test_reference_synthetic.py (Proposition 99); tests/causal/
          test_causal_synthetic.py: optimality conditions, synthdid-py.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Floats

SLIGHT = 1e-6  # ridge, in units of noise, where a method asks for none
FLAT = 1e-10  # a gain smaller than this share of the problem's own size is none
GAIN = 1e-5  # in units of noise: Frank-Wolfe stops once a step gains less than its square
FIRST_STEPS, MOST_STEPS = 100, 10_000  # before small weights are dropped, and after


@dataclass(frozen=True, slots=True)
class Synthetic:
    """One counterfactual. effect: mean over follow-up. by_period (T1,): effect in each period.

    unit_weights (N0,); period_weights (T0,). fit_error: root mean squared distance before launch of the
    program's path from the weighted one, after the level the method takes out.
    """

    effect: float
    by_period: Floats
    unit_weights: Floats
    period_weights: Floats
    fit_error: float


@dataclass(frozen=True, slots=True)
class Problem:
    """columns (m, n), target (m,); ridge in the same units as |columns|²; gain: when to stop."""

    columns: Floats
    target: Floats
    ridge: float
    gain: float


Solver = Callable[[Problem], Floats]


def simplex_weights(problem: Problem) -> Floats:
    """The optimum: an active set grows by the weight that helps most, shrinks where one turns negative."""
    a = problem.columns
    return _solve_simplex(a.T @ a + problem.ridge * np.eye(a.shape[1]), a.T @ problem.target)


def frank_wolfe(problem: Problem) -> Floats:
    """As synthdid: some steps, small weights dropped, then steps until one gains next to nothing."""
    a = problem.columns
    gram, moment = a.T @ a + problem.ridge * np.eye(a.shape[1]), a.T @ problem.target
    weights = _descend(gram, moment, np.full(len(moment), 1 / len(moment)), problem.gain, FIRST_STEPS)
    kept = np.where(weights <= weights.max() / 4, 0.0, weights)
    return _descend(gram, moment, kept / kept.sum(), problem.gain, MOST_STEPS)


def noise_level(others: Floats) -> float:
    """Standard deviation of changes from period to period among comparison units (N0, T0)."""
    return float(np.diff(others, axis=1).std(ddof=1))


def synthetic_did(
    others: Floats, ours: Floats, n_pre: int, n_program: int, solve: Solver = frank_wolfe
) -> Synthetic:
    """others (N0, T), ours (T,) mean of n_program units; the first n_pre periods are before launch."""
    before, after = others[:, :n_pre], others[:, n_pre:]
    noise, n_others = noise_level(before), len(others)
    ridge = (n_program * after.shape[1]) ** 0.25 * noise
    levelled = (before - before.mean(axis=1, keepdims=True)).T
    target = ours[:n_pre] - ours[:n_pre].mean()
    gain = (GAIN * noise) ** 2
    units = solve(Problem(levelled, target, n_pre * ridge**2, n_pre * gain))
    shape = after.mean(axis=1)
    slight = n_others * (SLIGHT * noise) ** 2
    periods = solve(Problem(before - before.mean(axis=0), shape - shape.mean(), slight, n_others * gain))
    return _combine(others, ours, n_pre, units, periods, level=True)


def synthetic_control(others: Floats, ours: Floats, n_pre: int, solve: Solver = frank_wolfe) -> Synthetic:
    """The same arrays; levels must be met, and no period counts more than another.

    What all comparison units share in a period is taken out first: it changes no weight, and large levels
    then cost no digits.
    """
    before = others[:, :n_pre]
    noise, shared = noise_level(before), before.mean(axis=0)
    slight, gain = n_pre * (SLIGHT * noise) ** 2, n_pre * (GAIN * noise) ** 2
    units = solve(Problem((before - shared).T, ours[:n_pre] - shared, slight, gain))
    return _combine(others, ours, n_pre, units, np.zeros(n_pre), level=False)


def plain_did(others: Floats, ours: Floats, n_pre: int) -> Synthetic:
    """Every comparison unit and every period before launch alike: difference in differences."""
    units = np.full(len(others), 1 / len(others))
    return _combine(others, ours, n_pre, units, np.full(n_pre, 1 / n_pre), level=True)


def _combine(
    others: Floats, ours: Floats, n_pre: int, units: Floats, periods: Floats, *, level: bool
) -> Synthetic:
    gap = ours - units @ others
    by_period = gap[n_pre:] - periods @ gap[:n_pre]
    miss = gap[:n_pre] - gap[:n_pre].mean() if level else gap[:n_pre]
    return Synthetic(float(by_period.mean()), by_period, units, periods, float(np.sqrt((miss**2).mean())))


def _descend(gram: Floats, moment: Floats, start: Floats, gain: float, most: int) -> Floats:
    """Frank-Wolfe steps with exact line search until one gains no more than `gain`; at least two.

    slope (n,) = gram @ weights − moment is carried along, so that a step costs one row of `gram`.
    """
    rows = gram - moment  # row i: slope at the corner i
    weights, slope = start.copy(), gram @ start - moment
    for step in range(most):
        best = int(slope.argmin())
        towards = rows[best] - slope
        down = float(slope[best] - slope @ weights)
        bend = float(towards[best] - towards @ weights)
        if bend <= 0 or down >= 0:
            break
        share = min(1.0, -down / bend)
        weights *= 1 - share
        weights[best] += share
        slope += share * towards
        if step > 0 and -2 * share * down - share**2 * bend <= gain:
            break
    return weights


def _solve_simplex(gram: Floats, moment: Floats) -> Floats:
    """min ½ w'Gw − m'w over the simplex; gram (n, n) positive, moment (n,)."""
    size = float(np.abs(gram).max()) or 1.0
    gram, moment = gram / size, moment / size
    weights = np.zeros(len(moment))
    first = int((0.5 * np.diag(gram) - moment).argmin())
    weights[first] = 1.0
    inside = [first]
    for _ in range(20 * len(moment) + 50):
        wanted, level = _on_face(gram, moment, inside)
        while (wanted <= 0).any() and len(inside) > 1:
            now = weights[inside]
            falling = np.flatnonzero(wanted <= 0)
            steps = now[falling] / (now[falling] - wanted[falling])
            weights[inside] = now + steps.min() * (wanted - now)
            out = inside[int(falling[steps.argmin()])]
            weights[out] = 0.0
            inside.remove(out)
            wanted, level = _on_face(gram, moment, inside)
        weights[inside] = wanted
        slope = gram @ weights - moment - level
        slope[inside] = 0.0
        best = int(slope.argmin())
        if slope[best] >= -FLAT:
            break
        inside.append(best)
    kept = np.maximum(weights, 0.0)
    result: Floats = kept / kept.sum()
    return result


def _on_face(gram: Floats, moment: Floats, inside: list[int]) -> tuple[Floats, float]:
    """The optimum with only `inside` free, signs aside, and the slope they share there."""
    k = len(inside)
    system = np.zeros((k + 1, k + 1))
    system[:k, :k] = gram[np.ix_(inside, inside)]
    system[:k, k] = -1.0
    system[k, :k] = 1.0
    right = np.append(moment[inside], 1.0)
    try:
        solution = np.linalg.solve(system, right)
    except np.linalg.LinAlgError:
        solution = np.linalg.lstsq(system, right, rcond=None)[0]
    return solution[:k], float(solution[k])
