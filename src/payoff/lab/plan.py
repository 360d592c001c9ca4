"""The plan of an invented study as nouns, for use without files."""

import datetime as dt

import numpy as np

from payoff.lab.world import World
from payoff.nouns.arrays import Dates
from payoff.nouns.fingerprint import fingerprint
from payoff.nouns.metric import Metric
from payoff.nouns.study import (
    CohortPlan,
    Column,
    Design,
    DesignType,
    Hypothesis,
    Matching,
    Outcome,
    PlanLock,
    Privacy,
    Study,
    Term,
    Window,
)
from payoff.nouns.unit import read_unit

LAUNCH = np.datetime64("2026-01")
ARMS = ("none", "long", "short")
FACTORS = (Column("content", "content"), Column("nudges", "nudges"))
METHODS: dict[DesignType, tuple[str, str | None]] = {
    "rct": ("covariate_adjusted", "difference_in_means"),
    "did": ("imputation", None),
    "matched": ("matched_did", None),
    "synthetic": ("synthetic_did", None),
    "its": ("interrupted_time_series", None),
    "before_after": ("before_after", None),
}


def periods_of(world: World) -> Dates:
    """(n_periods,): first day of each month; the first launch is in January."""
    first = LAUNCH - world.rollout.n_before
    return (first + np.arange(world.n_periods)).astype("datetime64[D]")


def write_plan(world: World) -> Study:
    """The study, locked before launch."""
    metric, program = _metric(world), world.program
    locked_on = (LAUNCH.astype("datetime64[D]") - 14).astype(dt.date)
    mark = fingerprint("invented plan", world)
    return Study(
        name="invented",
        title="Invented firm",
        program="The program",
        question="Does the program raise results?",
        people={"analyst": "analyst", "finance": "finance", "sponsor": "sponsor"},
        currency="USD",
        price_base="2026 prices",
        horizon_months=12,
        sources=(),
        metrics=(metric,),
        outcome=Outcome(metric.name),
        cohort=CohortPlan("people"),
        design=_design(world),
        hypotheses=(
            Hypothesis(
                "H1", "It helps", metric.name, *program.expected, program.useful, False, None, "pilot"
            ),
        ),
        benefits=(),
        assumptions=(),
        costs=(),
        privacy=Privacy(),
        plan_lock=mark,
        lock=PlanLock(mark, locked_on, "analyst", "finance", False, program.useful),
    )


def terms_of(world: World) -> tuple[Term, ...]:
    """Arms or factors where there are several, else all months since launch."""
    names = {"several_arms": ARMS[1:], "factorial": tuple(f.name for f in FACTORS)}.get(
        world.rollout.setup, ()
    )
    return tuple(Term(name, 0, None) for name in names) or (Term("post", 0, None),)


def _windows_of(world: World) -> tuple[Window, Window]:
    """Baseline and follow-up."""
    start, launch = LAUNCH - world.rollout.n_before, LAUNCH.astype("datetime64[D]")
    end = (LAUNCH + world.rollout.n_after).astype("datetime64[D]")
    return (
        Window(start.astype("datetime64[D]").astype(dt.date), (launch - 1).astype(dt.date)),
        Window(launch.astype(dt.date), (end - 1).astype(dt.date)),
    )


def _metric(world: World) -> Metric:
    kind = world.firm.kind
    unit = f"point/{world.unit}/month"
    return Metric(
        name="results",
        label="Results",
        unit=read_unit(unit),
        unit_text=unit,
        better=world.firm.better,
        owner="analyst",
        sql="select 1",
        sources=(),
        scale="log" if kind == "log" else "level",
    )


def _design(world: World) -> Design:
    rollout, flaws, kind = world.rollout, world.flaws, world.design
    baseline, follow_up = _windows_of(world)
    by_lot = kind == "rct" or rollout.by_lot
    terms = terms_of(world)
    one_arm = rollout.setup in ("person_randomised", "team_randomised")
    return Design(
        type=kind,
        unit=f"{world.unit}_id",
        unit_label=world.unit,
        period="month",
        baseline=baseline,
        follow_up=follow_up,
        method=rollout.method or METHODS[kind][0],
        second=rollout.second if rollout.method else METHODS[kind][1],
        terms=terms,
        verdict_term=terms[0].name,
        cluster="team_id" if has_clusters(world) else None,
        arm="arm" if kind in ("rct", "matched", "synthetic") and rollout.setup != "factorial" else None,
        launch="launched_on" if kind == "did" else None,
        take_up="took_part" if world.program.take_up < 1 else None,
        covariates=("tenure",) if kind == "matched" else (),
        randomised=by_lot,
        expected_share=rollout.share if one_arm and rollout.n_program is None else None,
        arms=ARMS if rollout.setup == "several_arms" else (),
        factors=FACTORS if rollout.setup == "factorial" else (),
        chosen="lot" if by_lot else rollout.declared,
        exposed="exposed" if flaws.exposed > 0 and flaws.exposure_logged else None,
        matching=Matching() if kind == "matched" else None,
    )


def has_clusters(world: World) -> bool:
    """Teams are the clusters, unless people were drawn one by one or a row is a team."""
    return world.unit == "person" and world.rollout.setup not in (
        "person_randomised",
        "several_arms",
        "factorial",
    )
