"""Every definition a second time, by hand and by another way: (team, period, numerator, denominator).

Written against the raw tables. `loc(t)` is the time in Berlin, `b(d)` the period's first day, `ends(b(d))` the
first day after it, all macros of the test; `days` has one row per day. Where the catalogue joins intervals, a
twin counts days; where the catalogue sums cases, a twin counts distinct keys or uses FILTER.
"""
# ruff: noqa: E501

_STAY_DAYS = """
stay_days as (
  select p.team, p.person_id, d.day from people p join days d
    on d.day between p.hired_on and coalesce(p.left_on, date '2099-01-01')
  where (select max(x.day) from days x where b(x.day) = b(d.day)) <= p.known_until
    and ends(b(d.day)) - 1 <= p.known_until
)
"""
_LEFT = """
with {days}, heads as (
  select team, period, n / (ends(period)::date - period) as heads
  from (select team, b(day) as period, count(*) as n from stay_days group by all)
), gone as (
  select team, b(left_on) as period, count(*) as n from people
  where voluntary and ends(b(left_on)) - 1 <= known_until group by all
)
select coalesce(h.team, g.team), coalesce(h.period, g.period), {times}, coalesce(heads, 0)
from heads h full join gone g on h.team is not distinct from g.team and h.period = g.period
where coalesce(h.period, g.period) between b(date '2025-12-01') and date '2026-03-31'
"""
_ACTS = "(touchpoint is null or (touchpoint != 'nudge sent' and touchpoint != 'prompt shown'))"


def _completed(basis: str) -> str:
    return f"""
select team, b(loc({basis})::date),
       count(*) filter (loc(completed_at)::date < loc({basis})::date + 31), count(*)
from completions where loc({basis})::date + 30 <= known_until group by all
"""


def _per_active(what: str) -> str:
    return f"""
select team, b(loc("timestamp")::date), count(*) filter (touchpoint = '{what}'), count(distinct person)
from statements where {_ACTS} group by all
"""


def _volume(what: str) -> str:
    return f"""
select team, b(loc("timestamp")::date), count(*), null from statements
where touchpoint = '{what}' group by all
"""


def _share(table: str, day: str, flag: str, where: str = "true") -> str:
    return f"select team, b({day}), count_if({flag}), count({flag}) from {table} where {where} group by all having count({flag}) > 0"


_HELD = """
tries as (
  select person, "timestamp" as t, score_scaled as s from statements
  where touchpoint = 'assessment' and score_scaled is not null
), got as (
  select person, min(loc(t)::date) as on_day from tries a
  where s >= 0.8 and not exists (select 1 from tries l where l.person = a.person and l.t >= a.t and l.s < 0.8)
  group by person
)
"""

