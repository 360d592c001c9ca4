"""What is looked at beside the verdict: how, for whom, when, how much. None of it moves verdict or money.

Question  Which of the explorations a study declares has something to say?
Gives     Rows with role "reference": mediation, funnel, dose, uplift, the course over time.
Refuses   Each for itself; an exploration that is not declared gives no row.
"""

from collections.abc import Sequence

from payoff.causal.dose import explore_dose
from payoff.causal.funnel import explore_funnel
from payoff.causal.mediation import METHOD as MEDIATION
from payoff.causal.mediation import explore_mediation
from payoff.causal.onset import explore_onset
from payoff.causal.protocol import Answer
from payoff.causal.uplift import METHOD as UPLIFT
from payoff.causal.uplift import explore_uplift
from payoff.nouns.cohort import Cohort
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

NO_LOT = "Only where the lot decided who took part can effects be told apart person by person."


def explore(study: Study, cohort: Cohort, panels: Sequence[Panel]) -> tuple[Answer, ...]:
    """Every declared exploration of the primary metric.

    panels: those of the study, in any order; the mediator's must be among them where one is declared.
    """
    by_metric = {panel.metric.name: panel for panel in panels}
    panel = by_metric.get(study.outcome.primary)
    if panel is None:
        return ()
    plan, design, rows = study.explore, study.design, list[Answer]()
    if design.type == "rct":
        rows += explore_onset(study, panel)
    if plan.mediator is not None:
        scores = by_metric.get(plan.mediator)
        missing = (Refusal(MEDIATION, f"The score {plan.mediator} was not measured."),)
        rows += missing if scores is None else explore_mediation(study, panel, scores)
    if plan.funnel:
        rows += explore_funnel(study, cohort, panel)
    if design.dose is not None:
        rows += explore_dose(study, panel)
    if plan.uplift:
        rows += explore_uplift(study, panel) if design.type == "rct" else (Refusal(UPLIFT, NO_LOT),)
    return tuple(rows)
