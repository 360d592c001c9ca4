"""Tables beside the verdict: the effect by group, and what else was looked at. None of it moves the money."""

from payoff.nouns.brief import Cell, Table
from payoff.nouns.effect import Effect
from payoff.nouns.people import told
from payoff.nouns.wording import number, percent, plain, raised
from payoff.report.reading import Reading
from payoff.report.words import span


def groups_table(reading: Reading) -> Table | None:
    """The effect by wave, arm, factor or subgroup; None where none was asked for."""
    rows: list[tuple[Cell, ...]] = []
    for effect in reading.groups:
        for n, term in enumerate(effect.terms):
            low, high = effect.lift_interval(n)
            lift = percent(float(effect.lift(effect.estimates[n])))
            name = effect.short or raised(plain(effect.method))
            size = told(reading.result.shown.sample(effect.metric, effect.n_units))
            rows.append((name, raised(plain(term)), lift, percent(low), percent(high), size))
    columns = ("Split", "Which", "Improvement", "95% low", "95% high", "Units")
    note = "Splits are many and each is seen by few: differences between rows are weaker than each row looks."
    return Table("groups", "The effect by group", columns, tuple(rows), note) if rows else None


def explored_table(reading: Reading) -> Table | None:
    """Mediation, funnel, dose, who gains most: in their own units, with their own words."""
    rows: list[tuple[Cell, ...]] = [
        (asked, raised(plain(term)), _size(effect, n), _standing(effect))
        for effect in reading.explorations
        for asked in (effect.label or raised(plain(effect.method)),)
        for n, term in enumerate(effect.terms)
    ]
    columns = ("Question", "Which", "Size (95%)", "Standing")
    note = "None of this moves the verdict or the money."
    return Table("explored", "What else was looked at", columns, tuple(rows), note) if rows else None


def _size(effect: Effect, n: int) -> str:
    low, high = effect.intervals[n]
    return f"{number(float(effect.estimates[n]), 3)} ({span(number(low, 3), number(high, 3))}) {effect.unit}"


def _standing(effect: Effect) -> str:
    return "as drawn by lot" if effect.causal else "goes together with; not shown to cause"
