"""What the program changed, as sentences: answer first, one estimate with its range, no jargon.

Rules   docs/reference/words.md: six effect verdicts, certainty verbs by grade.
Proof   tests/report/test_report_sentences.py, test_report_words.py
"""

import json
import math

from payoff.nouns.effect import Effect
from payoff.nouns.evidence import EffectVerdict
from payoff.nouns.panel import Panel
from payoff.nouns.pilot import SHORTEST
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import BEST_CASE_ONLY, Power
from payoff.nouns.study import Study
from payoff.nouns.wording import (
    better_or_worse,
    count,
    listed,
    lowered,
    percent,
    plain,
    plural,
    raised,
    rounded,
    sentence,
    unit_noun,
)
from payoff.report.reading import Reading
from payoff.report.words import (
    span,
)

NO_EFFECT_YET = (
    "The plan is not locked, so no effect is shown: this page says whether the data can answer the question."
)


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
    """Did it work? In one or two sentences; what would settle it is said with "cannot tell"."""
    verdict, effect = reading.result.verdict, reading.effect
    if reading.result.state == "health":
        return NO_EFFECT_YET
    if verdict is None or verdict.verdict == "blocked" or effect is None:
        return blocked_sentence(verdict)
    return {
        "worked": _worked,
        "helped, size unclear": _helped,
        "no meaningful effect": _no_effect,
        "cannot tell": _cannot_tell,
        "harmed": _harmed,
    }[verdict.verdict](reading, effect, verdict)


def blocked_sentence(verdict: EffectVerdict | None) -> str:
    """Which gate failed or what was refused, and who can mend it."""
    if verdict is None or not verdict.reason:
        return "No result: nothing was estimated."
    owner = f" Owner: {verdict.owner}." if verdict.owner else ""
    return f"No result: {verdict.reason.rstrip('.')}.{owner}"


def _change(reading: Reading, effect: Effect) -> str:
    """'Grants probably lowered scrap rate by 18% (95%: …)', as sure as the evidence grade allows."""
    lift = float(effect.lift(effect.estimate))
    if reading.locks <= 1:
        return f"{reading.metric.label} was {better_or_worse(lift)} ({lift_span(effect)})"
    verb = certainty(reading.locks, direction(effect, lift))
    of = " of its level" if reading.metric.unit_text in {"%", "pp"} else ""
    size = f"{percent(abs(lift))}{of} ({lift_span(effect)})"
    return f"{reading.result.study.program} {verb} {reading.topic} by {size}"


def _credit(reading: Reading) -> str:
    program = lowered(reading.result.study.program)
    return f", but we cannot credit {program}" if reading.locks <= 1 else ""


def _bar(verdict: EffectVerdict) -> str:
    """The threshold, called by what carries it."""
    why = "needed to pay back" if verdict.pays else "set as worth having"
    return f"the {percent(verdict.threshold_lift or 0.0)} {why}"


def _worked(reading: Reading, effect: Effect, verdict: EffectVerdict) -> str:
    above = f", above {_bar(verdict)}" if verdict.threshold_lift else ""
    return f"{_change(reading, effect)}{above}{_credit(reading)}."


def _helped(reading: Reading, effect: Effect, verdict: EffectVerdict) -> str:
    enough = "it covers its cost" if verdict.pays else f"it reaches {_bar(verdict)}"
    return f"{_change(reading, effect)}{_credit(reading)}; we cannot yet say {enough}."


def _no_effect(reading: Reading, effect: Effect, verdict: EffectVerdict) -> str:
    low, _ = effect.lift_interval()
    if low > 0:
        return f"{_change(reading, effect)}, less than {_bar(verdict)}{_credit(reading)}."
    if verdict.threshold_lift is not None and low < -verdict.threshold_lift:
        return (
            f"No worthwhile gain in {reading.topic}; harm not ruled out: "
            f"data fit anything from {_ends(effect)}."
        )
    small = "too small to pay back" if verdict.pays else f"below {_bar(verdict)}"
    return f"{reading.metric.label} barely changed ({_ends(effect)}); any gain is {small}."


