"""Did the program's people choose it themselves?

Scope     comparison. Reads the plan only.
Why       Whoever volunteers wants to get better and has the room for it. Being ahead beforehand shows and can
          be taken out; getting ahead faster from then on shows nowhere before launch.
Fails     Groups compared, not drawn by lot, and the plan says volunteers.
Omitted   Anything else: how people were chosen is then no news, or another check's.
Cites     Heckman, Ichimura, Smith & Todd (1998), doi:10.2307/2999630: what selection is made of.
"""

from payoff.causal.protocol import Answer
from payoff.nouns.evidence import Check, Verdict
from payoff.nouns.panel import Panel
from payoff.nouns.study import Study
from payoff.nouns.wording import plural

NAME = "self-selection"


def look(study: Study, panel: Panel, answer: Answer) -> Check | None:
    """Whether the plan says that the program's units were volunteers."""
    if study.design.randomised or study.design.chosen != "volunteers":
        return None
    nouns = plural(study.design.unit_label)
    text = (
        f"The program's {nouns} were volunteers: who is keen may get better without it, from launch on, and "
        "nothing seen before launch would show it."
    )
    return Check(NAME, "comparison", Verdict.FAIL, text, costs=1)
