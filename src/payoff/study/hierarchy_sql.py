"""Which unit of a level each unit belonged to, and from when until when.

Question  To which region did this team belong on that day, through whatever stands between?
Method    One step up at a time, each pair for the days on which both steps held; MOST_STEPS steps, written
          out, so that an engine without recursive queries gives the same answer.
Twice     Two places at once are none: those days are left out, so that nothing is counted twice.
Ends      A blank from_on is always, a blank until_on is still.
Proof     tests/study/test_study_hierarchy_sql.py, by hand
"""

from collections.abc import Mapping

from payoff.nouns.sql_quoting import literal

MOST_STEPS = 6
ABOVE = "above on above.below = cast(event.unit as varchar)"
_CLASH = (
    "coalesce(max(until_on) over (partition by below order by from_on, until_on "
    "rows between unbounded preceding and 1 preceding) >= from_on, false) or "
    "coalesce(min(from_on) over (partition by below order by from_on, until_on "
    "rows between 1 following and unbounded following) <= until_on, false)"
)


def write_levels(source: str, columns: Mapping[str, str], level: str) -> list[str]:
    """CTEs that end in `above`: below, unit, from_on, until_on; a unit of the level belongs to itself."""
    ids = [f"cast({columns[name]} as varchar) as {name}" for name in ("unit_id", "level", "parent_id")]
    ends = f"coalesce(cast({columns['from_on']} as date), date '0001-01-01') as from_on, "
    ends += f"coalesce(cast({columns['until_on']} as date), date '9999-12-31') as until_on"
    steps = [
        f'places as (select {", ".join(ids)}, {ends} from "{source}")',
        "step_0 as (select unit_id as below, unit_id, level, parent_id, from_on, until_on from places)",
    ]
    steps += [
        f"step_{n} as (select child.below, parent.unit_id, parent.level, parent.parent_id, "
        "greatest(child.from_on, parent.from_on) as from_on, "
        "least(child.until_on, parent.until_on) as until_on "
        f"from step_{n - 1} as child join places as parent on parent.unit_id = child.parent_id "
        "and parent.from_on <= child.until_on and parent.until_on >= child.from_on)"
        for n in range(1, MOST_STEPS + 1)
    ]
    found = " union all ".join(
        f"select below, unit_id, from_on, until_on from step_{n} where level = {literal(level)}"
        for n in range(MOST_STEPS + 1)
    )
    above = (
        "above as (select below, unit_id as unit, from_on, until_on from ("
        f"select below, unit_id, from_on, until_on, {_CLASH} as clash from ({found}) as reached"
        ") as told where not clash)"
    )
    return [*steps, above]
