"""Is the ledger in the cost picture, whole and once?

Question  What is booked, which of it is in the study's cost lines, and what is in none?
Identity  In lines + the share left to others + in no line = booked, to the cent.
Weak      Bookings in no line, accounts of which lines take more than all, other currencies in accounts used.
Proof     tests/run/test_run_ledger.py: a ledger worked by hand.
"""

from collections import defaultdict
from dataclasses import dataclass

import pyarrow as pa

from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.query import Query
from payoff.nouns.study import Study
from payoff.nouns.wording import listed

Line = tuple[str, str]  # account, one_time or recurring


@dataclass(frozen=True, slots=True)
class LedgerTotal:
    """Cents of one currency. loose: cents by account in no line. over: accounts taken more than once."""

    booked: int
    in_lines: int
    to_others: int
    loose: dict[str, int]
    over: tuple[str, ...]
    abroad: tuple[str, ...]
    months: tuple[str, str]


def plan_ledgers(study: Study) -> tuple[Query, ...]:
    """Queries "ledger:<source>": what is booked by account, kind, currency and month."""
    names = dict.fromkeys(rule.booked.source for rule in study.costs if rule.booked is not None)
    return tuple(Query(f"ledger:{name}", _sql(name), (name,)) for name in names)


def _sql(source: str) -> str:
    return (
        "select account, one_time_or_recurring as kind, currency, "
        "cast(date_trunc('month', period) as date) as month, "
        f'cast(sum(cast(amount as decimal(18, 2))) as double) as amount from "{source}" '
        "group by account, kind, currency, month order by account, kind, currency, month"
    )


def describe_ledgers(study: Study, tables: dict[str, pa.Table]) -> tuple[Check, ...]:
    """One check a ledger that cost lines are drawn from."""
    return tuple(
        _describe(study, query.sources[0], add_up(study, query.sources[0], tables[query.name]))
        for query in plan_ledgers(study)
    )


def add_up(study: Study, source: str, rows: pa.Table) -> LedgerTotal:
    """rows: the answer of the source's query."""
    taken: dict[Line, float] = defaultdict(float)
    for booked in (rule.booked for rule in study.costs if rule.booked is not None):
        if booked.source == source:
            for account in booked.accounts:
                taken[account, booked.kind] += booked.share
    total = in_lines = shared = 0
    loose: dict[str, int] = defaultdict(int)
    abroad = set()
    for row in rows.to_pylist():
        line = (row["account"], row["kind"])
        if row["currency"] != study.currency:
            abroad.add(f"{row['account']} ({row['currency']})")
            continue
        cents = round((row["amount"] or 0.0) * 100)
        total += cents
        if line not in taken:
            loose[row["account"]] += cents
            continue
        ours = round(cents * taken[line])
        in_lines, shared = in_lines + ours, shared + cents - ours
    months = sorted(str(row["month"])[:7] for row in rows.to_pylist() if row["month"] is not None)
    over = tuple(sorted({account for (account, _), share in taken.items() if share > 1 + 1e-9}))
    span = (months[0], months[-1]) if months else ("", "")
    return LedgerTotal(total, in_lines, shared, dict(loose), over, tuple(sorted(abroad)), span)


def _describe(study: Study, source: str, found: LedgerTotal) -> Check:
    text = (
        f"{source}: {_money(found.booked)} {study.currency} booked, {found.months[0]} to {found.months[1]}; "
        f"{_money(found.in_lines)} is in cost lines, {_money(found.to_others)} is the share of others, "
        f"{_money(sum(found.loose.values()))} is in no line"
    )
    if found.loose:
        text += f" (account {listed([f'{a}: {_money(cents)}' for a, cents in sorted(found.loose.items())])})"
    text += "."
    if found.over:
        text += f" More than all is taken of account {listed(list(found.over))}."
    if found.abroad:
        text += f" In other currencies, and not added: {listed(list(found.abroad))}."
    weak = found.loose or found.over or found.abroad
    return Check("ledger", "data", Verdict.FAIL if weak else Verdict.PASS, text)


def _money(cents: int) -> str:
    return f"{cents / 100:,.2f}"
