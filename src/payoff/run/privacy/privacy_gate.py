"""May these people be told of? Not an arm, or a whole study, of fewer than the floor: exit code 6."""

from payoff.metrics.people_shown import find_small_arms
from payoff.nouns.people import people_floor
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Study
from payoff.nouns.wording import counted, listed
from payoff.run.main_path import Prepared


def refuse_small_arms(prepared: Prepared) -> None:
    """Raises PayoffError N100 (6): every figure and chart of a run tells the mean of each arm."""
    small = find_small_arms(prepared.study, prepared.panels[0])
    if small:
        _refuse(prepared.study, f" with outcomes: {listed(small)}", "follow more people, or join arms")


def refuse_few(study: Study, n_units: int) -> None:
    """Raises PayoffError N100 (6) where a study has people, and fewer than may be told of."""
    if 0 < n_units < people_floor(study):
        _refuse(study, f" in {study.name}", "wait until there are more of them")


def _refuse(study: Study, where: str, cure: str) -> None:
    what = f"fewer than {counted(people_floor(study), study.design.unit_label)}{where}"
    why = "the mean of so few people tells about each of them, and every figure rests on it"
    fix = f"{cure}; a study of teams, sites or firms has no such floor"
    raise PayoffError([Problem("N100", what, why, fix)], exit_code=6)
