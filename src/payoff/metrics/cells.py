"""The rows of one metric's query as cells: whose, when, how much.

Calendar  Where the periods begin with the calendar's, every period from the first of the baseline to
          the last of follow-up, those between the windows, those nobody has and those still to come
          included: periods since launch are then counted in time, not in rows, and a plan can be
          weighed before launch. Other periods (a plan year from August) are the ones found.

Refuses   A missing column, a value or weight that is no number, an unreadable or blank period, an
          infinite value, a negative weight, two periods that fall into one, two rows for one cell.
Counts    Rows of people outside the cohort, rows outside both windows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from payoff.metrics.calendar import list_periods, split_windows, truncate
from payoff.metrics.columns import encode_keys, read_dates, read_numbers, say_dates
from payoff.metrics.complaint import MAX_KEYS, complain
from payoff.nouns.arrays import Bools, Dates, Floats, Ints
from payoff.nouns.cohort import Cohort
from payoff.nouns.metric import Metric
from payoff.nouns.study import Design
from payoff.nouns.wording import plural

_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
_PERIOD_NAMES = ("period", "day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Cells:
    """unit, period, value, weight: (n_rows,), unit and period as indices; at most one row per cell.

    value NaN where null; weight NaN where null, 1 where the metric has none.
    periods, pre, post: (n_periods,). covered: (n_periods,) in a window and within the reach of the
    data, so that absence can mean zero. n_strangers: rows of nobody in the cohort; n_outside: rows of
    the cohort outside both windows.
    """

    unit: Ints
    period: Ints
    value: Floats
    weight: Floats
    periods: Dates
    pre: Bools
    post: Bools
    covered: Bools
    n_strangers: int
    n_outside: int


def read_cells(metric: Metric, design: Design, cohort: Cohort, table: pa.Table) -> Cells:
    """Cells of the cohort's units within the windows. Raises PayoffError (exit code 4)."""
    names = _find_columns(metric, design, table)
    unit = encode_keys(table[names["unit"]], pa.array(cohort.unit, pa.string()))
    dates, wrong = read_dates(table[names["period"]])
    value = _read_number(metric, table, names["value"])
    weight = _read_number(metric, table, names["weight"]) if "weight" in names else np.ones(unit.size)
    ours = unit >= 0
    blank = (wrong | np.isnat(dates)) & ours
    _check_dates(metric, cohort, unit, blank, table[names["period"]], names["period"])
    periods, covered = _find_periods(metric, design, dates[ours], dates[~np.isnat(dates)])
    pre, post = split_windows(periods, design)
    used = ours & np.isin(dates, periods[pre | post])
    unit, value, weight = unit[used], value[used], weight[used]
    period = np.searchsorted(periods, dates[used])
    _check_finite(metric, cohort, periods, unit, period, value, weight)
    _check_single(metric, cohort, periods, unit, period)
    n_ours = int(ours.sum())
    n_strangers, n_outside = ours.size - n_ours, n_ours - unit.size
    return Cells(unit, period, value, weight, periods, pre, post, covered, n_strangers, n_outside)


def _find_columns(metric: Metric, design: Design, table: pa.Table) -> dict[str, str]:
    """Column of each role, whatever its capitals."""
    there = {name.lower(): name for name in table.column_names}
    period = next((there[n] for n in ("period", design.period, *_PERIOD_NAMES) if n in there), None)
    roles = {"unit": there.get(design.unit.lower()), "period": period, "value": there.get("value")}
    missing = [role for role, column in roles.items() if column is None]
    if missing:
        wanted = {"unit": design.unit, "period": f"period (or {design.period})", "value": "value"}
        raise complain(
            "D301",
            f"metric {metric.name}: its query returns no column {', '.join(wanted[m] for m in missing)}",
            "a metric needs to say whose value it is, of which period, and how much",
            f"name the columns with `as`; returned: {', '.join(table.column_names)}",
        )
    found = {role: column for role, column in roles.items() if column is not None}
    return {**found, "weight": there["weight"]} if "weight" in there else found


