"""The bundled starter studies."""

from importlib.resources import files

from payoff.nouns.problem import PayoffError
from payoff.study.codes import build_problem
from payoff.study.suggest import suggestion

_NAMES = ("sales", "support", "onboarding", "safety", "coaching", "pilot-4-weeks", "pilot-90-days")


def template_names() -> tuple[str, ...]:
    """Names of the starter studies."""
    return _NAMES


def read_template(name: str) -> str:
    """The text of a starter study; raises PayoffError (2) for an unknown name."""
    if name not in _NAMES:
        problem = build_problem("P109", f"no template {name[:60]!r}", suggestion(name, _NAMES), None)
        raise PayoffError([problem], exit_code=2)
    return files("payoff").joinpath("templates", f"{name}.yml").read_text(encoding="utf-8")
