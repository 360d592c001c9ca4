"""Names that one file writes and another means: of checks in the grade, of methods wherever one is chosen."""

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import payoff.causal
from payoff.causal import feasible, levers, power_changes, power_matched, power_randomised
from payoff.causal.check import GUARDS
from payoff.causal.registry import ESTIMATORS
from payoff.lab import plan
from payoff.study import methods


def names_of_checks() -> set[str]:
    """What the modules that look are named after, one or two names each."""
    found = {guard.name for guard in GUARDS}
    for module in pkgutil.iter_modules(payoff.causal.__path__):
        if module.name.startswith("checks_"):
            held = vars(importlib.import_module(f"payoff.causal.{module.name}"))
            found |= {held[key] for key in ("NAME", "TREND", "ERRORS", "PLACEBO", "SECONDARY") if key in held}
    return found


def test_the_grade_speaks_of_checks_that_exist() -> None:
    module = importlib.import_module("payoff.causal.grade")
    spoken = {*module.PASSED, *module.AGAINST, *module.UNSEEN, *module.FAILED}
    beside = {name for names in module.AGAINST.values() for name in names}
    assert spoken | beside <= names_of_checks()


@pytest.mark.parametrize(
    "name",
    [
        power_changes.GROUP_TIME,
        power_randomised.PLAIN,
        *power_randomised.UNADJUSTED,
        *power_matched.EVERYBODY,
        levers.ADJUSTED,
    ],
)
def test_methods_that_are_planned_and_pulled_exist(name: str) -> None:
    assert name in ESTIMATORS


def test_designs_in_reach_are_planned_with_methods_of_their_own() -> None:
    tree = ast.parse(Path(feasible.__file__).read_text())
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "_as"]
    asked = [tuple(a.value for a in call.args[1:3] if isinstance(a, ast.Constant)) for call in calls]
    assert len(asked) >= 6
    for kind, method in asked:
        assert kind in ESTIMATORS[str(method)].designs


def test_invented_studies_and_defaults_name_methods_of_their_design() -> None:
    for kind, pair in [*plan.METHODS.items(), *methods._DEFAULTS.items()]:
        for method in pair:
            assert method is None or kind in ESTIMATORS[method].designs
    pairs = (methods._TAKERS, methods._ONE_DATE, methods._SEVERAL_DATES, methods._DATES_FROM_DATA)
    for name in {m for pair in (*pairs, methods._MISLED, *methods._AS_PRECISE.items()) for m in pair if m}:
        assert name in ESTIMATORS
