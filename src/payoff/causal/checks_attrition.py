"""Did more people disappear from one group than from the other, or other people?

Scope     comparison.
Counts    Lost unit-periods: of the periods of follow-up that anybody was seen in, the share without an
          outcome, over everyone assigned. Somebody seen in one month of six has lost five.
Fails     These shares differ by more than 5 points between the groups (the cautious end of the What
          Works Clearinghouse's boundaries, Standards Handbook 5.0); or those lost moved the groups apart by
          more than 0.05 standard deviations of the baseline, as chance does less than once in a hundred
          (`who_left`): equal shares lost are no comfort where the weak leave one group only.
Silent    Nobody assigned to one of the groups; nobody seen in follow-up.
"""

import numpy as np

from payoff.causal.outcome import observed_cells
from payoff.causal.protocol import Answer
from payoff.causal.who_left import WhoLeft, who_left
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, number, percent, plural, points

NAME = "attrition"
MAX_GAP = 0.05


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Share of follow-up without an outcome, by group and overall."""
    assigned = np.array(panel.n_assigned)
    if (assigned <= 0).any():
        return _check(Verdict.SILENT, "One of the groups has nobody assigned: losses cannot be compared.")
    cells = observed_cells(panel, panel.post)
    n_periods = int(cells.any(axis=0).sum())
    if n_periods == 0:
        return _check(Verdict.SILENT, "Nobody was seen in follow-up: losses cannot be compared.")
    program = panel.in_program
    seen = np.array([cells[~program].sum(), cells[program].sum()])
    shares = 1.0 - seen / (assigned * n_periods)
    gap = abs(float(shares[1] - shares[0]))
    noun, period = study.design.unit_label, study.design.period
    if not shares.any():
        everyone = counted(int(assigned.sum()), noun)
        every = f" in every {period}" if n_periods > 1 else ""
        return _check(Verdict.PASS, f"Every one of the {everyone} has an outcome in follow-up{every}.")
    overall = 1.0 - float(seen.sum() / (assigned.sum() * n_periods))
    what = f"all {plural(noun)}" if n_periods == 1 else f"all {noun}-{plural(period)}"
    found = (
        f"{percent(overall)} of {what} in follow-up have no outcome: {percent(float(shares[1]))} in the "
        f"program group and {percent(float(shares[0]))} in the comparison group, {points(gap)} apart"
    )
    left = who_left(study, panel)
    others = _others(left, noun) if left is not None and left.is_odd else ""
    if gap > MAX_GAP:
        return _check(
            Verdict.FAIL, f"{found}: more than the {points(MAX_GAP)} that would be harmless.{others}"
        )
    return _check(Verdict.FAIL if others else Verdict.PASS, f"{found}.{others}")


def _others(left: WhoLeft, noun: str) -> str:
    """Who left, in words: the group whose leavers stand further from their own."""
    group = int(np.nanargmax(np.abs(left.lost)))
    side = "above" if left.lost[group] > 0 else "below"
    name = ("comparison", "program")[group]
    return (
        f" Other {plural(noun)} left one group than the other: before launch those lost from the {name} "
        f"group stood {number(abs(left.lost[group]))} standard deviations {side} their group's average, "
        f"which parts the groups that are left by {number(abs(left.gap))}."
    )


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "comparison", verdict, text, costs=1)
