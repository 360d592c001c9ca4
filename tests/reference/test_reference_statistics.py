"""Statistics through their public functions, against published numbers."""

import numpy as np
import pytest
import sensemakr

from payoff.causal import (
    adjust_p_values,
    benchmark_confounder,
    e_value,
    fit_sensitivity,
    group_sequential_boundaries,
    robustness_value,
    sample_ratio_p,
    sequential_boundaries,
)
from payoff.causal.multiple_testing import Procedure

BENJAMINI_HOCHBERG_1995 = (
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
)


@pytest.mark.parametrize(
    ("procedure", "rejected"), [("bonferroni", 3), ("holm", 3), ("benjamini_hochberg", 4)]
)
def test_fifteen_p_values(procedure: Procedure, rejected: int) -> None:
    """Benjamini & Hochberg (1995), section 3.2."""
    assert (adjust_p_values(BENJAMINI_HOCHBERG_1995, procedure) <= 0.05).sum() == rejected


@pytest.mark.parametrize(
    ("procedure", "peer"), [("bonferroni", "bonferroni"), ("holm", "holm"), ("benjamini_hochberg", "fdr_bh")]
)
def test_adjusted_p_values_are_statsmodels(procedure: Procedure, peer: str) -> None:
    from statsmodels.stats.multitest import multipletests

    p = np.random.default_rng(0).random(40) ** 3
    assert adjust_p_values(p, procedure) == pytest.approx(multipletests(p, method=peer)[1], rel=1e-12)


def test_sample_ratio_of_kohavi() -> None:
    """Kohavi, Tang & Xu (2020), chapter 3: 821,588 against 815,482 planned half and half."""
    assert sample_ratio_p((821_588, 815_482)) == pytest.approx(1.8218e-06, rel=1e-4)
    assert sample_ratio_p((300, 100), (3, 1)) == 1.0


def test_e_values() -> None:
    """VanderWeele & Ding (2017): RR 3.9 (1.8 to 8.7); RR 0.80 (0.71 to 0.91)."""
    found = e_value(3.9, (1.8, 8.7))
    assert (found.point, found.limit) == pytest.approx((7.26, 3.0), abs=0.006)
    protective = e_value(0.80, (0.71, 0.91))
    assert (protective.point, protective.limit) == pytest.approx((1.81, 1.43), abs=0.006)
    assert e_value(1.2, (0.9, 1.6)).limit == 1.0


def test_obrien_fleming_and_pocock_spending() -> None:
    """Lan & DeMets' boundaries for five even looks, two-sided 5 %."""
    assert sequential_boundaries(5) == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-4)
    assert sequential_boundaries(5, "pocock") == pytest.approx(
        [2.4380, 2.4268, 2.4101, 2.3966, 2.3859], abs=2e-4
    )


def test_classical_constants() -> None:
    """Jennison & Turnbull (2000), tables 2.1 and 2.3: Pocock 2.413, O'Brien-Fleming 2.040."""
    assert group_sequential_boundaries(5, 0.5)[-1] == pytest.approx(2.413, abs=5e-4)
    assert group_sequential_boundaries(5)[-1] == pytest.approx(2.040, abs=5e-4)
    assert group_sequential_boundaries(2)[-1] == pytest.approx(1.977, abs=5e-4)


def darfur() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, treatment, controls: being female first, then the others and the villages."""
    table = sensemakr.load_darfur()
    own = ["female", "age", "farmer_dar", "herder_dar", "pastvoted", "hhsize_darfur"]
    village = table["village"].to_numpy()
    villages = (village[:, None] == np.unique(village)[None, 1:]).astype(float)
    controls = np.column_stack([table[own].to_numpy(dtype=float), villages])
    return table["peacefactor"].to_numpy(float), table["directlyharmed"].to_numpy(float), controls


def test_darfur() -> None:
    """Cinelli & Hazlett (2020), table 1 and figure 2."""
    found = fit_sensitivity(*darfur())
    assert (found.estimate, found.std_error) == pytest.approx((0.097, 0.023), abs=6e-4)
    assert found.partial_r2 == pytest.approx(0.022, abs=6e-4)
    assert found.robustness_value == pytest.approx(0.139, abs=6e-4)
    assert found.robustness_value_level == pytest.approx(0.076, abs=6e-4)
    assert benchmark_confounder(*darfur(), (0,)).adjusted_estimate == pytest.approx(0.0752, abs=2e-4)
    assert benchmark_confounder(*darfur(), (0,), 3).adjusted_estimate == pytest.approx(0.0304, abs=2e-4)


@pytest.mark.parametrize(
    ("t", "df", "share"), [(4.18, 783, 1.0), (0.4, 40, 1.0), (30.0, 50, 1.0), (3.0, 90, 0.5)]
)
def test_robustness_values_are_sensemakrs(t: float, df: int, share: float) -> None:
    for level in (None, 0.05):
        alpha = 1.0 if level is None else level
        with np.errstate(divide="ignore"):
            peer = sensemakr.robustness_value(t_statistic=t, dof=df, q=share, alpha=alpha)
        assert robustness_value(t, df, share=share, level=level) == pytest.approx(
            float(peer.iloc[0]), rel=1e-9
        )