def _cannot_tell(reading: Reading, effect: Effect, verdict: EffectVerdict) -> str:
    verb = "lowered" if effect.better == "lower" else "raised"
    return (
        f"We cannot tell yet whether {lowered(reading.result.study.program)} {verb} {reading.topic}: "
        f"data fit anything from {_ends(effect)}. {_settling(reading, verdict)}"
    )


def _settling(reading: Reading, verdict: EffectVerdict) -> str:
    """What more data would settle it, in the unit's own noun."""
    if verdict.more_units is None:
        return "No amount of data within reason would settle it."
    people, finer = _more_people(reading, verdict.more_units), _finer(reading, verdict)
    if verdict.more_weeks is None:
        return f"{people} would settle it; waiting would not.{finer}"
    return f"{people} or {_more(verdict.more_weeks, 'week')} should settle it.{finer}"


def _more_people(reading: Reading, units: int) -> str:
    """Where whole teams went together it takes teams: '32 more teams (640 more reps)'."""
    effect, cluster = reading.effect, reading.result.study.design.cluster
    people = _more(units, reading.unit)
    if effect is None or cluster is None or effect.n_clusters >= effect.n_units:
        return people
    noun = unit_noun(cluster) if cluster.isidentifier() else "cluster"
    return f"{_more(math.ceil(units * effect.n_clusters / effect.n_units), noun)} ({people})"


def _finer(reading: Reading, verdict: EffectVerdict) -> str:
    """Said where the second answer to the same question is already as narrow as a clear verdict needs."""
    second, threshold = reading.result.second, verdict.threshold_lift
    if second is None or not threshold or not reading.result.study.design.randomised:
        return ""
    low, high = second.lift_interval()
    if high - low > threshold:
        return ""
    return " Locking the second method would do so without more: it is as narrow as that already."


def _more(value: int, noun: str) -> str:
    """'640 more firms': a whole number to two figures."""
    return f"{count(int(rounded(value)))} more {plural(noun, value)}"


def _harmed(reading: Reading, effect: Effect, verdict: EffectVerdict) -> str:
    low, high = effect.lift_interval()
    worse = percent(-float(effect.lift(effect.estimate)))
    size = f"{worse} (95%: {span(percent(-high), percent(-low))})"
    return f"{reading.metric.label} got worse by {size}. Pause and review."


def _ends(effect: Effect) -> str:
    """The 95 % interval in words: '2.9% worse to 41% better'."""
    low, high = effect.lift_interval()
    return span(better_or_worse(low), better_or_worse(high))


def power_sentence(power: Power) -> str | None:
    """What the design can see against what was expected."""
    visible, expected = power.smallest_visible_lift, expected_range(power)
    if isinstance(visible, Refusal) or not power.size:
        return None
    opening = "Large enough for the best case only" if power.size == BEST_CASE_ONLY else raised(power.size)
    return f"{opening}: {_seen(visible)}; {expected} was expected."


def describe_power(power: Power) -> str:
    """All that is known before launch: what the design can see, what is expected, what would pay."""
    visible, even = power.smallest_visible_lift, power.break_even
    if isinstance(visible, Refusal):
        return sentence(visible.reason)
    said = power_sentence(power) or sentence(_seen(visible))
    if isinstance(even, Refusal):
        return f"{said} Break-even not known: {sentence(even.reason)}"
    return f"{said} It breaks even at {percent(even)}."


def expected_range(power: Power) -> str:
    """'5% to 10%'; nothing where no expectation was declared."""
    if power.expected_low is None or power.expected_high is None:
        return ""
    return span(percent(power.expected_low), percent(power.expected_high))


def _seen(visible: float) -> str:
    return f"it sees changes of {percent(visible)} and up 8 times in 10"


def second_origin(study: Study) -> str:
    """Whose choice the second method is: only what stands in the locked plan was fixed beforehand."""
    if "second" not in json.loads(study.plan).get("design", {}):
        return "the usual one beside this design"
    if study.lock is None:
        return "named in the plan, which is not locked"
    changes = (change for amendment in study.lock.amendments for change in amendment.changes)
    if any(change.startswith("design.second:") for change in changes):
        return "named in an amendment"
    return "fixed in the lock"


