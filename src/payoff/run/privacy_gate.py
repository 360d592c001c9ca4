"""May anything be shown of a study's arms? Not of an arm of fewer people than the floor: exit code 6."""

from payoff.metrics.people_shown import find_small_arms
from payoff.nouns.people import people_floor
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.wording import counted, listed
from payoff.run.main_path import Prepared


def refuse_small_arms(prepared: Prepared) -> None:
    """Raises PayoffError N100 (6): every figure and chart of a run tells the mean of each arm."""
    study = prepared.study
    small = find_small_arms(study, prepared.panels[0])
    if small:
        floor = people_floor(study)
        what = f"fewer than {counted(floor, study.design.unit_label)} with outcomes: {listed(small)}"
        why = "the mean of so few people tells about each of them, and every figure rests on it"
        fix = "follow more people, or join arms; a study of teams, sites or firms has no such floor"
        raise PayoffError([Problem("N100", what, why, fix)], exit_code=6)
