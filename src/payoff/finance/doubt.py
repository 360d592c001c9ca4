"""Where the doubt in the return comes from: all inputs at once, two at a time, and what it costs not to know.

Question  Which share of the variance of net money does each input explain, alone and with the others? What
          is the return over a grid of two inputs? What is it worth to know an input before deciding?
Sobol     First-order (Saltelli 2010) and total (Jansen 1999) indices on quasi-random points, of net benefit
          under each input's own distribution. Inputs must be independent.
Knowing   Expected value of perfect information: E[max(net, 0)] − max(E[net], 0), and the same for one input
          by averaging net over draws alike in it. An upper bound for what a study of that input may cost.
Tails     A proportional effect drawn from a t distribution has no mean: it is held between the ends that
          1 draw in 1,000 passes on either side.
Refuses   Indices under declared correlations; both where the spread of the effect hangs on draws rarer than
          1 in 1,000 (few degrees of freedom, or a proportional effect with a wide error).
Cites     Saltelli et al. (2010); Jansen (1999); Strong, Oakley & Brennan (2014).
Proof     tests/finance/test_finance_doubt.py: the Ishigami function, scipy's indices, closed forms.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from payoff.finance.draws import is_fixed, lift_quantiles, quantiles
from payoff.finance.low_discrepancy import halton
from payoff.finance.money_model import Inputs, MoneyModel, cash_by_month, constant_lift, cost_total_of, net_of
from payoff.finance.returns import roi_of
from payoff.nouns.arrays import Floats
from payoff.nouns.doubt import Doubt, GlobalShare, Grid, KnowingFirst
from payoff.nouns.effect import Effect
from payoff.nouns.money_plan import Assumption
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.valuation import TornadoBar

N_POINTS = 4096  # looks at each input
N_GROUPS = 50  # groups of draws alike in one input
TAIL, FAR_TAIL = 1e-3, 1e-4  # shares of draws beyond either end
MOST_BY_TAILS = 1.1  # how much wider the effect may look when the far tail is let in
_TAIL_POINTS = 20_001
NOT_IN_NET = ("discount", "hurdle", "finance_rate", "reinvest_rate", "haircut", "completions", "competent")


def find_doubt(
    study: Study,
    model: MoneyModel,
    effect: Effect,
    assumptions: tuple[Assumption, ...],
    point: Inputs,
    draws: Inputs,
    bars: tuple[TornadoBar, ...],
) -> Doubt:
    """All of it for one valuation. bars: its tornado, which names the two inputs of the grid."""
    return Doubt(
        global_shares(study, model, effect, assumptions),
        widest_grid(model, point, bars),
        value_of_knowing(model, effect, draws),
    )


def widest_grid(model: MoneyModel, point: Inputs, bars: tuple[TornadoBar, ...]) -> Grid | None:
    """ROI over the lift and the widest other input; over the two widest where the lift moves nothing.

    Each stands at its 10th percentile, at mid, at its 90th, and halfway between.
    """
    found = {bar.name: bar for bar in bars}
    names = [*(n for n in ("lift",) if n in found), *(n for n in found if n != "lift")][:2]
    if len(names) < 2:
        return None
    mids = {name: float(values[0]) for name, values in point.values.items()}
    mids["lift"] = float(constant_lift(model, point)[0])
    first, second = ((name, _steps(found[name], mids[name])) for name in names)
    return two_way(model, point, first, second)


def _steps(bar: TornadoBar, mid: float) -> list[float]:
    low, high = bar.low_value, bar.high_value
    return sorted({low, (low + mid) / 2, mid, (mid + high) / 2, high})


def global_shares(
    study: Study,
    model: MoneyModel,
    effect: Effect,
    assumptions: tuple[Assumption, ...],
    n_points: int = N_POINTS,
) -> tuple[GlobalShare, ...] | Refusal:
    """One per input with doubt, largest total first."""
    method = "shares of variance"
    if study.correlations:
        return Refusal(method, "inputs declared to move together have no share of their own")
    if _hangs_on_tails(effect):
        return Refusal(method, _HANGS_ON_TAILS)
    held = TAIL if _has_no_mean(effect) else 0.0
    ranged = [a for a in assumptions if not is_fixed(a) and a.name not in NOT_IN_NET]
    mid = {a.name: a.mid for a in assumptions}

    def net(uniform: Floats) -> Floats:  # (n_inputs, n) uniform on (0, 1)
        lifts = lift_quantiles(effect, np.clip(uniform[0], held, 1 - held))
        values = {name: np.full(uniform.shape[1], value) for name, value in mid.items()}
        values |= {a.name: quantiles(a, u) for a, u in zip(ranged, uniform[1:], strict=True)}
        return net_of(model, Inputs(lifts, values))

    names = ["lift", *(a.name for a in ranged)]
    found = sobol_shares(net, names, n_points, study.seed)
    moving = [share for share in found if share.total > 1e-12]
    return tuple(sorted(moving, key=lambda share: -share.total))


def sobol_shares(
    function: Callable[[Floats], Floats], names: Sequence[str], n_points: int = N_POINTS, seed: int = 0
) -> tuple[GlobalShare, ...]:
    """First-order and total Sobol indices of a function of uniform inputs, (n_inputs, n) → (n,)."""
    both = halton(np.random.default_rng(seed), n_points, 2 * len(names))
    base, other = both[: len(names)], both[len(names) :]
    at_base, at_other = function(base), function(other)
    middle = (at_base.mean() + at_other.mean()) / 2
    variance = float(np.concatenate([at_base, at_other]).var())
    if variance == 0:
        return tuple(GlobalShare(name, 0.0, 0.0) for name in names)
    found = []
    for row, name in enumerate(names):
        mixed = base.copy()
        mixed[row] = other[row]
        step = function(mixed) - at_base
        first = float(((at_other - middle) * step).mean()) / variance
        found.append(GlobalShare(name, first, float((step**2).mean()) / 2 / variance))
    return tuple(found)


_HANGS_ON_TAILS = "the spread of the effect hangs on draws rarer than 1 in 1,000, so its mean says nothing"


def _hangs_on_tails(effect: Effect) -> bool:
    """Whether draws rarer than 1 in 1,000 widen the effect by more than a tenth."""
    if effect.draws is not None:
        return False
    ends = (np.linspace(cut, 1 - cut, _TAIL_POINTS) for cut in (TAIL, FAR_TAIL))
    with np.errstate(all="ignore"):  # an endless tail is what is looked for
        near, far = (lift_quantiles(effect, shares).std(axis=0) for shares in ends)
        return bool((~(far <= MOST_BY_TAILS * near)).any())


def _has_no_mean(effect: Effect) -> bool:
    return effect.scale == "log" and effect.draws is None and bool(np.isfinite(effect.df).any())


def _without_tails(effect: Effect, inputs: Inputs) -> Inputs:
    """Lifts held between the ends that 1 draw in 1,000 passes."""
    low, high = np.sort(lift_quantiles(effect, np.array([TAIL, 1 - TAIL])), axis=0)
    return replace(inputs, lifts=np.clip(inputs.lifts, low, high))


def two_way(
    model: MoneyModel,
    point: Inputs,
    row: tuple[str, Sequence[float]],
    column: tuple[str, Sequence[float]],
) -> Grid:
    """ROI with two inputs set, `lift` (one constant lift) or any assumption by name, others at mid."""
    (row_name, rows), (column_name, columns) = row, column
    first, second = (m.ravel() for m in np.meshgrid(rows, columns, indexing="ij"))
    n = first.size
    values = {name: np.full(n, value[0]) for name, value in point.values.items()}
    lifts = np.repeat(point.lifts, n, axis=0)
    for name, setting in ((row_name, first), (column_name, second)):
        if name == "lift":
            lifts = np.broadcast_to(setting[:, np.newaxis], lifts.shape).copy()
        else:
            values[name] = setting
    inputs = Inputs(lifts, values)
    cash, cost = cash_by_month(model, inputs).sum(axis=1), cost_total_of(model, inputs)
    positive = cost > 0
    roi = roi_of(cash, np.where(positive, cost, 1.0))
    assert not isinstance(roi, Refusal)
    table = np.where(positive, roi, np.nan).reshape(len(rows), len(columns))
    return Grid(row_name, column_name, np.asarray(rows, float), np.asarray(columns, float), table)


def value_of_knowing(model: MoneyModel, effect: Effect, inputs: Inputs) -> KnowingFirst | Refusal:
    """From the draws: how much better one would decide (go when net is positive) knowing an input first."""
    if _hangs_on_tails(effect):
        return Refusal("value of knowing", _HANGS_ON_TAILS)
    if _has_no_mean(effect):
        inputs = _without_tails(effect, inputs)
    net = net_of(model, inputs)
    now = max(0.0, float(net.mean()))
    given = {"lift": constant_lift(model, inputs)}
    given |= {n: v for n, v in inputs.values.items() if n not in NOT_IN_NET and v.min() < v.max()}
    each = {name: max(0.0, _decided_knowing(values, net) - now) for name, values in given.items()}
    ranked = dict(sorted(each.items(), key=lambda entry: -entry[1]))
    return KnowingFirst(float(np.maximum(net, 0).mean()) - now, ranked)


def _decided_knowing(values: Floats, net: Floats) -> float:
    """Mean net of going only where draws alike in `values` say so.

    Half of each group decides and the other half counts, both ways round: a group that looks good by
    chance then gains nothing, and an input that tells nothing is worth nothing.
    """
    ordered = net[np.argsort(values, kind="stable")]
    halves = ordered[0::2], ordered[1::2]
    n_groups = max(1, min(N_GROUPS, halves[1].size))
    first, second = (np.array_split(half, n_groups) for half in halves)
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a.size and b.size]
    won = sum(float(b.sum()) * (a.mean() > 0) + float(a.sum()) * (b.mean() > 0) for a, b in pairs)
    return float(won) / net.size
