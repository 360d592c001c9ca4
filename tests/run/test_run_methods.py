"""A study may name exactly the methods there are: the file's list and the engine's are one."""

import pytest

from payoff.causal.registry import ESTIMATORS
from payoff.study.check_design import METHODS


@pytest.mark.parametrize("kind", METHODS)
def test_the_methods_a_study_may_name_are_those_the_engine_has(kind: str) -> None:
    design = "did" if kind == "staggered" else kind
    assert set(METHODS[kind]) == {e.name for e in ESTIMATORS.values() if design in e.designs}
