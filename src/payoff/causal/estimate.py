"""Hop 5 of the main path: the answers of a study's declared methods for one metric."""

from payoff.causal.protocol import Answer
from payoff.causal.registry import ESTIMATORS, REFERENCES
from payoff.causal.subgroups import subgroup_rows
from payoff.nouns.effect import Role
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study
from payoff.nouns.wording import named


def estimate(study: Study, panel: Panel) -> tuple[Answer, ...]:
    """The locked method's answer, the second's where one is declared, then the reference rows.

    study: its design names method, second and terms. panel: one metric, (n_units, n_periods).
    Returns `Effect`s or `Refusal`s, the locked one always first; never raises on data.
    """
    design = study.design
    locked, *beside = ask(study, panel, design.method, "locked")
    answers = [locked]
    if design.second is not None:
        second, *more = ask(study, panel, design.second, "second")
        answers.append(second)
        beside.extend(more)
    for reference in REFERENCES:
        if design.type in reference.designs:
            beside.extend(reference.rows(study, panel))
    estimator = ESTIMATORS.get(design.method)
    if estimator is not None and panel.metric.name == study.outcome.primary:
        beside.extend(subgroup_rows(study, panel, estimator))
    return (*answers, *beside)


def ask(study: Study, panel: Panel, name: str, role: Role) -> tuple[Answer, ...]:
    """The answer of the method `name`, or why it does not belong to the design."""
    estimator = ESTIMATORS.get(name)
    design = study.design.type
    if estimator is None or design not in estimator.designs:
        fitting = [e.name for e in ESTIMATORS.values() if design in e.designs]
        return (Refusal(name, f"{name} does not belong to a {design} design; choose {named(fitting)}."),)
    return estimator.answer(study, panel, role)
