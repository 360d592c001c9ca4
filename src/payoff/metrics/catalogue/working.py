"""Work and staying: throughput, errors, safety, observed technique, turnover."""

from payoff.nouns.definition import Audience, Definition

_FOR: tuple[Audience, ...] = ("executive", "manager")
_PEOPLE = (("people", ("hired_on", "left_on", "voluntary", "known_until")),)
_LEAVERS = """
select unit, left_on as happened, 1.0 as leavers, 0.0 as headcount
from people join periods on left_on >= starts_on and left_on < ends_before
where voluntary and date_diff('day', known_until, ends_before) <= 1
union all
select unit, starts_on as happened, 0.0 as leavers,
       cast(date_diff('day', greatest(hired_on, starts_on),
                      least(coalesce(left_on + interval '1' day, ends_before), ends_before)) as double)
       / date_diff('day', starts_on, ends_before) as headcount
from people join periods on hired_on < ends_before and coalesce(left_on, starts_on) >= starts_on
where date_diff('day', known_until, ends_before) <= 1
""".strip()

DEFINITIONS = (
    Definition(
        id="throughput",
        label="Throughput",
        formula="items finished ÷ hours worked, of rows that state both",
        unit="item/hour",
        better="higher",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(2, 12),
        audience=_FOR,
        needs=(("work", ("done_on", "items", "hours")),),
        rows=(
            "select unit, done_on as happened, items, hours "
            "from work where items is not null and hours is not null"
        ),
        numerator="sum(items)",
        denominator="sum(hours)",
    ),
    Definition(
        id="error_rate",
        label="Error rate",
        formula="items wrong ÷ items finished, of rows that state both",
        unit="share",
        better="lower",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(2, 12),
        audience=_FOR,
        needs=(("work", ("done_on", "items", "errors")),),
        rows=(
            "select unit, done_on as happened, items, errors "
            "from work where items is not null and errors is not null"
        ),
        numerator="sum(errors)",
        denominator="sum(items)",
    ),
    Definition(
        id="safety_incident_rate",
        label="Recordable incidents",
        formula="recordable incidents × 200,000 ÷ hours worked: per 100 full-time years",
        unit="incident/person/year",
        better="lower",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(12, 52),
        audience=_FOR,
        needs=(("incidents", ("occurred_on", "recordable")), ("work", ("done_on", "hours"))),
        rows=(
            "select unit, occurred_on as happened, 200000.0 as incidents, 0.0 as hours "
            "from incidents where recordable "
            "union all "
            "select unit, done_on as happened, 0.0 as incidents, hours from work where hours is not null"
        ),
        numerator="sum(incidents)",
        denominator="sum(hours)",
        grains=("month", "quarter", "year"),
        trap="rare: months without an incident are expected; near misses say more, sooner",
    ),
    Definition(
        id="safety_compliance",
        label="Safety checks passed",
        formula="checks passed ÷ checks with a result",
        unit="share",
        better="higher",
        level="L3",
        tier="application",
        leading=True,
        onset_weeks=(1, 6),
        audience=("manager", "learning"),
        needs=(("checks", ("checked_on", "passed")),),
        rows="select unit, checked_on as happened, passed from checks where passed is not null",
        numerator="sum(case when passed then 1 else 0 end)",
        denominator="count(*)",
    ),
    Definition(
        id="observed_technique",
        label="Observed use of the technique",
        formula="points given ÷ ratings",
        unit="point",
        better="higher",
        level="L3",
        tier="application",
        leading=True,
        onset_weeks=(2, 8),
        audience=("manager", "learning"),
        needs=(("ratings", ("rated_on", "score")),),
        rows="select unit, rated_on as happened, score from ratings where score is not null",
        numerator="sum(score)",
        denominator="count(*)",
        trap="raters differ: payoff metrics raters tells how far they agree",
        cases_are="ratings",
        cases=(
            "select person_id as person, rater_id as rater, concat(person_id, '|', item, '|', "
            "cast(rated_on as varchar)) as rated, rated_on, score from ratings "
            "where score is not null and rated_on <= seen_until(date '9999-12-31')"
        ),
        cases_need=(("ratings", ("person_id", "rater_id", "item", "rated_on", "score")),),
    ),
    Definition(
        id="voluntary_turnover",
        label="Voluntary turnover",
        formula="people who left by own will in the period ÷ mean headcount of its days",
        unit="share",
        better="lower",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(26, 104),
        audience=_FOR,
        needs=_PEOPLE,
        rows=_LEAVERS,
        numerator="sum(leavers)",
        denominator="sum(headcount)",
        grains=("month", "quarter", "year"),
        missing_rule="periods the export does not cover to their end have no value",
        trap="an export without leavers makes it 0; the last day is a day of employment",
    ),
    Definition(
        id="voluntary_turnover_annualised",
        label="Voluntary turnover, a year",
        formula="people who left by own will ÷ mean headcount of the days × periods in a year (12, 4 or 1)",
        unit="share/year",
        better="lower",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(26, 104),
        audience=_FOR,
        needs=_PEOPLE,
        rows=_LEAVERS,
        numerator="sum(leavers) * periods_per_year()",
        denominator="sum(headcount)",
        grains=("month", "quarter", "year"),
        missing_rule="periods the export does not cover to their end have no value",
        trap="an export without leavers makes it 0; one quarter times four is no forecast",
    ),
)
