"""Other currencies, other prices, what keeps a lift alive, what moves together, what has no price.

Question  Is every amount converted at a stated rate, and does every refresher cost something?
"""

from collections.abc import Iterator

from payoff.nouns.problem import Problem
from payoff.study.codes import build_problem
from payoff.study.currency import CURRENCIES, FREQUENT
from payoff.study.overlaps import check_overlaps
from payoff.study.structure import Draft
from payoff.study.suggest import nearest, suggestion


def check_money_terms(draft: Draft) -> Iterator[Problem]:
    """Problems of exchange, price index, sustain and correlations, and money counted twice."""
    yield from _check_exchange(draft)
    yield from _check_costs_abroad(draft)
    yield from _check_prices(draft)
    yield from _check_sustain(draft)
    yield from _check_correlations(draft)
    yield from check_overlaps(draft)


def rate_name(currency: str, other: str) -> str:
    """What a rate is called in formulas: `USD_per_EUR`."""
    return f"{currency}_per_{other}"


def _check_exchange(draft: Draft) -> Iterator[Problem]:
    for code, part in draft.doc.exchange.items():
        place = draft.tree.key_place("exchange", code)
        if code not in CURRENCIES:
            yield build_problem("P115", f"exchange.{code[:20]} is no currency", _near_currency(code), place)
        elif code == draft.doc.currency:
            what = f"exchange.{code} is the study's own currency"
            yield build_problem("P613", what, "delete it", place)
        ends = [n for n in (part.low, part.mid, part.high) if n is not None]
        if (part.rate is not None) == bool(ends) or (ends and len(ends) < 3):
            yield build_problem("P604", f"exchange.{code[:20]}", "give rate; or low, mid and high", place)
            continue
        rates = [part.rate] if part.rate is not None else ends
        if any(rate <= 0 for rate in rates) or rates != sorted(rates):
            what = f"exchange.{code[:20]}: {', '.join(f'{rate:g}' for rate in rates)}"
            fix = f"what one {code[:20]} is worth in {draft.doc.currency}, above 0, low first"
            yield build_problem("P613", what, fix, place)


def _near_currency(code: str) -> str:
    near = nearest(code.upper(), (*FREQUENT, *sorted(CURRENCIES)))
    return f"did you mean {near}?" if near else "write the ISO 4217 code, such as EUR"


def _check_costs_abroad(draft: Draft) -> Iterator[Problem]:
    for position, cost in enumerate(draft.doc.costs):
        paid_in = cost.currency
        if paid_in is not None and paid_in not in CURRENCIES:
            what, place = f"{paid_in[:20]} is no currency", draft.place("costs", position, "currency")
            yield build_problem("P115", f"{cost.item[:40]}: {what}", _near_currency(paid_in), place)
        elif paid_in is not None and paid_in not in draft.doc.exchange:
            what = f"{cost.item[:40]} is paid in {paid_in[:20]}, for which there is no rate"
            fix = f"add exchange: {{{paid_in[:20]}: {{rate: …, on: …, source: …, owner: …}}}}"
            if paid_in == draft.doc.currency:
                fix = "delete currency: it is the study's own"
            yield build_problem("P613", what, fix, draft.place("costs", position, "currency"))
        if cost.every_months is not None and cost.kind != "one_time":
            what = f"{cost.item[:40]} runs over the horizon; every_months repeats one-time lines"
            place = draft.place("costs", position, "every_months")
            yield build_problem("P113", what, "kind: one_time, or delete every_months", place)


def _check_prices(draft: Draft) -> Iterator[Problem]:
    own = draft.doc.price_base
    for name, part in draft.doc.assumptions.items():
        if part.price_base is None or part.price_base == own:
            continue
        place = draft.place("assumptions", name, "price_base")
        if part.sql is not None:
            what = f"{name} is measured in {part.price_base[:40]}"
            yield build_problem("P612", what, "convert it in its sql", place)
        elif part.price_base not in draft.doc.price_index:
            what = f"{name} is in {part.price_base[:40]}, the study in {(own or 'current prices')[:40]}"
            fix = f'add price_index: {{"{part.price_base[:40]}": {{factor: …, source: …}}}}'
            yield build_problem("P612", what, fix, place)
    for base, index in draft.doc.price_index.items():
        if index.factor <= 0:
            what, place = f"factor {index.factor:g}", draft.place("price_index", base, "factor")
            yield build_problem("P612", what, "the index now ÷ the index then, above 0", place)


def _check_sustain(draft: Draft) -> Iterator[Problem]:
    sustain, horizon = draft.doc.sustain, draft.doc.horizon_months
    if sustain is None:
        return
    for position, refresh in enumerate(sustain.refresh):
        path = ("sustain", "refresh", position)
        if horizon is not None and refresh.month >= horizon:
            what = f"a refresher in month {refresh.month} of {horizon} brings nothing and costs"
            yield build_problem("P615", what, f"before month {horizon}", draft.place(*path, "month"))
    if sustain.refresh and "half_life" not in draft.tree.names("assumptions"):
        what = "refreshers restore a lift that never fades"
        fix = "add the assumption half_life, in months"
        yield build_problem("P615", what, fix, draft.tree.key_place("sustain"))


def _check_correlations(draft: Draft) -> Iterator[Problem]:
    known = draft.tree.names("assumptions")
    seen: set[frozenset[str]] = set()
    for position, part in enumerate(draft.doc.correlations):
        place = draft.place("correlations", position)
        for name in part.between:
            if name not in known:
                yield build_problem("P614", f"{name} is no assumption", suggestion(name, list(known)), place)
        if len(set(part.between)) < 2 or frozenset(part.between) in seen:
            yield build_problem("P614", "a pair twice, or one with itself", "name each pair once", place)
        seen.add(frozenset(part.between))
        if not -1 < part.rho < 1:
            yield build_problem("P614", f"rho is {part.rho:g}", "between -1 and 1, ends excluded", place)
