"""Outcomes beside the primary one: what the program cannot move, and what stands when many are asked for.

Placebo    `outcome.placebo`: metrics the program cannot move. A change there is a fault of the comparison.
           Fails where an interval of 1 − 0.01 / number of them leaves out zero: a sound study is accused
           once in a hundred. Costs one step together with imbalance.
Secondary  `outcome.secondary`: asked for in the plan, so allowed to speak, after Holm over all of them. Says
           which stand; never fails, for a secondary outcome changes no verdict.
Reads      The locked method's answers for these metrics, never the primary one.
Cites      Eggers, Tuñón & Dafoe (2024), doi:10.1111/ajps.12818, for placebo outcomes; `multiple_testing`.
"""

from collections.abc import Mapping

from scipy.special import stdtr

from payoff.causal.multiple_testing import adjust_p_values
from payoff.causal.protocol import Answer
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.study import Study
from payoff.nouns.wording import better_or_worse, counted, listed, lowered, sentence

PLACEBO, SECONDARY = "placebo outcomes", "secondary outcomes"
PLACEBO_LEVEL, LEVEL = 0.01, 0.05


def check_other_outcomes(study: Study, effects: Mapping[str, Answer]) -> tuple[Check, ...]:
    """One check for all placebo outcomes and one for all secondary ones, where the plan names any.

    effects: the locked method's answer by metric name.
    """
    placebo, secondary = study.outcome.placebo, study.outcome.secondary
    found = (
        _placebo(study, {name: effects[name] for name in placebo if name in effects}),
        _secondary(study, {name: effects[name] for name in secondary if name in effects}),
    )
    return tuple(check for check in found if check is not None)


def _p_value_of(effect: Effect) -> float:
    """Two-sided, of no effect in the headline term, from its own t distribution."""
    return float(2 * stdtr(float(effect.df[effect.headline]), -abs(effect.estimate) / effect.std_error))


def _placebo(study: Study, effects: Mapping[str, Answer]) -> Check | None:
    answered, refused = _split(effects)
    if not effects:
        return None
    if not answered:
        first = next(iter(refused.values()))
        return _check(PLACEBO, Verdict.SILENT, f"Cannot be tried: {lowered(sentence(first))}", 1)
    adjusted = adjust_p_values([_p_value_of(e) for e in answered.values()], "bonferroni")
    moved = [name for name, p in zip(answered, adjusted, strict=True) if p < PLACEBO_LEVEL]
    asked = counted(len(answered), "outcome")
    if not moved:
        text = f"Nothing moved in {asked} that the program cannot move ({_labels(study, answered)})."
        return _check(PLACEBO, Verdict.PASS, text, 1)
    sizes = listed([f"{study.metric(n).label} ({_size(answered[n])})" for n in moved])
    text = f"Of {asked} that the program cannot move, {sizes} moved: something else moved the groups apart."
    return _check(PLACEBO, Verdict.FAIL, text, 1)


def _secondary(study: Study, effects: Mapping[str, Answer]) -> Check | None:
    answered, _ = _split(effects)
    if not answered:
        return None
    plain = [_p_value_of(e) for e in answered.values()]
    adjusted = adjust_p_values(plain, "holm")
    stand = [name for name, p in zip(answered, adjusted, strict=True) if p <= LEVEL]
    alone = [n for n, p in zip(answered, plain, strict=True) if p <= LEVEL and n not in stand]
    text = f"Of {counted(len(answered), 'secondary outcome')} "
    text += f"{_labels(study, stand)} changed" if stand else "none changed"
    text += ", with allowance for asking about several"
    if alone:
        text += f"; {_labels(study, alone)} would have counted as changed if nothing else had been asked"
    return _check(SECONDARY, Verdict.SILENT if alone else Verdict.PASS, f"{text}.", 0)


def _split(effects: Mapping[str, Answer]) -> tuple[dict[str, Effect], dict[str, str]]:
    answered = {name: e for name, e in effects.items() if isinstance(e, Effect)}
    refused = {name: e.reason for name, e in effects.items() if not isinstance(e, Effect)}
    return answered, refused


def _labels(study: Study, names: Mapping[str, Effect] | list[str]) -> str:
    return listed([study.metric(name).label for name in names])


def _size(effect: Effect) -> str:
    return better_or_worse(float(effect.lift(effect.estimate)))


def _check(name: str, verdict: Verdict, text: str, costs: int) -> Check:
    scope = "comparison" if name == PLACEBO else "outcome"
    return Check(name, scope, verdict, text, costs=costs)
