"""Group-time effects against the packages people use: csdid, diff-diff, moderndid."""

import contextlib
import io
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from causal_rollouts import Rows, make_rows

from payoff.causal import group_time_average as averages
from payoff.causal.group_time_cells import Base, Control
from payoff.causal.group_time_covariates import Adjustment
from payoff.causal.group_time_effects import GroupTime, plain_effects, regression_effects
from payoff.causal.group_time_units import UnitEffects, unit_effects
from payoff.causal.never import NEVER_LAUNCHED

PEER_CONTROL = {"never": "nevertreated", "not_yet": "notyettreated"}
KINDS = {
    "simple": averages.average_simple,
    "group": averages.average_by_group,
    "dynamic": averages.average_by_exposure,
    "calendar": averages.average_by_calendar,
}


def frame_of(rows: Rows) -> Any:
    n, size = rows.values.shape
    launch = np.where(rows.launch == NEVER_LAUNCHED, 0, rows.launch)
    table = {
        "unit": np.repeat(np.arange(n), size),
        "period": np.tile(rows.times, n),
        "launch": np.repeat(launch, size),
        "cluster": np.repeat(rows.cluster, size),
        "x": np.repeat(rows.x, size),
        "value": rows.values.ravel(),
    }
    return pd.DataFrame(table)


def csdid_of(
    rows: Rows,
    control: str,
    base: str = "varying",
    anticipation: int = 0,
    adjustment: str = "reg",
    *,
    adjusted: bool = False,
    clustered: bool = False,
) -> Any:
    from csdid.att_gt import ATTgt

    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = ATTgt(
            "value",
            "period",
            "unit",
            "launch",
            frame_of(rows),
            control_group=PEER_CONTROL[control],
            xformla="~ x" if adjusted else None,
            clustervar="cluster" if clustered else None,
            anticipation=anticipation,
        )
        return model.fit(est_method=adjustment, base_period=base, bstrap=False)


def aggregated(model: Any, kind: str) -> tuple[float, float]:
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = model.aggte(kind, bstrap=False, cband=False)
    return float(found.atte["overall_att"]), float(np.ravel(found.atte["overall_se"])[0])


def hold_cells(found: GroupTime | UnitEffects, model: Any, *, errors: bool = True) -> None:
    """Every cell both have; the universal base itself has no cell here."""
    theirs = {
        (int(g), int(t)): (float(a), float(s))
        for g, t, a, s in zip(
            model.results["group"],
            model.results["year"],
            model.results["att"],
            model.results["se"],
            strict=True,
        )
    }
    own = np.sqrt(np.diag(found.covariance()))
    for j in range(found.cells.size):
        effect, error = theirs[int(found.cells.launch[j]), int(found.cells.at[j])]
        assert found.estimates[j] == pytest.approx(effect, abs=1e-8)
        if errors:
            assert own[j] == pytest.approx(error, abs=1e-8)


def hold_averages(found: GroupTime | UnitEffects, model: Any) -> None:
    for kind, aggregate in KINDS.items():
        average = aggregate(found.cells, found.estimates, found.share)
        estimates, covariance = found.average(average)
        effect, error = aggregated(model, kind)
        assert estimates[0] == pytest.approx(effect, abs=1e-8), kind
        assert np.sqrt(covariance[0, 0]) == pytest.approx(error, abs=1e-8), kind


@pytest.mark.parametrize("control", ["never", "not_yet"])
@pytest.mark.parametrize(("base", "anticipation"), [("varying", 0), ("universal", 0), ("varying", 1)])
def test_csdid_without_covariates(control: Control, base: Base, anticipation: int) -> None:
    rows = make_rows(1)
    found = plain_effects(rows.moments(), rows.cells(control, base, anticipation))
    model = csdid_of(rows, control, base, anticipation)
    hold_cells(found, model)
    hold_averages(found, model)


@pytest.mark.parametrize("adjustment", ["reg", "ipw", "dr"])
@pytest.mark.parametrize("control", ["never", "not_yet"])
def test_csdid_with_a_covariate(control: Control, adjustment: Adjustment) -> None:
    """CAU-06."""
    rows = make_rows(2)
    cells = rows.cells(control)
    found = unit_effects(rows.units(adjusted=True), cells, len(np.unique(rows.launch)), adjustment)
    assert isinstance(found, UnitEffects)
    model = csdid_of(rows, control, adjustment=adjustment, adjusted=True)
    hold_cells(found, model)
    hold_averages(found, model)
    if adjustment == "reg":
        from_moments = regression_effects(rows.moments(adjusted=True), cells)
        assert from_moments is not None
        hold_cells(from_moments, model)


@pytest.mark.parametrize("adjusted", [False, True])
def test_csdid_clustered(adjusted: bool) -> None:
    rows = make_rows(3)
    moments, cells = rows.moments(clustered=True, adjusted=adjusted), rows.cells("never")
    found = regression_effects(moments, cells) if adjusted else plain_effects(moments, cells)
    assert found is not None
    model = csdid_of(rows, "never", adjusted=adjusted, clustered=True)
    hold_averages(found, model)


def test_csdid_when_everybody_is_treated_in_the_end() -> None:
    rows = make_rows(4, starts=(3, 5, 7))
    found = plain_effects(rows.moments(), rows.cells("not_yet"))
    assert found.cells.at.max() == 6  # the last cohort is comparison only, and then nobody is left
    hold_cells(found, csdid_of(rows, "not_yet"), errors=False)


@pytest.mark.parametrize("adjustment", ["reg", "dr"])
def test_diff_diff(adjustment: Adjustment) -> None:
    from diff_diff import CallawaySantAnna

    rows = make_rows(5)
    model = CallawaySantAnna(control_group="not_yet_treated", estimation_method=adjustment, pscore_trim=1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = model.fit(frame_of(rows), "value", "unit", "period", "launch", covariates=["x"])
    cells = rows.cells("not_yet")
    found = unit_effects(rows.units(adjusted=True), cells, 4, adjustment)
    assert isinstance(found, UnitEffects)
    errors = np.sqrt(np.diag(found.covariance()))
    tolerance = 1e-8 if adjustment == "reg" else 1e-4  # its logit stops early; csdid, moderndid agree to 1e-8
    for j in range(cells.size):
        cell = theirs.group_time_effects[int(cells.launch[j]), int(cells.at[j])]
        assert found.estimates[j] == pytest.approx(cell["effect"], abs=tolerance)
        assert errors[j] == pytest.approx(cell["se"], abs=tolerance)


def test_moderndid() -> None:
    import moderndid

    rows = make_rows(6)
    frame = frame_of(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = moderndid.att_gt(
            frame, "value", "period", "unit", "launch", est_method="dr", xformla="~ x", cband=False
        )
    cells = rows.cells("never")
    found = unit_effects(rows.units(adjusted=True), cells, 4, "dr")
    assert isinstance(found, UnitEffects)
    asked = {(int(g), int(t)): j for j, (g, t) in enumerate(zip(theirs.groups, theirs.times, strict=True))}
    errors = np.sqrt(np.diag(found.covariance()))
    for j in range(cells.size):
        other = asked[int(cells.launch[j]), int(cells.at[j])]
        assert found.estimates[j] == pytest.approx(float(theirs.att_gt[other]), abs=1e-8)
        assert errors[j] == pytest.approx(float(theirs.se_gt[other]), abs=1e-8)
