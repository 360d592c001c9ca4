"""The tables that metrics are defined over.

Question  Which columns does a metric find, whatever system the rows came from?
Names     As canonical tables have them (docs/reference/data.md), so that a source landed by a profile
          needs no mapping; `statements` are columns of fed statements. What no system exports under one name
          (known_until, escalated) is said by the study. Each table also has the study's unit.
"""

from payoff.nouns.definition import Kind, MetricTable, TableColumn


def _table(name: str, words: str, person: str, at: str, *columns: tuple[str, Kind, str]) -> MetricTable:
    who = (TableColumn(person, "text", "who"),) if person else ()
    return MetricTable(name, words, person, at, (*who, *(TableColumn(*column) for column in columns)))


_KNOWN: tuple[str, Kind, str] = (
    "known_until",
    "day",
    "last day the export covers: later days are unknown, not empty",
)

TABLES: dict[str, MetricTable] = {
    table.name: table
    for table in (
        _table(
            "statements", "learning records, one row per statement", "person", "timestamp",
            ("statement_id", "text", "id of the statement"),
            ("timestamp", "instant", "when it happened"),
            ("touchpoint", "text", "launch, completion, assessment, practice done, nudge sent, …"),
            ("activity_id", "text", "what it was about"),
            ("session_id", "text", "session, where the content says it"),
            ("refers_to", "text", "statement it answers"),
            ("success", "flag", "right or passed"),
            ("score_scaled", "number", "score from -1 to 1"),
            ("duration_seconds", "number", "how long it took"),
        ),
        _table(
            "nudges", "one row per nudge sent", "person_id", "sent_at",
            ("sent_at", "instant", "when it was sent"),
            ("acted_at", "instant", "when it was first acted on; blank: not so far"),
            _KNOWN,
        ),
        _table(
            "completions", "one row per person and course", "person_id", "",
            ("course", "text", "course"),
            ("assigned_at", "local day", "when it was assigned; blank for free choice"),
            ("enrolled_at", "local day", "when the person was put on or joined"),
            ("started_at", "local day", "first opened"),
            ("completed_at", "local day", "completed"),
            _KNOWN,
        ),
        _table(
            "pathways", "which courses make a pathway", "", "",
            ("pathway", "text", "pathway"),
            ("course", "text", "course it needs"),
        ),
        _table(
            "people", "one row per employment, or per stay in a unit: a move is two rows",
            "person_id", "",
            ("hired_on", "day", "first day"),
            ("left_on", "day", "last day; blank: still there"),
            ("voluntary", "flag", "left the firm by own will; needs a map of reasons from HR"),
            _KNOWN,
        ),
        _table(
            "hierarchy", "which unit belongs to which, and when: a unit that moves is two rows", "", "",
            ("unit_id", "text", "unit"),
            ("level", "text", "what it is: team, department, region"),
            ("parent_id", "text", "unit it belongs to; blank at the top"),
            ("from_on", "day", "first day there; blank: always"),
            ("until_on", "day", "last day there; blank: still"),
        ),
        _table(
            "interactions", "calls, chats, mails: one row per contact", "agent_id", "ended_at",
            ("ended_at", "instant", "end of the contact"),
            ("handle_seconds", "number", "talk, hold and after-call work; elapsed time is not handling time"),
            ("escalated", "flag", "handed to a higher level"),
        ),
        _table(
            "tickets", "one row per ticket", "agent_id", "solved_at",
            ("created_at", "instant", "opened"),
            ("solved_at", "instant", "last solved; blank: open"),
            ("replies", "number", "answers by agents"),
            ("reopens", "number", "how often it was reopened"),
            ("escalated", "flag", "handed to a higher level"),
        ),
        _table(
            "opportunities", "one row per deal", "owner_id", "closed_on",
            ("opened_on", "day", "opened"),
            ("closed_on", "day", "closed; of an open deal a forecast, never counted"),
            ("is_closed", "flag", "won or lost"),
            ("is_won", "flag", "won"),
            ("amount", "number", "amount in one currency"),
        ),
        _table(
            "leads", "one row per lead", "owner_id", "created_on",
            ("created_on", "day", "came in"),
            ("converted_on", "day", "became a customer or a deal; blank: not yet"),
            _KNOWN,
        ),
        _table(
            "pos", "one row per line of a receipt", "seller_id", "sold_at",
            ("sold_at", "instant", "sold"),
            ("amount", "number", "paid, in one currency; negative: given back"),
        ),
        _table(
            "work", "one row per person and day, batch or shift", "person_id", "done_on",
            ("done_on", "day", "day"),
            ("items", "number", "pieces of work finished"),
            ("errors", "number", "of which wrong"),
            ("hours", "number", "hours worked"),
        ),
        _table(
            "incidents", "one row per incident", "person_id", "occurred_on",
            ("occurred_on", "day", "day"), ("recordable", "flag", "recordable by law"),
        ),
        _table(
            "checks", "safety or quality checks, one row each", "person_id", "checked_on",
            ("checked_on", "day", "day"), ("passed", "flag", "passed"),
        ),
        _table(
            "ratings", "one score by one rater on one item", "person_id", "rated_on",
            ("rater_id", "text", "who observed"),
            ("item", "text", "criterion of the rubric"),
            ("rated_on", "day", "day"),
            ("score", "number", "points on the rubric"),
        ),
        _table(
            "surveys", "answers about the program, one row each", "person_id", "answered_on",
            ("answered_on", "day", "day"),
            ("score", "number", "points given"),
            ("score_max", "number", "most points there were"),
        ),
    )
}  # fmt: skip
