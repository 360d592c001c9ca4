"""An Illinois-like result by hand: drawn by lot, a misleading dashboard, published estimates."""

import datetime as dt

import numpy as np
from report_michigan import assumption
from report_money import N_DRAWS, Spend, Stream, triangular, value

from payoff.nouns.arrays import frozen
from payoff.nouns.cohort import Cohort, Exclusion
from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect, Role
from payoff.nouns.evidence import Check, EffectVerdict, Evidence, Grade, Verdict
from payoff.nouns.formula import read_formula
from payoff.nouns.metric import Metric
from payoff.nouns.money_plan import BenefitRule, CostRule
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
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
from payoff.nouns.valuation import TornadoBar

ASSUMPTIONS = (
    assumption("cost_per_employee", 100, 150, 250, "USD/employee", "assumed"),
    assumption("discount", 0.04, 0.04, 0.04, "", "assumed"),
)


def spending_metric() -> Metric:
    return Metric(
        name="spending",
        label="Medical spending",
        unit=read_unit("USD/employee/month"),
        unit_text="USD/employee/month",
        better="lower",
        owner="demo finance partner",
        sql="select _row as employee, date '2015-07-01' as period, spend_0715_0716 as value from claims",
        sources=("claims",),
    )


def illinois_study() -> Study:
    return Study(
        name="illinois-wellness",
        title="Illinois workplace wellness",
        program="The wellness program",
        question="Did offering a wellness program lower medical spending per employee?",
        people={"analyst": "demo analyst", "finance": "demo finance partner"},
        currency="USD",
        price_base="current dollars of 2016-2017",
        horizon_months=12,
        sources=(Source("claims", "parquet", "claims.parquet", licence="CC0 1.0"),),
        metrics=(spending_metric(),),
        outcome=Outcome("spending"),
        cohort=CohortPlan("(select _row as employee from claims)"),
        design=Design(
            type="rct",
            unit="employee",
            unit_label="employee",
            period="year",
            baseline=Window(dt.date(2015, 7, 1), dt.date(2016, 7, 31)),
            follow_up=Window(dt.date(2016, 8, 1), dt.date(2017, 7, 31)),
            method="difference_in_means",
            second="covariate_adjusted",
            terms=(Term("assigned", 0, None),),
            verdict_term="assigned",
            arm="treat = 1",
            take_up="hra_c_yr1",
            randomised=True,
            expected_share=3300 / 4834,
        ),
        hypotheses=(
            Hypothesis(
                "H1",
                "The program lowers medical spending",
                "spending",
                0.02,
                0.06,
                0.02,
                True,
                None,
                "demo expectation",
            ),
        ),
        benefits=(
            BenefitRule(
                "spending_avoided",
                read_formula("lift * baseline * employees * months"),
                True,
                "cost",
                "spending",
                "Medical spending avoided",
            ),
        ),
        assumptions=ASSUMPTIONS,
        costs=(
            CostRule("Program", read_formula("cost_per_employee * employees"), "one_time", "implementation"),
        ),
        privacy=Privacy(),
        plan_lock="b" * 64,
        ask="Do not renew on the strength of the participation dashboard.",
        notes=("The public files carry no identifiers; the row number is the key.",),
        lock=PlanLock(
            "b" * 64, dt.date(2026, 1, 5), "demo analyst", "demo finance partner", True, threshold_lift=0.022
        ),
    )


def illinois_panel() -> Panel:
    """900 employees whose arm means are those published, to the cent."""
    rng = np.random.default_rng(2016)
    n, offered, joined = 900, 615, 344
    in_program = np.arange(n) < offered
    took_part = np.where(in_program, (np.arange(n) < joined).astype(float), np.nan)
    values = rng.gamma(0.5, 1.0, (n, 2))
    groups = ((took_part == 1, 433.0, 526.6), (took_part == 0, 548.3, 663.9), (~in_program, 524.4, 568.8))
    for group, before, after in groups:
        values[group] *= np.array([before, after]) / values[group].mean(axis=0)
    return Panel(
        metric=spending_metric(),
        unit=tuple(str(i) for i in range(n)),
        periods=frozen(np.array(["2015-07-01", "2016-08-01"], dtype="datetime64[D]")),
        values=frozen(values),
        weights=frozen(np.full((n, 2), 12.0)),
        pre=frozen(np.array([True, False])),
        post=frozen(np.array([False, True])),
        in_program=frozen(in_program),
        launch=frozen(np.where(in_program, 1, -1)),
        cluster=frozen(np.arange(n)),
        n_assigned=(1534, 3300),
        exclusions=(Exclusion("no spending recorded after launch", 1595, 3239),),
        fingerprint="panel-illinois",
        take_up=frozen(took_part),
    )


