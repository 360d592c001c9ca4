"""The one page an executive reads in two minutes: short texts, each with its range and its evidence."""

from payoff.nouns.brief import Claim, Page, Section, Tile
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.refusal import Refusal
from payoff.nouns.valuation import LOCKED, Figure
from payoff.nouns.wording import count, listed, lowered, percent, raised, sentence
from payoff.report.ask import ask_of
from payoff.report.charts_inputs import input_range, input_value
from payoff.report.charts_money import cost_words
from payoff.report.dashboard import dashboard_in_short
from payoff.report.doubt_tables import doubt_sentence
from payoff.report.money_sentences import (
    UNUSUAL,
    carried_sentence,
    is_unusual,
    leading_ceiling,
    money_sentence,
    positive_ceiling,
)
from payoff.report.reading import Reading, arm_means, uses_geometric_mean
from payoff.report.sentences import (
    comparison_sentence,
    effect_sentence,
    exit_sentences,
    expected_range,
    lift_span,
    power_sentence,
    reach_sentences,
    scaled_sentences,
)
from payoff.report.words import (
    amount,
    back_per_one,
    figure_range,
    locks,
    measure,
    money,
    months,
    span,
)

MOST_BARS = 5  # of a waterfall on the one page: more would push its words off


def compose_page(reading: Reading, sections: tuple[Section, ...]) -> Page:
    """Every slot of the page, filled or said to be empty."""
    study = reading.result.study
    quote = study.quote
    return Page(
        headline=Claim("headline", effect_sentence(reading), _effect_prints(reading)),
        money=Claim("money", money_sentence(reading), _money_prints(reading), _money_figures(reading)),
        tiles=compose_tiles(reading),
        problem=_problem(reading),
        program=_program(reading),
        how_we_know=_how_we_know(reading),
        conservative=_case(reading, "conservative"),
        bold=_case(reading, "bold"),
        assumptions=(*_assumptions(reading), *filter(None, (doubt_sentence(reading),))),
        constraints=constraints(reading),
        ask=ask_of(reading),
        quote=f"“{quote.text}” {quote.role}" if quote is not None and quote.consent else None,
        charts=_page_charts(reading, sections),
        footer=_footer(reading),
    )


def compose_tiles(reading: Reading) -> tuple[Tile, ...]:
    """Lift, money and evidence; before the lock, power and evidence."""
    effect, power = reading.effect, reading.result.power
    tiles: list[Tile] = []
    if effect is not None:
        lift = percent(float(effect.lift(effect.estimate)))
        tiles.append(
            Tile(
                f"Improvement in {reading.topic}",
                lift if lift.startswith(("−", "0")) else f"+{lift}",
                lift_span(effect),
                f"{reading.term_label(effect, effect.headline).lower()} after launch; {locks(reading.locks)}"
                f"{_other_lift(reading)}",
            )
        )
    elif not isinstance(power.smallest_visible_lift, Refusal) and reading.result.state == "health":
        expected = expected_range(power)
        tiles.append(
            Tile(
                "Smallest visible change",
                percent(power.smallest_visible_lift),
                f"expected {expected}" if expected else "no expectation declared",
                "seen 8 times in 10; before the lock",
            )
        )
    money_tiles = (_ceiling_tile(reading), _roi_tile(reading), _freed_tile(reading))
    tiles += [tile for tile in money_tiles if tile is not None]
    return (*tiles, _evidence_tile(reading))


def _other_lift(reading: Reading) -> str:
    """Said beside the lift where the money stands on another one."""
    money, carrier, effect = reading.money, reading.result.carrier, reading.effect
    if money is None or carrier is None or effect is None or money.carried_by == LOCKED:
        return ""
    used, shown = (percent(float(e.lift(e.estimate))) for e in (carrier, effect))
    return f"; the money uses the second method's {used}" if used != shown else ""


def _evidence_tile(reading: Reading) -> Tile:
    """The grade with its reasons in short; the whole reasons stand under How we know."""
    grade, verdict = reading.result.evidence.grade, reading.result.verdict
    if reading.blocked and verdict is not None:
        return Tile("Evidence", "Blocked", verdict.rule, "no effect and no money is shown")
    first, *rest = [reason.split(":")[0] for reason in grade.reasons] or ["no reasons recorded"]
    return Tile("Evidence", f"{grade.locks} of 4", first, "; ".join(rest) or "no step lost")


