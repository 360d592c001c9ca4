"""Readiness: completed, scored, competent; and what people say of the program."""

from payoff.nouns.definition import Audience, Definition

_FOR: tuple[Audience, ...] = ("learning", "manager")
_COMPETENT = """
select person,
       min(case when last_below is null or tried_at > last_below then cast(tried_at as date) end)
         as reached_on
from (
  select person, "timestamp" as tried_at, score_scaled,
         max(case when score_scaled < 0.8 then "timestamp" end) over (partition by person) as last_below
  from statements where touchpoint = 'assessment' and score_scaled is not null
) as tries where score_scaled >= 0.8 group by person
""".strip()
_RISK = """
select unit, starts_on as happened, 0 as reached,
       date_diff('day', greatest(hired_on, starts_on), least(gone_on, ends_before)) as days
from (
  select people.unit, people.hired_on,
         least(coalesce(people.left_on + interval '1' day, people.known_until + interval '1' day),
               coalesce(competent.reached_on, people.known_until + interval '1' day),
               people.known_until + interval '1' day) as gone_on
  from people left join ({competent}) as competent on competent.person = people.person_id
) as stays join periods on hired_on < ends_before and gone_on > starts_on and gone_on > hired_on
union all
select people.unit, competent.reached_on as happened, 1 as reached, 0 as days
from people join ({competent}) as competent
  on competent.person = people.person_id and competent.reached_on >= people.hired_on
 and competent.reached_on <= coalesce(people.left_on, people.known_until)
 and competent.reached_on <= people.known_until
""".strip().format(competent=_COMPETENT)
_TO_COMPETENCY = """
select case when reached_on <= least(coalesce(gone_on, seen_on), seen_on)
            then date_diff('day', began_on, reached_on)
            else date_diff('day', began_on, least(coalesce(gone_on, seen_on), seen_on)) + 1 end as days,
       case when reached_on <= least(coalesce(gone_on, seen_on), seen_on) then 'reached'
            when gone_on < seen_on then 'left' else 'open' end as ended
from (
  select people.person_id, min(people.hired_on) as began_on, min(competent.reached_on) as reached_on,
         case when count(*) = count(people.left_on) then max(people.left_on) end as gone_on,
         seen_until(max(people.known_until)) as seen_on
  from people left join ({competent}) as competent on competent.person = people.person_id
  group by people.person_id
) as stays where began_on <= seen_on and (reached_on is null or reached_on >= began_on)
""".strip().format(
    competent=_COMPETENT.replace(
        "score_scaled is not null",
        "score_scaled is not null and cast(\"timestamp\" as date) <= seen_until(date '9999-12-31')",
    )
)
_TO_COMPLETION = """
select case when completed_at <= seen_on then date_diff('day', started_at, completed_at)
            else date_diff('day', started_at, seen_on) + 1 end as days,
       case when completed_at <= seen_on then 'reached' else 'open' end as ended
from (select started_at, completed_at, seen_until(known_until) as seen_on from completions) as courses
where started_at <= seen_on and (completed_at is null or completed_at >= started_at)
""".strip()
_PATHWAYS = """
select unit, starts_on as happened,
       case when n_done = n_courses and done_on < ends_before then 1 else 0 end as done
from (
  select completions.unit, completions.person_id, needed.pathway, needed.n_courses,
         min(completions.started_at) as began_on, max(completions.completed_at) as done_on,
         max(completions.known_until) as known_until,
         count(distinct case when completions.completed_at is not null then completions.course end) as n_done
  from completions
  join (select pathway, course, count(*) over (partition by pathway) as n_courses from pathways) as needed
    on needed.course = completions.course
  group by completions.unit, completions.person_id, needed.pathway, needed.n_courses
) as walks join periods on began_on < ends_before
where date_diff('day', known_until, ends_before) <= 1
""".strip()


def _completion(basis: str, words: str) -> Definition:
    """Completion over one of the three denominators that give three different numbers."""
    day = f"{basis}_at"
    return Definition(
        id=f"completion_rate_{basis}",
        label=f"Completion of {words}",
        formula=f"completed within 30 days ÷ courses {words} whose 30 days are over, by the day {words}",
        unit="share",
        better="higher",
        level="L0",
        tier="engagement",
        leading=True,
        onset_weeks=(4, 8),
        audience=_FOR,
        needs=(("completions", (day, "completed_at", "known_until")),),
        rows=(
            f"select unit, {day} as happened, "
            f"case when date_diff('day', {day}, completed_at) <= 30 then 1 else 0 end as completed "
            f"from completions where {day} is not null and date_diff('day', {day}, known_until) >= 30"
        ),
        numerator="sum(completed)",
        denominator="count(*)",
        window_days=30,
        missing_rule="courses of the last 30 days are not counted yet",
        trap="assigned, enrolled and started give three rates: say which",
    )


