"""What else happened at the time, and did it touch both groups?

Scope     comparison. Reads the plan's list of outside events (CAU-10, BAS-02), never an outcome.
Fails     An event within baseline or follow-up that touches one group only: the comparison credits it to
          the program. Without a comparison group, any event in follow-up.
Omitted   Where no event is listed.
"""

from payoff.causal.protocol import Answer
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Event, Study
from payoff.nouns.wording import counted, lowered, named

NAME = "outside events"
ALONE = ("before_after", "its")  # designs without anybody to compare with


def look(study: Study, panel: Panel, answer: Answer) -> Check | None:
    """Events of the windows, and whom they touched."""
    if not study.events:
        return None
    inside = [event for event in study.events if _meets(study, event)]
    alone = study.design.type in ALONE
    if alone:
        harmful = [e for e in inside if e.until_on >= study.design.follow_up.start_on]
        why = "nobody shows what it did without the program"
    else:
        harmful = [e for e in inside if e.affects != "all"]
        why = "touched one group only, so its effect counts as the program's"
    if harmful:
        what = named([f"{lowered(e.what)} ({e.on:%d %B %Y})" for e in harmful])
        return _check(Verdict.FAIL, f"Something else happened: {what}; {why}.")
    if not inside:
        return _check(Verdict.PASS, "None of the outside events listed falls into baseline or follow-up.")
    end = "before follow-up" if alone else "and touched both groups alike, so the comparison takes it out"
    what = named([lowered(event.what) for event in inside])
    return _check(Verdict.PASS, f"{counted(len(inside), 'outside event')} listed ({what}) {end}.")


def _meets(study: Study, event: Event) -> bool:
    """Does it fall, even in part, between the start of the baseline and the end of follow-up?"""
    return event.on <= study.design.follow_up.end_on and event.until_on >= study.design.baseline.start_on


def _check(verdict: Verdict, text: str) -> Check:
    return Check(NAME, "comparison", verdict, text, costs=1)