def _ceiling_tile(reading: Reading) -> Tile | None:
    item, ceiling = leading_ceiling(reading) or ("", None)
    if not isinstance(ceiling, Figure) or ceiling.point is None or reading.uncredited:
        return None
    ends = figure_range(ceiling, reading.currency)
    note = f"over {reading.horizon()}; {locks(reading.locks)}"
    if ceiling.point <= 0:
        label = f"Highest price of {lowered(item)} that pays"
        return Tile(label, "none", ends, f"at no cost either would it pay back {note}")
    value = amount(ceiling.point, ceiling.unit, reading.currency)
    return Tile(f"{item} must cost less than", value, ends, f"to pay back {note}")


def _roi_tile(reading: Reading) -> Tile | None:
    """The return; where no verdict stands on it, what it would take to pay back."""
    roi, bcr = reading.figure("roi"), reading.figure("bcr")
    if roi is None or roi.point is None:
        return None
    if reading.uncredited:
        return _break_even_tile(reading)
    note = f"over {months(roi.horizon_months)}"
    if bcr is not None and bcr.point is not None and bcr.point > 0:
        note += f"; {back_per_one(bcr.point, reading.currency)}"
    if is_unusual(roi):
        note += f"; {UNUSUAL}"
    return Tile(
        "ROI", percent(roi.point), figure_range(roi, reading.currency), f"{note}; {locks(reading.locks)}"
    )


def _break_even_tile(reading: Reading) -> Tile | None:
    even = reading.figure("break_even")
    if even is None or even.point is None:
        return None
    ends = figure_range(even, reading.currency)
    return Tile("Pays back from a lift of", percent(even.point), ends, f"over {months(even.horizon_months)}")


def _freed_tile(reading: Reading) -> Tile | None:
    """Where freed time is all there is, it is the figure of the page."""
    freed = reading.money.freed_time if reading.money is not None and not reading.counts_cash else None
    if freed is None or freed.point is None:
        return None
    value = amount(freed.point, freed.unit, reading.currency)
    note = f"over {months(freed.horizon_months)}; in no return; {locks(reading.locks)}"
    return Tile("Freed time, not cash", value, figure_range(freed, reading.currency), note)


def _effect_prints(reading: Reading) -> tuple[str, ...]:
    return (reading.effect.fingerprint,) if reading.effect else (reading.result.fingerprint,)


def _money_prints(reading: Reading) -> tuple[str, ...]:
    return (reading.money.fingerprint,) if reading.money else (reading.result.fingerprint,)


def _money_figures(reading: Reading) -> tuple[str, ...]:
    return tuple(name for name in ("net", "probability") if reading.figure(name)) if reading.money else ()


def _problem(reading: Reading) -> str:
    """The question and where things stood before."""
    panel = reading.panel
    if panel is None or not panel.pre.any() or not panel.in_program.any():
        return reading.result.study.question
    geometric = uses_geometric_mean(panel)
    means = arm_means(panel, reading.sides(panel)[0], geometric)[panel.pre]
    known = means[means == means]
    if not len(known):
        return reading.result.study.question
    kind = "a geometric mean of " if geometric else ""
    level = measure(float(known.mean()), panel.metric.unit_text, reading.currency)
    return f"{reading.result.study.question} Before launch, {reading.topic} was {kind}{level}."


def _program(reading: Reading) -> str:
    """Who, when, at what cost."""
    design, result = reading.result.study.design, reading.result
    start, end = design.follow_up.start_on, design.follow_up.end_on
    several = f" {reading.in_program}" if reading.one_of_several else ""
    text = (
        f"{result.study.program}: {count(result.counts.assigned)} {reading.units}{several}, "
        f"followed from {start:%b %Y} to {end:%b %Y}."
    )
    cost = cost_words(reading)
    return f"{text} Full cost {cost}." if cost else text


def _how_we_know(reading: Reading) -> tuple[Claim, ...]:
    prints = _effect_prints(reading)
    if reading.blocked:
        return (Claim("how-compared", comparison_sentence(reading), prints),)
    sure = dashboard_in_short(reading) or _grade_sentence(reading)
    claims = (
        Claim("how-compared", comparison_sentence(reading), prints),
        Claim("how-sure", sure, prints),
    )
    if reading.money is None or reading.money.carried_by == "locked":
        return claims
    return (*claims, Claim("how-money", carried_sentence(reading), _money_prints(reading)))


def _grade_sentence(reading: Reading) -> str:
    grade = reading.result.evidence.grade
    return sentence(": ".join(filter(None, (locks(grade.locks), "; ".join(grade.reasons)))))


