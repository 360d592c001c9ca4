"""What the program changed for those who took part because they were offered it.

Question  Not everyone offered took part: what about those who did?
Estimand  Complier average causal effect.
Assumes   The offer acts only through taking part; nobody takes part because they were not offered.
          Comparison units with unknown take-up count as not having taken part.
Refuses   An offer that moved take-up so little that no bounded interval exists; take-up unknown for more
          than a fifth of the program arm; what `unit_sample` refuses.
Adjusts   As the answer, outcome and take-up are both adjusted for what was known before launch, crossed
          with the arm, where at most a fifth of the units lack it: as the plain and the adjusted
          intention to treat differ, so do these. The rows of reference take nothing out.
Weak      First-stage F below 10: the interval is Anderson and Rubin's, which keeps its level, and the
          error stands for its longer side. Above, CR2 errors with t; the row of reference has the
          textbook's (sandwich times G/(G − 1)) where no teams were drawn, as articles print it.
Cites     Angrist, Imbens & Rubin (1996), doi:10.1080/01621459.1996.10476902; Staiger & Stock (1997)
          for the bound; Anderson & Rubin (1949).
Proof     tests/reference/test_reference_causal.py (Illinois: +17.7, 79.0); test_causal_complier.py.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from payoff.causal.answer import compose_effect
from payoff.causal.cluster_errors import Inference
from payoff.causal.covariate_adjusted import known_before, lost_note
from payoff.causal.floors import cluster_noun, floor_refusal
from payoff.causal.instrument import InstrumentFit, fit_instrument
from payoff.causal.outcome import MAX_SHARE_DROPPED, baseline_refusal
from payoff.causal.protocol import Answer
from payoff.causal.unit_sample import UnitSample, unit_sample, verdict_groups
from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, number

METHOD = "complier_effect"
TOOK_PART = "took_part"
ESTIMAND = "complier average causal effect"
WEAK_FIRST_STAGE = 10.0
UNMOVED = "The offer hardly changed who took part: it says nothing about taking part."


@dataclass(frozen=True, slots=True)
class Compared:
    """The units compared and what is taken out of them: known (n, k), None nothing; note for the label."""

    sample: UnitSample
    known: Floats | None
    note: str


def answer(study: Study, panel: Panel, role: Role) -> tuple[Answer, ...]:
    """The effect on those who took part because of the lot, as the answer itself."""
    if panel.take_up is None:
        return (Refusal(METHOD, "Who took part is not recorded: name design.take_up."),)
    found = _row(study, panel, panel.take_up, role, study.design.verdict_term)
    if role != "locked" or isinstance(found, Refusal):
        return (found,)
    return found, _row(study, panel, panel.take_up, "reference", study.design.verdict_term)


def references(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """One row where take-up is known and it is not the answer already."""
    if panel.take_up is None or METHOD in (study.design.method, study.design.second):
        return ()
    return (_row(study, panel, panel.take_up, "reference", TOOK_PART),)


def _row(study: Study, panel: Panel, recorded: Floats, role: Role, term: str) -> Answer:
    arm, among = verdict_groups(study, panel)
    took_part = np.where(arm, recorded, np.where(np.isnan(recorded), 0.0, recorded))
    known = ~np.isnan(took_part) & among
    unknown = int((among & ~known).sum())
    if unknown > MAX_SHARE_DROPPED * arm.sum():
        who = counted(unknown, study.design.unit_label)
        return Refusal(METHOD, f"It is not known whether {who} in the program group took part.")
    sample = unit_sample(study, panel, panel.post, arm, known, METHOD)
    if isinstance(sample, Refusal):
        return sample
    compared = Compared(sample, None, "") if role == "reference" else _with_baseline(study, panel, sample)
    sample, refusal = compared.sample, baseline_refusal(panel, compared.sample.level, METHOD)
    if refusal is not None:
        return refusal
    fit = fit_instrument(sample, took_part[sample.index], compared.known)
    if fit is None or fit.robust is None:
        return Refusal(METHOD, UNMOVED)
    alone = role == "reference" and sample.n_clusters == sample.n_units
    short = "Those who took part because they were offered it"
    how = f"by using the lot as instrument{compared.note}{_strength(fit)}"
    return compose_effect(
        study,
        panel,
        method=f"{METHOD}, textbook errors" if role == "reference" and term != TOOK_PART else METHOD,
        role=role,
        terms=(term,),
        estimates=np.array([fit.estimate]),
        inference=_inference(fit, fit.robust, fit.plain_error if alone else fit.std_error),
        estimand=ESTIMAND,
        label=f"{short}, {how}, errors by {cluster_noun(study)}",
        short=short,
        baseline=sample.level,
        n_units=sample.n_units,
        n_clusters=sample.n_clusters,
        n_observations=sample.n_observations,
        shows="detail" if role == "reference" and term != TOOK_PART else "answer",
    )


def _with_baseline(study: Study, panel: Panel, sample: UnitSample) -> Compared:
    """The sample with what was known before launch, as it is where that is not known of enough units."""
    known = known_before(study, panel, panel.pre)[sample.index]
    complete: Bools = np.asarray(np.isfinite(known).all(axis=1))
    n_lost, n_columns = int((~complete).sum()), known.shape[1]
    spread_thin = complete.sum() <= 2 + 2 * n_columns
    few = floor_refusal(study, sample.cluster[complete], sample.arm[complete], METHOD) is not None
    if not n_columns or n_lost > MAX_SHARE_DROPPED * sample.n_units or spread_thin or few:
        return Compared(sample, None, ", not adjusted for the value before launch, which is not known")
    note = f", adjusted for the value before launch{lost_note(study, n_lost)}"
    return Compared(sample.only(complete), known[complete], note)


def _inference(fit: InstrumentFit, robust: tuple[float, float], error: float) -> Inference:
    """t where the first stage is strong; else Anderson and Rubin's interval, the error its longer side."""
    critical = float(stdtrit(fit.df, 0.975))
    df = np.array([fit.df])
    if fit.first_stage >= WEAK_FIRST_STAGE:
        reach = critical * error
        ends = np.array([[fit.estimate - reach, fit.estimate + reach]])
        return Inference("IV", np.array([[error**2]]), df, ends)
    longer = max(robust[1] - fit.estimate, fit.estimate - robust[0]) / critical
    return Inference("Anderson-Rubin", np.array([[longer**2]]), df, np.array([robust]))


def _strength(fit: InstrumentFit) -> str:
    if fit.first_stage >= WEAK_FIRST_STAGE:
        return f" (first-stage F {number(min(fit.first_stage, 1e6), 3)})"
    return f" (weak: first-stage F {number(fit.first_stage, 2)}, interval after Anderson and Rubin)"
