"""The verdicts as sentences: answer first, one estimate with its range, no jargon.

Rules   docs/reference/words.md: six effect verdicts, four money verdicts, certainty verbs by grade.
Proof   tests/report/test_report_words.py
"""

from payoff.nouns.effect import Effect
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import Figure, MoneyVerdict
from payoff.report.reading import Reading
from payoff.report.words import (
    UNUSUALLY_HIGH,
    back_per_one,
    better_or_worse,
    count,
    figure_text,
    in_ten,
    locks,
    lowered,
    percent,
    plain,
    plural,
    raised,
    sentence,
    span,
)

UNUSUAL = "unusually high: check margin and horizon"
NO_EFFECT_YET = (
    "The plan is not locked, so no effect is shown: this page says whether the data can answer the question."
)
NO_MONEY_YET = "No money figure before the plan is locked."


def direction(effect: Effect, lift: float) -> str:
    """'lowered' or 'raised', whichever the lift means for this metric."""
    return "lowered" if (effect.better == "lower") == (lift > 0) else "raised"


def certainty(grade_locks: int, verb: str) -> str:
    """The verb with the certainty the grade allows; 'may have' from two locks down."""
    return {4: verb, 3: f"probably {verb}"}.get(grade_locks, f"may have {verb}")


def lift_span(effect: Effect, term: int | None = None) -> str:
    """The 95 % interval as lifts: '95%: −2.9% to 41%'."""
    low, high = effect.lift_interval(term)
    return f"95%: {span(percent(low), percent(high))}"


def effect_sentence(reading: Reading) -> str:
    """Did it work? In one or two sentences."""
    verdict = reading.result.verdict
    if reading.result.state == "health":
        return NO_EFFECT_YET
    if reading.blocked:
        return blocked_sentence(reading)
    effect = reading.effect
    if effect is None or verdict is None:
        refusal = next((e for e in reading.result.effects if isinstance(e, Refusal)), None)
        return f"No result: {sentence(refusal.reason)}" if refusal else "No result: nothing was estimated."
    lift = float(effect.lift(effect.estimate))
    return {
        "worked": _worked,
        "helped, size unclear": _helped,
        "no meaningful effect": _no_effect,
        "cannot tell": _cannot_tell,
        "harmed": _harmed,
    }[verdict.verdict](reading, effect, lift)


def blocked_sentence(reading: Reading) -> str:
    """Which gate failed, and who owns it."""
    gate = reading.result.evidence.blocking
    if gate is None:
        return "No result: a gate failed."
    owner = f" Owner: {gate.owner}." if gate.owner else ""
    return f"No result: {gate.text.rstrip('.')}.{owner}"


def _change(reading: Reading, effect: Effect, lift: float) -> str:
    program, topic = reading.result.study.program, reading.topic
    if reading.locks <= 1:
        seen = f"{reading.metric.label} was {better_or_worse(lift)} ({lift_span(effect)})"
        return f"{seen}, but we cannot credit {lowered(program)}"
    verb = certainty(reading.locks, direction(effect, lift))
    return f"{program} {verb} {topic} by {percent(abs(lift))} ({lift_span(effect)})"


def _worked(reading: Reading, effect: Effect, lift: float) -> str:
    needed = f", above the {percent(reading.threshold)} needed to pay back" if reading.threshold else ""
    return f"{_change(reading, effect, lift)}{needed}."


def _helped(reading: Reading, effect: Effect, lift: float) -> str:
    return f"{_change(reading, effect, lift)}; we cannot yet say it covers its cost."


def _no_effect(reading: Reading, effect: Effect, lift: float) -> str:
    low, high = effect.lift_interval()
    if reading.threshold is not None and low < -reading.threshold:
        return (
            f"No worthwhile gain in {reading.topic}; harm not ruled out: data fit anything from "
            f"{span(better_or_worse(low), better_or_worse(high))}."
        )
    return (
        f"{reading.metric.label} barely changed ({span(better_or_worse(low), better_or_worse(high))}); "
        "any gain is too small to pay back."
    )


def _cannot_tell(reading: Reading, effect: Effect, lift: float) -> str:
    low, high = effect.lift_interval()
    verb = "lowered" if effect.better == "lower" else "raised"
    return (
        f"We cannot tell yet whether {lowered(reading.result.study.program)} {verb} {reading.topic}: "
        f"data fit anything from {span(better_or_worse(low), better_or_worse(high))}."
    )


def _harmed(reading: Reading, effect: Effect, lift: float) -> str:
    low, high = effect.lift_interval()
    return (
        f"{reading.metric.label} got worse by {percent(-lift)} (95%: {span(percent(-high), percent(-low))}). "
        "Pause and review."
    )


def settling_sentence(reading: Reading) -> str | None:
    """What more data would settle it: the last sentence of an open verdict."""
    verdict = reading.result.verdict
    if reading.effect is None or verdict is None or verdict.verdict != "cannot tell":
        return None
    last = verdict.text.rstrip(".").split(". ")[-1]
    return sentence(last) if last else None


