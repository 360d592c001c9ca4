"""The plain means beside an adjusted answer to a randomised study.

Question  What do the groups' means say before anything is taken into account?
Estimand  As `randomised`: the same question with a noisier answer, hence for reference only.
Refuses   What `randomised` refuses.
Proof     tests/causal/test_causal_randomised.py
"""

from payoff.causal import covariate_adjusted, cuped, randomised
from payoff.causal.protocol import Answer
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study

ADJUSTED = (covariate_adjusted.METHOD, cuped.METHOD)


def references(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """One row, unless the means are the locked or the second answer already."""
    design = study.design
    if design.method not in ADJUSTED or design.second == randomised.METHOD:
        return ()
    return randomised.answer(study, panel, "reference")
