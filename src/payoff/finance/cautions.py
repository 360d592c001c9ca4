"""What a reader must hear before believing the money.

Question  Which of the known ways to overstate a return does this one come near?
Rules     Revenue without margin (FIN-04); a proportional effect set to arithmetic amounts; units that
          some months were not measured for; benefits after the last measured month; one draw in ten
          or more in which the program does harm; costs after the horizon; costs nobody has seen; benefits
          left out because they rest on a metric whose effect is not at hand.
"""

from payoff.finance.ceiling import is_assumed
from payoff.finance.figures import spread
from payoff.finance.money_model import MoneyModel
from payoff.finance.persistence import FIRST_YEAR
from payoff.finance.plausible import check_occupancy
from payoff.finance.simulation import Outcome
from payoff.nouns.effect import Effect
from payoff.nouns.money_plan import Assumption
from payoff.nouns.study import Study
from payoff.nouns.unit import read_unit
from payoff.nouns.wording import count, counted, exact, lowered, percent


def list_cautions(
    study: Study,
    model: MoneyModel,
    effect: Effect,
    assumptions: tuple[Assumption, ...],
    draws: Outcome,
) -> tuple[str, ...]:
    """Sentences for the reader; () when there is nothing to warn of."""
    return (
        *_gross(model),
        *_counted_already(study, model),
        *_proportional(study, effect),
        *_not_measured(study, model),
        *_extrapolated(model, assumptions),
        *_first_year_only(model),
        *_too_early(study, model),
        *_after_the_horizon(model),
        *_volumes(study, model, assumptions),
        *_harm(draws),
        *_assumed_costs(model, assumptions),
        *_left_out(study),
    )


def _gross(model: MoneyModel) -> list[str]:
    names = [rule.label or rule.name for rule in model.benefits if rule.gross]
    return [f"{name}: credits revenue without its margin, so the return is overstated" for name in names]


def _counted_already(study: Study, model: MoneyModel) -> list[str]:
    """The effect on everyone invited holds those who stayed away: their share must not come off again."""
    if study.design.estimand != "assigned":
        return []
    return [
        f"{rule.label or rule.name} multiplies by {name}, but the effect is that on everyone invited, takers "
        "or not: the share is in it already"
        for rule in model.benefits
        for name in ("participation", "adoption")
        if name in rule.formula.names
    ]


def _proportional(study: Study, effect: Effect) -> list[str]:
    """Logs give the change of the geometric mean; the formulas multiply arithmetic amounts by it."""
    if effect.scale != "log":
        return []
    moved = "fell" if effect.better == "lower" else "rose"
    topic = lowered(study.metric(effect.metric).label)
    return [
        f"The proportional change is of the geometric mean: the money assumes every "
        f"{study.design.unit_label}'s {topic} {moved} by the same share"
    ]


def _not_measured(study: Study, model: MoneyModel) -> list[str]:
    """Months whose term was measured for some of the units only."""
    every, said = model.counts.analysed, []
    for term in dict.fromkeys(term for term, _ in model.schedule if term is not None):
        seen = model.counts.units_in(term)
        if seen < every:
            first, last = model.counts.term_months[term]
            months = f"Months {first}–{last} were" if last > first else f"Month {first} was"
            carried_on = any(t == term and since for t, since in model.schedule)
            where = "there and later" if carried_on else "there"
            said.append(
                f"{months} measured for {count(seen)} of {counted(every, study.design.unit_label)}; "
                f"the other {count(every - seen)} count nothing {where}"
            )
    return said


def _extrapolated(model: MoneyModel, assumptions: tuple[Assumption, ...]) -> list[str]:
    after = [month for month, (_, since) in enumerate(model.schedule, start=1) if since]
    if not after:
        return []
    half_life = next((a for a in assumptions if a.name == "half_life"), None)
    how = "carried on unchanged" if half_life is None else f"halved every {exact(half_life.mid)} months"
    return [
        f"The lift was measured up to month {after[0] - 1}; months {after[0]} to {after[-1]} are "
        f"extrapolated, {how}"
    ]


def _first_year_only(model: MoneyModel) -> list[str]:
    """Months after the first year that nobody measured and no evidence covers."""
    dropped = [m for m, (term, _) in enumerate(model.schedule, start=1) if term is None and m > FIRST_YEAR]
    if not dropped:
        return []
    months = f"months {dropped[0]} to {dropped[-1]}" if len(dropped) > 1 else f"month {dropped[0]}"
    return [
        f"Nothing is credited for {months}: a short program's benefit counts for its first year unless it "
        "was measured later or `sustain.beyond_first_year` names the evidence"
    ]


def _after_the_horizon(model: MoneyModel) -> list[str]:
    """Costs that no month of the horizon holds: owed, and easily overlooked in a figure of a year."""
    last = [(rule, rule.last_month(model.horizon)) for rule in model.costs]
    return [
        f"{rule.item} is paid in month {month}, after the horizon of {model.horizon} months: cost, net "
        f"and return count it in full, the cost by year in year {-(-month // 12)}"
        + ("; the first year leaves it out" if month > FIRST_YEAR else "")
        for rule, month in last
        if month > model.horizon
    ]


def _too_early(study: Study, model: MoneyModel) -> list[str]:
    """Benefits whose cycle had not run when they were measured."""
    last = max((end for _, end in model.counts.term_months), default=0)
    topic = lowered(study.metric(study.outcome.primary).label)
    return [
        f"{rule.label or rule.name} counts nothing yet: {topic} was measured up to month {last}, one "
        f"cycle takes {exact(rule.onset_months)} months; too early is not the same as no effect"
        for rule in model.benefits
        if rule.onset_months > last
    ]


def _volumes(study: Study, model: MoneyModel, assumptions: tuple[Assumption, ...]) -> list[str]:
    """Time per case × cases per person and month, against a full-time month."""
    metric = study.metric(study.outcome.primary).unit
    per_month = read_unit(study.design.unit_label) * read_unit("month")
    used = {name for rule in model.benefits for name in rule.formula.names}
    said: list[str | None] = []
    for unit, hours in ((read_unit("min"), 1 / 60), (read_unit("hour"), 1.0)):
        wanted = unit / per_month
        volumes = [a.mid for a in assumptions if a.name in used and metric * a.unit == wanted != metric]
        said += [check_occupancy(model.counts.baseline * volume * hours) for volume in volumes]
    return [caution for caution in said if caution]


def _harm(draws: Outcome) -> list[str]:
    low, high = spread(draws.benefit)
    if not low < 0 < high:
        return []
    share = float((draws.benefit < 0).mean())
    return [f"The draws are wide: in {percent(share)} of simulations the benefit itself is a loss"]


def _assumed_costs(model: MoneyModel, assumptions: tuple[Assumption, ...]) -> list[str]:
    items = [rule.item for rule in model.costs if is_assumed(rule, assumptions)]
    return [f"Assumed, not seen on a document: the cost of {', '.join(items)}"] if items else []


def _left_out(study: Study) -> list[str]:
    rules = [b for b in study.benefits if b.metric != study.outcome.primary]
    return [
        f"{rule.label or rule.name} is left out: it rests on {rule.metric}, not on the primary metric"
        for rule in rules
    ]