def money_sentence(reading: Reading) -> str:
    """Does it pay? The ceiling first where the cost is assumed, then the verdict with its draws."""
    if reading.result.state == "health":
        return NO_MONEY_YET
    money = reading.money
    if money is None:
        reason = reading.result.valuation
        if isinstance(reason, Refusal):
            return f"No money figure: {sentence(reason.reason)}"
        if reading.result.valuation is None and reading.effect is not None:
            return "No money figure: the study does not say what the effect is worth."
        return "No money figure: the effect it would rest on is not there."
    if isinstance(money.verdict, Refusal):
        return f"No money verdict: {sentence(money.verdict.reason)}"
    return " ".join(filter(None, (ceiling_sentence(reading), verdict_sentence(reading), bet(reading))))


def verdict_sentence(reading: Reading) -> str:
    """'Likely to pay back: net $140k (80%: …) over 12 months; 8 in 10 simulations pay back.'"""
    money = reading.money
    assert money is not None
    assert isinstance(money.verdict, MoneyVerdict)
    opening = {
        "pays back": "It pays back",
        "likely": "Likely to pay back",
        "toss-up": "A toss-up",
        "unlikely": "Unlikely to pay back",
    }[money.verdict.verdict]
    chance = f"{chance_words(reading)} simulations pay back"
    net = reading.figure("net") or reading.figure("npv")
    if net is None:
        return f"{opening}: {chance}."
    name = "net" if net.name == "net" else "net present value"
    return f"{opening}: {name} {figure_text(net, reading.currency)}; {chance} ({locks(reading.locks)})."


def chance_words(reading: Reading) -> str:
    """How many simulations pay back, as a frequency: by the figure, else by the verdict's tenths."""
    share, money = reading.figure("probability"), reading.money
    if share is not None and share.point is not None:
        return in_ten(share.point)
    return (
        f"{money.verdict.pay_back_in_ten} in 10"
        if money and isinstance(money.verdict, MoneyVerdict)
        else "none"
    )


def bet(reading: Reading) -> str:
    """Said when the effect is open but the draws lean towards paying back."""
    money, verdict = reading.money, reading.result.verdict
    if money is None or verdict is None or not isinstance(money.verdict, MoneyVerdict):
        return ""
    leaning = money.verdict.verdict in {"likely", "pays back"}
    return "A reasonable bet, not a proven result." if leaning and verdict.verdict == "cannot tell" else ""


def leading_ceiling(reading: Reading) -> tuple[str, Figure | Refusal] | None:
    """The assumed price a reader decides on: the first ceiling in money, by what it buys.

    Ceilings of pure numbers (a loading factor) are shown in the story, they lead nowhere.
    """
    money = reading.money
    for name, ceiling in money.ceiling.items() if money else ():
        found = reading.assumption(name)
        unit = ceiling.unit if isinstance(ceiling, Figure) else found.unit_text if found else reading.currency
        if unit.split("/")[0].strip() == reading.currency:
            return ceiling_item(reading, name), ceiling
    return None


def ceiling_item(reading: Reading, name: str) -> str:
    """What an assumed price buys: the cost item whose formula names it."""
    items = [c.item for c in reading.result.study.costs if name in c.amount.names]
    return items[0] if len(items) == 1 else raised(plain(name))


def positive_ceiling(reading: Reading) -> bool:
    """Whether there is a price worth asking a quote for."""
    found = leading_ceiling(reading)
    return found is not None and isinstance(found[1], Figure) and (found[1].point or 0.0) > 0


def ceiling_sentence(reading: Reading) -> str:
    """'Delivery must cost less than $460 per worker (80%: −$110 to $1,000) to pay back over 24 months.'"""
    found = leading_ceiling(reading)
    if found is None:
        return ""
    item, ceiling = found
    if isinstance(ceiling, Refusal) or ceiling.point is None:
        return f"{item} pays back at no price over {reading.horizon()}, at the middle values."
    if ceiling.point <= 0:
        return f"At the middle values not even a free {lowered(item)} would pay back."
    text = figure_text(ceiling, reading.currency).removesuffix(f" over {reading.horizon()}")
    return f"{item} must cost less than {text} to pay back over {reading.horizon()}."


def roi_sentence(reading: Reading) -> str | None:
    """ROI with its range, the same as money back per one, and a warning when it is too good."""
    roi, bcr = reading.figure("roi"), reading.figure("bcr")
    if roi is None:
        return None
    back = ""
    if bcr is not None and bcr.point is not None and bcr.point > 0:
        back = f", or {back_per_one(bcr.point, reading.currency)} spent"
    high = f"; {UNUSUAL}" if roi.point is not None and roi.point > UNUSUALLY_HIGH else ""
    return f"Return on investment {figure_text(roi, reading.currency)}{back} ({locks(reading.locks)}){high}."


def comparison_sentence(reading: Reading) -> str:
    """Who was compared with whom, and how they came to be in the program."""
    panel, design = reading.result.panels, reading.result.study.design
    if not panel:
        return "Nobody could be compared: no panel was built."
    first = reading.panel or panel[0]
    program, rest = int(first.in_program.sum()), int((~first.in_program).sum())
    if design.type == "rct":
        assigned = first.n_assigned
        how = "drawn by lot" if design.randomised else "chosen, not drawn by lot"
        return (
            f"Who was offered the program was {how}: {count(assigned[1])} {reading.units} were, "
            f"{count(assigned[0])} were not."
        )
    if rest == 0:
        return f"{count(program)} {reading.units} with the program, before and after; nobody to compare with."
    unit = plural(reading.unit) if program != 1 else reading.unit
    return (
        f"{count(program)} {unit} with the program were compared with {count(rest)} without it, "
        "before and after."
    )
