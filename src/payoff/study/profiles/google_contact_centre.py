"""Google's contact centre platform: calls by queue and agent."""

from payoff.nouns.profile import Field, Profile

GOOGLE_CONTACT_CENTRE = (
    Profile(
        "google-contact-centre-calls", "Google contact centre (calls)", "interactions", "verified",
        (
            Field("interaction_id", ("Call ID", "Session ID", "ID"), from_memory=True),
            Field("queue", ("Queue Name",)),
            Field("started_at", ("Started At",)),
            Field("ended_at", ("Ended At",)),
            Field("agent_name", ("Agent Name",)),
            Field("agent_id", ("Agent ID",)),
            Field("agent_email", ("Agent Email",)),
        ),
        traps=(
            "from start to end is how long the contact took, waiting and hold included, without the work "
            "after it: not handling time",
        ),
        needs=("timezone",),
    ),
)  # fmt: skip
