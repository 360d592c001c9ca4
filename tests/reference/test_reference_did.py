"""Published numbers of difference in differences, through the path a study takes.

Castle doctrine and the simulated panel: R did2s, manual and README. Mathematics reform: R bacondecomp README.
National Supported Work controls against the CPS: R DRDID, help page of drdid(). Organ donations:
Huntington-Klein, The Effect, chapter 18. Exact randomisation: Cunningham, The Mixtape, section 4.2.
"""

from pathlib import Path
from typing import Any

import causaldata
import moderndid
import numpy as np
import pandas as pd
import pyfixest
import pytest
from reference_worlds import reference_panel, reference_study

from payoff.causal import estimate
from payoff.causal.bacon import Bacon, goodman_bacon
from payoff.causal.randomisation_test import RandomisationTest, randomisation_test
from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

DATA = Path(__file__).parents[1] / "data"


def wide(frame: pd.DataFrame, unit: str, period: str, value: str) -> Floats:
    table = frame.pivot(index=unit, columns=period, values=value).sort_index()
    return table.to_numpy(np.float64)


def of_unit(frame: pd.DataFrame, unit: str, column: str) -> Floats:
    return frame.groupby(unit)[column].first().sort_index().to_numpy(np.float64)


def launches(frame: pd.DataFrame, unit: str, period: str, treated: str) -> Ints:
    """Index of the first period under treatment, −1 when never."""
    on = wide(frame, unit, period, treated) > 0
    return np.where(on.any(axis=1), on.argmax(axis=1), -1).astype(np.int64)


def panel_of(study: Study, values: Floats, launch: Ints, **more: Any) -> Panel:
    n_pre = int(launch[launch >= 0].min())
    return reference_panel(study, values, n_pre, 1970, launch >= 0, launch=launch, **more)


def rows(study: Study, panel: Panel) -> dict[str, Effect | Refusal]:
    return {answer.method: answer for answer in estimate(study, panel)}


def effect(found: dict[str, Effect | Refusal], method: str) -> Effect:
    row = found[method]
    assert isinstance(row, Effect), row
    return row


def frame_of(name: str) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(causaldata, name).load_pandas().data
    return frame


def test_castle_doctrine_in_two_stages() -> None:
    """0.075142 (0.03538), weighted by population."""
    data = frame_of("castle").astype(np.float64)
    study = reference_study("did", "imputation", unit="state")
    values, launch = wide(data, "sid", "year", "l_homicide"), launches(data, "sid", "year", "post")
    found = rows(study, panel_of(study, values, launch, weights=wide(data, "sid", "year", "popwt")))
    published = effect(found, "imputation, two-stage errors")
    assert published.role == "reference"
    assert published.estimate == pytest.approx(0.075142, abs=1e-6)
    assert published.std_error == pytest.approx(0.03538, abs=1e-5)
    locked = effect(found, "imputation")
    assert locked.estimate == published.estimate
    assert locked.std_error > published.std_error
    assert locked.df[0] < 25  # a few large states carry it


def test_simulated_panel_of_did2s() -> None:
    """2.152 (0.0476) with state effects; workers sort within states, worker effects come nearer to 2.23."""
    file = Path(pyfixest.__file__).parent / "did" / "data" / "df_het.csv"
    data = pd.read_csv(file)
    study = reference_study("did", "imputation", unit="worker", cluster="state")
    values, launch = wide(data, "unit", "year", "dep_var"), launches(data, "unit", "year", "treat")
    state = of_unit(data, "unit", "state").astype(np.int64)
    found = rows(study, panel_of(study, values, launch, cluster=state))
    published = effect(found, "imputation, state effects")
    assert published.estimate == pytest.approx(2.152, abs=6e-4)
    assert published.std_error == pytest.approx(0.0476, abs=1e-4)
    assert effect(found, "imputation").interval[0] < 2.23 < effect(found, "imputation").interval[1]


def test_mathematics_reform_taken_apart() -> None:
    data = pd.read_csv(DATA / "math-reform" / "math_reform.csv")
    study = reference_study("did", "fixed_effects", unit="state")
    values, launch = (
        wide(data, "state", "class", "incearn_ln"),
        launches(data, "state", "class", "reform_math"),
    )
    panel = panel_of(study, values, launch)
    parts = goodman_bacon(study, panel)
    assert isinstance(parts, Bacon)
    for kind, weight, estimate_of in (
        ("earlier vs later", 0.06353, 0.02868),
        ("later vs earlier", 0.05265, 0.03375),
        ("treated vs untreated", 0.88382, -0.00129),
    ):
        assert parts.weight(kind) == pytest.approx(weight, abs=1e-5)  # type: ignore[arg-type]
        assert parts.estimate_of(kind) == pytest.approx(estimate_of, abs=1e-5)  # type: ignore[arg-type]
    assert isinstance(rows(study, panel)["fixed_effects"], Refusal)


def test_doubly_robust_where_the_truth_is_zero() -> None:
    """Controls of the experiment as if treated, against the CPS: covariates do not save the comparison."""
    loaded: Any = moderndid.load_nsw()
    data = loaded.to_pandas() if hasattr(loaded, "to_pandas") else loaded
    data = data[(data["treated"] == 0) | (data["sample"] == 2)]
    names = ("age", "educ", "black", "married", "nodegree", "hisp", "re74")
    study = reference_study("did", "doubly_robust", covariates=names)
    launch = np.where(of_unit(data, "id", "experimental") == 1, 1, -1).astype(np.int64)
    known = np.column_stack([of_unit(data, "id", name) for name in names])
    found = rows(study, panel_of(study, wide(data, "id", "year", "re"), launch, covariates=known))
    for kind, value, error in (("improved", -901.2703, 393.6127), ("traditional", -871.3271, 396.0211)):
        published = effect(found, f"doubly_robust, {kind}")
        assert published.estimate == pytest.approx(value, abs=1e-3)
        assert published.std_error == pytest.approx(error, abs=1e-3)
    assert effect(found, "doubly_robust").estimate == pytest.approx(-901.2703, abs=1e-3)


def test_one_treated_state_is_no_locked_answer() -> None:
    """−0.0225 (0.0061) as printed; by lot, five states in 27 look as remarkable."""
    data = frame_of("organ_donations")
    data["on"] = (data["State"] == "California") & (data["Quarter_Num"] >= 4)
    study = reference_study("did", "fixed_effects", unit="state")
    values, launch = wide(data, "State", "Quarter_Num", "Rate"), launches(data, "State", "Quarter_Num", "on")
    found = rows(study, panel_of(study, values, launch))
    locked = found["fixed_effects"]
    assert isinstance(locked, Refusal)
    assert "Only 1 state in the program group" in locked.reason
    published = effect(found, "fixed_effects, usual clustered errors")
    assert not published.causal
    assert published.estimate == pytest.approx(-0.0225, abs=1e-4)
    assert published.std_error == pytest.approx(0.0061, abs=1e-4)
    drawn = effect(found, "randomisation_test")
    assert drawn.estimate == pytest.approx(-0.0225, abs=1e-4)
    assert drawn.interval[0] < 0 < drawn.interval[1]
    assert "every one of 27 ways: p = 0.185" in drawn.label


def test_four_of_eight_drawn_in_every_way() -> None:
    data = frame_of("ri")
    found = randomisation_test(data["y"].to_numpy(np.float64), data["d"].to_numpy() == 1)
    assert isinstance(found, RandomisationTest)
    assert found.estimate == pytest.approx(1.0, abs=1e-9)
    assert found.p_value == pytest.approx(0.857, abs=6e-4)
    assert (found.n_drawings, found.exact) == (70, True)
