"""Engagement: who is reached, who comes back, how deep, how often they practise, which nudges work.

Active    Whatever a person does; a nudge sent or a prompt shown is done to them.
"""

from payoff.nouns.definition import Audience, Definition

_FOR: tuple[Audience, ...] = ("learning", "manager")
_ACTIVE = "coalesce(touchpoint, '') not in ('nudge sent', 'prompt shown')"
_SEEN = ("person", "timestamp", "touchpoint")
_NUDGES = """
select sent.unit, sent.person, sent.sent_at as happened,
       max(case when acted.acted_at is null then 0 else 1 end) as acted
from (
  select unit, person, activity_id, statement_id, "timestamp" as sent_at,
         lead("timestamp")
           over (partition by person, activity_id order by "timestamp", statement_id) as next_at
  from statements where touchpoint = 'nudge sent'
) as sent
left join (
  select person, activity_id, refers_to, "timestamp" as acted_at from statements
  where touchpoint = 'nudge acted'
) as acted
  on acted.acted_at >= sent.sent_at and acted.acted_at <= sent.sent_at + interval '7' day
 and (acted.refers_to = sent.statement_id
      or (acted.refers_to is null and acted.person = sent.person and acted.activity_id = sent.activity_id
          and (sent.next_at is null or acted.acted_at < sent.next_at)))
where sent.sent_at + interval '7' day <= (select max("timestamp") from statements)
group by sent.unit, sent.person, sent.statement_id, sent.sent_at
""".strip()


def _per_active(
    id: str, label: str, touchpoint: str, words: str, unit: str, onset: tuple[int, int]
) -> Definition:
    return Definition(
        id=id,
        label=label,
        formula=f"{words} ÷ people active in the period",
        unit=unit,
        better="higher",
        level="L0",
        tier="engagement",
        leading=True,
        onset_weeks=onset,
        audience=_FOR,
        needs=(("statements", _SEEN),),
        rows=(
            'select unit, period_of("timestamp") as happened, person, '
            f"sum(case when touchpoint = '{touchpoint}' then 1 else 0 end) as times "
            f'from statements where {_ACTIVE} group by unit, period_of("timestamp"), person'
        ),
        numerator="sum(times)",
        denominator="count(*)",
    )


def _volume(id: str, label: str, touchpoint: str, words: str) -> Definition:
    return Definition(
        id=id,
        label=label,
        formula=f"{words}, counted",
        unit="view/{unit}/{period}",
        better="higher",
        level="L0",
        tier="engagement",
        leading=True,
        onset_weeks=(0, 2),
        audience=("learning",),
        needs=(("statements", ("timestamp", "touchpoint")),),
        rows=f"select unit, \"timestamp\" as happened from statements where touchpoint = '{touchpoint}'",
        numerator="count(*)",
        missing="zero",
        missing_rule="none is 0",
        vanity=True,
        trap="volume: it grows with head count and with bad search",
    )


