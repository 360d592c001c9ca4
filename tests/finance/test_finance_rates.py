"""Rates of return against two libraries, an office suite and a brute-force root search."""

import csv
import datetime as dt
import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy_financial as npf
import pytest
import pyxirr
from scipy.optimize import brentq

from payoff.finance import (
    equivalent_annual_value,
    internal_rate_by_draw,
    internal_rate_dated,
    internal_rate_of_return,
    internal_rates,
    modified_internal_rate,
    net_present_value,
    net_present_value_dated,
)
from payoff.nouns.arrays import Floats
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.problem import PayoffError
from payoff.nouns.refusal import Refusal

N_FLOWS = 1_000


def one_change_flows(seed: int = 7, n: int = N_FLOWS) -> list[Floats]:
    """Outlays first, receipts later: exactly one change of sign, 3 to 12 yearly amounts."""
    rng = np.random.default_rng(seed)
    flows = []
    for _ in range(n):
        years = int(rng.integers(3, 13))
        spent = int(rng.integers(1, years))
        amounts = np.concatenate([-rng.uniform(10, 1000, spent), rng.uniform(10, 1000, years - spent)])
        flows.append(np.round(amounts, 2))
    return flows


def yearly(amounts: Floats) -> CashFlow:
    """Yearly amounts on the monthly calendar."""
    months = np.arange(12 * (amounts.size - 1) + 1)
    net = np.zeros((1, months.size))
    net[0, ::12] = amounts
    return CashFlow(months, np.maximum(net, 0), np.maximum(-net, 0), "USD", "constant", int(months[-1]))


def npv(rate: float, amounts: Floats) -> float:
    return float(npf.npv(rate, amounts))


def mirr(amounts: Floats, finance: float, reinvest: float) -> float:
    found = modified_internal_rate(yearly(amounts), finance, reinvest)
    assert not isinstance(found, Refusal)
    return float(found[0])


def test_internal_rate_equals_two_libraries() -> None:  # FIN-26
    for amounts in one_change_flows():
        found = internal_rate_of_return(amounts, np.arange(amounts.size, dtype=np.float64))
        assert isinstance(found, float)
        theirs = pyxirr.irr(amounts)
        if theirs is not None:  # their search gives up on a few
            assert found == pytest.approx(theirs, rel=1e-8, abs=1e-10)
        assert abs(npv(found, amounts)) < 1e-6 * np.abs(amounts).sum() * max(1, (1 + found) ** -12)


def test_the_rate_of_many_draws_equals_the_rate_of_each() -> None:
    flows = [yearly(a) for a in one_change_flows(n=100)]
    for flow in flows:
        net = flow.benefits - flow.costs
        alone = internal_rate_of_return(net[0], flow.months / 12)
        assert internal_rate_by_draw(net, flow.months)[0] == pytest.approx(alone, rel=1e-8, abs=1e-10)


def test_modified_rate_and_present_value_equal_a_library() -> None:  # FIN-26
    rng = np.random.default_rng(11)
    for amounts in one_change_flows():
        finance, reinvest = rng.uniform(0.01, 0.2, 2)
        flow = yearly(amounts)
        modified = modified_internal_rate(flow, finance, reinvest)
        assert not isinstance(modified, Refusal)
        assert modified[0] == pytest.approx(pyxirr.mirr(amounts, finance, reinvest), rel=1e-9, abs=1e-12)
        assert net_present_value(flow, finance)[0] == pytest.approx(npv(finance, amounts), rel=1e-9, abs=1e-6)


