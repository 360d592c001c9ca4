"""Did more people disappear from one group than from the other?

Scope     comparison.
Fails     Shares without an outcome in follow-up differ by more than 5 points between the groups
          (the cautious end of the What Works Clearinghouse's boundaries, Standards Handbook 5.0).
Silent    Nobody assigned to one of the groups.
"""

import numpy as np

from payoff.causal.outcome import observed_cells
from payoff.causal.protocol import Answer
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, percent, plural, points

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
    comparison, program = (float(share) for share in lost)
    gap = abs(program - comparison)
    overall = 1.0 - float(observed.sum() / assigned.sum())
    noun = study.design.unit_label
    if not lost.any():
        text = f"Every one of the {counted(int(assigned.sum()), noun)} has an outcome in follow-up."
        return Check(NAME, "comparison", Verdict.PASS, text, costs=1)
    found = (
        f"{percent(overall)} of all {plural(noun)} have no outcome in follow-up: "
        f"{percent(program)} of the program group and {percent(comparison)} of the comparison group, "
        f"{points(gap)} apart"
    )
    failed = gap > MAX_GAP
    text = f"{found}: more than the {points(MAX_GAP)} that would be harmless." if failed else f"{found}."
    return Check(NAME, "comparison", Verdict.FAIL if failed else Verdict.PASS, text, costs=1)
