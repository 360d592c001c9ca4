"""What every method's plan says its error will be, against the error it reports, in invented firms."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from payoff.causal.estimate import ask
from payoff.causal.power import plan_error, visible_lift
from payoff.causal.power_error import PlannedError
from payoff.causal.registry import ESTIMATORS
from payoff.lab import Firm, Program, Rollout, World, invent
from payoff.nouns.effect import Effect
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import Study

N_FIRMS = 12
LOW, HIGH = 0.75, 1.33  # the median over a dozen firms itself strays by about a tenth
NOT_IN_THE_LAB = {  # no invented firm is a fair world for these
    "exact_matching": "nobody is exactly alike in a continuous covariate",
}


@dataclass(frozen=True)
class Case:
    method: str
    rollout: dict[str, Any]
    firm: dict[str, Any] = field(default_factory=dict)
    program: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.rollout['setup']} {self.rollout.get('n_before', '')}"


def cases() -> list[Case]:
    found = [
        *(Case(method, {"setup": "one_launch"}) for method in ("fixed_effects", "first_difference")),
        *(Case(method, {"setup": "one_launch"}) for method in ("group_time", "imputation")),
        *(Case(method, {"setup": "one_launch"}) for method in ("lagged_outcome", "doubly_robust")),
        *(Case(method, {"setup": "staggered", "n_after": 8}) for method in ("group_time", "imputation")),
        Case("efficient_staggered", {"setup": "staggered", "n_after": 8, "by_lot": True}),
        *(Case(method, {"setup": "matched", "share": 0.3}) for method in _methods("matched")),
        *(
            Case(method, {"setup": "synthetic", "n_program": 3, "n_before": 24})
            for method in _methods("synthetic")
        ),
        *(Case("before_after", {"setup": "before_after", "n_before": n}) for n in (6, 12, 24)),
        *(
            Case(method, {"setup": "series", "n_before": n, "n_after": 12})
            for method in _methods("its")
            for n in (12, 16, 24, 36)
        ),
    ]
    for method in _methods("rct"):
        take_up = {"take_up": 0.6} if method == "complier_effect" else {}
        for setup in ("person_randomised", "team_randomised"):
            found.append(Case(method, {"setup": setup}, program=take_up))
    return found


def _methods(design: str) -> list[str]:
    return [e.name for e in ESTIMATORS.values() if design in e.designs and e.name not in NOT_IN_THE_LAB]


def test_every_method_is_held_against_its_plan() -> None:
    assert {case.method for case in cases()} | set(NOT_IN_THE_LAB) == set(ESTIMATORS)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_the_plan_foretells_the_error_that_is_reported(case: Case) -> None:
    """As shares of the level, so that a method of counts, whose answer is a proportion, counts too."""
    ratios = []
    for seed in range(N_FIRMS):
        study, panel = firm(case, seed)
        answer = ask(study, panel, case.method, "locked")[0]
        plan = plan_error(study, blank_follow_up(panel))
        assert isinstance(plan, PlannedError), plan
        if isinstance(answer, Refusal):
            continue  # of this firm's groups: too unlike
        ratios.append(plan.std_error / reported(panel, answer, plan))
    assert len(ratios) >= N_FIRMS - 4
    assert LOW < np.median(ratios) < HIGH, np.round(ratios, 2)


def firm(case: Case, seed: int) -> tuple[Study, Panel]:
    world = World(Firm(**case.firm), Program(**case.program), Rollout(**case.rollout, method=case.method))
    invented = invent(world, seed)
    study, panel = invented.study, invented.panel
    if case.method == "doubly_robust":
        study = replace(study, design=replace(study.design, covariates=("tenure",)))
        panel = replace(panel, covariates=invented.people.tenure[:, None])
    return study, panel


def blank_follow_up(panel: Panel) -> Panel:
    values, weights = panel.values.copy(), panel.weights.copy()
    values[:, panel.post], weights[:, panel.post] = np.nan, 0.0
    return replace(panel, values=values, weights=weights)


def reported(panel: Panel, answer: Effect, plan: PlannedError) -> float:
    """The answer's error on the planned scale."""
    return answer.std_error * (plan.level if answer.scale == "log" and panel.metric.scale == "level" else 1.0)


def test_before_anybody_took_part_the_plan_says_what_it_assumes() -> None:
    study, panel = firm(Case("complier_effect", {"setup": "person_randomised"}, program={"take_up": 0.5}), 1)
    recorded = plan_error(study, panel)
    nothing = replace(panel, take_up=np.full(panel.n_units, np.nan))
    early = plan_error(study, nothing)
    assert isinstance(recorded, PlannedError)
    assert isinstance(early, PlannedError)
    assert "everybody offered the program is taken to" in early.assumed
    assert "taken to" not in recorded.assumed
    assert panel.take_up is not None
    share = float(panel.take_up[panel.in_program].mean())
    assert recorded.std_error == pytest.approx(early.std_error / share)
    assert visible_lift(panel, recorded) == pytest.approx(visible_lift(panel, early) / share)


def test_an_offer_nobody_took_up_has_no_plan() -> None:
    study, panel = firm(Case("complier_effect", {"setup": "person_randomised"}, program={"take_up": 0.5}), 1)
    answer = plan_error(study, replace(panel, take_up=np.zeros(panel.n_units)))
    assert isinstance(answer, Refusal)
    assert "hardly changed who took part" in answer.reason