def test_dated_value_and_rate_equal_a_library() -> None:  # FIN-26
    rng = np.random.default_rng(5)
    for amounts in one_change_flows(seed=3, n=300):
        gaps = np.cumsum(np.concatenate([[0], rng.integers(60, 400, amounts.size - 1)]))
        dates = [dt.date(2024, 1, 15) + dt.timedelta(days=int(d)) for d in gaps]
        assert net_present_value_dated(amounts, dates, 0.08) == pytest.approx(
            pyxirr.xnpv(0.08, dates, amounts), rel=1e-9, abs=1e-9
        )
        found = internal_rate_dated(amounts, dates)
        assert isinstance(found, float)
        worth = net_present_value_dated(amounts, dates, found)
        assert abs(worth) <= 1e-7 * (np.abs(amounts) * (1 + found) ** (-gaps / 365)).sum()
        theirs = pyxirr.xirr(dates, amounts)
        if theirs is not None:
            assert found == pytest.approx(theirs, rel=1e-6, abs=1e-8)


def brute_force(amounts: Floats, years: Floats) -> list[float]:
    """Every change of sign of the present value on a fine grid of ln(1 + rate)."""

    def worth(u: float) -> float:
        return float((amounts * np.exp(-u * years)).sum())

    grid = np.linspace(np.log(0.02), np.log(60), 100_001)
    values = np.zeros_like(grid)
    for amount, year in zip(amounts, years, strict=True):
        values += amount * np.exp(-grid * year)
    at = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0)
    return [float(np.expm1(brentq(worth, grid[i], grid[i + 1], xtol=1e-14))) for i in at]


def test_several_rates_equal_a_brute_force_search() -> None:  # FIN-26: all roots or undefined
    rng = np.random.default_rng(23)
    for _ in range(40):
        rates = np.sort(rng.uniform(-0.5, 3.0, int(rng.integers(2, 5))))
        amounts = np.array([-1.0])
        for rate in rates:  # a polynomial in v = 1 / (1 + rate) with exactly these roots
            amounts = np.convolve(amounts, [1.0, -(1 + rate)])
        years = np.arange(amounts.size, dtype=np.float64)
        found = internal_rates(amounts, years)
        assert found == pytest.approx(brute_force(amounts, years), abs=1e-6)
        assert found == pytest.approx(tuple(rates), abs=1e-4)
        assert isinstance(internal_rate_of_return(amounts, years), Refusal)


def test_random_flows_with_several_changes_have_the_rates_of_a_brute_force_search() -> None:
    rng = np.random.default_rng(29)
    for _ in range(40):
        amounts = np.round(rng.normal(0, 100, int(rng.integers(4, 10))), 1)
        years = np.sort(rng.uniform(0, 8, amounts.size))
        found = [rate for rate in internal_rates(amounts, years) if -0.98 < rate < 59]
        assert found == pytest.approx(brute_force(amounts, years), rel=1e-6, abs=1e-6)


def test_a_rate_that_only_touches_zero_is_found() -> None:
    amounts = np.convolve([-1.0, 1.1], [-1.0, 1.1])  # (v − 1/1.1)² up to a factor
    assert internal_rates(-amounts, np.arange(3.0)) == pytest.approx((0.1,), abs=1e-4)


def test_no_rate_is_said_not_guessed() -> None:
    years = np.arange(3.0)
    for amounts in (np.array([1.0, 2.0, 3.0]), np.array([-1.0, -2.0, 0.0]), np.zeros(3)):
        assert isinstance(internal_rate_of_return(amounts, years), Refusal)
    never = internal_rate_of_return(np.array([-1.0, 0.5, -1.0]), years)
    assert isinstance(never, Refusal)
    assert "every rate" in never.reason
    assert isinstance(internal_rate_of_return(np.array([np.nan, 1.0]), np.arange(2.0)), Refusal)


def test_draws_without_a_rate_are_infinite_not_numbers() -> None:
    net = np.array([[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0], [-1.0, 3.0, -2.0], [-2.0, 1.0, 4.0]])
    rates = internal_rate_by_draw(net, np.arange(3))
    assert rates[0] == -np.inf
    assert rates[1] == np.inf
    assert np.isnan(rates[2])
    assert np.isfinite(rates[3])


def test_equivalent_annual_value() -> None:  # FIN-26
    value = equivalent_annual_value(np.array([1000.0]), 0.08, 60)
    assert value[0] == pytest.approx(1000 * 0.08 / (1 - 1.08**-5))
    assert equivalent_annual_value(np.array([1000.0]), 0.0, 60)[0] == pytest.approx(200.0)


