"""Could the locked method answer at all? The plan and its cohort, rehearsed on outcomes by lot.

Question  Before anybody starts: will the run end in an estimate, whatever the program does?
Method    The declared method itself is asked, on the baseline as it was seen and a follow-up in which
          everybody is seen in every period, dealt by lot from the baseline's own cells. What refuses then
          refuses because of plan, cohort or baseline: no outcome can mend it. So every floor of every
          method counts, and none is written down twice.
Assumes   The best case: nobody leaves, no gap after launch, everyone offered the program takes it up. That
          a plan passes promises no answer.
Blind     Nothing after the baseline is read: not outcomes, not who took part.
Refuses   With the method's own reason. Periods of follow-up that are not known yet leave nothing to say.
Proof     tests/causal/test_causal_rehearsal.py: each design just below and just at its floor.
"""

from dataclasses import replace

import numpy as np

from payoff.causal.estimate import ask
from payoff.causal.outcome import observed_cells
from payoff.causal.subgroups import take_units
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study


def rehearse(study: Study, panel: Panel, method: str | None = None) -> Refusal | None:
    """Why `method` (the locked one unless given) cannot answer for these units; None where it can."""
    if not panel.post.any():
        return None
    answer = ask(study, imagine_outcomes(panel, study.seed), method or study.design.method, "second")[0]
    return answer if isinstance(answer, Refusal) else None


def rehearse_subgroups(study: Study, panel: Panel) -> tuple[tuple[str, str, Refusal], ...]:
    """(subgroup, level, why it cannot be answered), for each declared level too small to answer for."""
    if panel.subgroups is None:
        return ()
    found = []
    for n, column in enumerate(study.design.subgroups):
        for code, level in enumerate(panel.subgroup_levels[n]):
            inside = panel.subgroups[:, n] == code
            refusal = rehearse(study, take_units(panel, inside)) if inside.any() else None
            if refusal is not None:
                found.append((column.name, level, refusal))
    return tuple(found)


def imagine_outcomes(panel: Panel, seed: int) -> Panel:
    """The panel with its baseline as seen, and every cell to come dealt from the baseline's own cells."""
    kept = _seen_baseline(panel)
    to_come = np.flatnonzero((panel.pre | panel.post) & ~kept)
    value, weight = _pool(panel, kept)
    dealt = np.random.default_rng(seed).integers(len(value), size=(panel.n_units, len(to_come)))
    values, weights = panel.values.copy(), panel.weights.copy()
    values[:, to_come], weights[:, to_come] = value[dealt], weight[dealt]
    took = None if panel.take_up is None else panel.in_program.astype(np.float64)
    return replace(panel, values=values, weights=weights, take_up=took)


def _seen_baseline(panel: Panel) -> Bools:
    """(n_periods,) baseline up to the last period anybody was seen in; later ones are still to come."""
    seen = np.flatnonzero(observed_cells(panel, panel.pre).any(axis=0))
    last = int(seen[-1]) if len(seen) else -1
    kept: Bools = panel.pre & (np.arange(panel.n_periods) <= last)
    return kept


def _pool(panel: Panel, kept: Bools) -> tuple[Floats, Floats]:
    """Cells (n,) to deal from: the baseline's own, or two that differ where it holds no two values."""
    cells = observed_cells(panel, kept) & np.isfinite(panel.values)
    value, weight = panel.values[cells], panel.weights[cells]
    if len(value) and np.ptp(value) > 0:
        return value, weight
    first = float(value[0]) if len(value) else 1.0
    return np.array([first, first + 1.0]), np.ones(2)
