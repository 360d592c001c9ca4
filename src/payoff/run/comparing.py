"""Two studies side by side: which program wins, how often, from when on, and at what.

Question  Of two programs that were measured for the same outcome, which is worth more per person?
Draws     Each study's effect has its own stream of random numbers, so the two are drawn independently;
          an assumption that both state alike is drawn once for both, for it is the same number.
Refuses   Pairs that answer different questions (finance names each difference), and a study without a
          result or without money.
Cites     `payoff.finance.comparison` for the rules of the verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from payoff.finance import Comparison, Contender, SeatTime, compare_programs, seat_time
from payoff.finance.draws import draw_assumptions, draw_lifts, random_stream
from payoff.finance.money_model import Inputs, build_model, constant_lift
from payoff.finance.simulation import CHUNK, simulate
from payoff.nouns.arrays import Floats
from payoff.nouns.cash_flow import CashFlow
from payoff.nouns.money_plan import Assumption
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Result
from payoff.nouns.valuation import Valuation
from payoff.nouns.wording import plural
from payoff.run.admission import admit
from payoff.run.main_path import find_result, prepare
from payoff.run.outputs import find_version
from payoff.run.progress import Progress
from payoff.run.what_if import no_money
from payoff.run.workspace import Workspace

# Assumptions of these names describe the sessions of a program; with all five, time off work is compared.
SEATS = ("sessions", "minutes_per_session", "switch_minutes", "wage_per_hour", "contribution_per_hour")
FIRST_BEHAVIOUR = "days_to_first_behaviour"


@dataclass(frozen=True, slots=True)
class Entrant:
    """One study's result. version: under which it is published, "" when it is not."""

    result: Result
    version: str

    @property
    def name(self) -> str:
        return self.result.study.program or self.result.study.title


@dataclass(frozen=True, slots=True)
class Compared:
    """Both results and what finance says of them."""

    first: Entrant
    second: Entrant
    comparison: Comparison
    seats: tuple[SeatTime | None, SeatTime | None]


def compare_studies(first: Workspace, second: Workspace, exploratory: bool, progress: Progress) -> Compared:
    """Run both and hold them against each other.

    Raises PayoffError: a study that cannot be run (3, 4, 5), or a pair that cannot be compared (4).
    """
    entrants = tuple(_enter(workspace, exploratory, progress) for workspace in (first, second))
    return compare_results(*entrants)


def compare_results(first: Entrant, second: Entrant) -> Compared:
    """Two results held against each other, per person. Raises PayoffError (4) naming every difference."""
    names = _names(first, second)
    together = _shared(first.result, second.result)
    contenders = [
        build_contender(entrant.result, name, side, together)
        for side, (entrant, name) in enumerate(zip((first, second), names, strict=True))
    ]
    if _same_people(first.result, second.result):
        contenders[1] = replace(contenders[1], population=contenders[0].population)
    found = compare_programs(*contenders)
    if isinstance(found, Refusal):
        raise PayoffError([_unlike(reason) for reason in found.reason.split("; ")], exit_code=4)
    return Compared(first, second, found, (contenders[0].seats, contenders[1].seats))


def build_contender(result: Result, name: str, side: int, together: frozenset[str]) -> Contender:
    """A result as it enters a comparison. side: 0 or 1; together: assumptions drawn once for both."""
    study, valuation = result.study, result.valuation
    if not isinstance(valuation, Valuation):
        raise PayoffError([no_money(f"{name}: {_why_none(valuation)}")], exit_code=4)
    flow, lift = _draw(result, side, together)
    at = {month: n for n, month in enumerate(flow.months.tolist())}
    within = [at[month] for month in range(1, study.horizon_months + 1)]
    costs = flow.costs[:, within].copy()
    late = flow.costs[:, flow.months > study.horizon_months]
    costs[:, -1] += late.sum(axis=1)  # owed all the same
    metric = study.metric(study.outcome.primary)
    half_life = study.assumption("half_life")
    first_seen = _value(result, FIRST_BEHAVIOUR)
    return Contender(
        name=name,
        metric=metric.name,
        unit=str(metric.unit),
        population=_population(result),
        horizon_months=study.horizon_months,
        currency=study.currency,
        price_base=study.price_base,
        estimand=study.design.estimand,
        people=result.counts.assigned,
        benefits=flow.benefits[:, within],
        costs=costs,
        cost_before=flow.costs[:, flow.months <= 0].sum(axis=1),
        lift=lift,
        grade=result.evidence.grade.locks,
        cost_lines=_by_category(valuation),
        seats=_seats(result),
        first_behaviour_days=first_seen,
        kept_months=half_life.mid if half_life and half_life.sql else None,
    )


