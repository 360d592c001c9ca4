"""Nudges and what came of them.

Question  Which share of the nudges sent were acted on, and how soon?
Pairs     An act answers the nudge it points to (`context.statement`), else the latest unanswered one of the
          same person and nudge that was sent before it, within `days`. A nudge is answered once.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from payoff.xapi.event import Event
from payoff.xapi.touchpoints import NUDGE_ACTED, NUDGE_SENT

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Responses:
    """rate: None where nothing was sent. pairs: (statement id of the nudge, of the act)."""

    n_sent: int
    n_acted: int
    rate: float | None
    median_hours: float | None
    pairs: tuple[tuple[str, str], ...]


def find_responses(events: Iterable[Event], days: float = 7.0) -> Responses:
    """How nudges were answered within `days`."""
    rows = sorted(events, key=_at)
    sent = {row.statement_id: row for row in rows if row.touchpoint == NUDGE_SENT}
    acts = [row for row in rows if row.touchpoint == NUDGE_ACTED]
    open_nudges: dict[tuple[int, str | None, str | None], list[Event]] = defaultdict(list)
    for row in sent.values():
        open_nudges[row.tenant, row.actor, row.activity_id].append(row)
    answered: dict[str, Event] = {}
    for act in sorted(acts, key=lambda row: (row.refers_to not in sent, _at(row))):
        pointed = sent.get(act.refers_to or "")
        same = open_nudges[act.tenant, act.actor, act.activity_id] if pointed is None else [pointed]
        fitting = [
            nudge
            for nudge in same
            if nudge.statement_id not in answered and 0 <= _at(act) - _at(nudge) <= days * DAY_US
        ]
        if fitting:
            answered[fitting[-1].statement_id] = act
    hours = sorted((_at(act) - _at(sent[id])) / (DAY_US / 24) for id, act in answered.items())
    middle = len(hours) // 2
    median = None if not hours else (hours[middle] + hours[-middle - 1]) / 2
    rate = len(answered) / len(sent) if sent else None
    pairs = tuple((id, act.statement_id) for id, act in answered.items())
    return Responses(len(sent), len(answered), rate, median, pairs)


def _at(row: Event) -> int:
    return row.timestamp or row.stored
