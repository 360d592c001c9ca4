"""Matched cohorts: the program's units against the most alike of the others.

Question  What did the program change for those in it, when nobody drew lots?
Estimand  ATT on the matched program units. `matched_did`: change since before launch against the matched
          units' change; `propensity_matching`, `exact_matching`: levels over follow-up.
Assumes   Given what is matched on, nothing else sorted people and moves the outcome; for changes, that
          matched units would have moved together. Matching on the outcome before launch brings regression
          to the mean where groups come from different levels (Daw & Hatfield 2018): the second opinion
          and the balance before matching say how far they do.
Refuses   What `matching_sample` and `matching_balance` refuse; groups that can be told apart completely;
          changes without a baseline.
Cites     Heckman, Ichimura & Todd (1997), doi:10.2307/2971733; Abadie & Imbens (2006),
          doi:10.1111/j.1468-0262.2006.00655.x; Daw & Hatfield (2018), doi:10.1111/1475-6773.12993.
Proof     tests/reference/test_reference_matching.py; tests/causal/test_causal_matching.py.
"""

import numpy as np

from payoff.causal.matching import (
    MatchedMean,
    Matches,
    clustered_error,
    mahalanobis_points,
    match_exact,
    match_nearest,
    matched_mean,
    score_points,
)
from payoff.causal.matching_answer import Row, printed_row, weighted_answer
from payoff.causal.matching_balance import sample_refusal
from payoff.causal.matching_sample import KnownSample, known_sample
from payoff.causal.propensity import fit_propensity
from payoff.causal.protocol import Answer
from payoff.causal.unit_sample import UnitSample
from payoff.nouns.arrays import Floats
from payoff.nouns.effect import Effect, Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Matching, Study
from payoff.nouns.wording import counted, plural

DID = "matched_did"
PROPENSITY = "propensity_matching"
EXACT = "exact_matching"
HOW = {
    "propensity": "alike in their chance of being in the program",
    "mahalanobis": "nearest in everything known",
    "exact": "equal in everything known",
}


def answer_did(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Difference in differences on the matched sample."""
    plan = study.design.matching or Matching()
    known = known_sample(study, panel, DID, halves=plan.distance != "exact", needs_baseline=True)
    if isinstance(known, Refusal):
        return (known,)
    return _answer(study, panel, role, DID, plan, known, known.changes())


def answer_propensity(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Levels over follow-up, matched on the propensity score whatever distance is declared."""
    declared = study.design.matching or Matching()
    plan = Matching("propensity", declared.ratio, declared.caliper)
    known = known_sample(study, panel, PROPENSITY, halves=True)
    if isinstance(known, Refusal):
        return (known,)
    return _answer(study, panel, role, PROPENSITY, plan, known, known.sample)


def answer_exact(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """Levels over follow-up against the mean of everybody with the same covariates."""
    known = known_sample(study, panel, EXACT, halves=False)
    if isinstance(known, Refusal):
        return (known,)
    return _answer(study, panel, role, EXACT, Matching("exact"), known, known.sample)


def match_sample(plan: Matching, known: KnownSample, method: str) -> Matches | Refusal:
    """Who is matched to whom under a plan; a method of its own for guards that look at balance."""
    program = known.sample.arm
    if plan.distance == "exact":
        matches = match_exact(known.known, program)
    elif plan.distance == "mahalanobis":
        matches = match_nearest(mahalanobis_points(known.known), program, plan.ratio, plan.caliper)
    else:
        score = fit_propensity(known.known, program)
        if score is None:
            reason = "What is known tells the two groups apart completely: nobody in one is like the other."
            return Refusal(method, reason)
        matches = match_nearest(score_points(score), program, plan.ratio, plan.caliper)
    if matches is None:
        reason = "Too many are equally near: match on more than is declared, or within cells by hand."
        return Refusal(method, reason)
    if matches.n_pairs == 0:
        return Refusal(method, "Nobody in the program has anybody alike to be compared with.")
    return matches


def _answer(
    study: Study,
    panel: Panel,
    role: Role,
    method: str,
    plan: Matching,
    known: KnownSample,
    sample: UnitSample,
) -> tuple[Answer, ...]:
    matches = match_sample(plan, known, method)
    if isinstance(matches, Refusal):
        return (matches,)
    weight = matches.weights(sample.weight)
    unmatched = int((sample.arm & ~matches.matched).sum())
    noun = study.design.unit_label
    lost = f"; {counted(unmatched, noun)} in the program without anybody alike left out" if unmatched else ""
    what = "Changes since before launch" if method == DID else "Follow-up"
    row = Row(
        method,
        f"{what}, against {plural(noun)} {HOW[plan.distance]}{lost}{known.note(study)}",
        f"Against the most alike, by {'changes' if method == DID else 'levels'}",
    )
    refusal = sample_refusal(study, known, weight, unmatched, method)
    baseline = _baseline(method, known, sample, weight)
    found = matched_mean(sample.outcome, matches)
    alike = np.ptp(sample.weight) == 0
    error = clustered_error(sample.outcome, matches, sample.cluster) if alike else None
    answers = weighted_answer(study, panel, role, row, sample, weight, baseline, refusal, error)
    effect = next((a for a in answers if isinstance(a, Effect)), None)
    if effect is None or role != "locked":
        return answers
    return (*answers, _printed(study, panel, row, effect, found))


def _printed(study: Study, panel: Panel, row: Row, effect: Effect, found: MatchedMean) -> Answer:
    """The same matches with Abadie-Imbens errors, every unit counted once."""
    why = (
        "Abadie-Imbens errors, as articles print them: pairs, one variance for all, no teams, normal; "
        "not trusted with few"
    )
    printed = Row(f"{row.method}, Abadie-Imbens errors", why, "The same, Abadie-Imbens errors", row.estimand)
    return printed_row(study, panel, printed, effect, found.att, found.error_population)


def _baseline(method: str, known: KnownSample, sample: UnitSample, weight: Floats) -> float:
    """Metric without the program: program units before launch (changes), else the matched comparison."""
    used = (weight > 0) & (sample.arm if method == DID else ~sample.arm)
    level = known.before_raw if method == DID else sample.raw
    return float(np.average(level[used], weights=weight[used])) if used.any() else float("nan")