def test_bad_dates_and_rates_say_what_to_write() -> None:
    days = [dt.date(2026, 2, 1), dt.date(2026, 1, 1)]
    with pytest.raises(PayoffError, match="comes after") as caught:
        net_present_value_dated([-1.0, 1.0], days, 0.08)
    assert caught.value.problems[0].fix == "sort the payments by date"
    for rate in (-1.0, -2.0, float("nan")):
        with pytest.raises(PayoffError, match="rate is"):
            net_present_value_dated([-1.0, 1.0], sorted(days), rate)
    with pytest.raises(PayoffError, match="P106"):
        net_present_value_dated([float("nan"), 1.0], sorted(days), 0.08)


OFFICE_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
OFFICE_FORMULAS = "--infilter=Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true,false,false"


def column(n: int) -> str:
    """Letters of column n, 0 = A."""
    return chr(ord("A") + n) if n < 26 else "A" + chr(ord("A") + n - 26)


def sheet_row(n: int, amounts: Floats, dates: list[dt.date]) -> list[str]:
    """Four formulas, then the amounts (from column E) and their dates (from column Q)."""
    size = amounts.size
    cells = f"E{n}:{column(3 + size)}{n}"
    guess = f"{internal_rates(amounts, np.arange(float(size)))[0]:.2f}"
    formulas = [
        f"=IRR({cells};{guess})",
        f"=MIRR({cells};0.06;0.11)",
        f"=E{n}+NPV(0.08;F{n}:{column(3 + size)}{n})",
        f"=XNPV(0.08;{cells};Q{n}:{column(15 + size)}{n})",
    ]
    blank = [""] * (12 - size)
    return [*formulas, *map(str, amounts), *blank, *(day.isoformat() for day in dates), *blank]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no office suite on this machine")
def test_an_office_suite_agrees(tmp_path: Path) -> None:  # FIN-26: 1,000 flows recalculated
    flows = [(a, [dt.date(2024 + y, 1, 1) for y in range(a.size)]) for a in one_change_flows(seed=13)]
    with (tmp_path / "flows.csv").open("w", newline="") as file:
        csv.writer(file).writerows(sheet_row(n, a, dates) for n, (a, dates) in enumerate(flows, start=1))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    command += [OFFICE_CSV, OFFICE_FORMULAS, "--outdir", str(tmp_path / "out"), str(tmp_path / "flows.csv")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (found,) = list((tmp_path / "out").glob("*.csv"))
    with found.open() as file:
        recalculated = [row[:4] for row in csv.reader(file)]
    assert len(recalculated) == N_FLOWS
    for (amounts, dates), cells in zip(flows, recalculated, strict=True):
        rate, modified, worth, dated = map(float, cells)
        ours = internal_rate_of_return(amounts, np.arange(amounts.size, dtype=np.float64))
        assert ours == pytest.approx(rate, rel=1e-7, abs=1e-9)
        assert mirr(amounts, 0.06, 0.11) == pytest.approx(modified, rel=1e-7)
        assert net_present_value(yearly(amounts), 0.08)[0] == pytest.approx(worth, rel=1e-7, abs=1e-6)
        assert net_present_value_dated(amounts, dates, 0.08) == pytest.approx(dated, rel=1e-7, abs=1e-6)


def test_a_negative_rate_is_told_with_a_true_minus() -> None:
    refused = internal_rate_of_return(np.array([-100.0, 170.0, -60.0]), np.arange(3.0))
    assert isinstance(refused, Refusal)
    assert "2 rates fit (−50 %, 20 %)" in refused.reason


def test_a_rate_beyond_use_is_said_to_be_beyond() -> None:
    refused = internal_rate_of_return(np.array([-1.0, 1e6, -37500.0]), np.arange(3.0))
    assert isinstance(refused, Refusal)
    assert refused.reason.startswith("2 rates fit (")
    assert "more than 1,000,000 %)" in refused.reason
