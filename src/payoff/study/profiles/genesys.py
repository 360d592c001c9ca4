"""Genesys: conversation metrics by conversation and agent."""

from payoff.nouns.profile import Field, Profile

GENESYS = (
    Profile(
        "genesys-conversations", "Genesys (conversation metrics)", "interactions", "from memory",
        (
            Field("interaction_id", ("conversationId", "Conversation ID")),
            Field("agent_id", ("userId", "User ID")),
            Field("agent_name", ("userName", "User Name")),
            Field("queue_id", ("queueId", "Queue ID")),
            Field("queue", ("queueName", "Queue Name")),
            Field("channel", ("mediaType", "Media Type")),
            Field("started_at", ("conversationStart", "Conversation Start")),
            Field("ended_at", ("conversationEnd", "Conversation End")),
            Field("offered", ("nOffered",)),
            Field("handle_seconds", ("tHandle",), unit="ms"),
            Field("talk_seconds", ("tTalk",), unit="ms"),
            Field("hold_seconds", ("tHeld",), unit="ms"),
            Field("wrap_seconds", ("tAcw",), unit="ms"),
        ),
        traps=("times are counted in milliseconds: they are divided by 1,000 here",),
        needs=("timezone",),
    ),
)  # fmt: skip
