"""Which pilot first: the one whose answer is worth most, net of what it costs to get.

Question  Among candidates, where does trying first change most money?
Method    Each study's own money at mid values, for as many as its pilot would reach; the error its design
          will have; then `causal.decision_value`. Baselines only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from payoff.causal.decision_value import METHOD, Bet, PilotValue, rank_pilots, value_pilot
from payoff.finance.gaps import find_gaps
from payoff.finance.money_model import build_model, mid_inputs, net_of
from payoff.nouns.counts import Counts
from payoff.nouns.money_plan import Assumption
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.run.designing import DesignReport, design_study
from payoff.run.progress import Progress
from payoff.run.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Candidate:
    """A study as a candidate for a pilot; value is refused where money or power are not known."""

    study: Study
    reach: int
    value: PilotValue | Refusal


def rank_candidates(workspaces: Sequence[Workspace], progress: Progress) -> tuple[Candidate, ...]:
    """Most worth trying first; those that cannot be valued last, by name (EXP-07)."""
    candidates = [_candidate(design_study(w, progress)) for w in workspaces]
    ranked = rank_pilots([c.value for c in candidates if isinstance(c.value, PilotValue)])
    valued = [c for c in candidates if isinstance(c.value, PilotValue)]
    valued.sort(key=lambda c: next(n for n, value in enumerate(ranked) if value is c.value))
    rest = sorted((c for c in candidates if isinstance(c.value, Refusal)), key=lambda c: c.study.name)
    return (*valued, *rest)


def _candidate(report: DesignReport) -> Candidate:
    study, planned, power = report.study, report.planned, report.power
    reach = study.pilot.reach if study.pilot is not None else report.panel.n_units
    if isinstance(planned, Refusal):
        return Candidate(study, reach, planned)
    if power.expected_low is None or power.expected_high is None:
        return Candidate(study, reach, Refusal(METHOD, "No lift is expected."))
    tried = money_line(study, report.assumptions, report.counts)
    scaled = money_line(study, report.assumptions, _reaching(report.counts, reach))
    if isinstance(tried, Refusal) or isinstance(scaled, Refusal):
        return Candidate(study, reach, tried if isinstance(tried, Refusal) else Refusal(METHOD, "No money."))
    bet = Bet(study.name, power.expected_low, power.expected_high, worth=scaled[0], cost=scaled[1])
    error = planned.std_error / (
        planned.level if study.metric(study.outcome.primary).scale == "level" else 1.0
    )
    return Candidate(study, reach, value_pilot(bet, error, tried[1]))


def money_line(
    study: Study, assumptions: tuple[Assumption, ...], counts: Counts
) -> tuple[float, float] | Refusal:
    """(money for a lift of 1, cost) over the horizon, at mid values: net = money × lift − cost."""
    gaps = find_gaps(study, assumptions, counts)
    if gaps:
        return Refusal(METHOD, "; ".join(gaps))
    months = counts.term_months or ((1, study.horizon_months),)
    model = build_model(study, assumptions, replace(counts, term_months=months), len(months))
    small = study.primary_hypothesis.expected_high if study.primary_hypothesis.in_unit is None else 0.1
    small = small or 0.1
    none, some = (
        float(net_of(model, mid_inputs(assumptions, np.full(len(months), lift)))[0]) for lift in (0.0, small)
    )
    return (some - none) / small, -none


def _reaching(counts: Counts, reach: int) -> Counts:
    by_term = tuple(reach for _ in counts.analysed_by_term)
    return replace(counts, analysed=reach, assigned=reach, analysed_by_term=by_term)
