"""Did people of the comparison meet the program all the same?

Scope     comparison. Reads who met it, never an outcome; the bounds in the text read the answer.
Counts    Comparison units flagged by `design.exposed`, or that took part (`design.take_up`).
Fails     More than one in twenty; more than one in ten costs two steps, for then it is no comparison without
          the program. The answer as assigned still stands for what offering did, but is diluted:
          if those who met it gained as much as the program's people, the effect is answer / (1 − share).
Silent    Teams or managers hold both groups and nobody recorded who met the program; unknown for more
          than one in five.
Omitted   Where nothing was recorded and groups share no team.
"""

import numpy as np

from payoff.causal.floors import cluster_noun
from payoff.causal.protocol import Answer
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.people import say_few
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, number, percent, plural, raised

NAME = "contamination"
MOST = 0.05
FAR_TOO_MANY = 0.10
MOST_UNKNOWN = 0.20


def look(study: Study, panel: Panel, answer: Answer) -> Check | None:
    """Share of the comparison that met the program, and what that would do to the answer."""
    comparison = ~panel.in_program
    nouns = plural(study.design.unit_label)
    if not comparison.any():
        return None
    met = _met(panel)
    if met is None:
        sharing = _sharing(study, panel, nouns)
        return _check(Verdict.SILENT, sharing) if sharing else None
    known = np.isfinite(met[comparison])
    if known.mean() < 1 - MOST_UNKNOWN:
        text = (
            f"Whether comparison {nouns} met the program is known for {percent(float(known.mean()))} of them."
        )
        return _check(Verdict.SILENT, text)
    n_met, n_known = int((met[comparison][known] > 0).sum()), int(known.sum())
    share = n_met / n_known
    who = counted(n_known, f"comparison {study.design.unit_label}")
    found = f"{raised(say_few(study, n_met))} of {who} met the program"
    if share <= MOST:
        return _check(Verdict.PASS, f"{found}.")
    text = f"{found} ({percent(share)}){_bounds(panel, answer, share)}."
    return _check(Verdict.FAIL, text, costs=2 if share > FAR_TOO_MANY else 1)


def _met(panel: Panel) -> Floats | None:
    """(n_units,) 1 met the program, 0 did not, NaN unknown; None where nobody recorded it."""
    if panel.exposed is None:
        return panel.take_up
    if panel.take_up is None:
        return panel.exposed
    return np.fmax(panel.exposed, panel.take_up)


def _bounds(panel: Panel, answer: Answer, share: float) -> str:
    """The answer if those who met it gained nothing, and if they gained as much as the program's people."""
    if not isinstance(answer, Effect) or share >= 1:
        return ", so the comparison is not without it"
    full = answer.estimate / (1 - share)
    return (
        f": the result counts the change against them. If they gained as much as the program's people, the "
        f"effect of having it is {_say(panel, full)} instead of {_say(panel, answer.estimate)}"
    )


def _say(panel: Panel, value: float) -> str:
    """An effect with its sign, as the metric counts: '−1.2 min/call', on a log metric '−4.0%'."""
    if panel.metric.scale == "log":
        return percent(float(np.expm1(value)))
    return f"{number(value)} {panel.metric.unit_text}"


def _sharing(study: Study, panel: Panel, nouns: str) -> str:
    """In words, how many clusters hold both groups; empty where none does, or every unit is its own."""
    total = len(np.unique(panel.cluster))
    both = np.intersect1d(panel.cluster[panel.in_program], panel.cluster[~panel.in_program])
    if total == panel.n_units or not len(both):
        return ""
    return (
        f"{count(len(both))} of {counted(total, cluster_noun(study))} hold both groups, and nobody recorded "
        f"which comparison {nouns} met the program: a spill-over would make the result too small."
    )


def _check(verdict: Verdict, text: str, costs: int = 1) -> Check:
    return Check(NAME, "comparison", verdict, text, costs=costs)
