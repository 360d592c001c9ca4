"""What is expected of each canonical table where the study says nothing.

Rule      Only what can hardly be otherwise: a ticket is not solved before it was created, a call does not
          last a negative time. What a firm may do differently is declared under `health:`.
"""

from dataclasses import dataclass

from payoff.nouns.canonical import KINDS

DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Expected:
    """when: the column that says when a row happened. key: what names a row. orders: never before.

    signed: numbers that may be negative. planned: dates that may lie ahead. long_ago: dates that may be
    older than 1990. words: columns whose words should not change from month to month; states: those that
    do as rows age, held against the load before. person: columns that name a person of the firm.
    """

    when: str | None = None
    key: str | None = None
    orders: tuple[tuple[str, str], ...] = ()
    signed: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    long_ago: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


EXPECTED: dict[str, Expected] = {
    "opportunities": Expected(
        when="created_at",
        key="opportunity_id",
        orders=(("opened_on", "closed_on"),),
        signed=("amount",),
        planned=("expected_close_on",),
        states=("stage", "currency"),
        persons=("owner_id",),
    ),
    "tickets": Expected(
        when="created_at",
        key="ticket_id",
        orders=(("created_at", "assigned_at"), ("created_at", "solved_at"), ("created_at", "closed_at")),
        words=("type", "priority", "channel"),
        states=("status",),
        persons=("agent_id",),
    ),
    "interactions": Expected(
        when="started_at",
        key="interaction_id",
        orders=(("started_at", "ended_at"),),
        words=("channel",),
        states=("disposition",),
        persons=("agent_id",),
    ),
    "people": Expected(
        key="person_id",
        orders=(("hired_on", "left_on"),),
        planned=("hired_on", "left_on"),
        long_ago=("hired_on", "left_on"),
        states=("status", "employee_type", "leave_reason"),
        persons=("manager_id",),
    ),
    "completions": Expected(
        when="completed_at",
        orders=(("started_at", "completed_at"),),
        signed=("submitted_day", "score"),
        states=("status",),
        persons=("person_id",),
    ),
    "pos": Expected(
        when="sold_at",
        key="sale_id",
        signed=("quantity", "amount"),
        states=("currency",),
        persons=("seller_id",),
    ),
    "coaching_sessions": Expected(
        when="started_at", key="session_id", planned=("started_at",), persons=("learner_id", "coach_id")
    ),
    "ledger": Expected(
        signed=("amount",),
        planned=("period",),
        states=("currency", "one_time_or_recurring"),
    ),
    "rates": Expected(
        orders=(("valid_from", "valid_to"),),
        signed=("value",),
        planned=("valid_from", "valid_to"),
    ),
    "hierarchy": Expected(
        orders=(("from_on", "until_on"),),
        planned=("from_on", "until_on"),
        long_ago=("from_on", "until_on"),
    ),
    "nudges": Expected(
        when="sent_at",
        key="nudge_id",
        orders=(("sent_at", "opened_at"), ("sent_at", "acted_at")),
        words=("channel",),
        persons=("person_id",),
    ),
    "ratings": Expected(
        when="rated_on", signed=("score", "scale_min", "scale_max"), persons=("person_id", "rater_id")
    ),
}
NOTHING = Expected()


def usual_range(kind: str | None, column: str) -> tuple[float, float] | None:
    """The values a canonical column can have at all; None: any."""
    table = KINDS.get(kind or "")
    found = table.find(column) if table is not None else None
    if found is None or column in EXPECTED.get(kind or "", NOTHING).signed:
        return None
    if found.type == "percent":
        return 0.0, 100.0
    if found.type == "seconds":
        return 0.0, DAY_SECONDS
    return (0.0, float("inf")) if found.type in ("number", "whole", "minutes") else None


def required_columns(kind: str | None) -> tuple[str, ...]:
    """Columns of a canonical table without which a row belongs to nothing or nobody can place it."""
    table = KINDS.get(kind or "")
    if table is None:
        return ()
    expected = EXPECTED.get(table.kind, NOTHING)
    named = [column.name for column in table.columns if column.required]
    usual = [expected.key, expected.when] if table.kind in ("tickets", "interactions", "pos") else []
    return tuple(dict.fromkeys([*named, *(name for name in usual if name is not None)]))
