"""Jira: the CSV export of issues."""

from payoff.nouns.profile import Field, Profile

JIRA_DATES = "DD/MMM/YY h:mm A"

JIRA = (
    Profile(
        "jira-issues", "Jira (CSV, all fields)", "tickets", "verified",
        (
            Field("ticket_id", ("Issue key",)),
            Field("type", ("Issue Type",)),
            Field("status", ("Status",)),
            Field("priority", ("Priority",)),
            Field("agent_name", ("Assignee",)),
            Field("requester_name", ("Reporter",)),
            Field("labels", ("Labels",), repeated=True),
            Field("created_at", ("Created",), dates=JIRA_DATES),
            Field("updated_at", ("Updated",), dates=JIRA_DATES),
            Field("solved_at", ("Resolved",), dates=JIRA_DATES),
            Field("story_points", ("Custom field (Story Points)",)),
        ),
        traps=(
            "headers come more than once (Labels, Sprint): labels are joined, other repeats must be mapped",
            "dates are written as the person who exports has set it: say date_format where it is not "
            f"{JIRA_DATES}",
            "from created to resolved is elapsed time, not handling time; an issue that was opened again "
            "and resolved again shows the last date only",
        ),
        needs=("timezone",),
    ),
)  # fmt: skip
