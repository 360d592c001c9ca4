"""Did everybody start at one date?

Scope     comparison.
Fails     Several launch dates under fixed effects or first differences: units that started earlier then
          stand in the comparison of those that start later, so effects that change with time, or differ
          from wave to wave, mislead the estimate. No size of sample mends it.
Silent    Nobody started.
Cites     Goodman-Bacon (2021), doi:10.1016/j.jeconom.2021.03.014; de Chaisemartin & D'Haultfœuille
          (2020), doi:10.1257/aer.20181169.
"""

import numpy as np

from payoff.causal import first_difference, fixed_effects
from payoff.causal.bacon import goodman_bacon
from payoff.causal.protocol import Answer
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, percent

NAME = "one launch date"
MISLED = (fixed_effects.METHOD, first_difference.METHOD)


def look(study: Study, panel: Panel, answer: Answer) -> Check | None:
    """Count the launch dates; None for a method that does not compare across them."""
    if study.design.method not in MISLED:
        return None
    n_dates = len(np.unique(panel.launch[panel.launch >= 0]))
    if n_dates == 0:
        return _check(Verdict.SILENT, "Nobody started the program.")
    if n_dates == 1:
        return _check(Verdict.PASS, "Everybody in the program started at one date.")
    text = (
        f"The program started at {counted(n_dates, 'date')}: those who started earlier stand in the "
        "comparison of those who started later, so effects that change with time mislead the estimate."
    )
    return _check(Verdict.FAIL, text + _share(study, panel))


def _share(study: Study, panel: Panel) -> str:
    """How much of a two-way estimate rests on such comparisons, where that can be told."""
    parts = goodman_bacon(study, panel)
    if isinstance(parts, Refusal):
        return ""
    misled = percent(parts.weight("later vs earlier") + parts.weight("later vs always treated"))
    return f" In a two-way estimate of one effect such comparisons carry {misled} of the weight."


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "comparison", verdict, text, costs=1)
