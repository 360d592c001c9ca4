"""The lot: the same for the same seed, whatever the order of rows; fair, stratified, whole teams together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payoff.causal.randomiser import Allocation, Known, compare_arms, draw_lot, name_cells
from payoff.nouns.refusal import Refusal


def people(n: int, seed: int = 0, teams: int | None = None) -> Known:
    rng = np.random.default_rng(seed)
    unit = tuple(f"p{i:04d}" for i in range(n))
    cluster = unit if teams is None else tuple(f"t{i % teams:03d}" for i in range(n))
    stratum = tuple("NSE"[(i if teams is None else i % teams) % 3] for i in range(n))
    return Known(unit, cluster, stratum, ("sales", "tenure"), rng.normal(10, 2, size=(n, 2)))


def drawn(
    known: Known, arms: tuple[str, ...] = ("waits", "starts"), seed: int = 1, **options: object
) -> Allocation:
    answer = draw_lot(known, arms, seed, **options)  # type: ignore[arg-type]
    assert isinstance(answer, Allocation), answer
    return answer


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(12, 80))
def test_the_order_of_rows_plays_no_part(seed: int, n: int) -> None:  # EXP-01
    known = people(n, seed)
    order = np.random.default_rng(seed).permutation(n)
    shuffled = Known(
        tuple(known.unit[i] for i in order),
        tuple(known.cluster[i] for i in order),
        tuple(known.stratum[i] for i in order),
        known.names,
        known.measures[order],
    )
    one, other = drawn(known, seed=seed), drawn(shuffled, seed=seed)
    assert one.unit == other.unit
    assert one.n_draws == other.n_draws
    np.testing.assert_array_equal(one.arm, other.arm)


def test_the_limit_of_lots_is_no_proof_that_they_are_alike() -> None:
    known = people(60)
    found = drawn(known)
    assert found.alike
    stopped = next(one for seed in range(50) if not (one := drawn(known, seed=seed, max_draws=2)).alike)
    assert stopped.n_draws == 2
    assert drawn(known, seed=stopped.seed).alike  # further lots would have been


def test_another_seed_is_another_lot() -> None:
    known = people(60)
    assert any((drawn(known, seed=1).arm != drawn(known, seed=s).arm).any() for s in (2, 3))


@pytest.mark.parametrize("shares", [None, (0.5, 0.25, 0.25), (0.2, 0.2, 0.6)])
def test_sizes_and_strata_come_out_as_planned(shares: tuple[float, ...] | None) -> None:
    lot = drawn(people(120), ("a", "b", "c"), shares=shares)
    planned = np.array(shares or (1 / 3, 1 / 3, 1 / 3))
    np.testing.assert_allclose(np.bincount(lot.arm), 120 * planned, atol=1)
    stratum = np.array(lot.stratum)
    for name in "NSE":
        counts = np.bincount(lot.arm[stratum == name], minlength=3)
        np.testing.assert_allclose(counts, 40 * planned, atol=2)


def test_whole_teams_go_together() -> None:
    lot = drawn(people(200, teams=20))
    arms: dict[str, set[int]] = {}
    for team, arm in zip(lot.cluster, lot.arm, strict=True):
        arms.setdefault(team, set()).add(int(arm))
    assert all(len(found) == 1 for found in arms.values())
    assert sum(found == {1} for found in arms.values()) == 10


def test_every_one_has_the_planned_chance() -> None:
    """Rerandomised or not: over many seeds everybody is drawn as often as the share says."""
    known = people(17)
    for max_draws in (1, 50):
        starts = np.mean(
            [drawn(known, seed=s, shares=(0.7, 0.3), max_draws=max_draws).arm for s in range(1500)], axis=0
        )
        assert abs(starts.mean() - 0.3) < 0.01
        if max_draws == 1:
            assert np.abs(starts - 0.3).max() < 4.5 * np.sqrt(0.3 * 0.7 / 1500)


def test_rerandomised_groups_are_more_alike() -> None:
    known = people(60, seed=4)
    plain = [max(b.difference for b in drawn(known, seed=s, max_draws=1).balance) for s in range(60)]
    again = [max(b.difference for b in drawn(known, seed=s).balance) for s in range(60)]
    assert np.mean(again) < 0.6 * np.mean(plain)
    assert max(again) < 0.35


def test_the_balance_table_by_hand() -> None:
    table = compare_arms(("x",), np.array([[1.0], [3.0], [2.0], [6.0]]), np.array([0, 0, 1, 1]), 2)
    assert table[0].means == (2.0, 4.0)
    assert table[0].difference == pytest.approx(2 / np.sqrt((2 + 8) / 2))


def test_factors_are_dealt_out_independently() -> None:  # EXP-10
    names, held = name_cells(("content", "timing", "cadence"))
    assert names[0] == "none"
    assert names[-1] == "content+timing+cadence"
    lot = drawn(people(160), names)
    given_factors = held[lot.arm]
    np.testing.assert_array_equal(given_factors.mean(axis=0), 0.5)
    assert np.abs(np.corrcoef(given_factors.T) - np.eye(3)).max() < 0.1


def test_what_cannot_be_drawn_is_refused() -> None:
    assert isinstance(draw_lot(people(5), ("a", "b"), 1), Refusal)
    assert isinstance(draw_lot(people(200, teams=4), ("a", "b"), 1), Refusal)
    assert isinstance(draw_lot(people(60), ("a",), 1), Refusal)
    assert isinstance(draw_lot(people(60), ("a", "b"), 1, (0.9, 0.3)), Refusal)


def test_unknown_and_constant_measures_do_no_harm() -> None:
    known = people(40)
    measures = np.column_stack([known.measures, np.full(40, np.nan), np.ones(40)])
    measures[:7, 0] = np.nan
    odd = Known(known.unit, known.cluster, known.stratum, ("a", "b", "c", "d"), measures)
    lot = drawn(odd)
    assert np.bincount(lot.arm).tolist() == [20, 20]
    assert {b.name for b in lot.balance} == {"a", "b", "d"}
    assert next(b.difference for b in lot.balance if b.name == "d") == 0.0
