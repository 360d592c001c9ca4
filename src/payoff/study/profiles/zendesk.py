"""Zendesk: the classic CSV export of tickets."""

from payoff.nouns.profile import Field, Profile

_STATIONS = "Assignee stations"


def _elapsed(to: str, what: str) -> Field:
    return Field(to, (f"{what} in minutes", f"{what} in minutes within business hours"), unit="min")


ZENDESK = (
    Profile(
        "zendesk-tickets", "Zendesk (classic CSV)", "tickets", "verified",
        (
            Field("ticket_id", ("Id",)),
            Field("requester_id", ("Requester id",)),
            Field("requester_name", ("Requester",)),
            Field("requester_email", ("Requester email",)),
            Field("agent_name", ("Assignee",)),
            Field("group", ("Group",)),
            Field("type", ("Ticket type",)),
            Field("status", ("Status",)),
            Field("priority", ("Priority",)),
            Field("channel", ("Via",)),
            Field("labels", ("Tags",)),
            Field("created_at", ("Created at",)),
            Field("updated_at", ("Updated at",)),
            Field("assigned_at", ("Assigned at",)),
            Field("solved_at", ("Solved at",)),
            Field("reopens", ("Reopens",)),
            Field("replies", ("Replies",)),
            Field("reassignments", (_STATIONS,)),
            Field("satisfaction", ("Satisfaction Score",)),
            _elapsed("first_reply_minutes", "First reply time"),
            _elapsed("elapsed_minutes", "Full resolution time"),
            _elapsed("agent_wait_minutes", "Agent wait time"),
            _elapsed("requester_wait_minutes", "Requester wait time"),
            _elapsed("on_hold_minutes", "On hold time"),
        ),
        traps=(
            "resolution, reply and wait times are elapsed time with waiting in it, not handling time",
            "Assignee stations counts whom a ticket passed through: a proxy of escalation, and 1 is none",
            "the ticket is credited to whoever had it last",
        ),
        needs=("timezone",),
        blanks=("-",),
    ),
)  # fmt: skip