def _enter(workspace: Workspace, exploratory: bool, progress: Progress) -> Entrant:
    prepared = prepare(workspace, progress)
    state, _ = admit(prepared, workspace, exploratory)
    if state == "health":
        raise PayoffError([_unlocked(workspace)], exit_code=5)
    result = find_result(prepared, state, progress=progress)
    parent = workspace.out / prepared.study.name
    version = find_version(parent, result.fingerprint)
    return Entrant(result.with_version(version) if version else result, version)


def _draw(result: Result, side: int, together: frozenset[str]) -> tuple[CashFlow, Floats]:
    """Dated money and the constant lift, by draw."""
    study = result.study
    assert isinstance(result.valuation, Valuation)
    carrier = result.carrier
    assert carrier is not None
    n_draws = min(study.n_draws, CHUNK)
    own = int(random_stream(study.seed, f"comparison side {side}").integers(2**31))
    alike = draw_assumptions(result.assumptions, study.correlations, 0, n_draws)
    apart = draw_assumptions(result.assumptions, study.correlations, own, n_draws)
    values = {name: alike[name] if name in together else apart[name] for name in apart}
    model = build_model(study, result.assumptions, result.counts, len(carrier.terms))
    inputs = Inputs(draw_lifts(carrier, own, n_draws), values)
    return simulate(study, model, inputs).kept, constant_lift(model, inputs)


def _names(first: Entrant, second: Entrant) -> tuple[str, str]:
    """What each is called; two of one name by their studies, and those by A and B."""
    for pair in (
        (first.name, second.name),
        (first.result.study.name, second.result.study.name),
    ):
        if pair[0] != pair[1]:
            return pair
    return f"A: {first.name}", f"B: {second.name}"


def _shared(first: Result, second: Result) -> frozenset[str]:
    """Assumptions both state alike and neither correlates with another: one number, drawn once."""
    own = {a.name: a for a in first.assumptions}
    alike = {b.name for b in second.assumptions if _same(own.get(b.name), b)}
    tied = {n for r in (first, second) for c in r.study.correlations for n in (c.first, c.second)}
    return frozenset(alike - tied)


def _same(a: Assumption | None, b: Assumption) -> bool:
    return a is not None and (a.low, a.mid, a.high, a.unit, a.shape, a.source) == (
        b.low,
        b.mid,
        b.high,
        b.unit,
        b.shape,
        b.source,
    )


def _population(result: Result) -> str:
    study = result.study
    people = plural(study.design.unit_label)
    return f"{people} where {study.cohort.include}" if study.cohort.include else people


def _same_people(first: Result, second: Result) -> bool:
    """Whether both studies hold the very same units, however their `cohort.include` is written."""
    labels = {result.study.design.unit_label for result in (first, second)}
    return len(labels) == 1 and set(first.cohort.unit) == set(second.cohort.unit)


def _by_category(valuation: Valuation) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for line in valuation.costs:
        found[line.category] = found.get(line.category, 0.0) + line.point
    return found


def _seats(result: Result) -> SeatTime | None:
    known = {name: _value(result, name) for name in SEATS}
    values = [known[name] for name in SEATS if known[name] is not None]
    if len(values) < len(SEATS):
        return None
    return seat_time(float(result.counts.assigned), *(float(v) for v in values if v is not None))


def _value(result: Result, name: str) -> float | None:
    return next((a.mid for a in result.assumptions if a.name == name), None)


def _why_none(valuation: Refusal | None) -> str:
    return valuation.reason if valuation is not None else "results stay hidden until the plan is locked"


def _unlike(reason: str) -> Problem:
    why = "one ranking of two different questions would mislead"
    fix = "bring both studies to the same terms, then compare"
    if reason.startswith("the population differs"):
        fix = "write one cohort.include in both files, or let both in for the very same units"
    return Problem("U180", reason, why, fix)


def _unlocked(workspace: Workspace) -> Problem:
    return Problem(
        "U181",
        f"{workspace.study_path.name} is not locked, so it has no result to compare",
        "results stay hidden until the plan is locked",
        "payoff lock STUDY --analyst A --finance F, or add --exploratory",
    )