def _read_number(metric: Metric, table: pa.Table, column: str) -> Floats:
    numbers = read_numbers(table[column])
    if numbers is None:
        some = table[column].drop_null().slice(0, 3).to_pylist()
        raise complain(
            "D305",
            f"metric {metric.name}: {column} is not a number but {table.schema.field(column).type}",
            "text cannot be compared or added up",
            f"cast it in the metric's SQL{_decimal_comma(some)}; the first are {', '.join(map(repr, some))}",
        )
    return numbers


def _decimal_comma(some: Sequence[object]) -> str:
    """How to read '11,34' as a number, where that is what stands there."""
    commas = some and all(isinstance(text, str) and _DECIMAL_COMMA.fullmatch(text.strip()) for text in some)
    return ": replace(x, ',', '.')::double" if commas else ""


def _check_dates(
    metric: Metric, cohort: Cohort, unit: Ints, wrong: Bools, column: pa.ChunkedArray, name: str
) -> None:
    if wrong.any():
        rows = np.flatnonzero(wrong)
        raise complain(
            "D303",
            f"metric {metric.name}: {rows.size:,} rows have no period, or one that is not a date",
            "nobody could say whether they lie before or after launch",
            say_dates(column, wrong, name) + "leave blanks out openly",
            [cohort.unit[n] for n in unit[rows[:MAX_KEYS]]],
        )


def _find_periods(metric: Metric, design: Design, ours: Dates, every: Dates) -> tuple[Dates, Bools]:
    """(periods, covered), each (n_periods,). ours, every: periods of the cohort's rows, of all rows.

    Periods need not begin where the calendar's do, but two of them cannot share one calendar period:
    then the query forgot to truncate.
    """
    found = np.unique(ours)
    found = found[np.logical_or(*split_windows(found, design))]
    calendar = truncate(found, design.period, design.calendar)
    if np.unique(calendar).size < found.size:
        clash = found[1:][calendar[1:] == calendar[:-1]][0]
        raise complain(
            "D304",
            f"metric {metric.name}: two of its periods lie in one {design.period}, the second is {clash}",
            f"the study compares {plural(design.period)}, and one of them would count twice",
            f"group by date_trunc('{design.period}', …), or change design.period",
        )
    if not np.array_equal(calendar, found):
        return found, np.ones(found.size, dtype=bool)
    return _list_calendar(design, truncate(every, design.period, design.calendar))


def _list_calendar(design: Design, every: Dates) -> tuple[Dates, Bools]:
    """Every period from the first of the baseline to the last of follow-up, come or still to come."""
    arrived = every[np.logical_or(*split_windows(every, design))]
    if not arrived.size:
        return arrived, np.zeros(0, dtype=bool)
    first, last = np.datetime64(design.baseline.start_on, "D"), np.datetime64(design.follow_up.end_on, "D")
    periods = list_periods(first, last, design.period, design.calendar)
    covered: Bools = np.logical_or(*split_windows(periods, design))
    return periods, covered & (periods >= every.min()) & (periods <= arrived.max())


def _check_finite(
    metric: Metric,
    cohort: Cohort,
    periods: Dates,
    unit: Ints,
    period: Ints,
    value: Floats,
    weight: Floats,
) -> None:
    bad = np.isinf(value) | np.isinf(weight) | (weight < 0)
    if bad.any():
        raise complain(
            "D305",
            f"metric {metric.name}: {int(bad.sum()):,} values are infinite or weights negative or infinite",
            "one such value decides every average",
            "look for a division by zero: write value / nullif(count, 0)",
            _name_cells(cohort, periods, unit[bad], period[bad]),
        )


def _check_single(metric: Metric, cohort: Cohort, periods: Dates, unit: Ints, period: Ints) -> None:
    cell = unit * periods.size + period
    repeated = np.flatnonzero(np.bincount(cell, minlength=0) > 1)
    if repeated.size:
        raise complain(
            "D302",
            f"metric {metric.name}: {repeated.size:,} units have more than one row for a period",
            "the same work would be counted twice, or one value would win by chance",
            "group by unit and period in the metric's SQL",
            _name_cells(cohort, periods, repeated // periods.size, repeated % periods.size),
        )


def _name_cells(cohort: Cohort, periods: Dates, unit: Ints, period: Ints) -> list[str]:
    pairs = zip(unit[:MAX_KEYS], period[:MAX_KEYS], strict=True)
    return [f"{cohort.unit[u]}, {periods[p]}" for u, p in pairs]
