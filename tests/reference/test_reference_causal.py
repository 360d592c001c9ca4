"""Published numbers from the two bundled real studies, through the public functions.

Michigan: Wooldridge, Introductory Econometrics, example 14.1 (ordinary errors) and Econometric Analysis
of Cross Section and Panel Data, example 10.5 (plain clustered errors). Illinois: Jones, Molitor & Reif
(2019), QJE 134(4), tables 3 and 4.
"""

import datetime as dt
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from payoff.causal import estimate
from payoff.causal.fixed_effects import regression
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.metric import Metric
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import CohortPlan, Design, Hypothesis, Outcome, Privacy, Study, Term, Window
from payoff.nouns.unit import read_unit

DEMOS = files("payoff") / "demos"


def metric(name: str, label: str, unit: str, **more: Any) -> Metric:
    return Metric(name, label, read_unit(unit), unit, "lower", "owner", "select 1", (), **more)


def study(measure: Metric, design: Design) -> Study:
    return Study(
        name="demo",
        title="Demo",
        program="The program",
        question="?",
        people={"analyst": "a", "finance": "f"},
        currency="USD",
        price_base="then",
        horizon_months=12,
        sources=(),
        metrics=(measure,),
        outcome=Outcome(measure.name),
        cohort=CohortPlan("t"),
        design=design,
        hypotheses=(Hypothesis("H1", "", measure.name, 0.1, 0.3, 0.05, True, None, ""),),
        benefits=(),
        assumptions=(),
        costs=(),
        privacy=Privacy(),
        plan_lock="0",
    )


def panel(measure: Metric, values: Floats, first_year: int, **more: Any) -> Panel:
    n_units, n_periods = values.shape
    pre = np.arange(n_periods) == 0
    program = more["in_program"]
    fields: dict[str, Any] = {
        "unit": tuple(str(i) for i in range(n_units)),
        "periods": np.array([f"{first_year + t}-01-01" for t in range(n_periods)], dtype="datetime64[D]"),
        "weights": (~np.isnan(values)).astype(np.float64),
        "pre": pre,
        "post": ~pre,
        "launch": np.where(program, 1, -1),
        "cluster": np.arange(n_units),
        "n_assigned": (int((~program).sum()), int(program.sum())),
        "exclusions": (),
        "fingerprint": fingerprint("panel", values),
    }
    return Panel(metric=measure, values=values, **{**fields, **more})


def design(kind: Any, method: str, second: str, terms: tuple[Term, ...], unit: str, **more: Any) -> Design:
    day = dt.date(2000, 1, 1)
    return Design(
        kind,
        unit,
        unit,
        "year",
        Window(day, day),
        Window(day, day),
        method,
        second,
        terms,
        terms[0].name,
        **more,
    )


@pytest.fixture(scope="module")
def michigan() -> tuple[Study, Panel]:
    table = pacsv.read_csv(str(DEMOS / "michigan-training-grants" / "jtrain.csv"))
    columns = {
        n: table[n].to_numpy(zero_copy_only=False).astype(float) for n in ("fcode", "year", "scrap", "grant")
    }
    firms = np.unique(columns["fcode"])
    at = (np.searchsorted(firms, columns["fcode"]), (columns["year"] - 1987).astype(int))
    scrap, grant = np.full((len(firms), 3), np.nan), np.zeros((len(firms), 3))
    scrap[at], grant[at] = columns["scrap"], columns["grant"]
    kept = ~np.isnan(scrap).any(axis=1)
    scrap, grant = scrap[kept], grant[kept]
    measure = metric("scrap_rate", "Scrap rate", "%", scale="log")
    launch = np.where(grant.any(axis=1), grant.argmax(axis=1), -1)
    terms = (Term("grant", 0, 0), Term("grant_1", 1, 1))
    plan = study(measure, design("did", "fixed_effects", "first_difference", terms, "firm"))
    return plan, panel(measure, scrap, 1987, in_program=launch >= 0, launch=launch)


