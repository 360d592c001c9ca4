"""One row per team and period, from people: for readers who may not see single persons.

Question  What did the people of each team do and reach in each period, and how many of them are known?
Identity  `<column>_sum` adds up the people with a value, `<column>_people` counts them: means of teams
          together are sums over sums.
Refuses   A team that has fewer people than `min_cell` in any of its periods is left out in all of them: one
          small week, or the difference of two, could otherwise be told apart.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True)
class TeamPeriod:
    """n_withheld: teams left out as too small. n_nowhere: rows of people in no team."""

    table: pa.Table
    n_withheld: int
    n_nowhere: int


def group_people(people: pa.Table, team: str, min_cell: int) -> TeamPeriod:
    """people: `unit`, `period`, the column `team` and what is known; text columns are left out."""
    placed = people.filter(pc.is_valid(people[team]))
    keys = ("unit", "period", team)
    measured = [f.name for f in people.schema if _is_amount(f.type) and f.name not in keys]
    as_numbers = placed.select(list(keys))
    for name in measured:
        as_numbers = as_numbers.append_column(name, placed[name].cast(pa.float64()))
    asked = [("unit", "count_distinct"), *((name, how) for name in measured for how in ("sum", "count"))]
    groups = as_numbers.group_by([team, "period"]).aggregate(asked)
    smallest = groups.group_by(team).aggregate([("unit_count_distinct", "min")])
    small = smallest.filter(pc.less(smallest["unit_count_distinct_min"], min_cell))[team]
    kept = groups.filter(pc.invert(pc.is_in(groups[team], value_set=small.combine_chunks())))
    kept = kept.sort_by([(team, "ascending"), ("period", "ascending")])
    columns = {"team": kept[team], "period": kept["period"], "people": kept["unit_count_distinct"]}
    for name in measured:
        columns |= {f"{name}_sum": kept[f"{name}_sum"], f"{name}_people": kept[f"{name}_count"]}
    return TeamPeriod(pa.table(columns), len(small), people.num_rows - placed.num_rows)


def _is_amount(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
