"""Why the dashboard misleads: those who chose to take part were different before the program began.

Question  What would a participation dashboard show, and what was already so before launch?
Assumes   Nothing causal: gaps between participants and the rest, as the reference rows give them.
Says      Nothing where take-up is unknown or the metric is analysed in logs.
"""

from payoff.nouns.effect import Effect
from payoff.nouns.wording import lowered, raised
from payoff.report.reading import Reading
from payoff.report.words import measure, span


def dashboard_sentences(reading: Reading) -> tuple[str, ...]:
    """The naive figure, what it was before launch, and what the fair comparison says."""
    naive, before, effect = reading.naive, reading.naive_before, reading.effect
    if naive is None or effect is None or naive.scale == "log":
        return ()
    found = [
        f"A dashboard would show {reading.topic} {_gap(reading, naive)} among those who took part "
        f"({_range(reading, naive)}). That is not an effect of the program."
    ]
    if before is not None and before.estimate * naive.estimate > 0:
        found.append(
            f"Before the program began, the same people were already {_gap(reading, before)} "
            f"({_range(reading, before)}): different people chose to take part."
        )
    design = reading.result.study.design
    who = (
        "random assignment" if design.randomised else f"the comparison with {lowered(reading.comparison_arm)}"
    )
    shown = measure(effect.estimate, effect.unit, reading.currency, signed=True)
    found.append(f"{raised(who)} says {shown} ({_range(reading, effect)}).")
    return tuple(found)


def dashboard_in_short(reading: Reading) -> str | None:
    """The same in the space of a page: the unit once, every figure with its range."""
    naive, before, effect = reading.naive, reading.naive_before, reading.effect
    if naive is None or effect is None or naive.scale == "log":
        return None
    unit = effect.unit.split("/")[0].strip()

    def gap(of: Effect) -> str:
        side = "lower" if of.estimate < 0 else "higher"
        return f"{measure(abs(of.estimate), unit, reading.currency)} {side} ({_range(reading, of)})"

    already = f", but already {gap(before)} before launch" if before is not None else ""
    how = "Random assignment" if reading.result.study.design.randomised else "The fair comparison"
    shown = measure(effect.estimate, effect.unit, reading.currency, signed=True)
    return (
        f"The dashboard misleads: {reading.topic} of those who took part was {gap(naive)}{already}. "
        f"{how}: {shown} ({_range(reading, effect)})."
    )


def _gap(reading: Reading, effect: Effect) -> str:
    side = "lower" if effect.estimate < 0 else "higher"
    return f"{measure(abs(effect.estimate), effect.unit, reading.currency)} {side}"


def _range(reading: Reading, effect: Effect) -> str:
    """The 95 % interval in the metric's own unit, the unit said once."""
    unit = effect.unit.split("/")[0].strip()
    low, high = (measure(x, unit, reading.currency, signed=True) for x in effect.interval)
    return f"95%: {span(low, high)}"
