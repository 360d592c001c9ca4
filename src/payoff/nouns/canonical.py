"""The tables that exports of every system become: one vocabulary, whoever sold the system.

Question  Under which name, in which type and unit, does a study find what an export holds?
Units     Stand in names: `_seconds`, `_minutes`, `_on` a day, `_at` an instant in UTC. Elapsed time and
          handling time are different columns, so that one is never averaged as the other.
Unknown   stays null. A column that an export cannot fill is not there at all.
Proof     docs/reference/data.md is held against these tables by tests/connectors.
"""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "number", "percent", "whole", "flag", "date", "instant", "seconds", "minutes"]
Refused = Literal["handling time", "outcome date"]


@dataclass(frozen=True, slots=True)
class CanonicalColumn:
    """personal: names a person directly, so it becomes a pseudonym on landing, asked for or not.

    never_as: what the column must not be used for. required: without it a row belongs to nothing.
    """

    name: str
    type: ColumnType
    words: str
    required: bool = False
    personal: bool = False
    never_as: Refused | None = None


@dataclass(frozen=True, slots=True)
class CanonicalTable:
    """One kind of source; `grain` says what a row is."""

    kind: str
    grain: str
    columns: tuple[CanonicalColumn, ...]

    def find(self, name: str) -> CanonicalColumn | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)


_C = CanonicalColumn

_OPPORTUNITIES = CanonicalTable("opportunities", "one deal", (
    _C("opportunity_id", "text", "the deal"),
    _C("owner_id", "text", "whose deal it is"),
    _C("owner_name", "text", "whose deal it is, by name", personal=True),
    _C("account_id", "text", "the customer"),
    _C("account", "text", "the customer, by name"),
    _C("name", "text", "what the deal is called"),
    _C("product", "text", "what is sold"),
    _C("stage", "text", "as the system has it"),
    _C("is_closed", "flag", "won or lost"),
    _C("is_won", "flag", "won"),
    _C("amount", "number", "value of the deal, in `currency`"),
    _C("currency", "text", "ISO 4217"),
    _C("probability", "percent", "0 to 100, as the system has it"),
    _C("opened_on", "date", "the day work on it began"),
    _C("created_at", "instant", "when it was entered"),
    _C("closed_on", "date", "the day it was won or lost; null while it is open"),
    _C("expected_close_on", "date", "a forecast, of open deals only", never_as="outcome date"),
))  # fmt: skip

_TICKETS = CanonicalTable("tickets", "one ticket, as it stood last", (
    _C("ticket_id", "text", "the ticket", required=True),
    _C("requester_id", "text", "who asked"),
    _C("requester_name", "text", "who asked, by name", personal=True),
    _C("requester_email", "text", "who asked, by address", personal=True),
    _C("agent_id", "text", "who solved it or has it"),
    _C("agent_name", "text", "who solved it or has it, by name", personal=True),
    _C("group", "text", "team or queue that has it"),
    _C("type", "text", "kind of ticket"),
    _C("category", "text", "what it is about"),
    _C("status", "text", "as the system has it"),
    _C("priority", "text", "as the system has it"),
    _C("channel", "text", "how it came in"),
    _C("labels", "text", "labels or tags, joined by `; `"),
    _C("created_at", "instant", "when it was opened"),
    _C("updated_at", "instant", "last change"),
    _C("assigned_at", "instant", "last assignment"),
    _C("solved_at", "instant", "when it was solved; null while it is not"),
    _C("closed_at", "instant", "when it was closed"),
    _C("reopens", "whole", "times it was opened again"),
    _C("replies", "whole", "answers by agents"),
    _C("reassignments", "whole", "times it changed hands: a proxy of escalation"),
    _C("within_sla", "flag", "the promised time was kept"),
    _C("satisfaction", "text", "as the requester rated it"),
    _C("story_points", "number", "size as the team estimated it"),
    _C("first_reply_minutes", "minutes", "elapsed until the first answer", never_as="handling time"),
    _C("elapsed_minutes", "minutes", "elapsed until it was solved, with waiting", never_as="handling time"),
    _C("agent_wait_minutes", "minutes", "elapsed while it waited for an agent", never_as="handling time"),
    _C("requester_wait_minutes", "minutes", "elapsed while it waited for the requester",
       never_as="handling time"),
    _C("on_hold_minutes", "minutes", "elapsed on hold", never_as="handling time"),
))  # fmt: skip

