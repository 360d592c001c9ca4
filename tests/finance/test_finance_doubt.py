"""Sobol indices, grids, the value of knowing; shapes and correlations of assumptions."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.stats
from finance_studies import assume, benefit, cost, effect_of, people, plan
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import beta, lognorm, spearmanr, triang

from payoff.finance import KnowingFirst, global_shares, sobol_shares, two_way, value, value_of_knowing
from payoff.finance.doubt import widest_grid
from payoff.finance.draws import assumption_quantile, can_hold, draw_assumptions, quantiles
from payoff.finance.money_model import Inputs, MoneyModel, build_model, mid_inputs, net_of
from payoff.finance.sensitivity import roi_at, tornado
from payoff.finance.valuation import draw_inputs
from payoff.nouns.arrays import Floats
from payoff.nouns.money_plan import Assumption, Correlation
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

PRICE = assume("price", (50.0, 100.0, 180.0), "USD/rep")
FEE = assume("fee", (20.0, 40.0, 50.0), "USD/rep")


def study_of(*chosen: Assumption, formula: str = "lift * 10 * price * reps") -> tuple[Study, MoneyModel]:
    study = plan([benefit(formula)], [cost("fee * reps")], chosen or (PRICE, FEE))
    return study, build_model(study, study.assumptions, people(20), 1)


def test_the_ishigami_function() -> None:  # FIN-29
    """Ishigami & Homma (1990), a = 7, b = 0.1: closed-form indices."""
    a, b = 7.0, 0.1

    def ishigami(uniform: Floats) -> Floats:
        x = np.pi * (2 * uniform - 1)
        return np.asarray(np.sin(x[0]) + a * np.sin(x[1]) ** 2 + b * x[2] ** 4 * np.sin(x[0]))

    whole = 0.5 + a**2 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18
    first = [0.5 * (1 + b * np.pi**4 / 5) ** 2 / whole, a**2 / 8 / whole, 0.0]
    both = 8 * b**2 * np.pi**8 / 225 / whole
    found = sobol_shares(ishigami, ["x1", "x2", "x3"])
    assert [s.first for s in found] == pytest.approx(first, abs=0.02)
    assert [s.total for s in found] == pytest.approx([first[0] + both, first[1], both], abs=0.02)


def test_indices_agree_with_a_kept_library() -> None:  # FIN-29
    def money(uniform: Floats) -> Floats:
        price, fee, lift, volume = uniform
        return np.asarray((lift - 0.3) * (50 + price * 130) * (1 + volume**2) - 20 - 30 * fee)

    known = scipy.stats.sobol_indices(
        func=lambda x: money(x)[np.newaxis, :],
        n=2**14,
        dists=[scipy.stats.uniform(0, 1)] * 4,
        rng=np.random.default_rng(1),
    )
    for seed in range(5):
        found = sobol_shares(money, ["price", "fee", "lift", "volume"], seed=seed)
        assert [s.first for s in found] == pytest.approx(list(np.ravel(known.first_order)), abs=0.02)
        assert [s.total for s in found] == pytest.approx(list(np.ravel(known.total_order)), abs=0.02)


PRICES = st.floats(20, 200)


@settings(max_examples=15, deadline=None)
@given(PRICES, PRICES, st.floats(-0.1, 0.2), st.floats(0.01, 0.2))
def test_shares_never_add_up_to_more_than_all(price: float, fee: float, lift: float, error: float) -> None:
    study, model = study_of(
        assume("price", (price / 2, price, price * 3), "USD/rep"),
        assume("fee", (fee / 3, fee, fee * 2), "USD/rep"),
    )
    found = global_shares(study, model, effect_of(lift, std_error=error), study.assumptions, 1024)
    assert not isinstance(found, Refusal)
    assert sum(s.first for s in found) <= 1.05
    assert sum(s.total for s in found) >= 0.95
    assert all(-0.05 <= s.first <= s.total + 0.05 for s in found)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.02, 0.5), st.integers(-20, 50).map(lambda n: n / 100), PRICES, PRICES)
def test_a_grid_rises_with_the_margin_where_there_is_a_gain(
    margin: float, lift: float, price: float, fee: float
) -> None:
    study = plan(
        [benefit("lift * 10 * price * margin * reps")],
        [cost("fee * reps")],
        (
            assume("price", price, "USD/rep"),
            assume("margin", (margin / 2, margin, 2 * margin)),
            assume("fee", fee, "USD/rep"),
        ),
    )
    model = build_model(study, study.assumptions, people(20), 1)
    point = mid_inputs(study.assumptions, np.array([lift]))
    effect = effect_of(lift, std_error=0.1)
    grid = widest_grid(model, point, tornado(model, effect, study.assumptions, point))
    if grid is None:
        assert lift == 0
        return
    assert (grid.row, grid.column) == ("lift", "margin")
    up = np.diff(grid.roi, axis=1)
    assert (up * grid.rows[:, np.newaxis] >= 0).all()
    assert (np.diff(grid.roi, axis=0) >= 0).all()
    middle = grid.roi[np.abs(grid.rows - lift).argmin(), np.abs(grid.columns - margin).argmin()]
    assert middle == pytest.approx(roi_at(model, point))


def test_a_proportional_effect_is_held_within_its_tails() -> None:
    study, model = study_of()
    narrow, wide = (effect_of(0.04, std_error=s, df=40, scale="log") for s in (0.05, 1.5))
    for effect, answered in ((narrow, True), (wide, False)):
        inputs = draw_inputs(effect, study.assumptions, 7, 20_000)
        shares = global_shares(study, model, effect, study.assumptions)
        knowing = value_of_knowing(model, effect, inputs)
        assert [isinstance(found, Refusal) for found in (shares, knowing)] == [not answered] * 2


def test_shares_of_a_sum_are_shares_of_its_variance() -> None:
    study, model = study_of(formula="lift * 0 * price + price * reps")
    found = global_shares(study, model, effect_of(0.1, std_error=0.05), study.assumptions, 1024)
    assert not isinstance(found, Refusal)
    spread = [triang((a.mid - a.low) / (a.high - a.low), a.low, a.high - a.low).var() for a in (PRICE, FEE)]
    assert [s.name for s in found] == ["price", "fee"]  # the lift moves nothing here
    assert [s.first for s in found] == pytest.approx([v / sum(spread) for v in spread], abs=0.02)
    assert [s.total for s in found] == pytest.approx([s.first for s in found], abs=0.03)
    repeated = global_shares(study, model, effect_of(0.1, std_error=0.05), study.assumptions, 1024)
    assert repeated == found


def test_inputs_that_move_together_have_no_share_of_their_own() -> None:
    study, model = study_of()
    study = replace(study, correlations=(Correlation("price", "fee", 0.5),))
    assert isinstance(global_shares(study, model, effect_of(0.1), study.assumptions), Refusal)


def test_a_grid_equals_the_return_at_each_point() -> None:  # FIN-29
    study, model = study_of()
    point = mid_inputs(study.assumptions, np.array([0.1]))
    grid = two_way(model, point, ("lift", [0.0, 0.1, 0.2]), ("fee", [0.0, 30.0, 50.0]))
    assert grid.roi[1, 1] == pytest.approx(0.1 * 10 * 100 / 30 - 1)
    assert grid.roi[0, 2] == -1
    assert np.isnan(grid.roi[:, 0]).all()  # no cost, no return
    swapped = two_way(model, point, ("fee", [30.0, 50.0]), ("lift", [0.1, 0.2]))
    np.testing.assert_allclose(swapped.roi.T, grid.roi[1:, 1:])


def test_knowing_is_worth_what_it_saves() -> None:
    """Net ~ normal(mu, sigma): E[max(net, 0)] − max(mu, 0) in closed form."""
    study, model = study_of(replace(PRICE, shape="fixed"), replace(FEE, low=40.0, high=40.0))
    effect = effect_of(0.05, std_error=0.05)
    inputs = draw_inputs(effect, study.assumptions, 7, 200_000)
    found = value_of_knowing(model, effect, inputs)
    assert isinstance(found, KnowingFirst)
    mu, sigma = 0.05 * 20_000 - 800, 0.05 * 20_000
    z = mu / sigma
    expected = mu * ndtr(z) + sigma * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) - max(mu, 0)
    assert found.all == pytest.approx(expected, rel=0.02)
    assert found.each["lift"] == pytest.approx(found.all, rel=0.03)


def test_what_tells_nothing_is_worth_nothing() -> None:
    """Net near zero and noisy: groups that look good by chance must not count as knowledge."""
    study, model = study_of(formula="lift * 10 * 100 * reps + 0 * price")
    effect = effect_of(0.04, std_error=0.5)
    inputs = draw_inputs(effect, study.assumptions, 7, 10_000)
    found = value_of_knowing(model, effect, inputs)
    assert isinstance(found, KnowingFirst)
    assert found.each["price"] < 0.02 * found.each["lift"]


def test_what_matters_most_is_worth_knowing_most() -> None:
    study, model = study_of()
    effect = effect_of(0.04, std_error=0.03)
    inputs = draw_inputs(effect, study.assumptions, 7, 20_000)
    found = value_of_knowing(model, effect, inputs)
    assert isinstance(found, KnowingFirst)
    assert next(iter(found.each)) == "lift"
    assert all(0 <= worth <= found.all * 1.02 for worth in found.each.values())
    for doubtful in (
        effect_of(0.04, std_error=0.03, df=2),
        effect_of(0.04, std_error=0.3, df=4, scale="log"),
    ):
        assert isinstance(value_of_knowing(model, doubtful, inputs), Refusal)


SHAPES = [
    (assume("x", (2.0, 3.0, 8.0)), triang(1 / 6, 2, 6)),
    (replace(assume("x", (2.0, 3.0, 8.0)), shape="pert"), beta(1 + 4 / 6, 1 + 20 / 6, 2, 6)),
    (replace(assume("x", (1.0, 2.0, 4.0)), shape="lognormal"), lognorm(np.log(4) / 2 / 1.6448536, scale=2)),
]


@pytest.mark.parametrize(("assumption", "known"), SHAPES)
def test_shapes_are_what_they_say(assumption: Assumption, known: Any) -> None:
    shares = np.linspace(0.01, 0.99, 99)
    assert list(quantiles(assumption, shares)) == pytest.approx(list(known.ppf(shares)), rel=1e-7)
    drawn = draw_assumptions((assumption,), (), 3, 40_000)["x"]
    assert list(np.quantile(drawn, [0.1, 0.5, 0.9])) == pytest.approx(
        list(known.ppf([0.1, 0.5, 0.9])), rel=0.02
    )


def test_observed_values_are_drawn_as_seen() -> None:
    seen = replace(assume("x", (3.0, 4.5, 9.0)), shape="empirical", values=(9.0, 3.0, 4.0, 5.0))
    drawn = draw_assumptions((seen,), (), 3, 40_000)["x"]
    values, counts = np.unique(drawn, return_counts=True)
    assert list(values) == [3, 4, 5, 9]
    assert counts / 40_000 == pytest.approx([0.25] * 4, abs=0.01)
    assert assumption_quantile(seen, 0.3) == 4
    assert assumption_quantile(seen, 1.0) == 9


def test_assumptions_move_together_and_keep_their_margins() -> None:
    three = (PRICE, replace(FEE, shape="pert"), assume("third", (1.0, 2.0, 3.0)))
    tied = (Correlation("price", "fee", 0.7), Correlation("fee", "third", -0.4))
    drawn = draw_assumptions(three, tied, 5, 40_000)
    assert spearmanr(drawn["price"], drawn["fee"]).statistic == pytest.approx(0.7, abs=0.02)
    assert spearmanr(drawn["fee"], drawn["third"]).statistic == pytest.approx(-0.4, abs=0.02)
    assert np.quantile(drawn["price"], [0.1, 0.9]) == pytest.approx(
        [assumption_quantile(PRICE, share) for share in (0.1, 0.9)], rel=0.02
    )
    alone = draw_assumptions((*three, assume("other", (1.0, 2.0, 3.0))), tied, 5, 40_000)
    assert all((alone[name] == drawn[name]).all() for name in drawn)


def test_correlations_that_cannot_all_hold_are_refused() -> None:
    tied = (Correlation("a", "b", 0.95), Correlation("b", "c", 0.95), Correlation("a", "c", -0.95))
    three = [assume(name, (1.0, 2.0, 3.0), "USD/rep") for name in "abc"]
    assert not can_hold(three, tied)
    study = replace(plan([benefit("lift * (a + b + c) * reps")], [cost(5)], three), correlations=tied)
    refused = value(study, effect_of(0.1), None, study.assumptions, people(20))
    assert isinstance(refused, Refusal)
    assert "cannot all hold" in refused.reason


def test_doubt_grows_when_two_prices_move_together() -> None:
    pair = (PRICE, replace(PRICE, name="other"))
    study, model = study_of(*pair, FEE, formula="lift * 0 * price + (price + other) * reps")
    spreads = []
    for rho in (-0.8, 0.0, 0.8):
        tied = (Correlation("price", "other", rho),)
        drawn = draw_assumptions(study.assumptions, tied, 5, 20_000)
        spreads.append(net_of(model, Inputs(np.zeros((20_000, 1)), drawn)).std())
    assert spreads == sorted(spreads)
