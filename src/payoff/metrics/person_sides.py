"""What else is known of each person and period: what they did with the program, where they stood, how rated.

Question  Which queries give exposure, HR facts and scores, one row per person and period each?
Exposure  Statements of what people did themselves; a nudge sent or a prompt shown is done to them.
HR        As of the person's last day in the period: a move in mid-period shows the later team, and
          `teams_in_period` says 2. `tenure_days` since the first stay on record.
Scores    Points and how many, so that a mean over people is a sum over a sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from payoff.nouns.arrays import Dates
from payoff.nouns.query import Query
from payoff.nouns.source_file import SourceFile
from payoff.nouns.study import Study

_FACTS = ("team_id", "team", "department", "location", "job_title", "manager_id")
_PASSIVE = "('nudge sent', 'prompt shown')"


@dataclass(frozen=True, slots=True)
class SidePlan:
    """counts: columns that are 0 where nothing happened within the rows' reach; they add up over time."""

    name: str
    query: Query
    counts: tuple[str, ...] = ()


def plan_sides(
    study: Study, sources: Sequence[SourceFile], kinds: Mapping[str, str], periods: Dates
) -> tuple[SidePlan, ...]:
    """A side for each source of statements, people or ratings, named after it. kinds: of each source."""
    columns = {file.source: set(file.columns) for file in sources}
    plans = []
    for source in study.sources:
        kind = kinds.get(source.name, "")
        have = columns.get(source.name, set())
        if kind == "statements" and {"person", "timestamp", "touchpoint"} <= have:
            plans.append(_plan_exposure(study, source.name, have))
        elif kind == "people" and {"person_id", "hired_on"} <= have:
            plans.append(_plan_people(study, source.name, have, periods))
        elif kind == "ratings" and {"person_id", "rated_on", "score"} <= have:
            plans.append(_plan_ratings(study, source.name))
    return tuple(plans)


def _plan_exposure(study: Study, source: str, have: set[str]) -> SidePlan:
    minutes = ", sum(duration_seconds) / 60 as minutes" if "duration_seconds" in have else ""
    sql = (
        f"select person as unit, {_first_day(study, 'timestamp')} as period, count(*) as touchpoints, "
        'count(distinct cast("timestamp" as date)) as active_days, '
        f"count(*) filter (where touchpoint = 'completion') as completions{minutes} "
        f"from \"{source}\" where person is not null and coalesce(touchpoint, '') not in {_PASSIVE} "
        "group by 1, 2"
    )
    counts = ("touchpoints", "active_days", "completions")
    return SidePlan(source, Query(f"side:{source}", sql, (source,)), counts)


def _plan_people(study: Study, source: str, have: set[str], periods: Dates) -> SidePlan:
    facts = [name for name in _FACTS if name in have]
    team = next((name for name in ("team_id", "team", "department") if name in have), "person_id")
    ends = [*(str(day) for day in periods[1:]), str(periods[-1] + _length(study.design.period))]
    rows = ", ".join(f"(date '{start}', date '{end}')" for start, end in zip(periods, ends, strict=True))
    gone = "left_on" if "left_on" in have else "null::date"
    told = "".join(f', "{name}"' for name in facts)
    sql = (
        f"select person_id as unit, period{told}, teams_in_period, tenure_days from ("
        f"select person_id, starts_on as period{told}, "
        "row_number() over (partition by person_id, starts_on order by hired_on desc, _row desc) as place, "
        f'count(distinct "{team}") over (partition by person_id, starts_on) as teams_in_period, '
        "date_diff('day', first_on, least(gone_on, ends_before - 1)) as tenure_days "
        f"from (select *, coalesce({gone}, date '9999-12-31') as gone_on, "
        f'min(hired_on) over (partition by person_id) as first_on from "{source}") as stays '
        f"join (values {rows}) as p(starts_on, ends_before) "
        "on hired_on < ends_before and gone_on >= starts_on"
        ") as there where place = 1"
    )
    return SidePlan(source, Query(f"side:{source}", sql, (source,)))


def _plan_ratings(study: Study, source: str) -> SidePlan:
    sql = (
        f"select person_id as unit, {_first_day(study, 'rated_on')} as period, "
        f'sum(score) as points, count(score) as n_scores from "{source}" where score is not null '
        "group by 1, 2"
    )
    return SidePlan(source, Query(f"side:{source}", sql, (source,)))


def _first_day(study: Study, column: str) -> str:
    return f"cast(date_trunc('{study.design.period}', cast(\"{column}\" as timestamp)) as date)"


def _length(period: str) -> int:
    """Days that the last period certainly has; who was there then was there in it."""
    return {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}[period]