DEFINITIONS = (
    Definition(
        id="reach",
        label="Reach",
        formula="people of the unit active in the period ÷ people who were in the unit in it",
        unit="share",
        better="higher",
        level="L0",
        tier="engagement",
        leading=True,
        onset_weeks=(0, 4),
        audience=_FOR,
        needs=(("statements", _SEEN), ("people", ("person_id", "hired_on", "left_on", "known_until"))),
        rows=f"""
select unit, happened, person, max(active) as active from (
  select unit, starts_on as happened, person_id as person, 0 as active, 1 as there
  from people join periods on hired_on < ends_before and coalesce(left_on, starts_on) >= starts_on
  where date_diff('day', known_until, ends_before) <= 1
  union all
  select unit, period_of("timestamp") as happened, person, 1 as active, 0 as there
  from statements where {_ACTIVE}
) as seen group by unit, happened, person having max(there) = 1
""".strip(),
        numerator="sum(active)",
        denominator="count(*)",
        grains=("week", "month", "quarter", "year"),
        missing_rule="periods the people's export does not cover to their end have no value",
    ),
    Definition(
        id="repeat_visits",
        label="Repeat visits",
        formula="people active on two days or more of the period ÷ people active in it",
        unit="share",
        better="higher",
        level="L0",
        tier="engagement",
        leading=True,
        onset_weeks=(0, 4),
        audience=_FOR,
        needs=(("statements", _SEEN),),
        rows=f"""
select unit, happened, person, count(distinct visited_on) as days from (
  select unit, period_of("timestamp") as happened, person, cast("timestamp" as date) as visited_on
  from statements where {_ACTIVE}
) as visits group by unit, happened, person
""".strip(),
        numerator="sum(case when days >= 2 then 1 else 0 end)",
        denominator="count(*)",
        grains=("week", "month", "quarter", "year"),
    ),
    Definition(
        id="session_depth",
        label="Session depth",
        formula="statements in sessions ÷ sessions, by the start of the session",
        unit="step/session",
        better="higher",
        level="L0",
        tier="engagement",
        leading=True,
        onset_weeks=(0, 4),
        audience=("learning",),
        needs=(("statements", (*_SEEN, "session_id")),),
        rows=(
            'select unit, min("timestamp") as happened, person, session_id, count(*) as steps '
            f"from statements where session_id is not null and {_ACTIVE} group by unit, person, session_id"
        ),
        numerator="sum(steps)",
        denominator="count(*)",
        missing_rule="statements without a session are not counted",
    ),
    _per_active(
        "assessment_attempts", "Assessment attempts", "assessment", "assessment statements",
        "attempt/person", (0, 4),
    ),
    _per_active(
        "practice_frequency", "Practice frequency", "practice done", "practices done",
        "practice/person", (0, 4),
    ),
    Definition(
        id="revisit_rate",
        label="Content revisit rate",
        formula="contents opened after completing them ÷ contents opened, once a person and period",
        unit="share",
        better="higher",
        level="L0",
        tier="engagement",
        leading=True,
        onset_weeks=(2, 8),
        audience=("learning",),
        needs=(("statements", (*_SEEN, "activity_id")),),
        rows="""
select unit, happened, person, activity_id, max(again) as again from (
  select opened.unit, period_of(opened."timestamp") as happened, opened.person, opened.activity_id,
         case when done.completed_at < opened."timestamp" then 1 else 0 end as again
  from statements as opened
  left join (
    select person, activity_id, min("timestamp") as completed_at from statements
    where touchpoint = 'completion' group by person, activity_id
  ) as done on done.person = opened.person and done.activity_id = opened.activity_id
  where opened.touchpoint = 'launch'
) as visits group by unit, happened, person, activity_id
""".strip(),
        numerator="sum(again)",
        denominator="count(*)",
    ),
    Definition(
        id="nudge_response_rate",
        label="Nudge response rate",
        formula="nudges acted on within 7 days ÷ nudges whose 7 days are over, by the day they were sent",
        unit="share",
        better="higher",
        level="L0",
        tier="engagement",
        leading=True,
        onset_weeks=(0, 2),
        audience=_FOR,
        needs=(("statements", (*_SEEN, "activity_id", "statement_id", "refers_to")),),
        rows=_NUDGES,
        numerator="sum(acted)",
        denominator="count(*)",
        window_days=7,
        missing_rule="nudges of the last 7 days are not counted yet",
        trap="an act that names no nudge answers the latest one before it",
    ),
    Definition(
        id="nudge_response_rate_exported",
        label="Nudge response rate, from an export",
        formula="nudges acted on within 7 days ÷ nudges whose 7 days are over, by the day they were sent",
        unit="share",
        better="higher",
        level="L0",
        tier="engagement",
        leading=True,
        onset_weeks=(0, 2),
        audience=_FOR,
        needs=(("nudges", ("sent_at", "acted_at", "known_until")),),
        rows=(
            "select unit, sent_at as happened, case when acted_at >= sent_at "
            "and acted_at <= sent_at + interval '7' day then 1 else 0 end as acted "
            "from nudges where date_diff('day', cast(sent_at as date), known_until) >= 7"
        ),
        numerator="sum(acted)",
        denominator="count(*)",
        window_days=7,
        missing_rule="nudges of the last 7 days are not counted yet",
        trap="opening is not acting: acted_at is the first thing done about it",
    ),
    _volume("content_views", "Content views", "launch", "contents opened"),
    _volume("job_aid_views", "Job aid views", "job aid viewed", "job aids looked at"),
)  # fmt: skip
