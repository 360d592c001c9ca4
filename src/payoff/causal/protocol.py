"""What an estimator and a guard rail must be, so that new ones join without changing old ones.

An estimator is a function `(study, panel, role) → (Effect | Refusal, …)` and the design types it may
be asked about: its answer first, then rows of the same fit for reference. It never chooses by fit.
A reference is a row shown beside the answer to explain it.
A guard looks at study, panel and answer and says pass, fail or silent.
"""

from collections.abc import Callable
from dataclasses import dataclass

from payoff.causal.regression import ClusterFit
from payoff.nouns.effect import Effect, Role
from payoff.nouns.evidence import Check
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.study import DesignType, Study

Answer = Effect | Refusal


@dataclass(frozen=True, slots=True)
class Estimator:
    """A method by the name study files use.

    regression: the clustered regression behind the answer, its declared terms first, for guards
        that refit it (wild bootstrap); None where the method is not one.
    """

    name: str
    designs: tuple[DesignType, ...]
    answer: Callable[[Study, Panel, Role], tuple[Answer, ...]]
    regression: Callable[[Study, Panel], ClusterFit | Refusal] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Rows shown beside the locked answer; an empty tuple where they do not apply."""

    name: str
    designs: tuple[DesignType, ...]
    rows: Callable[[Study, Panel], tuple[Answer, ...]]


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard rail; `look` returns None where the check has no meaning for the study, several where one
    fit answers several questions."""

    name: str
    designs: tuple[DesignType, ...]
    look: Callable[[Study, Panel, Answer], Check | tuple[Check, ...] | None]
