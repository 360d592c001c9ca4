"""Did the weighted mean of the others follow the program's path before launch?

Scope     comparison. Looks at periods before launch only.
Fails     One step: the path is missed by more than the others' usual change from one period to the next;
          a mean that did not follow before says little about after (Abadie 2021, section 4).
Silent    Where there is no answer to check.
"""

from payoff.causal.protocol import Answer
from payoff.causal.synthetic_study import DID, FITS, fit_block, read_block
from payoff.causal.synthetic_weights import noise_level, simplex_weights
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import number

NAME = "fit before launch"


def look(study: Study, panel: Panel, answer: Answer) -> Check:
    """Root mean squared miss before launch, held against the others' usual change."""
    method = answer.method if answer.method in FITS else DID
    block = read_block(study, panel, method)
    if isinstance(answer, Refusal) or isinstance(block, Refusal):
        return _check(Verdict.SILENT, "There is no synthetic comparison to check.")
    miss = fit_block(method, block, simplex_weights).fit_error
    usual = noise_level(block.others[:, : block.n_pre])
    period = study.design.period
    figures = f"by {number(miss)} on average, where the others change by {number(usual)} a {period}"
    if miss > usual:
        text = f"Before launch the weighted mean of the others missed the program's path {figures}."
        return _check(Verdict.FAIL, text)
    text = f"Before launch the weighted mean of the others missed the program's path only {figures}."
    return _check(Verdict.PASS, text)


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "comparison", verdict, text, costs=1)
