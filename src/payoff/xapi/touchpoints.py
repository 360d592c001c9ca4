"""What happened to a learner, in the words of a program: launch, assessment, application, job aid, nudge.

Question  Which touchpoint is a canonical verb on a canonical activity type? None: merely an event.
Why       Instrumentation plans, exposure doses and response rates count touchpoints; content tools differ in
          verbs for the same one.
"""

LAUNCH = "launch"
COMPLETION = "completion"
ASSESSMENT = "assessment"
APPLICATION = "application"
COACHING = "coaching"
JOB_AID = "job aid viewed"
PROMPT_SHOWN = "prompt shown"
PROMPT_ANSWERED = "prompt answered"
PRACTICE = "practice done"
NUDGE_SENT = "nudge sent"
NUDGE_ACTED = "nudge acted"

TOUCHPOINTS = (
    LAUNCH,
    COMPLETION,
    ASSESSMENT,
    APPLICATION,
    COACHING,
    JOB_AID,
    PROMPT_SHOWN,
    PROMPT_ANSWERED,
    PRACTICE,
    NUDGE_SENT,
    NUDGE_ACTED,
)

_OPENING = frozenset({"launched", "initialized", "attempted", "opened", "accessed"})
_LOOKING = _OPENING | {"viewed", "experienced", "read", "watched", "played", "downloaded", "interacted"}
_SENDING = frozenset({"sent", "presented", "asked", "received"})
_ANSWERING = frozenset({"answered", "responded", "replied", "submitted", "completed", "acted", "commented"})
_DOING = _ANSWERING | {"practiced", "passed", "failed", "scored", "applied"}
_JUDGING = frozenset({"passed", "failed", "scored", "mastered", "evaluated"})

_BY_TYPE: dict[str, tuple[tuple[frozenset[str], str], ...]] = {
    "job aid": ((_LOOKING | {"completed", "searched"}, JOB_AID),),
    "practice prompt": ((_SENDING | _LOOKING, PROMPT_SHOWN), (_ANSWERING, PROMPT_ANSWERED)),
    "practice": ((_DOING, PRACTICE),),
    "application": ((_DOING, APPLICATION),),
    "nudge": ((_SENDING, NUDGE_SENT), (_ANSWERING | {"accepted", "acknowledged"}, NUDGE_ACTED)),
    "check-in": ((_SENDING, NUDGE_SENT), (_ANSWERING | {"accepted", "acknowledged"}, NUDGE_ACTED)),
    "coaching session": ((_DOING | {"attended", "coached", "mentored"}, COACHING),),
    "assessment": ((_JUDGING | {"completed", "submitted", "answered"}, ASSESSMENT),),
    "question": ((_JUDGING | {"answered", "responded"}, ASSESSMENT),),
}
_BY_VERB = {
    **dict.fromkeys(("launched", "initialized", "attempted"), LAUNCH),
    **dict.fromkeys(("completed", "satisfied"), COMPLETION),
    **dict.fromkeys(_JUDGING, ASSESSMENT),
    "applied": APPLICATION,
    "practiced": PRACTICE,
    "coached": COACHING,
    "mentored": COACHING,
}


def find_touchpoint(verb: str | None, activity_type: str | None) -> str | None:
    """The touchpoint of a canonical verb on a canonical activity type; the type speaks first."""
    if verb is None:
        return None
    for verbs, touchpoint in _BY_TYPE.get(activity_type or "", ()):
        if verb in verbs:
            return touchpoint
    return _BY_VERB.get(verb)
