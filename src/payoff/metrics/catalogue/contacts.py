"""Contacts and tickets: how long, solved at once, handed on, opened again."""

from payoff.nouns.definition import Audience, Definition

_FOR: tuple[Audience, ...] = ("executive", "manager")

DEFINITIONS = (
    Definition(
        id="average_handle_time",
        label="Average handle time",
        formula="minutes of handling ÷ contacts with a handling time, by the end of the contact",
        unit="min/call",
        better="lower",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(2, 8),
        audience=_FOR,
        needs=(("interactions", ("ended_at", "handle_seconds")),),
        rows=(
            "select unit, ended_at as happened, handle_seconds "
            "from interactions where handle_seconds is not null"
        ),
        numerator="sum(handle_seconds) / 60",
        denominator="count(handle_seconds)",
        trap="elapsed time of a ticket is no handling time; transferred contacts often credit the last agent",
    ),
    Definition(
        id="escalation_rate",
        label="Escalation rate",
        formula="contacts handed to a higher level ÷ contacts known to be or not",
        unit="share",
        better="lower",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(2, 8),
        audience=_FOR,
        needs=(("interactions", ("ended_at", "escalated")),),
        rows="select unit, ended_at as happened, escalated from interactions where escalated is not null",
        numerator="sum(case when escalated then 1 else 0 end)",
        denominator="count(*)",
    ),
    Definition(
        id="first_contact_resolution",
        label="First-contact resolution",
        formula="tickets solved with one answer at most, never reopened ÷ tickets solved, answers known",
        unit="share",
        better="higher",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(2, 8),
        audience=_FOR,
        needs=(("tickets", ("solved_at", "replies", "reopens")),),
        rows=(
            "select unit, solved_at as happened, replies, reopens from tickets "
            "where solved_at is not null and replies is not null"
        ),
        numerator="sum(case when replies <= 1 and coalesce(reopens, 0) = 0 then 1 else 0 end)",
        denominator="count(*)",
        trap="tickets of the last days may still be reopened",
    ),
    Definition(
        id="reopen_rate",
        label="Reopen rate",
        formula="solved tickets reopened at least once ÷ tickets solved whose reopens are known",
        unit="share",
        better="lower",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(2, 10),
        audience=_FOR,
        needs=(("tickets", ("solved_at", "reopens")),),
        rows=(
            "select unit, solved_at as happened, reopens from tickets "
            "where solved_at is not null and reopens is not null"
        ),
        numerator="sum(case when reopens > 0 then 1 else 0 end)",
        denominator="count(*)",
        trap="tickets of the last days may still be reopened",
    ),
    Definition(
        id="ticket_escalations",
        label="Ticket escalations",
        formula="tickets handed to a higher level ÷ tickets opened, by the day they were opened",
        unit="share",
        better="lower",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(2, 8),
        audience=_FOR,
        needs=(("tickets", ("created_at", "escalated")),),
        rows="select unit, created_at as happened, escalated from tickets where escalated is not null",
        numerator="sum(case when escalated then 1 else 0 end)",
        denominator="count(*)",
    ),
)