def spending_effect(
    method: str, label: str, role: Role, estimate: float, error: float, n: int, causal: bool = True
) -> Effect:
    return Effect(
        metric="spending",
        terms=("assigned",),
        estimand="effect of the offer" if causal else "none: not comparable groups",
        method=method,
        unit="USD/employee/month",
        scale="level",
        better="lower",
        estimates=frozen(np.array([estimate])),
        covariance=frozen(np.array([[error**2]])),
        df=frozen(np.array([np.inf])),
        intervals=frozen(np.array([[estimate - 1.96 * error, estimate + 1.96 * error]])),
        n_units=n,
        n_clusters=n,
        role=role,
        baseline=568.8,
        headline=0,
        fingerprint=f"effect-{method}",
        label=label,
        short=label.split(":")[0],
        causal=causal,
        period="baseline" if "before launch" in method else "follow_up",
        n_observations=n,
    )


def illinois_result() -> Result:
    study, panel = illinois_study(), illinois_panel()
    rng = np.random.default_rng(11)
    lift_draws = -(10.8 + 48.5 * rng.standard_normal(N_DRAWS)) / 568.8
    valuation = value(
        study,
        Stream(-10.8 / 568.8, lift_draws, 568.8 * 2208, np.full(N_DRAWS, 568.8 * 2208)),
        (
            Spend(
                "Program",
                "implementation",
                "cost_per_employee * employees",
                495_000.0,
                triangular(rng, 100, 150, 250) * 3300,
                True,
            ),
        ),
        (TornadoBar("lift", -0.185, 0.148, -6.6, 3.5), TornadoBar("cost_per_employee", 100, 250, -1.9, -1.3)),
        {
            "cost_per_employee": Refusal(
                "highest program cost that pays back",
                "at the middle estimate spending rose, so no positive cost pays back",
            )
        },
    )
    return Result(
        study=study,
        version="demo-1",
        state="final",
        sources=(
            SourceFile(
                "claims", "claims.parquet", "d" * 64, 4834, ("treat", "hra_c_yr1"), "pkg-1", "CC0 1.0"
            ),
        ),
        cohort=Cohort(
            panel.unit,
            panel.in_program,
            frozen(np.where(panel.in_program, np.datetime64("2016-08-01"), np.datetime64("NaT"))),
            panel.unit,
            None,
            panel.take_up,
            None,
            (),
            panel.exclusions,
            "cohort-i",
        ),
        panels=(panel,),
        counts=Counts(2208, 3300, 524.4, ((1, 12),)),
        assumptions=ASSUMPTIONS,
        power=Power(0.24, 0.02, 0.06, 0.022),
        evidence=Evidence(
            checks=(
                Check("sample ratio", "assignment", Verdict.PASS, "3,300 of 4,834 were offered, as planned."),
                Check("balance", "baseline", Verdict.PASS, "Spending before launch was alike in both arms."),
                Check("attrition", "outcome", Verdict.PASS, "Equal shares of both arms lack an outcome."),
            ),
            grade=Grade(
                1,
                4,
                (
                    "drawn by lot",
                    "smallest visible lift is four times the expected one",
                    "plan locked afterwards",
                ),
            ),
            chain=(("claims.parquet", "d" * 64), ("panel spending", "p" * 64), ("effect", "e" * 64)),
        ),
        effects=(
            spending_effect(
                "difference_in_means", "Offered against not offered, drawn by lot", "locked", 10.8, 48.5, 3239
            ),
            spending_effect(
                "covariate_adjusted", "Same, adjusted for spending before", "second", 9.9, 46.0, 3239
            ),
            spending_effect(
                "instrumented", "Those who took part because they were offered", "reference", 17.7, 79.0, 3239
            ),
            spending_effect(
                "participants_against_rest",
                "What a participation dashboard would report: those who chose to take part",
                "reference",
                -137.3,
                68.6,
                2208,
                causal=False,
            ),
            spending_effect(
                "participants_against_rest, before launch",
                "The same comparison before the program existed: no program could have done this",
                "reference",
                -115.3,
                52.2,
                2208,
                causal=False,
            ),
        ),
        verdict=EffectVerdict(
            "cannot tell",
            "spans zero and the threshold",
            0.022,
            more_units=754_000,
        ),
        valuation=valuation,
        data_on=dt.date(2017, 7, 31),
        fingerprint="result-illinois",
    )
