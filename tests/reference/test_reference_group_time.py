"""Minimum wages and teen employment (mpdta of the R package did), through a study.

Callaway & Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001; numbers as the vignette "Introduction to DiD
with Multiple Time Periods" of R did prints them, with its analytic errors. Data: package moderndid (MIT).
"""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from moderndid import load_mpdta

from payoff.causal import estimate
from payoff.nouns.effect import Effect
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.metric import Metric
from payoff.nouns.panel import Panel
from payoff.nouns.study import CohortPlan, Design, Hypothesis, Outcome, Privacy, Study, Term, Window
from payoff.nouns.unit import read_unit

CELLS = {
    "att_2004_2004": (-0.0105032, 0.023251),
    "att_2004_2005": (-0.0704232, 0.0309848),
    "att_2004_2006": (-0.1372587, 0.0364357),
    "att_2004_2007": (-0.1008114, 0.0343592),
    "att_2006_2004": (0.0065201, 0.0233268),
    "att_2006_2005": (-0.0027508, 0.0195586),
    "att_2006_2006": (-0.0045946, 0.0177552),
    "att_2006_2007": (-0.0412245, 0.0202292),
    "att_2007_2004": (0.0305067, 0.0150336),
    "att_2007_2005": (-0.0027259, 0.0163959),
    "att_2007_2006": (-0.0310871, 0.0178775),
    "att_2007_2007": (-0.0260544, 0.0166554),
}
AVERAGES = {
    "simple": (-0.0399513, 0.012034),
    "group": (-0.0310183, 0.0124461),
    "dynamic": (-0.0772398, 0.019965),
    "calendar": (-0.0417004, 0.0159719),
}
EXPOSURE = {
    "e-3": (0.0305067, 0.0150336),
    "e-2": (-0.0005631, 0.0132916),
    "e-1": (-0.0244587, 0.0142364),
    "e0": (-0.0199318, 0.0118264),
    "e1": (-0.0509574, 0.0168935),
    "e2": (-0.1372587, 0.0364357),
    "e3": (-0.1008114, 0.0343592),
}
ADJUSTED = {"simple": (-0.041751772, 0.011502838), "dynamic": (-0.08035395, 0.018957557)}


def mpdta(covariates: bool) -> tuple[Study, Panel]:
    """500 counties, 2003 to 2007; log employment is analysed as it comes, so the scale is a level."""
    frame = load_mpdta()
    frame = frame.to_pandas() if hasattr(frame, "to_pandas") else frame
    wide = frame.pivot(index="countyreal", columns="year", values="lemp").sort_index()
    each = frame.drop_duplicates("countyreal").set_index("countyreal").sort_index()
    launch = each["first.treat"].to_numpy().astype(np.int64)
    values = wide.to_numpy().astype(np.float64)
    measure = Metric("lemp", "Log employment", read_unit("points"), "points", "higher", "o", "select 1", ())
    day = dt.date(2003, 1, 1)
    plan = Design(
        "did",
        "county",
        "county",
        "year",
        Window(day, day),
        Window(day, day),
        "group_time",
        None,
        (Term("effect", 0, None),),
        "effect",
    )
    pre = np.arange(5) == 0
    fields: dict[str, Any] = {
        "unit": tuple(str(i) for i in wide.index),
        "periods": np.array([f"{year}-01-01" for year in range(2003, 2008)], dtype="datetime64[D]"),
        "weights": np.ones(values.shape),
        "pre": pre,
        "post": ~pre,
        "in_program": launch > 0,
        "launch": np.where(launch > 0, launch - 2003, -1),
        "cluster": np.arange(len(values)),
        "n_assigned": (int((launch == 0).sum()), int((launch > 0).sum())),
        "exclusions": (),
        "fingerprint": fingerprint("panel", values),
        "covariates": each[["lpop"]].to_numpy().astype(np.float64) if covariates else None,
    }
    study = Study(
        name="mpdta",
        title="Minimum wages",
        program="A higher minimum wage",
        question="?",
        people={"analyst": "a", "finance": "f"},
        currency="USD",
        price_base="then",
        horizon_months=12,
        sources=(),
        metrics=(measure,),
        outcome=Outcome("lemp"),
        cohort=CohortPlan("t"),
        design=plan,
        hypotheses=(Hypothesis("H1", "", "lemp", 0.1, 0.3, 0.05, True, None, ""),),
        benefits=(),
        assumptions=(),
        costs=(),
        privacy=Privacy(),
        plan_lock="0",
    )
    return study, Panel(metric=measure, values=values, **fields)


@pytest.fixture(scope="module")
def rows() -> dict[str, Effect]:
    return answers(covariates=False)


def answers(covariates: bool) -> dict[str, Effect]:
    return {a.method: a for a in estimate(*mpdta(covariates)) if isinstance(a, Effect)}


def hold(effect: Effect, expected: dict[str, tuple[float, float]], tolerance: float = 1e-6) -> None:
    for name, (value, error) in expected.items():
        j = effect.terms.index(name)
        assert effect.estimates[j] == pytest.approx(value, abs=tolerance), name
        assert effect.std_errors[j] == pytest.approx(error, abs=tolerance), name


def test_every_group_time_effect(rows: dict[str, Effect]) -> None:
    effect = rows["group_time, every cell"]
    assert set(effect.terms) == set(CELLS)
    hold(effect, CELLS)


def test_four_aggregations(rows: dict[str, Effect]) -> None:
    hold(rows["group_time, averages"], AVERAGES)


def test_event_study(rows: dict[str, Effect]) -> None:
    effect = rows["group_time, event study"]
    hold(effect, EXPOSURE)
    assert effect.bands is not None
    inside = (effect.bands[:, 0] < effect.intervals[:, 0]) & (effect.intervals[:, 1] < effect.bands[:, 1])
    assert inside.all()


def test_the_locked_row_has_the_same_estimate_and_errors_for_few_clusters(rows: dict[str, Effect]) -> None:
    locked, plain = rows["group_time"], rows["group_time, plain errors"]
    assert (locked.role, plain.role) == ("locked", "reference")
    hold(plain, {"effect": AVERAGES["simple"]})
    assert locked.estimate == pytest.approx(plain.estimate, abs=1e-12)
    assert locked.df[0] < 100  # twenty counties in 2004 carry much of it
    assert locked.std_error == pytest.approx(plain.std_error, rel=0.03)


def test_doubly_robust_on_log_population() -> None:
    rows = answers(covariates=True)
    hold(rows["group_time, averages"], ADJUSTED)
    assert "doubly robust" in rows["group_time"].label
