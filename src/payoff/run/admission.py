"""May outcomes be compared at all, and as what? Asked before anything estimates, whatever shows the answer.

Question  Is an arm too small to tell of, is the plan the one that was locked, do the data carry a result?
"""

import datetime as dt

from payoff.nouns.result import State
from payoff.nouns.source_health import HealthReport
from payoff.run.health.health_kept import judge_health
from payoff.run.main_path import Prepared, decide_state
from payoff.run.privacy.privacy_gate import refuse_small_arms
from payoff.run.workspace import Workspace


def admit(
    prepared: Prepared, workspace: Workspace, exploratory: bool, draft: bool = False
) -> tuple[State, HealthReport]:
    """What the result would be, and what is printed of the data's health.

    draft: figures that are no version, even where findings about the data keep a final result back.
    Raises PayoffError: N100 (6) an arm of too few people, (5) drift from the lock, D401 (4) the data gate.
    """
    refuse_small_arms(prepared)
    state = decide_state(workspace, prepared.study, exploratory)
    health = judge_health(prepared, workspace, dt.date.today(), final=state == "final", draft=draft)
    return state, health
