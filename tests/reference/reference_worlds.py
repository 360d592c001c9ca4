"""Public tables as a study and a panel, for tests against published numbers."""

import datetime as dt
from typing import Any

import numpy as np

from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.effect import Effect
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.metric import Metric
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import (
    CohortPlan,
    Design,
    DesignType,
    Hypothesis,
    Outcome,
    Privacy,
    Study,
    Term,
    Window,
)
from payoff.nouns.unit import read_unit


def reference_study(
    design: DesignType, method: str, second: str | None = None, unit: str = "person", **more: Any
) -> Study:
    measure = Metric(
        "outcome", "The outcome", read_unit("USD/person"), "USD/person", "higher", "o", "select 1", ()
    )
    day = dt.date(2000, 1, 1)
    fields: dict[str, Any] = {
        "type": design,
        "unit": unit,
        "unit_label": unit,
        "period": "year",
        "baseline": Window(day, day),
        "follow_up": Window(day, day),
        "method": method,
        "second": second,
        "terms": (Term("effect", 0, None),),
        "verdict_term": "effect",
    }
    return Study(
        name="published",
        title="Published",
        program="The program",
        question="?",
        people={"analyst": "a", "finance": "f"},
        currency="USD",
        price_base="then",
        horizon_months=12,
        sources=(),
        metrics=(measure,),
        outcome=Outcome("outcome"),
        cohort=CohortPlan("t"),
        design=Design(**{**fields, **more}),
        hypotheses=(Hypothesis("H1", "", "outcome", 0.1, 0.3, 0.05, True, None, ""),),
        benefits=(),
        assumptions=(),
        costs=(),
        privacy=Privacy(),
        plan_lock="0",
    )


def reference_panel(
    study: Study, values: Floats, n_pre: int, first: int, program: Bools, **more: Any
) -> Panel:
    """values (n_units, n_periods) by year or month from `first` (a year, or months since 1970)."""
    values = np.asarray(values, dtype=np.float64)
    n_units, n_periods = values.shape
    monthly = study.design.period == "month"
    start = np.datetime64(first if monthly else first - 1970, "M" if monthly else "Y")
    pre = np.arange(n_periods) < n_pre
    fields: dict[str, Any] = {
        "unit": tuple(f"{i:06d}" for i in range(n_units)),
        "periods": (start + np.arange(n_periods)).astype("datetime64[D]"),
        "weights": (~np.isnan(values)).astype(np.float64),
        "pre": pre,
        "post": ~pre,
        "launch": np.where(program, n_pre, -1),
        "cluster": np.arange(n_units),
        "n_assigned": (int((~program).sum()), int(program.sum())),
        "exclusions": (),
        "fingerprint": fingerprint("panel", values),
    }
    return Panel(metric=study.metrics[0], values=values, in_program=np.asarray(program), **{**fields, **more})


def cross_section(
    outcome: Floats, program: Bools, covariates: Any, method: str, **more: Any
) -> tuple[Study, Panel]:
    """A matched study of one follow-up year: no outcome from before, only covariates (n, k) or None."""
    study = reference_study("matched", method, **more)
    values = np.asarray(outcome, dtype=np.float64)[:, None]
    return study, reference_panel(study, values, 0, 1978, np.asarray(program), covariates=covariates)


def effects_by_method(answers: tuple[Effect | Refusal, ...]) -> dict[str, Effect]:
    return {a.method: a for a in answers if isinstance(a, Effect)}
