"""The main path: from a study file to a Result, eight hops on one screen.

Hops 1 to 4 (`prepare`) never look at what the program did; `find_result` is the only place
where outcomes meet arms, and it refuses to run on a plan that is not locked.
"""

import datetime as dt
import math
from dataclasses import dataclass, field

import numpy as np

from payoff.causal import (
    check_design,
    check_guardrails,
    check_other_outcomes,
    decide_exit,
    estimate,
    explore,
    grade,
    judge_effect,
    smallest_visible_lift,
)
from payoff.finance import at_baseline, break_even_lift, value
from payoff.metrics import build_panel, count_units, describe_health, plan_queries, read_measured
from payoff.metrics.booked_months import date_bookings
from payoff.metrics.ledger_totals import describe_ledgers
from payoff.metrics.people_shown import count_people
from payoff.metrics.pooled import Pooled, pool_windows
from payoff.nouns.cohort import Cohort
from payoff.nouns.counts import Counts
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, EffectVerdict, Evidence, Verdict
from payoff.nouns.fingerprint import CODE_VERSION, fingerprint
from payoff.nouns.money_plan import Assumption
from payoff.nouns.panel import Panel
from payoff.nouns.pilot import ExitVerdict
from payoff.nouns.problem import PayoffError
from payoff.nouns.query import Query
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Power, Result, State
from payoff.nouns.source_file import SourceFile
from payoff.nouns.source_health import SourceHealth
from payoff.nouns.study import Study
from payoff.nouns.valuation import MoneyVerdict, Valuation
from payoff.run.arrival import land_sources
from payoff.run.asking import choose_engine
from payoff.run.draw_record import look_for_record
from payoff.run.health.judging import describe_check, look_at_sources
from payoff.run.hidden_teams import look_for_teams, plan_columns
from payoff.run.plan import read
from payoff.run.progress import Progress, Silent
from payoff.run.threshold import lift_for, threshold_for, useful_lift
from payoff.run.withheld_effects import withhold_effects
from payoff.run.workspace import Workspace
from payoff.study import find_drift
from payoff.warehouse import fetch


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything known before outcomes are compared: what `check`, `lock` and `run` share."""

    study: Study
    sources: tuple[SourceFile, ...]
    queries: tuple[Query, ...]
    cohort: Cohort
    panels: tuple[Panel, ...]
    assumptions: tuple[Assumption, ...]
    counts: Counts
    power: Power
    health: tuple[Check, ...]
    source_health: tuple[SourceHealth, ...] = ()
    pooled: Pooled = field(default_factory=dict)


def prepare(workspace: Workspace, progress: Progress | None = None) -> Prepared:
    """Hops 1 to 4 and the power of the design. Raises PayoffError on a bad study or bad data."""
    watch = progress or Silent()
    study = read(workspace)
    sources = land_sources(study, workspace, watch)
    queries = plan_queries(study)
    engine = choose_engine(workspace)
    tables = fetch((*queries, *plan_columns(study)), sources, workspace.warehouse, engine)
    cohort, panels = build_panel(study, tables, tuple(s.sha256 for s in sources))
    assumptions, study = read_measured(study, tables), date_bookings(study, cohort, tables)
    counts = count_units(study, cohort, panels[0])
    power = find_power(study, panels[0], assumptions, counts)
    health = describe_health(study, cohort, panels[0]) + look_for_record(study, workspace, cohort)
    health += look_for_teams(study, cohort, tables.get("columns")) + describe_ledgers(study, tables)
    looked = look_at_sources(study, sources, workspace.warehouse, dt.date.today(), engine)
    health += describe_check(looked)
    pooled = pool_windows(study, panels, tables)
    return Prepared(
        study, sources, queries, cohort, panels, assumptions, counts, power, health, looked, pooled
    )


def find_power(study: Study, panel: Panel, assumptions: tuple[Assumption, ...], counts: Counts) -> Power:
    """What the design can see against what is expected and what would pay: from the baseline alone."""
    hypothesis = study.primary_hypothesis
    scale = 1.0 if hypothesis.in_unit is None else counts.baseline
    return Power(
        smallest_visible_lift(study, panel),
        hypothesis.expected_low / scale,
        hypothesis.expected_high / scale,
        break_even_lift(study, assumptions, counts),
    )


def decide_state(workspace: Workspace, study: Study, exploratory: bool) -> State:
    """final on an intact lock, health without one, exploratory on request.

    Raises PayoffError (exit code 5) when the plan drifted from its lock.
    """
    lock = workspace.read_lock_bytes()
    if exploratory:
        return "exploratory"
    if lock is None:
        return "health"
    drift = find_drift(study, lock)
    if drift:
        raise PayoffError(drift, exit_code=5)
    return "final"


def find_result(
    prepared: Prepared, state: State, version: str = "v1", progress: Progress | None = None
) -> Result:
    """Hops 5 and 6: effects, evidence, verdicts and money; none of them in state health."""
    watch = progress or Silent()
    study, power = prepared.study, prepared.power
    primary = prepared.panels[0]
    effects: tuple[Effect | Refusal, ...] = ()
    locked: dict[str, Effect | Refusal] = {}
    checks = prepared.health
    verdict = valuation = None
    counts = prepared.counts
    watch.step("check", 1, 2)
    if state != "health":
        for n, panel in enumerate(prepared.panels, start=1):
            answers = estimate(study, panel)
            effects, locked[panel.metric.name] = effects + answers, answers[0]
            watch.step("estimate", n, len(prepared.panels))
        effects += explore(study, prepared.cohort, prepared.panels)
        checks += check_design(study, primary, effects[0])
        checks += check_other_outcomes(study, locked)
        checks += check_guardrails(study, locked, checks)
    watch.step("check", 2, 2)
    locks = grade(study, checks, power)
    if math.isnan(counts.baseline) and effects and isinstance(effects[0], Effect):
        # nothing was measured before launch: the comparison's mean is the only level there is
        counts = at_baseline(effects[0], counts)
        power = find_power(study, primary, prepared.assumptions, counts)
    if state != "health":
        threshold = threshold_for(study, effects[0], power, counts)
        useful = lift_for(effects[0], useful_lift(study, counts), counts)
        verdict = judge_effect(study, effects[0], threshold, useful, checks)
        second = _second(study, effects)
        valuation = value(study, effects[0], second, prepared.assumptions, counts, locks)
        valuation = _stopped(checks) or valuation
        counts = _counts_of(valuation, effects[0], second, counts)
        watch.step("value", study.n_draws, study.n_draws)
    effects = withhold_effects(study, prepared.cohort, prepared.panels, effects)
    chain = _chain(prepared, effects)
    return Result(
        study=study,
        version=version,
        state=state,
        sources=prepared.sources,
        cohort=prepared.cohort,
        panels=prepared.panels,
        counts=counts,
        assumptions=prepared.assumptions,
        power=power,
        evidence=Evidence(checks, locks, chain),
        effects=effects,
        verdict=verdict,
        valuation=valuation,
        data_on=_last_day(study, primary),
        exit=None if state == "health" else _exit(study, verdict, valuation, effects[0], checks, primary),
        shown=count_people(study, prepared.cohort, prepared.panels, effects),
        fingerprint=fingerprint("result", state, study, [p for _, p in chain]),
    )


def _stopped(checks: tuple[Check, ...]) -> Refusal | None:
    """Why no money is stated although there is an effect: a figure must not hang on a likely slip."""
    found = next((c for c in checks if c.stops_money and c.verdict is Verdict.FAIL), None)
    return None if found is None else Refusal("money", found.text)


def _exit(
    study: Study,
    verdict: EffectVerdict | None,
    valuation: Valuation | Refusal | None,
    effect: Effect | Refusal,
    checks: tuple[Check, ...],
    panel: Panel,
) -> ExitVerdict | None:
    """What a pilot's own rules lead to, on the day the data end."""
    money = valuation.verdict if isinstance(valuation, Valuation) else None
    word = money.verdict if isinstance(money, MoneyVerdict) else None
    on = _last_day(study, panel) or study.design.follow_up.end_on
    return decide_exit(study, verdict, word, effect, checks, on)