def _assessed(
    id: str, label: str, formula: str, where: str, column: str, numerator: str, unit: str = "share"
) -> Definition:
    return Definition(
        id=id,
        label=label,
        formula=formula,
        unit=unit,
        better="lower" if unit != "share" else "higher",
        level="L2",
        tier="readiness",
        leading=True,
        onset_weeks=(1, 6),
        audience=_FOR,
        needs=(("statements", ("timestamp", "touchpoint", column)),),
        rows=(
            f'select unit, "timestamp" as happened, {column} from statements '
            f"where {where} and {column} is not null"
        ),
        numerator=numerator,
        denominator="count(*)",
    )


_RIGHT = "sum(case when success then 1 else 0 end)"

DEFINITIONS = (
    _completion("assigned", "assigned"),
    _completion("enrolled", "enrolled in"),
    _completion("started", "started"),
    Definition(
        id="completion_velocity",
        label="Days to complete",
        formula="days from start to completion ÷ courses completed, by the day completed",
        unit="day/course",
        better="lower",
        level="L0",
        tier="engagement",
        leading=True,
        onset_weeks=(2, 8),
        audience=("learning",),
        needs=(("completions", ("started_at", "completed_at")),),
        rows=(
            "select unit, completed_at as happened, date_diff('day', started_at, completed_at) as days "
            "from completions where completed_at >= started_at"
        ),
        numerator="sum(days)",
        denominator="count(*)",
        trap="those who never complete are not in it: read it beside a completion rate",
        cases_are="times",
        cases=_TO_COMPLETION,
        cases_need=(("completions", ("started_at", "completed_at", "known_until")),),
    ),
    Definition(
        id="pathway_completion",
        label="Pathway completion",
        formula="people with every course of a pathway completed ÷ people who began it, at the period's end",
        unit="share",
        better="higher",
        level="L0",
        tier="engagement",
        leading=True,
        onset_weeks=(8, 26),
        audience=_FOR,
        needs=(
            ("completions", ("person_id", "course", "started_at", "completed_at", "known_until")),
            ("pathways", ("pathway", "course")),
        ),
        rows=_PATHWAYS,
        numerator="sum(done)",
        denominator="count(*)",
        grains=("week", "month", "quarter", "year"),
        missing_rule="periods the export does not cover to their end have no value",
    ),
    _assessed(
        "assessment_score", "Assessment score", "sum of scores ÷ assessments with a score",
        "touchpoint = 'assessment'", "score_scaled", "sum(score_scaled)",
    ),
    _assessed(
        "pass_rate", "Pass rate", "assessments passed ÷ assessments passed or failed",
        "touchpoint = 'assessment'", "success", _RIGHT,
    ),
    _assessed(
        "scenario_accuracy", "Scenario accuracy",
        "right answers in practice ÷ answers known to be right or wrong",
        "touchpoint in ('practice done', 'prompt answered')", "success", _RIGHT,
    ),
    _assessed(
        "critical_task_time", "Time for critical tasks", "minutes taken ÷ tasks done at work with a duration",
        "touchpoint = 'application'", "duration_seconds", "sum(duration_seconds) / 60", "min/task",
    ),
    Definition(
        id="time_to_competency",
        label="Time to competency",
        formula="days in the unit not yet competent ÷ people who became it: a score of 0.8 met and held",
        unit="day/person",
        better="lower",
        level="L2",
        tier="readiness",
        leading=True,
        onset_weeks=(4, 26),
        audience=_FOR,
        needs=(
            ("statements", ("person", "timestamp", "touchpoint", "score_scaled")),
            ("people", ("person_id", "hired_on", "left_on", "known_until")),
        ),
        rows=_RISK,
        numerator="sum(days)",
        denominator="sum(reached)",
        grains=("week", "month", "quarter", "year"),
        missing_rule="days of those not there yet count; a period in which nobody got there has no value",
        trap="held: no later score below 0.8 so far; it equals the mean time where the chance is constant",
        cases_are="times",
        cases=_TO_COMPETENCY,
        cases_need=(
            ("statements", ("person", "timestamp", "touchpoint", "score_scaled")),
            ("people", ("person_id", "hired_on", "left_on", "known_until")),
        ),
    ),
    Definition(
        id="learner_satisfaction",
        label="Learner satisfaction",
        formula="points given ÷ points possible",
        unit="share",
        better="higher",
        level="L1",
        tier="sentiment",
        leading=True,
        onset_weeks=(0, 4),
        audience=("learning",),
        needs=(("surveys", ("answered_on", "score", "score_max")),),
        rows=(
            "select unit, answered_on as happened, score, score_max from surveys "
            "where score is not null and score_max is not null"
        ),
        numerator="sum(score)",
        denominator="sum(score_max)",
        trap="liking is not learning",
    ),
)  # fmt: skip
