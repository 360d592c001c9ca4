"""Honest difference in differences on the authors' own example, and against its linear programs."""

import numpy as np
import pytest
from scipy.optimize import linprog

from payoff.causal import honest_breakdown, honest_intervals
from payoff.causal.honest_did_relative import build_moments
from payoff.nouns.arrays import Floats

N_PRE = 5


@pytest.fixture(scope="module")
def medicaid() -> tuple[Floats, Floats]:
    """Event study of dental coverage around the 2014 Medicaid expansion: 5 leads, 2014 and 2015."""
    import moderndid
    import statsmodels.api as sm

    table = moderndid.load_ehec().to_pandas()
    table = table[(table.year < 2016) & (table.yexp2.isna() | (table.yexp2 != 2015))]
    year, state = table.year.to_numpy(), table.stfips.to_numpy().astype(int)
    treated = (table.yexp2 == 2014).to_numpy(dtype=float)
    years = np.unique(year)
    events = np.column_stack([(year == y) * treated for y in years if y != 2013])
    states = (state[:, None] == np.unique(state)).astype(float)
    rows = np.column_stack([events, states, (year[:, None] == years[None, 1:]).astype(float)])
    fit = sm.OLS(table.dins.to_numpy(dtype=float), rows).fit(
        cov_type="cluster", cov_kwds={"groups": state, "use_correction": True}
    )
    k, n = events.shape[1], len(rows)
    nested = (n - rows.shape[1]) / (n - k - len(years))  # the authors' software counts no state effects
    return fit.params[:k], np.asarray(fit.cov_params())[:k, :k] * nested


@pytest.mark.parametrize(
    ("bend", "low", "high"),
    [(0.0, 0.0259, 0.0607), (0.01, 0.0132, 0.0787), (0.02, 0.00286, 0.0907), (0.03, -0.00714, 0.101)],
)
def test_smoothness(medicaid: tuple[Floats, Floats], bend: float, low: float, high: float) -> None:
    """Rambachan & Roth's package, its README: the effect in 2014."""
    estimates, covariance = medicaid
    assert estimates[N_PRE] == pytest.approx(0.0464, abs=2e-4)
    found = honest_intervals(estimates, covariance, N_PRE, [bend], kind="smoothness", target="first")[0]
    assert (found.low, found.high) == pytest.approx((low, high), abs=3e-4)


@pytest.mark.parametrize(
    ("ratio", "low", "high"),
    [(0.5, 0.0241, 0.0673), (1.0, 0.0171, 0.0720), (1.5, 0.00859, 0.0796), (2.0, -0.00107, 0.0883)],
)
def test_relative_magnitudes(medicaid: tuple[Floats, Floats], ratio: float, low: float, high: float) -> None:
    """The same README. Its ends are points of a grid 0.0004 wide, the last ones inside, and rest on draws."""
    found = honest_intervals(*medicaid, N_PRE, [ratio], target="first")[0]
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-4)


def test_breakdown_is_where_zero_enters(medicaid: tuple[Floats, Floats]) -> None:
    estimates, covariance = medicaid
    for kind in ("relative_magnitudes", "smoothness"):
        limit = honest_breakdown(estimates, covariance, N_PRE, kind=kind)
        before, after = honest_intervals(
            estimates, covariance, N_PRE, [0.98 * limit, 1.02 * limit], kind=kind
        )
        assert before.low > 0 > after.low


def test_the_few_vertices_are_the_linear_program(medicaid: tuple[Floats, Floats]) -> None:
    """The largest vertex moment is the optimum others find by linear programming, for every member."""
    estimates, covariance = medicaid
    n_post, ratio = 2, 1.5
    for weights in (np.array([1.0, 0.0]), np.array([0.5, 0.5])):
        moments = build_moments(estimates, covariance, N_PRE, weights, np.array([ratio]), 0.05)
        members = [(s, sign) for sign in (1.0, -1.0) for s in range(N_PRE)]
        for value in (-0.03, 0.02, 0.05, 0.12):
            ours = (moments.means - moments.pull * value).max(axis=1)
            for c, (s, sign) in enumerate(members):
                theirs = solve(estimates, covariance, n_post, weights, (s, sign, ratio), value)
                assert ours[c] == pytest.approx(theirs, abs=1e-7)


def solve(
    estimates: Floats,
    covariance: Floats,
    n_post: int,
    weights: Floats,
    member: tuple[int, float, float],
    value: float,
) -> float:
    """min η: A b − A_post τ <= η × errors for some τ with weights'τ = value: Andrews, Roth & Pakes."""
    s, sign, ratio = member
    changes = np.diff(np.insert(np.eye(len(estimates)), N_PRE, 0.0, axis=0), axis=0)
    bound = ratio * sign * changes[s]
    a = np.concatenate([changes[N_PRE:] - bound, -changes[N_PRE:] - bound])
    errors = np.sqrt(np.einsum("ij,jk,ik->i", a, covariance, a))
    found = linprog(
        c=np.r_[1.0, np.zeros(n_post)],
        A_ub=-np.column_stack([errors, a[:, N_PRE:]]),
        b_ub=-(a @ estimates),
        A_eq=np.r_[0.0, weights][None, :],
        b_eq=[value],
        bounds=[(None, None)] * (n_post + 1),
    )
    return float(found.x[0])


def test_shapes_that_say_nothing_are_told() -> None:
    with pytest.raises(ValueError, match="before and one after"):
        honest_intervals([1.0], [[1.0]], 1, [0.0])
    with pytest.raises(ValueError, match="positive variances"):
        honest_intervals([1.0, 2.0], np.zeros((2, 2)), 1, [0.0])