def _second(study: Study, effects: tuple[Effect | Refusal, ...]) -> Effect | None:
    name = study.outcome.primary
    return next(
        (e for e in effects if isinstance(e, Effect) and e.role == "second" and e.metric == name), None
    )


def _counts_of(
    valuation: Valuation | Refusal, locked: Effect | Refusal, second: Effect | None, counts: Counts
) -> Counts:
    """Counts at the baseline of the effect that carries the money, as finance valued it."""
    if isinstance(valuation, Refusal):
        return counts
    carrier = locked if valuation.carried_by == "locked" else second
    return at_baseline(carrier, counts) if isinstance(carrier, Effect) else counts


def _chain(prepared: Prepared, effects: tuple[Effect | Refusal, ...]) -> tuple[tuple[str, str], ...]:
    """From source files to effects, in the order in which one is made from the other."""
    links = [("code", fingerprint("code", CODE_VERSION)), ("plan", prepared.study.plan_lock)]
    links += [(f"source {s.source}", s.sha256) for s in prepared.sources]
    links += [(f"query {q.name}", fingerprint("query", q)) for q in prepared.queries]
    links += [("cohort", prepared.cohort.fingerprint)]
    links += [(f"panel {p.metric.name}", p.fingerprint) for p in prepared.panels]
    links += [
        (f"effect {e.metric}, {e.method}, {e.role}", e.fingerprint) for e in effects if isinstance(e, Effect)
    ]
    return tuple(links)


def _last_day(study: Study, panel: Panel) -> dt.date | None:
    """The last day of the last period with any outcome in it."""
    seen = np.flatnonzero(np.isfinite(panel.values).any(axis=0))
    if seen.size == 0:
        return None
    if seen[-1] == panel.n_periods - 1:
        return study.design.follow_up.end_on
    day: dt.date = (panel.periods[seen[-1] + 1] - np.timedelta64(1, "D")).astype(object)
    return day