_INTERACTIONS = CanonicalTable("interactions", "one contact: a call, chat or message", (
    _C("interaction_id", "text", "the contact"),
    _C("parent_id", "text", "the contact it is a part of"),
    _C("agent_id", "text", "who is credited with it"),
    _C("agent_name", "text", "who is credited with it, by name", personal=True),
    _C("agent_email", "text", "who is credited with it, by address", personal=True),
    _C("team_id", "text", "team of the agent"),
    _C("team", "text", "team of the agent, by name"),
    _C("queue_id", "text", "skill or queue"),
    _C("queue", "text", "skill or queue, by name"),
    _C("campaign", "text", "campaign"),
    _C("channel", "text", "medium"),
    _C("disposition", "text", "how it ended, as the agent said"),
    _C("within_sla", "flag", "answered in the promised time; null where none was promised"),
    _C("started_at", "instant", "when it began"),
    _C("ended_at", "instant", "when it ended"),
    _C("offered", "whole", "contacts offered, where a row counts several"),
    _C("handle_seconds", "seconds", "handling time: talk, hold and work after it"),
    _C("talk_seconds", "seconds", "talking, without hold"),
    _C("hold_seconds", "seconds", "on hold"),
    _C("wrap_seconds", "seconds", "work after the contact"),
))  # fmt: skip

_PEOPLE = CanonicalTable("people", "one employment", (
    _C("person_id", "text", "the person", required=True),
    _C("name", "text", "the person, by name", personal=True),
    _C("first_name", "text", "given name", personal=True),
    _C("last_name", "text", "family name", personal=True),
    _C("email", "text", "work address", personal=True),
    _C("manager_id", "text", "who leads the person"),
    _C("manager_name", "text", "who leads the person, by name", personal=True),
    _C("team_id", "text", "team"),
    _C("team", "text", "team, by name"),
    _C("department", "text", "department"),
    _C("location", "text", "place of work"),
    _C("job_title", "text", "role"),
    _C("employee_type", "text", "kind of contract"),
    _C("status", "text", "as the system has it"),
    _C("hired_on", "date", "first day"),
    _C("left_on", "date", "last day; null of those who stay; not there when leavers were not exported"),
    _C("leave_reason", "text", "why, as HR wrote it"),
    _C("voluntary", "flag", "left of their own will, by the reasons HR says are that"),
    _C("absences", "number", "days, as the system counts them"),
))  # fmt: skip

_COMPLETIONS = CanonicalTable("completions", "one person and activity", (
    _C("person_id", "text", "the learner", required=True),
    _C("name", "text", "the learner, by name", personal=True),
    _C("email", "text", "the learner, by address", personal=True),
    _C("course", "text", "course or program"),
    _C("presentation", "text", "run of the course"),
    _C("activity", "text", "module or activity; `course` for the whole course"),
    _C("status", "text", "as the system has it"),
    _C("completed", "flag", "done"),
    _C("passed", "flag", "passed"),
    _C("score", "number", "as the system has it"),
    _C("attempts", "whole", "tries so far"),
    _C("minutes", "minutes", "time spent", never_as="handling time"),
    _C("assigned_at", "instant", "when it was assigned; null of free choice"),
    _C("enrolled_at", "instant", "enrolled"),
    _C("started_at", "instant", "first opened"),
    _C("completed_at", "instant", "when it was done"),
    _C("submitted_day", "whole", "days from the start of the run"),
))  # fmt: skip

_POS = CanonicalTable("pos", "one line of a receipt", (
    _C("sale_id", "text", "the receipt", required=True),
    _C("line", "whole", "line of the receipt"),
    _C("seller_id", "text", "who sold it"),
    _C("seller_name", "text", "who sold it, by name", personal=True),
    _C("store_id", "text", "shop"),
    _C("product", "text", "what was sold"),
    _C("quantity", "number", "negative: returned"),
    _C("amount", "number", "paid, in `currency`; negative: given back"),
    _C("currency", "text", "ISO 4217"),
    _C("sold_at", "instant", "when"),
))  # fmt: skip

_COACHING = CanonicalTable("coaching_sessions", "one planned session of one learner", (
    _C("session_id", "text", "the session", required=True),
    _C("learner_id", "text", "who is coached", required=True),
    _C("coach_id", "text", "who coaches"),
    _C("started_at", "instant", "when it began, or was to begin"),
    _C("minutes", "minutes", "length"),
    _C("prompt", "text", "what the coach was to ask or show"),
    _C("attended", "flag", "the learner was there", required=True),
))  # fmt: skip

_LEDGER = CanonicalTable("ledger", "one booking", (
    _C("period", "date", "first day of the month or the day it was booked for", required=True),
    _C("account", "text", "account in the books", required=True),
    _C("cost_line", "text", "line of the cost picture", required=True),
    _C("one_time_or_recurring", "text", "`one_time` or `recurring`", required=True),
    _C("amount", "number", "paid, in `currency`; negative: credited", required=True),
    _C("currency", "text", "ISO 4217", required=True),
    _C("source", "text", "document behind it", required=True),
    _C("evidence_hash", "text", "SHA-256 of that document"),
))  # fmt: skip

_RATES = CanonicalTable("rates", "one rate from one day on", (
    _C("rate", "text", "name, such as hourly_rate_agent or margin", required=True),
    _C("value", "number", "in `unit`", required=True),
    _C("unit", "text", "such as USD/hour; blank for shares"),
    _C("valid_from", "date", "first day", required=True),
    _C("valid_to", "date", "last day; null: still valid"),
    _C("source", "text", "document or system", required=True),
    _C("owner", "text", "who answers for it"),
    _C("evidence_hash", "text", "SHA-256 of the document"),
))  # fmt: skip

