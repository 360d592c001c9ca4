"""When does each booking of a cost line fall, counted from launch?

Month     Calendar months between that of the first launch, which is 0, and the one a booking is dated in; a
          study without launches counts from the first day of its follow-up.
Identity  The months of a line add up to what is booked for it, to the cent; credits are negative.
Undated   A line whose bookings cancel out to nothing keeps the calendar of its kind.
Proof     tests/run/test_run_ledger.py: by hand
"""

import datetime as dt
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pyarrow as pa

from payoff.nouns.cohort import Cohort
from payoff.nouns.money_plan import Booked, CostRule
from payoff.nouns.study import Study


def date_bookings(study: Study, cohort: Cohort, tables: dict[str, pa.Table]) -> Study:
    """The study with the months of every line that is drawn from a ledger.

    tables: the answers of `plan_ledgers`, by query.
    """
    if all(rule.booked is None for rule in study.costs):
        return study
    launch = _launch_month(study, cohort)
    costs = []
    for rule in study.costs:
        if rule.booked is not None:
            rule = _date(rule, rule.booked, tables[f"ledger:{rule.booked.source}"], launch)
        costs.append(rule)
    return replace(study, costs=tuple(costs))


def _launch_month(study: Study, cohort: Cohort) -> int:
    days = cohort.launch_on.astype("datetime64[D]")
    days = days[~np.isnat(days)]
    return _month(days.min().astype(object) if days.size else study.design.follow_up.start_on)


def _month(day: dt.date) -> int:
    return 12 * day.year + day.month


def _date(rule: CostRule, booked: Booked, rows: pa.Table, launch: int) -> CostRule:
    cents: dict[int, int] = defaultdict(int)
    for row in rows.to_pylist():
        if row["account"] in booked.accounts and row["kind"] == booked.kind:
            cents[_month(row["month"]) - launch] += round((row["amount"] or 0.0) * 100)
    paid = tuple(sorted((month, amount) for month, amount in cents.items() if amount))
    if not sum(amount for _, amount in paid):
        return rule
    return replace(rule, month=paid[0][0], booked=replace(booked, cents=paid))
