"""A Michigan-like result by hand: 54 firms, two terms, published estimates, an assumed delivery cost."""

import datetime as dt

import numpy as np
from report_money import N_DRAWS, Spend, Stream, triangular, value

from payoff.nouns.arrays import frozen
from payoff.nouns.cohort import Cohort, Exclusion
from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect, Role
from payoff.nouns.evidence import Check, EffectVerdict, Evidence, Grade, Verdict
from payoff.nouns.formula import read_formula
from payoff.nouns.metric import Metric
from payoff.nouns.money_plan import Assumption, BenefitRule, CostRule
from payoff.nouns.panel import Panel
from payoff.nouns.result import Power, Result
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import (
    CohortPlan,
    Design,
    Hypothesis,
    Outcome,
    PlanLock,
    Privacy,
    Source,
    Study,
    Term,
    Window,
)
from payoff.nouns.unit import read_unit
from payoff.nouns.valuation import Figure, TornadoBar, Valuation

BASIS = "undiscounted, full dated cash, USD, current dollars of 1987-1989"


def assumption(name: str, low: float, mid: float, high: float, unit: str, source: str) -> Assumption:
    return Assumption(
        name, low, mid, high, read_unit(unit), unit, source, "demo finance partner", source == "assumed"
    )


ASSUMPTIONS = (
    assumption("scrapped_sales", 19446, 24308, 29169, "USD/firm/month", "jtrain.csv, 1987"),
    assumption("cost_share", 0.3, 0.5, 0.7, "", "assumed"),
    assumption("trained", 72.2, 72.2, 72.2, "worker/firm", "jtrain.csv, grant years"),
    assumption("training_hours", 2673, 2673, 2673, "hour/firm", "jtrain.csv, grant years"),
    assumption("hourly_pay", 9.27, 9.27, 9.27, "USD/hour", "jtrain.csv, grant years"),
    assumption("fringe", 1.2, 1.3, 1.4, "", "assumed"),
    assumption("delivery_per_worker", 100, 300, 900, "USD/worker", "assumed"),
    assumption("discount", 0.08, 0.08, 0.08, "", "assumed"),
)


def scrap_metric() -> Metric:
    return Metric(
        name="scrap_rate",
        label="Scrap rate",
        unit=read_unit("%"),
        unit_text="%",
        better="lower",
        owner="demo analyst",
        sql="select fcode, make_date(year, 1, 1) as period, scrap as value from jtrain",
        sources=("jtrain",),
        missing="drop_unit",
        scale="log",
    )


def michigan_study() -> Study:
    return Study(
        name="michigan-training-grants",
        title="Michigan job-training grants",
        program="Training grants",
        question="Did state training grants cut the scrap rate, and what may delivery cost and still pay?",
        people={"analyst": "demo analyst", "finance": "demo finance partner"},
        currency="USD",
        price_base="current dollars of 1987-1989",
        horizon_months=24,
        sources=(Source("jtrain", "csv", "jtrain.csv", ("fcode", "year"), licence="teaching data"),),
        metrics=(scrap_metric(),),
        outcome=Outcome("scrap_rate"),
        cohort=CohortPlan("(select fcode from jtrain)", "scrap_years = 3"),
        design=Design(
            type="did",
            unit="fcode",
            unit_label="firm",
            period="year",
            baseline=Window(dt.date(1987, 1, 1), dt.date(1987, 12, 31)),
            follow_up=Window(dt.date(1988, 1, 1), dt.date(1989, 12, 31)),
            method="fixed_effects",
            second="first_difference",
            terms=(Term("grant", 0, 0), Term("grant_1", 1, 1)),
            verdict_term="grant",
            launch="launch",
            estimand="treated",
        ),
        hypotheses=(
            Hypothesis(
                "H1", "Training grants cut scrap", "scrap_rate", 0.1, 0.3, 0.05, True, None, "expectation"
            ),
        ),
        benefits=(
            BenefitRule(
                "scrap_saved",
                read_formula("lift * scrapped_sales * cost_share * firms * months"),
                True,
                "cost",
                "scrap_rate",
                "Scrapped output avoided",
            ),
        ),
        assumptions=ASSUMPTIONS,
        costs=(
            CostRule(
                "Delivery",
                read_formula("delivery_per_worker * trained * firms"),
                "one_time",
                "implementation",
            ),
            CostRule(
                "Learner time",
                read_formula("training_hours * hourly_pay * fringe * firms"),
                "one_time",
                "learner_time",
            ),
        ),
        privacy=Privacy(),
        plan_lock="a" * 64,
        ask="Ask vendors to quote a price per worker below the ceiling on this page.",
        notes=("Only 54 of 157 firms report scrap in all three years; nothing is imputed.",),
        lock=PlanLock(
            "a" * 64, dt.date(2026, 1, 5), "demo analyst", "demo finance partner", True, threshold_lift=0.09
        ),
    )


def michigan_panel() -> Panel:
    rng = np.random.default_rng(1987)
    n, grants = 54, 29
    launch = np.array([1] * 19 + [2] * 10 + [-1] * 25)
    level = rng.normal(0.7, 0.9, (n, 1)) - np.where(np.arange(n) < grants, 0.05, 0.0)[:, None]
    drift = np.array([0.0, -0.08, -0.25])
    after = (np.arange(3)[None, :] >= launch[:, None]) & (launch[:, None] > 0)
    values = np.exp(level + drift - 0.25 * after + rng.normal(0, 0.3, (n, 3)))
    return Panel(
        metric=scrap_metric(),
        unit=tuple(f"{410000 + i}" for i in range(n)),
        periods=frozen(np.array(["1987-01-01", "1988-01-01", "1989-01-01"], dtype="datetime64[D]")),
        values=frozen(values),
        weights=frozen(np.ones((n, 3))),
        pre=frozen(np.array([True, False, False])),
        post=frozen(np.array([False, True, True])),
        in_program=frozen(np.arange(n) < grants),
        launch=frozen(launch),
        cluster=frozen(np.arange(n)),
        n_assigned=(25, 29),
        exclusions=(Exclusion("lacks the scrap rate in some year", 103, 54),),
        fingerprint="panel-michigan",
    )