@pytest.fixture(scope="module")
def illinois() -> tuple[Study, Panel]:
    names = ["treat", "hra_c_yr1", "spend_0715_0716", "spend_0816_0717", "covg_0715_0716", "covg_0816_0717"]
    table = pq.read_table(str(DEMOS / "illinois-wellness" / "claims.parquet"), columns=names)
    treat, took, before, after, months_before, months_after = (
        table[n].to_numpy(zero_copy_only=False).astype(float) for n in names
    )
    values = np.column_stack([before, after])
    weights = np.where(np.isnan(values), 0.0, np.column_stack([months_before, months_after]))
    measure = metric("spending", "Medical spending", "USD/employee/month")
    plan = study(
        measure,
        design(
            "rct",
            "difference_in_means",
            "covariate_adjusted",
            (Term("assigned", 0, None),),
            "employee",
            randomised=True,
            take_up="hra_c_yr1",
            expected_share=3300 / 4834,
        ),
    )
    return plan, panel(measure, values, 2015, in_program=treat == 1, weights=weights, take_up=took)


def rows(answers: tuple[Effect | Refusal, ...]) -> dict[str, Effect]:
    assert all(isinstance(a, Effect) for a in answers), answers
    return {a.method: a for a in answers if isinstance(a, Effect)}


def test_michigan_prints_the_articles_estimates_with_both_kinds_of_error(
    michigan: tuple[Study, Panel],
) -> None:
    answers = rows(estimate(*michigan))
    locked = answers["fixed_effects"]
    assert locked.role == "locked"
    assert (locked.n_units, locked.n_clusters, locked.n_observations) == (54, 54, 162)
    for name, errors in (
        ("fixed_effects, ordinary errors", [0.151, 0.210]),
        ("fixed_effects, plain clustered errors", [0.140, 0.276]),
    ):
        row = answers[name]
        assert row.role == "reference"
        assert row.causal
        np.testing.assert_allclose(row.estimates, [-0.252, -0.422], atol=0.0005)
        np.testing.assert_allclose(row.std_errors, errors, atol=0.0005)
    np.testing.assert_array_equal(answers["fixed_effects, ordinary errors"].df, [104, 104])
    np.testing.assert_array_equal(answers["fixed_effects, plain clustered errors"].df, [53, 53])
    assert (locked.std_errors > answers["fixed_effects, plain clustered errors"].std_errors).all()
    assert (locked.df < 53).all()


def test_michigan_year_dummies(michigan: tuple[Study, Panel]) -> None:
    fit = regression(*michigan)
    assert not isinstance(fit, Refusal)
    np.testing.assert_allclose(fit.coefficients[2:], [-0.080, -0.247], atol=0.0005)


def test_illinois_the_lot_the_instrument_and_the_dashboard(illinois: tuple[Study, Panel]) -> None:
    answers = rows(estimate(*illinois))
    for name, value, error, digits, n_units in (
        ("difference_in_means", 10.8, 48.5, 1, 3239),
        ("complier_effect", 17.7, 79.0, 1, 3239),
        ("participants_against_rest", -137.3, 68.6, 1, 2208),
        ("participants_against_rest, before launch", -115.3, 52.2, 1, None),
    ):
        row = answers[name]
        assert round(row.estimate, digits) == value, name
        assert row.std_error == pytest.approx(error, abs=0.06), name
        assert n_units is None or row.n_units == n_units, name
    assert answers["difference_in_means"].baseline == pytest.approx(568.83, abs=0.005)
    assert not answers["participants_against_rest"].causal
    assert not answers["participants_against_rest, before launch"].causal
    adjusted = answers["covariate_adjusted"]
    assert adjusted.n_units == 3165
    assert adjusted.estimate == pytest.approx(32.07, abs=0.005)
    assert "74 employees" in adjusted.label
