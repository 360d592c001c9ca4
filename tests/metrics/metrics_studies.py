"""Studies by hand, so that these tests lean on no YAML."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pyarrow as pa

from payoff.nouns.metric import Metric
from payoff.nouns.money_plan import Assumption
from payoff.nouns.study import CohortPlan, Design, Hypothesis, Outcome, Privacy, Study, Term, Window
from payoff.nouns.unit import read_unit

DEALS = Metric(
    "deals",
    "Deals",
    read_unit("deals/rep/month"),
    "deals/rep/month",
    "higher",
    "ops",
    "select rep, month, deals as value from crm",
    ("crm",),
)


def window(start: str, end: str) -> Window:
    return Window(dt.date.fromisoformat(start), dt.date.fromisoformat(end))


DESIGN = Design(
    type="did",
    unit="rep",
    unit_label="rep",
    period="month",
    baseline=window("2025-01-01", "2025-03-31"),
    follow_up=window("2025-04-01", "2025-06-30"),
    method="fixed_effects",
    second=None,
    terms=(),
    verdict_term="effect",
    launch="launch",
)
RCT = replace(DESIGN, type="rct", launch=None, arm="treat = 1", method="difference_in_means")


def make_study(metrics: tuple[Metric, ...] = (DEALS,), design: Design = DESIGN, **changes: Any) -> Study:
    study = Study(
        name="test",
        title="Test",
        program="Drills",
        question="?",
        people={},
        currency="USD",
        price_base="2025",
        horizon_months=12,
        sources=(),
        metrics=metrics,
        outcome=Outcome(metrics[0].name, tuple(m.name for m in metrics[1:])),
        cohort=CohortPlan("people", None, (), ("people",)),
        design=design,
        hypotheses=(Hypothesis("H1", "", metrics[0].name, 0.05, 0.1, 0.02, True, None, ""),),
        benefits=(),
        assumptions=(),
        costs=(),
        privacy=Privacy(),
        plan_lock="",
    )
    return replace(study, **changes)


def make_assumption(name: str, **changes: Any) -> Assumption:
    return replace(
        Assumption(name, 1.0, 1.0, 1.0, read_unit("USD"), "USD", "s", "o", shape="fixed"), **changes
    )


def cohort_table(units: list[Any], launches: list[str | None], **more: list[Any]) -> pa.Table:
    days = [None if day is None else dt.date.fromisoformat(day) for day in launches]
    columns = {"unit": units, "launch": pa.array(days, pa.date32()), "included": [True] * len(units)}
    return pa.table({**columns, **more})


def metric_table(rows: list[tuple[Any, Any, Any]], period: str = "month", unit: str = "rep") -> pa.Table:
    days = [
        dt.date.fromisoformat(day) if isinstance(day, str) and day[:2] == "20" else day for _, day, _ in rows
    ]
    return pa.table({unit: [r[0] for r in rows], period: days, "value": [r[2] for r in rows]})


def michigan() -> Study:
    scrap = Metric(
        "scrap_rate",
        "Scrap rate",
        read_unit("%"),
        "%",
        "lower",
        "a",
        "select fcode, make_date(year, 1, 1) as period, scrap as value from jtrain where scrap is not null",
        ("jtrain",),
        missing="drop_unit",
        scale="log",
    )
    cohort = CohortPlan(
        """(select fcode, make_date(min(year) filter (where "grant" = 1), 1, 1) as launch,
                   count(scrap) as scrap_years from jtrain group by fcode)""",
        "scrap_years = 3",
        (),
        ("jtrain",),
    )
    design = replace(
        DESIGN,
        unit="fcode",
        unit_label="firm",
        period="year",
        terms=(Term("grant", 0, 0), Term("grant_1", 1, 1)),
        verdict_term="grant",
        baseline=window("1987-01-01", "1987-12-31"),
        follow_up=window("1988-01-01", "1989-12-31"),
    )
    trained = make_assumption(
        "trained",
        sql='select avg(totrain) from jtrain where "grant" = 1 and totrain is not null',
        sources=("jtrain",),
    )
    return make_study((scrap,), design, cohort=cohort, assumptions=(trained,))


def illinois() -> Study:
    spending = Metric(
        "spending",
        "Medical spending",
        read_unit("USD/employee/month"),
        "USD/employee/month",
        "lower",
        "a",
        """select _row as employee, date '2015-07-01' as period, spend_0715_0716 as value,
                  covg_0715_0716 as weight from claims where spend_0715_0716 is not null
           union all
           select _row, date '2016-08-01', spend_0816_0717, covg_0816_0717
           from claims where spend_0816_0717 is not null""",
        ("claims",),
    )
    cohort = CohortPlan("(select _row as employee, treat, hra_c_yr1 from claims)", None, (), ("claims",))
    design = replace(
        RCT,
        unit="employee",
        unit_label="employee",
        period="year",
        take_up="hra_c_yr1",
        baseline=window("2015-07-01", "2016-07-31"),
        follow_up=window("2016-08-01", "2017-07-31"),
    )
    return make_study((spending,), design, cohort=cohort)