def _case(reading: Reading, which: str) -> Claim:
    """The 10th and 90th percentile of the draws, each with what it takes to get there."""
    net = reading.figure("net") or reading.figure("npv")
    what = "net"
    if net is None and reading.money is not None and not reading.counts_cash:
        net, what = reading.money.freed_time, "freed time worth"
    if net is None or net.low is None or net.high is None:
        return Claim(which, f"{raised(which)}: no money figure.", _money_prints(reading))
    low, high = money(net.low, reading.currency), money(net.high, reading.currency)
    end, rank = (low, "10th") if which == "conservative" else (high, "90th")
    return Claim(
        which,
        f"{raised(which)}: {what} {end}, the {rank} percentile (middle 80% of simulations over "
        f"{months(net.horizon_months)}: {span(low, high)}), {_rationale(reading, which)}.",
        _money_prints(reading),
        (net.name,),
    )


def _rationale(reading: Reading, which: str) -> str:
    """Which ends of the widest inputs lead there: BRF-03 wants the driver named."""
    value = reading.money
    bars = value.tornado[:2] if value else ()
    if not bars:
        end = "low" if which == "conservative" else "high"
        return f"as with the size of the effect near its {end} end"
    priced = {name for rule in reading.result.study.costs for name in rule.amount.names}
    ends = []
    for bar in bars:
        high_is_good = bar.name not in priced and bar.roi_at_high >= bar.roi_at_low
        end = "high" if high_is_good == (which == "bold") else "low"
        name = "the size of the effect" if bar.name == "lift" else lowered(reading.input_name(bar.name))
        ends.append(f"{name} near its {end} end")
    return f"as with {listed(ends)}"


def _assumptions(reading: Reading) -> tuple[str, ...]:
    """The three inputs that move the return most, the effect itself left out."""
    value = reading.money
    names = [b.name for b in value.tornado if b.name != "lift"] if value else []
    found = []
    for name in names[:3]:
        a = reading.assumption(name)
        if a is None:
            continue
        mark = "assumed" if a.assumed else a.source
        ends = "fixed" if a.low == a.high else input_range(reading, name, a.low, a.high)
        found.append(f"{a.words}: {input_value(reading, name, a.mid)} ({ends}); {mark}, {a.owner}")
    return tuple(found)


def constraints(reading: Reading) -> tuple[str, ...]:
    """The two or three caveats that matter, worst first: guardrails, failed checks, power, silences."""
    checks = reading.result.evidence.checks
    breached = [f"Guardrail breached: {sentence(c.text)}" for c in checks if is_breach(c)]
    failed = [sentence(c.text) for c in checks if c.verdict is Verdict.FAIL and not is_breach(c)]
    silent = [sentence(c.text) for c in checks if c.verdict is Verdict.SILENT]
    power = [p for p in (power_sentence(reading.result.power),) if p]
    promised = [*scaled_sentences(reading), *exit_sentences(reading), *reach_sentences(reading)]
    notes = [sentence(n) for n in reading.result.study.notes]
    warned = [*breached, *promised, *failed, *power, *cautions(reading), *notes, *silent]
    found = tuple(dict.fromkeys(warned))[:3]
    return found or ("No check failed; the range beside each figure is the constraint.",)


def is_breach(check: Check) -> bool:
    """Whether what must not suffer suffered more than the plan allows."""
    return check.scope == "guardrail" and check.verdict is Verdict.FAIL


def cautions(reading: Reading) -> list[str]:
    """What finance warns of; an unusually high return is said beside the return itself."""
    warnings = reading.money.warnings if reading.money else ()
    return [sentence(w) for w in warnings]


def _page_charts(reading: Reading, sections: tuple[Section, ...]) -> tuple[str, ...]:
    """One chart of the effect and one of the money, of those there are."""
    there = {chart.id for section in sections for chart in section.charts}
    effect = ["outcome", "methods", "terms", "baseline", "balance"]
    if reading.naive is not None:
        effect.insert(0, "methods")  # the picture of why the dashboard misleads
    bars = next((len(c.table.rows) for s in sections for c in s.charts if c.id == "waterfall"), 0)
    money = ["waterfall", "chance", "payback"] if bars <= MOST_BARS else ["chance", "waterfall", "payback"]
    if positive_ceiling(reading):
        money.insert(0, "ceiling")
    if reading.uncredited:
        money = []  # no picture of a gain that no verdict stands behind
    picked = (next((id_ for id_ in ids if id_ in there), None) for ids in (effect, money))
    return tuple(id_ for id_ in picked if id_ is not None)


def _footer(reading: Reading) -> str:
    result, lock = reading.result, reading.result.study.lock
    plan = f"plan {lock.hash[:12]} locked {lock.on.isoformat()}" if lock else "plan not locked"
    until = f"data to {result.data_on.isoformat()}" if result.data_on else "no data date"
    return f"{result.study.name} · version {result.version} · {plan} · {until}"
