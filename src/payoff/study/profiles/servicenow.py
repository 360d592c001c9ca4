"""ServiceNow: the incident event log, a row for each update of a ticket."""

from payoff.nouns.profile import Field, Profile

SERVICENOW = (
    Profile(
        "servicenow-incident-events", "ServiceNow (incident event log)", "tickets", "verified",
        (
            Field("ticket_id", ("number",)),
            Field("requester_id", ("caller_id",)),
            Field("agent_id", ("resolved_by",)),
            Field("group", ("assignment_group",)),
            Field("category", ("category",)),
            Field("status", ("incident_state",)),
            Field("priority", ("priority",)),
            Field("channel", ("contact_type",)),
            Field("created_at", ("opened_at",)),
            Field("updated_at", ("sys_updated_at",)),
            Field("solved_at", ("resolved_at",)),
            Field("closed_at", ("closed_at",)),
            Field("reopens", ("reopen_count",)),
            Field("reassignments", ("reassignment_count",)),
            Field("within_sla", ("made_sla",)),
        ),
        traps=(
            "one row per update in the file: the last update of each ticket is kept, by modification count",
            "from opened to resolved is elapsed time, not handling time",
            "the state -100 occurs and means nothing known",
        ),
        needs=("timezone",),
        shape="last row of each",
        key="number",
        order=("sys_mod_count", "sys_updated_at"),
        blanks=("?", "-100"),
    ),
)  # fmt: skip
