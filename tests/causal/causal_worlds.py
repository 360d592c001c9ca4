"""Studies and panels made in memory, for tests of the causal room."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from payoff.nouns.arrays import Floats, Ints
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.metric import Better, Metric, Scale
from payoff.nouns.panel import Panel
from payoff.nouns.study import (
    CohortPlan,
    Design,
    DesignType,
    Hypothesis,
    Outcome,
    PlanLock,
    Privacy,
    Study,
    Term,
    Window,
)
from payoff.nouns.unit import read_unit

BASELINE = Window(dt.date(2025, 1, 1), dt.date(2025, 6, 30))
FOLLOW_UP = Window(dt.date(2025, 7, 1), dt.date(2025, 12, 31))
METHODS: dict[str, tuple[str, str | None]] = {
    "did": ("fixed_effects", "lagged_outcome"),
    "rct": ("difference_in_means", "covariate_adjusted"),
    "before_after": ("before_after", None),
    "matched": ("matched_did", "regression"),
    "synthetic": ("synthetic_did", "synthetic_control"),
    "its": ("interrupted_time_series", "structural_series"),
}


def make_metric(better: Better = "higher", scale: Scale = "level", unit: str = "deals/rep/month") -> Metric:
    return Metric(
        name="deals",
        label="Closed deals",
        unit=read_unit(unit),
        unit_text=unit,
        better=better,
        owner="sales ops",
        sql="select 1",
        sources=(),
        scale=scale,
    )


def make_study(
    design: DesignType = "did",
    *,
    metric: Metric | None = None,
    terms: Sequence[Term] = (Term("effect", 0, None),),
    expected: tuple[float, float] = (0.05, 0.10),
    smallest_useful: float = 0.02,
    break_even: bool = True,
    in_unit: str | None = None,
    locked: bool = False,
    retrospective: bool = False,
    seed: int = 1,
    **changes: Any,
) -> Study:
    metric = metric or make_metric()
    method, second = METHODS[design]
    fields: dict[str, Any] = {
        "type": design,
        "unit": "rep_id",
        "unit_label": "rep",
        "period": "month",
        "baseline": BASELINE,
        "follow_up": FOLLOW_UP,
        "method": method,
        "second": second,
        "terms": tuple(terms),
        "verdict_term": terms[0].name,
        "randomised": design == "rct",
    }
    lock = PlanLock("0" * 64, dt.date(2025, 6, 1), "ana", "fin", retrospective) if locked else None
    return Study(
        name="drills",
        title="Discovery drills",
        program="Discovery drills",
        question="Do drills raise deals?",
        people={"analyst": "ana", "finance": "fin", "sponsor": "vp"},
        currency="USD",
        price_base="2025",
        horizon_months=12,
        sources=(),
        metrics=(metric,),
        outcome=Outcome(metric.name),
        cohort=CohortPlan("crm"),
        design=Design(**{**fields, **changes}),
        hypotheses=(
            Hypothesis("H1", "", metric.name, *expected, smallest_useful, break_even, in_unit, "source"),
        ),
        benefits=(),
        assumptions=(),
        costs=(),
        privacy=Privacy(),
        plan_lock="0" * 64,
        lock=lock,
        seed=seed,
    )


def make_panel(
    values: Floats,
    n_pre: int,
    *,
    launch: Sequence[int] | Ints | None = None,
    in_program: Sequence[bool] | Any = None,
    metric: Metric | None = None,
    weights: Floats | None = None,
    cluster: Sequence[int] | Ints | None = None,
    n_assigned: tuple[int, int] | None = None,
    take_up: Floats | None = None,
    covariates: Floats | None = None,
    units: Sequence[str] | None = None,
) -> Panel:
    """`values` (n_units, n_periods); the first `n_pre` periods are the baseline, the rest follow-up."""
    values = np.asarray(values, dtype=np.float64)
    n_units, n_periods = values.shape
    starts = np.full(n_units, -1) if launch is None else np.asarray(launch)
    program = starts >= 0 if in_program is None else np.asarray(in_program, dtype=np.bool_)
    if weights is None:
        weights = (~np.isnan(values)).astype(np.float64)
    pre = np.arange(n_periods) < n_pre
    codes = np.arange(n_units) if cluster is None else np.asarray(cluster)
    return Panel(
        metric=metric or make_metric(),
        unit=tuple(units) if units is not None else tuple(f"u{i:04d}" for i in range(n_units)),
        periods=np.datetime64("2025-01-01") + 30 * np.arange(n_periods),
        values=values,
        weights=weights,
        pre=pre,
        post=~pre,
        in_program=program,
        launch=starts.astype(np.int64),
        cluster=codes.astype(np.int64),
        n_assigned=n_assigned or (int((~program).sum()), int(program.sum())),
        exclusions=(),
        fingerprint=fingerprint("panel", values, weights),
        take_up=take_up,
        covariates=covariates,
    )


def did_world(
    rng: np.random.Generator,
    n_units: int = 40,
    n_periods: int = 6,
    n_pre: int = 3,
    effect: float = 0.0,
    staggered: bool = False,
    missing: float = 0.0,
) -> tuple[Floats, Ints]:
    """values (n_units, n_periods) with unit and period effects and AR noise; launch (n_units,)."""
    launch = np.where(np.arange(n_units) < n_units // 2, n_pre, -1)
    if staggered:
        launch = np.where(np.arange(n_units) < n_units // 4, n_pre + 1, launch)
    noise = rng.normal(size=(n_units, n_periods))
    for t in range(1, n_periods):
        noise[:, t] += 0.6 * noise[:, t - 1]
    treated = (np.arange(n_periods)[None, :] >= launch[:, None]) & (launch >= 0)[:, None]
    values = 20 + rng.normal(size=(n_units, 1)) * 2 + rng.normal(size=n_periods) + noise + effect * treated
    values[rng.random(values.shape) < missing] = np.nan
    return values, launch


def rct_world(
    rng: np.random.Generator,
    n_units: int = 60,
    n_pre: int = 2,
    n_post: int = 2,
    effect: float = 0.0,
    clusters: int | None = None,
    kind: Literal["normal"] = "normal",
) -> tuple[Floats, Any, Ints]:
    """values (n_units, n_pre + n_post), in_program (n_units,), cluster (n_units,)."""
    cluster = np.arange(n_units) if clusters is None else np.arange(n_units) % clusters
    n_groups = int(cluster.max()) + 1
    chosen = rng.permutation(n_groups) < n_groups // 2
    program = chosen[cluster]
    shock = rng.normal(size=n_groups)[cluster] if clusters is not None else np.zeros(n_units)
    level = 20 + rng.normal(size=n_units) * 2 + shock
    values = level[:, None] + rng.normal(size=(n_units, n_pre + n_post))
    values[:, n_pre:] += effect * program[:, None]
    return values, program, cluster
