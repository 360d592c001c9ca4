"""Did more people disappear from one group than from the other?

Scope     comparison.
Fails     Shares without an outcome in follow-up differ by more than 5 points between the groups
          (the cautious end of the What Works Clearinghouse's boundaries, Standards Handbook 5.0).
Silent    Nobody assigned to one of the groups.
"""

import numpy as np

from payoff.causal.outcome import observed_cells
from payoff.causal.protocol import Answer
from payoff.causal.words import percent, plural, points
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study

NAME = "attrition"
MAX_GAP = 0.05


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Share of the assigned units without any outcome in follow-up, by group and overall."""
    assigned = np.array(panel.n_assigned)
    if (assigned <= 0).any():
        text = "One of the groups has nobody assigned: losses cannot be compared."
        return Check(NAME, "comparison", Verdict.SILENT, text, costs=1)
    seen = observed_cells(panel, panel.post).any(axis=1)
    observed = np.array([(seen & ~panel.in_program).sum(), (seen & panel.in_program).sum()])
    lost = 1.0 - observed / assigned
    gap = abs(float(lost[1] - lost[0]))
    overall = 1.0 - float(observed.sum() / assigned.sum())
    people = plural(study.design.unit_label)
    if not lost.any():
        text = f"Every one of the {int(assigned.sum()):,} {people} has an outcome in follow-up."
        return Check(NAME, "comparison", Verdict.PASS, text, costs=1)
    found = (
        f"{percent(overall)} of all {people} have no outcome in follow-up: {percent(float(lost[1]))} of the "
        f"program group and {percent(float(lost[0]))} of the comparison group, {points(gap)} apart"
    )
    failed = gap > MAX_GAP
    text = f"{found}: more than the {points(MAX_GAP)} that would be harmless." if failed else f"{found}."
    return Check(NAME, "comparison", Verdict.FAIL if failed else Verdict.PASS, text, costs=1)
