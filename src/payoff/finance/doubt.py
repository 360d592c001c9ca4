"""Where the doubt in the return comes from: all inputs at once, two at a time, and what it costs not to know.

Question  Which share of the variance of net money does each input explain, alone and with the others? What
          is the return over a grid of two inputs? What is it worth to know an input before deciding?
Sobol     First-order and total indices by `scipy.stats.sobol_indices` (Saltelli 2010; quasi-random points, n
          a power of two), of net benefit under each input's own distribution. Inputs must be independent.
Knowing   Expected value of perfect information: E[max(net, 0)] − max(E[net], 0), and the same for one input
          by averaging net over draws alike in it. An upper bound for what a study of that input may cost.
Refuses   Indices under declared correlations; the value of knowing where means do not exist (a proportional
          effect with few degrees of freedom).
Cites     Saltelli et al. (2010); Strong, Oakley & Brennan (2014).
Proof     tests/finance/test_finance_doubt.py: the Ishigami function within 0.02, closed forms.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from payoff.finance.draws import is_fixed, quantiles, t_quantiles
from payoff.finance.money_model import Inputs, MoneyModel, cash_by_month, constant_lift, cost_total_of, net_of
from payoff.finance.returns import roi_of
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.money_plan import Assumption
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

N_POINTS = 4096  # per matrix; a power of two, as Sobol's sequence needs
N_GROUPS = 50  # groups of draws alike in one input
FEWEST_DF = 3.0  # below, a t distribution has no stable mean of its tails worth deciding by
NOT_IN_NET = ("discount", "hurdle", "finance_rate", "reinvest_rate", "haircut", "completions", "competent")


@dataclass(frozen=True, slots=True)
class GlobalShare:
    """Share of the variance of net money: of this input alone, and with all it interacts with."""

    name: str
    first: float
    total: float


@dataclass(frozen=True, slots=True)
class Grid:
    """ROI over two inputs, all others at mid. roi: (len(rows), len(columns)), NaN where it means nothing."""

    row: str
    column: str
    rows: Floats
    columns: Floats
    roi: Floats


def global_shares(
    study: Study,
    model: MoneyModel,
    effect: Effect,
    assumptions: tuple[Assumption, ...],
    n_points: int = N_POINTS,
) -> tuple[GlobalShare, ...] | Refusal:
    """One per input with doubt, largest total first. n_points: a power of two."""
    method = "shares of variance"
    if study.correlations:
        return Refusal(method, "inputs declared to move together have no share of their own")
    ranged = [a for a in assumptions if not is_fixed(a) and a.name not in NOT_IN_NET]
    mid = {a.name: a.mid for a in assumptions}

    def net(uniform: Floats) -> Floats:  # (n_inputs, n) uniform on (0, 1)
        lifts = lift_quantiles(effect, uniform[0])
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
    from scipy.stats import sobol_indices, uniform  # takes seconds to import: only when asked

    found = sobol_indices(
        func=lambda x: function(np.clip(x, 1e-9, 1 - 1e-9))[np.newaxis, :],
        n=n_points,
        dists=[uniform(0, 1) for _ in names],
        rng=np.random.default_rng(seed),
    )
    first, total = np.ravel(found.first_order), np.ravel(found.total_order)
    return tuple(GlobalShare(n, float(f), float(t)) for n, f, t in zip(names, first, total, strict=True))


def lift_quantiles(effect: Effect, share: Floats) -> Floats:
    """Lifts of every term at each share of its own distribution, (n, n_terms), low = worse."""
    if effect.draws is not None:
        return np.quantile(effect.lift(effect.draws), share, axis=0)
    turned = 1.0 - share if effect.better == "lower" else share
    deviates = np.stack([t_quantiles(turned, float(df)) for df in effect.df], axis=1)
    return effect.lift(effect.estimates + deviates * effect.std_errors)


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


@dataclass(frozen=True, slots=True)
class KnowingFirst:
    """What perfect knowledge is worth before deciding to scale, in the study's currency.

    all: of everything at once; each: of one input, most first.
    """

    all: float
    each: Mapping[str, float]


def value_of_knowing(model: MoneyModel, effect: Effect, inputs: Inputs) -> KnowingFirst | Refusal:
    """From the draws: how much better one would decide (go when net is positive) knowing an input first."""
    if effect.scale == "log" and effect.draws is None and np.isfinite(effect.df).any():
        reason = "the mean of a proportional effect drawn from a t distribution does not exist"
        return Refusal("value of knowing", reason)
    if effect.draws is None and (effect.df < FEWEST_DF).any():
        return Refusal(
            "value of knowing", "with so few degrees of freedom the mean of the draws means nothing"
        )
    net = net_of(model, inputs)
    now = max(0.0, float(net.mean()))
    given = {"lift": constant_lift(model, inputs)}
    given |= {n: v for n, v in inputs.values.items() if n not in NOT_IN_NET and v.min() < v.max()}
    each = {name: max(0.0, _decided_knowing(values, net) - now) for name, values in given.items()}
    ranked = dict(sorted(each.items(), key=lambda entry: -entry[1]))
    return KnowingFirst(float(np.maximum(net, 0).mean()) - now, ranked)


def _decided_knowing(values: Floats, net: Floats) -> float:
    """Mean over groups of draws alike in `values` of the better of going and not going."""
    groups = np.array_split(net[np.argsort(values, kind="stable")], N_GROUPS)
    return float(sum(max(0.0, float(group.mean())) * group.size for group in groups) / net.size)
