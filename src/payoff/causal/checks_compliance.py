"""Did those who were offered the program take part?

Scope     assignment. Reads take-up, never an outcome; costs nothing: the answer as assigned stays right, it
          is about offering.
Fails     Take-up in the program group exceeds the comparison's by less than a third: the result then says
          little about the program itself.
Omitted   Where the study names no take-up.
"""

import numpy as np

from payoff.causal.protocol import Answer
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study
from payoff.nouns.wording import percent

NAME = "compliance"
LEAST = 1 / 3


def look(study: Study, panel: Panel, answer: Answer) -> Check | None:
    """Share that took part, by group."""
    if panel.take_up is None:
        return None
    known = np.isfinite(panel.take_up)
    ours, theirs = known & panel.in_program, known & ~panel.in_program
    if not ours.any():
        return Check(NAME, "assignment", Verdict.SILENT, "Who took part is not known for the program group.")
    took = float(panel.take_up[ours].mean())
    without = float(panel.take_up[theirs].mean()) if theirs.any() else 0.0
    found = f"{percent(took)} of the program group took part"
    found += f", and {percent(without)} of the comparison" if without else ""
    if took - without < LEAST:
        text = f"{found}: the result is about being offered the program, and says little about taking part."
        return Check(NAME, "assignment", Verdict.FAIL, text)
    return Check(NAME, "assignment", Verdict.PASS, f"{found}; the result is about being offered it.")