_RATINGS = CanonicalTable("ratings", "one score by one rater on one item", (
    _C("person_id", "text", "who was observed", required=True),
    _C("rater_id", "text", "who observed", required=True),
    _C("item", "text", "criterion of the rubric", required=True),
    _C("score", "number", "as rated", required=True),
    _C("scale_min", "number", "lowest score there is"),
    _C("scale_max", "number", "highest score there is"),
    _C("rated_on", "date", "day of the observation", required=True),
    _C("occasion", "text", "call, visit or form it was rated on"),
))  # fmt: skip

_LEADS = CanonicalTable("leads", "one lead", (
    _C("lead_id", "text", "the lead", required=True),
    _C("owner_id", "text", "whose lead it is"),
    _C("owner_name", "text", "whose lead it is, by name", personal=True),
    _C("origin", "text", "campaign or way it came in"),
    _C("status", "text", "as the system has it"),
    _C("created_on", "date", "the day it came in", required=True),
    _C("converted_on", "date", "the day it became a customer or a deal; null: not yet"),
))  # fmt: skip

_WORK = CanonicalTable("work", "one person and day, batch or shift", (
    _C("person_id", "text", "who worked", required=True),
    _C("done_on", "date", "the day", required=True),
    _C("task", "text", "kind of work, line or station"),
    _C("items", "number", "pieces of work finished; null: not counted"),
    _C("errors", "number", "of which wrong; null: not inspected"),
    _C("hours", "number", "hours worked"),
))  # fmt: skip

_INCIDENTS = CanonicalTable("incidents", "one incident", (
    _C("incident_id", "text", "the incident", required=True),
    _C("person_id", "text", "who was hurt or reported it"),
    _C("site", "text", "place of work"),
    _C("occurred_on", "date", "the day it happened, not the day it was reported", required=True),
    _C("severity", "text", "as the system has it"),
    _C("recordable", "flag", "recordable by law; a near miss is not"),
    _C("lost_days", "number", "days away from work"),
))  # fmt: skip

_CHECKS = CanonicalTable("checks", "one check of one person's work", (
    _C("check_id", "text", "the check", required=True),
    _C("person_id", "text", "whose work was checked", required=True),
    _C("checked_by", "text", "who checked"),
    _C("item", "text", "what was checked"),
    _C("checked_on", "date", "the day", required=True),
    _C("passed", "flag", "passed; null: no result"),
    _C("score", "number", "points, where there are any"),
))  # fmt: skip

_SURVEYS = CanonicalTable("surveys", "one answer to one item", (
    _C("response_id", "text", "the filled-in form", required=True),
    _C("person_id", "text", "who answered; null in an anonymous survey"),
    _C("item", "text", "the question", required=True),
    _C("score", "number", "points given; null: no answer"),
    _C("score_min", "number", "fewest points there were"),
    _C("score_max", "number", "most points there were"),
    _C("answered_on", "date", "the day", required=True),
    _C("invited", "whole", "people asked in this wave: the answers' share of them says how many kept silent"),
))  # fmt: skip

_PATHWAYS = CanonicalTable("pathways", "one course of one pathway", (
    _C("pathway", "text", "pathway or curriculum", required=True),
    _C("course", "text", "course it needs", required=True),
    _C("position", "whole", "place in the order"),
))  # fmt: skip

_NUDGES = CanonicalTable("nudges", "one nudge sent to one person", (
    _C("nudge_id", "text", "this sending", required=True),
    _C("person_id", "text", "who was nudged"),
    _C("person_name", "text", "who was nudged, by name", personal=True),
    _C("email", "text", "where it went", personal=True),
    _C("nudge", "text", "which nudge or campaign"),
    _C("channel", "text", "mail, chat, push"),
    _C("sent_at", "instant", "when it was sent", required=True),
    _C("opened_at", "instant", "when it was first seen; null: not known to be"),
    _C("acted_at", "instant", "when it was first acted on; null: not so far"),
))  # fmt: skip

_HIERARCHY = CanonicalTable("hierarchy", "one place of one unit, from a day until a day", (
    _C("unit_id", "text", "the team, department, region, line of business", required=True),
    _C("unit", "text", "the same, by name"),
    _C("level", "text", "what it is: team, department, region, firm", required=True),
    _C("parent_id", "text", "unit it belongs to; null at the top"),
    _C("from_on", "date", "first day there; null: always"),
    _C("until_on", "date", "last day there; null: still"),
))  # fmt: skip

KINDS: dict[str, CanonicalTable] = {
    table.kind: table
    for table in (_OPPORTUNITIES, _TICKETS, _INTERACTIONS, _PEOPLE, _COMPLETIONS, _POS, _COACHING, _LEDGER,
                  _RATES, _RATINGS, _LEADS, _WORK, _INCIDENTS, _CHECKS, _SURVEYS, _PATHWAYS, _NUDGES,
                  _HIERARCHY)
}  # fmt: skip
