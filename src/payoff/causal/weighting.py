"""The comparison group weighted until it looks like the program's.

Question  What did the program change for those in it, when nobody drew lots?
Estimand  Locked: ATT, odds weights p/(1 − p) normalised to one (Hájek), program units with hardly anybody
          alike left out and counted. For reference, as articles print them: the average effect over
          both groups by inverse weights, plain (Horvitz-Thompson) and normalised on scores 0.1 to 0.9.
Assumes   Everything that sorted people and moves the outcome is known, and the logit is right.
Errors    Influence functions of the weighted means and of the logit together (M-estimation), so that the
          estimated score counts: it makes the error smaller, for it takes chance imbalance out. Teams of
          several units count as one each: their influences are summed before they are squared.
Refuses   What `matching_sample` and `matching_balance` refuse; groups that can be told apart completely.
Cites     Hirano, Imbens & Ridder (2003), doi:10.1111/1468-0262.00442; Crump et al. (2009),
          doi:10.1093/biomet/asn055: 0.1 to 0.9; Lunceford & Davidian (2004), doi:10.1002/sim.1903: the
          errors; Cunningham (2021), The Mixtape, section 5.3.
Proof     tests/reference/test_reference_matching.py (NSW against CPS: −11,877; trimmed 1,807).
"""

from collections.abc import Iterator

import numpy as np

from payoff.causal.floors import compact
from payoff.causal.matching_answer import Row, printed_row, weighted_answer
from payoff.causal.matching_balance import sample_refusal
from payoff.causal.matching_sample import known_sample
from payoff.causal.propensity import fit_propensity, odds_weights, stand_alone
from payoff.causal.protocol import Answer
from payoff.nouns.arrays import Bools, Floats, Ints
from payoff.nouns.effect import Effect, Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted

METHOD = "weighting"
EVERYONE = "average effect over both groups, if everything that sorted them is known"


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Refuse, or weigh, compare and name the numbers."""
    known = known_sample(study, panel, METHOD, halves=True)
    if isinstance(known, Refusal):
        return (known,)
    sample = known.sample
    score = fit_propensity(known.known, sample.arm)
    if score is None:
        reason = "What is known tells the two groups apart completely: nobody in one is like the other."
        return (Refusal(METHOD, reason),)
    kept = ~stand_alone(score, sample.arm)
    weight = np.where(kept, sample.weight * odds_weights(score, sample.arm), 0.0)
    beyond = int((sample.arm & ~kept).sum())
    noun = study.design.unit_label
    dropped = f"; {counted(beyond, noun)} in the program without anybody alike left out" if beyond else ""
    why = f"Follow-up, the others weighted until they look like the program's{dropped}{known.note(study)}"
    row = Row(METHOD, why, "The others weighted to look like the program's")
    refusal = sample_refusal(study, known, weight, beyond, METHOD)
    others = (weight > 0) & ~sample.arm
    baseline = float(np.average(sample.raw[others], weights=weight[others])) if others.any() else np.nan
    part = influences(sample.outcome, sample.arm, score, known.known, weight)
    error = clustered_error(part, sample.cluster, known.known.shape[1] + 2)
    answers = weighted_answer(study, panel, role, row, sample, weight, baseline, refusal, error)
    effect = next((a for a in answers if isinstance(a, Effect)), None)
    if effect is None or role != "locked":
        return answers
    return (*answers, *_printed(study, panel, effect, sample.outcome, sample.arm, score))


def influences(outcome: Floats, program: Bools, score: Floats, known: Floats, weight: Floats) -> Floats:
    """(n,): what each unit adds to the error of the weighted difference, the logit's own doubt included.

    outcome, program, score, weight (n,), known (n, k). Weights are odds on the comparison side, so that they
    move with the score's coefficients as weight × (row of the logit).
    """
    ours, theirs = np.where(program, weight, 0.0), np.where(program, 0.0, weight)
    centre = (np.average(outcome, weights=ours), np.average(outcome, weights=theirs))
    off = theirs * (outcome - centre[1]) / theirs.sum()
    part = ours * (outcome - centre[0]) / ours.sum() - off
    spread = np.where(known.std(axis=0) > 0, known.std(axis=0), 1.0)
    rows = np.column_stack([np.ones(len(score)), (known - known.mean(axis=0)) / spread])
    information = rows.T @ (rows * (score * (1 - score))[:, None])
    slope = np.linalg.lstsq(information, rows.T @ off, rcond=1e-12)[0]
    share: Floats = part - (rows * (program - score)[:, None]) @ slope
    return share


def clustered_error(part: Floats, cluster: Ints, n_estimated: int) -> float:
    """Standard error from influences (n,) of units in clusters (n,), with a factor for few of either.

    n_estimated: means and coefficients of the logit. With one unit a cluster the sum is over units.
    """
    n, totals = len(part), np.bincount(compact(cluster), weights=part)
    n_clusters = len(totals)
    small = n_clusters / (n_clusters - 1) if n_clusters < n else 1.0
    return float(np.sqrt((totals**2).sum() * small * n / (n - n_estimated)))


def inverse_weighted(
    outcome: Floats,
    program: Bools,
    score: Floats,
    *,
    normalised: bool = True,
    trim: tuple[float, float] = (0.0, 1.0),
) -> tuple[float, float, int]:
    """Average effect over both groups by inverse weights, its error with the score known, and units used.

    outcome, program, score (n,). trim: lowest and highest score that is used.
    """
    used = (score >= trim[0]) & (score <= trim[1])
    y, t, p = np.asarray(outcome, dtype=np.float64)[used], program[used], score[used]
    if not t.any() or t.all():
        return float("nan"), float("nan"), int(used.sum())
    ours, theirs = t / p, ~t / (1 - p)
    total = (ours.sum(), theirs.sum()) if normalised else (float(len(y)), float(len(y)))
    mean = (float(ours @ y) / total[0], float(theirs @ y) / total[1])
    if normalised:
        part = ours * (y - mean[0]) / total[0] - theirs * (y - mean[1]) / total[1]
    else:
        part = (ours * y - theirs * y - (mean[0] - mean[1])) / len(y)
    return mean[0] - mean[1], float(np.sqrt((part**2).sum())), int(used.sum())


def _printed(
    study: Study, panel: Panel, effect: Effect, outcome: Floats, program: Bools, score: Floats
) -> Iterator[Answer]:
    """Inverse weights as articles print them: plain, and normalised on the middle scores."""
    for name, short, normalised, trim in (
        ("plain inverse weights", "Inverse weights, everyone", False, (0.0, 1.0)),
        ("trimmed inverse weights", "Inverse weights, scores 0.1 to 0.9", True, (0.1, 0.9)),
    ):
        found, error, n_units = inverse_weighted(outcome, program, score, normalised=normalised, trim=trim)
        if not np.isfinite(found + error):
            continue
        why = f"{short}, {counted(n_units, study.design.unit_label)}: as articles print it; not trusted"
        row = Row(f"{METHOD}, {name}", why, short, EVERYONE)
        yield printed_row(study, panel, row, effect, found, error)
