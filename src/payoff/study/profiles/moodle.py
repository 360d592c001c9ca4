"""Moodle: the course completion report as CSV."""

from payoff.nouns.profile import Field, Profile

MOODLE = (
    Profile(
        "moodle-completion", "Moodle (course completion report)", "completions", "verified",
        (
            Field("person_id", ("first column",)),
            Field("name", ("second column",)),
            Field("email", ("Email address", "Email")),
            Field("activity", ("heading of the first of two columns",)),
            Field("status", ("first of the two columns",)),
            Field("completed", ("whether there is a date",)),
            Field("completed_at", ("second of the two columns",)),
        ),
        traps=(
            "headings and dates follow the language of the site: columns are read by position, and "
            "date_format says how dates are written",
            "a person who never opened the course has a row like any other: blank is not done",
            "criteria other than activities, and the course itself, are dates alone",
        ),
        needs=("timezone", "date_format", "language"),
        shape="two columns an activity",
    ),
)  # fmt: skip
