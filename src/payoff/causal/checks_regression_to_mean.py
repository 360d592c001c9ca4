"""Were people chosen because of the very outcome that is then measured?

Scope     comparison. Looks at the plan and before launch only.
Why       Whoever is picked at his worst gets better by himself: the bottom quarter on a measure of
          reliability 0.5 "improves" by 0.6 standard deviations without any program.
Fails     Before and after: picked as worst or best, by the plan: blocks, for nobody shows what would have
          happened anyway. Against a comparison: the plan says so, or the baselines show it (over some last
          stretch of the baseline the groups hardly overlap: of a hundred pairs 95 stand the same way, beyond
          what 1 draw in 1,000 gives), and the comparison started from another level.
Costs     Two steps: the bias is of known direction and leaves a change that nobody can credit.
Silent    Before and after, and the plan does not say how people were chosen.
Cites     Barnett, van der Pols & Dobson (2005), doi:10.1093/ije/dyh299.
"""

import numpy as np

from payoff.causal.floors import compact
from payoff.causal.outcome import analysed_values, observed_cells
from payoff.causal.protocol import Answer
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import number, percent, plural

NAME = "regression to the mean"
APART = 0.95  # of pairs program-comparison that stand the same way
FAR = 3.3  # errors of that share under a draw: 1 in 1,000
OTHER_LEVEL = 0.25  # standard deviations between the groups' baselines, as in the balance check


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """How the plan says people were chosen, and whether their baselines look as if by outcome."""
    chosen, nouns = study.design.chosen, plural(study.design.unit_label)
    picked = chosen in ("worst", "best")
    if study.design.type == "before_after":
        return _without_comparison(chosen, picked, nouns)
    share, gap = _separation(study, panel)
    pairs = percent(max(share, 1 - share))
    if picked and abs(gap) > OTHER_LEVEL:
        text = (
            f"The program's {nouns} were chosen as the {chosen}, and the comparison started from another "
            f"level, {number(abs(gap))} standard deviations away: part of the change comes by itself."
        )
        return _check(Verdict.FAIL, text)
    if picked:
        text = (
            f"The program's {nouns} were chosen as the {chosen}, but the comparison started from the same "
            f"level, within {number(abs(gap))} standard deviations: both would drift back alike."
        )
        return _check(Verdict.PASS, text)
    if max(share, 1 - share) >= APART:
        side = "below" if share < 0.5 else "above"
        text = (
            f"The program's {nouns} stood {side} the comparison's in {pairs} of pairs before launch: they "
            "look chosen by the outcome itself, and part of the change would have come by itself."
        )
        return _check(Verdict.FAIL, text)
    text = f"Nothing before launch looks as if the program's {nouns} were chosen by the outcome itself."
    return _check(Verdict.PASS, text)


def _without_comparison(chosen: str, picked: bool, nouns: str) -> Check:
    if picked:
        text = (
            f"The {nouns} were chosen as the {chosen} before launch: they would have moved back towards the "
            "rest by themselves, and nobody shows by how much. Compare with others chosen the same way."
        )
        return Check(NAME, "comparison", Verdict.FAIL, text, blocks=True, costs=2)
    if chosen == "unknown":
        text = f"The study does not say how the {nouns} were chosen; the worst get better by themselves."
        return Check(NAME, "comparison", Verdict.SILENT, text, blocks=True, costs=2)
    return Check(
        NAME, "comparison", Verdict.PASS, f"The {nouns} were not chosen by the outcome.", blocks=True, costs=2
    )


def _separation(study: Study, panel: Panel) -> tuple[float, float]:
    """(share of pairs in which the program stands above, 0.5 where chance explains it; standardised gap).

    Over the trailing stretch of the baseline that separates the groups most, and over the whole of it.
    """
    values = analysed_values(study, panel, panel.pre, NAME)
    periods = np.flatnonzero(panel.pre)
    if isinstance(values, Refusal) or not len(periods):
        return 0.5, 0.0
    strongest = 0.5
    level, program = _drawn(_trailing_means(values, panel, periods), panel.in_program, panel.cluster)
    for stretch in level.T:
        seen = np.isfinite(stretch)
        share = _pairs_above(stretch[seen], program[seen])
        if abs(share - 0.5) > abs(strongest - 0.5):
            strongest = share
    return strongest, _gap(stretch[seen], program[seen])


def _trailing_means(values: Floats, panel: Panel, periods: Ints) -> Floats:
    """(n_units, s): units' means over the last period of the baseline, the last two, …, all; NaN unseen."""
    cells = observed_cells(panel, panel.pre)[:, periods]
    weight = np.where(cells, panel.weights[:, periods], 0.0)[:, ::-1]
    sums = (weight * np.where(cells, values[:, periods], 0.0)[:, ::-1]).cumsum(axis=1)
    total = weight.cumsum(axis=1)
    means: Floats = np.divide(sums, total, out=np.full_like(sums, np.nan), where=total > 0)
    return means


def _drawn(means: Floats, program: Bools, cluster: Ints) -> tuple[Floats, Bools]:
    """What may have been chosen: whole clusters where none holds both groups, else single units."""
    seen = np.isfinite(means).any(axis=1)
    means, program, code = means[seen], program[seen], compact(cluster[seen])
    inside = np.bincount(code, weights=program)
    if ((inside > 0) & (inside < np.bincount(code))).any():
        return means, program
    known = np.isfinite(means)
    sums, size = (
        np.stack([np.bincount(code, weights=column) for column in part.T], axis=1)
        for part in (np.where(known, means, 0.0), known)
    )
    return np.divide(sums, size, out=np.full_like(sums, np.nan), where=size > 0), inside > 0


def _pairs_above(level: Floats, program: Bools) -> float:
    """Share of pairs in which the program's stands above; 0.5 where few pairs or chance explain it."""
    n, m = int(program.sum()), int((~program).sum())
    if not (n and m):
        return 0.5
    ordered = np.sort(level[~program])
    below = np.searchsorted(ordered, level[program], side="left").sum()
    upto = np.searchsorted(ordered, level[program], side="right").sum()
    share = float(below + upto) / (2 * n * m)
    error = float(np.sqrt((n + m + 1) / (12 * n * m)))
    return share if abs(share - 0.5) > FAR * error else 0.5


def _gap(level: Floats, program: Bools) -> float:
    """Standardised difference of the groups; 0 where it cannot be told."""
    if program.sum() < 2 or (~program).sum() < 2:
        return 0.0
    spread = float(np.sqrt((level[program].var(ddof=1) + level[~program].var(ddof=1)) / 2))
    return float(level[program].mean() - level[~program].mean()) / spread if spread > 0 else 0.0


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "comparison", verdict, text, costs=2)