def comparison_sentence(reading: Reading) -> str:
    """Who was compared with whom, and how they came to be in the program."""
    panel, design = reading.result.panels, reading.result.study.design
    if not panel:
        return "Nobody could be compared: no panel was built."
    first = reading.panel or panel[0]
    n_program, n_rest = int(first.in_program.sum()), int((~first.in_program).sum())
    shown = reading.result.shown
    program, rest = shown.say("analysed, program", n_program), shown.say("analysed, comparison", n_rest)
    if design.type == "rct" and (design.arms or design.factors):
        return _several_arms(reading, first)
    if design.type == "rct":
        assigned = first.n_assigned
        how = "drawn by lot" if design.randomised else "chosen, not drawn by lot"
        return (
            f"Who was offered the program was {how}: {shown.say('assigned, program', assigned[1])} "
            f"{reading.units} were, {shown.say('assigned, comparison', assigned[0])} were not."
        )
    if design.type == "its":
        return (
            f"{program} {plural(reading.unit, n_program)} with the program, as one series, against its own "
            "course before; nobody to compare with."
        )
    if n_rest == 0:
        return f"{program} {reading.units} with the program, before and after; nobody to compare with."
    unit = plural(reading.unit, n_program)
    if design.type == "matched":
        return (
            f"{program} {unit} with the program were compared with others like them "
            f"out of {rest} without it; nobody was drawn by lot."
        )
    if design.type == "synthetic":
        return (
            f"{program} {unit} with the program were compared with the mix of {rest} others "
            "that moved most like them before launch."
        )
    return f"{program} {unit} with the program were compared with {rest} without it, before and after."


def _several_arms(reading: Reading, panel: Panel) -> str:
    """Who was in which arm or factor of the lot."""
    design, shown = reading.result.study.design, reading.result.shown
    if panel.arm is not None:
        sizes = [
            f"{shown.say(f'arm: {a}', int((panel.arm == n).sum()))} {plain(a)}"
            for n, a in enumerate(design.arms)
        ]
        return f"The lot drew {len(design.arms)} groups of {reading.units}: {listed(sizes)}.{_asked(reading)}"
    assert panel.factors is not None
    sizes = [
        f"{plain(f.name)} to {shown.say(f'factor: {f.name}', int(panel.factors[:, n].sum()))}"
        for n, f in enumerate(design.factors)
    ]
    everybody = f"{shown.say('analysed', panel.n_units)} {plural(reading.unit, panel.n_units)}"
    drawn = f"Of {everybody} the lot gave {listed(sizes)}, each independently."
    return f"{drawn}{_asked(reading)}"


def _asked(reading: Reading) -> str:
    """Which of several arms or factors answer, chart and money are about."""
    term = reading.one_of_several
    return f" Answer, chart and money are about {term}." if term else ""


def is_short_pilot(study: Study) -> bool:
    """Too short for anything but leading indicators."""
    return study.pilot is not None and study.pilot.length == SHORTEST


def reach_sentences(reading: Reading) -> tuple[str, ...]:
    """What a pilot this short can say, and what no reader should take from it (EXP-16)."""
    study = reading.result.study
    if not is_short_pilot(study):
        return ()
    label = lowered(study.metric(study.outcome.primary).label)
    return (
        f"A pilot of {SHORTEST} can say whether a leading indicator, {label}, begins to change. "
        "It cannot say what that does to business results or money: those take three to nine months.",
    )


def exit_sentences(reading: Reading) -> tuple[str, ...]:
    """What a pilot's own rules, promised beforehand, lead to."""
    found = reading.result.exit
    if found is None:
        return ()
    if not found.rule:
        return ("None of the pilot's own rules has come true yet: continue.",)
    return (f"The pilot's own rule says {found.decision}: {lowered(sentence(found.reason))}",)


def scaled_sentences(reading: Reading) -> tuple[str, ...]:
    """Scaling without a pilot's verdict is said, with who and why."""
    scaling = reading.result.study.scaling
    if scaling is None:
        return ()
    if scaling.override is None:
        return (f"This scales the pilot {scaling.pilot}.",)
    by = f"{scaling.override.by}, {scaling.override.on}"
    said = f"Scaled without the verdict of the pilot {scaling.pilot} ({by})"
    return (f"{said}: {lowered(sentence(scaling.override.reason))}",)