def michigan_cohort(panel: Panel) -> Cohort:
    never = np.datetime64("NaT")
    launch_on = np.array([panel.periods[i] if i >= 0 else never for i in panel.launch], dtype="datetime64[D]")
    return Cohort(
        panel.unit, panel.in_program, frozen(launch_on), panel.unit, None, None, None, (), (), "cohort-m"
    )


def grant_effect(
    method: str, label: str, role: Role, estimates: list[float], errors: list[float], causal: bool = True
) -> Effect:
    beta, se = np.array(estimates), np.array(errors)
    covariance = np.diag(se**2)
    half = 2.006 * se
    return Effect(
        metric="scrap_rate",
        terms=("grant", "grant_1")[: len(estimates)],
        estimand="effect on firms with a grant",
        method=method,
        unit="log points",
        scale="log",
        better="lower",
        estimates=frozen(beta),
        covariance=frozen(covariance),
        df=frozen(np.full(len(beta), 53.0)),
        intervals=frozen(np.column_stack([beta - half, beta + half])),
        n_units=54,
        n_clusters=54,
        role=role,
        baseline=3.84,
        headline=0,
        fingerprint=f"effect-{method}-{role}",
        label=label,
        short=label.split(",")[0],
        causal=causal,
        n_observations=162,
    )


def michigan_valuation(study: Study) -> Valuation:
    rng = np.random.default_rng(7)
    lift_draws = 1 - np.exp(-0.252 + 0.14 * rng.standard_t(53, N_DRAWS))
    per_lift_draws = triangular(rng, 19446, 24308, 29169) * triangular(rng, 0.3, 0.5, 0.7) * 29
    delivery = triangular(rng, 100, 300, 900) * 72.2 * 29
    learner = 2673 * 9.27 * triangular(rng, 1.2, 1.3, 1.4) * 29
    return value(
        study,
        Stream(1 - float(np.exp(-0.252)), lift_draws, 24308 * 0.5 * 29, per_lift_draws),
        (
            Spend(
                "Delivery",
                "implementation",
                "delivery_per_worker * trained * firms",
                628140.0,
                delivery,
                True,
            ),
            Spend(
                "Learner time",
                "learner_time",
                "training_hours * hourly_pay * fringe * firms",
                934151.0,
                learner,
                True,
            ),
        ),
        (
            TornadoBar("lift", -0.029, 0.41, -1.1, 1.2),
            TornadoBar("delivery_per_worker", 100, 900, 0.6, -0.4),
            TornadoBar("cost_share", 0.3, 0.7, -0.27, 0.69),
            TornadoBar("scrapped_sales", 19446, 29169, -0.03, 0.45),
            TornadoBar("fringe", 1.2, 1.4, 0.26, 0.15),
        ),
        {
            "fringe": Figure("fringe", 1.75, 0.3, 2.9, "pure number", 24, BASIS),
            "delivery_per_worker": Figure(
                "delivery_per_worker", 460.0, -110.0, 1010.0, "USD/worker", 24, BASIS
            ),
        },
    )


def michigan_result() -> Result:
    study, panel = michigan_study(), michigan_panel()
    return Result(
        study=study,
        version="demo-1",
        state="final",
        sources=(
            SourceFile("jtrain", "jtrain.csv", "c" * 64, 471, ("year", "fcode"), "pkg-1", "teaching data"),
        ),
        cohort=michigan_cohort(panel),
        panels=(panel,),
        counts=Counts(29, 29, 3.84, ((1, 12), (13, 24))),
        assumptions=ASSUMPTIONS,
        power=Power(0.33, 0.1, 0.3, 0.09),
        evidence=Evidence(
            checks=(
                Check(
                    "baseline observations", "baseline", Verdict.FAIL, "Only one year before launch.", costs=1
                ),
                Check("pre-trend", "comparison", Verdict.SILENT, "One year before launch shows no trend."),
                Check("rows per key", "data", Verdict.PASS, "471 rows, no key twice."),
            ),
            grade=Grade(1, 3, ("firms chose to apply", "one year before launch", "plan locked afterwards")),
            chain=(("jtrain.csv", "c" * 64), ("panel scrap_rate", "p" * 64), ("effect", "e" * 64)),
        ),
        effects=(
            grant_effect(
                "fixed_effects",
                "Firm and year fixed effects, errors by firm: trusted, years of one firm are not independent",
                "locked",
                [-0.252, -0.422],
                [0.140, 0.276],
            ),
            grant_effect(
                "first_difference", "Changes from year to year, errors by firm", "second", [-0.317], [0.164]
            ),
            grant_effect(
                "fixed_effects_ordinary",
                "The same estimate with ordinary errors, as published",
                "reference",
                [-0.252, -0.422],
                [0.151, 0.210],
            ),
        ),
        verdict=EffectVerdict(
            "cannot tell",
            "spans zero and the threshold",
            0.09,
            pays=True,
            more_units=1_234,
        ),
        valuation=michigan_valuation(study),
        data_on=dt.date(1989, 12, 31),
        fingerprint="result-michigan",
    )
