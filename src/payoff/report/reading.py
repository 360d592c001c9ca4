"""What of a result may be shown, and under which name: asked once, used by every sentence and chart.

Shown   Effects only when the plan is locked (or the run is marked exploratory) and no gate failed;
        money only beside a shown effect.
"""

from dataclasses import dataclass

import numpy as np

from payoff.nouns.arrays import Bools, Floats
from payoff.nouns.effect import Effect, Shows
from payoff.nouns.metric import Metric
from payoff.nouns.money_plan import Assumption
from payoff.nouns.panel import Panel
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Result
from payoff.nouns.valuation import Figure, Valuation
from payoff.nouns.wording import lowered, plain, plural, raised, unit_noun
from payoff.report.words import months


@dataclass(frozen=True, slots=True)
class Reading:
    """A result and what it allows to be said."""

    result: Result

    @property
    def blocked(self) -> bool:
        verdict = self.result.verdict
        return verdict is not None and verdict.verdict == "blocked"

    @property
    def shows_effects(self) -> bool:
        return self.result.state != "health" and not self.blocked

    @property
    def effect(self) -> Effect | None:
        """The locked method's answer for the primary metric, when there is one to show."""
        first = self.result.locked
        return first if self.shows_effects and isinstance(first, Effect) else None

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Every answer to the study's question for the primary metric, locked first."""
        return self._shown("answer") if self.effect is not None else ()

    @property
    def course(self) -> Effect | None:
        """The primary metric's effect by time since launch."""
        return next(iter(self._shown("course")), None) if self.effect is not None else None

    @property
    def groups(self) -> tuple[Effect, ...]:
        """The primary metric's effect by wave, arm, factor or subgroup."""
        return self._shown("group") if self.effect is not None else ()

    @property
    def explorations(self) -> tuple[Effect, ...]:
        """What was looked at beside the verdict, of any metric."""
        found = self.result.effects if self.shows_effects else ()
        return tuple(e for e in found if isinstance(e, Effect) and e.shows == "exploration")

    def _shown(self, as_what: Shows) -> tuple[Effect, ...]:
        own = (e for e in self.result.effects if isinstance(e, Effect) and e.metric == self.metric.name)
        return tuple(e for e in own if e.shows == as_what)

    @property
    def naive(self) -> Effect | None:
        """The comparison a dashboard would show: people who chose to take part against the rest."""
        return next((e for e in self.effects if not e.causal and e.period == "follow_up"), None)

    @property
    def naive_before(self) -> Effect | None:
        """The same comparison before the program existed, when it could have done nothing."""
        return next((e for e in self.effects if not e.causal and e.period == "baseline"), None)

    @property
    def money(self) -> Valuation | None:
        value = self.result.valuation
        return value if self.effect is not None and isinstance(value, Valuation) else None

    @property
    def counts_cash(self) -> bool:
        """Whether anything of the benefit enters the return; freed time alone does not."""
        return self.money is not None and any(b.cash for b in self.money.benefits)

    @property
    def uncredited(self) -> bool:
        """Whether the figures stand and the verdict on them was refused: nothing shows whose they are."""
        money = self.money
        judged = money is not None and not isinstance(money.verdict, Refusal)
        return not judged and all(self.figure(name) is not None for name in ("net", "probability"))

    def figure(self, name: str) -> Figure | None:
        found = self.money.figures.get(name) if self.money else None
        return found if isinstance(found, Figure) else None

    @property
    def metric(self) -> Metric:
        return self.result.study.metric(self.result.study.outcome.primary)

    @property
    def panel(self) -> Panel | None:
        return next((p for p in self.result.panels if p.metric.name == self.metric.name), None)

    @property
    def currency(self) -> str:
        return self.result.study.currency

    @property
    def locks(self) -> int:
        return self.result.evidence.grade.locks

    @property
    def threshold(self) -> float | None:
        """The lift worth having, as the plan lock fixed it."""
        verdict, lock = self.result.verdict, self.result.study.lock
        if verdict is not None and verdict.threshold_lift is not None:
            return verdict.threshold_lift
        return lock.threshold_lift if lock is not None else None

    @property
    def unit(self) -> str:
        return unit_noun(self.result.study.design.unit_label or self.result.study.design.unit)

    @property
    def units(self) -> str:
        return plural(self.unit)

    @property
    def program_arm(self) -> str:
        return f"{raised(self.units)} {self.in_program}"

    @property
    def comparison_arm(self) -> str:
        return f"Without {self.one_of_several}" if self.result.study.design.factors else "Comparison"

    @property
    def in_program(self) -> str:
        """Who is in the program, in text, charts and costs alike: of several arms, the verdict's."""
        return f"given {self.one_of_several}" if self.one_of_several else "with the program"

    @property
    def one_of_several(self) -> str:
        """The arm or factor that carries the verdict; nothing where there is only one."""
        design = self.result.study.design
        return plain(design.verdict_term) if design.factors or len(design.arms) > 2 else ""

    def sides(self, panel: Panel) -> tuple[Bools, Bools]:
        """(program, comparison), each (n_units,): the two whose difference carries the verdict."""
        design = self.result.study.design
        names = [factor.name for factor in design.factors]
        if panel.factors is not None and design.verdict_term in names:
            given: Bools = panel.factors[:, names.index(design.verdict_term)]
            return given, ~given
        if panel.arm is not None and design.verdict_term in design.arms:
            return np.asarray(panel.arm == design.arms.index(design.verdict_term)), np.asarray(panel.arm == 0)
        return panel.in_program, ~panel.in_program

    def side_groups(self, panel: Panel) -> tuple[str, str]:
        """Names of `sides` among the groups whose size may be told."""
        design = self.result.study.design
        term = design.verdict_term
        if panel.factors is not None and term in [factor.name for factor in design.factors]:
            return f"factor: {term}", f"not {term}"
        if panel.arm is not None and term in design.arms:
            return f"arm: {term}", f"arm: {design.arms[0]}"
        return "analysed, program", "analysed, comparison"

    @property
    def topic(self) -> str:
        """The primary metric in the middle of a sentence."""
        return lowered(self.metric.label)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Everything declined, in the order it was asked; the same words once."""
        result = self.result
        found = [e for e in result.effects if isinstance(e, Refusal)]
        power = (result.power.smallest_visible_lift, result.power.break_even)
        found += [p for p in power if isinstance(p, Refusal)]
        value = result.valuation
        if isinstance(value, Refusal):
            found.append(value)
        elif value is not None:
            asked = (*value.figures.values(), *value.ceiling.values(), value.verdict)
            found += [f for f in asked if isinstance(f, Refusal)]
        return tuple(dict.fromkeys(found))

    @property
    def further_refusals(self) -> tuple[Refusal, ...]:
        """Rates of return and the like that were declined: beside their table, not on the one page."""
        found = list(self.money.further.values()) if self.money else []
        doubt = self.money.doubt if self.money else None
        judged = (doubt.shares, doubt.knowing) if doubt is not None else ()
        asked = dict.fromkeys(f for f in (*found, *judged) if isinstance(f, Refusal))
        return tuple(refusal for refusal in asked if refusal not in self.refusals)

    def assumption(self, name: str) -> Assumption | None:
        return next((a for a in self.result.assumptions if a.name == name), None)

    def input_name(self, name: str) -> str:
        """An input of the money as a reader calls it."""
        found = self.assumption(name)
        if found is not None:
            return found.words
        return "Size of the effect" if name == "lift" else raised(plain(name))

    def term_label(self, effect: Effect, index: int) -> str:
        """A term by the months it covers: 'Months 13–24 after launch'."""
        known = self.result.counts.term_months
        if index < len(known):
            first, last = known[index]
            return f"Months {first}–{last}" if first != last else f"Month {first}"
        return raised(plain(effect.terms[index]))

    def horizon(self) -> str:
        return months(self.result.study.horizon_months)


def arm_means(panel: Panel, units: Bools, geometric: bool) -> Floats:
    """Weighted mean over `units` by period, (n_periods,); NaN where nothing was observed."""
    values, weights = panel.values[units], np.where(np.isnan(panel.values[units]), 0.0, panel.weights[units])
    known = np.log(values) if geometric else values
    total = weights.sum(axis=0)
    means: Floats = np.full(panel.n_periods, np.nan)
    np.divide((np.nan_to_num(known) * weights).sum(axis=0), total, out=means, where=total > 0)
    return np.asarray(np.exp(means)) if geometric else means


def uses_geometric_mean(panel: Panel) -> bool:
    """A metric analysed in logs is shown by its geometric mean, unless a zero forbids it."""
    seen = panel.values[~np.isnan(panel.values)]
    return panel.metric.scale == "log" and bool((seen > 0).all())