TWINS = {
    "reach": f"""
with {_STAY_DAYS}, there as (select distinct team, b(day) as period, person_id as person from stay_days),
active as (select distinct team, b(loc("timestamp")::date) as period, person from statements where {_ACTS})
select team, period, count(*) filter ((team, period, person) in (select (team, period, person) from active)), count(*)
from there group by all
""",
    "repeat_visits": f"""
with twice as (
  select distinct a.team, b(loc(a."timestamp")::date) as period, a.person from statements a join statements o
    on a.person = o.person and a.team is not distinct from o.team
   and b(loc(a."timestamp")::date) = b(loc(o."timestamp")::date)
   and loc(a."timestamp")::date != loc(o."timestamp")::date
  where {_ACTS.replace("touchpoint", "a.touchpoint")} and {_ACTS.replace("touchpoint", "o.touchpoint")}
)
select s.team, b(loc("timestamp")::date) as period,
       count(distinct s.person) filter (exists (select 1 from twice t where t.person = s.person
         and t.team = s.team and t.period = b(loc(s."timestamp")::date))), count(distinct s.person)
from statements s where {_ACTS} group by all
""",
    "session_depth": f"""
with firsts as (
  select team, person, session_id, b(min(loc("timestamp"))::date) as period from statements
  where session_id is not null and {_ACTS} group by all
)
select team, period, (
  select count(*) from statements s join firsts f using (team, person, session_id)
  where {_ACTS} and f.team = o.team and f.period = o.period
), count(*) from firsts o group by all
""",
    "assessment_attempts": _per_active("assessment"),
    "practice_frequency": _per_active("practice done"),
    "revisit_rate": """
select team, b(loc("timestamp")::date) as period,
       count(distinct (person, activity_id)) filter (exists (
         select 1 from statements c where c.person = o.person and c.activity_id = o.activity_id
         and c.touchpoint = 'completion' and c."timestamp" < o."timestamp")),
       count(distinct (person, activity_id))
from statements o where touchpoint = 'launch' group by all
""",
    "nudge_response_rate": """
with sent as (select * from statements where touchpoint = 'nudge sent'),
acts as (select * from statements where touchpoint = 'nudge acted'),
pairs as (
  select a.refers_to as id, a."timestamp" as t from acts a where a.refers_to is not null
  union all
  select arg_max(s.statement_id, (s."timestamp", s.statement_id)), any_value(a."timestamp") from acts a join sent s
    on s.person = a.person and s.activity_id = a.activity_id and s."timestamp" <= a."timestamp"
  where a.refers_to is null group by a.statement_id
)
select team, b(loc("timestamp")::date), count(*) filter (exists (
  select 1 from pairs p where p.id = statement_id and p.t between "timestamp" and "timestamp" + interval 7 day)),
  count(*)
from sent where "timestamp" <= (select max("timestamp") - interval 7 day from statements) group by all
""",
    "nudge_response_rate_exported": """
with local as (select team, loc(sent_at) as s, loc(acted_at) as a, known_until as k from nudges)
select team, b(s::date), count(*) filter (a between s and s + interval 7 day), count(*)
from local where k - s::date > 6 group by all
""",
    "content_views": _volume("launch"),
    "job_aid_views": _volume("job aid viewed"),
    "completion_rate_assigned": _completed("assigned_at"),
    "completion_rate_enrolled": _completed("enrolled_at"),
    "completion_rate_started": _completed("started_at"),
    "completion_velocity": """
with done as (
  select team, loc(started_at)::date as s, loc(completed_at)::date as c from completions
)
select team, b(c), sum(len(range(s::timestamp, c::timestamp, interval 1 day))), count(*)
from done where c >= s group by all
""",
    "pathway_completion": """
with begun as (
  select team, person_id, pathway, min(loc(started_at)::date) as on_day from completions join pathways using (course)
  group by all having on_day is not null
), ends_of as (select distinct b(day) as period, ends(b(day)) as after from days)
select team, period, count(*) filter (not exists (
    select 1 from pathways n where n.pathway = g.pathway and not exists (
      select 1 from completions c where c.person_id = g.person_id and c.course = n.course
      and loc(c.completed_at)::date < after))), count(*)
from begun g join ends_of on on_day < after where after - 1 <= date '2026-03-31' group by all
""",
    "assessment_score": """
select team, b(loc("timestamp")::date), sum(score_scaled), count(score_scaled) from statements
where touchpoint = 'assessment' group by all having count(score_scaled) > 0
""",
    "pass_rate": _share("statements", 'loc("timestamp")::date', "success", "touchpoint = 'assessment'"),
    "scenario_accuracy": _share(
        "statements", 'loc("timestamp")::date', "success",
        "touchpoint = 'practice done' or touchpoint = 'prompt answered'",
    ),
    "critical_task_time": """
select team, b(loc("timestamp")::date), sum(duration_seconds / 60), count(duration_seconds) from statements
where touchpoint = 'application' group by all having count(duration_seconds) > 0
""",
    "time_to_competency": f"""
with {_HELD}, at_risk as (
  select team, b(d.day) as period, count(*) as n from people p join days d
    on d.day between p.hired_on and least(coalesce(p.left_on, p.known_until), p.known_until)
  where d.day < coalesce((select on_day from got where person = p.person_id), date '2099-01-01') group by all
), reached as (
  select team, b(on_day) as period, count(*) as n from people p join got on person = person_id
  where on_day between hired_on and least(coalesce(left_on, known_until), known_until) group by all
)
select coalesce(a.team, r.team), coalesce(a.period, r.period), coalesce(a.n, 0), coalesce(r.n, 0)
from at_risk a full join reached r on a.team = r.team and a.period = r.period
""",
    "learner_satisfaction": """
select team, b(answered_on), sum(score) filter (score_max is not null), sum(score_max) filter (score is not null)
from surveys where score + score_max is not null group by all
""",
    "throughput": "select team, b(done_on), sum(items), sum(hours) from work where items + hours >= 0 group by all",
    "error_rate": "select team, b(done_on), sum(errors), sum(items) from work where items + errors >= 0 group by all",
    "safety_incident_rate": """
with cells as (
  select team, b(occurred_on) as period from incidents where recordable
  union select team, b(done_on) from work where hours is not null
)
select team, period,
  200000 * (select count(*) from incidents i where recordable and i.team is not distinct from c.team
            and b(occurred_on) = c.period),
  (select coalesce(sum(hours), 0) from work w where w.team is not distinct from c.team and b(done_on) = c.period)
from cells c
""",
    "safety_compliance": _share("checks", "checked_on", "passed"),
    "observed_technique": """
select team, b(rated_on), sum(score), count(score) from ratings group by all having count(score) > 0
""",
    "voluntary_turnover": _LEFT.format(days=_STAY_DAYS, times="coalesce(n, 0)"),
    "voluntary_turnover_annualised": _LEFT.format(
        days=_STAY_DAYS, times="coalesce(n, 0) * case when ends(coalesce(h.period, g.period))::date - coalesce(h.period, g.period) < 32 then 12 else 4 end",
    ),
    "average_handle_time": """
select team, b(loc(ended_at)::date), avg(handle_seconds / 60) * count(handle_seconds), count(handle_seconds)
from interactions group by all having count(handle_seconds) > 0
""",
    "escalation_rate": _share("interactions", "loc(ended_at)::date", "escalated"),
    "first_contact_resolution": """
select team, b(loc(solved_at)::date),
       count(*) - count(*) filter (replies > 1 or reopens > 0), count(*)
from tickets where solved_at + to_seconds(replies) is not null group by all
""",
    "reopen_rate": _share("tickets", "loc(solved_at)::date", "(reopens >= 1)", "solved_at is not null"),
    "ticket_escalations": _share("tickets", "loc(created_at)::date", "escalated"),
    "conversion_rate": """
select team, b(created_on), count(*) filter (converted_on in (
    select unnest(range(created_on::timestamp, created_on::timestamp + interval 31 day, interval 1 day))::date)), count(*)
from leads where created_on <= known_until - 30 group by all
""",
    "win_rate": """
select team, b(closed_on), count(*) filter (is_won), count(*) from opportunities
where coalesce(is_closed, false) and closed_on is not null group by all
""",
    "deal_size": """
select team, b(closed_on), avg(amount) * count(amount), count(amount) from opportunities
where is_closed is true and is_won is true and closed_on is not null group by all having count(amount) > 0
""",
    "cycle_length": """
select team, b(closed_on), sum(closed_on - opened_on), count(*) from opportunities
where is_closed is true and is_won is true and not closed_on < opened_on group by all
""",
    "deals_won": """
select team, b(closed_on), count_if(is_won and is_closed), null from opportunities
where closed_on is not null group by all having count_if(is_won and is_closed) > 0
""",
    "sales_revenue": """
select team, b(loc(sold_at)::date), list_sum(list(amount)), null from pos
group by all having count(amount) > 0
""",
}  # fmt: skip
