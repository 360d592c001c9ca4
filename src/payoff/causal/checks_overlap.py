"""Are there comparison units like the program's at all?

Scope     comparison. Looks at what was known before launch, never after; the same for every method of a
          matched design, for regression hides the lack that matching shows.
Fails     Blocks: the comparison, weighted to look like the program, keeps less than a tenth of itself, or
          one unit carries more than a tenth of it, or more than a tenth of the program has hardly anybody
          alike, or the groups can be told apart completely. Then every method leans on people who are
          not there (LaLonde 1986; Crump et al. 2009).
Silent    Nothing known before launch.
"""

from payoff.causal.matching_balance import measure_balance
from payoff.causal.matching_sample import known_sample
from payoff.causal.propensity import fit_propensity, measure_overlap, odds_weights
from payoff.causal.protocol import Answer
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import count, number, percent, plural

NAME = "overlap"


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Overlap of the propensity score, and how alike its weights make the groups."""
    known = known_sample(study, panel, NAME, halves=True)
    if isinstance(known, Refusal):
        return _check(Verdict.SILENT, f"It cannot be said whether the groups overlap. {known.reason}")
    program = known.sample.arm
    score = fit_propensity(known.known, program)
    if score is None:
        return _check(Verdict.FAIL, "What is known tells the groups apart completely: nobody is alike.")
    found = measure_overlap(score, program)
    nouns = plural(study.design.unit_label)
    name, gap = measure_balance(known.known, known.names, program, odds_weights(score, program)).worst
    figures = (
        f"made to look like the program, {count(found.n_comparison)} comparison {nouns} say as much as "
        f"{count(round(found.effective_comparison))}, the heaviest carries {percent(found.heaviest)}, "
        f"{percent(found.share_alone)} of the program have hardly anybody alike, and the widest gap left is "
        f"{number(abs(gap))} standard deviations ({name})"
    )
    if found.is_thin:
        return _check(Verdict.FAIL, f"The groups hardly overlap: {figures}.")
    return _check(Verdict.PASS, f"The groups overlap: {figures}.")


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "comparison", verdict, text, blocks=True, costs=2)
