"""Did as many units end up in the program arm as the plan drew?

Scope     assignment. Blocks: a broken assignment is no lottery any more.
Fails     Exact binomial test against the planned share, p < 0.001 (so that a sound study is stopped
          once in a thousand). Counted in clusters where whole clusters were drawn (no cluster holds
          both groups), in persons otherwise.
Silent    No planned share in the study.
Cites     Fabijan et al. (2019), doi:10.1145/3292500.3330722, for the threshold; exact because of
          small studies, where it says how little it can see.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import chdtrc, gammaln, xlog1py, xlogy

from payoff.causal.floors import cluster_noun
from payoff.causal.protocol import Answer
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, percent

NAME = "sample ratio"
STOP_BELOW = 0.001
SMALL = 100  # below this only gross errors can show


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Compare the counts assigned with the planned share; the outcome is not looked at."""
    planned, blocks = study.design.expected_share, study.design.randomised
    if planned is None:
        text = "The study names no planned share for the program group: the draw cannot be checked."
        return Check(NAME, "assignment", Verdict.SILENT, text, blocks=blocks)
    program, total, noun = _assigned(study, panel)
    if total == 0:
        text = "Nobody was assigned: there is no draw to check."
        return Check(NAME, "assignment", Verdict.SILENT, text, blocks=blocks)
    p_value = binomial_p_value(program, total, planned)
    found = (
        f"{count(program)} of {counted(total, noun)} are in the program group "
        f"({percent(program / total, 3)}), planned {percent(planned, 3)}"
    )
    if p_value < STOP_BELOW:
        text = (
            f"{found}: chance gives a gap like this less than once in 1,000 draws, so the draw was not kept."
        )
        return Check(NAME, "assignment", Verdict.FAIL, text, blocks=blocks, costs=2)
    weak = "; with so few, only a gross error would show" if total < SMALL else ""
    return Check(NAME, "assignment", Verdict.PASS, f"{found}{weak}.", blocks=blocks, costs=2)


def binomial_p_value(hits: int, total: int, share: float) -> float:
    """Exact two-sided binomial test: the probability of every count no likelier than `hits`.

    Written out because importing scipy.stats takes longer than a whole run of a small study.
    """
    counts = np.arange(total + 1.0)
    ways = gammaln(total + 1) - gammaln(counts + 1) - gammaln(total - counts + 1)
    chances = np.exp(ways + xlogy(counts, share) + xlog1py(total - counts, -share))
    return float(min(chances[chances <= chances[hits] * (1 + 1e-7)].sum(), 1.0))


def sample_ratio_p(counts: Sequence[int], shares: Sequence[float] | None = None) -> float:
    """Pearson's chi-square chance of `counts` as far from planned `shares` (None: equal) by the draw alone.

    For groups of any number; sound from about five expected in each. The check itself counts exactly.
    """
    seen = np.asarray(counts, dtype=np.float64)
    planned = np.ones(len(seen)) if shares is None else np.asarray(shares, dtype=np.float64)
    if len(seen) < 2 or len(seen) != len(planned) or (planned <= 0).any() or (seen < 0).any():
        raise ValueError("one count and one positive planned share for each of two groups or more")
    expected = seen.sum() * planned / planned.sum()
    return float(chdtrc(len(seen) - 1, ((seen - expected) ** 2 / expected).sum())) if seen.sum() else 1.0


def _assigned(study: Study, panel: Panel) -> tuple[int, int, str]:
    """(in the program arm, in all, noun): clusters where whole clusters were drawn, units otherwise."""
    program = len(np.unique(panel.cluster[panel.in_program]))
    comparison = len(np.unique(panel.cluster[~panel.in_program]))
    n_clusters = len(np.unique(panel.cluster))
    if n_clusters < panel.n_units and program + comparison == n_clusters:
        return program, n_clusters, cluster_noun(study)
    comparison, program = panel.n_assigned
    return program, program + comparison, study.design.unit_label
