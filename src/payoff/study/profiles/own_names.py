"""Exports whose columns are called as ours are, and formats that are ours."""

from payoff.nouns.canonical import KINDS, CanonicalTable
from payoff.nouns.profile import Field, Profile

_SAID: dict[str, tuple[str, ...]] = {
    "coaching_sessions": (
        "a session that was missed is a row too, not attended: without them attendance is 100 %",
    ),
    "ledger": ("recurring and one-time lines are both booked amounts, not plans",),
    "checks": ("checks made because something went wrong pass less often than checks by lot: know which",),
    "hierarchy": (
        "today's list alone puts last year's figures where teams are now: one row per place and time",
    ),
    "incidents": ("few incidents may be few reports: the day that counts is when it happened",),
    "leads": ("leads without a date of conversion are open, not lost",),
    "nudges": ("machines that scan mail open it and follow links: an act within seconds may be one of them",),
    "pathways": ("a pathway that changed in between is another pathway: give it another name",),
    "pos": ("returns are negative lines: an export without them shows too much",),
    "ratings": ("a rating of 0 and no rating are different: leave cells blank where nobody rated",),
    "surveys": ("scales differ from item to item: score_max goes with each row",),
    "work": ("hours blank and no hours are different: a rate over hours leaves blank rows out",),
}


def _build(table: CanonicalTable) -> Profile:
    fields = tuple(
        Field(column.name, (column.name,), unit="s" if column.type == "seconds" else "min")
        if column.type in ("seconds", "minutes")
        else Field(column.name, (column.name, "one_time|recurring"))
        if column.name == "one_time_or_recurring"
        else Field(column.name, (column.name,))
        for column in table.columns
    )
    system = "columns named as payoff names them"
    return Profile(table.kind.replace("_", "-"), system, table.kind, "verified", fields,
                   _SAID.get(table.kind, ()))  # fmt: skip


OWN_NAMES = tuple(_build(table) for table in KINDS.values())
